// fill_counter -- how much something holds, of MOST at the most.
//
//             +----------------+
//     add --->|                |--> room   it holds less than limit
//    take --->|  fill_counter  |--> some   it holds something
//   limit --->|                |
//             +----------------+
//
// add and take count at the end of the cycle; both outputs are registers.
// limit is 1 .. MOST and constant after reset. The user takes care not to add
// without room or to take without some.

`default_nettype none

module fill_counter #(
    parameter int MOST = 16
) (
    input  wire         clk,
    input  wire         rst,
    input  wire  [31:0] limit,
    input  wire         add,
    input  wire         take,
    output logic        room,
    output logic        some
);

    localparam int COUNT_WIDTH = $clog2(MOST + 1);

    logic [COUNT_WIDTH-1:0] count;
    wire  [COUNT_WIDTH-1:0] count_next = (add && !take) ? count + 1'b1
                                       : (take && !add) ? count - 1'b1
                                       :                  count;

    always_ff @(posedge clk) begin
        if (rst) begin
            count <= '0;
            room  <= 1'b1;
            some  <= 1'b0;
        end else begin
            count <= count_next;
            room  <= count_next != limit[COUNT_WIDTH-1:0];
            some  <= count_next != '0;
        end
    end

    // A limit above MOST is not allowed, so its high bits say nothing.
    wire unused_limit = &{1'b0, limit};

endmodule

`default_nettype wire
