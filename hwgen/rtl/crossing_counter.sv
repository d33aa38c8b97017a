// crossing_counter -- counts in one clock and is seen in another.
//
//               +--------------------+
//    in_clk --->|                    |<--- out_clk
//      step --->|  crossing_counter  |---> seen    the count, as out_clk sees it
//     value <---|                    |
//               +--------------------+
//
// step counts at the end of the cycle of in_clk; value is a register of in_clk,
// modulo 2^WIDTH. seen follows it through a synchroniser, as a Gray code, so
// that it is always a value that the counter had.

`default_nettype none

module crossing_counter #(
    parameter int WIDTH  = 4,
    parameter int STAGES = 2
) (
    input  wire              in_clk,
    input  wire              in_rst,
    input  wire              step,
    output logic [WIDTH-1:0] value,
    input  wire              out_clk,
    input  wire              out_rst,
    output logic [WIDTH-1:0] seen
);

    wire [WIDTH-1:0] value_next = value + WIDTH'(step);
    wire [WIDTH-1:0] gray_seen;

    always_ff @(posedge in_clk) begin
        if (in_rst) begin
            value <= '0;
        end else begin
            value <= value_next;
        end
    end

    synchroniser #(
        .WIDTH (WIDTH),
        .STAGES(STAGES)
    ) gray (
        .in_clk  (in_clk),
        .in_rst  (in_rst),
        .in_data (value_next ^ (value_next >> 1)),
        .out_clk (out_clk),
        .out_rst (out_rst),
        .out_data(gray_seen)
    );

    genvar i;
    generate
        for (i = 0; i < WIDTH; i = i + 1) begin : gen_binary
            assign seen[i] = ^(gray_seen >> i);
        end
    endgenerate

endmodule

`default_nettype wire
