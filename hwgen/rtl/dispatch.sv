// dispatch -- hands whole frames to COPIES streams in turn: frame f to output
// f mod COPIES.
//
//                               +------------+
//                    in_data -->|            |--> out_data   the same on all
//                   in_valid -->|  dispatch  |--> out_valid  a bit an output
//                   in_ready <--|            |<-- out_ready  a bit an output
//                               +------------+
//
// One tick is a cycle without (out_valid[i] && !out_ready[i]) for any output i;
// at most one bit of out_valid is high. In every tick a token may be read; it
// is written one tick later. in_ready is high in every tick and low otherwise.
// TOKENS is the number of tokens of a frame.

`default_nettype none

module dispatch #(
    parameter int COPIES      = 2,
    parameter int TOKENS      = 16,
    parameter int TOKEN_WIDTH = 8
) (
    input  wire                           clk,
    input  wire                           rst,
    input  wire  [       TOKEN_WIDTH-1:0] in_data,
    input  wire                           in_valid,
    output logic                          in_ready,
    output logic [COPIES*TOKEN_WIDTH-1:0] out_data,
    output logic [            COPIES-1:0] out_valid,
    input  wire  [            COPIES-1:0] out_ready
);

    localparam int SELECT_WIDTH = (COPIES > 1) ? $clog2(COPIES) : 1;

    wire tick = &(~out_valid | out_ready);
    wire take = tick && in_valid;

    assign in_ready = tick;

    wire [SELECT_WIDTH-1:0] copy;  // whose frame it is

    frame_turn #(
        .COPIES(COPIES),
        .TOKENS(TOKENS)
    ) turn (
        .clk (clk),
        .rst (rst),
        .step(take),
        .copy(copy)
    );

    always_ff @(posedge clk) begin
        if (rst) begin
            out_valid <= '0;
        end else if (tick) begin
            out_valid <= COPIES'(in_valid) << copy;
        end
    end

    logic [TOKEN_WIDTH-1:0] token;

    always_ff @(posedge clk) begin
        if (tick) begin
            token <= in_data;
        end
    end

    assign out_data = {COPIES{token}};

endmodule

`default_nettype wire
