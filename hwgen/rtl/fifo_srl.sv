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
    localparam int COUNT_WIDTH   = $clog2(DEPTH + 1);

    wire write = in_valid && in_ready;
    wire read  = out_valid && out_ready;

    logic [COUNT_WIDTH-1:0] count;
    wire  [COUNT_WIDTH-1:0] count_next = (write && !read) ? count + 1'b1
                                       : (read && !write) ? count - 1'b1
                                       :                    count;

    always_ff @(posedge clk) begin
        if (rst) begin
            count     <= '0;
            in_ready  <= 1'b1;
            out_valid <= 1'b0;
        end else begin
            count     <= count_next;
            in_ready  <= count_next != limit[COUNT_WIDTH-1:0];
            out_valid <= count_next != '0;
        end
    end

    wire [ADDRESS_WIDTH-1:0] write_address;
    wire [ADDRESS_WIDTH-1:0] read_address;
    wire                     unused_write_last;
    wire                     unused_read_last;

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

    logic [WIDTH-1:0] memory[0:DEPTH-1];

    always_ff @(posedge clk) begin
        if (write) begin
            memory[write_address] <= in_data;
        end
    end

    assign out_data = memory[read_address];

    // A limit above DEPTH is not allowed, so its high bits say nothing.
    wire unused_limit = &{1'b0, limit};

endmodule

`default_nettype wire
