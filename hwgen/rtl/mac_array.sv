// mac_array -- the arithmetic of the convolutions and dense: PE output channels
// by SIMD operands at once, NF groups of PE channels, SF folds of SIMD operands
// each.
//
//                         +-------------+
//     slot_valid -------->|             |--> out_data
//     slot_operands ----->|             |--> out_valid
//     tick <--------------|  mac_array  |<-- out_ready
//     slot_fold <---------|             |
//     slot_fold_last <----|             |
//     slot_group <--------|             |
//     slot_last <---------|             |
//                         +-------------+
//
// tick is low only in a cycle with (out_valid && !out_ready); then nothing
// changes, in here or in the front that feeds the array. A slot is a tick with
// slot_valid: it multiplies slot_operands, which must be fold slot_fold, with
// the weights of that fold and of group slot_group. Slots go through the folds
// of group 0, then of group 1 and so on; after slot_last (fold SF-1 of group
// NF-1) the next frame or window begins. The slot_* outputs are registered
// state.
//
// slot_operands has SIMD operands for all channels (OPERAND_SETS 1) or SIMD for
// each of the PE channels of the group, those of the first lowest
// (OPERAND_SETS = PE).
//
// PACKED: channels 2i and 2i+1 of a group share one multiplier for each operand
// (multiply_pair.sv); PE must be even and OPERAND_SETS 1. It changes neither
// ticks nor bits. RELU_MAX: limit of the ReLU, a whole number; 0: none.
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
    parameter int OPERAND_SETS  = 1,
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
    parameter int PACKED        = 0,
    parameter int RELU          = 0,
    parameter int RELU_MAX      = 0,
    parameter int OUT_WIDTH     = 8,
    parameter int OUT_FRAC      = 0,
    parameter int OUT_SIGNED    = 1,
    parameter int OUT_QUANT     = 0,
    parameter int OUT_OVERFLOW  = 0,
    parameter     WEIGHTS_FILE  = "",
    parameter     BIAS_FILE     = "",
    localparam int FOLD_WIDTH  = (SF > 1) ? $clog2(SF) : 1,
    localparam int GROUP_WIDTH = (NF > 1) ? $clog2(NF) : 1,
    localparam int SET_WIDTH   = SIMD * IN_WIDTH
) (
    input  wire                               clk,
    input  wire                               rst,
    output logic                              tick,
    input  wire                               slot_valid,
    input  wire  [OPERAND_SETS*SET_WIDTH-1:0] slot_operands,
    output logic [            FOLD_WIDTH-1:0] slot_fold,
    output logic                              slot_fold_last,
    output logic [           GROUP_WIDTH-1:0] slot_group,
    output logic                              slot_last,
    output logic [   OUT_LANES*OUT_WIDTH-1:0] out_data,
    output logic                              out_valid,
    input  wire                               out_ready
);

    localparam int RF          = NF * SF;
    localparam int STAGES      = 2 + $clog2(SIMD);  // slot to sum
    localparam int INDEX_WIDTH = (RF > 1) ? $clog2(RF) : 1;

    generate
        if (OPERAND_SETS != 1 && OPERAND_SETS != PE) begin : gen_illegal_sets
            $error("operands are for all channels or for each of a group");
        end
        if (PE > OUT_LANES * SF) begin : gen_too_many_tokens
            $error("a group has more output tokens than folds");
        end
        if (PACKED != 0 && (PE % 2 != 0 || OPERAND_SETS != 1))
        begin : gen_illegal_pairs
            $error("packed multipliers need pairs of channels and one operand");
        end
    endgenerate

    wire slot = tick && slot_valid;

    // ---- which slot it is ----

    wire slot_group_last;

    assign slot_last = slot_fold_last && slot_group_last;

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

    wire sum_valid;
    wire sum_last;
    wire group_valid;

    delay_valid #(
        .DEPTH(STAGES)
    ) sum_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (slot_valid),
        .out (sum_valid)
    );

    delay_valid #(
        .DEPTH(1)
    ) group_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (sum_valid && sum_last),
        .out (group_valid)
    );

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

    // Every product is wide enough as a signed number.
    localparam int BOTH_UNSIGNED = (IN_SIGNED == 0 && WEIGHT_SIGNED == 0)
                                 ? 1 : 0;
    localparam int PRODUCT_WIDTH = IN_WIDTH + WEIGHT_WIDTH + BOTH_UNSIGNED;

    logic [OPERAND_SETS*SET_WIDTH-1:0] operands;
    wire  [  PE*SIMD*WEIGHT_WIDTH-1:0] weights;
    wire  [ PE*SIMD*PRODUCT_WIDTH-1:0] products;
    wire  [          PE*ACC_WIDTH-1:0] bias;

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

    // One product a lane and operand; packed, those of lanes lane and lane+1
    // come from one multiplier.
    genvar lane, operand;
    generate
        for (lane = 0; lane < PE; lane = lane + ((PACKED != 0) ? 2 : 1))
        begin : gen_multipliers
            localparam int SET = (OPERAND_SETS == 1) ? 0 : lane;

            for (operand = 0; operand < SIMD; operand = operand + 1)
            begin : gen_operand
                localparam int X  = (SET * SIMD + operand) * IN_WIDTH;
                localparam int W0 = lane * SIMD + operand;

                if (PACKED != 0) begin : gen_pair
                    localparam int W1 = W0 + SIMD;

                    multiply_pair #(
                        .IN_WIDTH     (IN_WIDTH),
                        .IN_SIGNED    (IN_SIGNED),
                        .WEIGHT_WIDTH (WEIGHT_WIDTH),
                        .WEIGHT_SIGNED(WEIGHT_SIGNED)
                    ) multiplier (
                        .x       (operands[X+:IN_WIDTH]),
                        .w0      (weights[W0*WEIGHT_WIDTH+:WEIGHT_WIDTH]),
                        .w1      (weights[W1*WEIGHT_WIDTH+:WEIGHT_WIDTH]),
                        .product0(products[W0*PRODUCT_WIDTH+:PRODUCT_WIDTH]),
                        .product1(products[W1*PRODUCT_WIDTH+:PRODUCT_WIDTH])
                    );
                end else begin : gen_single
                    multiply #(
                        .IN_WIDTH     (IN_WIDTH),
                        .IN_SIGNED    (IN_SIGNED),
                        .WEIGHT_WIDTH (WEIGHT_WIDTH),
                        .WEIGHT_SIGNED(WEIGHT_SIGNED)
                    ) multiplier (
                        .x      (operands[X+:IN_WIDTH]),
                        .w      (weights[W0*WEIGHT_WIDTH+:WEIGHT_WIDTH]),
                        .product(products[W0*PRODUCT_WIDTH+:PRODUCT_WIDTH])
                    );
                end
            end
        end

        for (lane = 0; lane < PE; lane = lane + 1) begin : gen_lane
            localparam int LANE_WIDTH = SIMD * PRODUCT_WIDTH;

            mac_lane #(
                .SIMD         (SIMD),
                .PRODUCT_WIDTH(PRODUCT_WIDTH),
                .PRODUCT_FRAC (IN_FRAC + WEIGHT_FRAC),
                .ACC_WIDTH    (ACC_WIDTH),
                .ACC_FRAC     (ACC_FRAC),
                .ACC_QUANT    (ACC_QUANT),
                .RELU         (RELU),
                .RELU_MAX     (RELU_MAX),
                .OUT_WIDTH    (OUT_WIDTH),
                .OUT_FRAC     (OUT_FRAC),
                .OUT_SIGNED   (OUT_SIGNED),
                .OUT_QUANT    (OUT_QUANT),
                .OUT_OVERFLOW (OUT_OVERFLOW)
            ) mac (
                .clk      (clk),
                .tick     (tick),
                .products (products[lane*LANE_WIDTH+:LANE_WIDTH]),
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
