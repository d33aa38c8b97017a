// fifo_srl -- small FIFO: memory with combinational read (distributed RAM),
// registered flags.
//
//               +------------+
//    in_data -->|            |--> out_data
//   in_valid -->|  fifo_srl  |--> out_valid
//   in_ready <--|            |<-- out_ready
//               +------------+
//                     ^
//                   limit    tokens it holds, 1 .. DEPTH; tied to DEPTH in
//                            production
//
// A token written in cycle t is readable from t+1 on; a read in cycle r makes
// room from r+1 on. in_ready and out_valid are registers: nothing on one side
// reaches the other in the same cycle, so a full FIFO takes no token in the
// cycle in which one is read. limit must be constant after reset.

`default_nettype none

module fifo_srl #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 16
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

    wire                     write = in_valid && in_ready;
    wire                     read  = out_valid && out_ready;
    wire [ADDRESS_WIDTH-1:0] write_address;
    wire [ADDRESS_WIDTH-1:0] read_address;

    fifo_control #(
        .DEPTH(DEPTH)
    ) control (
        .clk          (clk),
        .rst          (rst),
        .limit        (limit),
        .write        (write),
        .read         (read),
        .room         (in_ready),
        .stored       (out_valid),
        .write_address(write_address),
        .read_address (read_address)
    );

    logic [WIDTH-1:0] memory[0:DEPTH-1];

    always_ff @(posedge clk) begin
        if (write) begin
            memory[write_address] <= in_data;
        end
    end

    assign out_data = memory[read_address];

endmodule

`default_nettype wire
