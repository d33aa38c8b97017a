// link_receiver -- the receiving end of a link: line words in, streams out.
//
//            +--> async_fifo -> link_unpacker   stream k
//   line ----+
//            +--> async_fifo -> link_unpacker   stream .
//              | link_clk     | clk
//
//                       +-----------------+
//         line_data --->|                 |--> out_data   side by side
//      line_control --->|                 |--> out_valid  a bit each
//        line_valid --->|  link_receiver  |<-- out_ready  a bit each
//                       |                 |
//        of link_flow <-|                 |--> fill       32 bits a stream
//   back_data, _valid   |                 |--> overflow
//        back_ready --->+-----------------+
//
// out_* belong to clk, all else to link_clk. The async_fifo of a stream is its
// receive buffer, of RECEIVE_WORDS. Words with line_control name the stream of
// the words behind them. A payload word is written in the cycle in which it
// comes: there is no way to refuse it, and room because link_flow stops the
// sender in time. fill is the words in each buffer; overflow goes and stays high
// if one comes while its buffer is full, which is lost.

`default_nettype none

module link_receiver #(
    parameter int STREAMS    = 2,
    parameter int TOKEN_BITS = 16,  // of all streams
    parameter int WORD_WIDTH = 32,
    parameter int STAGES     = 2,
    // 32 bits a stream, stream 0 lowest.
    parameter logic [STREAMS*32-1:0] TOKEN_WIDTHS  = {STREAMS{32'd8}},
    parameter logic [STREAMS*32-1:0] TOKENS        = {STREAMS{32'd6}},
    parameter logic [STREAMS*32-1:0] RECEIVE_WORDS = {STREAMS{32'd16}},
    parameter logic [STREAMS*32-1:0] STOP_AT       = {STREAMS{32'd8}},
    parameter logic [STREAMS*32-1:0] GO_AT         = {STREAMS{32'd4}}
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   link_clk,
    input  wire                   link_rst,
    input  wire  [WORD_WIDTH-1:0] line_data,
    input  wire                   line_control,
    input  wire                   line_valid,
    output logic [   STREAMS-1:0] back_data,
    output logic                  back_valid,
    input  wire                   back_ready,
    output logic [TOKEN_BITS-1:0] out_data,
    output logic [   STREAMS-1:0] out_valid,
    input  wire  [   STREAMS-1:0] out_ready,
    output logic [STREAMS*32-1:0] fill,
    output logic                  overflow
);

    localparam int NAME_WIDTH = (STREAMS > 1) ? $clog2(STREAMS) : 1;

    function automatic integer bits_below(input integer stream);
        integer n;
        bits_below = 0;
        for (n = 0; n < stream; n = n + 1) begin
            bits_below = bits_below + TOKEN_WIDTHS[n*32+:32];
        end
    endfunction

    logic [NAME_WIDTH-1:0] stream;  // of the packet that is coming

    always_ff @(posedge link_clk) begin
        if (link_rst) begin
            stream <= '0;
        end else if (line_valid && line_control && STREAMS > 1) begin
            stream <= line_data[NAME_WIDTH-1:0];
        end
    end

    wire [STREAMS-1:0] write =
        STREAMS'(line_valid && !line_control) << stream;
    wire [STREAMS-1:0] room;

    always_ff @(posedge link_clk) begin
        if (link_rst) begin
            overflow <= 1'b0;
        end else if ((write & ~room) != '0) begin
            overflow <= 1'b1;
        end
    end

    genvar i;
    generate
        for (i = 0; i < STREAMS; i = i + 1) begin : gen_stream
            localparam int TOKEN_WIDTH = TOKEN_WIDTHS[i*32+:32];
            localparam int DEPTH       = RECEIVE_WORDS[i*32+:32];

            wire [$clog2(DEPTH):0] words;
            wire [ WORD_WIDTH-1:0] word_data;
            wire                   word_valid;
            wire                   word_ready;

            assign fill[i*32+:32] = 32'(words);

            async_fifo #(
                .WIDTH (WORD_WIDTH),
                .DEPTH (DEPTH),
                .STAGES(STAGES)
            ) receive_buffer (
                .in_clk   (link_clk),
                .in_rst   (link_rst),
                .in_data  (line_data),
                .in_valid (write[i]),
                .in_ready (room[i]),
                .in_fill  (words),
                .out_clk  (clk),
                .out_rst  (rst),
                .out_data (word_data),
                .out_valid(word_valid),
                .out_ready(word_ready)
            );

            link_unpacker #(
                .TOKEN_WIDTH(TOKEN_WIDTH),
                .WORD_WIDTH (WORD_WIDTH),
                .TOKENS     (TOKENS[i*32+:32])
            ) unpacker (
                .clk      (clk),
                .rst      (rst),
                .in_data  (word_data),
                .in_valid (word_valid),
                .in_ready (word_ready),
                .out_data (out_data[bits_below(i)+:TOKEN_WIDTH]),
                .out_valid(out_valid[i]),
                .out_ready(out_ready[i])
            );
        end
    endgenerate

    link_flow #(
        .STREAMS(STREAMS),
        .STOP_AT(STOP_AT),
        .GO_AT  (GO_AT)
    ) flow (
        .clk       (link_clk),
        .rst       (link_rst),
        .fill      (fill),
        .back_data (back_data),
        .back_valid(back_valid),
        .back_ready(back_ready)
    );

endmodule

`default_nettype wire
