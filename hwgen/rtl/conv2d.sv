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
// handshake: 4 + ceil(log2 SIMD) ticks. Weights and biases, PACKED, RELU_MAX:
// mac_array.sv; output tokens: token_pack.sv.

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
    parameter int PACKED        = 0,
    parameter int RELU          = 0,
    parameter int RELU_MAX      = 0,
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

    localparam int NF           = OC / PE;
    localparam int SF           = KERNEL_H * KERNEL_W * C / SIMD;
    localparam int FOLD_WIDTH   = (SF > 1) ? $clog2(SF) : 1;
    localparam int GROUP_WIDTH  = (NF > 1) ? $clog2(NF) : 1;
    localparam int WINDOW_WIDTH = KERNEL_H * KERNEL_W * C * IN_WIDTH;

    generate
        if (OC % OUT_LANES != 0 || OC % PE != 0 ||
            KERNEL_H * KERNEL_W * C % SIMD != 0) begin : gen_illegal
            $error("lanes, PE or SIMD do not divide what they fold");
        end
    endgenerate

    wire                    tick;
    wire [WINDOW_WIDTH-1:0] window;
    wire                    slot_valid;
    wire                    slot_last;

    conv_front #(
        .H       (H),
        .W       (W),
        .C       (C),
        .IN_LANES(IN_LANES),
        .IN_WIDTH(IN_WIDTH),
        .KERNEL_H(KERNEL_H),
        .KERNEL_W(KERNEL_W),
        .STRIDE_H(STRIDE_H),
        .STRIDE_W(STRIDE_W)
    ) front (
        .clk       (clk),
        .rst       (rst),
        .tick      (tick),
        .in_data   (in_data),
        .in_valid  (in_valid),
        .in_ready  (in_ready),
        .window    (window),
        .slot_valid(slot_valid),
        .slot_last (slot_last)
    );

    wire [SIMD*IN_WIDTH-1:0] operands;
    wire [   FOLD_WIDTH-1:0] fold;
    wire                     unused_fold_last;
    wire [  GROUP_WIDTH-1:0] unused_group;

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
        .OPERAND_SETS (1),
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
        .PACKED       (PACKED),
        .RELU         (RELU),
        .RELU_MAX     (RELU_MAX),
        .OUT_WIDTH    (OUT_WIDTH),
        .OUT_FRAC     (OUT_FRAC),
        .OUT_SIGNED   (OUT_SIGNED),
        .OUT_QUANT    (OUT_QUANT),
        .OUT_OVERFLOW (OUT_OVERFLOW),
        .WEIGHTS_FILE (WEIGHTS_FILE),
        .BIAS_FILE    (BIAS_FILE)
    ) macs (
        .clk           (clk),
        .rst           (rst),
        .tick          (tick),
        .slot_valid    (slot_valid),
        .slot_operands (operands),
        .slot_fold     (fold),
        .slot_fold_last(unused_fold_last),
        .slot_group    (unused_group),
        .slot_last     (slot_last),
        .out_data      (out_data),
        .out_valid     (out_valid),
        .out_ready     (out_ready)
    );

endmodule

`default_nettype wire
