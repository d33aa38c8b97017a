// async_fifo -- FIFO from one clock to another: memory with combinational read
// (distributed RAM), a Gray-coded pointer each way.
//
//               +--------------+
//     in_clk -->|              |<-- out_clk
//    in_data -->|              |--> out_data
//   in_valid -->|  async_fifo  |--> out_valid
//   in_ready <--|              |<-- out_ready
//    in_fill <--|              |
//               +--------------+
//
// DEPTH words, a power of two, 4 at least. Word i written at an edge of in_clk
// can be read when that edge is seen in out_clk, STAGES edges after the first
// one behind it (synchroniser.sv); word i + DEPTH can be written when the read
// of word i is seen in in_clk. in_ready, in_fill and out_valid follow from
// registers of their own side alone. in_fill is the words written, less those
// whose read is seen.

`default_nettype none

module async_fifo #(
    parameter int WIDTH  = 8,
    parameter int DEPTH  = 16,
    parameter int STAGES = 2,
    localparam int COUNT_WIDTH = $clog2(DEPTH) + 1
) (
    input  wire                    in_clk,
    input  wire                    in_rst,
    input  wire  [      WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [COUNT_WIDTH-1:0] in_fill,
    input  wire                    out_clk,
    input  wire                    out_rst,
    output logic [      WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
);

    localparam int ADDRESS_WIDTH = COUNT_WIDTH - 1;

    generate
        if (DEPTH < 4 || DEPTH != (1 << ADDRESS_WIDTH)) begin : gen_illegal
            $error("DEPTH must be a power of two, 4 or more");
        end
    endgenerate

    wire                   write = in_valid && in_ready;
    wire                   read  = out_valid && out_ready;
    wire [COUNT_WIDTH-1:0] written;       // words, in in_clk
    wire [COUNT_WIDTH-1:0] written_seen;  // in out_clk
    wire [COUNT_WIDTH-1:0] taken;         // words that were read, in out_clk
    wire [COUNT_WIDTH-1:0] taken_seen;    // in in_clk

    crossing_counter #(
        .WIDTH (COUNT_WIDTH),
        .STAGES(STAGES)
    ) write_pointer (
        .in_clk (in_clk),
        .in_rst (in_rst),
        .step   (write),
        .value  (written),
        .out_clk(out_clk),
        .out_rst(out_rst),
        .seen   (written_seen)
    );

    crossing_counter #(
        .WIDTH (COUNT_WIDTH),
        .STAGES(STAGES)
    ) read_pointer (
        .in_clk (out_clk),
        .in_rst (out_rst),
        .step   (read),
        .value  (taken),
        .out_clk(in_clk),
        .out_rst(in_rst),
        .seen   (taken_seen)
    );

    assign in_fill   = written - taken_seen;
    assign in_ready  = in_fill != COUNT_WIDTH'(DEPTH);
    assign out_valid = written_seen != taken;

    logic [WIDTH-1:0] memory[0:DEPTH-1];

    always_ff @(posedge in_clk) begin
        if (write) begin
            memory[written[ADDRESS_WIDTH-1:0]] <= in_data;
        end
    end

    assign out_data = memory[taken[ADDRESS_WIDTH-1:0]];

endmodule

`default_nettype wire
