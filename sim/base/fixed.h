/* fixed -- fixed-point numbers with the semantics of ap_fixed<W,I,Q,O>.
 *
 * A value of format f is an integer `raw` of f.width bits, worth
 * raw * 2^-(f.width - f.integer).  raw is always kept sign-extended (or
 * zero-extended for unsigned formats) in an int64_t.  Conversion follows
 * SystemC (IEEE 1666, clause 7.10, saturated bits 0): first the fraction is
 * rounded (quant), then what does not fit is treated (overflow).
 * tests/base/fixed_systemc checks every mode against SystemC's sc_fix.
 *
 * Xilinx's ap_fixed (the headers published as HLS_arbitrary_Precision_Types)
 * gives the same in all modes but two corners, where this follows SystemC:
 *   WRAP_SM takes the new sign from the bit above the sign after rounding,
 *     ap_fixed before rounding: fixed<1,0,RND,WRAP_SM> of 0.75 is -0.5, in
 *     ap_fixed 0.  With TRN there is no difference.
 *   SAT_SYM with one signed bit holds zero only, in ap_fixed also -1. */
#ifndef HEADRACE_BASE_FIXED_H
#define HEADRACE_BASE_FIXED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fixed_quant {
    FIXED_TRN,         /* towards minus infinity (ap_fixed's default) */
    FIXED_TRN_ZERO,    /* towards zero */
    FIXED_RND,         /* nearest, ties towards plus infinity */
    FIXED_RND_ZERO,    /* nearest, ties towards zero */
    FIXED_RND_INF,     /* nearest, ties away from zero */
    FIXED_RND_MIN_INF, /* nearest, ties towards minus infinity */
    FIXED_RND_CONV     /* nearest, ties to even */
};

enum fixed_overflow {
    FIXED_WRAP,     /* keep the low bits (ap_fixed's default) */
    FIXED_SAT,      /* clamp to the largest or smallest value */
    FIXED_SAT_ZERO, /* zero */
    FIXED_SAT_SYM,  /* clamp to +-max, never to -max - 1 */
    FIXED_WRAP_SM   /* sign-magnitude wrap (signed formats only) */
};

enum fixed_kind { FIXED_KIND_FIXED, FIXED_KIND_BINARY, FIXED_KIND_TERNARY };

enum { FIXED_WIDTH_MAX = 62 }; /* of an accumulator */
enum { FIXED_TENSOR_WIDTH_MAX = 32 };

struct format {
    uint8_t width;   /* bits in all; 0: no format */
    int16_t integer; /* integer bits, sign included; may be negative or
                        larger than width, within +-64 */
    bool is_signed;
    uint8_t quant;    /* enum fixed_quant */
    uint8_t overflow; /* enum fixed_overflow */
    uint8_t kind;     /* enum fixed_kind: binary (-1, 1) and ternary (-1, 0, 1)
                         weights are stored as fixed<2,2> */
};

static inline int format_fraction(struct format f)
{
    return (int)f.width - f.integer;
}
int64_t format_min(struct format f); /* raw */
int64_t format_max(struct format f); /* raw */
bool format_equal(struct format a, struct format b);
/* Whether equal raw values are equal numbers: the modes, which say how values
 * came to be, may differ. */
bool format_same_values(struct format a, struct format b);

enum { FORMAT_TEXT_SIZE = 48 };

/* Reads "fixed<8,3>", "ufixed<8,0,RND,SAT>", "binary", "ternary"; the
 * prefixes ap_ and AP_ and a last parameter 0 (saturated bits) are accepted.
 * On failure *error is a static text that names the rule, and *f stays. */
bool format_parse(const char *text, struct format *f, const char **error);
/* Writes the shortest text that format_parse reads back; returns `text`. */
char *format_print(struct format f, char text[FORMAT_TEXT_SIZE]);

/* Converts the value raw * 2^-fraction to format f.  Exact for any |raw|
 * < 2^62 and any fraction in -126 .. 126.  Whatever their modes, binary
 * takes the sign (1 for zero), ternary the nearest (0 for +-0.5). */
int64_t fixed_cast(int64_t raw, int fraction, struct format f);
/* The nearest value of f for x under f's modes; NaN gives 0. */
int64_t fixed_from_double(double x, struct format f);
double fixed_to_double(int64_t raw, struct format f);

const char *fixed_quant_name(enum fixed_quant q);       /* "RND_CONV" */
const char *fixed_overflow_name(enum fixed_overflow o); /* "SAT_SYM" */

#endif
