// sum_tree -- sum of COUNT values, a register a level.
//
//               +------------+
//    values --->|            |--> sum    of ceil(log2 COUNT) ticks before
//      tick --->|  sum_tree  |
//               +------------+
//
// A level is one bit wider than the one before, so that its sums are exact, but
// no wider than MOST_WIDTH: sums are modulo 2^MOST_WIDTH. MOST_WIDTH is at
// least WIDTH. For one value it is a wire.

`default_nettype none

module sum_tree #(
    parameter int COUNT      = 4,
    parameter int WIDTH      = 16,
    parameter int IS_SIGNED  = 1,
    parameter int MOST_WIDTH = 32,
    localparam int LEVELS    = $clog2(COUNT),
    localparam int SUM_WIDTH = (WIDTH + LEVELS < MOST_WIDTH) ? WIDTH + LEVELS
                                                            : MOST_WIDTH
) (
    input  wire                    clk,
    input  wire                    tick,
    input  wire  [COUNT*WIDTH-1:0] values,
    output logic [  SUM_WIDTH-1:0] sum
);

    genvar level, node;
    generate
        for (level = 0; level <= LEVELS; level = level + 1) begin : gen_level
            localparam int NODES = (COUNT + (1 << level) - 1) >> level;
            localparam int BELOW = (level == 0) ? COUNT
                : (COUNT + (1 << level) / 2 - 1) >> (level - 1);
            localparam int BITS  = (WIDTH + level < MOST_WIDTH)
                                 ? WIDTH + level : MOST_WIDTH;
            localparam int BELOW_BITS = (WIDTH + level - 1 < MOST_WIDTH)
                                      ? WIDTH + level - 1 : MOST_WIDTH;

            for (node = 0; node < NODES; node = node + 1) begin : gen_node
                logic [BITS-1:0] value;

                if (level == 0) begin : gen_value
                    assign value = values[node*WIDTH+:WIDTH];
                end else if (2 * node + 1 < BELOW) begin : gen_add
                    wire [BELOW_BITS-1:0] a =
                        gen_level[level-1].gen_node[2*node].value;
                    wire [BELOW_BITS-1:0] b =
                        gen_level[level-1].gen_node[2*node+1].value;
                    wire a_sign = (IS_SIGNED != 0) && a[BELOW_BITS-1];
                    wire b_sign = (IS_SIGNED != 0) && b[BELOW_BITS-1];

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            value <= BITS'($signed({a_sign, a})) +
                                     BITS'($signed({b_sign, b}));
                        end
                    end
                end else begin : gen_pass
                    wire [BELOW_BITS-1:0] a =
                        gen_level[level-1].gen_node[2*node].value;
                    wire a_sign = (IS_SIGNED != 0) && a[BELOW_BITS-1];

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            value <= BITS'($signed({a_sign, a}));
                        end
                    end
                end
            end
        end
    endgenerate

    assign sum = gen_level[LEVELS].gen_node[0].value;

    // One value needs no register.
    generate
        if (LEVELS == 0) begin : gen_wire
            wire unused = &{1'b0, clk, tick};
        end
    endgenerate

endmodule

`default_nettype wire
