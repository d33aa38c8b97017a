// lane_max -- lane by lane the largest of COUNT tokens that stand side by side.
//
//               +------------+
//     tokens -->|  lane_max  |--> largest    combinational
//               +------------+

`default_nettype none

module lane_max #(
    parameter int COUNT     = 2,
    parameter int LANES     = 1,
    parameter int WIDTH     = 8,
    parameter int IS_SIGNED = 1
) (
    input  wire  [COUNT*LANES*WIDTH-1:0] tokens,
    output logic [      LANES*WIDTH-1:0] largest
);

    // A heap: the tokens are leaves COUNT .. 2*COUNT-1, node n is the larger of
    // nodes 2n and 2n+1, and node 1 is the result.
    genvar lane, node;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            for (node = 2 * COUNT - 1; node >= 1; node = node - 1)
            begin : gen_node
                wire [WIDTH-1:0] value;

                if (node >= COUNT) begin : gen_leaf
                    assign value =
                        tokens[((node-COUNT)*LANES+lane)*WIDTH+:WIDTH];
                end else begin : gen_larger
                    wire [WIDTH-1:0] a = gen_node[2*node].value;
                    wire [WIDTH-1:0] b = gen_node[2*node+1].value;
                    wire a_is_larger = (IS_SIGNED != 0)
                                     ? $signed(a) > $signed(b) : a > b;
                    assign value = a_is_larger ? a : b;
                end
            end
            assign largest[lane*WIDTH+:WIDTH] = gen_node[1].value;
        end
    endgenerate

endmodule

`default_nettype wire
