// link_unpacker -- words of a link back into tokens; see link_packer.sv for how
// they are in there.
//
//               +-----------------+
//    in_data -->|                 |--> out_data
//   in_valid -->|  link_unpacker  |--> out_valid
//   in_ready <--|                 |<-- out_ready
//               +-----------------+
//
// TOKEN_WIDTH <= WORD_WIDTH: a word is valid as tokens from the cycle after the
//   one in which it was read, one token a cycle. in_ready is high if there is
//   none, or its last token is taken in this cycle.
// TOKEN_WIDTH > WORD_WIDTH: the words of a token are read one a cycle, then the
//   token is valid. in_ready is low while it is, except in the cycle in which it
//   is taken.
// Only in_ready depends on out_ready.

`default_nettype none

module link_unpacker #(
    parameter int TOKEN_WIDTH = 8,
    parameter int WORD_WIDTH  = 32,
    parameter int TOKENS      = 6
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [ WORD_WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [TOKEN_WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
);

    localparam int PER_WORD =
        (TOKEN_WIDTH <= WORD_WIDTH) ? WORD_WIDTH / TOKEN_WIDTH : 1;
    localparam int PER_TOKEN    = (TOKEN_WIDTH + WORD_WIDTH - 1) / WORD_WIDTH;
    localparam int TOKENS_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    wire take  = in_valid && in_ready;
    wire write = out_valid && out_ready;

    logic full;
    assign out_valid = full;

    generate
        if (PER_TOKEN == 1) begin : gen_share
            localparam int PLACE_WIDTH = (PER_WORD > 1) ? $clog2(PER_WORD) : 1;

            logic [ WORD_WIDTH-1:0] word;   // tokens left, the next lowest
            logic [PLACE_WIDTH-1:0] place;  // of the token at hand
            wire                    frame_last;
            wire [TOKENS_WIDTH-1:0] unused_token;

            wire ends_word = place == PLACE_WIDTH'(PER_WORD - 1) || frame_last;

            assign in_ready = !full || (out_ready && ends_word);
            assign out_data = word[TOKEN_WIDTH-1:0];

            wrap_counter #(
                .COUNT(TOKENS)
            ) frame (
                .clk  (clk),
                .rst  (rst),
                .step (write),
                .value(unused_token),
                .last (frame_last)
            );

            always_ff @(posedge clk) begin
                if (rst) begin
                    full  <= 1'b0;
                    place <= '0;
                end else begin
                    full <= take || (full && !(out_ready && ends_word));
                    if (write) begin
                        place <= ends_word ? '0 : place + 1'b1;
                    end
                end
            end

            always_ff @(posedge clk) begin
                if (take) begin
                    word <= in_data;
                end else if (write) begin
                    word <= word >> TOKEN_WIDTH;
                end
            end
        end else begin : gen_join
            localparam int PART_WIDTH = $clog2(PER_TOKEN);
            localparam int LAST_WIDTH =
                TOKEN_WIDTH - (PER_TOKEN - 1) * WORD_WIDTH;

            wire                  part_last;
            wire [PART_WIDTH-1:0] part;

            assign in_ready = !full || out_ready;

            wrap_counter #(
                .COUNT(PER_TOKEN)
            ) part_counter (
                .clk  (clk),
                .rst  (rst),
                .step (take),
                .value(part),
                .last (part_last)
            );

            always_ff @(posedge clk) begin
                if (rst) begin
                    full <= 1'b0;
                end else begin
                    full <= (take && part_last) || (full && !out_ready);
                end
            end

            genvar i;
            for (i = 0; i < PER_TOKEN - 1; i = i + 1) begin : gen_part
                always_ff @(posedge clk) begin
                    if (take && part == PART_WIDTH'(i)) begin
                        out_data[i*WORD_WIDTH+:WORD_WIDTH] <= in_data;
                    end
                end
            end
            always_ff @(posedge clk) begin
                if (take && part_last) begin
                    out_data[TOKEN_WIDTH-1-:LAST_WIDTH] <=
                        in_data[LAST_WIDTH-1:0];
                end
            end
            // Frames need no counting, and the end of a token is padded.
            wire unused = &{1'b0, write, in_data};
        end
    endgenerate

endmodule

`default_nettype wire
