// pool_front -- front of a pool: reads tokens, moves the window and says when
// it is complete.
//
//                 +--------------+
//    in_data ---->|              |--> window_valid   the window is complete
//   in_valid ---->|  pool_front  |                   and at a stride position
//       tick ---->|              |--> window         its largest values or sums
//                 |              |--> row, column    of the token that is read
//                 +--------------+
//
// In every tick a token may be read. The tick after it window is that of the
// token and of those of the same channels before it, as pool_window.sv says:
// its largest values, or with SUM its sums. row and column are registered
// state only.

`default_nettype none

module pool_front #(
    parameter int H         = 4,
    parameter int W         = 4,
    parameter int TOKENS    = 1,
    parameter int LANES     = 1,
    parameter int WIDTH     = 8,
    parameter int IS_SIGNED = 1,
    parameter int KERNEL_H  = 2,
    parameter int KERNEL_W  = 2,
    parameter int STRIDE_H  = 2,
    parameter int STRIDE_W  = 2,
    parameter int SUM       = 0,
    localparam int GROW         = $clog2(KERNEL_H) + $clog2(KERNEL_W),
    localparam int ROW_WIDTH    = (H > 1) ? $clog2(H) : 1,
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1,
    localparam int WINDOW_WIDTH = LANES * (WIDTH + ((SUM != 0) ? GROW : 0))
) (
    input  wire                     clk,
    input  wire                     rst,
    input  wire                     tick,
    input  wire  [ LANES*WIDTH-1:0] in_data,
    input  wire                     in_valid,
    output logic                    window_valid,
    output logic [WINDOW_WIDTH-1:0] window,
    output logic [   ROW_WIDTH-1:0] row,
    output logic [COLUMN_WIDTH-1:0] column
);

    localparam int PLACES      = ((W - KERNEL_W) / STRIDE_W + 1) * TOKENS;
    localparam int PLACE_WIDTH = (PLACES > 1) ? $clog2(PLACES) : 1;

    wire taken = in_valid && tick;

    wire                    column_completes;
    wire                    row_completes;
    wire  [PLACE_WIDTH-1:0] place;
    logic [PLACE_WIDTH-1:0] row_place;
    logic                   row_valid;  // the window is complete in its row

    pool_position #(
        .H       (H),
        .W       (W),
        .TOKENS  (TOKENS),
        .KERNEL_H(KERNEL_H),
        .KERNEL_W(KERNEL_W),
        .STRIDE_H(STRIDE_H),
        .STRIDE_W(STRIDE_W)
    ) position (
        .clk             (clk),
        .rst             (rst),
        .step            (taken),
        .column_completes(column_completes),
        .row_completes   (row_completes),
        .place           (place),
        .row             (row),
        .column          (column)
    );

    always_ff @(posedge clk) begin
        if (rst) begin
            row_valid    <= 1'b0;
            window_valid <= 1'b0;
        end else if (tick) begin
            row_valid    <= taken && column_completes;
            window_valid <= taken && column_completes && row_completes;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            row_place <= place;
        end
    end

    pool_window #(
        .TOKENS   (TOKENS),
        .LANES    (LANES),
        .WIDTH    (WIDTH),
        .IS_SIGNED(IS_SIGNED),
        .KERNEL_H (KERNEL_H),
        .KERNEL_W (KERNEL_W),
        .PLACES   (PLACES),
        .SUM      (SUM)
    ) pool_window (
        .clk       (clk),
        .take      (taken),
        .token     (in_data),
        .place     (place),
        .keep      (tick && row_valid),
        .keep_place(row_place),
        .result    (window)
    );

endmodule

`default_nettype wire
