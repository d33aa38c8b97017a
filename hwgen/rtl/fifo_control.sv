// fifo_control -- fill and addresses of a FIFO's memory of DEPTH words.
//
//             +----------------+
//   write --->|                |--> room            for another word, of limit
//    read --->|  fifo_control  |--> stored          there is a word to read
//   limit --->|                |--> write_address
//             |                |--> read_address
//             +----------------+
//
// write and read move their address and the fill at the end of the cycle; all
// outputs are registered state only. limit is 1 .. DEPTH and constant after
// reset. The addresses are equal only if the memory is empty or full.

`default_nettype none

module fifo_control #(
    parameter int DEPTH = 16,
    localparam int ADDRESS_WIDTH = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
    input  wire                      clk,
    input  wire                      rst,
    input  wire  [             31:0] limit,
    input  wire                      write,
    input  wire                      read,
    output logic                     room,
    output logic                     stored,
    output logic [ADDRESS_WIDTH-1:0] write_address,
    output logic [ADDRESS_WIDTH-1:0] read_address
);

    wire unused_write_last;
    wire unused_read_last;

    fill_counter #(
        .MOST(DEPTH)
    ) words (
        .clk  (clk),
        .rst  (rst),
        .limit(limit),
        .add  (write),
        .take (read),
        .room (room),
        .some (stored)
    );

    wrap_counter #(
        .COUNT(DEPTH)
    ) write_counter (
        .clk  (clk),
        .rst  (rst),
        .step (write),
        .value(write_address),
        .last (unused_write_last)
    );

    wrap_counter #(
        .COUNT(DEPTH)
    ) read_counter (
        .clk  (clk),
        .rst  (rst),
        .step (read),
        .value(read_address),
        .last (unused_read_last)
    );

endmodule

`default_nettype wire
