// pad_axis -- position along one axis of a padded image.
//
//            +------------+
//    step -->|            |--> inside_image   of the input, not the border
//            |            |--> last           of BEFORE + SIZE + AFTER
//            +------------+
//
// step moves the position at the end of the cycle; both outputs are registered
// state only.

`default_nettype none

module pad_axis #(
    parameter int SIZE   = 4,
    parameter int BEFORE = 1,
    parameter int AFTER  = 1
) (
    input  wire  clk,
    input  wire  rst,
    input  wire  step,
    output logic inside_image,
    output logic last
);

    localparam int TOTAL = BEFORE + SIZE + AFTER;
    localparam int POSITION_WIDTH = (TOTAL > 1) ? $clog2(TOTAL) : 1;
    localparam logic [POSITION_WIDTH-1:0] LAST_BEFORE =
        POSITION_WIDTH'(BEFORE - 1);
    localparam logic [POSITION_WIDTH-1:0] LAST_INSIDE =
        POSITION_WIDTH'(BEFORE + SIZE - 1);
    localparam logic STARTS_INSIDE = BEFORE == 0;

    wire [POSITION_WIDTH-1:0] position;

    wrap_counter #(
        .COUNT(TOTAL)
    ) counter (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(position),
        .last (last)
    );

    always_ff @(posedge clk) begin
        if (rst) begin
            inside_image <= STARTS_INSIDE;
        end else if (step) begin
            if (last) begin
                inside_image <= STARTS_INSIDE;
            end else if (BEFORE > 0 && position == LAST_BEFORE) begin
                inside_image <= 1'b1;
            end else if (position == LAST_INSIDE) begin
                inside_image <= 1'b0;
            end
        end
    end

endmodule

`default_nettype wire
