// window_axis -- position along one axis of an image over which a window
// slides.
//
//            +---------------+
//    step -->|               |--> position   0 .. SIZE-1
//            |               |--> last       the position is SIZE-1
//            |               |--> completes  the position is the last of a
//            +---------------+               window: position - (KERNEL-1) is
//                                            0, STRIDE, 2*STRIDE, ...
//
// step moves the position at the end of the cycle; all outputs are registered
// state only.

`default_nettype none

module window_axis #(
    parameter int SIZE   = 8,
    parameter int KERNEL = 3,
    parameter int STRIDE = 1,
    localparam int POSITION_WIDTH = (SIZE > 1) ? $clog2(SIZE) : 1
) (
    input  wire                       clk,
    input  wire                       rst,
    input  wire                       step,
    output logic [POSITION_WIDTH-1:0] position,
    output logic                      last,
    output logic                      completes
);

    // Steps that are missing until a window is complete: KERNEL-1 at first,
    // then STRIDE-1.
    localparam int MOST = (KERNEL > STRIDE) ? KERNEL : STRIDE;
    localparam int MISSING_WIDTH = (MOST > 1) ? $clog2(MOST) : 1;
    localparam logic [MISSING_WIDTH-1:0] AT_FIRST  = MISSING_WIDTH'(KERNEL - 1);
    localparam logic [MISSING_WIDTH-1:0] FROM_THEN = MISSING_WIDTH'(STRIDE - 1);

    logic [MISSING_WIDTH-1:0] missing;

    assign completes = missing == '0;

    wrap_counter #(
        .COUNT(SIZE)
    ) counter (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(position),
        .last (last)
    );

    always_ff @(posedge clk) begin
        if (rst) begin
            missing <= AT_FIRST;
        end else if (step) begin
            if (last) begin
                missing <= AT_FIRST;
            end else if (completes) begin
                missing <= FROM_THEN;
            end else begin
                missing <= missing - 1'b1;
            end
        end
    end

endmodule

`default_nettype wire
