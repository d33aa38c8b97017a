// frame_position -- whether a token is of the first or of the last pixel of its
// frame; pixels have TOKENS tokens.
//
//            +------------------+
//            |                  |--> first   the token is of the first pixel
//    step -->|  frame_position  |--> last    the token is of the last pixel
//            +------------------+
//
// step moves the position on by one token at the end of the cycle; all outputs
// are registered state only.

`default_nettype none

module frame_position #(
    parameter int PIXELS = 16,
    parameter int TOKENS = 1
) (
    input  wire  clk,
    input  wire  rst,
    input  wire  step,
    output logic first,
    output logic last
);

    localparam int PIXEL_WIDTH = (PIXELS > 1) ? $clog2(PIXELS) : 1;
    localparam int TOKEN_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    wire [TOKEN_WIDTH-1:0] unused_token;
    wire                   pixel_last;
    wire [PIXEL_WIDTH-1:0] pixel;

    assign first = pixel == '0;

    wrap_counter #(
        .COUNT(TOKENS)
    ) token_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(unused_token),
        .last (pixel_last)
    );

    wrap_counter #(
        .COUNT(PIXELS)
    ) pixel_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step && pixel_last),
        .value(pixel),
        .last (last)
    );

endmodule

`default_nettype wire
