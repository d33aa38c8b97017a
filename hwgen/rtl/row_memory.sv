// row_memory -- memory of DEPTH words, one read and one write port, registered
// read.
//
//     read, read_address   -->+--------------+
//                             |              |--> read_data
//    write, write_address, -->|              |
//              write_data     +--------------+
//
// The word asked for with read is on read_data from the next cycle on, until
// the next read. If it is written in the cycle of the read, what comes means
// nothing. A memory of one word is a register that always shows what was written
// last, so that the word just written may be used.

`default_nettype none

module row_memory #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 8,
    localparam int ADDRESS_WIDTH = (DEPTH > 1) ? $clog2(DEPTH) : 1
) (
    input  wire                      clk,
    input  wire                      read,
    input  wire  [ADDRESS_WIDTH-1:0] read_address,
    output logic [        WIDTH-1:0] read_data,
    input  wire                      write,
    input  wire  [ADDRESS_WIDTH-1:0] write_address,
    input  wire  [        WIDTH-1:0] write_data
);

    generate
        if (DEPTH == 1) begin : gen_register
            always_ff @(posedge clk) begin
                if (write) begin
                    read_data <= write_data;
                end
            end
            // There is nothing to choose.
            wire unused = &{1'b0, read, read_address, write_address};
        end else begin : gen_memory
            logic [WIDTH-1:0] memory[0:DEPTH-1];

            always_ff @(posedge clk) begin
                if (write) begin
                    memory[write_address] <= write_data;
                end
            end

            always_ff @(posedge clk) begin
                if (read) begin
                    read_data <= memory[read_address];
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
