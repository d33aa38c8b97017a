// word_select -- one of COUNT words that stand side by side.
//
//               +---------------+
//      words -->|               |
//      index -->|  word_select  |--> word    combinational
//               +---------------+

`default_nettype none

module word_select #(
    parameter int WIDTH = 8,
    parameter int COUNT = 4,
    localparam int INDEX_WIDTH = (COUNT > 1) ? $clog2(COUNT) : 1
) (
    input  wire  [WIDTH*COUNT-1:0] words,
    input  wire  [INDEX_WIDTH-1:0] index,
    output logic [      WIDTH-1:0] word
);

    generate
        if (COUNT == 1) begin : gen_one
            assign word = words;
            // There is nothing to choose.
            wire unused = &{1'b0, index};
        end else begin : gen_many
            // With words that begin at multiples of a power of two there is
            // nothing to multiply; that is what synthesis makes multiplexers
            // of.
            localparam int SHIFT = $clog2(WIDTH);
            localparam int PLACE = 1 << SHIFT;
            localparam int BIT_WIDTH = INDEX_WIDTH + SHIFT;
            wire [BIT_WIDTH-1:0] first = BIT_WIDTH'(index) << SHIFT;

            if (PLACE == WIDTH) begin : gen_packed
                assign word = words[first+:WIDTH];
            end else begin : gen_placed
                wire [PLACE*COUNT-1:0] placed;

                genvar i;
                for (i = 0; i < COUNT; i = i + 1) begin : gen_place
                    assign placed[i*PLACE+:PLACE] =
                        PLACE'(words[i*WIDTH+:WIDTH]);
                end

                assign word = placed[first+:WIDTH];
            end
        end
    endgenerate

endmodule

`default_nettype wire
