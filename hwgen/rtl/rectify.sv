// rectify -- the activation in front of a conversion: nothing, ReLU, or ReLU
// with a limit.
//
//           +-----------+
//    in --->|  rectify  |---> out     combinational
//           +-----------+
//
//   RELU 0             out = in
//   RELU 1             out = max(in, 0)
//   RELU 1, RELU_MAX   out = min(max(in, 0), RELU_MAX); RELU_MAX is a whole
//                      number, of which bits below the fraction of in are cut
//                      off. 0: no limit

`default_nettype none

module rectify #(
    parameter int WIDTH     = 16,
    parameter int FRAC      = 8,
    parameter int IS_SIGNED = 1,
    parameter int RELU      = 1,
    parameter int RELU_MAX  = 0
) (
    input  wire  [WIDTH-1:0] in,
    output logic [WIDTH-1:0] out
);

    // The limit as a raw value, and whether a number of this width can be
    // above it at all.
    localparam int UP   = (FRAC > 0) ? FRAC : 0;
    localparam int DOWN = (FRAC < 0) ? -FRAC : 0;
    localparam int WIDE = WIDTH + 32 + UP;
    localparam logic [WIDE-1:0] LIMIT = (WIDE'(RELU_MAX) << UP) >> DOWN;
    localparam logic [WIDE-1:0] MOST =
        (WIDE'(1) << (WIDTH - ((IS_SIGNED != 0) ? 1 : 0))) - WIDE'(1);
    localparam logic LIMITED = RELU_MAX != 0 && LIMIT < MOST;

    generate
        if (RELU == 0) begin : gen_linear
            assign out = in;
        end else begin : gen_relu
            wire [WIDTH-1:0] positive =
                (IS_SIGNED != 0 && in[WIDTH-1]) ? '0 : in;

            if (LIMITED) begin : gen_limit
                assign out = (positive > LIMIT[WIDTH-1:0]) ? LIMIT[WIDTH-1:0]
                                                           : positive;
            end else begin : gen_no_limit
                assign out = positive;
            end
        end
    endgenerate

endmodule

`default_nettype wire
