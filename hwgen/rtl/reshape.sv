// reshape -- a register stage between two shapes of the same tokens.
//
//               +-----------+
//    in_data -->|           |--> out_data
//   in_valid -->|  reshape  |--> out_valid
//   in_ready <--|           |<-- out_ready
//               +-----------+
//
// One tick is a cycle without (out_valid && !out_ready). In every tick a token
// may be read; it is written one tick later. in_ready is high in every tick and
// low otherwise.

`default_nettype none

module reshape #(
    parameter int TOKEN_WIDTH = 8
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [TOKEN_WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [TOKEN_WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
);

    wire tick = !out_valid || out_ready;

    assign in_ready = tick;

    always_ff @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
        end else if (tick) begin
            out_valid <= in_valid;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= in_data;
        end
    end

endmodule

`default_nettype wire
