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
            localparam int BIT_WIDTH = $clog2(WIDTH * COUNT);
            localparam logic [BIT_WIDTH-1:0] STEP = BIT_WIDTH'(WIDTH);
            assign word = words[BIT_WIDTH'(index)*STEP+:WIDTH];
        end
    endgenerate

endmodule

`default_nettype wire
