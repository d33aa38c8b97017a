#include "base/fixed.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The tables are worked out by hand from the definitions of the modes in
 * IEEE 1666 (SystemC), clause 7.10; fixed_systemc compares with SystemC
 * itself. */

static struct format signed_format(int width, int integer)
{
    return (struct format){ .width = (uint8_t)width,
                            .integer = (int16_t)integer,
                            .is_signed = true };
}

static struct format unsigned_format(int width, int integer)
{
    struct format f = signed_format(width, integer);
    f.is_signed = false;
    return f;
}

static struct format with_modes(struct format f, enum fixed_quant q,
                                enum fixed_overflow o)
{
    f.quant = (uint8_t)q;
    f.overflow = (uint8_t)o;
    return f;
}

static struct format parsed(const char *text)
{
    struct format f;
    const char *error;
    ck_assert_msg(format_parse(text, &f, &error), "%s: %s", text, error);
    return f;
}

/* Rounding */

enum { QUANTS = FIXED_RND_CONV + 1, OVERFLOWS = FIXED_WRAP_SM + 1 };

/* quarters / 4 rounded to an integer. */
static const struct {
    int quarters;
    int rounded[QUANTS];
} rounding[] = {
    /*      TRN TRN_ZERO RND RND_ZERO RND_INF RND_MIN_INF RND_CONV */
    { -14, { -4, -3, -3, -3, -4, -4, -4 } },
    { -10, { -3, -2, -2, -2, -3, -3, -2 } },
    { -8, { -2, -2, -2, -2, -2, -2, -2 } },
    { -7, { -2, -1, -2, -2, -2, -2, -2 } },
    { -6, { -2, -1, -1, -1, -2, -2, -2 } },
    { -5, { -2, -1, -1, -1, -1, -1, -1 } },
    { -4, { -1, -1, -1, -1, -1, -1, -1 } },
    { -3, { -1, 0, -1, -1, -1, -1, -1 } },
    { -2, { -1, 0, 0, 0, -1, -1, 0 } },
    { -1, { -1, 0, 0, 0, 0, 0, 0 } },
    { 0, { 0, 0, 0, 0, 0, 0, 0 } },
    { 1, { 0, 0, 0, 0, 0, 0, 0 } },
    { 2, { 0, 0, 1, 0, 1, 0, 0 } },
    { 3, { 0, 0, 1, 1, 1, 1, 1 } },
    { 4, { 1, 1, 1, 1, 1, 1, 1 } },
    { 5, { 1, 1, 1, 1, 1, 1, 1 } },
    { 6, { 1, 1, 2, 1, 2, 1, 2 } },
    { 7, { 1, 1, 2, 2, 2, 2, 2 } },
    { 10, { 2, 2, 3, 2, 3, 2, 2 } },
    { 14, { 3, 3, 4, 3, 4, 3, 4 } },
};

START_TEST(rounding_modes)
{
    int quarters = rounding[_i].quarters;
    for (int q = 0; q < QUANTS; q++) {
        struct format f =
            with_modes(signed_format(8, 8), (enum fixed_quant)q, FIXED_WRAP);
        ck_assert_msg(fixed_cast(quarters, 2, f) == rounding[_i].rounded[q],
                      "%d quarters with %s", quarters,
                      fixed_quant_name((enum fixed_quant)q));
        /* The same one binary place further up and down. */
        f.integer = 10;
        ck_assert_int_eq(fixed_cast(quarters, 0, f), rounding[_i].rounded[q]);
        f.integer = 3;
        ck_assert_int_eq(fixed_cast(quarters, 7, f), rounding[_i].rounded[q]);
        if (quarters >= 0) {
            f.is_signed = false;
            ck_assert_int_eq(fixed_cast(quarters, 7, f),
                             rounding[_i].rounded[q]);
        }
    }
}
END_TEST

/* One bit more than a half, far behind the point, still rounds up; one less
 * does not. */
START_TEST(every_lost_bit_counts)
{
    int64_t half = INT64_C(1) << 40;
    for (int q = FIXED_RND; q < QUANTS; q++) {
        struct format f =
            with_modes(signed_format(8, 8), (enum fixed_quant)q, FIXED_WRAP);
        ck_assert_int_eq(fixed_cast(half + 1, 41, f), 1);
        ck_assert_int_eq(fixed_cast(half - 1, 41, f), 0);
        ck_assert_int_eq(fixed_cast(-half + 1, 41, f), 0);
        ck_assert_int_eq(fixed_cast(-half - 1, 41, f), -1);
    }
}
END_TEST

/* Overflow */

/* Integers converted to three bits, signed. */
static const struct {
    int value;
    int fitted[OVERFLOWS];
} signed_overflow[] = {
    /*      WRAP SAT SAT_ZERO SAT_SYM WRAP_SM */
    { -13, { 3, -4, 0, -3, 3 } },   { -12, { -4, -4, 0, -3, 3 } },
    { -11, { -3, -4, 0, -3, 2 } },  { -10, { -2, -4, 0, -3, 1 } },
    { -9, { -1, -4, 0, -3, 0 } },   { -8, { 0, -4, 0, -3, -1 } },
    { -7, { 1, -4, 0, -3, -2 } },   { -6, { 2, -4, 0, -3, -3 } },
    { -5, { 3, -4, 0, -3, -4 } },   { -4, { -4, -4, -4, -3, -4 } },
    { -3, { -3, -3, -3, -3, -3 } }, { -1, { -1, -1, -1, -1, -1 } },
    { 0, { 0, 0, 0, 0, 0 } },       { 3, { 3, 3, 3, 3, 3 } },
    { 4, { -4, 3, 0, 3, 3 } },      { 5, { -3, 3, 0, 3, 2 } },
    { 6, { -2, 3, 0, 3, 1 } },      { 7, { -1, 3, 0, 3, 0 } },
    { 8, { 0, 3, 0, 3, -1 } },      { 9, { 1, 3, 0, 3, -2 } },
    { 10, { 2, 3, 0, 3, -3 } },     { 11, { 3, 3, 0, 3, -4 } },
    { 12, { -4, 3, 0, 3, -4 } },    { 13, { -3, 3, 0, 3, -3 } },
};

START_TEST(overflow_modes_signed)
{
    int value = signed_overflow[_i].value;
    for (int o = 0; o < OVERFLOWS; o++) {
        struct format f =
            with_modes(signed_format(3, 3), FIXED_TRN, (enum fixed_overflow)o);
        ck_assert_msg(fixed_cast(value, 0, f) == signed_overflow[_i].fitted[o],
                      "%d with %s", value,
                      fixed_overflow_name((enum fixed_overflow)o));
        /* The same value with places to lose. */
        ck_assert_int_eq(fixed_cast((int64_t)value * 32, 5, f),
                         signed_overflow[_i].fitted[o]);
    }
}
END_TEST

/* Integers converted to three bits, unsigned. */
static const struct {
    int value;
    int fitted[FIXED_SAT_SYM + 1];
} unsigned_overflow[] = {
    /*      WRAP SAT SAT_ZERO SAT_SYM */
    { -9, { 7, 0, 0, 0 } }, { -8, { 0, 0, 0, 0 } }, { -1, { 7, 0, 0, 0 } },
    { 0, { 0, 0, 0, 0 } },  { 1, { 1, 1, 1, 1 } },  { 7, { 7, 7, 7, 7 } },
    { 8, { 0, 7, 0, 7 } },  { 9, { 1, 7, 0, 7 } },  { 17, { 1, 7, 0, 7 } },
};

START_TEST(overflow_modes_unsigned)
{
    int value = unsigned_overflow[_i].value;
    for (int o = 0; o <= FIXED_SAT_SYM; o++) {
        struct format f = with_modes(unsigned_format(3, 3), FIXED_TRN,
                                     (enum fixed_overflow)o);
        ck_assert_msg(
            fixed_cast(value, 0, f) == unsigned_overflow[_i].fitted[o],
            "%d with %s", value, fixed_overflow_name((enum fixed_overflow)o));
    }
}
END_TEST

/* The value is rounded first; what that gives may then not fit. */
static const struct {
    const char *format;
    int halves;
    int raw;
} rounded_out_of_range[] = {
    { "fixed<3,3,RND,SAT>", 7, 3 },
    { "fixed<3,3,RND,WRAP>", 7, -4 },
    { "fixed<3,3,RND,SAT_ZERO>", 7, 0 },
    { "fixed<3,3,RND,WRAP_SM>", 7, 3 },
    { "fixed<3,3,RND_ZERO,SAT>", 7, 3 },
    { "fixed<3,3,TRN,SAT_ZERO>", 7, 3 },
    { "fixed<3,3,RND_INF,SAT>", -9, -4 },
    { "fixed<3,3,RND_INF,WRAP>", -9, 3 },
    { "fixed<3,3,RND,SAT_ZERO>", -9, -4 },
    { "fixed<3,3,RND_INF,SAT_ZERO>", -9, 0 },
    { "fixed<3,3,TRN,SAT_SYM>", -7, -3 },
    { "ufixed<3,3,RND,SAT>", 15, 7 },
    { "ufixed<3,3,RND,WRAP>", 15, 0 },
    { "ufixed<3,3,RND,SAT_ZERO>", 15, 0 },
    { "ufixed<3,3,RND,SAT>", -1, 0 },
    { "ufixed<3,3,TRN,WRAP>", -1, 7 },
    { "ufixed<3,3,TRN_ZERO,WRAP>", -1, 0 },
};

START_TEST(rounding_comes_before_overflow)
{
    struct format f = parsed(rounded_out_of_range[_i].format);
    ck_assert_msg(fixed_cast(rounded_out_of_range[_i].halves, 1, f) ==
                      rounded_out_of_range[_i].raw,
                  "%d halves to %s", rounded_out_of_range[_i].halves,
                  rounded_out_of_range[_i].format);
}
END_TEST

/* More places behind the point than the source has, and extreme shifts. */
static const struct {
    const char *format;
    int64_t raw;
    int fraction;
    int64_t result;
} shifts[] = {
    { "fixed<8,4>", 3, 0, 48 },
    { "fixed<8,4>", -8, 0, -128 },
    { "fixed<8,4>", 9, 0, -112 },
    { "fixed<8,4,TRN,SAT>", 9, 0, 127 },
    { "fixed<8,4,TRN,SAT>", -9, 0, -128 },
    { "fixed<8,4,TRN,SAT_SYM>", -8, 0, -127 },
    { "ufixed<8,4>", 17, 0, 16 },
    { "ufixed<8,-4>", 1, 12, 1 },
    { "fixed<4,12>", 256, 0, 1 },
    { "fixed<4,12,RND>", 128, 0, 1 },
    { "fixed<62,62>", (INT64_C(1) << 61) - 1, 0, (INT64_C(1) << 61) - 1 },
    { "fixed<62,62>", -(INT64_C(1) << 61), 0, -(INT64_C(1) << 61) },
    { "fixed<62,62>", (INT64_C(1) << 61), 0, -(INT64_C(1) << 61) },
    { "ufixed<62,62>", -1, 0, (INT64_C(1) << 62) - 1 },
    { "ufixed<62,62,TRN,SAT>", (INT64_C(1) << 62) - 1, 0,
      (INT64_C(1) << 62) - 1 },
    { "fixed<62,0>", 1, 62, 1 },
    { "fixed<62,62,TRN,SAT>", 1, -126, (INT64_C(1) << 61) - 1 },
    { "fixed<62,62,TRN,SAT>", -1, -126, -(INT64_C(1) << 61) },
    { "fixed<62,62,TRN,SAT_ZERO>", 1, -126, 0 },
    { "fixed<62,62,TRN,WRAP>", 1, -126, 0 },
    { "fixed<62,62,TRN,WRAP_SM>", 1, -126, 0 },
    { "fixed<62,62,TRN,WRAP>", 0, -126, 0 },
    { "fixed<62,62,TRN,SAT>", 0, -126, 0 },
    { "ufixed<1,-62,TRN,SAT>", 1, 0, 1 },
    { "fixed<62,-64>", (INT64_C(1) << 62) - 1, 126,
      (INT64_C(1) << 62) - 1 - (INT64_C(1) << 62) },
    /* -2^-126 in formats of 2^63 and more */
    { "fixed<1,64,TRN>", -1, 126, -1 },
    { "fixed<1,64,RND>", -1, 126, 0 },
    { "fixed<1,64,TRN_ZERO>", -1, 126, 0 },
    { "fixed<2,64,RND_INF>", -((INT64_C(1) << 62) - 1), 126, 0 },
    { "fixed<2,64,TRN,SAT>", -((INT64_C(1) << 62) - 1), 126, -1 },
    { "fixed<2,64,RND_CONV>", (INT64_C(1) << 62) - 1, 126, 0 },
    /* exactly 2^-1 of the last place, and a little more */
    { "fixed<2,64,RND>", INT64_C(1) << 61, 0, 1 },
    { "fixed<2,64,RND_ZERO>", INT64_C(1) << 61, 0, 0 },
    { "fixed<2,64,RND_ZERO>", (INT64_C(1) << 61) + 1, 0, 1 },
    { "fixed<2,64,RND_MIN_INF>", -(INT64_C(1) << 61), 0, -1 },
    { "fixed<2,64,RND>", -(INT64_C(1) << 61), 0, 0 },
};

START_TEST(shifts_of_any_length)
{
    struct format f = parsed(shifts[_i].format);
    int64_t result = fixed_cast(shifts[_i].raw, shifts[_i].fraction, f);
    ck_assert_msg(result == shifts[_i].result, "%jd * 2^%d to %s is %jd",
                  (intmax_t)shifts[_i].raw, -shifts[_i].fraction,
                  shifts[_i].format, (intmax_t)result);
}
END_TEST

/* What is in a format already is not changed by its cast, and no result is
 * outside the format. */
START_TEST(casts_are_idempotent)
{
    for (int width = 1; width <= 8; width++)
        for (int q = 0; q < QUANTS; q++)
            for (int o = 0; o < OVERFLOWS; o++)
                for (int raw = -600; raw <= 600; raw++) {
                    struct format f =
                        with_modes(signed_format(width, 3), (enum fixed_quant)q,
                                   (enum fixed_overflow)o);
                    f.is_signed = o == FIXED_WRAP_SM || raw % 2 != 0;
                    int64_t once = fixed_cast(raw, 4, f);
                    int64_t twice = fixed_cast(once, format_fraction(f), f);
                    /* A passing ck_assert costs more than both casts. */
                    if (once < format_min(f) || once > format_max(f) ||
                        twice != once)
                        ck_abort_msg("%d to %d bits with %s, %s", raw, width,
                                     fixed_quant_name((enum fixed_quant)q),
                                     fixed_overflow_name(
                                         (enum fixed_overflow)o));
                }
}
END_TEST

/* SAT_SYM has no smallest value of its own: one bit holds zero alone. */
START_TEST(one_bit_formats)
{
    struct format f = with_modes(signed_format(1, 1), FIXED_TRN, FIXED_SAT_SYM);
    ck_assert_int_eq(fixed_cast(-1, 0, f), 0);
    ck_assert_int_eq(fixed_cast(1, 0, f), 0);
    f.overflow = FIXED_SAT;
    ck_assert_int_eq(fixed_cast(-1, 0, f), -1);
    ck_assert_int_eq(fixed_cast(1, 0, f), 0);
    f.is_signed = false;
    ck_assert_int_eq(fixed_cast(-1, 0, f), 0);
    ck_assert_int_eq(fixed_cast(5, 0, f), 1);
}
END_TEST

/* Bounds */

START_TEST(bounds)
{
    ck_assert_int_eq(format_min(signed_format(8, 3)), -128);
    ck_assert_int_eq(format_max(signed_format(8, 3)), 127);
    ck_assert_int_eq(format_min(unsigned_format(8, 3)), 0);
    ck_assert_int_eq(format_max(unsigned_format(8, 3)), 255);
    ck_assert_int_eq(format_min(signed_format(1, 1)), -1);
    ck_assert_int_eq(format_max(signed_format(1, 1)), 0);
    ck_assert_int_eq(format_max(signed_format(62, 0)), (INT64_C(1) << 61) - 1);
    ck_assert_int_eq(format_max(unsigned_format(62, 0)),
                     (INT64_C(1) << 62) - 1);
    ck_assert_int_eq(format_fraction(signed_format(8, 3)), 5);
    ck_assert_int_eq(format_fraction(signed_format(8, -4)), 12);
    ck_assert_int_eq(format_fraction(signed_format(8, 12)), -4);
}
END_TEST

START_TEST(equality_looks_at_everything)
{
    struct format f = parsed("fixed<8,3>");
    ck_assert(format_equal(f, f));
    static const char *const others[] = {
        "fixed<9,3>",     "fixed<8,4>",         "ufixed<8,3>",
        "fixed<8,3,RND>", "fixed<8,3,TRN,SAT>", "binary"
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        ck_assert(!format_equal(f, parsed(others[i])));
    ck_assert(!format_equal(parsed("binary"), parsed("ternary")));
    ck_assert(
        format_same_values(parsed("fixed<8,3>"), parsed("fixed<8,3,RND,SAT>")));
    ck_assert(!format_same_values(parsed("fixed<8,3>"), parsed("fixed<8,4>")));
    ck_assert(!format_same_values(parsed("fixed<8,3>"), parsed("fixed<9,3>")));
    ck_assert(!format_same_values(parsed("fixed<8,3>"), parsed("ufixed<8,3>")));
}
END_TEST

/* Binary and ternary */

START_TEST(binary_and_ternary_weights)
{
    static const struct {
        double value;
        int binary, ternary;
    } cases[] = {
        { -1e30, -1, -1 }, { -2, -1, -1 },    { -1, -1, -1 },
        { -0.75, -1, -1 }, { -0.5, -1, 0 },   { -0.25, -1, 0 },
        { -0.0, 1, 0 },    { 0, 1, 0 },       { 0.25, 1, 0 },
        { 0.5, 1, 0 },     { 0.50001, 1, 1 }, { 1, 1, 1 },
        { 7, 1, 1 },       { 1e30, 1, 1 },    { 1e-30, 1, 0 },
    };
    struct format binary = parsed("binary"), ternary = parsed("ternary");
    ck_assert_uint_eq(binary.width, 2);
    ck_assert_int_eq(format_fraction(binary), 0);
    ck_assert_int_eq(format_min(binary), -1);
    ck_assert_int_eq(format_max(ternary), 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ck_assert_int_eq(fixed_from_double(cases[i].value, binary),
                         cases[i].binary);
        ck_assert_int_eq(fixed_from_double(cases[i].value, ternary),
                         cases[i].ternary);
    }
    /* Whatever modes somebody gives them. */
    ternary = with_modes(ternary, FIXED_RND, FIXED_SAT);
    ck_assert_int_eq(fixed_cast(-9, 0, ternary), -1);
    ck_assert_int_eq(fixed_cast(9, 0, ternary), 1);
    ck_assert_int_eq(fixed_cast(1, 1, ternary), 1);
    binary = with_modes(binary, FIXED_TRN, FIXED_WRAP);
    ck_assert_int_eq(fixed_cast(2, 0, binary), 1);
}
END_TEST

/* Floating point */

START_TEST(from_double)
{
    static const struct {
        const char *format;
        double value;
        int64_t raw;
    } cases[] = {
        { "fixed<8,4>", 1.5, 24 },
        { "fixed<8,4>", -1.5, -24 },
        { "fixed<8,4>", 0.1, 1 },
        { "fixed<8,4>", -0.1, -2 },
        { "fixed<8,4,RND>", 0.1, 2 },
        { "fixed<8,4,RND>", 0.03125, 1 },
        { "fixed<8,4,RND_CONV>", 0.03125, 0 },
        { "fixed<8,4,TRN,SAT>", 100, 127 },
        { "fixed<8,4,TRN,SAT>", -1e300, -128 },
        { "fixed<8,4,TRN,WRAP>", 1e300, 0 },
        { "fixed<8,4,RND,SAT>", 1e-320, 0 },
        { "fixed<8,4,TRN,SAT>", -1e-320, -1 },
        { "fixed<8,4,TRN,SAT>", INFINITY, 127 },
        { "fixed<8,4,TRN,SAT>", -INFINITY, -128 },
        { "fixed<8,4,TRN,WRAP>", INFINITY, 0 },
        { "fixed<8,4,TRN,SAT>", NAN, 0 },
        { "fixed<8,4,TRN,SAT>", -0.0, 0 },
        { "ufixed<8,0,RND,SAT>", -0.3, 0 },
        { "ufixed<8,0,RND,SAT>", 1, 255 },
        { "ufixed<62,62>", 4611686018427387392.0, 4611686018427387392 },
        { "fixed<62,1>", 0.1, 230584300921369408 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_msg(fixed_from_double(cases[i].value,
                                        parsed(cases[i].format)) ==
                          cases[i].raw,
                      "%g to %s", cases[i].value, cases[i].format);
}
END_TEST

START_TEST(to_double)
{
    ck_assert(fixed_to_double(24, parsed("fixed<8,4>")) == 1.5);
    ck_assert(fixed_to_double(-1, parsed("fixed<8,-4>")) == -0x1p-12);
    ck_assert(fixed_to_double(3, parsed("fixed<8,12>")) == 48);
    struct format f = parsed("fixed<10,3>");
    for (int64_t raw = format_min(f); raw <= format_max(f); raw++)
        ck_assert_int_eq(fixed_from_double(fixed_to_double(raw, f), f), raw);
}
END_TEST

/* Texts */

START_TEST(formats_are_parsed)
{
    static const struct {
        const char *text, *printed;
        struct format f;
    } cases[] = {
        { "fixed<8,3>", "fixed<8,3>", { 8, 3, true, 0, 0, 0 } },
        { "ufixed<8,0,RND,SAT>",
          "ufixed<8,0,RND,SAT>",
          { 8, 0, false, FIXED_RND, FIXED_SAT, 0 } },
        { "ap_fixed<16, 6>", "fixed<16,6>", { 16, 6, true, 0, 0, 0 } },
        { " ap_ufixed< 1 , -3 , AP_RND_CONV , AP_SAT_SYM > ",
          "ufixed<1,-3,RND_CONV,SAT_SYM>",
          { 1, -3, false, FIXED_RND_CONV, FIXED_SAT_SYM, 0 } },
        { "fixed<8,3,TRN,WRAP>", "fixed<8,3>", { 8, 3, true, 0, 0, 0 } },
        { "fixed<8,3,RND,WRAP,0>",
          "fixed<8,3,RND>",
          { 8, 3, true, FIXED_RND, 0, 0 } },
        { "fixed<8,3,TRN,SAT_ZERO>",
          "fixed<8,3,TRN,SAT_ZERO>",
          { 8, 3, true, FIXED_TRN, FIXED_SAT_ZERO, 0 } },
        { "fixed<62,-64>", "fixed<62,-64>", { 62, -64, true, 0, 0, 0 } },
        { "fixed<1,64>", "fixed<1,64>", { 1, 64, true, 0, 0, 0 } },
        { "binary",
          "binary",
          { 2, 2, true, FIXED_RND_CONV, FIXED_SAT_SYM, FIXED_KIND_BINARY } },
        { "ternary",
          "ternary",
          { 2, 2, true, FIXED_RND_CONV, FIXED_SAT_SYM, FIXED_KIND_TERNARY } },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct format f = parsed(cases[i].text);
        ck_assert_msg(format_equal(f, cases[i].f), "%s", cases[i].text);
        char text[FORMAT_TEXT_SIZE];
        ck_assert_str_eq(format_print(f, text), cases[i].printed);
    }
}
END_TEST

START_TEST(every_format_is_printed_and_read_back)
{
    char longest[FORMAT_TEXT_SIZE] = "";
    for (int sign = 0; sign < 2; sign++)
        for (int q = 0; q < QUANTS; q++)
            for (int o = 0; o < OVERFLOWS; o++)
                for (int width = 1; width <= FIXED_WIDTH_MAX; width++)
                    for (int integer = -64; integer <= 64; integer++) {
                        struct format f =
                            with_modes(signed_format(width, integer),
                                       (enum fixed_quant)q,
                                       (enum fixed_overflow)o);
                        f.is_signed = sign != 0;
                        if (!f.is_signed && o == FIXED_WRAP_SM)
                            continue;
                        char text[FORMAT_TEXT_SIZE];
                        format_print(f, text);
                        struct format back;
                        const char *error;
                        if (!format_parse(text, &back, &error) ||
                            !format_equal(back, f))
                            ck_abort_msg("%s", text);
                        if (strlen(text) > strlen(longest))
                            strcpy(longest, text);
                    }
    ck_assert_uint_eq(strlen(longest), strlen("ufixed<10,-10,RND_MIN_INF,"
                                              "SAT_ZERO>"));
}
END_TEST

START_TEST(wrong_formats_are_refused)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        { "", "a format is" },
        { "fixed", "a format is" },
        { "float", "a format is" },
        { "Fixed<8,3>", "a format is" },
        { "int8", "a format is" },
        { "ubinary", "a format is" },
        { "fixed<>", "width" },
        { "fixed<0,0>", "width" },
        { "fixed<63,3>", "width" },
        { "fixed<-8,3>", "width" },
        { "fixed<99999999999,3>", "width" },
        { "fixed<8.0,3>", "integer bits must follow" },
        { "fixed<8>", "integer bits must follow" },
        { "fixed<8,>", "integer bits must be" },
        { "fixed<8,65>", "integer bits must be" },
        { "fixed<8,-65>", "integer bits must be" },
        { "fixed<8,+3>", "integer bits must be" },
        { "fixed<8,3", "'>'" },
        { "fixed<8,3,", "rounding mode" },
        { "fixed<8,3,SAT>", "rounding mode" },
        { "fixed<8,3,rnd>", "rounding mode" },
        { "fixed<8,3,RND_>", "rounding mode" },
        { "fixed<8,3,RND", "'>'" },
        { "fixed<8,3,RND,>", "overflow mode" },
        { "fixed<8,3,RND,SATURATE>", "overflow mode" },
        { "fixed<8,3,RND,SAT,1>", "saturated bits" },
        { "fixed<8,3,RND,SAT,0,0>", "'>'" },
        { "ufixed<8,3,TRN,WRAP_SM>", "WRAP_SM needs a signed" },
        { "fixed<8,3> x", "nothing may follow" },
        { "fixed<8,3>>", "nothing may follow" },
        { "binary<1>", "nothing may follow" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct format before = parsed("ufixed<7,1,RND,SAT>");
        struct format f = before;
        const char *error = NULL;
        ck_assert_msg(!format_parse(cases[i].text, &f, &error), "%s",
                      cases[i].text);
        ck_assert_msg(strstr(error, cases[i].said) != NULL, "%s: %s",
                      cases[i].text, error);
        ck_assert(format_equal(f, before));
    }
}
END_TEST

START_TEST(names)
{
    ck_assert_str_eq(fixed_quant_name(FIXED_TRN), "TRN");
    ck_assert_str_eq(fixed_quant_name(FIXED_RND_CONV), "RND_CONV");
    ck_assert_str_eq(fixed_overflow_name(FIXED_WRAP), "WRAP");
    ck_assert_str_eq(fixed_overflow_name(FIXED_WRAP_SM), "WRAP_SM");
    char text[FORMAT_TEXT_SIZE];
    ck_assert_str_eq(format_print((struct format){ 0 }, text), "none");
}
END_TEST

#define ROWS(table) (sizeof(table) / sizeof *(table))

static Suite *fixed_suite(void)
{
    Suite *s = suite_create("fixed");
    TCase *tc = tcase_create("fixed");
    tcase_set_timeout(tc, 30);
    tcase_add_loop_test(tc, rounding_modes, 0, ROWS(rounding));
    tcase_add_test(tc, every_lost_bit_counts);
    tcase_add_loop_test(tc, overflow_modes_signed, 0, ROWS(signed_overflow));
    tcase_add_loop_test(tc, overflow_modes_unsigned, 0,
                        ROWS(unsigned_overflow));
    tcase_add_loop_test(tc, rounding_comes_before_overflow, 0,
                        ROWS(rounded_out_of_range));
    tcase_add_loop_test(tc, shifts_of_any_length, 0, ROWS(shifts));
    tcase_add_test(tc, casts_are_idempotent);
    tcase_add_test(tc, one_bit_formats);
    tcase_add_test(tc, bounds);
    tcase_add_test(tc, equality_looks_at_everything);
    tcase_add_test(tc, binary_and_ternary_weights);
    tcase_add_test(tc, from_double);
    tcase_add_test(tc, to_double);
    tcase_add_test(tc, formats_are_parsed);
    tcase_add_test(tc, every_format_is_printed_and_read_back);
    tcase_add_test(tc, wrong_formats_are_refused);
    tcase_add_test(tc, names);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(fixed_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
