// maxpool2d -- the largest value of every window, channel by channel, without
// padding.
//
//               +-------------+
//    in_data -->|             |--> out_data
//   in_valid -->|  maxpool2d  |--> out_valid
//   in_ready <--|             |<-- out_ready
//               +-------------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read. The token
// that completes a window at a stride position, read at tick t, causes an
// output token at t+2: in t it is compared along its row, in t+1 with the rows
// above. All other tokens are read and written nowhere.

`default_nettype none

module maxpool2d #(
    parameter int H         = 4,
    parameter int W         = 4,
    parameter int TOKENS    = 1,
    parameter int LANES     = 1,
    parameter int WIDTH     = 8,
    parameter int IS_SIGNED = 1,
    parameter int KERNEL_H  = 2,
    parameter int KERNEL_W  = 2,
    parameter int STRIDE_H  = 2,
    parameter int STRIDE_W  = 2
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

    // ---- stage 1: the row; stage 2: the rows above, output register ----

    logic                   row_done;     // the window is complete in its row
    logic                   window_done;  // and in its column
    logic [PLACE_WIDTH-1:0] done_place;
    wire  [LANES*WIDTH-1:0] largest;

    always_ff @(posedge clk) begin
        if (rst) begin
            row_done    <= 1'b0;
            window_done <= 1'b0;
            out_valid   <= 1'b0;
        end else if (tick) begin
            row_done    <= taken && column_completes;
            window_done <= taken && column_completes && row_completes;
            out_valid   <= window_done;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            done_place <= place;
            out_data   <= largest;
        end
    end

    pool_window #(
        .TOKENS   (TOKENS),
        .LANES    (LANES),
        .WIDTH    (WIDTH),
        .IS_SIGNED(IS_SIGNED),
        .KERNEL_H (KERNEL_H),
        .KERNEL_W (KERNEL_W),
        .PLACES   (PLACES),
        .SUM      (0)
    ) pool_window (
        .clk       (clk),
        .take      (taken),
        .token     (in_data),
        .place     (place),
        .keep      (tick && row_done),
        .keep_place(done_place),
        .result    (largest)
    );

endmodule

`default_nettype wire
