// batchnorm -- x * scale + offset of every channel, converted to the output
// format.
//
//               +-------------+
//    in_data -->|             |--> out_data
//   in_valid -->|  batchnorm  |--> out_valid
//   in_ready <--|             |<-- out_ready
//               +-------------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read; it is written
// three ticks later. A pixel is TOKENS tokens.
//
// SCALES_FILE: TOKENS words, word j for token j of a pixel, the scale of lane i
// (channel j*LANES+i) at bits [i*SCALE_WIDTH +: SCALE_WIDTH]. OFFSETS_FILE: the
// same with the offsets and OFFSET_WIDTH.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module batchnorm #(
    parameter int TOKENS        = 1,
    parameter int LANES         = 1,
    parameter int IN_WIDTH      = 8,
    parameter int IN_FRAC       = 0,
    parameter int IN_SIGNED     = 1,
    parameter int SCALE_WIDTH   = 8,
    parameter int SCALE_FRAC    = 0,
    parameter int SCALE_SIGNED  = 1,
    parameter int OFFSET_WIDTH  = 8,
    parameter int OFFSET_FRAC   = 0,
    parameter int OFFSET_SIGNED = 1,
    parameter int OUT_WIDTH     = 8,
    parameter int OUT_FRAC      = 0,
    parameter int OUT_SIGNED    = 1,
    parameter int OUT_QUANT     = 0,
    parameter int OUT_OVERFLOW  = 0,
    parameter     SCALES_FILE   = "",
    parameter     OFFSETS_FILE  = ""
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

    // ---- stages: x and its scale, product, output ----

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
    localparam int PLACE_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    // Product and offset are signed and meet at the finer fraction.
    localparam int BOTH_UNSIGNED = (IN_SIGNED == 0 && SCALE_SIGNED == 0)
                                 ? 1 : 0;
    localparam int PRODUCT_WIDTH = IN_WIDTH + SCALE_WIDTH + BOTH_UNSIGNED;
    localparam int PRODUCT_FRAC  = IN_FRAC + SCALE_FRAC;
    localparam int FRAC          = (PRODUCT_FRAC > OFFSET_FRAC) ? PRODUCT_FRAC
                                                                : OFFSET_FRAC;
    localparam int A_ZEROS       = FRAC - PRODUCT_FRAC;
    localparam int B_ZEROS       = FRAC - OFFSET_FRAC;
    localparam int A_WIDTH       = PRODUCT_WIDTH + A_ZEROS;
    localparam int B_WIDTH       = OFFSET_WIDTH + 1 + B_ZEROS;
    localparam int WIDER         = (A_WIDTH > B_WIDTH) ? A_WIDTH : B_WIDTH;
    localparam int SUM_WIDTH     = WIDER + 1;

    wire [     LANES*IN_WIDTH-1:0] unused_operands;
    wire [        PLACE_WIDTH-1:0] place;
    wire [LANES*PRODUCT_WIDTH-1:0] products;
    wire [ LANES*OFFSET_WIDTH-1:0] offsets;

    channel_multiply #(
        .TOKENS          (TOKENS),
        .LANES           (LANES),
        .SHARED          (0),
        .IN_WIDTH        (IN_WIDTH),
        .IN_SIGNED       (IN_SIGNED),
        .PARAMETER_WIDTH (SCALE_WIDTH),
        .PARAMETER_SIGNED(SCALE_SIGNED),
        .FILE            (SCALES_FILE)
    ) scale (
        .clk     (clk),
        .rst     (rst),
        .tick    (tick),
        .in_data (in_data),
        .in_valid(in_valid),
        .operands(unused_operands),
        .place   (place),
        .products(products)
    );

    parameter_rom #(
        .WIDTH(LANES * OFFSET_WIDTH),
        .DEPTH(TOKENS),
        .FILE (OFFSETS_FILE)
    ) offsets_rom (
        .clk    (clk),
        .read   (tick),
        .address(place),
        .data   (offsets)
    );

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire signed [PRODUCT_WIDTH-1:0] product =
                products[lane*PRODUCT_WIDTH+:PRODUCT_WIDTH];
            wire        [ OFFSET_WIDTH-1:0] b =
                offsets[lane*OFFSET_WIDTH+:OFFSET_WIDTH];
            wire        [    OUT_WIDTH-1:0] result;

            wire signed [OFFSET_WIDTH:0] offset = {
                (OFFSET_SIGNED != 0) && b[OFFSET_WIDTH-1], b
            };
            wire signed [SUM_WIDTH-1:0] product_term =
                SUM_WIDTH'(product) <<< A_ZEROS;
            wire signed [SUM_WIDTH-1:0] offset_term =
                SUM_WIDTH'(offset) <<< B_ZEROS;

            convert #(
                .IN_WIDTH    (SUM_WIDTH),
                .IN_FRAC     (FRAC),
                .IN_SIGNED   (1),
                .OUT_WIDTH   (OUT_WIDTH),
                .OUT_FRAC    (OUT_FRAC),
                .OUT_SIGNED  (OUT_SIGNED),
                .OUT_QUANT   (OUT_QUANT),
                .OUT_OVERFLOW(OUT_OVERFLOW)
            ) to_output (
                .in (product_term + offset_term),
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
