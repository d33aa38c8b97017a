// avgpool2d -- the mean of every window, channel by channel, converted to the
// output format. Padding is in the input already.
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
//
// Of the H rows and W columns PAD_* are pads that do not count: in the place of
// RECIPROCAL comes floor(2^RECIPROCAL_FRAC / n + 1/2) for the n values of the
// window that are none. The pads themselves are zeros.

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
    parameter int PAD_TOP         = 0,
    parameter int PAD_BOTTOM      = 0,
    parameter int PAD_LEFT        = 0,
    parameter int PAD_RIGHT       = 0,
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

    wire tick = !out_valid || out_ready;

    assign in_ready = tick;

    // ---- stages: the row, the rows above, times the reciprocal, output ----

    localparam int WIDE_WIDTH = IN_WIDTH + $clog2(KERNEL_H) + $clog2(KERNEL_W);
    localparam int ROW_WIDTH    = (H > 1) ? $clog2(H) : 1;
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1;

    wire                        window_valid;
    wire [LANES*WIDE_WIDTH-1:0] wide_sums;
    wire [       ROW_WIDTH-1:0] row;
    wire [    COLUMN_WIDTH-1:0] column;

    pool_front #(
        .H        (H),
        .W        (W),
        .TOKENS   (TOKENS),
        .LANES    (LANES),
        .WIDTH    (IN_WIDTH),
        .IS_SIGNED(IN_SIGNED),
        .KERNEL_H (KERNEL_H),
        .KERNEL_W (KERNEL_W),
        .STRIDE_H (STRIDE_H),
        .STRIDE_W (STRIDE_W),
        .SUM      (1)
    ) front (
        .clk         (clk),
        .rst         (rst),
        .tick        (tick),
        .in_data     (in_data),
        .in_valid    (in_valid),
        .window_valid(window_valid),
        .window      (wide_sums),
        .row         (row),
        .column      (column)
    );

    delay_valid #(
        .DEPTH(3)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (window_valid),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, wide_sums, row, column};
`else
    // ---- the factor of the window whose sums stand in the register ----

    localparam int SKIPS_PADS =
        (PAD_TOP + PAD_BOTTOM + PAD_LEFT + PAD_RIGHT > 0) ? 1 : 0;

    // Places of a window that are pads, along one axis.
    function automatic int pads_in(input int first, input int kernel,
                                   input int first_inside, input int end_inside);
        pads_in = ((first < first_inside) ? first_inside - first : 0)
            + ((first + kernel > end_inside) ? first + kernel - end_inside : 0);
    endfunction

    function automatic int larger(input int a, input int b);
        larger = (a > b) ? a : b;
    endfunction

    // The first or the last window of an axis has the most pads.
    localparam int LAST_ROW    = (H - KERNEL_H) / STRIDE_H * STRIDE_H;
    localparam int LAST_COLUMN = (W - KERNEL_W) / STRIDE_W * STRIDE_W;
    localparam int MOST_H = larger(
        pads_in(0, KERNEL_H, PAD_TOP, H - PAD_BOTTOM),
        pads_in(LAST_ROW, KERNEL_H, PAD_TOP, H - PAD_BOTTOM));
    localparam int MOST_W = larger(
        pads_in(0, KERNEL_W, PAD_LEFT, W - PAD_RIGHT),
        pads_in(LAST_COLUMN, KERNEL_W, PAD_LEFT, W - PAD_RIGHT));

    function automatic logic [63:0] reciprocal_of(input int count);
        reciprocal_of = ((64'd2 << RECIPROCAL_FRAC) + 64'(count))
            / (64'd2 * 64'(count));
    endfunction

    // Zeros that every factor ends with.
    function automatic int common_zeros(input int kernel_h, input int kernel_w);
        logic [63:0] any;
        int left;
        any = '0;
        for (int y = 0; y <= MOST_H; y = y + 1) begin
            for (int x = 0; x <= MOST_W; x = x + 1) begin
                left = (kernel_h - y) * (kernel_w - x);
                any = any | reciprocal_of(left);
            end
        end
        common_zeros = 0;
        for (int i = 63; i >= 0; i = i - 1) begin
            if (any[i]) begin
                common_zeros = i;
            end
        end
    endfunction

    localparam int ZEROS = common_zeros(KERNEL_H, KERNEL_W);
    localparam logic [63:0] LARGEST = reciprocal_of(
        (KERNEL_H - MOST_H) * (KERNEL_W - MOST_W)) >> ZEROS;
    localparam logic [63:0] LEAST =
        reciprocal_of(KERNEL_H * KERNEL_W) >> ZEROS;
    localparam int FACTOR_WIDTH = (SKIPS_PADS != 0) ? $clog2(LARGEST + 1)
                                                    : $clog2(RECIPROCAL + 1);
    localparam int LEAST_WIDTH  = (SKIPS_PADS != 0) ? $clog2(LEAST + 1)
                                                    : FACTOR_WIDTH;

    wire [FACTOR_WIDTH-1:0] factor;

    generate
        if (SKIPS_PADS != 0) begin : gen_factor
            counted_reciprocal #(
                .H           (H),
                .W           (W),
                .KERNEL_H    (KERNEL_H),
                .KERNEL_W    (KERNEL_W),
                .STRIDE_H    (STRIDE_H),
                .STRIDE_W    (STRIDE_W),
                .PAD_TOP     (PAD_TOP),
                .PAD_BOTTOM  (PAD_BOTTOM),
                .PAD_LEFT    (PAD_LEFT),
                .PAD_RIGHT   (PAD_RIGHT),
                .MOST_H      (MOST_H),
                .MOST_W      (MOST_W),
                .FRAC        (RECIPROCAL_FRAC),
                .ZEROS       (ZEROS),
                .FACTOR_WIDTH(FACTOR_WIDTH)
            ) counted (
                .clk   (clk),
                .tick  (tick),
                .row   (row),
                .column(column),
                .factor(factor)
            );
        end else begin : gen_constant
            assign factor = '0;
            wire unused = &{1'b0, row, column};
        end
    endgenerate

    // The window's own bound is tighter than that of its rows and columns one
    // after the other.
    localparam int SUM_WIDTH = IN_WIDTH + $clog2(KERNEL_H * KERNEL_W);

    logic [LANES*SUM_WIDTH-1:0] sums;
    wire  [LANES*OUT_WIDTH-1:0] means;

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
        .RECIPROCAL     ((SKIPS_PADS != 0) ? 0 : RECIPROCAL),
        .RECIPROCAL_FRAC(RECIPROCAL_FRAC - ((SKIPS_PADS != 0) ? ZEROS : 0)),
        .FACTOR_WIDTH   (FACTOR_WIDTH),
        .LEAST_WIDTH    (LEAST_WIDTH),
        .OUT_WIDTH      (OUT_WIDTH),
        .OUT_FRAC       (OUT_FRAC),
        .OUT_SIGNED     (OUT_SIGNED),
        .OUT_QUANT      (OUT_QUANT),
        .OUT_OVERFLOW   (OUT_OVERFLOW)
    ) mean (
        .clk   (clk),
        .tick  (tick),
        .sums  (sums),
        .factor(factor),
        .means (means)
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
