// link_crossing -- streams from one clock to another, nothing else.
//
//                          +-----------------+
//   side by side in_data ->|                 |--> out_data   side by side
//   a bit each  in_valid ->|  link_crossing  |--> out_valid  a bit each
//   a bit each  in_ready <-|                 |<-- out_ready  a bit each
//                          +-----------------+
//
// An async_fifo of SEND_WORDS tokens a stream; in_* belong to in_clk, out_* to
// out_clk. Neither side's handshakes depend on the other's in the same cycle.

`default_nettype none

module link_crossing #(
    parameter int STREAMS    = 2,
    parameter int TOKEN_BITS = 16,  // of all streams
    parameter int STAGES     = 2,
    // 32 bits a stream, stream 0 lowest.
    parameter logic [STREAMS*32-1:0] TOKEN_WIDTHS = {STREAMS{32'd8}},
    parameter logic [STREAMS*32-1:0] SEND_WORDS   = {STREAMS{32'd8}}
) (
    input  wire                   in_clk,
    input  wire                   in_rst,
    input  wire  [TOKEN_BITS-1:0] in_data,
    input  wire  [   STREAMS-1:0] in_valid,
    output logic [   STREAMS-1:0] in_ready,
    input  wire                   out_clk,
    input  wire                   out_rst,
    output logic [TOKEN_BITS-1:0] out_data,
    output logic [   STREAMS-1:0] out_valid,
    input  wire  [   STREAMS-1:0] out_ready
);

    function automatic integer bits_below(input integer stream);
        integer n;
        bits_below = 0;
        for (n = 0; n < stream; n = n + 1) begin
            bits_below = bits_below + TOKEN_WIDTHS[n*32+:32];
        end
    endfunction

    genvar i;
    generate
        for (i = 0; i < STREAMS; i = i + 1) begin : gen_stream
            localparam int TOKEN_WIDTH = TOKEN_WIDTHS[i*32+:32];
            localparam int DEPTH       = SEND_WORDS[i*32+:32];

            wire [$clog2(DEPTH):0] unused_fill;

            async_fifo #(
                .WIDTH (TOKEN_WIDTH),
                .DEPTH (DEPTH),
                .STAGES(STAGES)
            ) fifo (
                .in_clk   (in_clk),
                .in_rst   (in_rst),
                .in_data  (in_data[bits_below(i)+:TOKEN_WIDTH]),
                .in_valid (in_valid[i]),
                .in_ready (in_ready[i]),
                .in_fill  (unused_fill),
                .out_clk  (out_clk),
                .out_rst  (out_rst),
                .out_data (out_data[bits_below(i)+:TOKEN_WIDTH]),
                .out_valid(out_valid[i]),
                .out_ready(out_ready[i])
            );
        end
    endgenerate

endmodule

`default_nettype wire
