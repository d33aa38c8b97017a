// mac_array -- the arithmetic of conv2d and dense: PE output channels by SIMD
// operands at once, NF groups of PE channels, SF folds of SIMD operands each.
//
//                         +-------------+
//     slot_valid -------->|             |--> out_data
//     slot_operands ----->|             |--> out_valid
//     tick <--------------|  mac_array  |<-- out_ready
//     slot_fold <---------|             |
//     slot_fold_last <----|             |
//     slot_group_first <--|             |
//     slot_last <---------|             |
//                         +-------------+
//
// tick is low only in a cycle with (out_valid && !out_ready); then nothing
// changes, in here or in the front that feeds the array. A slot is a tick with
// slot_valid: it multiplies slot_operands, which must be fold slot_fold, with
// the weights of that fold and of the present group. Slots go through the folds
// of group 0, then of group 1 and so on; after slot_last (fold SF-1 of group
// NF-1) the next frame or window begins. The slot_* outputs are registered
// state.
//
// A slot in tick s: operand and weight registers at the end of s, products of
// s+1, the levels of the adder tree of s+2 .., accumulator and bias register of
// s+2+levels, output register of s+3+levels; the token is offered in tick
// s+4+levels. How groups become tokens: token_pack.sv.
//
// WEIGHTS_FILE: NF*SF words, word g*SF+s for group g and fold s, the weight of
// output p and operand i at bits [(p*SIMD+i)*WEIGHT_WIDTH +: WEIGHT_WIDTH].
// BIAS_FILE: NF words, the bias of output p in the accumulator format at bits
// [p*ACC_WIDTH +: ACC_WIDTH].

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module mac_array #(
    parameter int NF            = 1,
    parameter int SF            = 1,
    parameter int PE            = 1,
    parameter int SIMD          = 1,
    parameter int OUT_LANES     = 1,
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
    parameter     BIAS_FILE     = "",
    localparam int FOLD_WIDTH = (SF > 1) ? $clog2(SF) : 1
) (
    input  wire                            clk,
    input  wire                            rst,
    output logic                           tick,
    input  wire                            slot_valid,
    input  wire  [      SIMD*IN_WIDTH-1:0] slot_operands,
    output logic [         FOLD_WIDTH-1:0] slot_fold,
    output logic                           slot_fold_last,
    output logic                           slot_group_first,
    output logic                           slot_last,
    output logic [OUT_LANES*OUT_WIDTH-1:0] out_data,
    output logic                           out_valid,
    input  wire                            out_ready
);

    localparam int RF          = NF * SF;
    localparam int STAGES      = 2 + $clog2(SIMD);  // slot to sum
    localparam int GROUP_WIDTH = (NF > 1) ? $clog2(NF) : 1;
    localparam int INDEX_WIDTH = (RF > 1) ? $clog2(RF) : 1;

    wire slot = tick && slot_valid;

    // ---- which slot it is ----

    wire [GROUP_WIDTH-1:0] slot_group;
    wire                   slot_group_last;

    assign slot_group_first = slot_group == '0;
    assign slot_last        = slot_fold_last && slot_group_last;

    wrap_counter #(
        .COUNT(SF)
    ) fold_counter (
        .clk  (clk),
        .rst  (rst),
        .step (slot),
        .value(slot_fold),
        .last (slot_fold_last)
    );

    wrap_counter #(
        .COUNT(NF)
    ) group_counter (
        .clk  (clk),
        .rst  (rst),
        .step (slot && slot_fold_last),
        .value(slot_group),
        .last (slot_group_last)
    );

    // ---- which sum it is ----

    logic [STAGES-1:0] in_flight;  // slots on their way to the accumulator
    wire               sum_valid = in_flight[STAGES-1];
    wire               sum_last;
    logic              group_valid;

    always_ff @(posedge clk) begin
        if (rst) begin
            in_flight   <= '0;
            group_valid <= 1'b0;
        end else if (tick) begin
            in_flight   <= {in_flight[STAGES-2:0], slot_valid};
            group_valid <= sum_valid && sum_last;
        end
    end

    wire [FOLD_WIDTH-1:0] sum_fold;

    wrap_counter #(
        .COUNT(SF)
    ) sum_counter (
        .clk  (clk),
        .rst  (rst),
        .step (tick && sum_valid),
        .value(sum_fold),
        .last (sum_last)
    );

    // ---- data ----

    wire [PE*OUT_WIDTH-1:0] group;

`ifdef HEADRACE_CONTROL_ONLY
    assign group = '0;
    wire unused = &{1'b0, slot_operands, sum_fold, INDEX_WIDTH};
`else
    wire [INDEX_WIDTH-1:0] slot_index;
    wire                   unused_index_last;
    wire [GROUP_WIDTH-1:0] sum_group;
    wire                   unused_group_last;

    wrap_counter #(
        .COUNT(RF)
    ) index_counter (
        .clk  (clk),
        .rst  (rst),
        .step (slot),
        .value(slot_index),
        .last (unused_index_last)
    );

    wrap_counter #(
        .COUNT(NF)
    ) sum_group_counter (
        .clk  (clk),
        .rst  (rst),
        .step (tick && sum_valid && sum_last),
        .value(sum_group),
        .last (unused_group_last)
    );

    logic [        SIMD*IN_WIDTH-1:0] operands;
    wire  [PE*SIMD*WEIGHT_WIDTH-1:0] weights;
    wire  [        PE*ACC_WIDTH-1:0] bias;

    always_ff @(posedge clk) begin
        if (tick) begin
            operands <= slot_operands;
        end
    end

    parameter_rom #(
        .WIDTH(PE * SIMD * WEIGHT_WIDTH),
        .DEPTH(RF),
        .FILE (WEIGHTS_FILE)
    ) weights_rom (
        .clk    (clk),
        .read   (tick),
        .address(slot_index),
        .data   (weights)
    );

    parameter_rom #(
        .WIDTH(PE * ACC_WIDTH),
        .DEPTH(NF),
        .FILE (BIAS_FILE)
    ) bias_rom (
        .clk    (clk),
        .read   (tick),
        .address(sum_group),
        .data   (bias)
    );

    genvar lane;
    generate
        for (lane = 0; lane < PE; lane = lane + 1) begin : gen_lane
            mac_lane #(
                .SIMD         (SIMD),
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
                .OUT_OVERFLOW (OUT_OVERFLOW)
            ) mac (
                .clk      (clk),
                .tick     (tick),
                .operands (operands),
                .weights  (weights[lane*SIMD*WEIGHT_WIDTH+:SIMD*WEIGHT_WIDTH]),
                .sum_valid(sum_valid),
                .sum_first(sum_fold == '0),
                .bias     (bias[lane*ACC_WIDTH+:ACC_WIDTH]),
                .out      (group[lane*OUT_WIDTH+:OUT_WIDTH])
            );
        end
    endgenerate
`endif

    token_pack #(
        .PE       (PE),
        .OUT_LANES(OUT_LANES),
        .OUT_WIDTH(OUT_WIDTH)
    ) packer (
        .clk        (clk),
        .rst        (rst),
        .group      (group),
        .group_valid(group_valid),
        .tick       (tick),
        .out_data   (out_data),
        .out_valid  (out_valid),
        .out_ready  (out_ready)
    );

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
