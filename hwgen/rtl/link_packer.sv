// link_packer -- tokens of a stream into words of a link.
//
//               +---------------+
//    in_data -->|               |--> out_data
//   in_valid -->|  link_packer  |--> out_valid
//   in_ready <--|               |<-- out_ready
//               |               |--> out_last   the word ends its packet
//               +---------------+
//
// TOKEN_WIDTH <= WORD_WIDTH: G = WORD_WIDTH / TOKEN_WIDTH tokens share a word,
//   the first lowest; the last of a frame of TOKENS ends its word, what is left
//   of that is zero. in_ready is high unless there is a full word that is not
//   taken in this cycle. The word is valid in the cycle after the one in which
//   its last token was read.
// TOKEN_WIDTH > WORD_WIDTH: a token is Q words, the lowest bits first, the unused
//   bits of the last zero. They are valid from the cycle after the one in which
//   the token was read; the next may be read in the cycle in which the Q-th word
//   is taken.
// Only in_ready depends on out_ready. A packet has PACKET_WORDS words, or ends
// with its frame.

`default_nettype none

module link_packer #(
    parameter int TOKEN_WIDTH  = 8,
    parameter int WORD_WIDTH   = 32,
    parameter int TOKENS       = 6,
    parameter int PACKET_WORDS = 4
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [TOKEN_WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [ WORD_WIDTH-1:0] out_data,
    output logic                   out_last,
    output logic                   out_valid,
    input  wire                    out_ready
);

    localparam int PER_WORD =
        (TOKEN_WIDTH <= WORD_WIDTH) ? WORD_WIDTH / TOKEN_WIDTH : 1;
    localparam int PER_TOKEN    = (TOKEN_WIDTH + WORD_WIDTH - 1) / WORD_WIDTH;
    localparam int TOKENS_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;
    localparam int PACKET_WIDTH =
        (PACKET_WORDS > 1) ? $clog2(PACKET_WORDS) : 1;

    wire take = in_valid && in_ready;
    wire write = out_valid && out_ready;
    wire frame_last;  // the next token is the last of its frame

    wire [TOKENS_WIDTH-1:0] unused_token;

    wrap_counter #(
        .COUNT(TOKENS)
    ) frame (
        .clk  (clk),
        .rst  (rst),
        .step (take),
        .value(unused_token),
        .last (frame_last)
    );

    wire word_last;  // the word at hand is the last of its frame

    generate
        if (PER_TOKEN == 1) begin : gen_share
            localparam int PLACE_WIDTH = (PER_WORD > 1) ? $clog2(PER_WORD) : 1;
            localparam int USED_WIDTH  = PER_WORD * TOKEN_WIDTH;

            logic                   full;
            logic                   ends_frame;
            logic [ USED_WIDTH-1:0] word;
            logic [PLACE_WIDTH-1:0] place;  // of the next token

            wire ends_word = place == PLACE_WIDTH'(PER_WORD - 1) || frame_last;

            assign in_ready  = !full || out_ready;
            assign out_valid = full;
            assign out_data  = WORD_WIDTH'(word);
            assign word_last = ends_frame;

            always_ff @(posedge clk) begin
                if (rst) begin
                    full  <= 1'b0;
                    place <= '0;
                end else begin
                    full <= (take && ends_word) || (full && !out_ready);
                    if (take) begin
                        place <= ends_word ? '0 : place + 1'b1;
                    end
                end
            end

            always_ff @(posedge clk) begin
                if (take) begin
                    ends_frame <= frame_last;
                end
            end

            genvar i;
            for (i = 0; i < PER_WORD; i = i + 1) begin : gen_place
                always_ff @(posedge clk) begin
                    if (take && place == PLACE_WIDTH'(i)) begin
                        word[i*TOKEN_WIDTH+:TOKEN_WIDTH] <= in_data;
                    end else if (take && place == '0) begin
                        word[i*TOKEN_WIDTH+:TOKEN_WIDTH] <= '0;
                    end
                end
            end
        end else begin : gen_split
            localparam int PART_WIDTH = $clog2(PER_TOKEN);
            localparam int ALL_WIDTH  = PER_TOKEN * WORD_WIDTH;

            logic                 full;
            logic                 ends_frame;
            logic [ALL_WIDTH-1:0] token;  // words left, the next lowest
            wire                  part_last;
            wire [PART_WIDTH-1:0] unused_part;

            assign in_ready  = !full || (out_ready && part_last);
            assign out_valid = full;
            assign out_data  = token[WORD_WIDTH-1:0];
            assign word_last = ends_frame && part_last;

            wrap_counter #(
                .COUNT(PER_TOKEN)
            ) part (
                .clk  (clk),
                .rst  (rst),
                .step (write),
                .value(unused_part),
                .last (part_last)
            );

            always_ff @(posedge clk) begin
                if (rst) begin
                    full <= 1'b0;
                end else begin
                    full <= take || (full && !(out_ready && part_last));
                end
            end

            always_ff @(posedge clk) begin
                if (take) begin
                    token      <= ALL_WIDTH'(in_data);
                    ends_frame <= frame_last;
                end else if (write) begin
                    token <= token >> WORD_WIDTH;
                end
            end
        end
    endgenerate

    logic [PACKET_WIDTH-1:0] packet_word;  // of the word at hand

    assign out_last =
        word_last || packet_word == PACKET_WIDTH'(PACKET_WORDS - 1);

    always_ff @(posedge clk) begin
        if (rst) begin
            packet_word <= '0;
        end else if (write) begin
            packet_word <= out_last ? '0 : packet_word + 1'b1;
        end
    end

endmodule

`default_nettype wire
