// convert -- one number from one fixed-point format to another, as ap_fixed
// does it.
//
//           +-----------+
//    in --->|  convert  |---> out     combinational
//           +-----------+
//
// A number is an integer of WIDTH bits worth raw * 2^-FRAC; FRAC may be
// negative or larger than WIDTH. First the bits below the new least significant
// one are dropped and OUT_QUANT decides whether to add one; then OUT_OVERFLOW
// brings what does not fit into the range.
//
//   OUT_QUANT     0 TRN  1 TRN_ZERO  2 RND  3 RND_ZERO  4 RND_INF
//                 5 RND_MIN_INF  6 RND_CONV
//   OUT_OVERFLOW  0 WRAP  1 SAT  2 SAT_ZERO  3 SAT_SYM
//                 4 WRAP_SM (signed output only)

`default_nettype none

module convert #(
    parameter int IN_WIDTH     = 16,
    parameter int IN_FRAC      = 8,
    parameter int IN_SIGNED    = 1,
    parameter int OUT_WIDTH    = 8,
    parameter int OUT_FRAC     = 4,
    parameter int OUT_SIGNED   = 1,
    parameter int OUT_QUANT    = 0,
    parameter int OUT_OVERFLOW = 0
) (
    input  wire  [ IN_WIDTH-1:0] in,
    output logic [OUT_WIDTH-1:0] out
);

    localparam int TRN_ZERO    = 1;
    localparam int RND         = 2;
    localparam int RND_ZERO    = 3;
    localparam int RND_INF     = 4;
    localparam int RND_MIN_INF = 5;
    localparam int RND_CONV    = 6;

    localparam int WRAP     = 0;
    localparam int SAT_ZERO = 2;
    localparam int SAT_SYM  = 3;
    localparam int WRAP_SM  = 4;

    // Bits that are dropped, or zeros that are added, at the low end.
    localparam int DROP = (IN_FRAC > OUT_FRAC) ? IN_FRAC - OUT_FRAC : 0;
    localparam int GROW = (OUT_FRAC > IN_FRAC) ? OUT_FRAC - IN_FRAC : 0;

    // The input as a signed number of which at least one bit is kept.
    localparam int VALUE_WIDTH = ((IN_WIDTH > DROP) ? IN_WIDTH : DROP) + 1;
    localparam int KEPT_WIDTH  = VALUE_WIDTH - DROP;

    // Wide enough for the rounded value (one bit for the carry) and for looking
    // at every bit above the output.
    localparam int ROUND_WIDTH = KEPT_WIDTH + GROW + 1;
    localparam int WIDE        = (ROUND_WIDTH > OUT_WIDTH + 1)
                               ? ROUND_WIDTH : OUT_WIDTH + 1;

    generate
        if (OUT_OVERFLOW == WRAP_SM && OUT_SIGNED == 0) begin : gen_illegal
            $error("WRAP_SM needs a signed output");
        end
    endgenerate

    wire negative = (IN_SIGNED != 0) ? in[IN_WIDTH-1] : 1'b0;
    wire [VALUE_WIDTH-1:0] value =
        {{(VALUE_WIDTH - IN_WIDTH){negative}}, in};
    wire [KEPT_WIDTH-1:0] kept = value[VALUE_WIDTH-1:DROP];

    // ---- quantisation ----

    wire increment;

    generate
        if (DROP == 0) begin : gen_exact
            assign increment = 1'b0;
        end else begin : gen_quant
            // half: worth half a new least significant bit; rest: anything
            // below half.
            wire half = value[DROP-1];
            wire rest;
            if (DROP > 1) begin : gen_rest
                assign rest = |value[DROP-2:0];
            end else begin : gen_no_rest
                assign rest = 1'b0;
            end
            if (OUT_QUANT == TRN_ZERO) begin : gen_trn_zero
                assign increment = negative && (half || rest);
            end else if (OUT_QUANT == RND) begin : gen_rnd
                assign increment = half;
            end else if (OUT_QUANT == RND_ZERO) begin : gen_rnd_zero
                assign increment = half && (negative || rest);
            end else if (OUT_QUANT == RND_INF) begin : gen_rnd_inf
                assign increment = half && (!negative || rest);
            end else if (OUT_QUANT == RND_MIN_INF) begin : gen_rnd_min_inf
                assign increment = half && rest;
            end else if (OUT_QUANT == RND_CONV) begin : gen_rnd_conv
                assign increment = half && (kept[0] || rest);
            end else begin : gen_trn
                assign increment = 1'b0;
            end
            // Not every mode looks at every dropped bit.
            wire unused = &{1'b0, half, rest};
        end
    endgenerate

    wire [KEPT_WIDTH:0] sum = {kept[KEPT_WIDTH-1], kept}
                            + {{KEPT_WIDTH{1'b0}}, increment};

    wire [WIDE-1:0] rounded;

    generate
        if (GROW > 0) begin : gen_grow
            wire [ROUND_WIDTH-1:0] grown = {sum, {GROW{1'b0}}};
            assign rounded = {{(WIDE - ROUND_WIDTH + 1){grown[ROUND_WIDTH-1]}},
                              grown[ROUND_WIDTH-2:0]};
        end else begin : gen_same
            assign rounded = {{(WIDE - ROUND_WIDTH + 1){sum[ROUND_WIDTH-1]}},
                              sum[ROUND_WIDTH-2:0]};
        end
    endgenerate

    // ---- overflow ----

    wire below = rounded[WIDE-1];
    wire fits  = (OUT_SIGNED != 0)
               ? rounded[WIDE-1:OUT_WIDTH-1] == {(WIDE - OUT_WIDTH + 1){below}}
               : rounded[WIDE-1:OUT_WIDTH] == '0;

    wire [OUT_WIDTH-1:0] plain = rounded[OUT_WIDTH-1:0];

    generate
        if (OUT_OVERFLOW == WRAP) begin : gen_wrap
            assign out = plain;
            // What lies above the output is lost.
            wire unused = &{1'b0, fits, below};
        end else if (OUT_OVERFLOW == WRAP_SM) begin : gen_wrap_sm
            // The new sign is the lowest lost bit; the others turn over if the
            // sign changed.
            wire sign = rounded[OUT_WIDTH];
            wire flip = sign ^ plain[OUT_WIDTH-1];
            if (OUT_WIDTH > 1) begin : gen_many
                assign out = {
                    sign, plain[OUT_WIDTH-2:0] ^ {(OUT_WIDTH - 1){flip}}
                };
            end else begin : gen_one
                assign out = sign;
            end
            wire unused = &{1'b0, fits, flip};
        end else if (OUT_OVERFLOW == SAT_ZERO) begin : gen_sat_zero
            assign out = fits ? plain : '0;
        end else begin : gen_sat
            wire [OUT_WIDTH-1:0] ones  = '1;
            wire [OUT_WIDTH-1:0] upper = (OUT_SIGNED != 0) ? ones >> 1 : ones;
            wire [OUT_WIDTH-1:0] least = (OUT_SIGNED != 0) ? ~upper : '0;
            if (OUT_OVERFLOW == SAT_SYM && OUT_SIGNED != 0) begin : gen_sym
                // The least number has no counterpart: it becomes the one above
                // it, which for one bit is 0.
                wire [OUT_WIDTH-1:0] lower = least + OUT_WIDTH'(1);
                assign out = !fits          ? (below ? lower : upper)
                           : plain == least ? lower
                           :                  plain;
            end else begin : gen_clamp
                assign out = fits ? plain : (below ? least : upper);
            end
        end
    endgenerate

endmodule

`default_nettype wire
