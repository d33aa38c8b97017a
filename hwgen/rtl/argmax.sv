// argmax -- per pixel the index of its largest channel, the first of equals.
//
//               +----------+
//    in_data -->|          |--> out_data
//   in_valid -->|  argmax  |--> out_valid
//   in_ready <--|          |<-- out_ready
//               +----------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read. A pixel is
// C/LANES tokens; its last one, read at tick t, causes the output token at
// t + 2 + ceil(log2 LANES). The index has max(1, ceil(log2 C)) bits.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module argmax #(
    parameter int C         = 4,
    parameter int LANES     = 1,
    parameter int WIDTH     = 8,
    parameter int IS_SIGNED = 1,
    localparam int OUT_WIDTH = (C > 1) ? $clog2(C) : 1
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [LANES*WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [  OUT_WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
);

    localparam int TOKENS      = C / LANES;
    localparam int LEVELS      = $clog2(LANES);
    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;
    localparam int LANE_WIDTH  = (LANES > 1) ? LEVELS : 1;

    generate
        if (C % LANES != 0) begin : gen_illegal
            $error("lanes do not divide the channels");
        end
    endgenerate

    wire tick = !out_valid || out_ready;

    assign in_ready = tick;

    // ---- stages: one a level of the tree, best so far, output ----

    wire                   token_valid;  // out of the tree
    wire                   token_last;
    wire [INDEX_WIDTH-1:0] token;

    delay_valid #(
        .DEPTH(LEVELS)
    ) tree_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (in_valid),
        .out (token_valid)
    );

    wrap_counter #(
        .COUNT(TOKENS)
    ) token_counter (
        .clk  (clk),
        .rst  (rst),
        .step (tick && token_valid),
        .value(token),
        .last (token_last)
    );

    delay_valid #(
        .DEPTH(2)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (token_valid && token_last),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data, token, LANE_WIDTH};
`else
    // ---- the largest lane of a token ----

    // A node of the tree has a value and the lane it comes from, counted within
    // the lanes below the node. On the left are the lower lanes, and the left
    // one is taken if both are equal.
    genvar level, node;
    generate
        for (level = 0; level <= LEVELS; level = level + 1) begin : gen_level
            localparam int NODES = (LANES + (1 << level) - 1) >> level;
            localparam int BELOW = (level == 0) ? LANES
                : (LANES + (1 << level) / 2 - 1) >> (level - 1);
            localparam int PLACE_WIDTH = (level > 0) ? level : 1;

            for (node = 0; node < NODES; node = node + 1) begin : gen_node
                logic [      WIDTH-1:0] value;
                logic [PLACE_WIDTH-1:0] place;

                if (level == 0) begin : gen_lane
                    assign value = in_data[node*WIDTH+:WIDTH];
                    assign place = 1'b0;
                    wire unused = &{1'b0, place};
                end else if (2 * node + 1 < BELOW) begin : gen_larger
                    wire [WIDTH-1:0] a =
                        gen_level[level-1].gen_node[2*node].value;
                    wire [WIDTH-1:0] b =
                        gen_level[level-1].gen_node[2*node+1].value;
                    wire b_is_larger = (IS_SIGNED != 0)
                                     ? $signed(b) > $signed(a) : b > a;

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            value <= b_is_larger ? b : a;
                        end
                    end

                    if (level == 1) begin : gen_first
                        always_ff @(posedge clk) begin
                            if (tick) begin
                                place <= b_is_larger;
                            end
                        end
                    end else begin : gen_further
                        wire [level-2:0] a_place =
                            gen_level[level-1].gen_node[2*node].place;
                        wire [level-2:0] b_place =
                            gen_level[level-1].gen_node[2*node+1].place;

                        always_ff @(posedge clk) begin
                            if (tick) begin
                                place <= {
                                    b_is_larger, b_is_larger ? b_place : a_place
                                };
                            end
                        end
                    end
                end else begin : gen_pass
                    always_ff @(posedge clk) begin
                        if (tick) begin
                            value <= gen_level[level-1].gen_node[2*node].value;
                            place <= PLACE_WIDTH'(
                                gen_level[level-1].gen_node[2*node].place);
                        end
                    end
                end
            end
        end
    endgenerate

    wire [     WIDTH-1:0] value = gen_level[LEVELS].gen_node[0].value;
    wire [LANE_WIDTH-1:0] place = gen_level[LEVELS].gen_node[0].place;

    // ---- its channel ----

    wire [OUT_WIDTH-1:0] channel;

    generate
        if (TOKENS == 1) begin : gen_one_token
            assign channel = place;
            wire unused = &{1'b0, token};
        end else if (LANES == 1) begin : gen_one_lane
            assign channel = token;
            wire unused = &{1'b0, place};
        end else if (LANES == 1 << LEVELS) begin : gen_side_by_side
            assign channel = {token, place};
        end else begin : gen_count
            logic [OUT_WIDTH-1:0] first_channel;  // of the token

            always_ff @(posedge clk) begin
                if (rst) begin
                    first_channel <= '0;
                end else if (tick && token_valid) begin
                    first_channel <= token_last
                                   ? '0 : first_channel + OUT_WIDTH'(LANES);
                end
            end

            assign channel = first_channel + OUT_WIDTH'(place);
        end
    endgenerate

    // ---- the largest channel of a pixel ----

    logic [OUT_WIDTH-1:0] best_channel;

    generate
        if (TOKENS == 1) begin : gen_pixel
            always_ff @(posedge clk) begin
                if (tick) begin
                    best_channel <= channel;
                end
            end
            wire unused = &{1'b0, value};
        end else begin : gen_tokens
            logic [WIDTH-1:0] best;

            wire first  = token == '0;
            wire better = (IS_SIGNED != 0) ? $signed(value) > $signed(best)
                                           : value > best;

            always_ff @(posedge clk) begin
                if (tick && token_valid && (first || better)) begin
                    best         <= value;
                    best_channel <= channel;
                end
            end
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= best_channel;
        end
    end
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
