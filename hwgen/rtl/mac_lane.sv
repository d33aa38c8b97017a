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

    // A term is a product in accumulator steps. It and the partial sums need no
    // more bits than the accumulator has.
    localparam int DROP = (PRODUCT_FRAC > ACC_FRAC)
                        ? PRODUCT_FRAC - ACC_FRAC : 0;
    localparam int GROW = (PRODUCT_FRAC < ACC_FRAC)
                        ? ACC_FRAC - PRODUCT_FRAC : 0;
    localparam int KEPT = (PRODUCT_WIDTH > DROP) ? PRODUCT_WIDTH - DROP : 1;
    localparam int EXACT_WIDTH = KEPT + GROW + ((DROP > 0) ? 1 : 0);
    localparam int TERM_WIDTH  = (EXACT_WIDTH < ACC_WIDTH)
                               ? EXACT_WIDTH : ACC_WIDTH;

    localparam int LEVELS     = $clog2(SIMD);
    localparam int TREE_WIDTH = (TERM_WIDTH + LEVELS < ACC_WIDTH)
                              ? TERM_WIDTH + LEVELS : ACC_WIDTH;

    logic       [SIMD*TERM_WIDTH-1:0] terms;
    wire signed [     TREE_WIDTH-1:0] tree_sum;

    genvar operand;
    generate
        for (operand = 0; operand < SIMD; operand = operand + 1)
        begin : gen_term
            wire [TERM_WIDTH-1:0] term;

            convert #(
                .IN_WIDTH    (PRODUCT_WIDTH),
                .IN_FRAC     (PRODUCT_FRAC),
                .IN_SIGNED   (1),
                .OUT_WIDTH   (TERM_WIDTH),
                .OUT_FRAC    (ACC_FRAC),
                .OUT_SIGNED  (1),
                .OUT_QUANT   (ACC_QUANT),
                .OUT_OVERFLOW(0)
            ) to_accumulator (
                .in (products[operand*PRODUCT_WIDTH+:PRODUCT_WIDTH]),
                .out(term)
            );

            always_ff @(posedge clk) begin
                if (tick) begin
                    terms[operand*TERM_WIDTH+:TERM_WIDTH] <= term;
                end
            end
        end
    endgenerate

    sum_tree #(
        .COUNT     (SIMD),
        .WIDTH     (TERM_WIDTH),
        .IS_SIGNED (1),
        .MOST_WIDTH(ACC_WIDTH)
    ) tree (
        .clk   (clk),
        .tick  (tick),
        .values(terms),
        .sum   (tree_sum)
    );

    wire [ACC_WIDTH-1:0] sum = ACC_WIDTH'(tree_sum);

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
