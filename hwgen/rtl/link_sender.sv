// link_sender -- the sending end of a link: streams in, line words out.
//
//   stream k: link_packer -> async_fifo --+
//                                         +--> link_framer --> line
//   stream .: link_packer -> async_fifo --+
//   | clk                              | link_clk
//
//                          +---------------+
//    side by side in_data  |               |--> line_data
//   a bit each   in_valid->|               |--> line_control
//   a bit each   in_ready<-|  link_sender  |--> line_valid
//                          |               |<-- line_ready
//      word of link_flow ->|               |
//    back_data, back_valid +---------------+
//
// in_* belong to clk, all else to link_clk. SEND_WORDS is the depth of each
// async_fifo. With several streams a packet waits until the async_fifo holds it
// as a whole (STORE_FORWARD 1): a crossing_counter tells of complete packets.
// back_data, the stops, becomes the halts of the framer one cycle after it came.

`default_nettype none

module link_sender #(
    parameter int STREAMS       = 2,
    parameter int TOKEN_BITS    = 16,  // of all streams
    parameter int WORD_WIDTH    = 32,
    parameter int PACKET_WORDS  = 4,
    parameter int HEADER_WORDS  = 1,
    parameter int TRAILER_WORDS = 1,
    parameter int PRIORITY      = 0,
    parameter int STORE_FORWARD = 1,
    parameter int STAGES        = 2,
    // 32 bits a stream, stream 0 lowest.
    parameter logic [STREAMS*32-1:0] TOKEN_WIDTHS = {STREAMS{32'd8}},
    parameter logic [STREAMS*32-1:0] TOKENS       = {STREAMS{32'd6}},
    parameter logic [STREAMS*32-1:0] SEND_WORDS   = {STREAMS{32'd8}}
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   link_clk,
    input  wire                   link_rst,
    input  wire  [TOKEN_BITS-1:0] in_data,
    input  wire  [   STREAMS-1:0] in_valid,
    output logic [   STREAMS-1:0] in_ready,
    output logic [WORD_WIDTH-1:0] line_data,
    output logic                  line_control,
    output logic                  line_valid,
    input  wire                   line_ready,
    input  wire  [   STREAMS-1:0] back_data,
    input  wire                   back_valid
);

    function automatic integer bits_below(input integer stream);
        integer n;
        bits_below = 0;
        for (n = 0; n < stream; n = n + 1) begin
            bits_below = bits_below + TOKEN_WIDTHS[n*32+:32];
        end
    endfunction

    wire [           STREAMS-1:0] ask;
    wire [STREAMS*WORD_WIDTH-1:0] words;
    wire [           STREAMS-1:0] words_last;
    wire [           STREAMS-1:0] words_valid;
    wire [           STREAMS-1:0] words_ready;
    wire [           STREAMS-1:0] begun;

    genvar i;
    generate
        for (i = 0; i < STREAMS; i = i + 1) begin : gen_stream
            localparam int TOKEN_WIDTH = TOKEN_WIDTHS[i*32+:32];
            localparam int DEPTH       = SEND_WORDS[i*32+:32];
            localparam int COUNT_WIDTH = $clog2(DEPTH) + 1;

            wire [ WORD_WIDTH-1:0] packed_data;
            wire                   packed_last;
            wire                   packed_valid;
            wire                   packed_ready;
            wire [COUNT_WIDTH-1:0] unused_fill;

            link_packer #(
                .TOKEN_WIDTH (TOKEN_WIDTH),
                .WORD_WIDTH  (WORD_WIDTH),
                .TOKENS      (TOKENS[i*32+:32]),
                .PACKET_WORDS(PACKET_WORDS)
            ) packer (
                .clk      (clk),
                .rst      (rst),
                .in_data  (in_data[bits_below(i)+:TOKEN_WIDTH]),
                .in_valid (in_valid[i]),
                .in_ready (in_ready[i]),
                .out_data (packed_data),
                .out_last (packed_last),
                .out_valid(packed_valid),
                .out_ready(packed_ready)
            );

            async_fifo #(
                .WIDTH (WORD_WIDTH + 1),
                .DEPTH (DEPTH),
                .STAGES(STAGES)
            ) send_fifo (
                .in_clk   (clk),
                .in_rst   (rst),
                .in_data  ({packed_last, packed_data}),
                .in_valid (packed_valid),
                .in_ready (packed_ready),
                .in_fill  (unused_fill),
                .out_clk  (link_clk),
                .out_rst  (link_rst),
                .out_data ({words_last[i], words[i*WORD_WIDTH+:WORD_WIDTH]}),
                .out_valid(words_valid[i]),
                .out_ready(words_ready[i])
            );

            if (STORE_FORWARD != 0) begin : gen_packets
                wire  [COUNT_WIDTH-1:0] unused_complete;
                wire  [COUNT_WIDTH-1:0] complete;  // packets, in all
                logic [COUNT_WIDTH-1:0] sent;      // or being sent

                crossing_counter #(
                    .WIDTH (COUNT_WIDTH),
                    .STAGES(STAGES)
                ) packets (
                    .in_clk (clk),
                    .in_rst (rst),
                    .step   (packed_valid && packed_ready && packed_last),
                    .value  (unused_complete),
                    .out_clk(link_clk),
                    .out_rst(link_rst),
                    .seen   (complete)
                );

                always_ff @(posedge link_clk) begin
                    if (link_rst) begin
                        sent <= '0;
                    end else begin
                        sent <= sent + COUNT_WIDTH'(begun[i]);
                    end
                end

                assign ask[i] = complete != sent;
            end else begin : gen_words
                assign ask[i] = words_valid[i];
                wire unused = &{1'b0, begun[i]};
            end
        end
    endgenerate

    logic [STREAMS-1:0] halt;

    always_ff @(posedge link_clk) begin
        if (link_rst) begin
            halt <= '0;
        end else if (back_valid) begin
            halt <= back_data;
        end
    end

    link_framer #(
        .STREAMS      (STREAMS),
        .WORD_WIDTH   (WORD_WIDTH),
        .HEADER_WORDS (HEADER_WORDS),
        .TRAILER_WORDS(TRAILER_WORDS),
        .PRIORITY     (PRIORITY),
        .STORE_FORWARD(STORE_FORWARD)
    ) framer (
        .clk         (link_clk),
        .rst         (link_rst),
        .ask         (ask),
        .halt        (halt),
        .in_data     (words),
        .in_last     (words_last),
        .in_valid    (words_valid),
        .in_ready    (words_ready),
        .begun       (begun),
        .line_data   (line_data),
        .line_control(line_control),
        .line_valid  (line_valid),
        .line_ready  (line_ready)
    );

endmodule

`default_nettype wire
