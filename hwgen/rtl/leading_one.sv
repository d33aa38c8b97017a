// leading_one -- moves the leading one of a number up.
//
//               +---------------+
//               |               |--> shift        places to move it
//    number --->|  leading_one  |
//               |               |--> normalised   number << shift
//               +---------------+                 combinational
//
// The leading one of number is at most MOST places below its highest bit; then
// the highest bit of normalised is set.

`default_nettype none

module leading_one #(
    parameter int WIDTH = 18,
    parameter int MOST  = 2,
    localparam int SHIFT_WIDTH = (MOST > 0) ? $clog2(MOST + 1) : 1
) (
    input  wire  [      WIDTH-1:0] number,
    output logic [SHIFT_WIDTH-1:0] shift,
    output logic [      WIDTH-1:0] normalised
);

    generate
        if (MOST == 0) begin : gen_fixed
            assign shift      = 1'b0;
            assign normalised = number;
        end else begin : gen_search
            // One stage a bit of shift, the widest first: if that many places
            // at the top are empty, the number moves up by as many.
            genvar stage;
            for (stage = SHIFT_WIDTH; stage >= 0; stage = stage - 1)
            begin : gen_stage
                wire [WIDTH-1:0] value;

                if (stage == SHIFT_WIDTH) begin : gen_input
                    assign value = number;
                end else begin : gen_move
                    localparam int PLACES = 1 << stage;
                    wire [WIDTH-1:0] from = gen_stage[stage+1].value;
                    wire empty = from[WIDTH-1-:PLACES] == '0;
                    assign value        = empty ? from << PLACES : from;
                    assign shift[stage] = empty;
                end
            end
            assign normalised = gen_stage[0].value;
        end
    endgenerate

endmodule

`default_nettype wire
