// run_counter -- a run of COUNT ticks behind every start.
//
//              +---------------+
//    start --->|               |--> valid   a tick of the run
//     tick --->|  run_counter  |--> value   which, 0 .. COUNT-1
//              |               |--> last    value is COUNT-1
//              +---------------+
//
// A start, which is in a tick, makes the next COUNT ticks the run. The next
// start may be in the last tick of the run at the earliest. All outputs are
// registered state only.

`default_nettype none

module run_counter #(
    parameter int COUNT = 4,
    localparam int VALUE_WIDTH = (COUNT > 1) ? $clog2(COUNT) : 1
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire                    tick,
    input  wire                    start,
    output logic                   valid,
    output logic [VALUE_WIDTH-1:0] value,
    output logic                   last
);

    always_ff @(posedge clk) begin
        if (rst) begin
            valid <= 1'b0;
        end else if (start) begin
            valid <= 1'b1;
        end else if (tick && last) begin
            valid <= 1'b0;
        end
    end

    wrap_counter #(
        .COUNT(COUNT)
    ) counter (
        .clk  (clk),
        .rst  (rst),
        .step (tick && valid),
        .value(value),
        .last (last)
    );

endmodule

`default_nettype wire
