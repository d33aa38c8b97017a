// conv_window -- line buffer and window of a convolution.
//
//                  +---------------+
//      shift ----->|               |
//      pixel ----->|  conv_window  |--> window
//      column ---->|               |
//   column_last -->|               |
//                  +---------------+
//
// shift moves the window one column on: pixel, of column column, enters at the
// bottom right, and the pixels of the KERNEL_H-1 rows above it, which the line
// buffer kept, enter over it. window holds KERNEL_H*KERNEL_W*C values in the
// order (kernel row, kernel column, channel). What stands in it before enough
// rows and columns of a frame came is left over from the row or frame before.

`default_nettype none

module conv_window #(
    parameter int W           = 8,
    parameter int KERNEL_H    = 3,
    parameter int KERNEL_W    = 3,
    parameter int PIXEL_WIDTH = 8,
    localparam int COLUMN_WIDTH = (W > 1) ? $clog2(W) : 1
) (
    input  wire                                      clk,
    input  wire                                      shift,
    input  wire  [                  PIXEL_WIDTH-1:0] pixel,
    input  wire  [                 COLUMN_WIDTH-1:0] column,
    input  wire                                      column_last,
    output logic [KERNEL_H*KERNEL_W*PIXEL_WIDTH-1:0] window
);

`ifdef HEADRACE_CONTROL_ONLY
    assign window = '0;
    wire unused = &{1'b0, clk, shift, pixel, column, column_last};
`else
    // The column that enters, uppermost row in the lowest bits.
    wire [KERNEL_H*PIXEL_WIDTH-1:0] entering;

    generate
        if (KERNEL_H == 1) begin : gen_one_row
            assign entering = pixel;
            // Nothing is kept from row to row.
            wire unused = &{1'b0, column, column_last};
        end else begin : gen_rows
            wire [(KERNEL_H-1)*PIXEL_WIDTH-1:0] above;

            assign entering = {pixel, above};

            // Each shift reads the word for the next one.
            row_memory #(
                .WIDTH((KERNEL_H - 1) * PIXEL_WIDTH),
                .DEPTH(W)
            ) lines (
                .clk          (clk),
                .read         (shift),
                .read_address (column_last ? '0 : column + 1'b1),
                .read_data    (above),
                .write        (shift),
                .write_address(column),
                .write_data   (entering[KERNEL_H*PIXEL_WIDTH-1:PIXEL_WIDTH])
            );
        end
    endgenerate

    genvar row;
    generate
        for (row = 0; row < KERNEL_H; row = row + 1) begin : gen_row
            logic [         PIXEL_WIDTH-1:0] newest;
            logic [KERNEL_W*PIXEL_WIDTH-1:0] pixels;

            assign newest = entering[row*PIXEL_WIDTH+:PIXEL_WIDTH];

            if (KERNEL_W == 1) begin : gen_one_column
                always_ff @(posedge clk) begin
                    if (shift) begin
                        pixels <= newest;
                    end
                end
            end else begin : gen_columns
                always_ff @(posedge clk) begin
                    if (shift) begin
                        pixels <= {
                            newest, pixels[KERNEL_W*PIXEL_WIDTH-1:PIXEL_WIDTH]
                        };
                    end
                end
            end

            assign window[row*KERNEL_W*PIXEL_WIDTH+:KERNEL_W*PIXEL_WIDTH] =
                pixels;
        end
    endgenerate
`endif

endmodule

`default_nettype wire
