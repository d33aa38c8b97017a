// gather -- puts TOKENS tokens of a stream side by side, the first lowest.
//
//               +----------+
//    in_data -->|          |--> word         TOKENS tokens
//   in_valid -->|  gather  |--> word_taken   word is complete in this cycle
//   in_ready <--|          |<-- word_free    the last token may be taken
//               |          |<-- tick
//               +----------+
//
// The first TOKENS-1 tokens go to a staging register in any tick. The last one
// is not staged: word and word_taken pass it on in the cycle in which it is
// taken, which is a tick with word_free.

`default_nettype none

module gather #(
    parameter int TOKENS      = 2,
    parameter int TOKEN_WIDTH = 8
) (
    input  wire                           clk,
    input  wire                           rst,
    input  wire                           tick,
    input  wire  [       TOKEN_WIDTH-1:0] in_data,
    input  wire                           in_valid,
    output logic                          in_ready,
    output logic [TOKENS*TOKEN_WIDTH-1:0] word,
    output logic                          word_taken,
    input  wire                           word_free
);

    localparam int INDEX_WIDTH = (TOKENS > 1) ? $clog2(TOKENS) : 1;

    wire                   last;
    wire [INDEX_WIDTH-1:0] unused_index;

    assign in_ready   = tick && (word_free || !last);
    assign word_taken = in_valid && in_ready && last;

    wrap_counter #(
        .COUNT(TOKENS)
    ) counter (
        .clk  (clk),
        .rst  (rst),
        .step (in_valid && in_ready),
        .value(unused_index),
        .last (last)
    );

    generate
        if (TOKENS == 1) begin : gen_through
            assign word = in_data;
        end else begin : gen_staging
            logic [(TOKENS-1)*TOKEN_WIDTH-1:0] staging;

            assign word = {in_data, staging};

            always_ff @(posedge clk) begin
                if (in_valid && in_ready && !last) begin
                    staging <= word[TOKENS*TOKEN_WIDTH-1:TOKEN_WIDTH];
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
