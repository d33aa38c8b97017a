// frame_turn -- whose frame the next token is of, when COPIES take turns frame
// by frame.
//
//             +--------------+
//    step --->|  frame_turn  |--> copy    0 .. COPIES-1
//             +--------------+
//
// step moves the position on by one of the TOKENS tokens of a frame at the end
// of the cycle; copy is registered state only.

`default_nettype none

module frame_turn #(
    parameter int COPIES = 2,
    parameter int TOKENS = 16,
    localparam int COPY_WIDTH = (COPIES > 1) ? $clog2(COPIES) : 1
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire                   step,
    output logic [COPY_WIDTH-1:0] copy
);

    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    wire [INDEX_WIDTH-1:0] unused_index;
    wire                   frame_last;
    wire                   unused_copy_last;

    wrap_counter #(
        .COUNT(TOKENS)
    ) token_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(unused_index),
        .last (frame_last)
    );

    wrap_counter #(
        .COUNT(COPIES)
    ) copy_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step && frame_last),
        .value(copy),
        .last (unused_copy_last)
    );

endmodule

`default_nettype wire
