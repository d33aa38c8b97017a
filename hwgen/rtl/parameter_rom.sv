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

    // Without a file, as when the library is read alone, nothing fills it.
    // verilator lint_off UNDRIVEN
    logic [WIDTH-1:0] memory[0:DEPTH-1];
    // verilator lint_on UNDRIVEN

    generate
        if (FILE != "") begin : gen_file
            initial begin
                $readmemh(FILE, memory);
            end
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (read) begin
            data <= memory[address];
        end
    end

endmodule

`default_nettype wire
