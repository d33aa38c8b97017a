#include "design/tables.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/kernels/kernel_case.h"

#include <math.h>
#include <stdio.h>

/* A process between two streams of these formats. */
static struct process *new_process(struct arena *a, enum layer_type type,
                                   struct format input, struct format output,
                                   uint32_t bits)
{
    struct layer *l = arena_new_item(a, struct layer);
    l->name = "it";
    l->type = type;
    l->table_bits = bits;
    struct process *p = arena_new_item(a, struct process);
    p->layer = l;
    p->inputs = arena_new_array(a, struct stream *, 1);
    p->outputs = arena_new_array(a, struct stream *, 1);
    p->inputs[0] = arena_new_item(a, struct stream);
    p->outputs[0] = arena_new_item(a, struct stream);
    p->inputs[0]->format = input;
    p->outputs[0]->format = output;
    return p;
}

static const struct lookup_table *lookup_of(struct arena *a, struct process *p)
{
    struct diag *d = diag_new(a);
    ck_assert(table_choose_lookup(a, p, d));
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_uint_eq(p->lookup->count, UINT32_C(1) << p->lookup->index.width);
    return p->lookup;
}

/* --- lookups -------------------------------------------------------------- */

static const struct {
    enum layer_type type;
    const char *input;
    uint32_t bits;
    const char *index;
} indices[] = {
    /* Its own format, whatever its modes, up to table_bits bits. */
    { LAYER_SIGMOID, "fixed<10,3>", 0, "fixed<10,3>" },
    { LAYER_TANH, "ufixed<8,20,RND,SAT>", 8, "ufixed<8,20,RND,SAT>" },
    /* As far as the input, its fraction cut. */
    { LAYER_SIGMOID, "fixed<16,3>", 0, "fixed<10,3,TRN,SAT>" },
    { LAYER_SIGMOID, "fixed<16,-2,RND,WRAP>", 9, "fixed<9,-2,TRN,SAT>" },
    /* No further than 8, or 4: with a sign one integer bit more. */
    { LAYER_SIGMOID, "fixed<16,4>", 0, "fixed<10,4,TRN,SAT>" },
    { LAYER_SIGMOID, "fixed<16,5>", 0, "fixed<10,4,TRN,SAT>" },
    { LAYER_HARD_SIGMOID, "ufixed<16,6>", 12, "ufixed<12,3,TRN,SAT>" },
    { LAYER_TANH, "fixed<16,8>", 0, "fixed<10,3,TRN,SAT>" },
    { LAYER_HARD_TANH, "ufixed<16,8>", 2, "ufixed<2,2,TRN,SAT>" },
    /* More fraction than the input has. */
    { LAYER_SIGMOID, "fixed<16,14>", 15, "fixed<15,4,TRN,SAT>" },
};

START_TEST(test_index)
{
    for (size_t i = 0; i < sizeof indices / sizeof indices[0]; i++) {
        struct arena *a = arena_new();
        struct process *p =
            new_process(a, indices[i].type, make_format(indices[i].input),
                        make_format("fixed<8,2>"), indices[i].bits);
        char text[FORMAT_TEXT_SIZE];
        ck_assert_str_eq(format_print(lookup_of(a, p)->index, text),
                         indices[i].index);
        arena_free(a);
    }
}
END_TEST

/* Whole tables, computed with 50 decimal digits. */
static const struct {
    enum layer_type type;
    const char *input, *output;
    uint32_t bits;
    double alpha, beta;
    int32_t values[32];
} by_hand[] = {
    /* sigmoid of r / 2, in 1/256: 0 to 3, then -4 to -1. */
    { LAYER_SIGMOID,
      "fixed<3,2>",
      "ufixed<8,0>",
      0,
      0,
      0,
      { 128, 159, 187, 209, 31, 47, 69, 97 } },
    /* Four bits cut off: tanh of (16 r + 7.5) / 16, in 1/128. */
    { LAYER_TANH,
      "fixed<8,4>",
      "fixed<8,1>",
      3,
      0,
      0,
      { 56, 115, 126, 127, -128, -126, -117, -62 } },
    /* Two bits cut off, up to 8: sigmoid of (4 r + 1.5) / 8. */
    { LAYER_SIGMOID,
      "ufixed<8,5>",
      "fixed<8,1>",
      4,
      0,
      0,
      { 70, 85, 98, 108, 115, 120, 123, 125, 126, 127, 127, 127, 127, 127, 127,
        127 } },
    /* No bits cut off although the table is shorter: sigmoid of r / 2. */
    { LAYER_SIGMOID,
      "fixed<8,8>",
      "ufixed<8,0>",
      5,
      0,
      0,
      { 128, 159, 187, 209, 225, 237, 244, 248, 251, 253, 254,
        255, 255, 255, 255, 255, 0,   0,   0,   0,   1,   1,
        2,   3,   5,   8,   12,  19,  31,  47,  69,  97 } },
    { LAYER_HARD_SIGMOID,
      "fixed<4,4>",
      "ufixed<4,0>",
      0,
      0.25,
      0.5,
      { 8, 12, 15, 15, 15, 15, 15, 15, 0, 0, 0, 0, 0, 0, 0, 4 } },
    { LAYER_HARD_TANH,
      "fixed<4,4>",
      "fixed<4,1>",
      0,
      0.25,
      0.5,
      { 0, 4, 7, 7, 7, 7, 7, 7, -8, -8, -8, -8, -8, -8, -8, -4 } },
    /* Ties to even: 1/8 and 3/8 of 1/4 steps. */
    { LAYER_HARD_SIGMOID,
      "ufixed<2,2>",
      "ufixed<3,1>",
      0,
      0.25,
      0.125,
      { 0, 2, 2, 4 } },
    /* The output's modes play no part: 1 is cut to 3/4, not wrapped to 0. */
    { LAYER_HARD_SIGMOID,
      "ufixed<2,2>",
      "ufixed<2,0,RND_INF,WRAP>",
      0,
      0.5,
      0.125,
      { 0, 2, 3, 3 } },
};

START_TEST(test_by_hand)
{
    for (size_t i = 0; i < sizeof by_hand / sizeof by_hand[0]; i++) {
        struct arena *a = arena_new();
        struct process *p =
            new_process(a, by_hand[i].type, make_format(by_hand[i].input),
                        make_format(by_hand[i].output), by_hand[i].bits);
        struct layer l = *p->layer;
        l.alpha = by_hand[i].alpha;
        l.beta = by_hand[i].beta;
        p->layer = &l;
        const struct lookup_table *t = lookup_of(a, p);
        ck_assert_uint_le(t->count, 32);
        for (uint32_t k = 0; k < t->count; k++)
            ck_assert_msg(t->values[k] == by_hand[i].values[k],
                          "table %zu, entry %u: %d instead of %d", i, k,
                          t->values[k], by_hand[i].values[k]);
        arena_free(a);
    }
}
END_TEST

/* The function by libm in long doubles. */
static long double function_of(enum layer_type type, long double x)
{
    return type == LAYER_SIGMOID ? 1 / (1 + expl(-x)) : tanhl(x);
}

/* The nearest value of the format, and by how much of a step another one is
 * further away. */
static int64_t nearest(long double y, struct format f, long double *margin)
{
    long double steps = ldexpl(y, format_fraction(f));
    long double least = (long double)format_min(f);
    long double most = (long double)format_max(f);
    *margin = fabsl(steps - floorl(steps) - 0.5L);
    if (steps <= least || steps >= most)
        *margin = 0.5L;
    return (int64_t)fmaxl(least, fminl(most, rintl(steps)));
}

/* Every entry, found from the inputs that lead to it: the mean of the first
 * and the last one that are not saturated. */
static void check_entries(const struct process *p, uint64_t seed)
{
    const struct lookup_table *t = p->lookup;
    struct format in = p->inputs[0]->format;
    struct format out = p->outputs[0]->format;
    for (uint32_t k = 0; k < t->count; k++) {
        int64_t raw = k;
        if (in.is_signed && k >= t->count / 2)
            raw -= t->count;
        long double x = ldexpl((long double)raw, -format_fraction(t->index));
        long double last = x + ldexpl(1, -format_fraction(t->index)) -
                           ldexpl(1, -format_fraction(in));
        if (last > x)
            x = (x + last) / 2;
        long double y = function_of(p->layer->type, x);
        long double margin;
        int64_t expected = nearest(y, out, &margin);
        /* Where a tie is nearer than the errors of doubles, either will
         * do. */
        long double blur = 1e-14L * ldexpl(fabsl(y), format_fraction(out));
        int64_t value =
            out.is_signed ? t->values[k] : (int64_t)(uint32_t)t->values[k];
        ck_assert_msg(
            value == expected ||
                (margin < blur && llabs(value - expected) == 1) ||
                (blur > 0.1L &&
                 fabsl((long double)value - (long double)expected) < blur + 1),
            "seed %llu: entry %u is %lld instead of %lld",
            (unsigned long long)seed, k, (long long)value, (long long)expected);
    }
}

START_TEST(test_random_lookups)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct format in = random_format(&r, 32, false);
        struct format out = random_format(&r, 32, false);
        uint32_t bits = random_between(&r, TABLE_BITS_MIN, 12);
        struct process *p =
            new_process(a, rng_below(&r, 2) ? LAYER_SIGMOID : LAYER_TANH, in,
                        out, bits);
        lookup_of(a, p);
        check_entries(p, seed);
        arena_free(a);
    }
}
END_TEST

/* Around zero tanh(x) is x: the last bit is exact however small they are. */
START_TEST(test_small_numbers)
{
    struct arena *a = arena_new();
    struct format f = make_format("fixed<6,-20>");
    const struct lookup_table *t =
        lookup_of(a, new_process(a, LAYER_TANH, f, f, 0));
    for (int32_t k = 0; k < 64; k++)
        ck_assert_int_eq(t->values[k], k < 32 ? k : k - 64);
    arena_free(a);
}
END_TEST

START_TEST(test_bad_bits)
{
    static const uint32_t bad[] = { 1, 16 };
    for (size_t i = 0; i < 2; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct process *p =
            new_process(a, LAYER_TANH, make_format("fixed<8,2>"),
                        make_format("fixed<8,2>"), bad[i]);
        ck_assert(!table_choose_lookup(a, p, d));
        ck_assert_ptr_null(p->lookup);
        check_one_error(d, DIAG_FORMAT,
                        i == 0 ? "a table of 1 address bits for 'it' is "
                                 "outside 2..15"
                               : "a table of 16 address bits for 'it' is "
                                 "outside 2..15",
                        NULL);
        arena_free(a);
    }
}
END_TEST

/* --- softmax ------------------------------------------------------------- */

static const struct {
    const char *input;
    uint32_t bits, drop;
} drops[] = {
    /* All differences have an entry. */
    { "fixed<8,4>", 8, 0 },
    { "fixed<10,2>", 0, 0 },
    { "fixed<8,8>", 8, 0 },
    { "ufixed<1,1>", 2, 0 },
    /* 255 / 16 takes four differences in each of 64 entries. */
    { "fixed<8,4>", 6, 2 },
    /* Not to 64, but to 16: 2^14 differences in 2^10 entries. */
    { "fixed<16,6>", 0, 4 },
    { "fixed<16,6>", 15, 0 },
    { "fixed<16,2>", 0, 6 },
    /* To the end of 1/16. */
    { "ufixed<32,-4>", 10, 22 },
    { "fixed<32,16>", 6, 14 },
};

START_TEST(test_drop)
{
    for (size_t i = 0; i < sizeof drops / sizeof drops[0]; i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct process *p =
            new_process(a, LAYER_SOFTMAX, make_format(drops[i].input),
                        make_format("ufixed<8,0>"), drops[i].bits);
        ck_assert(table_choose_softmax(a, p, d));
        ck_assert_msg(p->softmax->drop == drops[i].drop,
                      "%s in %u bits: drop %u instead of %u", drops[i].input,
                      drops[i].bits, p->softmax->drop, drops[i].drop);
        ck_assert_uint_eq(p->softmax->bits,
                          drops[i].bits != 0 ? drops[i].bits : 10);
        arena_free(a);
    }
}
END_TEST

static const struct {
    const char *input;
    uint32_t bits;
    const char *text, *hint;
} bad_softmaxes[] = {
    { "fixed<16,6>", 5,
      "a table of 5 address bits is too small for 'it': in steps of at most "
      "1/4 it does not reach as far as fixed<16,6> does",
      "give it \"table_bits\": 6" },
    { "fixed<8,3>", 4,
      "a table of 4 address bits is too small for 'it': in steps of at most "
      "1/4 it does not reach as far as fixed<8,3> does",
      "give it \"table_bits\": 5" },
    /* One entry a difference, which is as fine as it gets, takes 5 bits. */
    { "fixed<20,19>", 4,
      "a table of 4 address bits is too small for 'it': in steps of at most "
      "1/4 it does not reach as far as fixed<20,19> does",
      "give it \"table_bits\": 5" },
    { "fixed<8,2>", 16, "a table of 16 address bits for 'it' is outside 2..15",
      NULL },
};

START_TEST(test_bad_softmax)
{
    for (size_t i = 0; i < sizeof bad_softmaxes / sizeof bad_softmaxes[0];
         i++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct process *p =
            new_process(a, LAYER_SOFTMAX, make_format(bad_softmaxes[i].input),
                        make_format("ufixed<8,0>"), bad_softmaxes[i].bits);
        ck_assert(!table_choose_softmax(a, p, d));
        check_one_error(d, DIAG_FORMAT, bad_softmaxes[i].text,
                        bad_softmaxes[i].hint);
        arena_free(a);
    }
}
END_TEST

static const struct softmax_tables *softmax_of(struct arena *a,
                                               const char *input, uint32_t bits)
{
    struct diag *d = diag_new(a);
    struct process *p = new_process(a, LAYER_SOFTMAX, make_format(input),
                                    make_format("ufixed<8,0>"), bits);
    ck_assert(table_choose_softmax(a, p, d));
    return p->softmax;
}

/* Computed with 50 decimal digits. */
START_TEST(test_exponentials)
{
    struct arena *a = arena_new();
    /* exp(-a / 16). */
    static const int32_t single[32] = {
        32768, 30783, 28918, 27166, 25520, 23974, 22521, 21157,
        19875, 18671, 17539, 16477, 15479, 14541, 13660, 12832,
        12055, 11324, 10638, 9994,  9388,  8819,  8285,  7783,
        7312,  6869,  6452,  6061,  5694,  5349,  5025,  4721
    };
    const struct softmax_tables *t = softmax_of(a, "fixed<5,1>", 5);
    for (int i = 0; i < 32; i++)
        ck_assert_int_eq(t->exp[i], single[i]);
    /* exp(-(4 a + 1.5) / 16), but for the first one. */
    static const int32_t fours[8] = { 32768, 23236, 18096, 14093,
                                      10976, 8548,  6657,  5185 };
    t = softmax_of(a, "fixed<8,4>", 6);
    for (int i = 0; i < 8; i++)
        ck_assert_int_eq(t->exp[i], fours[i]);
    ck_assert_int_eq(t->exp[20], 201);
    ck_assert_int_eq(t->exp[40], 1);
    ck_assert_int_eq(t->exp[63], 0);
    arena_free(a);
}
END_TEST

/* What lies beyond the table has no share: its last entry is zero unless it
 * holds every difference. */
START_TEST(test_random_exponentials)
{
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct rng r = { seed };
        struct format in = random_format(&r, 32, false);
        struct process *p =
            new_process(a, LAYER_SOFTMAX, in, make_format("ufixed<8,0>"),
                        random_between(&r, TABLE_BITS_MIN, TABLE_BITS_MAX));
        if (table_choose_softmax(a, p, d)) {
            const struct softmax_tables *t = p->softmax;
            uint32_t count = UINT32_C(1) << t->bits;
            if (in.width > t->bits + t->drop)
                ck_assert_int_eq(t->exp[count - 1], 0);
            ck_assert_int_eq(t->exp[0], 32768);
            for (uint32_t i = 1; i < count; i++) {
                long double first = ldexpl(i, (int)t->drop);
                long double middle = first + (ldexpl(1, (int)t->drop) - 1) / 2;
                long double e =
                    32768 * expl(-ldexpl(middle, -format_fraction(in)));
                if (fabsl(e - floorl(e) - 0.5L) > 1e-9L)
                    ck_assert_int_eq(t->exp[i], (int32_t)lroundl(e));
            }
        }
        arena_free(a);
    }
}
END_TEST

START_TEST(test_inverses)
{
    struct arena *a = arena_new();
    static const int32_t four[4] = { 58254, 47663, 40330, 34953 };
    const struct softmax_tables *t = softmax_of(a, "fixed<2,0>", 2);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(t->inverse[i], four[i]);
    for (uint32_t bits = TABLE_BITS_MIN; bits <= TABLE_BITS_MAX; bits++) {
        t = softmax_of(a, "fixed<2,0>", bits);
        for (uint32_t u = 0; u < UINT32_C(1) << bits; u++) {
            double x = 65536 / (1 + ldexp(u + 0.5, -(int)bits));
            ck_assert_int_eq(t->inverse[u], lround(x));
            ck_assert_int_le(t->inverse[u], 65535);
        }
    }
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_index,
                                   test_by_hand,
                                   test_random_lookups,
                                   test_small_numbers,
                                   test_bad_bits,
                                   test_drop,
                                   test_bad_softmax,
                                   test_exponentials,
                                   test_random_exponentials,
                                   test_inverses,
                                   NULL };
    return check_main("tables", tests);
}
