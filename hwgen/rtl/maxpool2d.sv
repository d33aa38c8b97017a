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

    wire tick = !out_valid || out_ready;

    assign in_ready = tick;

    // ---- stage 1: the row; stage 2: the rows above, output register ----

    localparam int ROW_WIDTH    = (H > 1) ? $clog2(H) : 1;
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1;

    wire                    window_valid;
    wire [ LANES*WIDTH-1:0] largest;
    wire [   ROW_WIDTH-1:0] unused_row;
    wire [COLUMN_WIDTH-1:0] unused_column;

    pool_front #(
        .H        (H),
        .W        (W),
        .TOKENS   (TOKENS),
        .LANES    (LANES),
        .WIDTH    (WIDTH),
        .IS_SIGNED(IS_SIGNED),
        .KERNEL_H (KERNEL_H),
        .KERNEL_W (KERNEL_W),
        .STRIDE_H (STRIDE_H),
        .STRIDE_W (STRIDE_W),
        .SUM      (0)
    ) front (
        .clk         (clk),
        .rst         (rst),
        .tick        (tick),
        .in_data     (in_data),
        .in_valid    (in_valid),
        .window_valid(window_valid),
        .window      (largest),
        .row         (unused_row),
        .column      (unused_column)
    );

    delay_valid #(
        .DEPTH(1)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (window_valid),
        .out (out_valid)
    );

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= largest;
        end
    end

endmodule

`default_nettype wire
