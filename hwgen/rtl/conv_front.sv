// conv_front -- front of a convolution: reads pixels, moves the window and says
// when its slots are.
//
//                 +--------------+
//    in_data ---->|              |--> window
//   in_valid ---->|              |--> slot_valid   the window is complete and
//   in_ready <----|  conv_front  |                 at a stride position
//       tick ---->|              |<-- slot_last    of the slots of a window
//                 +--------------+
//
// A pixel is C/IN_LANES tokens. All but its last may be read in any tick; the
// last one shifts the pixel into the window at the end of its tick. It may be
// read when the window is free: without slot_valid, or with slot_last.
// Order of the window: conv_window.sv.

`default_nettype none

module conv_front #(
    parameter int H        = 8,
    parameter int W        = 8,
    parameter int C        = 1,
    parameter int IN_LANES = 1,
    parameter int IN_WIDTH = 8,
    parameter int KERNEL_H = 3,
    parameter int KERNEL_W = 3,
    parameter int STRIDE_H = 1,
    parameter int STRIDE_W = 1,
    localparam int PIXEL_WIDTH  = C * IN_WIDTH,
    localparam int WINDOW_WIDTH = KERNEL_H * KERNEL_W * PIXEL_WIDTH
) (
    input  wire                          clk,
    input  wire                          rst,
    input  wire                          tick,
    input  wire  [IN_LANES*IN_WIDTH-1:0] in_data,
    input  wire                          in_valid,
    output logic                         in_ready,
    output logic [     WINDOW_WIDTH-1:0] window,
    output logic                         slot_valid,
    input  wire                          slot_last
);

    localparam int ROW_WIDTH    = (H > 1) ? $clog2(H) : 1;
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1;

    generate
        if (C % IN_LANES != 0) begin : gen_illegal
            $error("lanes do not divide the channels");
        end
    endgenerate

    // ---- pixels ----

    wire [PIXEL_WIDTH-1:0] pixel;
    wire                   pixel_taken;
    wire                   window_free;

    gather #(
        .TOKENS     (C / IN_LANES),
        .TOKEN_WIDTH(IN_LANES * IN_WIDTH)
    ) pixel_gather (
        .clk       (clk),
        .rst       (rst),
        .tick      (tick),
        .in_data   (in_data),
        .in_valid  (in_valid),
        .in_ready  (in_ready),
        .word      (pixel),
        .word_taken(pixel_taken),
        .word_free (window_free)
    );

    // ---- position of the pixel ----

    wire [COLUMN_WIDTH-1:0] column;
    wire                    column_last;
    wire                    column_completes;
    wire [   ROW_WIDTH-1:0] unused_row;
    wire                    unused_row_last;
    wire                    row_completes;

    window_axis #(
        .SIZE  (W),
        .KERNEL(KERNEL_W),
        .STRIDE(STRIDE_W)
    ) column_axis (
        .clk      (clk),
        .rst      (rst),
        .step     (pixel_taken),
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
        .step     (pixel_taken && column_last),
        .position (unused_row),
        .last     (unused_row_last),
        .completes(row_completes)
    );

    // ---- window and slots ----

    // The window shifts at the end of its last slot.
    assign window_free = !slot_valid || slot_last;

    always_ff @(posedge clk) begin
        if (rst) begin
            slot_valid <= 1'b0;
        end else if (pixel_taken) begin
            slot_valid <= row_completes && column_completes;
        end else if (tick && slot_last) begin
            slot_valid <= 1'b0;
        end
    end

    conv_window #(
        .W          (W),
        .KERNEL_H   (KERNEL_H),
        .KERNEL_W   (KERNEL_W),
        .PIXEL_WIDTH(PIXEL_WIDTH)
    ) conv_window (
        .clk        (clk),
        .shift      (pixel_taken),
        .pixel      (pixel),
        .column     (column),
        .column_last(column_last),
        .window     (window)
    );

endmodule

`default_nettype wire
