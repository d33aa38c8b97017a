// lane_sum -- lane by lane the sum of COUNT tokens that stand side by side.
//
//               +------------+
//     tokens -->|  lane_sum  |--> sums    combinational
//               +------------+
//
// A sum has ceil(log2 COUNT) bits more than a value, so that it is exact; it is
// signed if the values are.

`default_nettype none

module lane_sum #(
    parameter int COUNT     = 2,
    parameter int LANES     = 1,
    parameter int WIDTH     = 8,
    parameter int IS_SIGNED = 1,
    localparam int SUM_WIDTH = WIDTH + $clog2(COUNT)
) (
    input  wire  [COUNT*LANES*WIDTH-1:0] tokens,
    output logic [  LANES*SUM_WIDTH-1:0] sums
);

    // A heap: the tokens are leaves COUNT .. 2*COUNT-1, node n is the sum of
    // nodes 2n and 2n+1, and node 1 is the result. A node has as many bits more
    // than a value as there are levels below it, floor(log2((2*COUNT-1) / n)).
    genvar lane, node;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            for (node = 2 * COUNT - 1; node >= 1; node = node - 1)
            begin : gen_node
                localparam int BITS = WIDTH
                                    + $clog2((2 * COUNT - 1) / node + 1) - 1;
                wire [BITS-1:0] value;

                if (node >= COUNT) begin : gen_leaf
                    assign value =
                        tokens[((node-COUNT)*LANES+lane)*WIDTH+:WIDTH];
                end else begin : gen_sum
                    localparam int A_BITS =
                        WIDTH + $clog2((2 * COUNT - 1) / (2 * node) + 1) - 1;
                    localparam int B_BITS =
                        WIDTH + $clog2((2 * COUNT - 1) / (2 * node + 1) + 1)
                        - 1;
                    wire [A_BITS-1:0] a = gen_node[2*node].value;
                    wire [B_BITS-1:0] b = gen_node[2*node+1].value;
                    wire a_sign = (IS_SIGNED != 0) && a[A_BITS-1];
                    wire b_sign = (IS_SIGNED != 0) && b[B_BITS-1];
                    assign value = {{(BITS - A_BITS){a_sign}}, a}
                                 + {{(BITS - B_BITS){b_sign}}, b};
                end
            end
            assign sums[lane*SUM_WIDTH+:SUM_WIDTH] = gen_node[1].value;
        end
    endgenerate

endmodule

`default_nettype wire
