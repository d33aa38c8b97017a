// frame_checker -- compares the last flag of a stream with the length of a
// frame.
//
//            +-----------------+
//   valid -->|                 |
//   ready -->|                 |--> frame_error   sticky until reset
//    last -->|                 |
//            +-----------------+
//
// frame_error rises in the cycle after a handshake whose last flag was missing
// or out of place. Frames are counted by their length only, so nothing else
// changes.

`default_nettype none

module frame_checker #(
    parameter int TOKENS = 16
) (
    input  wire  clk,
    input  wire  rst,
    input  wire  valid,
    input  wire  ready,
    input  wire  last,
    output logic frame_error
);

    wire expected;

    frame_marker #(
        .TOKENS(TOKENS)
    ) marker (
        .clk  (clk),
        .rst  (rst),
        .valid(valid),
        .ready(ready),
        .last (expected)
    );

    always_ff @(posedge clk) begin
        if (rst) begin
            frame_error <= 1'b0;
        end else if (valid && ready && last != expected) begin
            frame_error <= 1'b1;
        end
    end

endmodule

`default_nettype wire
