/* Doubles are at work here, but no function of libm decides an entry: those
 * differ from machine to machine in the last bit, and that bit decides where
 * a value lies next to a tie between two entries.  Exponentials are sums and
 * products, which IEEE 754 rounds alike everywhere (C11 without extensions
 * neither contracts nor reorders them); ldexp and what fixed_from_double
 * does are exact.  So every machine gets the same tables.  Their entries are
 * the nearest values as long as the true value is further from a tie than
 * the sum's error, a few times 2^-53 of it. */
#include "design/tables.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"

#include <assert.h>
#include <math.h>

/* e^-FLAT is below half a step of every format. */
static const double flat = 100;

/* Terms of the series: the next one is below 2^-60 of the first for
 * |x| <= ln(2) / 2. */
enum { SERIES_TERMS = 16 };

/* ln 2 in two parts, the first with zeros at the end, so that small multiples
 * of it are exact. */
static const double ln2_high = 0x1.62e42feep-1;
static const double ln2_low = 0x1.a39ef35793c76p-33;

/* e^x - 1 for |x| <= ln(2) / 2, by Horner's rule. */
static double series(double x)
{
    double sum = 1;
    for (int i = SERIES_TERMS; i > 1; i--)
        sum = 1 + x * sum / i;
    return x * sum;
}

/* e^-x - 1 for x >= 0. */
static double exp_minus_one(double x)
{
    if (x > flat)
        return -1;
    int halvings = (int)(x / (ln2_high + ln2_low) + 0.5);
    double rest = halvings * ln2_high - x;
    rest += halvings * ln2_low;
    double part = series(rest);
    return halvings == 0 ? part : ldexp(1 + part, -halvings) - 1;
}

/* e^-x for x >= 0. */
static double exp_minus(double x)
{
    if (x > flat)
        return 0;
    int halvings = (int)(x / (ln2_high + ln2_low) + 0.5);
    double rest = halvings * ln2_high - x;
    rest += halvings * ln2_low;
    return ldexp(1 + series(rest), -halvings);
}

static double sigmoid(double x)
{
    double e = exp_minus(x < 0 ? -x : x);
    return (x < 0 ? e : 1) / (1 + e);
}

static double hyperbolic_tangent(double x)
{
    double e = exp_minus_one(2 * (x < 0 ? -x : x));
    double tangent = -e / (2 + e);
    return x < 0 ? -tangent : tangent;
}

static double hard_sigmoid(const struct layer *l, double x)
{
    double y = l->alpha * x + l->beta;
    return y > 1 ? 1 : y > 0 ? y : 0;
}

static double function_of(const struct layer *l, double x)
{
    switch (l->type) {
    case LAYER_SIGMOID:
        return sigmoid(x);
    case LAYER_TANH:
        return hyperbolic_tangent(x);
    case LAYER_HARD_SIGMOID:
        return hard_sigmoid(l, x);
    case LAYER_HARD_TANH:
        return 2 * hard_sigmoid(l, x) - 1;
    default:
        assert(false && "a layer that is looked up");
        return 0;
    }
}

/* 0: it is impossible, said why in d. */
static uint32_t table_bits(const struct layer *l, struct diag *d)
{
    uint32_t bits = l->table_bits != 0 ? l->table_bits : TABLE_BITS_DEFAULT;
    if (bits >= TABLE_BITS_MIN && bits <= TABLE_BITS_MAX)
        return bits;
    diag_error(d, l->place, DIAG_FORMAT,
               "a table of %u address bits for '%s' is outside %d..%d", bits,
               l->name, TABLE_BITS_MIN, TABLE_BITS_MAX);
    return 0;
}

/* Integer bits, without a sign, of the range in which the function is not
 * flat: 8 or 4. */
static int16_t bits_of_reach(const struct layer *l)
{
    return l->type == LAYER_SIGMOID || l->type == LAYER_HARD_SIGMOID ? 3 : 2;
}

static struct format index_format(const struct layer *l, struct format input,
                                  uint32_t bits)
{
    if (input.width <= bits)
        return input;
    int16_t most = (int16_t)(bits_of_reach(l) + (input.is_signed ? 1 : 0));
    return (struct format){
        .width = (uint8_t)bits,
        .integer = input.integer < most ? input.integer : most,
        .is_signed = input.is_signed,
        .quant = FIXED_TRN,
        .overflow = FIXED_SAT,
    };
}

/* The number that address a stands for: the middle of those that share it
 * where fraction bits are cut off.  (What is saturated does not count: the
 * function is flat there.) */
static double number_at(uint32_t a, struct format index, struct format input)
{
    int64_t raw = a;
    if (index.is_signed && a >> (index.width - 1) != 0)
        raw -= INT64_C(1) << index.width;
    int cut = format_fraction(input) - format_fraction(index);
    if (cut <= 0)
        return fixed_to_double(raw, index);
    /* Twice the sum of the first and half the distance to the last. */
    int64_t twice = raw * (INT64_C(2) << cut) + (INT64_C(1) << cut) - 1;
    return ldexp((double)twice, -format_fraction(input) - 1);
}

static const struct lookup_table *given_table(struct arena *a,
                                              const struct layer *l)
{
    struct lookup_table *t = arena_new_item(a, struct lookup_table);
    *t = (struct lookup_table){ .index = l->index,
                                .count = UINT32_C(1) << l->index.width,
                                .values = l->table };
    return t;
}

bool table_choose_lookup(struct arena *a, struct process *p, struct diag *d)
{
    const struct layer *l = p->layer;
    if (l->index.width != 0) {
        p->lookup = given_table(a, l);
        return true;
    }
    uint32_t bits = table_bits(l, d);
    if (bits == 0)
        return false;
    struct format input = p->inputs[0]->format;
    struct format entry = p->outputs[0]->format;
    entry.quant = FIXED_RND_CONV;
    entry.overflow = FIXED_SAT;

    struct lookup_table *t = arena_new_item(a, struct lookup_table);
    t->index = index_format(l, input, bits);
    t->count = UINT32_C(1) << t->index.width;
    int32_t *values = arena_new_array(a, int32_t, t->count);
    for (uint32_t i = 0; i < t->count; i++) {
        double y = function_of(l, number_at(i, t->index, input));
        values[i] = (int32_t)fixed_from_double(y, entry);
    }
    t->values = values;
    p->lookup = t;
    return true;
}

/* --- softmax ------------------------------------------------------------ */

/* The smallest drop with which 2^bits entries reach as far as differences
 * can, or as far as 16, the first power of two above ln 2^16. */
static uint32_t drop_of(struct format input, uint32_t bits)
{
    enum { REACH_BITS = 4 };
    int needed = input.width;
    if (format_fraction(input) + REACH_BITS < needed)
        needed = format_fraction(input) + REACH_BITS;
    return needed > (int)bits ? (uint32_t)(needed - (int)bits) : 0;
}

/* Whether entries lie at most a quarter apart.  Those of every single
 * difference (drop 0) can lie no closer. */
static bool fine_enough(struct format input, uint32_t bits)
{
    uint32_t drop = drop_of(input, bits);
    return drop == 0 || (int)drop - format_fraction(input) <= -2;
}

static bool check_drop(const struct layer *l, struct format input,
                       uint32_t bits, struct diag *d)
{
    if (fine_enough(input, bits))
        return true;
    uint32_t enough = bits;
    while (enough < TABLE_BITS_MAX && !fine_enough(input, enough))
        enough++;
    char text[FORMAT_TEXT_SIZE];
    diag_error(d, l->place, DIAG_FORMAT,
               "a table of %u address bits is too small for '%s': in steps of "
               "at most 1/4 it does not reach as far as %s does",
               bits, l->name, format_print(input, text));
    if (fine_enough(input, enough))
        diag_hint(d, "give it \"table_bits\": %u", enough);
    else
        diag_hint(d, "give its input fewer integer bits");
    return false;
}

static const int32_t *exponentials(struct arena *a, struct format input,
                                   uint32_t bits, uint32_t drop)
{
    uint32_t count = UINT32_C(1) << bits;
    int32_t *entries = arena_new_array(a, int32_t, count);
    entries[0] = SOFTMAX_ONE;
    for (uint32_t i = 1; i < count; i++) {
        int64_t twice = ((int64_t)i << (drop + 1)) + (INT64_C(1) << drop) - 1;
        double x = ldexp((double)twice, -format_fraction(input) - 1);
        entries[i] = (int32_t)(exp_minus(x) * SOFTMAX_ONE + 0.5);
    }
    return entries;
}

/* 2^16 / (1 + (u + 1/2) / 2^bits); the divisor is odd, there are no ties. */
static const int32_t *inverses(struct arena *a, uint32_t bits)
{
    uint32_t count = UINT32_C(1) << bits;
    int32_t *entries = arena_new_array(a, int32_t, count);
    for (uint32_t u = 0; u < count; u++) {
        uint64_t divisor = 2 * ((uint64_t)count + u) + 1;
        uint64_t twice = (uint64_t)count << 18;
        entries[u] = (int32_t)((twice + divisor) / (2 * divisor));
    }
    return entries;
}

bool table_choose_softmax(struct arena *a, struct process *p, struct diag *d)
{
    const struct layer *l = p->layer;
    struct format input = p->inputs[0]->format;
    uint32_t bits = table_bits(l, d);
    if (bits == 0 || !check_drop(l, input, bits, d))
        return false;
    struct softmax_tables *t = arena_new_item(a, struct softmax_tables);
    *t = (struct softmax_tables){ .bits = bits, .drop = drop_of(input, bits) };
    t->exp = exponentials(a, input, bits, t->drop);
    t->inverse = inverses(a, bits);
    p->softmax = t;
    return true;
}
