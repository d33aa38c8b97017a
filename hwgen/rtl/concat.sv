// concat -- the channels of INPUTS streams one after the other.
//
//                               +----------+
//    side by side    in_data -->|          |--> out_data
//    a bit an input in_valid -->|  concat  |--> out_valid
//    a bit an input in_ready <--|          |<-- out_ready
//                               +----------+
//
// One tick is a cycle without (out_valid && !out_ready).
//   PARALLEL 0: pixel by pixel TOKENS[0] tokens of input 0, then TOKENS[1] of
//     input 1, and so on. In every tick a token of the input that is due may be
//     read; it is written one tick later. in_ready of that input is high in
//     every tick; all else of in_ready is low.
//   PARALLEL 1: every input has one token a pixel, of any width; the tokens of
//     all inputs are read in the same tick and written side by side one tick
//     later. in_ready of an input is high in a tick in which all *other* inputs
//     are valid: it depends on their in_valid, never on its own.
// TOKEN_WIDTH is the width of an output token; input tokens have it too
// (PARALLEL 0) or all of it together (PARALLEL 1). TOKENS has 32 bits an input,
// input 0 lowest: {32'd3, 32'd2} means 2 tokens of input 0, then 3 of input 1.

`default_nettype none

module concat #(
    parameter int INPUTS      = 2,
    parameter int PARALLEL    = 0,
    parameter int TOKEN_WIDTH = 8,
    parameter logic [INPUTS*32-1:0] TOKENS = {INPUTS{32'd1}},
    localparam int ALL_WIDTH =
        (PARALLEL != 0) ? TOKEN_WIDTH : INPUTS * TOKEN_WIDTH
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [  ALL_WIDTH-1:0] in_data,
    input  wire  [     INPUTS-1:0] in_valid,
    output logic [     INPUTS-1:0] in_ready,
    output logic [TOKEN_WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
);

    wire                   tick = !out_valid || out_ready;
    wire                   take;
    wire [TOKEN_WIDTH-1:0] token;

    always_ff @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
        end else if (tick) begin
            out_valid <= take;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= token;
        end
    end

    genvar i;
    generate
        if (PARALLEL != 0) begin : gen_parallel
            for (i = 0; i < INPUTS; i = i + 1) begin : gen_input
                localparam logic [INPUTS-1:0] ITSELF = INPUTS'(1) << i;
                assign in_ready[i] = tick && (&(in_valid | ITSELF));
            end
            assign take  = &in_valid;
            assign token = in_data;
        end else begin : gen_serial
            concat_turn #(
                .INPUTS     (INPUTS),
                .TOKEN_WIDTH(TOKEN_WIDTH),
                .TOKENS     (TOKENS)
            ) turn (
                .clk     (clk),
                .rst     (rst),
                .tick    (tick),
                .in_data (in_data),
                .in_valid(in_valid),
                .in_ready(in_ready),
                .token   (token),
                .take    (take)
            );
        end
    endgenerate

endmodule

`default_nettype wire
