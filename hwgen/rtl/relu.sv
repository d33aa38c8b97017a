// relu -- ReLU of every lane, with or without a limit, converted to the output
// format; with RELU 0 the conversion alone.
//
//               +--------+
//    in_data -->|        |--> out_data
//   in_valid -->|  relu  |--> out_valid
//   in_ready <--|        |<-- out_ready
//               +--------+
//
// One tick is a cycle without (out_valid && !out_ready). In every tick a token
// may be read; it is written one tick later. in_ready is high in every tick and
// low otherwise. RELU, RELU_MAX: see rectify.sv.

`default_nettype none

module relu #(
    parameter int LANES        = 1,
    parameter int IN_WIDTH     = 8,
    parameter int IN_FRAC      = 0,
    parameter int IN_SIGNED    = 1,
    parameter int RELU         = 1,
    parameter int RELU_MAX     = 0,
    parameter int OUT_WIDTH    = 8,
    parameter int OUT_FRAC     = 0,
    parameter int OUT_SIGNED   = 0,
    parameter int OUT_QUANT    = 0,
    parameter int OUT_OVERFLOW = 0
) (
    input  wire                        clk,
    input  wire                        rst,
    input  wire  [ LANES*IN_WIDTH-1:0] in_data,
    input  wire                        in_valid,
    output logic                       in_ready,
    output logic [LANES*OUT_WIDTH-1:0] out_data,
    output logic                       out_valid,
    input  wire                        out_ready
);

    wire tick = !out_valid || out_ready;

    wire [LANES*OUT_WIDTH-1:0] result;

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire [IN_WIDTH-1:0] active;

            rectify #(
                .WIDTH    (IN_WIDTH),
                .FRAC     (IN_FRAC),
                .IS_SIGNED(IN_SIGNED),
                .RELU     (RELU),
                .RELU_MAX (RELU_MAX)
            ) activation (
                .in (in_data[lane*IN_WIDTH+:IN_WIDTH]),
                .out(active)
            );

            convert #(
                .IN_WIDTH    (IN_WIDTH),
                .IN_FRAC     (IN_FRAC),
                .IN_SIGNED   (IN_SIGNED),
                .OUT_WIDTH   (OUT_WIDTH),
                .OUT_FRAC    (OUT_FRAC),
                .OUT_SIGNED  (OUT_SIGNED),
                .OUT_QUANT   (OUT_QUANT),
                .OUT_OVERFLOW(OUT_OVERFLOW)
            ) to_output (
                .in (active),
                .out(result[lane*OUT_WIDTH+:OUT_WIDTH])
            );
        end
    endgenerate

    assign in_ready = tick;

    always_ff @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
        end else if (tick) begin
            out_valid <= in_valid;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= result;
        end
    end

endmodule

`default_nettype wire
