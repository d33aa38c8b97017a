// link_line -- what is between the two ends of a link, for simulation only: in
// hardware this is the transceivers and their core.
//
//                +-------------+
//    in_data --->|             |---> out_data     LATENCY cycles later
//  in_control -->|             |---> out_control
//    in_valid -->|             |---> out_valid
//    in_ready <--|  link_line  |
//                |             |
//  back_out_* <--|             |<--- back_in_*    RETURN_LATENCY cycles later
//                |             |---> back_in_ready
//                +-------------+
//
// In cycle n behind reset a word can be sent, either way, if n * ACTIVE mod
// ACTIVE_OF < ACTIVE (the gearbox) and n mod PAUSE_PERIOD < PAUSE_PERIOD -
// PAUSE_CYCLES (clock compensation; PAUSE_PERIOD 0: none). A word sent in cycle n
// is there in cycle n + LATENCY, and in that cycle only.

`default_nettype none

module link_line #(
    parameter int WORD_WIDTH     = 32,
    parameter int STREAMS        = 2,
    parameter int ACTIVE         = 1,
    parameter int ACTIVE_OF      = 1,
    parameter int PAUSE_CYCLES   = 0,
    parameter int PAUSE_PERIOD   = 0,
    parameter int LATENCY        = 2,
    parameter int RETURN_LATENCY = 2
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire  [WORD_WIDTH-1:0] in_data,
    input  wire                   in_control,
    input  wire                   in_valid,
    output logic                  in_ready,
    output logic [WORD_WIDTH-1:0] out_data,
    output logic                  out_control,
    output logic                  out_valid,
    input  wire  [   STREAMS-1:0] back_in_data,
    input  wire                   back_in_valid,
    output logic                  back_in_ready,
    output logic [   STREAMS-1:0] back_out_data,
    output logic                  back_out_valid
);

    // n * ACTIVE mod ACTIVE_OF, at most twice of that for a while.
    localparam int PHASE_WIDTH = $clog2(2 * ACTIVE_OF);

    logic [PHASE_WIDTH-1:0] phase;
    wire  [PHASE_WIDTH-1:0] phase_next = phase + PHASE_WIDTH'(ACTIVE);

    always_ff @(posedge clk) begin
        if (rst) begin
            phase <= '0;
        end else if (phase_next >= PHASE_WIDTH'(ACTIVE_OF)) begin
            phase <= phase_next - PHASE_WIDTH'(ACTIVE_OF);
        end else begin
            phase <= phase_next;
        end
    end

    wire pause;

    generate
        if (PAUSE_PERIOD > 0) begin : gen_pause
            localparam int PERIOD_WIDTH =
                (PAUSE_PERIOD > 1) ? $clog2(PAUSE_PERIOD) : 1;
            localparam int PAUSE_AT = PAUSE_PERIOD - PAUSE_CYCLES;
            wire [PERIOD_WIDTH-1:0] position;
            wire                    unused_last;

            wrap_counter #(
                .COUNT(PAUSE_PERIOD)
            ) period (
                .clk  (clk),
                .rst  (rst),
                .step (1'b1),
                .value(position),
                .last (unused_last)
            );

            assign pause = 32'(position) >= PAUSE_AT;
        end else begin : gen_none
            assign pause = 1'b0;
        end
    endgenerate

    assign in_ready      = phase < PHASE_WIDTH'(ACTIVE) && !pause;
    assign back_in_ready = in_ready;

    delay_line #(
        .WIDTH(WORD_WIDTH + 1),
        .DEPTH(LATENCY)
    ) words (
        .clk (clk),
        .rst (rst),
        .step(1'b1),
        .in  ({in_control, in_data}),
        .out ({out_control, out_data})
    );

    delay_valid #(
        .DEPTH(LATENCY)
    ) valid (
        .clk (clk),
        .rst (rst),
        .tick(1'b1),
        .in  (in_valid && in_ready),
        .out (out_valid)
    );

    delay_line #(
        .WIDTH(STREAMS),
        .DEPTH(RETURN_LATENCY)
    ) back_words (
        .clk (clk),
        .rst (rst),
        .step(1'b1),
        .in  (back_in_data),
        .out (back_out_data)
    );

    delay_valid #(
        .DEPTH(RETURN_LATENCY)
    ) back_valid (
        .clk (clk),
        .rst (rst),
        .tick(1'b1),
        .in  (back_in_valid && back_in_ready),
        .out (back_out_valid)
    );

endmodule

`default_nettype wire
