// multiply_pair -- two exact products with one multiplier: x * w0 and x * w1.
//
//              +-----------------+
//         x -->|                 |--> product0
//        w0 -->|  multiply_pair  |
//        w1 -->|                 |--> product1    combinational
//              +-----------------+
//
// Same results as two of multiply.sv. The multiplier takes x and
// w1 * 2^S + w0, S being the width of both factors together, so that
//
//   x * (w1 * 2^S + w0) = (x * w1) * 2^S + x * w0.
//
// If x * w0 can be negative, it borrows one from the product above it. To put
// that right, 2^(S-1) is added: x * w0 + 2^(S-1) is between 0 and 2^S - 1, so
// the upper bits are x * w1, and the lower ones x * w0 with its sign turned
// over.
//
// Adder, multiplier, adder is what a DSP48E2 has, up to 27 by 18 bits:
// S + WEIGHT_WIDTH + 1 <= 27, and 18 bits for x, one of them its sign. Wider
// products are right as well, with more multipliers.

`default_nettype none

module multiply_pair #(
    parameter int IN_WIDTH      = 8,
    parameter int IN_SIGNED     = 1,
    parameter int WEIGHT_WIDTH  = 8,
    parameter int WEIGHT_SIGNED = 1,
    localparam int BOTH_UNSIGNED = (IN_SIGNED == 0 && WEIGHT_SIGNED == 0)
                                 ? 1 : 0,
    localparam int PRODUCT_WIDTH = IN_WIDTH + WEIGHT_WIDTH + BOTH_UNSIGNED
) (
    input  wire  [     IN_WIDTH-1:0] x,
    input  wire  [ WEIGHT_WIDTH-1:0] w0,
    input  wire  [ WEIGHT_WIDTH-1:0] w1,
    output logic [PRODUCT_WIDTH-1:0] product0,
    output logic [PRODUCT_WIDTH-1:0] product1
);

    localparam int S            = IN_WIDTH + WEIGHT_WIDTH;
    localparam int PACKED_WIDTH = S + WEIGHT_WIDTH + 1;
    localparam int X_WIDTH      = IN_WIDTH + 1;
    localparam int BOTH_WIDTH   = 2 * S + 1;

    wire x_sign  = (IN_SIGNED != 0) && x[IN_WIDTH-1];
    wire w0_sign = (WEIGHT_SIGNED != 0) && w0[WEIGHT_WIDTH-1];
    wire w1_sign = (WEIGHT_SIGNED != 0) && w1[WEIGHT_WIDTH-1];

    wire signed [X_WIDTH-1:0]      x_wide = {x_sign, x};
    wire signed [PACKED_WIDTH-1:0] upper  = {w1_sign, w1, {S{1'b0}}};
    wire signed [PACKED_WIDTH-1:0] lower  =
        {{(PACKED_WIDTH - WEIGHT_WIDTH){w0_sign}}, w0};
    wire signed [PACKED_WIDTH-1:0] weights;
    wire signed [BOTH_WIDTH-1:0]   both;

    assign both = x_wide * weights;

    generate
        if (WEIGHT_SIGNED != 0) begin : gen_add
            assign weights = upper + lower;
        end else begin : gen_side_by_side
            assign weights = upper | lower;
        end
        if (BOTH_UNSIGNED != 0) begin : gen_no_borrow
            assign product0 = {1'b0, both[S-1:0]};
            assign product1 = both[BOTH_WIDTH-1:S];
        end else begin : gen_borrow
            localparam logic [BOTH_WIDTH-1:0] TURN = BOTH_WIDTH'(1) << (S - 1);
            wire [BOTH_WIDTH-1:0] turned = both + TURN;
            assign product0 = {~turned[S-1], turned[S-2:0]};
            assign product1 = turned[2*S-1:S];
            // The sign stands below it already.
            wire unused = &{1'b0, turned[BOTH_WIDTH-1]};
        end
    endgenerate

endmodule

`default_nettype wire
