// delay_line -- the input of DEPTH steps ago.
//
//                +--------------+
//        step -->|              |
//          in -->|  delay_line  |--> out    in of DEPTH steps ago
//                +--------------+
//
// In a cycle with step in is taken and out moves on. Before DEPTH steps were
// taken out means nothing. DEPTH 0 is a wire, 1 a register; from 2 on it is a
// memory of DEPTH words whose read is one step ahead.

`default_nettype none

module delay_line #(
    parameter int WIDTH = 8,
    parameter int DEPTH = 4
) (
    input  wire              clk,
    input  wire              rst,
    input  wire              step,
    input  wire  [WIDTH-1:0] in,
    output logic [WIDTH-1:0] out
);

    generate
        if (DEPTH == 0) begin : gen_wire
            assign out = in;
            wire unused = &{1'b0, clk, rst, step};
        end else if (DEPTH == 1) begin : gen_register
            always_ff @(posedge clk) begin
                if (step) begin
                    out <= in;
                end
            end
            wire unused = &{1'b0, rst};
        end else begin : gen_memory
            localparam int ADDRESS_WIDTH = $clog2(DEPTH);
            wire [ADDRESS_WIDTH-1:0] address;
            wire                     last;

            wrap_counter #(
                .COUNT(DEPTH)
            ) counter (
                .clk  (clk),
                .rst  (rst),
                .step (step),
                .value(address),
                .last (last)
            );

            // The oldest word is the one that the next step overwrites.
            row_memory #(
                .WIDTH(WIDTH),
                .DEPTH(DEPTH)
            ) words (
                .clk          (clk),
                .read         (step),
                .read_address (last ? '0 : address + 1'b1),
                .read_data    (out),
                .write        (step),
                .write_address(address),
                .write_data   (in)
            );
        end
    endgenerate

endmodule

`default_nettype wire
