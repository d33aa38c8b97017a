// clone -- hands every token to OUTPUTS streams in the same cycle.
//
//                               +---------+
//                    in_data -->|         |--> out_data   OUTPUTS copies
//                   in_valid -->|  clone  |--> out_valid  a bit an output
//                   in_ready <--|         |<-- out_ready  a bit an output
//                               +---------+
//
// One tick is a cycle in which no token is pending or all outputs are ready. In
// every tick a token may be read; it is written on all outputs at once, one
// tick later at the earliest. in_ready is high in every tick and low otherwise.
// out_valid of an output is high while a token is pending and all *other*
// outputs are ready: it depends on their out_ready in the same cycle, never on
// its own.

`default_nettype none

module clone #(
    parameter int OUTPUTS     = 2,
    parameter int TOKEN_WIDTH = 8
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire  [        TOKEN_WIDTH-1:0] in_data,
    input  wire                            in_valid,
    output logic                           in_ready,
    output logic [OUTPUTS*TOKEN_WIDTH-1:0] out_data,
    output logic [            OUTPUTS-1:0] out_valid,
    input  wire  [            OUTPUTS-1:0] out_ready
);

    logic pending;  // the register holds a token that is not yet written
    wire  tick = !pending || (&out_ready);

    assign in_ready = tick;

    genvar output_index;
    generate
        for (output_index = 0; output_index < OUTPUTS;
             output_index = output_index + 1) begin : gen_output
            localparam logic [OUTPUTS-1:0] ITSELF =
                OUTPUTS'(1) << output_index;
            assign out_valid[output_index] =
                pending && (&(out_ready | ITSELF));
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (rst) begin
            pending <= 1'b0;
        end else if (tick) begin
            pending <= in_valid;
        end
    end

    logic [TOKEN_WIDTH-1:0] token;

    always_ff @(posedge clk) begin
        if (tick) begin
            token <= in_data;
        end
    end

    assign out_data = {OUTPUTS{token}};

endmodule

`default_nettype wire
