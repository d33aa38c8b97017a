/* Formats chosen from data. */
#include "import/graph/graph_ranges.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_simplify.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/import/graph/graph_random.h"

/* x -> relu, on vectors. */
static struct graph *new_relu(struct arena *a, uint64_t count)
{
    struct graph *g = graph_new(a, "t", "t", diag_new(a));
    struct graph_dims dims = { 2, { 1, count } };
    struct graph_value *x = graph_add_input(g, "x", &dims, GRAPH_FLOAT32);
    g->output = graph_add(g, &(struct graph_node_desc){ .op = GRAPH_RELU,
                                                        .name = "r",
                                                        .kind = "Relu",
                                                        .output = "y",
                                                        .input_count = 1,
                                                        .inputs = &x });
    x->readers = g->output->readers = 1;
    return g;
}

static const struct {
    uint32_t width;
    double values[4];
    const char *input, *output; /* formats by max */
} cases[] = {
    { 8,
      { 0, 0.25, 0.5, 1 },
      "ufixed<8,1,RND_CONV,SAT>",
      "ufixed<8,1,RND_CONV,SAT>" },
    { 8,
      { 0, 0.25, 0.5, 0.997 },
      "ufixed<8,0,RND_CONV,SAT>",
      "ufixed<8,0,RND_CONV,SAT>" }, /* 255.2 steps */
    { 8,
      { 0, 0.25, 0.5, 0.999 },
      "ufixed<8,1,RND_CONV,SAT>",
      "ufixed<8,1,RND_CONV,SAT>" }, /* 255.7 steps */
    { 8,
      { -1, 0.5, 0, 0 },
      "fixed<8,1,RND_CONV,SAT>",
      "ufixed<8,0,RND_CONV,SAT>" },
    { 8,
      { -1.5, 1, 0, 0 },
      "fixed<8,2,RND_CONV,SAT>",
      "ufixed<8,1,RND_CONV,SAT>" },
    { 4,
      { -100, 3, 0, 0 },
      "fixed<4,8,RND_CONV,SAT>",
      "ufixed<4,2,RND_CONV,SAT>" },
    { 6,
      { 0, 0, 0, 0x1p-20 },
      "ufixed<6,-19,RND_CONV,SAT>",
      "ufixed<6,-19,RND_CONV,SAT>" },
    { 5,
      { 0, 0, 0, 0 },
      "ufixed<5,0,RND_CONV,SAT>",
      "ufixed<5,0,RND_CONV,SAT>" },
    { 31,
      { -1, 1, 0, 0 },
      "fixed<31,2,RND_CONV,SAT>",
      "ufixed<31,1,RND_CONV,SAT>" },
};

START_TEST(test_max)
{
    struct arena *a = arena_new();
    struct graph *g = new_relu(a, 4);
    struct range_options o = { cases[_i].width, cases[_i].width, true };
    struct graph_ranges *r = graph_ranges_new(a, g, &o);
    graph_ranges_add(r, cases[_i].values);
    char text[FORMAT_TEXT_SIZE];
    struct range in = graph_ranges_tensor(r, g->input);
    struct range out = graph_ranges_tensor(r, g->output);
    ck_assert_str_eq(format_print(in.format, text), cases[_i].input);
    ck_assert_str_eq(format_print(out.format, text), cases[_i].output);
    ck_assert_uint_eq(in.count, 4);
    ck_assert_uint_eq(in.saturated, 0);
    arena_free(a);
}
END_TEST

static double true_error(const double *x, uint32_t count, struct format f)
{
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        double e = x[i] - fixed_to_double(fixed_from_double(x[i], f), f);
        sum += e * e;
    }
    return sum;
}

/* What is chosen is nearly the best of all points, by the error itself. */
START_TEST(test_mse)
{
    enum { COUNT = 4000, ROUNDS = 60 };
    struct rng rng = { 71 };
    static double x[COUNT];
    uint32_t saturating = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct arena *a = arena_new();
        struct graph *g = new_relu(a, COUNT);
        uint32_t width = 3 + rng_below(&rng, 7);
        struct range_options o = { width, width, false };
        double power = 1 + rng_below(&rng, 3), scale = ldexp(1, (int)round % 9);
        for (uint32_t i = 0; i < COUNT; i++) {
            /* Laplace's distribution, and heavier tails. */
            double u = ((double)rng_below(&rng, 1 << 24) + 1) / (1 << 24);
            x[i] = scale * pow(-log(u), power) * (rng_below(&rng, 2) ? -1 : 1);
        }
        struct graph_ranges *r = graph_ranges_new(a, g, &o);
        graph_ranges_add(r, x);
        struct range chosen = graph_ranges_tensor(r, g->input);
        double error = true_error(x, COUNT, chosen.format), best = INFINITY;
        for (int i = -12; i < 16; i++) {
            struct format f = chosen.format;
            f.integer = (int16_t)i;
            best = fmin(best, true_error(x, COUNT, f));
        }
        /* Within a step values are not quite even: some per cent. */
        ck_assert_msg(error <= 1.1 * best, "%g against %g", error, best);
        saturating += chosen.saturated > 0;
        arena_free(a);
    }
    ck_assert_uint_gt(saturating, 5);
}
END_TEST

/* Images of few levels are exact in a coarse format: no finer one is worth
 * saturating their white. */
START_TEST(test_grid)
{
    struct arena *a = arena_new();
    struct graph *g = new_relu(a, 17);
    struct range_options o = { 8, 8, false };
    double x[17];
    for (int i = 0; i < 17; i++)
        x[i] = i / 16.0;
    struct graph_ranges *r = graph_ranges_new(a, g, &o);
    graph_ranges_add(r, x);
    struct range range = graph_ranges_tensor(r, g->input);
    ck_assert_int_eq(range.format.integer, 1);
    ck_assert_uint_eq(range.saturated, 0);
    arena_free(a);
}
END_TEST

START_TEST(test_weights)
{
    struct arena *a = arena_new();
    struct graph *g = new_relu(a, 1);
    const double w[] = { 0.5, 0.25, -0.125 };
    struct graph_value *v = graph_add_numbers(g, "w", GRAPH_FLOAT32, 3, w);
    struct range_options o = { 8, 6, true };
    struct graph_ranges *r = graph_ranges_new(a, g, &o);
    char text[FORMAT_TEXT_SIZE];
    /* 0.5 is one step above what 0 integer bits hold. */
    ck_assert_str_eq(format_print(graph_ranges_weights(r, v).format, text),
                     "fixed<6,1,RND_CONV,SAT>");
    ck_assert_str_eq(format_print(graph_ranges_biases(r, v).format, text),
                     "fixed<14,1,RND_CONV,SAT>");
    arena_free(a);
}
END_TEST

/* Random graphs get formats of the width asked for, and are models. */
START_TEST(test_lowered)
{
    enum { ROUNDS = 150 };
    struct rng rng = { 33 };
    uint32_t chosen = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct arena *a = arena_new();
        struct diag *d = diag_new(a);
        struct graph *g = graph_random(a, &rng, d);
        graph_simplify(g);
        struct range_options o = { 7, 5, round % 2 == 0 };
        struct graph_ranges *r = graph_ranges_new(a, g, &o);
        uint64_t count = graph_dims_count(&g->input->dims);
        double *x = arena_new_array(a, double, count);
        for (uint64_t i = 0; i < count; i++)
            x[i] = (double)rng_below(&rng, 2001) / 1000 - 1;
        graph_ranges_add(r, x);
        g->ranges = r;
        struct sketch *s = graph_lower(
            g, (struct format){ .width = 5, .integer = 1, .is_signed = true });
        ck_assert_ptr_nonnull(s);
        for (uint32_t i = 0; i < s->chosen.count; i++) {
            const struct chosen_format *f = &s->chosen.list[i];
            bool is_bias = strcmp(f->values, "bias") == 0 ||
                           strcmp(f->values, "offset") == 0;
            ck_assert(is_bias ? f->format.width >= 2 && f->format.width <= 12
                              : f->format.width == 7 || f->format.width == 5);
            ck_assert(f->min <= f->max);
            chosen++;
        }
        for (uint32_t i = 0; i < s->count; i++) {
            const struct sketch_layer *layer = s->layers[i];
            ck_assert(layer->bias.width == 0 ||
                      format_fraction(layer->bias) <=
                          format_fraction(layer->weight) +
                              format_fraction(layer->inputs[0]->format));
        }
        struct model *m =
            model_of_sketch(a, "t.onnx", s, kernels_headrace(), d);
        ck_assert_msg(m != NULL && diag_error_count(d) == 0, "round %u: %s",
                      round, diag_count(d) == 0 ? "" : diag_at(d, 0)->text);
        ck_assert_uint_eq(m->network.input.format.width, 7);
        arena_free(a);
    }
    ck_assert_uint_gt(chosen, 3 * ROUNDS);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("graph_ranges");
    TCase *t = tcase_create("graph_ranges");
    tcase_add_loop_test(t, test_max, 0, sizeof cases / sizeof *cases);
    tcase_add_test(t, test_mse);
    tcase_add_test(t, test_grid);
    tcase_add_test(t, test_weights);
    tcase_add_test(t, test_lowered);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
