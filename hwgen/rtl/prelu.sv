// prelu -- x if x >= 0, else x * alpha, converted to the output format.
//
//               +---------+
//    in_data -->|         |--> out_data
//   in_valid -->|  prelu  |--> out_valid
//   in_ready <--|         |<-- out_ready
//               +---------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read; it is written
// three ticks later. A pixel is TOKENS tokens.
//
// ALPHAS_FILE: TOKENS words, word j for token j of a pixel, the alpha of lane i
// (channel j*LANES+i) at bits [i*ALPHA_WIDTH +: ALPHA_WIDTH]. With SHARED: one
// word with the one alpha of all channels.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module prelu #(
    parameter int TOKENS       = 1,
    parameter int LANES        = 1,
    parameter int SHARED       = 0,
    parameter int IN_WIDTH     = 8,
    parameter int IN_FRAC      = 0,
    parameter int IN_SIGNED    = 1,
    parameter int ALPHA_WIDTH  = 8,
    parameter int ALPHA_FRAC   = 0,
    parameter int ALPHA_SIGNED = 1,
    parameter int OUT_WIDTH    = 8,
    parameter int OUT_FRAC     = 0,
    parameter int OUT_SIGNED   = 1,
    parameter int OUT_QUANT    = 0,
    parameter int OUT_OVERFLOW = 0,
    parameter     ALPHAS_FILE  = ""
) (
    input  wire                        clk,
    input  wire                        rst,
    input  wire  [ LANES*IN_WIDTH-1:0] in_data,
    input  wire                        in_valid,
    output logic                       in_ready,
    output logic [LANES*OUT_WIDTH-1:0] out_data,
    output logic                       out_valid,
    input  wire                        out_ready
);

    wire tick = !out_valid || out_ready;

    assign in_ready = tick;

    // ---- stages: x and its alpha, product, output ----

    delay_valid #(
        .DEPTH(3)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (in_valid),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data};
`else
    localparam int PLACE_WIDTH = (TOKENS > 1 && SHARED == 0)
                               ? $clog2(TOKENS) : 1;

    // The finer fraction of x and of the product; product and x are signed.
    localparam int BOTH_UNSIGNED = (IN_SIGNED == 0 && ALPHA_SIGNED == 0)
                                 ? 1 : 0;
    localparam int PRODUCT_WIDTH = IN_WIDTH + ALPHA_WIDTH + BOTH_UNSIGNED;
    localparam int X_ZEROS       = (ALPHA_FRAC > 0) ? ALPHA_FRAC : 0;
    localparam int PRODUCT_ZEROS = (ALPHA_FRAC < 0) ? -ALPHA_FRAC : 0;
    localparam int A_WIDTH       = PRODUCT_WIDTH + PRODUCT_ZEROS;
    localparam int B_WIDTH       = IN_WIDTH + 1 + X_ZEROS;
    localparam int VALUE_WIDTH   = (A_WIDTH > B_WIDTH) ? A_WIDTH : B_WIDTH;

    wire  [     LANES*IN_WIDTH-1:0] operands;
    logic [     LANES*IN_WIDTH-1:0] kept;  // beside the product
    wire  [LANES*PRODUCT_WIDTH-1:0] products;
    wire  [        PLACE_WIDTH-1:0] unused_place;

    channel_multiply #(
        .TOKENS          (TOKENS),
        .LANES           (LANES),
        .SHARED          (SHARED),
        .IN_WIDTH        (IN_WIDTH),
        .IN_SIGNED       (IN_SIGNED),
        .PARAMETER_WIDTH (ALPHA_WIDTH),
        .PARAMETER_SIGNED(ALPHA_SIGNED),
        .FILE            (ALPHAS_FILE)
    ) slope (
        .clk     (clk),
        .rst     (rst),
        .tick    (tick),
        .in_data (in_data),
        .in_valid(in_valid),
        .operands(operands),
        .place   (unused_place),
        .products(products)
    );

    always_ff @(posedge clk) begin
        if (tick) begin
            kept <= operands;
        end
    end

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire signed [PRODUCT_WIDTH-1:0] product =
                products[lane*PRODUCT_WIDTH+:PRODUCT_WIDTH];
            wire        [     IN_WIDTH-1:0] x = kept[lane*IN_WIDTH+:IN_WIDTH];
            wire        [    OUT_WIDTH-1:0] result;

            wire negative = (IN_SIGNED != 0) && x[IN_WIDTH-1];
            wire signed [VALUE_WIDTH-1:0] below =
                VALUE_WIDTH'(product) <<< PRODUCT_ZEROS;
            wire signed [VALUE_WIDTH-1:0] above =
                VALUE_WIDTH'({1'b0, x}) <<< X_ZEROS;

            convert #(
                .IN_WIDTH    (VALUE_WIDTH),
                .IN_FRAC     (IN_FRAC + X_ZEROS),
                .IN_SIGNED   (1),
                .OUT_WIDTH   (OUT_WIDTH),
                .OUT_FRAC    (OUT_FRAC),
                .OUT_SIGNED  (OUT_SIGNED),
                .OUT_QUANT   (OUT_QUANT),
                .OUT_OVERFLOW(OUT_OVERFLOW)
            ) to_output (
                .in (negative ? below : above),
                .out(result)
            );

            always_ff @(posedge clk) begin
                if (tick) begin
                    out_data[lane*OUT_WIDTH+:OUT_WIDTH] <= result;
                end
            end
        end
    endgenerate
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
