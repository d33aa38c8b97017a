// frame_address -- position in a memory of BANKS frames, bank after bank.
//
//            +-----------------+
//    step -->|                 |--> address   0 .. BANKS*TOKENS-1
//            |  frame_address  |--> last      of TOKENS tokens of a frame
//            +-----------------+
//
// step moves the position at the end of the cycle; both outputs are registered
// state only.

`default_nettype none

module frame_address #(
    parameter int TOKENS = 16,
    parameter int BANKS  = 2,
    localparam int WORDS         = BANKS * TOKENS,
    localparam int ADDRESS_WIDTH = (WORDS > 1) ? $clog2(WORDS) : 1
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire                      step,
    output logic [ADDRESS_WIDTH-1:0] address,
    output logic                     last
);

    wire address_last;

    wrap_counter #(
        .COUNT(WORDS)
    ) address_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(address),
        .last (address_last)
    );

    generate
        if (BANKS == 1) begin : gen_one_bank
            assign last = address_last;
        end else begin : gen_banks
            localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;
            wire [INDEX_WIDTH-1:0] unused_index;

            wrap_counter #(
                .COUNT(TOKENS)
            ) token_counter (
                .clk  (clk),
                .rst  (rst),
                .step (step),
                .value(unused_index),
                .last (last)
            );

            wire unused = &{1'b0, address_last};
        end
    endgenerate

endmodule

`default_nettype wire
