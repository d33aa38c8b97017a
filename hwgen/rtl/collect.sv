// collect -- one stream from COPIES that bring whole frames in turn: frame f
// comes from input f mod COPIES.
//
//                               +-----------+
//    side by side    in_data -->|           |--> out_data
//    a bit an input in_valid -->|  collect  |--> out_valid
//    a bit an input in_ready <--|           |<-- out_ready
//                               +-----------+
//
// One tick is a cycle without (out_valid && !out_ready). In every tick a token
// of the input whose turn it is may be read; it is written one tick later.
// in_ready of that input is high in every tick; all else of in_ready is low.
// TOKENS is the number of tokens of a frame.

`default_nettype none

module collect #(
    parameter int COPIES      = 2,
    parameter int TOKENS      = 16,
    parameter int TOKEN_WIDTH = 8
) (
    input  wire                           clk,
    input  wire                           rst,
    input  wire  [COPIES*TOKEN_WIDTH-1:0] in_data,
    input  wire  [            COPIES-1:0] in_valid,
    output logic [            COPIES-1:0] in_ready,
    output logic [       TOKEN_WIDTH-1:0] out_data,
    output logic                          out_valid,
    input  wire                           out_ready
);

    localparam int SELECT_WIDTH = (COPIES > 1) ? $clog2(COPIES) : 1;

    wire                    tick = !out_valid || out_ready;
    wire [SELECT_WIDTH-1:0] copy;  // whose turn it is

    assign in_ready = COPIES'(tick) << copy;

    wire take = |(in_valid & in_ready);

    frame_turn #(
        .COPIES(COPIES),
        .TOKENS(TOKENS)
    ) turn (
        .clk (clk),
        .rst (rst),
        .step(take),
        .copy(copy)
    );

    wire [TOKEN_WIDTH-1:0] token;

    word_select #(
        .WIDTH(TOKEN_WIDTH),
        .COUNT(COPIES)
    ) token_select (
        .words(in_data),
        .index(copy),
        .word (token)
    );

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

endmodule

`default_nettype wire
