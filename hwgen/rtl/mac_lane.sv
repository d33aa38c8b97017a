// mac_lane -- one output channel of a MAC array: adder tree over the products,
// accumulator, bias, ReLU and conversion to the output format.
//
//                     +------------+
//     products ------>|            |
//     sum_valid ----->|            |--> out   from the accumulator
//     sum_first ----->|  mac_lane  |
//     bias ---------->|            |
//     tick ---------->|            |
//                     +------------+
//
// Ticks: products at u, product registers filled at the end of u, one level of
// the tree at the end of each of the next ceil(log2 SIMD) ticks. In the tick
// after that (sum_valid) the sum is loaded into the accumulator (sum_first) or
// added to it. bias must be there in the tick in which out is used. Sums are
// modulo 2^ACC_WIDTH. RELU, RELU_MAX: rectify.sv.

`default_nettype none

module mac_lane #(
    parameter int SIMD          = 4,
    parameter int PRODUCT_WIDTH = 16,
    parameter int PRODUCT_FRAC  = 0,
    parameter int ACC_WIDTH     = 24,
    parameter int ACC_FRAC      = 0,
    parameter int ACC_QUANT     = 0,
    parameter int RELU          = 0,
    parameter int RELU_MAX      = 0,
    parameter int OUT_WIDTH     = 8,
    parameter int OUT_FRAC      = 0,
    parameter int OUT_SIGNED    = 1,
    parameter int OUT_QUANT     = 0,
    parameter int OUT_OVERFLOW  = 0
) (
    input  wire                           clk,
    input  wire                           tick,
    input  wire  [SIMD*PRODUCT_WIDTH-1:0] products,
    input  wire                           sum_valid,
    input  wire                           sum_first,
    input  wire  [         ACC_WIDTH-1:0] bias,
    output logic [         OUT_WIDTH-1:0] out
);

    localparam int LEVELS = $clog2(SIMD);

    // A term is a product in accumulator steps. It and the partial sums, which
    // grow by one bit a level, need no more bits than the accumulator has.
    localparam int DROP = (PRODUCT_FRAC > ACC_FRAC)
                        ? PRODUCT_FRAC - ACC_FRAC : 0;
    localparam int GROW = (PRODUCT_FRAC < ACC_FRAC)
                        ? ACC_FRAC - PRODUCT_FRAC : 0;
    localparam int KEPT = (PRODUCT_WIDTH > DROP) ? PRODUCT_WIDTH - DROP : 1;
    localparam int EXACT_WIDTH = KEPT + GROW + ((DROP > 0) ? 1 : 0);
    localparam int TERM_WIDTH  = (EXACT_WIDTH < ACC_WIDTH)
                               ? EXACT_WIDTH : ACC_WIDTH;

    genvar level, node;
    generate
        for (level = 0; level <= LEVELS; level = level + 1) begin : gen_level
            localparam int NODES = (SIMD + (1 << level) - 1) >> level;
            localparam int WIDTH = (TERM_WIDTH + level < ACC_WIDTH)
                                 ? TERM_WIDTH + level : ACC_WIDTH;
            localparam int BELOW = (TERM_WIDTH + level - 1 < ACC_WIDTH)
                                 ? TERM_WIDTH + level - 1 : ACC_WIDTH;

            for (node = 0; node < NODES; node = node + 1) begin : gen_node
                logic signed [WIDTH-1:0] sum;

                if (level == 0) begin : gen_product
                    wire [WIDTH-1:0] term;

                    convert #(
                        .IN_WIDTH    (PRODUCT_WIDTH),
                        .IN_FRAC     (PRODUCT_FRAC),
                        .IN_SIGNED   (1),
                        .OUT_WIDTH   (WIDTH),
                        .OUT_FRAC    (ACC_FRAC),
                        .OUT_SIGNED  (1),
                        .OUT_QUANT   (ACC_QUANT),
                        .OUT_OVERFLOW(0)
                    ) to_accumulator (
                        .in (products[node*PRODUCT_WIDTH+:PRODUCT_WIDTH]),
                        .out(term)
                    );

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            sum <= term;
                        end
                    end
                end else if (2 * node + 1 <
                             (SIMD + (1 << (level - 1)) - 1) >> (level - 1))
                begin : gen_add
                    wire signed [BELOW-1:0] a =
                        gen_level[level-1].gen_node[2*node].sum;
                    wire signed [BELOW-1:0] b =
                        gen_level[level-1].gen_node[2*node+1].sum;

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            sum <= WIDTH'(a) + WIDTH'(b);
                        end
                    end
                end else begin : gen_pass
                    wire signed [BELOW-1:0] a =
                        gen_level[level-1].gen_node[2*node].sum;

                    always_ff @(posedge clk) begin
                        if (tick) begin
                            sum <= WIDTH'(a);
                        end
                    end
                end
            end
        end
    endgenerate

    wire signed [ACC_WIDTH-1:0] sum =
        ACC_WIDTH'(gen_level[LEVELS].gen_node[0].sum);

    logic [ACC_WIDTH-1:0] accumulator;

    always_ff @(posedge clk) begin
        if (tick && sum_valid) begin
            accumulator <= sum_first ? sum : accumulator + sum;
        end
    end

    wire [ACC_WIDTH-1:0] total = accumulator + bias;
    wire [ACC_WIDTH-1:0] active;

    rectify #(
        .WIDTH    (ACC_WIDTH),
        .FRAC     (ACC_FRAC),
        .IS_SIGNED(1),
        .RELU     (RELU),
        .RELU_MAX (RELU_MAX)
    ) activation (
        .in (total),
        .out(active)
    );

    convert #(
        .IN_WIDTH    (ACC_WIDTH),
        .IN_FRAC     (ACC_FRAC),
        .IN_SIGNED   (1),
        .OUT_WIDTH   (OUT_WIDTH),
        .OUT_FRAC    (OUT_FRAC),
        .OUT_SIGNED  (OUT_SIGNED),
        .OUT_QUANT   (OUT_QUANT),
        .OUT_OVERFLOW(OUT_OVERFLOW)
    ) to_output (
        .in (active),
        .out(out)
    );

endmodule

`default_nettype wire
