// mean -- sums times a reciprocal, converted to the output format.
//
//             +--------+
//    sums --->|        |
//  factor --->|  mean  |--> means   of the sums of the tick before
//    tick --->|        |
//             +--------+
//
// The product of every sum and RECIPROCAL has the fraction IN_FRAC +
// RECIPROCAL_FRAC and a register, which is filled at the end of a tick; means
// follow from it. A power of two takes no multiplier: the sum itself stands for
// the product.
//
// RECIPROCAL 0: the sums are those of fewer values at times, and factor, which
// comes with them, takes its place; that of the most values has LEAST_WIDTH
// bits. No product is wider than with that one: a larger factor meets smaller
// sums.

`default_nettype none

module mean #(
    parameter int LANES           = 1,
    parameter int SUM_WIDTH       = 10,
    parameter int IN_FRAC         = 0,
    parameter int IN_SIGNED       = 1,
    parameter int RECIPROCAL      = 65536,
    parameter int RECIPROCAL_FRAC = 18,
    parameter int FACTOR_WIDTH    = $clog2(RECIPROCAL + 1),
    parameter int LEAST_WIDTH     = FACTOR_WIDTH,
    parameter int OUT_WIDTH       = 8,
    parameter int OUT_FRAC        = 0,
    parameter int OUT_SIGNED      = 1,
    parameter int OUT_QUANT       = 0,
    parameter int OUT_OVERFLOW    = 0
) (
    input  wire                        clk,
    input  wire                        tick,
    input  wire  [LANES*SUM_WIDTH-1:0] sums,
    input  wire  [   FACTOR_WIDTH-1:0] factor,
    output logic [LANES*OUT_WIDTH-1:0] means
);

    localparam int IS_SHIFT = (RECIPROCAL == 1 << (FACTOR_WIDTH - 1)) ? 1 : 0;
    localparam int SIGN_WIDTH = (IN_SIGNED != 0) ? 0 : 1;

    localparam int PRODUCT_WIDTH  = (IS_SHIFT != 0) ? SUM_WIDTH
        : SUM_WIDTH + LEAST_WIDTH + SIGN_WIDTH;
    localparam int PRODUCT_SIGNED = (IS_SHIFT != 0) ? IN_SIGNED : 1;
    localparam int PRODUCT_FRAC   = IN_FRAC + RECIPROCAL_FRAC
        - ((IS_SHIFT != 0) ? FACTOR_WIDTH - 1 : 0);

    wire [FACTOR_WIDTH-1:0] multiplicand =
        (RECIPROCAL != 0) ? FACTOR_WIDTH'(RECIPROCAL) : factor;
    wire unused = &{1'b0, factor, multiplicand};

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire  [    SUM_WIDTH-1:0] sum = sums[lane*SUM_WIDTH+:SUM_WIDTH];
            wire  [PRODUCT_WIDTH-1:0] product;
            logic [PRODUCT_WIDTH-1:0] product_register;

            if (IS_SHIFT != 0) begin : gen_shift
                assign product = sum;
            end else begin : gen_multiply
                wire [SUM_WIDTH+FACTOR_WIDTH+SIGN_WIDTH-1:0] wide;

                // Upper bits repeat the sign.
                assign product = wide[PRODUCT_WIDTH-1:0];
                wire unused_bits = &{1'b0, wide};

                multiply #(
                    .IN_WIDTH     (SUM_WIDTH),
                    .IN_SIGNED    (IN_SIGNED),
                    .WEIGHT_WIDTH (FACTOR_WIDTH),
                    .WEIGHT_SIGNED(0)
                ) multiplier (
                    .x      (sum),
                    .w      (multiplicand),
                    .product(wide)
                );
            end

            always_ff @(posedge clk) begin
                if (tick) begin
                    product_register <= product;
                end
            end

            convert #(
                .IN_WIDTH    (PRODUCT_WIDTH),
                .IN_FRAC     (PRODUCT_FRAC),
                .IN_SIGNED   (PRODUCT_SIGNED),
                .OUT_WIDTH   (OUT_WIDTH),
                .OUT_FRAC    (OUT_FRAC),
                .OUT_SIGNED  (OUT_SIGNED),
                .OUT_QUANT   (OUT_QUANT),
                .OUT_OVERFLOW(OUT_OVERFLOW)
            ) to_output (
                .in (product_register),
                .out(means[lane*OUT_WIDTH+:OUT_WIDTH])
            );
        end
    endgenerate

endmodule

`default_nettype wire
