// pool_window -- data of a pooling window: the largest values, or the sums,
// along the row, then those over the rows.
//
//                  +---------------+
//       take ----->|               |
//       token ---->|               |
//       place ---->|  pool_window  |--> result    combinational
//       keep ----->|               |
//   keep_place --->|               |
//                  +---------------+
//
// take: token is the next of its row. The largest, or with SUM the sum, of it
// and the tokens of the same channels in the KERNEL_W-1 pixels before it is in
// a register from the next cycle on; result is that of the register and of what
// was kept at place in the KERNEL_H-1 rows before. Sums are as wide as they can
// get along a row and over the rows.
// keep: the register is kept at keep_place, which is place of the cycle of its
// take. PLACES is the number of places, one a window and token of a row.
// What is kept of the rows before a frame is left over from the frame before.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the shape of the window.
// verilator lint_off UNUSEDPARAM
`endif

module pool_window #(
    parameter int TOKENS    = 1,
    parameter int LANES     = 1,
    parameter int WIDTH     = 8,
    parameter int IS_SIGNED = 1,
    parameter int KERNEL_H  = 2,
    parameter int KERNEL_W  = 2,
    parameter int PLACES    = 4,
    parameter int SUM       = 0,
    localparam int PLACE_WIDTH = (PLACES > 1) ? $clog2(PLACES) : 1,
    localparam int TOKEN_WIDTH = LANES * WIDTH,
    localparam int ROW_BITS    = (SUM != 0) ? WIDTH + $clog2(KERNEL_W) : WIDTH,
    localparam int RESULT_BITS = (SUM != 0) ? ROW_BITS + $clog2(KERNEL_H)
                                            : WIDTH
) (
    input  wire                          clk,
    input  wire                          take,
    input  wire  [      TOKEN_WIDTH-1:0] token,
    input  wire  [      PLACE_WIDTH-1:0] place,
    input  wire                          keep,
    input  wire  [      PLACE_WIDTH-1:0] keep_place,
    output logic [LANES*RESULT_BITS-1:0] result
);

`ifdef HEADRACE_CONTROL_ONLY
    assign result = '0;
    wire unused = &{1'b0, clk, take, token, place, keep, keep_place};
`else
    // ---- along the row ----

    localparam int ROW_WIDTH = LANES * ROW_BITS;

    wire  [ROW_WIDTH-1:0] row_result;
    logic [ROW_WIDTH-1:0] row_register;

    always_ff @(posedge clk) begin
        if (take) begin
            row_register <= row_result;
        end
    end

    generate
        if (KERNEL_W == 1) begin : gen_one_column
            assign row_result = token;
        end else begin : gen_columns
            // Tokens before this one, the oldest lowest.
            localparam int BEFORE = (KERNEL_W - 1) * TOKENS;
            logic [     BEFORE*TOKEN_WIDTH-1:0] history;
            wire  [(BEFORE+1)*TOKEN_WIDTH-1:0] tokens = {token, history};
            wire  [  KERNEL_W*TOKEN_WIDTH-1:0] same_channels;

            always_ff @(posedge clk) begin
                if (take) begin
                    history <= tokens[(BEFORE+1)*TOKEN_WIDTH-1:TOKEN_WIDTH];
                end
            end

            genvar column;
            for (column = 0; column < KERNEL_W; column = column + 1)
            begin : gen_column
                assign same_channels[column*TOKEN_WIDTH+:TOKEN_WIDTH] =
                    tokens[column*TOKENS*TOKEN_WIDTH+:TOKEN_WIDTH];
            end

            if (SUM != 0) begin : gen_sum
                lane_sum #(
                    .COUNT    (KERNEL_W),
                    .LANES    (LANES),
                    .WIDTH    (WIDTH),
                    .IS_SIGNED(IS_SIGNED)
                ) over_columns (
                    .tokens(same_channels),
                    .sums  (row_result)
                );
            end else begin : gen_max
                lane_max #(
                    .COUNT    (KERNEL_W),
                    .LANES    (LANES),
                    .WIDTH    (WIDTH),
                    .IS_SIGNED(IS_SIGNED)
                ) over_columns (
                    .tokens (same_channels),
                    .largest(row_result)
                );
            end
        end
    endgenerate

    // ---- over the rows ----

    generate
        if (KERNEL_H == 1) begin : gen_one_row
            assign result = row_register;
            // Nothing is kept from row to row.
            wire unused = &{1'b0, place, keep, keep_place};
        end else begin : gen_rows
            wire [(KERNEL_H-1)*ROW_WIDTH-1:0] above;
            wire [  KERNEL_H*ROW_WIDTH-1:0] rows = {row_register, above};

            row_memory #(
                .WIDTH((KERNEL_H - 1) * ROW_WIDTH),
                .DEPTH(PLACES)
            ) kept (
                .clk          (clk),
                .read         (take),
                .read_address (place),
                .read_data    (above),
                .write        (keep),
                .write_address(keep_place),
                .write_data   (rows[KERNEL_H*ROW_WIDTH-1:ROW_WIDTH])
            );

            if (SUM != 0) begin : gen_sum
                lane_sum #(
                    .COUNT    (KERNEL_H),
                    .LANES    (LANES),
                    .WIDTH    (ROW_BITS),
                    .IS_SIGNED(IS_SIGNED)
                ) over_rows (
                    .tokens(rows),
                    .sums  (result)
                );
            end else begin : gen_max
                lane_max #(
                    .COUNT    (KERNEL_H),
                    .LANES    (LANES),
                    .WIDTH    (WIDTH),
                    .IS_SIGNED(IS_SIGNED)
                ) over_rows (
                    .tokens (rows),
                    .largest(result)
                );
            end
        end
    endgenerate
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
