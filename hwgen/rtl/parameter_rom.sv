// parameter_rom -- read-only memory of weights or biases, registered read.
//
//               +-----------------+
//    address -->|                 |
//       read -->|  parameter_rom  |--> data
//               +-----------------+
//
// The word asked for with read is on data from the next cycle on, until the
// next read. FILE holds DEPTH words in hexadecimal, one a line.

`default_nettype none

module parameter_rom #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 4,
    parameter     FILE  = "",
    localparam int ADDRESS_WIDTH = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
    input  wire                      clk,
    input  wire                      read,
    input  wire  [ADDRESS_WIDTH-1:0] address,
    output logic [        WIDTH-1:0] data
);

    logic [WIDTH-1:0] memory[0:DEPTH-1];

    initial begin
        $readmemh(FILE, memory);
    end

    always_ff @(posedge clk) begin
        if (read) begin
            data <= memory[address];
        end
    end

endmodule

`default_nettype wire
