// depthwise_conv2d -- convolution of every channel by itself, without padding,
// with bias, ReLU (if RELU) and conversion to the output format.
//
//               +--------------------+
//    in_data -->|                    |--> out_data
//   in_valid -->|  depthwise_conv2d  |--> out_valid
//   in_ready <--|                    |<-- out_ready
//               +--------------------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. A pixel is C/IN_LANES tokens. All but its last
// may be read in any tick; the last one shifts the pixel into the window and
// may be read when the window is free:
//   a pixel read at tick t that completes a window at a stride position
//     occupies it for the RF = (C/PE) * (KERNEL_H*KERNEL_W/SIMD) slots of ticks
//     t+1 .. t+RF, and the next last token may be read from t+RF on;
//   after any other pixel the next last token may be read from t+1 on.
// Slot i multiplies fold i mod SF of the windows of the PE channels of group
// i/SF. Fold s holds elements s*SIMD .. s*SIMD + SIMD - 1 of a channel's window
// in the order (kernel row, kernel column). From a slot to the output
// handshake: 4 + ceil(log2 SIMD) ticks. Output tokens: token_pack.sv.
//
// WEIGHTS_FILE: NF*SF words, word g*SF+s for group g and fold s, the weight of
// channel g*PE+p and element s*SIMD+i at bits
// [(p*SIMD+i)*WEIGHT_WIDTH +: WEIGHT_WIDTH]. BIAS_FILE, RELU_MAX: mac_array.sv.

`default_nettype none

module depthwise_conv2d #(
    parameter int H             = 8,
    parameter int W             = 8,
    parameter int C             = 1,
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

    localparam int TAPS         = KERNEL_H * KERNEL_W;
    localparam int NF           = C / PE;
    localparam int SF           = TAPS / SIMD;
    localparam int FOLD_WIDTH   = (SF > 1) ? $clog2(SF) : 1;
    localparam int GROUP_WIDTH  = (NF > 1) ? $clog2(NF) : 1;
    localparam int WINDOW_WIDTH = TAPS * C * IN_WIDTH;
    localparam int GROUP_BITS   = TAPS * PE * IN_WIDTH;
    localparam int FOLD_BITS    = SIMD * PE * IN_WIDTH;

    generate
        if (C % OUT_LANES != 0 || C % PE != 0 || TAPS % SIMD != 0)
        begin : gen_illegal
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

    // ---- operands: the windows of a group, of these a fold ----

    wire [WINDOW_WIDTH-1:0] by_group;  // group, window element, channel
    wire [  GROUP_BITS-1:0] windows;   // window element, channel
    wire [   FOLD_BITS-1:0] elements;  // the same, only SIMD elements
    wire [   FOLD_BITS-1:0] operands;  // channel, window element
    wire [  FOLD_WIDTH-1:0] fold;
    wire                    unused_fold_last;
    wire [ GROUP_WIDTH-1:0] group;

    genvar g, tap, channel;
    generate
        for (tap = 0; tap < TAPS; tap = tap + 1) begin : gen_tap
            localparam int PART = PE * IN_WIDTH;

            for (g = 0; g < NF; g = g + 1) begin : gen_group
                assign by_group[(g*TAPS+tap)*PART+:PART] =
                    window[(tap*NF+g)*PART+:PART];
            end
        end
        for (tap = 0; tap < SIMD; tap = tap + 1) begin : gen_element
            for (channel = 0; channel < PE; channel = channel + 1)
            begin : gen_channel
                assign operands[(channel*SIMD+tap)*IN_WIDTH+:IN_WIDTH] =
                    elements[(tap*PE+channel)*IN_WIDTH+:IN_WIDTH];
            end
        end
    endgenerate

    word_select #(
        .WIDTH(GROUP_BITS),
        .COUNT(NF)
    ) group_select (
        .words(by_group),
        .index(group),
        .word (windows)
    );

    word_select #(
        .WIDTH(FOLD_BITS),
        .COUNT(SF)
    ) fold_select (
        .words(windows),
        .index(fold),
        .word (elements)
    );

    mac_array #(
        .NF           (NF),
        .SF           (SF),
        .PE           (PE),
        .SIMD         (SIMD),
        .OPERAND_SETS (PE),
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
        .PACKED       (0),
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
        .slot_group    (group),
        .slot_last     (slot_last),
        .out_data      (out_data),
        .out_valid     (out_valid),
        .out_ready     (out_ready)
    );

endmodule

`default_nettype wire
