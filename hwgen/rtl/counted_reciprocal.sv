// counted_reciprocal -- by what the sum of a window is multiplied if pads do
// not count in its mean.
//
//                  +----------------------+
//      row ------->|                      |
//      column ---->|  counted_reciprocal  |--> factor    of the window that ends
//      tick ------>|                      |              at the row and column of
//                  +----------------------+              two ticks before
//
// Of the H rows and W columns of the input PAD_* are pads. With n of the
// window's values that are none, factor is floor(2^FRAC / n + 1/2) without its
// last ZEROS bits, which are 0 for every n. MOST_H and MOST_W: pads that a
// window has at the most in a column and in a row.

`default_nettype none

module counted_reciprocal #(
    parameter int H            = 4,
    parameter int W            = 4,
    parameter int KERNEL_H     = 2,
    parameter int KERNEL_W     = 2,
    parameter int STRIDE_H     = 2,
    parameter int STRIDE_W     = 2,
    parameter int PAD_TOP      = 1,
    parameter int PAD_BOTTOM   = 1,
    parameter int PAD_LEFT     = 1,
    parameter int PAD_RIGHT    = 1,
    parameter int MOST_H       = 1,
    parameter int MOST_W       = 1,
    parameter int FRAC         = 18,
    parameter int ZEROS        = 16,
    parameter int FACTOR_WIDTH = 3,
    localparam int ROW_WIDTH    = (H > 1) ? $clog2(H) : 1,
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1
) (
    input  wire                     clk,
    input  wire                     tick,
    input  wire  [   ROW_WIDTH-1:0] row,
    input  wire  [COLUMN_WIDTH-1:0] column,
    output logic [FACTOR_WIDTH-1:0] factor
);

    localparam int ROW_PADS_WIDTH    = (MOST_H > 0) ? $clog2(MOST_H + 1) : 1;
    localparam int COLUMN_PADS_WIDTH = (MOST_W > 0) ? $clog2(MOST_W + 1) : 1;

    // ---- stage 1: how many rows and columns of the window are pads ----

    wire  [   ROW_PADS_WIDTH-1:0] row_pads;
    wire  [COLUMN_PADS_WIDTH-1:0] column_pads;
    logic [   ROW_PADS_WIDTH-1:0] rows;
    logic [COLUMN_PADS_WIDTH-1:0] columns;

    window_pads #(
        .SIZE      (H),
        .KERNEL    (KERNEL_H),
        .STRIDE    (STRIDE_H),
        .BEFORE    (PAD_TOP),
        .AFTER     (PAD_BOTTOM),
        .PADS_WIDTH(ROW_PADS_WIDTH)
    ) row_axis (
        .position(row),
        .pads    (row_pads)
    );

    window_pads #(
        .SIZE      (W),
        .KERNEL    (KERNEL_W),
        .STRIDE    (STRIDE_W),
        .BEFORE    (PAD_LEFT),
        .AFTER     (PAD_RIGHT),
        .PADS_WIDTH(COLUMN_PADS_WIDTH)
    ) column_axis (
        .position(column),
        .pads    (column_pads)
    );

    always_ff @(posedge clk) begin
        if (tick) begin
            rows    <= row_pads;
            columns <= column_pads;
        end
    end

    // ---- stage 2: the reciprocal of what is left ----

    // One word for every number of rows and columns that are pads.
    localparam int INDEX_WIDTH = ROW_PADS_WIDTH + COLUMN_PADS_WIDTH;
    localparam int TABLE_WIDTH = FACTOR_WIDTH << INDEX_WIDTH;

    function automatic logic [63:0] factor_of(input logic [63:0] count);
        factor_of = (((64'd2 << FRAC) + count) / (64'd2 * count)) >> ZEROS;
    endfunction

    function automatic logic [TABLE_WIDTH-1:0] table_of(input int kernel_h,
                                                        input int kernel_w);
        int at;
        int left;
        table_of = '0;
        for (int y = 0; y <= MOST_H; y = y + 1) begin
            for (int x = 0; x <= MOST_W; x = x + 1) begin
                at   = ((y << COLUMN_PADS_WIDTH) + x) * FACTOR_WIDTH;
                left = (kernel_h - y) * (kernel_w - x);
                table_of = table_of
                    | (TABLE_WIDTH'(factor_of(64'(left))) << at);
            end
        end
    endfunction

    localparam logic [TABLE_WIDTH-1:0] FACTORS =
        table_of(KERNEL_H, KERNEL_W);
    wire [INDEX_WIDTH-1:0] index = {rows, columns};

    always_ff @(posedge clk) begin
        if (tick) begin
            factor <= FACTORS[index*FACTOR_WIDTH+:FACTOR_WIDTH];
        end
    end

endmodule

`default_nettype wire
