// conv2d -- two-dimensional convolution without padding, with bias, ReLU (if
// RELU) and conversion to the output format.
//
//               +----------+
//    in_data -->|          |--> out_data
//   in_valid -->|  conv2d  |--> out_valid
//   in_ready <--|          |<-- out_ready
//               +----------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. A pixel is C/IN_LANES tokens. All but its last
// may be read in any tick; the last one shifts the pixel into the window and
// may be read when the window is free:
//   a pixel read at tick t that completes a window at a stride position
//     occupies it for the RF = (OC/PE) * (KERNEL_H*KERNEL_W*C/SIMD) slots of
//     ticks t+1 .. t+RF, and the next last token may be read from t+RF on;
//   after any other pixel the next last token may be read from t+1 on.
// Slot i multiplies fold i mod SF of the window, in the order (kernel row,
// kernel column, channel), for output group i/SF. From a slot to the output
// handshake: 4 + ceil(log2 SIMD) ticks. Weights and biases: mac_array.sv;
// output tokens: token_pack.sv.

`default_nettype none

module conv2d #(
    parameter int H             = 8,
    parameter int W             = 8,
    parameter int C             = 1,
    parameter int OC            = 1,
    parameter int IN_LANES      = 1,
    parameter int OUT_LANES     = 1,
    parameter int KERNEL_H      = 3,
    parameter int KERNEL_W      = 3,
    parameter int STRIDE_H      = 1,
    parameter int STRIDE_W      = 1,
    parameter int PE            = 1,
    parameter int SIMD          = 1,
    parameter int IN_WIDTH      = 8,
    parameter int IN_FRAC       = 0,
    parameter int IN_SIGNED     = 1,
    parameter int WEIGHT_WIDTH  = 8,
    parameter int WEIGHT_FRAC   = 0,
    parameter int WEIGHT_SIGNED = 1,
    parameter int ACC_WIDTH     = 24,
    parameter int ACC_FRAC      = 0,
    parameter int ACC_QUANT     = 0,
    parameter int RELU          = 0,
    parameter int OUT_WIDTH     = 8,
    parameter int OUT_FRAC      = 0,
    parameter int OUT_SIGNED    = 1,
    parameter int OUT_QUANT     = 0,
    parameter int OUT_OVERFLOW  = 0,
    parameter     WEIGHTS_FILE  = "",
    parameter     BIAS_FILE     = ""
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire  [  IN_LANES*IN_WIDTH-1:0] in_data,
    input  wire                            in_valid,
    output logic                           in_ready,
    output logic [OUT_LANES*OUT_WIDTH-1:0] out_data,
    output logic                           out_valid,
    input  wire                            out_ready
);

    localparam int PIXEL_WIDTH  = C * IN_WIDTH;
    localparam int NF           = OC / PE;
    localparam int SF           = KERNEL_H * KERNEL_W * C / SIMD;
    localparam int FOLD_WIDTH   = (SF > 1) ? $clog2(SF) : 1;
    localparam int ROW_WIDTH    = (H > 1) ? $clog2(H) : 1;
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1;

    generate
        if (C % IN_LANES != 0 || OC % OUT_LANES != 0 || OC % PE != 0 ||
            KERNEL_H * KERNEL_W * C % SIMD != 0) begin : gen_illegal
            $error("lanes, PE or SIMD do not divide what they fold");
        end
        if (PE > OUT_LANES * SF) begin : gen_too_many_tokens
            $error("a group has more output tokens than folds");
        end
    endgenerate

    wire tick;

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

    wire [KERNEL_H*KERNEL_W*PIXEL_WIDTH-1:0] window;
    wire [               SIMD*IN_WIDTH-1:0] operands;
    wire [                  FOLD_WIDTH-1:0] fold;
    wire                                    slot_last;
    wire                                    unused_fold_last;
    wire                                    unused_group_first;
    logic                                   slot_valid;

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

    word_select #(
        .WIDTH(SIMD * IN_WIDTH),
        .COUNT(SF)
    ) fold_select (
        .words(window),
        .index(fold),
        .word (operands)
    );

    mac_array #(
        .NF           (NF),
        .SF           (SF),
        .PE           (PE),
        .SIMD         (SIMD),
        .OUT_LANES    (OUT_LANES),
        .IN_WIDTH     (IN_WIDTH),
        .IN_FRAC      (IN_FRAC),
        .IN_SIGNED    (IN_SIGNED),
        .WEIGHT_WIDTH (WEIGHT_WIDTH),
        .WEIGHT_FRAC  (WEIGHT_FRAC),
        .WEIGHT_SIGNED(WEIGHT_SIGNED),
        .ACC_WIDTH    (ACC_WIDTH),
        .ACC_FRAC     (ACC_FRAC),
        .ACC_QUANT    (ACC_QUANT),
        .RELU         (RELU),
        .OUT_WIDTH    (OUT_WIDTH),
        .OUT_FRAC     (OUT_FRAC),
        .OUT_SIGNED   (OUT_SIGNED),
        .OUT_QUANT    (OUT_QUANT),
        .OUT_OVERFLOW (OUT_OVERFLOW),
        .WEIGHTS_FILE (WEIGHTS_FILE),
        .BIAS_FILE    (BIAS_FILE)
    ) macs (
        .clk             (clk),
        .rst             (rst),
        .tick            (tick),
        .slot_valid      (slot_valid),
        .slot_operands   (operands),
        .slot_fold       (fold),
        .slot_fold_last  (unused_fold_last),
        .slot_group_first(unused_group_first),
        .slot_last       (slot_last),
        .out_data        (out_data),
        .out_valid       (out_valid),
        .out_ready       (out_ready)
    );

endmodule

`default_nettype wire
