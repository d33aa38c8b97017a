// zeropad2d -- puts a border of one value around every image.
//
//               +-------------+
//    in_data -->|             |--> out_data
//   in_valid -->|  zeropad2d  |--> out_valid
//   in_ready <--|             |<-- out_ready
//               +-------------+
//
// One tick is a cycle without (out_valid && !out_ready). Every tick takes one
// step towards the next output token, which is written one tick later: in the
// border always, inside the image if there is an input token. in_ready is high
// in a tick inside the image and low otherwise. PAD_VALUE is the raw value of
// the border: 0, or the least number of the format.

`default_nettype none

module zeropad2d #(
    parameter int H          = 4,
    parameter int W          = 4,
    parameter int TOKENS     = 1,
    parameter int PAD_TOP    = 1,
    parameter int PAD_BOTTOM = 1,
    parameter int PAD_LEFT   = 1,
    parameter int PAD_RIGHT  = 1,
    parameter int PAD_VALUE  = 0,
    parameter int LANES      = 1,
    parameter int WIDTH      = 8
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

    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;
    localparam logic [LANES*WIDTH-1:0] BORDER = {LANES{WIDTH'(PAD_VALUE)}};

    wire row_inside;
    wire column_inside;
    wire inside_image = row_inside && column_inside;

    wire tick = !out_valid || out_ready;
    wire step = tick && (in_valid || !inside_image);

    assign in_ready = tick && inside_image;

    wire                   pixel_last;
    wire                   column_last;
    wire                   unused_row_last;
    wire [INDEX_WIDTH-1:0] unused_token;

    wrap_counter #(
        .COUNT(TOKENS)
    ) token (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(unused_token),
        .last (pixel_last)
    );

    pad_axis #(
        .SIZE  (W),
        .BEFORE(PAD_LEFT),
        .AFTER (PAD_RIGHT)
    ) column (
        .clk         (clk),
        .rst         (rst),
        .step        (step && pixel_last),
        .inside_image(column_inside),
        .last        (column_last)
    );

    pad_axis #(
        .SIZE  (H),
        .BEFORE(PAD_TOP),
        .AFTER (PAD_BOTTOM)
    ) row (
        .clk         (clk),
        .rst         (rst),
        .step        (step && pixel_last && column_last),
        .inside_image(row_inside),
        .last        (unused_row_last)
    );

    always_ff @(posedge clk) begin
        if (rst) begin
            out_valid <= 1'b0;
        end else if (tick) begin
            out_valid <= step;
        end
    end

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= inside_image ? in_data : BORDER;
        end
    end

endmodule

`default_nettype wire
