// width_converter -- the same values in tokens of another width.
//
//               +-------------------+
//    in_data -->|                   |--> out_data
//   in_valid -->|  width_converter  |--> out_valid
//   in_ready <--|                   |<-- out_ready
//               +-------------------+
//
// One tick is a cycle without (out_valid && !out_ready).
//   OUT_LANES = G * IN_LANES (widen): in every tick a token may be read. The
//     G-th is written one tick later with the G-1 before it, the first lowest.
//     in_ready is high in every tick.
//   IN_LANES = Q * OUT_LANES (narrow): a token read at tick t is written as Q
//     tokens at t+1 .. t+Q, the lowest lanes first; the next token may be read
//     from t+Q on. in_ready is high in a tick in which at most the last part of
//     a token is left.

`default_nettype none

module width_converter #(
    parameter int IN_LANES  = 1,
    parameter int OUT_LANES = 2,
    parameter int WIDTH     = 8
) (
    input  wire                        clk,
    input  wire                        rst,
    input  wire  [ IN_LANES*WIDTH-1:0] in_data,
    input  wire                        in_valid,
    output logic                       in_ready,
    output logic [OUT_LANES*WIDTH-1:0] out_data,
    output logic                       out_valid,
    input  wire                        out_ready
);

    localparam int IN_WIDTH    = IN_LANES * WIDTH;
    localparam int OUT_WIDTH   = OUT_LANES * WIDTH;
    localparam int PARTS       = (OUT_LANES > IN_LANES) ? OUT_LANES / IN_LANES
                                                        : IN_LANES / OUT_LANES;
    localparam int INDEX_WIDTH = (PARTS > 1) ? $clog2(PARTS) : 1;

    generate
        if (OUT_LANES % IN_LANES != 0 && IN_LANES % OUT_LANES != 0)
        begin : gen_illegal
            $error("one of IN_LANES and OUT_LANES must divide the other");
        end
    endgenerate

    wire tick = !out_valid || out_ready;
    wire take = in_valid && in_ready;

    wire                   part_step;  // one of PARTS tokens came or went
    wire                   part_last;  // it is, or would be, the last of them
    wire [INDEX_WIDTH-1:0] unused_part;

    wrap_counter #(
        .COUNT(PARTS)
    ) part_counter (
        .clk  (clk),
        .rst  (rst),
        .step (part_step),
        .value(unused_part),
        .last (part_last)
    );

    generate
        if (OUT_LANES > IN_LANES) begin : gen_widen
            assign in_ready  = tick;
            assign part_step = take;

            always_ff @(posedge clk) begin
                if (rst) begin
                    out_valid <= 1'b0;
                end else if (tick) begin
                    out_valid <= take && part_last;
                end
            end

            // A complete token leaves in the tick in which the next one begins
            // to push it out.
            always_ff @(posedge clk) begin
                if (take) begin
                    out_data <= {in_data, out_data[OUT_WIDTH-1:IN_WIDTH]};
                end
            end
        end else begin : gen_narrow
            assign in_ready  = tick && (!out_valid || part_last);
            assign part_step = tick && out_valid;

            always_ff @(posedge clk) begin
                if (rst) begin
                    out_valid <= 1'b0;
                end else if (tick) begin
                    out_valid <= take || (out_valid && !part_last);
                end
            end

            logic [IN_WIDTH-1:0] parts;  // those left, the next one lowest

            always_ff @(posedge clk) begin
                if (tick) begin
                    parts <= in_ready ? in_data : parts >> OUT_WIDTH;
                end
            end

            assign out_data = parts[OUT_WIDTH-1:0];
        end
    endgenerate

endmodule

`default_nettype wire
