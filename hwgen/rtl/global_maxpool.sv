// global_maxpool -- the largest value of every channel over the whole frame.
//
//               +------------------+
//    in_data -->|                  |--> out_data
//   in_valid -->|  global_maxpool  |--> out_valid
//   in_ready <--|                  |<-- out_ready
//               +------------------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read. Each of the
// TOKENS tokens of the last pixel of a frame, read at tick t, causes an output
// token at t+2. All other tokens are read and written nowhere.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module global_maxpool #(
    parameter int H         = 4,
    parameter int W         = 4,
    parameter int TOKENS    = 1,
    parameter int LANES     = 1,
    parameter int WIDTH     = 8,
    parameter int IS_SIGNED = 1
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [LANES*WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [LANES*WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
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

    // ---- stage 1: the largest so far; stage 2: output register ----

    delay_valid #(
        .DEPTH(2)
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
    logic [LANES*WIDTH-1:0] largest;  // of the channels of the token before
    wire  [LANES*WIDTH-1:0] so_far;   // of the channels of this token
    wire  [LANES*WIDTH-1:0] larger;

    delay_line #(
        .WIDTH(LANES * WIDTH),
        .DEPTH(TOKENS - 1)
    ) turns (
        .clk (clk),
        .rst (rst),
        .step(taken),
        .in  (largest),
        .out (so_far)
    );

    lane_max #(
        .COUNT    (2),
        .LANES    (LANES),
        .WIDTH    (WIDTH),
        .IS_SIGNED(IS_SIGNED)
    ) compare (
        .tokens ({in_data, so_far}),
        .largest(larger)
    );

    always_ff @(posedge clk) begin
        if (taken) begin
            largest <= first ? in_data : larger;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= largest;
        end
    end
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
