// link_framer -- packets of several streams, one after the other, on a line.
//
//    a bit, or a word, a stream       +---------------+
//      a packet can be begun   ask -->|               |--> line_data
//    it may not be begun      halt -->|               |--> line_control
//       its next payload   in_data -->|  link_framer  |--> line_valid
//    which ends the packet in_last -->|               |<-- line_ready
//                         in_valid -->|               |
//                         in_ready <--|               |
//    a packet is begun       begun <--|               |
//                                     +---------------+
//
// A packet is HEADER_WORDS, its payload, TRAILER_WORDS; a word is sent in a cycle
// with line_valid and line_ready. line_ready is low in the cycles that the line
// needs for itself, and does not depend on line_valid.
//   idle: a stream that asks and is not halted is picked (link_arbiter) in a
//     cycle with line_ready, and the first word of its packet sent in the same.
//   then: the next word, as soon as there is one. With STORE_FORWARD 0 no payload
//     is sent while the stream is halted.
// in_ready is high in the cycle in which a payload word is sent. Header and
// trailer words have line_control high and hold the number of the stream.

`default_nettype none

module link_framer #(
    parameter int STREAMS       = 2,
    parameter int WORD_WIDTH    = 32,
    parameter int HEADER_WORDS  = 1,
    parameter int TRAILER_WORDS = 1,
    parameter int PRIORITY      = 0,
    parameter int STORE_FORWARD = 1
) (
    input  wire                           clk,
    input  wire                           rst,
    input  wire  [           STREAMS-1:0] ask,
    input  wire  [           STREAMS-1:0] halt,
    input  wire  [STREAMS*WORD_WIDTH-1:0] in_data,
    input  wire  [           STREAMS-1:0] in_last,
    input  wire  [           STREAMS-1:0] in_valid,
    output logic [           STREAMS-1:0] in_ready,
    output logic [           STREAMS-1:0] begun,
    output logic [        WORD_WIDTH-1:0] line_data,
    output logic                          line_control,
    output logic                          line_valid,
    input  wire                           line_ready
);

    localparam int MOST =
        (HEADER_WORDS > TRAILER_WORDS) ? HEADER_WORDS : TRAILER_WORDS;
    localparam int COUNT_WIDTH = (MOST > 1) ? $clog2(MOST) : 1;

    localparam logic [1:0] IDLE    = 2'd0;
    localparam logic [1:0] HEADER  = 2'd1;
    localparam logic [1:0] PAYLOAD = 2'd2;
    localparam logic [1:0] TRAILER = 2'd3;
    localparam logic [1:0] FIRST   = (HEADER_WORDS > 0) ? HEADER : PAYLOAD;
    localparam logic [1:0] LAST    = (TRAILER_WORDS > 0) ? TRAILER : IDLE;

    generate
        if (STREAMS > 1 && (HEADER_WORDS == 0 ||
                            $clog2(STREAMS) > WORD_WIDTH)) begin : gen_illegal
            $error("several streams need a header that names them");
        end
    endgenerate

    logic [        1:0] state;
    logic [COUNT_WIDTH-1:0] count;   // header or trailer words that were sent
    logic [STREAMS-1:0] stream;      // whose packet it is

    wire                idle = state == IDLE;
    wire [STREAMS-1:0]  pick;
    wire [STREAMS-1:0]  current = idle ? pick : stream;
    wire [        1:0]  phase = idle ? FIRST : state;
    wire                send = line_valid && line_ready;

    link_arbiter #(
        .STREAMS (STREAMS),
        .PRIORITY(PRIORITY)
    ) arbiter (
        .clk (clk),
        .rst (rst),
        .ask (ask & ~halt),
        .take(idle && send),
        .pick(pick)
    );

    wire [STREAMS-1:0] open    = (STORE_FORWARD != 0) ? '1 : ~halt;
    wire               payload = |(current & in_valid & open);
    wire               last    = |(current & in_last);

    assign line_control = phase != PAYLOAD;
    assign line_valid   = line_control ? current != '0 : payload;
    assign begun        = (idle && send) ? pick : '0;
    assign in_ready     = (send && !line_control) ? current : '0;

    always_ff @(posedge clk) begin
        if (rst) begin
            state <= IDLE;
            count <= '0;
        end else if (send) begin
            count <= '0;
            case (phase)
                HEADER:
                if (count == COUNT_WIDTH'(HEADER_WORDS - 1)) begin
                    state <= PAYLOAD;
                end else begin
                    state <= HEADER;
                    count <= count + 1'b1;
                end
                TRAILER:
                if (count == COUNT_WIDTH'(TRAILER_WORDS - 1)) begin
                    state <= IDLE;
                end else begin
                    count <= count + 1'b1;
                end
                default: state <= last ? LAST : PAYLOAD;
            endcase
        end
    end

    always_ff @(posedge clk) begin
        if (idle && send) begin
            stream <= pick;
        end
    end

    // The payload of the stream at hand, or its number.
    logic [WORD_WIDTH-1:0] word;
    integer n;

    always_comb begin
        word = '0;
        for (n = 0; n < STREAMS; n = n + 1) begin
            if (current[n]) begin
                word = word | (line_control
                               ? WORD_WIDTH'(n)
                               : in_data[n*WORD_WIDTH+:WORD_WIDTH]);
            end
        end
    end

    assign line_data = word;

endmodule

`default_nettype wire
