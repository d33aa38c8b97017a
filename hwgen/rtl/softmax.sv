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
    // 2^15 stands for one and is itself an exponential; an inverse is below
    // 2^16.
    localparam int EXP_WIDTH   = 16;

    generate
        if (TABLE_BITS > 15) begin : gen_too_long
            $error("a sum has 15 bits behind its leading one");
        end
    endgenerate

    wire tick = !out_valid || out_ready;

    // ---- exponential unit: one token a tick ----

    wire                       exp_valid;
    wire [LANES*EXP_WIDTH-1:0] exponentials;

    softmax_front #(
        .C         (C),
        .LANES     (LANES),
        .IN_WIDTH  (IN_WIDTH),
        .IN_SIGNED (IN_SIGNED),
        .TABLE_BITS(TABLE_BITS),
        .DROP      (DROP),
        .EXP_WIDTH (EXP_WIDTH),
        .EXP_FILE  (EXP_FILE)
    ) front (
        .clk         (clk),
        .rst         (rst),
        .tick        (tick),
        .in_data     (in_data),
        .in_valid    (in_valid),
        .in_ready    (in_ready),
        .exp_valid   (exp_valid),
        .exponentials(exponentials)
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
    wire unused = &{1'b0, exponentials, sum_token};
`else
    localparam int MOST_SHIFT  = $clog2(C);
    localparam int SUM_WIDTH   = EXP_WIDTH + MOST_SHIFT;
    localparam int SHIFT_WIDTH = (MOST_SHIFT > 0) ? $clog2(MOST_SHIFT + 1) : 1;

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

    genvar lane;
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
