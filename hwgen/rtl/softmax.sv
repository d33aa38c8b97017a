// softmax -- exponentials of the channels of a pixel divided by their sum.
//
//               +-----------+
//    in_data -->|           |--> out_data
//   in_valid -->|  softmax  |--> out_valid
//   in_ready <--|           |<-- out_ready
//               +-----------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. A pixel is n = C/LANES tokens. The first n-1 may
// be read in any tick; the last one needs the exponential unit, occupies it for
// n ticks, and if it is read at tick t, output token j is written at
// t + n + 7 + ceil(log2 LANES) + j and the next last token may be read from t+n
// on.
//
//   m   the largest raw value
//   a_c = min((m - x_c) >> DROP, 2^TABLE_BITS - 1), e_c the exponential of a_c
//   S   the sum of all e_c; bit p >= 15 is its leading one
//   u   the TABLE_BITS <= 15 bits behind it, v the inverse of u
//   y_c = (e_c * v) << (P - p), of fraction 16 + P with P = 15 + ceil(log2 C),
//         converted to the output format
//
// EXP_FILE, INVERSE_FILE: 2^TABLE_BITS words of 16 bits, by a_c and by u.
// Entry 0 of EXP_FILE is 2^15.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module softmax #(
    parameter int C            = 4,
    parameter int LANES        = 1,
    parameter int IN_WIDTH     = 8,
    parameter int IN_SIGNED    = 1,
    parameter int TABLE_BITS   = 8,
    parameter int DROP         = 0,
    parameter int OUT_WIDTH    = 8,
    parameter int OUT_FRAC     = 0,
    parameter int OUT_SIGNED   = 1,
    parameter int OUT_QUANT    = 0,
    parameter int OUT_OVERFLOW = 0,
    parameter     EXP_FILE     = "",
    parameter     INVERSE_FILE = ""
) (
    input  wire                        clk,
    input  wire                        rst,
    input  wire  [ LANES*IN_WIDTH-1:0] in_data,
    input  wire                        in_valid,
    output logic                       in_ready,
    output logic [LANES*OUT_WIDTH-1:0] out_data,
    output logic                       out_valid,
    input  wire                        out_ready
);

    localparam int TOKENS      = C / LANES;
    localparam int LEVELS      = $clog2(LANES);
    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    generate
        if (C % LANES != 0) begin : gen_illegal
            $error("lanes do not divide the channels");
        end
        if (TABLE_BITS > 15) begin : gen_too_long
            $error("a sum has 15 bits behind its leading one");
        end
    endgenerate

    wire tick = !out_valid || out_ready;

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

    wire                   exp_valid;
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

    // ---- sum: exponentials and levels of the tree behind ----

    wire                   sum_valid;
    wire                   sum_last;
    wire [INDEX_WIDTH-1:0] sum_token;
    wire                   divide;     // the sum of a pixel is complete
    wire                   scale_next; // its inverse is being read

    delay_valid #(
        .DEPTH(2 + LEVELS)
    ) sum_valid_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (exp_valid),
        .out (sum_valid)
    );

    wrap_counter #(
        .COUNT(TOKENS)
    ) sum_counter (
        .clk  (clk),
        .rst  (rst),
        .step (tick && sum_valid),
        .value(sum_token),
        .last (sum_last)
    );

    delay_valid #(
        .DEPTH(1)
    ) divide_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (sum_valid && sum_last),
        .out (divide)
    );

    delay_valid #(
        .DEPTH(1)
    ) scale_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (divide),
        .out (scale_next)
    );

    // ---- products with the inverse: one token a tick, output ----

    wire                   scale_valid;
    wire                   unused_scale_last;
    wire [INDEX_WIDTH-1:0] unused_scale_token;

    run_counter #(
        .COUNT(TOKENS)
    ) scale_run (
        .clk  (clk),
        .rst  (rst),
        .tick (tick),
        .start(tick && scale_next),
        .valid(scale_valid),
        .value(unused_scale_token),
        .last (unused_scale_last)
    );

    delay_valid #(
        .DEPTH(2)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (scale_valid),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data, in_token, exp_token, sum_token};
`else
    localparam int TOKEN_WIDTH = LANES * IN_WIDTH;
    localparam int EXP_WIDTH   = 16;
    localparam int MOST_SHIFT  = $clog2(C);
    localparam int SUM_WIDTH   = EXP_WIDTH + MOST_SHIFT;
    localparam int SHIFT_WIDTH = (MOST_SHIFT > 0) ? $clog2(MOST_SHIFT + 1) : 1;

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

    wire [LANES*EXP_WIDTH-1:0] exponentials;

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

    // ---- their sum ----

    wire  [EXP_WIDTH+LEVELS-1:0] token_sum;
    logic [       SUM_WIDTH-1:0] sum;

    sum_tree #(
        .COUNT     (LANES),
        .WIDTH     (EXP_WIDTH),
        .IS_SIGNED (0),
        .MOST_WIDTH(SUM_WIDTH)
    ) tree (
        .clk   (clk),
        .tick  (tick),
        .values(exponentials),
        .sum   (token_sum)
    );

    always_ff @(posedge clk) begin
        if (tick && sum_valid) begin
            sum <= ((sum_token == '0) ? '0 : sum) + SUM_WIDTH'(token_sum);
        end
    end

    // ---- its inverse ----

    wire  [  SUM_WIDTH-1:0] normalised;
    wire  [SHIFT_WIDTH-1:0] shift;
    logic [ TABLE_BITS-1:0] inverse_address;
    logic [SHIFT_WIDTH-1:0] address_shift;
    logic [SHIFT_WIDTH-1:0] inverse_shift;
    wire  [  EXP_WIDTH-1:0] inverse;

    leading_one #(
        .WIDTH(SUM_WIDTH),
        .MOST (MOST_SHIFT)
    ) normalise (
        .number    (sum),
        .shift     (shift),
        .normalised(normalised)
    );

    always_ff @(posedge clk) begin
        if (tick) begin
            inverse_address <= normalised[SUM_WIDTH-2-:TABLE_BITS];
            address_shift   <= shift;
            if (scale_next) begin
                inverse_shift <= address_shift;
            end
        end
    end

    parameter_rom #(
        .WIDTH(EXP_WIDTH),
        .DEPTH(1 << TABLE_BITS),
        .FILE (INVERSE_FILE)
    ) inverse_rom (
        .clk    (clk),
        .read   (tick && scale_next),
        .address(inverse_address),
        .data   (inverse)
    );

    // ---- products ----

    // The shift is that of the inverse, once for all lanes.
    wire [      SUM_WIDTH-1:0] factor = SUM_WIDTH'(inverse) << inverse_shift;
    wire [LANES*EXP_WIDTH-1:0] delayed;

    delay_line #(
        .WIDTH(LANES * EXP_WIDTH),
        .DEPTH(TOKENS + 2 + LEVELS)
    ) exponentials_delay (
        .clk (clk),
        .rst (rst),
        .step(tick),
        .in  (exponentials),
        .out (delayed)
    );

    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_product
            localparam int PRODUCT_WIDTH = EXP_WIDTH + SUM_WIDTH;

            wire  [  PRODUCT_WIDTH:0] product;
            logic [PRODUCT_WIDTH-1:0] product_register;
            wire  [    OUT_WIDTH-1:0] result;

            multiply #(
                .IN_WIDTH     (EXP_WIDTH),
                .IN_SIGNED    (0),
                .WEIGHT_WIDTH (SUM_WIDTH),
                .WEIGHT_SIGNED(0)
            ) multiplier (
                .x      (delayed[lane*EXP_WIDTH+:EXP_WIDTH]),
                .w      (factor),
                .product(product)
            );

            convert #(
                .IN_WIDTH    (PRODUCT_WIDTH),
                .IN_FRAC     (PRODUCT_WIDTH - 1),
                .IN_SIGNED   (0),
                .OUT_WIDTH   (OUT_WIDTH),
                .OUT_FRAC    (OUT_FRAC),
                .OUT_SIGNED  (OUT_SIGNED),
                .OUT_QUANT   (OUT_QUANT),
                .OUT_OVERFLOW(OUT_OVERFLOW)
            ) to_output (
                .in (product_register),
                .out(result)
            );

            always_ff @(posedge clk) begin
                if (tick) begin
                    product_register <= product[PRODUCT_WIDTH-1:0];
                    out_data[lane*OUT_WIDTH+:OUT_WIDTH] <= result;
                end
            end
            // Both factors are unsigned.
            wire unused = &{1'b0, product[PRODUCT_WIDTH]};
        end
    endgenerate

    // The leading one itself and what is behind the address.
    wire unused = &{1'b0, normalised};
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
