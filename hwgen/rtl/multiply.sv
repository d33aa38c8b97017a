// multiply -- exact product of an operand and a weight.
//
//             +------------+
//        x -->|            |
//        w -->|  multiply  |--> product    combinational
//             +------------+
//
// The product is a signed number, whatever the operands are: IN_WIDTH +
// WEIGHT_WIDTH bits, and one more if both are unsigned.

`default_nettype none

module multiply #(
    parameter int IN_WIDTH      = 8,
    parameter int IN_SIGNED     = 1,
    parameter int WEIGHT_WIDTH  = 8,
    parameter int WEIGHT_SIGNED = 1,
    localparam int BOTH_UNSIGNED = (IN_SIGNED == 0 && WEIGHT_SIGNED == 0)
                                 ? 1 : 0,
    localparam int PRODUCT_WIDTH = IN_WIDTH + WEIGHT_WIDTH + BOTH_UNSIGNED
) (
    input  wire  [     IN_WIDTH-1:0] x,
    input  wire  [ WEIGHT_WIDTH-1:0] w,
    output logic [PRODUCT_WIDTH-1:0] product
);

    wire x_sign = (IN_SIGNED != 0) && x[IN_WIDTH-1];
    wire w_sign = (WEIGHT_SIGNED != 0) && w[WEIGHT_WIDTH-1];
    wire signed [PRODUCT_WIDTH-1:0] x_wide =
        {{(PRODUCT_WIDTH - IN_WIDTH){x_sign}}, x};
    wire signed [PRODUCT_WIDTH-1:0] w_wide =
        {{(PRODUCT_WIDTH - WEIGHT_WIDTH){w_sign}}, w};

    assign product = x_wide * w_wide;

endmodule

`default_nettype wire
