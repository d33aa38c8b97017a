// dense -- fully connected layer with bias, ReLU (if RELU) and conversion to
// the output format.
//
//               +---------+
//    in_data -->|         |--> out_data
//   in_valid -->|  dense  |--> out_valid
//   in_ready <--|         |<-- out_ready
//               +---------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. NF = OUTPUTS/PE groups, SF = INPUTS/SIMD folds.
//   SIMD = IN_LANES/r: a token read at tick t is issued as r folds in slots
//     t+1 .. t+r; the next may be read from t+r on.
//   SIMD = q*IN_LANES: the first q-1 tokens of a fold may be read in any tick;
//     the q-th, read at t, issues the fold in slot t+1; r = 1.
// These slots compute group 0 and keep every fold. After the last token of a
// frame, read at t, slots t+r+1 .. t+r+(NF-1)*SF compute the other groups; the
// next token (or q-th token) may be read from t+r+(NF-1)*SF on. From a slot to
// the output handshake: 4 + ceil(log2 SIMD) ticks. Weights and biases, PACKED,
// RELU_MAX: mac_array.sv; output tokens: token_pack.sv.

`default_nettype none

module dense #(
    parameter int INPUTS        = 16,
    parameter int OUTPUTS       = 4,
    parameter int IN_LANES      = 1,
    parameter int OUT_LANES     = 1,
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

    // A word is what one or several tokens bring at once: R folds.
    localparam int WORD_LANES  = (SIMD > IN_LANES) ? SIMD : IN_LANES;
    localparam int R           = WORD_LANES / SIMD;
    localparam int WORD_WIDTH  = WORD_LANES * IN_WIDTH;
    localparam int PART_WIDTH  = (R > 1) ? $clog2(R) : 1;
    localparam int NF          = OUTPUTS / PE;
    localparam int SF          = INPUTS / SIMD;
    localparam int FOLD_WIDTH  = (SF > 1) ? $clog2(SF) : 1;
    localparam int GROUP_WIDTH = (NF > 1) ? $clog2(NF) : 1;
    localparam int FOLD_BITS   = SIMD * IN_WIDTH;

    generate
        if (INPUTS % IN_LANES != 0 || OUTPUTS % OUT_LANES != 0 ||
            OUTPUTS % PE != 0 || INPUTS % SIMD != 0 ||
            WORD_LANES % SIMD != 0 || WORD_LANES % IN_LANES != 0)
        begin : gen_illegal
            $error("lanes, PE or SIMD do not divide what they fold");
        end
    endgenerate

    wire tick;

    // ---- words ----

    wire [WORD_WIDTH-1:0] word;
    wire                  word_taken;
    wire                  word_free;

    gather #(
        .TOKENS     (WORD_LANES / IN_LANES),
        .TOKEN_WIDTH(IN_LANES * IN_WIDTH)
    ) word_gather (
        .clk       (clk),
        .rst       (rst),
        .tick      (tick),
        .in_data   (in_data),
        .in_valid  (in_valid),
        .in_ready  (in_ready),
        .word      (word),
        .word_taken(word_taken),
        .word_free (word_free)
    );

    // ---- slots ----

    logic                   slot_valid;
    wire  [ FOLD_WIDTH-1:0] fold;
    wire                    fold_last;
    wire  [GROUP_WIDTH-1:0] group;
    wire                    slot_last;
    wire  [ PART_WIDTH-1:0] unused_part;
    wire                    part_last;

    // Group 0 takes the folds from the word; after its last fold the other
    // groups, if there are any, take them from the vector memory.
    wire group_first    = group == '0;
    wire replay_follows = (NF > 1) && fold_last;
    wire busy_ends      = group_first ? part_last && !replay_follows
                                      : slot_last;

    assign word_free = !slot_valid || busy_ends;

    always_ff @(posedge clk) begin
        if (rst) begin
            slot_valid <= 1'b0;
        end else if (word_taken) begin
            slot_valid <= 1'b1;
        end else if (tick && busy_ends) begin
            slot_valid <= 1'b0;
        end
    end

    wrap_counter #(
        .COUNT(R)
    ) part_counter (
        .clk  (clk),
        .rst  (rst),
        .step (tick && slot_valid && group_first),
        .value(unused_part),
        .last (part_last)
    );

    // ---- operands ----

    wire [FOLD_BITS-1:0] operands;
    wire [FOLD_BITS-1:0] fresh;

    logic [WORD_WIDTH-1:0] folds;  // the next one lowest

    assign fresh = folds[FOLD_BITS-1:0];

    always_ff @(posedge clk) begin
        if (word_taken) begin
            folds <= word;
        end else if (R > 1 && tick) begin
            folds <= folds >> FOLD_BITS;
        end
    end

    generate
        if (NF == 1) begin : gen_no_replay
            assign operands = fresh;
            wire unused = &{1'b0, fold};
        end else begin : gen_replay
            wire [FOLD_BITS-1:0] kept;

            // Each slot reads the fold of the next one.
            row_memory #(
                .WIDTH(FOLD_BITS),
                .DEPTH(SF)
            ) vector (
                .clk          (clk),
                .read         (tick && slot_valid),
                .read_address (fold_last ? '0 : fold + 1'b1),
                .read_data    (kept),
                .write        (tick && slot_valid && group_first),
                .write_address(fold),
                .write_data   (fresh)
            );

            assign operands = group_first ? fresh : kept;
        end
    endgenerate

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
        .slot_fold_last(fold_last),
        .slot_group    (group),
        .slot_last     (slot_last),
        .out_data      (out_data),
        .out_valid     (out_valid),
        .out_ready     (out_ready)
    );

endmodule

`default_nettype wire
