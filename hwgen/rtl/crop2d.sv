// crop2d -- cuts rows and columns off at the four sides of every image.
//
//               +----------+
//    in_data -->|          |--> out_data
//   in_valid -->|  crop2d  |--> out_valid
//   in_ready <--|          |<-- out_ready
//               +----------+
//
// One tick is a cycle without (out_valid && !out_ready). In every tick a token
// may be read; if it lies inside what is left, it is written one tick later,
// otherwise it is dropped. in_ready is high in every tick and low otherwise.
// H and W are the sizes of the input.

`default_nettype none

module crop2d #(
    parameter int H           = 4,
    parameter int W           = 4,
    parameter int TOKENS      = 1,
    parameter int CROP_TOP    = 1,
    parameter int CROP_BOTTOM = 1,
    parameter int CROP_LEFT   = 1,
    parameter int CROP_RIGHT  = 1,
    parameter int TOKEN_WIDTH = 8
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [TOKEN_WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [TOKEN_WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
);

    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    wire tick = !out_valid || out_ready;
    wire take = tick && in_valid;

    assign in_ready = tick;

    // ---- position of the token ----

    wire                   row_inside;
    wire                   column_inside;
    wire                   pixel_last;
    wire                   column_last;
    wire                   unused_row_last;
    wire [INDEX_WIDTH-1:0] unused_token;

    wrap_counter #(
        .COUNT(TOKENS)
    ) token (
        .clk  (clk),
        .rst  (rst),
        .step (take),
        .value(unused_token),
        .last (pixel_last)
    );

    pad_axis #(
        .SIZE  (W - CROP_LEFT - CROP_RIGHT),
        .BEFORE(CROP_LEFT),
        .AFTER (CROP_RIGHT)
    ) column (
        .clk         (clk),
        .rst         (rst),
        .step        (take && pixel_last),
        .inside_image(column_inside),
        .last        (column_last)
    );

    pad_axis #(
        .SIZE  (H - CROP_TOP - CROP_BOTTOM),
        .BEFORE(CROP_TOP),
        .AFTER (CROP_BOTTOM)
    ) row (
        .clk         (clk),
        .rst         (rst),
        .step        (take && pixel_last && column_last),
        .inside_image(row_inside),
        .last        (unused_row_last)
    );

    // ---- output register ----

    always_ff @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
        end else if (tick) begin
            out_valid <= in_valid && row_inside && column_inside;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= in_data;
        end
    end

endmodule

`default_nettype wire
