// softmax_front -- front of softmax: reads tokens, finds the largest value of a
// pixel and looks up the exponentials of its distances.
//
//                 +-----------------+
//    in_data ---->|                 |--> exp_valid      a token is in the unit
//   in_valid ---->|  softmax_front  |
//   in_ready <----|                 |--> exponentials   of the token that was in
//       tick ---->|                 |                   the unit 2 ticks before
//                 +-----------------+
//
// A pixel is n = C/LANES tokens. The first n-1 may be read in any tick; the
// last one needs the exponential unit, which all tokens of the pixel go through
// in the n ticks after it. It may be read when the unit is free: without
// exp_valid, or with the last token of the pixel before.
//
//   m    the largest raw value of the pixel
//   a_c  = min((m - x_c) >> DROP, 2^TABLE_BITS - 1), the exponential is word a_c
//        of EXP_FILE

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module softmax_front #(
    parameter int C          = 4,
    parameter int LANES      = 1,
    parameter int IN_WIDTH   = 8,
    parameter int IN_SIGNED  = 1,
    parameter int TABLE_BITS = 8,
    parameter int DROP       = 0,
    parameter int EXP_WIDTH  = 16,
    parameter     EXP_FILE   = ""
) (
    input  wire                        clk,
    input  wire                        rst,
    input  wire                        tick,
    input  wire  [ LANES*IN_WIDTH-1:0] in_data,
    input  wire                        in_valid,
    output logic                       in_ready,
    output logic                       exp_valid,
    output logic [LANES*EXP_WIDTH-1:0] exponentials
);

    localparam int TOKENS      = C / LANES;
    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    generate
        if (C % LANES != 0) begin : gen_illegal
            $error("lanes do not divide the channels");
        end
    endgenerate

    // ---- tokens in ----

    wire [INDEX_WIDTH-1:0] in_token;
    wire                   in_last;
    wire                   unit_free;
    wire                   taken       = in_valid && in_ready;
    wire                   pixel_taken = taken && in_last;

    assign in_ready = tick && (unit_free || !in_last);

    wrap_counter #(
        .COUNT(TOKENS)
    ) in_counter (
        .clk  (clk),
        .rst  (rst),
        .step (taken),
        .value(in_token),
        .last (in_last)
    );

    // ---- exponential unit: one token a tick ----

    wire                   exp_last;
    wire [INDEX_WIDTH-1:0] exp_token;

    assign unit_free = !exp_valid || exp_last;

    run_counter #(
        .COUNT(TOKENS)
    ) exp_run (
        .clk  (clk),
        .rst  (rst),
        .tick (tick),
        .start(pixel_taken),
        .valid(exp_valid),
        .value(exp_token),
        .last (exp_last)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign exponentials = '0;
    wire unused = &{1'b0, in_data, in_token, exp_token};
`else
    localparam int TOKEN_WIDTH = LANES * IN_WIDTH;

    // ---- the pixel and its largest value ----

    wire  [TOKEN_WIDTH-1:0] token;  // of the exponential unit
    wire  [   IN_WIDTH-1:0] token_largest;
    wire  [   IN_WIDTH-1:0] so_far_largest;
    logic [   IN_WIDTH-1:0] largest;  // of the pixel in the exponential unit

    // A token is read in the tick before its own, at the earliest one tick
    // before the next pixel writes over it.
    row_memory #(
        .WIDTH(TOKEN_WIDTH),
        .DEPTH(TOKENS)
    ) pixel (
        .clk          (clk),
        .read         (pixel_taken || (tick && exp_valid && !exp_last)),
        .read_address ((exp_valid && !exp_last) ? exp_token + 1'b1 : '0),
        .read_data    (token),
        .write        (taken),
        .write_address(in_token),
        .write_data   (in_data)
    );

    lane_max #(
        .COUNT    (LANES),
        .LANES    (1),
        .WIDTH    (IN_WIDTH),
        .IS_SIGNED(IN_SIGNED)
    ) over_lanes (
        .tokens (in_data),
        .largest(token_largest)
    );

    generate
        if (TOKENS == 1) begin : gen_one_token
            assign so_far_largest = token_largest;
            wire unused = &{1'b0, in_token};
        end else begin : gen_tokens
            logic [IN_WIDTH-1:0] before_largest;
            wire  [IN_WIDTH-1:0] both_largest;

            lane_max #(
                .COUNT    (2),
                .LANES    (1),
                .WIDTH    (IN_WIDTH),
                .IS_SIGNED(IN_SIGNED)
            ) over_tokens (
                .tokens ({token_largest, before_largest}),
                .largest(both_largest)
            );

            assign so_far_largest =
                (in_token == '0) ? token_largest : both_largest;

            always_ff @(posedge clk) begin
                if (taken) begin
                    before_largest <= so_far_largest;
                end
            end
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (pixel_taken) begin
            largest <= so_far_largest;
        end
    end

    // ---- exponentials ----

    localparam int KEPT_WIDTH = (IN_WIDTH > DROP) ? IN_WIDTH - DROP : 1;

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_exponential
            wire  [  IN_WIDTH-1:0] below =
                largest - token[lane*IN_WIDTH+:IN_WIDTH];
            wire  [  IN_WIDTH-1:0] shifted = below >> DROP;
            wire  [KEPT_WIDTH-1:0] kept = shifted[KEPT_WIDTH-1:0];
            logic [TABLE_BITS-1:0] address;

            if (KEPT_WIDTH > TABLE_BITS) begin : gen_limit
                wire beyond = kept[KEPT_WIDTH-1:TABLE_BITS] != '0;

                always_ff @(posedge clk) begin
                    if (tick) begin
                        address <= beyond ? '1 : kept[TABLE_BITS-1:0];
                    end
                end
            end else begin : gen_all
                always_ff @(posedge clk) begin
                    if (tick) begin
                        address <= TABLE_BITS'(kept);
                    end
                end
            end

            parameter_rom #(
                .WIDTH(EXP_WIDTH),
                .DEPTH(1 << TABLE_BITS),
                .FILE (EXP_FILE)
            ) exp_rom (
                .clk    (clk),
                .read   (tick),
                .address(address),
                .data   (exponentials[lane*EXP_WIDTH+:EXP_WIDTH])
            );

            // What is dropped, and zeros above what is kept.
            wire unused = &{1'b0, shifted};
        end
    endgenerate
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
