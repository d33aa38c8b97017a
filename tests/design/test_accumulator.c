#include "design/accumulator.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "design/design.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

static const struct {
    const char *input, *weight, *bias;
    uint64_t terms;
    const char *exact;
} by_hand[] = {
    /* 255 * -128 = -32640 fits 16 bits; with the bias -32640 - 128 * 256 =
     * -65408 takes 17. */
    { "ufixed<8,0>", "fixed<8,1>", "fixed<8,1>", 1, "fixed<17,2>" },
    { "ufixed<8,0>", "fixed<8,1>", NULL, 1, "fixed<16,1>" },
    /* 25 * 32640 + 32768 = 848768 is below 2^20. */
    { "ufixed<8,0>", "fixed<8,1>", "fixed<8,1>", 25, "fixed<21,6>" },
    /* The bias has the finer step: one product of +-1 * 1/2 is 2 of 1/4. */
    { "ufixed<1,0>", "binary", "ufixed<1,-1>", 1, "fixed<3,1>" },
    { "ufixed<1,1>", "ternary", NULL, 127, "fixed<8,8>" },
    { "ufixed<1,1>", "ternary", NULL, 128, "fixed<9,9>" },
    /* The lowest value twice: 2^62 is one bit too wide. */
    { "fixed<32,32>", "fixed<31,31>", NULL, 1, NULL },
    { "fixed<32,32>", "fixed<29,29>", NULL, 1, "fixed<61,61>" },
    { "fixed<32,32>", "fixed<29,29>", NULL, 2, "fixed<62,62>" },
    { "fixed<32,32>", "fixed<29,29>", NULL, 4, NULL },
    { "ufixed<32,32>", "ufixed<32,32>", NULL, 1, NULL },
    { "fixed<8,8>", "fixed<8,8>", NULL, UINT64_C(1) << 63, NULL },
    /* The bias is too fine to be added to the products in 62 bits. */
    { "fixed<8,8>", "fixed<8,8>", "fixed<8,-60>", 1, NULL },
    { "fixed<8,-60>", "fixed<8,-60>", NULL, 1, NULL },
};

START_TEST(test_by_hand)
{
    struct format none = { 0 };
    struct format got = design_exact_accumulator(
        make_format(by_hand[_i].input), make_format(by_hand[_i].weight),
        by_hand[_i].bias == NULL ? none : make_format(by_hand[_i].bias),
        by_hand[_i].terms);
    char text[FORMAT_TEXT_SIZE];
    if (by_hand[_i].exact == NULL)
        ck_assert_uint_eq(got.width, 0);
    else
        ck_assert_str_eq(format_print(got, text), by_hand[_i].exact);
}
END_TEST

/* The two extremes of all sums, by trying every product and bias. */
static void extremes(struct format input, struct format weight,
                     struct format bias, uint64_t terms, double *least,
                     double *most)
{
    double low = INFINITY, high = -INFINITY;
    for (int64_t x = format_min(input); x <= format_max(input); x++) {
        for (int64_t w = format_min(weight); w <= format_max(weight); w++) {
            double product =
                fixed_to_double(x, input) * fixed_to_double(w, weight);
            low = fmin(low, product);
            high = fmax(high, product);
        }
    }
    *least = low * (double)terms + fixed_to_double(format_min(bias), bias);
    *most = high * (double)terms + fixed_to_double(format_max(bias), bias);
}

static bool holds(struct format f, double x)
{
    double steps = ldexp(x, format_fraction(f));
    return steps >= (double)format_min(f) && steps <= (double)format_max(f);
}

/* It holds both extremes, one bit less would not, and no fraction is lost. */
START_TEST(test_random)
{
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct rng r = { seed };
        struct format input = random_format(&r, 6, false);
        struct format weight = random_format(&r, 6, true);
        struct format bias = random_format(&r, 6, false);
        uint64_t terms = random_between(&r, 1, 300);
        struct format f = design_exact_accumulator(input, weight, bias, terms);
        ck_assert_msg(f.width > 0 && f.is_signed && f.quant == FIXED_TRN &&
                          f.overflow == FIXED_WRAP,
                      "seed %llu", (unsigned long long)seed);
        int fraction = format_fraction(input) + format_fraction(weight);
        if (format_fraction(bias) > fraction)
            fraction = format_fraction(bias);
        ck_assert_int_eq(format_fraction(f), fraction);
        double least, most;
        extremes(input, weight, bias, terms, &least, &most);
        ck_assert_msg(holds(f, least) && holds(f, most), "seed %llu",
                      (unsigned long long)seed);
        struct format narrower = f;
        narrower.width--;
        narrower.integer--;
        ck_assert_msg(f.width == 1 || !holds(narrower, least) ||
                          !holds(narrower, most),
                      "seed %llu", (unsigned long long)seed);
    }
}
END_TEST

/* The layer of a process whose input is a tensor of that name. */
static struct layer *layer_of(struct arena *a, struct process *p)
{
    struct tensor *in = arena_new_item(a, struct tensor);
    *in = (struct tensor){ "in", p->inputs[0]->shape, p->inputs[0]->format };
    const struct tensor **inputs = arena_new_item(a, const struct tensor *);
    inputs[0] = in;
    struct layer *l = arena_new_item(a, struct layer);
    *l = *p->layer;
    l->place = (struct place){ "net.json", 4, 9 };
    l->inputs = inputs;
    l->weight = p->weight;
    l->bias = p->bias;
    p->layer = l;
    return l;
}

/* A dense of four inputs with the given formats. */
static struct process *new_process(struct arena *a, const char *input,
                                   const char *weight, const char *accumulator)
{
    struct kernel_case c = {
        .type = LAYER_DENSE,
        .in = { 1, 1, 4 },
        .units = 1,
        .in_format = make_format(input),
        .weight = make_format(weight),
        .bias = make_format("fixed<8,8>"),
    };
    struct process *p = kernel_case_process(a, &c);
    struct layer *l = layer_of(a, p);
    if (accumulator != NULL)
        l->accumulator = make_format(accumulator);
    return p;
}

static const struct {
    const char *input, *weight, *accumulator;
    const char *chosen;
} choices[] = {
    { "fixed<8,8>", "fixed<8,8>", "fixed<12,4,RND>", "fixed<12,4,RND>" },
    /* 4 * 2^14 + 127 */
    { "fixed<8,8>", "fixed<8,8>", NULL, "fixed<18,18>" },
    { "fixed<32,0>", "fixed<30,0>", "fixed<62,8>", "fixed<62,8>" },
    /* Nothing is rounded: products may be as wide as they like. */
    { "fixed<32,32>", "fixed<32,32>", "fixed<62,62>", "fixed<62,62>" },
};

START_TEST(test_choose)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct process *p = new_process(a, choices[_i].input, choices[_i].weight,
                                    choices[_i].accumulator);
    ck_assert(accumulator_choose(p, d));
    ck_assert_uint_eq(diag_count(d), 0);
    char text[FORMAT_TEXT_SIZE];
    ck_assert_str_eq(format_print(p->accumulator, text), choices[_i].chosen);
    arena_free(a);
}
END_TEST

static const struct {
    const char *input, *weight, *accumulator;
    enum diag_code code;
    const char *text;
} bad_choices[] = {
    { "fixed<32,32>", "fixed<30,30>", NULL, DIAG_FORMAT,
      "an exact accumulator of 'it' would be wider than 62 bits" },
    { "fixed<8,8>", "fixed<8,8>", "ufixed<32,8>", DIAG_FORMAT,
      "accumulator ufixed<32,8> of 'it' is not signed with overflow WRAP" },
    { "fixed<8,8>", "fixed<8,8>", "fixed<32,8,TRN,SAT>", DIAG_FORMAT,
      "accumulator fixed<32,8,TRN,SAT> of 'it' is not signed with overflow "
      "WRAP" },
    { "fixed<32,16>", "fixed<31,16>", "fixed<32,20>", DIAG_UNSUPPORTED,
      "the accumulator of 'it' rounds products of 63 bits, 31 of them "
      "fraction: above 62 bits or 126 of fraction it cannot" },
    { "fixed<8,-60>", "fixed<8,-60>", "fixed<32,8>", DIAG_UNSUPPORTED,
      "the accumulator of 'it' rounds products of 16 bits, 136 of them "
      "fraction: above 62 bits or 126 of fraction it cannot" },
};

START_TEST(test_bad_choice)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct process *p =
        new_process(a, bad_choices[_i].input, bad_choices[_i].weight,
                    bad_choices[_i].accumulator);
    ck_assert(!accumulator_choose(p, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, bad_choices[_i].code);
    ck_assert_str_eq(diag_at(d, 0)->text, bad_choices[_i].text);
    ck_assert_uint_eq(diag_at(d, 0)->place.line, 4);
    arena_free(a);
}
END_TEST

/* A depthwise convolution adds the window of one channel, a conv2d that of
 * all: 9 or 144 products of 2^14 and a bias, below 2^18 and 2^22. */
START_TEST(test_terms)
{
    static const struct {
        enum layer_type type;
        const char *exact;
    } layers[] = { { LAYER_DEPTHWISE_CONV2D, "fixed<19,19>" },
                   { LAYER_CONV2D, "fixed<23,23>" } };
    for (size_t i = 0; i < 2; i++) {
        struct arena *a = arena_new();
        struct layer l = { .name = "it",
                           .type = layers[i].type,
                           .window = make_window(3, 3, 1, 1) };
        struct stream in = { .shape = { 5, 5, 16 },
                             .format = make_format("fixed<8,8>") };
        struct stream *ins[] = { &in };
        struct process p = { .layer = &l,
                             .inputs = ins,
                             .window = make_window(3, 3, 1, 1),
                             .weight = make_format("fixed<8,8>"),
                             .bias = make_format("fixed<8,8>") };
        layer_of(a, &p);
        ck_assert(accumulator_choose(&p, diag_new(a)));
        char text[FORMAT_TEXT_SIZE];
        ck_assert_str_eq(format_print(p.accumulator, text), layers[i].exact);
        arena_free(a);
    }
}
END_TEST

static Suite *accumulator_suite(void)
{
    Suite *s = suite_create("accumulator");
    TCase *t = tcase_create("accumulator");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_by_hand, 0, sizeof by_hand / sizeof by_hand[0]);
    tcase_add_test(t, test_random);
    tcase_add_loop_test(t, test_choose, 0, sizeof choices / sizeof choices[0]);
    tcase_add_loop_test(t, test_bad_choice, 0,
                        sizeof bad_choices / sizeof bad_choices[0]);
    tcase_add_test(t, test_terms);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(accumulator_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
