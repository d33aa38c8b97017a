// avgpool2d -- the mean of every window, channel by channel, without padding,
// converted to the output format.
//
//               +-------------+
//    in_data -->|             |--> out_data
//   in_valid -->|  avgpool2d  |--> out_valid
//   in_ready <--|             |<-- out_ready
//               +-------------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read. The token
// that completes a window at a stride position, read at tick t, causes an
// output token at t+4. All other tokens are read and written nowhere.
//
// The exact sum of the window times RECIPROCAL, of fraction
// IN_FRAC + RECIPROCAL_FRAC, is converted to the output format. RECIPROCAL is
// floor(2^RECIPROCAL_FRAC / N + 1/2) for the N values of a window,
// RECIPROCAL_FRAC = 16 + ceil(log2 N).

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module avgpool2d #(
    parameter int H               = 4,
    parameter int W               = 4,
    parameter int TOKENS          = 1,
    parameter int LANES           = 1,
    parameter int KERNEL_H        = 2,
    parameter int KERNEL_W        = 2,
    parameter int STRIDE_H        = 2,
    parameter int STRIDE_W        = 2,
    parameter int RECIPROCAL      = 65536,
    parameter int RECIPROCAL_FRAC = 18,
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

    localparam int PLACES      = ((W - KERNEL_W) / STRIDE_W + 1) * TOKENS;
    localparam int PLACE_WIDTH = (PLACES > 1) ? $clog2(PLACES) : 1;

    wire tick  = !out_valid || out_ready;
    wire taken = in_valid && tick;

    assign in_ready = tick;

    // ---- position of the token ----

    wire                   column_completes;
    wire                   row_completes;
    wire [PLACE_WIDTH-1:0] place;

    pool_position #(
        .H       (H),
        .W       (W),
        .TOKENS  (TOKENS),
        .KERNEL_H(KERNEL_H),
        .KERNEL_W(KERNEL_W),
        .STRIDE_H(STRIDE_H),
        .STRIDE_W(STRIDE_W)
    ) position (
        .clk             (clk),
        .rst             (rst),
        .step            (taken),
        .column_completes(column_completes),
        .row_completes   (row_completes),
        .place           (place)
    );

    // ---- stages: the row, the rows above, times the reciprocal, output ----

    logic                   row_done;     // the window is complete in its row
    logic                   window_done;  // and in its column
    logic                   sum_valid;
    logic                   product_valid;
    logic [PLACE_WIDTH-1:0] done_place;

    always_ff @(posedge clk) begin
        if (rst) begin
            row_done      <= 1'b0;
            window_done   <= 1'b0;
            sum_valid     <= 1'b0;
            product_valid <= 1'b0;
            out_valid     <= 1'b0;
        end else if (tick) begin
            row_done      <= taken && column_completes;
            window_done   <= taken && column_completes && row_completes;
            sum_valid     <= window_done;
            product_valid <= sum_valid;
            out_valid     <= product_valid;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            done_place <= place;
        end
    end

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data, row_done, done_place};
`else
    // The window's own bound is tighter than that of its rows and columns one
    // after the other.
    localparam int SUM_WIDTH  = IN_WIDTH + $clog2(KERNEL_H * KERNEL_W);
    localparam int WIDE_WIDTH = IN_WIDTH + $clog2(KERNEL_H) + $clog2(KERNEL_W);

    wire  [LANES*WIDE_WIDTH-1:0] wide_sums;
    logic [ LANES*SUM_WIDTH-1:0] sums;
    wire  [ LANES*OUT_WIDTH-1:0] means;

    pool_window #(
        .TOKENS   (TOKENS),
        .LANES    (LANES),
        .WIDTH    (IN_WIDTH),
        .IS_SIGNED(IN_SIGNED),
        .KERNEL_H (KERNEL_H),
        .KERNEL_W (KERNEL_W),
        .PLACES   (PLACES),
        .SUM      (1)
    ) pool_window (
        .clk       (clk),
        .take      (taken),
        .token     (in_data),
        .place     (place),
        .keep      (tick && row_done),
        .keep_place(done_place),
        .result    (wide_sums)
    );

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire [WIDE_WIDTH-1:0] sum = wide_sums[lane*WIDE_WIDTH+:WIDE_WIDTH];

            always_ff @(posedge clk) begin
                if (tick) begin
                    sums[lane*SUM_WIDTH+:SUM_WIDTH] <= sum[SUM_WIDTH-1:0];
                end
            end
            // Upper bits repeat the sign or are zero.
            wire unused = &{1'b0, sum};
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
        .clk  (clk),
        .tick (tick),
        .sums (sums),
        .means(means)
    );

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= means;
        end
    end
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
