#include "base/fixed.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const quant_names[] = {
    [FIXED_TRN] = "TRN",           [FIXED_TRN_ZERO] = "TRN_ZERO",
    [FIXED_RND] = "RND",           [FIXED_RND_ZERO] = "RND_ZERO",
    [FIXED_RND_INF] = "RND_INF",   [FIXED_RND_MIN_INF] = "RND_MIN_INF",
    [FIXED_RND_CONV] = "RND_CONV",
};

static const char *const overflow_names[] = {
    [FIXED_WRAP] = "WRAP",         [FIXED_SAT] = "SAT",
    [FIXED_SAT_ZERO] = "SAT_ZERO", [FIXED_SAT_SYM] = "SAT_SYM",
    [FIXED_WRAP_SM] = "WRAP_SM",
};

enum {
    QUANT_COUNT = sizeof quant_names / sizeof *quant_names,
    OVERFLOW_COUNT = sizeof overflow_names / sizeof *overflow_names
};

int64_t format_min(struct format f)
{
    if (f.kind != FIXED_KIND_FIXED)
        return -1;
    return f.is_signed ? -(INT64_C(1) << (f.width - 1)) : 0;
}

int64_t format_max(struct format f)
{
    if (f.kind != FIXED_KIND_FIXED)
        return 1;
    return (INT64_C(1) << (f.width - (f.is_signed ? 1 : 0))) - 1;
}

bool format_equal(struct format a, struct format b)
{
    return a.width == b.width && a.integer == b.integer &&
           a.is_signed == b.is_signed && a.quant == b.quant &&
           a.overflow == b.overflow && a.kind == b.kind;
}

bool format_same_values(struct format a, struct format b)
{
    return a.width == b.width && a.integer == b.integer &&
           a.is_signed == b.is_signed;
}

/* Parsing */

static void skip_blanks(const char **at)
{
    while (**at == ' ')
        ++*at;
}

static bool skip_word(const char **at, const char *word)
{
    size_t length = strlen(word);
    if (strncmp(*at, word, length) != 0)
        return false;
    *at += length;
    return true;
}

static bool skip_mark(const char **at, char mark)
{
    skip_blanks(at);
    if (**at != mark)
        return false;
    ++*at;
    skip_blanks(at);
    return true;
}

/* At most four digits, which no bound used here needs more of. */
static bool parse_int(const char **at, int *out)
{
    bool negative = skip_word(at, "-");
    int value = 0, digits = 0;
    for (; **at >= '0' && **at <= '9'; ++*at) {
        if (++digits > 4)
            return false;
        value = 10 * value + (**at - '0');
    }
    *out = negative ? -value : value;
    return digits > 0;
}

/* A name of the list, with or without AP_, that ends at a mark. */
static bool parse_mode(const char **at, const char *const *names, int count,
                       uint8_t *out)
{
    skip_word(at, "AP_");
    size_t length = strcspn(*at, " ,>");
    for (int i = 0; i < count; i++) {
        if (strlen(names[i]) == length && strncmp(*at, names[i], length) == 0) {
            *at += length;
            *out = (uint8_t)i;
            return true;
        }
    }
    return false;
}

/* What stands between the angle brackets; NULL or the rule it broke. */
static const char *parse_parameters(const char **at, struct format *f)
{
    int width = 0, integer = 0, saturated_bits = 0;
    if (!parse_int(at, &width) || width < 1 || width > FIXED_WIDTH_MAX)
        return "the width must be 1 to 62";
    if (!skip_mark(at, ','))
        return "the integer bits must follow the width";
    if (!parse_int(at, &integer) || integer < -64 || integer > 64)
        return "the integer bits must be -64 to 64";
    f->width = (uint8_t)width;
    f->integer = (int16_t)integer;
    if (skip_mark(at, ',') &&
        !parse_mode(at, quant_names, QUANT_COUNT, &f->quant))
        return "the rounding mode must be TRN, TRN_ZERO, RND, RND_ZERO, "
               "RND_INF, RND_MIN_INF or RND_CONV";
    if (skip_mark(at, ',') &&
        !parse_mode(at, overflow_names, OVERFLOW_COUNT, &f->overflow))
        return "the overflow mode must be WRAP, SAT, SAT_ZERO, SAT_SYM or "
               "WRAP_SM";
    if (skip_mark(at, ',') &&
        (!parse_int(at, &saturated_bits) || saturated_bits != 0))
        return "the number of saturated bits must be 0";
    if (!f->is_signed && f->overflow == FIXED_WRAP_SM)
        return "WRAP_SM needs a signed format";
    return skip_mark(at, '>') ? NULL : "a '>' must end the format";
}

static const char *parse_format(const char *text, struct format *f)
{
    const char *at = text;
    skip_blanks(&at);
    *f = (struct format){ .is_signed = true };
    bool binary = skip_word(&at, "binary");
    if (binary || skip_word(&at, "ternary")) {
        f->width = 2;
        f->integer = 2;
        f->quant = FIXED_RND_CONV;
        f->overflow = FIXED_SAT_SYM;
        f->kind = binary ? FIXED_KIND_BINARY : FIXED_KIND_TERNARY;
    } else {
        skip_word(&at, "ap_");
        f->is_signed = !skip_word(&at, "u");
        if (!skip_word(&at, "fixed") || !skip_mark(&at, '<'))
            return "a format is fixed<W,I[,Q[,O]]>, ufixed<W,I[,Q[,O]]>, "
                   "binary or ternary";
        const char *error = parse_parameters(&at, f);
        if (error != NULL)
            return error;
    }
    skip_blanks(&at);
    return *at == '\0' ? NULL : "nothing may follow the format";
}

bool format_parse(const char *text, struct format *f, const char **error)
{
    struct format parsed;
    *error = parse_format(text, &parsed);
    if (*error == NULL)
        *f = parsed;
    return *error == NULL;
}

char *format_print(struct format f, char text[FORMAT_TEXT_SIZE])
{
    if (f.width == 0)
        snprintf(text, FORMAT_TEXT_SIZE, "none");
    else if (f.kind != FIXED_KIND_FIXED)
        snprintf(text, FORMAT_TEXT_SIZE, "%s",
                 f.kind == FIXED_KIND_BINARY ? "binary" : "ternary");
    else if (f.overflow != FIXED_WRAP)
        snprintf(text, FORMAT_TEXT_SIZE, "%sfixed<%d,%d,%s,%s>",
                 f.is_signed ? "" : "u", f.width, f.integer,
                 fixed_quant_name(f.quant), fixed_overflow_name(f.overflow));
    else if (f.quant != FIXED_TRN)
        snprintf(text, FORMAT_TEXT_SIZE, "%sfixed<%d,%d,%s>",
                 f.is_signed ? "" : "u", f.width, f.integer,
                 fixed_quant_name(f.quant));
    else
        snprintf(text, FORMAT_TEXT_SIZE, "%sfixed<%d,%d>",
                 f.is_signed ? "" : "u", f.width, f.integer);
    return text;
}

/* Conversion.  GCC and Clang define the right shift of a negative number as
 * arithmetic and unsigned to signed conversion as modular; left shifts are
 * done on unsigned numbers. */

/* raw / 2^shift, rounded: the quotient rounds down, so that what is added
 * first decides.  `half` takes a tie up, `half - 1` leaves it below. */
static inline int64_t round_off(int64_t raw, int shift, uint8_t quant)
{
    /* |raw| < 2^62 is less than half of 2^63: any larger shift gives the
     * same quotient and the same side of the half. */
    if (shift > 63)
        shift = 63;
    if (quant == FIXED_TRN)
        return raw >> shift;
    int64_t half = INT64_C(1) << (shift - 1);
    int64_t add = half;
    switch ((enum fixed_quant)quant) {
    case FIXED_TRN:
    case FIXED_RND:
        break;
    case FIXED_TRN_ZERO:
        add = raw < 0 ? half + (half - 1) : 0;
        break;
    case FIXED_RND_ZERO:
        add -= raw >= 0;
        break;
    case FIXED_RND_INF:
        add -= raw < 0;
        break;
    case FIXED_RND_MIN_INF:
        add--;
        break;
    case FIXED_RND_CONV: /* up if that is even */
        add -= (raw >> shift & 1) == 0;
        break;
    }
    return (raw + add) >> shift;
}

/* The low f.width bits, extended. */
static inline int64_t keep_low(uint64_t bits, struct format f)
{
    int unused = 64 - f.width;
    if (f.is_signed)
        return (int64_t)(bits << unused) >> unused;
    return (int64_t)(bits << unused >> unused);
}

/* What becomes of a value outside f's range, given its sign and the low 64
 * bits of its two's complement. */
static int64_t overflowed(uint64_t bits, bool negative, struct format f)
{
    switch ((enum fixed_overflow)f.overflow) {
    case FIXED_WRAP:
        return keep_low(bits, f);
    case FIXED_SAT:
        return negative ? format_min(f) : format_max(f);
    case FIXED_SAT_ZERO:
        return 0;
    case FIXED_SAT_SYM:
        if (!negative)
            return format_max(f);
        return f.is_signed ? -format_max(f) : 0;
    case FIXED_WRAP_SM: {
        /* The lowest lost bit becomes the sign; if it was not so before,
         * the other bits are inverted. */
        assert(f.is_signed);
        uint64_t sign = UINT64_C(1) << (f.width - 1);
        bool lost = (bits & sign << 1) != 0;
        if (lost != ((bits & sign) != 0))
            bits = ~bits;
        bits = lost ? bits | sign : bits & ~sign;
        return keep_low(bits, f);
    }
    }
    return 0;
}

/* A rounded value that is exact in 64 bits. */
static inline int64_t fit(int64_t value, struct format f)
{
    if (f.overflow == FIXED_WRAP)
        return keep_low((uint64_t)value, f);
    int64_t max = format_max(f);
    int64_t min = format_min(f);
    if (f.overflow == FIXED_SAT_SYM && f.is_signed)
        min = -max;
    if (value >= min && value <= max)
        return value;
    return overflowed((uint64_t)value, value < 0, f);
}

/* Binary and ternary weights: one of few values, whatever the modes. */
static int64_t cast_to_few(int64_t raw, int shift, struct format f)
{
    if (f.kind == FIXED_KIND_BINARY)
        return raw < 0 ? -1 : 1;
    int64_t value = shift > 0 ? round_off(raw, shift, f.quant) : raw;
    return value < 0 ? -1 : value > 0;
}

/* To more bits behind the point than there are. */
static int64_t cast_left(int64_t raw, int left, struct format f)
{
    /* Below 2^62 the shifted value is exact; from there on it is outside
     * every format. */
    int64_t limit = left < 62 ? (INT64_C(1) << 62) >> left : 1;
    if (raw < limit && raw > -limit)
        return fit((int64_t)((uint64_t)raw << (left < 62 ? left : 0)), f);
    return overflowed(left < 64 ? (uint64_t)raw << left : 0, raw < 0, f);
}

int64_t fixed_cast(int64_t raw, int fraction, struct format f)
{
    assert(f.width >= 1 && f.width <= FIXED_WIDTH_MAX);
    int shift = fraction - format_fraction(f);
    if (f.kind != FIXED_KIND_FIXED)
        return cast_to_few(raw, shift, f);
    if (shift < 0)
        return cast_left(raw, -shift, f);
    return fit(shift == 0 ? raw : round_off(raw, shift, f.quant), f);
}

int64_t fixed_from_double(double x, struct format f)
{
    if (isnan(x))
        return 0;
    /* Beyond every format; wrapped, its low bits are zeros. */
    if (isinf(x))
        return fixed_cast(x < 0 ? -1 : 1, -1024, f);
    enum { MANTISSA_BITS = 53 };
    int exponent = 0;
    double mantissa = frexp(x, &exponent); /* below 1 in magnitude */
    int64_t raw = (int64_t)ldexp(mantissa, MANTISSA_BITS);
    return fixed_cast(raw, MANTISSA_BITS - exponent, f);
}

double fixed_to_double(int64_t raw, struct format f)
{
    return ldexp((double)raw, -format_fraction(f));
}

const char *fixed_quant_name(enum fixed_quant q)
{
    assert((int)q < QUANT_COUNT);
    return quant_names[q];
}

const char *fixed_overflow_name(enum fixed_overflow o)
{
    assert((int)o < OVERFLOW_COUNT);
    return overflow_names[o];
}
