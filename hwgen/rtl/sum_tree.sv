// sum_tree -- sum of COUNT unsigned values, a register a level.
//
//               +------------+
//    values --->|            |--> sum    of ceil(log2 COUNT) ticks before
//      tick --->|  sum_tree  |
//               +------------+
//
// The sum has ceil(log2 COUNT) bits more than a value, so that it is exact. For
// one value it is a wire.

`default_nettype none

module sum_tree #(
    parameter int COUNT = 4,
    parameter int WIDTH = 16,
    localparam int LEVELS = $clog2(COUNT)
) (
    input  wire                     clk,
    input  wire                     tick,
    input  wire  [ COUNT*WIDTH-1:0] values,
    output logic [WIDTH+LEVELS-1:0] sum
);

    genvar level, node;
    generate
        for (level = 0; level <= LEVELS; level = level + 1) begin : gen_level
            localparam int NODES = (COUNT + (1 << level) - 1) >> level;
            localparam int BELOW = (level == 0) ? COUNT
                : (COUNT + (1 << level) / 2 - 1) >> (level - 1);
            localparam int BITS  = WIDTH + level;

            for (node = 0; node < NODES; node = node + 1) begin : gen_node
                logic [BITS-1:0] value;

                if (level == 0) begin : gen_value
                    assign value = values[node*WIDTH+:WIDTH];
                end else if (2 * node + 1 < BELOW) begin : gen_add
                    wire [BITS-2:0] a =
                        gen_level[level-1].gen_node[2*node].value;
                    wire [BITS-2:0] b =
                        gen_level[level-1].gen_node[2*node+1].value;

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            value <= {1'b0, a} + {1'b0, b};
                        end
                    end
                end else begin : gen_pass
                    wire [BITS-2:0] a =
                        gen_level[level-1].gen_node[2*node].value;

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            value <= {1'b0, a};
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
