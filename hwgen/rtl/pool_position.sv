// pool_position -- which windows the next token of a frame completes, for
// windows that slide over rows of pixels of TOKENS tokens.
//
//           +-----------------+
//           |                 |--> column_completes   the window, in its row
//   step -->|  pool_position  |--> row_completes      and in its column
//           |                 |--> place              windows and tokens of the
//           |                 |                       row before this one
//           |                 |--> row, column        of its pixel
//           +-----------------+
//
// step moves the position on by one token at the end of the cycle; all outputs
// are registered state only. place counts the tokens with column_completes.

`default_nettype none

module pool_position #(
    parameter int H        = 4,
    parameter int W        = 4,
    parameter int TOKENS   = 1,
    parameter int KERNEL_H = 2,
    parameter int KERNEL_W = 2,
    parameter int STRIDE_H = 2,
    parameter int STRIDE_W = 2,
    localparam int PLACES      = ((W - KERNEL_W) / STRIDE_W + 1) * TOKENS,
    localparam int PLACE_WIDTH = (PLACES > 1) ? $clog2(PLACES) : 1,
    localparam int ROW_WIDTH    = (H > 1) ? $clog2(H) : 1,
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     step,
    output logic                    column_completes,
    output logic                    row_completes,
    output logic [ PLACE_WIDTH-1:0] place,
    output logic [   ROW_WIDTH-1:0] row,
    output logic [COLUMN_WIDTH-1:0] column
);

    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    wire [INDEX_WIDTH-1:0] unused_token;
    wire                   pixel_last;
    wire                   column_last;
    wire                   unused_row_last;
    wire                   unused_place_last;

    wrap_counter #(
        .COUNT(TOKENS)
    ) token_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(unused_token),
        .last (pixel_last)
    );

    window_axis #(
        .SIZE  (W),
        .KERNEL(KERNEL_W),
        .STRIDE(STRIDE_W)
    ) column_axis (
        .clk      (clk),
        .rst      (rst),
        .step     (step && pixel_last),
        .position (column),
        .last     (column_last),
        .completes(column_completes)
    );

    window_axis #(
        .SIZE  (H),
        .KERNEL(KERNEL_H),
        .STRIDE(STRIDE_H)
    ) row_axis (
        .clk      (clk),
        .rst      (rst),
        .step     (step && pixel_last && column_last),
        .position (row),
        .last     (unused_row_last),
        .completes(row_completes)
    );

    wrap_counter #(
        .COUNT(PLACES)
    ) place_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step && column_completes),
        .value(place),
        .last (unused_place_last)
    );

endmodule

`default_nettype wire
