// global_avgpool -- the mean of every channel over the whole frame, converted
// to the output format.
//
//               +------------------+
//    in_data -->|                  |--> out_data
//   in_valid -->|  global_avgpool  |--> out_valid
//   in_ready <--|                  |<-- out_ready
//               +------------------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read. Each of the
// TOKENS tokens of the last pixel of a frame, read at tick t, causes an output
// token at t+4. All other tokens are read and written nowhere.
//
// The exact sum of a channel times RECIPROCAL, of fraction
// IN_FRAC + RECIPROCAL_FRAC, is converted to the output format. RECIPROCAL is
// floor(2^RECIPROCAL_FRAC / N + 1/2) for the N = H*W values of a channel,
// RECIPROCAL_FRAC = 16 + ceil(log2 N).

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module global_avgpool #(
    parameter int H               = 4,
    parameter int W               = 4,
    parameter int TOKENS          = 1,
    parameter int LANES           = 1,
    parameter int RECIPROCAL      = 65536,
    parameter int RECIPROCAL_FRAC = 20,
    parameter int IN_WIDTH        = 8,
    parameter int IN_FRAC         = 0,
    parameter int IN_SIGNED       = 1,
    parameter int OUT_WIDTH       = 8,
    parameter int OUT_FRAC        = 0,
    parameter int OUT_SIGNED      = 1,
    parameter int OUT_QUANT       = 0,
    parameter int OUT_OVERFLOW    = 0
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

    wire tick  = !out_valid || out_ready;
    wire taken = in_valid && tick;

    assign in_ready = tick;

    wire first;
    wire last;

    frame_position #(
        .PIXELS(H * W),
        .TOKENS(TOKENS)
    ) position (
        .clk  (clk),
        .rst  (rst),
        .step (taken),
        .first(first),
        .last (last)
    );

    // ---- stages: the sum, times the reciprocal, converted, output ----

    delay_valid #(
        .DEPTH(4)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (taken && last),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data, first};
`else
    localparam int SUM_WIDTH = IN_WIDTH + $clog2(H * W);

    logic [LANES*SUM_WIDTH-1:0] sums;    // of the channels of the token before
    wire  [LANES*SUM_WIDTH-1:0] so_far;  // of the channels of this token
    wire  [LANES*OUT_WIDTH-1:0] means;
    logic [LANES*OUT_WIDTH-1:0] result;

    delay_line #(
        .WIDTH(LANES * SUM_WIDTH),
        .DEPTH(TOKENS - 1)
    ) turns (
        .clk (clk),
        .rst (rst),
        .step(taken),
        .in  (sums),
        .out (so_far)
    );

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire [ IN_WIDTH-1:0] x    = in_data[lane*IN_WIDTH+:IN_WIDTH];
            wire                 sign = (IN_SIGNED != 0) && x[IN_WIDTH-1];
            wire [  SUM_WIDTH:0] wide = {{(SUM_WIDTH - IN_WIDTH + 1){sign}}, x};
            wire [SUM_WIDTH-1:0] sum  = so_far[lane*SUM_WIDTH+:SUM_WIDTH];

            always_ff @(posedge clk) begin
                if (taken) begin
                    sums[lane*SUM_WIDTH+:SUM_WIDTH] <=
                        (first ? '0 : sum) + wide[SUM_WIDTH-1:0];
                end
            end
            wire unused = &{1'b0, wide[SUM_WIDTH]};
        end
    endgenerate

    mean #(
        .LANES          (LANES),
        .SUM_WIDTH      (SUM_WIDTH),
        .IN_FRAC        (IN_FRAC),
        .IN_SIGNED      (IN_SIGNED),
        .RECIPROCAL     (RECIPROCAL),
        .RECIPROCAL_FRAC(RECIPROCAL_FRAC),
        .OUT_WIDTH      (OUT_WIDTH),
        .OUT_FRAC       (OUT_FRAC),
        .OUT_SIGNED     (OUT_SIGNED),
        .OUT_QUANT      (OUT_QUANT),
        .OUT_OVERFLOW   (OUT_OVERFLOW)
    ) mean (
        .clk   (clk),
        .tick  (tick),
        .sums  (sums),
        .factor('0),
        .means (means)
    );

    always_ff @(posedge clk) begin
        if (tick) begin
            result   <= means;
            out_data <= result;
        end
    end
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
