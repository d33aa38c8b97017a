// wrap_counter -- counts 0 .. COUNT-1 and starts again.
//
//            +--------------+
//    step -->|              |--> value   the present count
//            |              |--> last    value is COUNT-1
//            +--------------+
//
// step moves the count at the end of the cycle; value and last are registered
// state only.

`default_nettype none

module wrap_counter #(
    parameter int COUNT = 4,
    localparam int VALUE_WIDTH = (COUNT > 1) ? $clog2(COUNT) : 1
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire                    step,
    output logic [VALUE_WIDTH-1:0] value,
    output logic                   last
);

    generate
        if (COUNT == 1) begin : gen_constant
            assign value = '0;
            assign last  = 1'b1;
            // There is nothing to count.
            wire unused = &{1'b0, clk, rst, step};
        end else begin : gen_counter
            localparam logic [VALUE_WIDTH-1:0] LAST = VALUE_WIDTH'(COUNT - 1);

            assign last = value == LAST;

            always_ff @(posedge clk) begin
                if (rst) begin
                    value <= '0;
                end else if (step) begin
                    value <= last ? '0 : value + 1'b1;
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
