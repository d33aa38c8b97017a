// link_arbiter -- which of several streams is next on a link.
//
//               +----------------+
//      ask  --->|                |--> pick   one of those that ask, a bit each;
//     take  --->|  link_arbiter  |           zero if none does
//               +----------------+
//
// PRIORITY 1: the lowest that asks. PRIORITY 0: round-robin, the first that asks
// behind the one that was taken last, at first the lowest. pick follows from ask
// in the same cycle; take counts at the end of it.

`default_nettype none

module link_arbiter #(
    parameter int STREAMS  = 2,
    parameter int PRIORITY = 0
) (
    input  wire                clk,
    input  wire                rst,
    input  wire  [STREAMS-1:0] ask,
    input  wire                take,
    output logic [STREAMS-1:0] pick
);

    generate
        if (PRIORITY != 0 || STREAMS == 1) begin : gen_priority
            assign pick = ask & (~ask + 1'b1);
            wire unused = &{1'b0, clk, rst, take};
        end else begin : gen_turn
            logic [STREAMS-1:0] behind;  // those behind the last one taken

            wire [STREAMS-1:0] later = ask & behind;
            wire [STREAMS-1:0] first = (later != '0) ? later : ask;

            assign pick = first & (~first + 1'b1);

            always_ff @(posedge clk) begin
                if (rst) begin
                    behind <= '1;
                end else if (take) begin
                    behind <= ~(pick | (pick - 1'b1));
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
