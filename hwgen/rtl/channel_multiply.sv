// channel_multiply -- every channel of a token times its own parameter: a scale
// or a slope.
//
//                  +--------------------+
//    in_data ----->|                    |--> operands   token and its place in
//   in_valid ----->|  channel_multiply  |--> place      the pixel, of the tick
//       tick ----->|                    |               before
//                  |                    |--> products   of the tick before that
//                  +--------------------+
//
// In every tick a token may be read. A pixel is TOKENS tokens; place is that of
// the token's word of parameters.
//
// FILE: TOKENS words, word j for token j of a pixel, the parameter of lane i
// (channel j*LANES+i) at bits [i*PARAMETER_WIDTH +: PARAMETER_WIDTH]. With
// SHARED: one word with the one parameter of all channels.
// The products are signed and of the width of multiply.sv.

`default_nettype none

module channel_multiply #(
    parameter int TOKENS           = 1,
    parameter int LANES            = 1,
    parameter int SHARED           = 0,
    parameter int IN_WIDTH         = 8,
    parameter int IN_SIGNED        = 1,
    parameter int PARAMETER_WIDTH  = 8,
    parameter int PARAMETER_SIGNED = 1,
    parameter     FILE             = "",
    localparam int WORDS           = (SHARED != 0) ? 1 : TOKENS,
    localparam int PLACE_WIDTH     = (WORDS > 1) ? $clog2(WORDS) : 1,
    localparam int BOTH_UNSIGNED   = (IN_SIGNED == 0 && PARAMETER_SIGNED == 0)
                                   ? 1 : 0,
    localparam int PRODUCT_WIDTH   = IN_WIDTH + PARAMETER_WIDTH + BOTH_UNSIGNED
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire                            tick,
    input  wire  [     LANES*IN_WIDTH-1:0] in_data,
    input  wire                            in_valid,
    output logic [     LANES*IN_WIDTH-1:0] operands,
    output logic [        PLACE_WIDTH-1:0] place,
    output logic [LANES*PRODUCT_WIDTH-1:0] products
);

    localparam int WORD_LANES = (SHARED != 0) ? 1 : LANES;

    wire [               PLACE_WIDTH-1:0] word;
    wire                                  unused_last;
    wire [WORD_LANES*PARAMETER_WIDTH-1:0] parameters;

    wrap_counter #(
        .COUNT(WORDS)
    ) word_counter (
        .clk  (clk),
        .rst  (rst),
        .step (in_valid && tick),
        .value(word),
        .last (unused_last)
    );

    parameter_rom #(
        .WIDTH(WORD_LANES * PARAMETER_WIDTH),
        .DEPTH(WORDS),
        .FILE (FILE)
    ) rom (
        .clk    (clk),
        .read   (tick),
        .address(word),
        .data   (parameters)
    );

    always_ff @(posedge clk) begin
        if (tick) begin
            operands <= in_data;
            place    <= word;
        end
    end

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            localparam int FACTOR = (SHARED != 0) ? 0 : lane;

            wire [PRODUCT_WIDTH-1:0] product;

            multiply #(
                .IN_WIDTH     (IN_WIDTH),
                .IN_SIGNED    (IN_SIGNED),
                .WEIGHT_WIDTH (PARAMETER_WIDTH),
                .WEIGHT_SIGNED(PARAMETER_SIGNED)
            ) multiplier (
                .x      (operands[lane*IN_WIDTH+:IN_WIDTH]),
                .w      (parameters[FACTOR*PARAMETER_WIDTH+:PARAMETER_WIDTH]),
                .product(product)
            );

            always_ff @(posedge clk) begin
                if (tick) begin
                    products[lane*PRODUCT_WIDTH+:PRODUCT_WIDTH] <= product;
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
