// delay_valid -- a valid bit of DEPTH ticks ago.
//
//                +---------------+
//        tick -->|               |
//          in -->|  delay_valid  |--> out    in of DEPTH ticks ago; low at
//                +---------------+           first. DEPTH 0 is a wire

`default_nettype none

module delay_valid #(
    parameter int DEPTH = 2
) (
    input  wire  clk,
    input  wire  rst,
    input  wire  tick,
    input  wire  in,
    output logic out
);

    generate
        if (DEPTH == 0) begin : gen_wire
            assign out = in;
            wire unused = &{1'b0, clk, rst, tick};
        end else begin : gen_registers
            logic [DEPTH-1:0] bits;  // the oldest highest

            assign out = bits[DEPTH-1];

            always_ff @(posedge clk) begin
                if (rst) begin
                    bits <= '0;
                end else if (tick) begin
                    bits <= (bits << 1) | DEPTH'(in);
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
