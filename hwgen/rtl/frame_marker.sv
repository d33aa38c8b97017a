// frame_marker -- says which handshake of a stream is the last of a frame.
//
//            +----------------+
//   valid -->|                |--> last   of the token offered now or next
//   ready -->|                |
//            +----------------+
//
// last is registered state: it stands beside the data of the last token of each
// frame, from the handshake before until its own. Drives m_axis_tlast.

`default_nettype none

module frame_marker #(
    parameter int TOKENS = 16
) (
    input  wire  clk,
    input  wire  rst,
    input  wire  valid,
    input  wire  ready,
    output logic last
);

    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    wire [INDEX_WIDTH-1:0] unused_index;

    wrap_counter #(
        .COUNT(TOKENS)
    ) counter (
        .clk  (clk),
        .rst  (rst),
        .step (valid && ready),
        .value(unused_index),
        .last (last)
    );

endmodule

`default_nettype wire
