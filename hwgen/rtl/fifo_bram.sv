// fifo_bram -- deep FIFO: memory with registered read (block RAM) and its
// output register.
//
//               +-------------+
//    in_data -->|             |--> out_data
//   in_valid -->|  fifo_bram  |--> out_valid
//   in_ready <--|             |<-- out_ready
//               +-------------+
//                      ^
//                    limit    words in the memory, 2 .. DEPTH; tied to
//                             DEPTH in production
//
// Holds limit + 1 tokens: limit in the memory and one in the output register. A
// token written in cycle t is readable from t+2 on: it moves from the memory to
// the output register in a cycle in which that register is empty or being read.
// A read in cycle r makes room from r+1 on. in_ready and out_valid are
// registers. limit must be constant after reset.

`default_nettype none

module fifo_bram #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 128
) (
    input  wire              clk,
    input  wire              rst,
    input  wire  [     31:0] limit,
    input  wire  [WIDTH-1:0] in_data,
    input  wire              in_valid,
    output logic             in_ready,
    output logic [WIDTH-1:0] out_data,
    output logic             out_valid,
    input  wire              out_ready
);

    localparam int ADDRESS_WIDTH = (DEPTH > 1) ? $clog2(DEPTH) : 1;

    wire                     stored;  // the memory is not empty
    wire                     front_free = !out_valid || out_ready;
    wire                     write      = in_valid && in_ready;
    wire                     move       = stored && front_free;
    wire [ADDRESS_WIDTH-1:0] write_address;
    wire [ADDRESS_WIDTH-1:0] read_address;

    fifo_control #(
        .DEPTH(DEPTH)
    ) control (
        .clk          (clk),
        .rst          (rst),
        .limit        (limit),
        .write        (write),
        .read         (move),
        .room         (in_ready),
        .stored       (stored),
        .write_address(write_address),
        .read_address (read_address)
    );

    delay_valid #(
        .DEPTH(1)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(front_free),
        .in  (stored),
        .out (out_valid)
    );

    // Both addresses are equal only if the memory is empty (no move) or full
    // (no write), so the word that is read is never the one being written.
    logic [WIDTH-1:0] memory[0:DEPTH-1];

    always_ff @(posedge clk) begin
        if (write) begin
            memory[write_address] <= in_data;
        end
    end

    always_ff @(posedge clk) begin
        if (move) begin
            out_data <= memory[read_address];
        end
    end

endmodule

`default_nettype wire
