/* Scale and offset of a batch normalisation from its statistics. */
#include "import/model.h"

#include "tests/import/expect.h"

#include <math.h>

enum { CHANNELS = 4 };

static void write_floats(const struct example *e, const char *name,
                         const double *values)
{
    example_write_npy(e, name, "<f8", "(4,)", values,
                      CHANNELS * sizeof *values);
}

static const char *norm(const struct example *e, const char *weights)
{
    return expect_layers_json(
        e, NULL,
        arena_printf(e->arena,
                     "{ 'name': 'b', 'type': 'batchnorm', 'input': 'in', "
                     "'weight_format': 'fixed<8,3>', 'bias_format': "
                     "'fixed<10,6>', 'output_format': 'fixed<8,3>',\n"
                     "'weights': %s }",
                     weights));
}

/* gamma / sqrt(variance + epsilon) and beta - mean * that, with numbers that
 * come out even. */
static const double gammas[CHANNELS] = { 1, -2, 0.5, 3 };
static const double betas[CHANNELS] = { 0, 1, -1, 4 };
static const double means[CHANNELS] = { 2, 0.5, -4, 0 };
static const double variances[CHANNELS] = { 3.75, 0, 15.75, 0.75 };

static void write_statistics(const struct example *e)
{
    write_floats(e, "g.npy", gammas);
    write_floats(e, "b.npy", betas);
    write_floats(e, "m.npy", means);
    write_floats(e, "v.npy", variances);
}

static const struct {
    const char *weights;
    double scale[CHANNELS], offset[CHANNELS];
} norms[] = {
    { "{ 'gamma': 'g.npy', 'beta': 'b.npy', 'mean': 'm.npy', 'variance': "
      "'v.npy', 'epsilon': 0.25 }",
      { 0.5, -4, 0.125, 3 },
      { -1, 3, -0.5, 4 } },
    { "{ 'mean': 'm.npy', 'variance': 'v.npy', 'epsilon': 0.25 }",
      { 0.5, 2, 0.25, 1 },
      { -1, -1, 1, 0 } },
    { "{ 'gamma': 'g.npy', 'mean': 'm.npy', 'variance': 'v.npy', 'epsilon': "
      "0.25 }",
      { 0.5, -4, 0.125, 3 },
      { -1, 2, 0.5, 0 } },
};

START_TEST(test_statistics)
{
    struct example e = example_new();
    write_statistics(&e);
    struct model *m = example_load_good(&e, norm(&e, norms[_i].weights));
    const struct layer *b = &m->network.layers[0];
    ck_assert_uint_eq(b->units, CHANNELS);
    for (uint32_t i = 0; i < CHANNELS; i++) {
        ck_assert(b->weight_floats[i] == norms[_i].scale[i]);
        ck_assert(b->bias_floats[i] == norms[_i].offset[i]);
        /* 5 and 4 fraction bits. */
        ck_assert_int_eq(b->weights[i], (int)rint(norms[_i].scale[i] * 32));
        ck_assert_int_eq(b->biases[i], (int)rint(norms[_i].offset[i] * 16));
    }
    example_free(&e);
}
END_TEST

static const struct {
    const char *weights;
    uint32_t column;
    enum diag_code code;
    const char *text;
} faults[] = {
    { "{ 'mean': 'm.npy', 'variance': 'g.npy' }", 43, DIAG_WEIGHTS_RANGE,
      "variance -2 at (1,) of 'g.npy' and epsilon 0.001 are not above 0 "
      "together" },
    { "{ 'mean': 'm.npy', 'variance': 'v.npy', 'epsilon': 0 }", 43,
      DIAG_WEIGHTS_RANGE,
      "variance 0 at (1,) of 'v.npy' and epsilon 0 are not above 0 together" },
    { "{ 'mean': 'i.npy', 'variance': 'v.npy' }", 22, DIAG_WEIGHTS,
      "file 'i.npy' holds integers, the mean of 'b' needs floats" },
    { "{ 'mean': 'n.npy', 'variance': 'v.npy', 'epsilon': 0.25 }", 12,
      DIAG_WEIGHTS_RANGE,
      "value nan at (2,) of 'offset of b' is not a number that a format can "
      "hold (1 such of 4)" },
    { "{ 'mean': 'm.npy', 'variance': 's.npy' }", 43, DIAG_WEIGHTS,
      "file 's.npy' has shape (2,), the variance of 'b' has (4,)" },
};

START_TEST(test_faults)
{
    struct example e = example_new();
    write_statistics(&e);
    double nans[CHANNELS] = { 0, 1, NAN, 2 };
    write_floats(&e, "n.npy", nans);
    int8_t integers[CHANNELS] = { 1, 2, 3, 4 };
    example_write_npy(&e, "i.npy", "|i1", "(4,)", integers, sizeof integers);
    example_write_npy(&e, "s.npy", "<f8", "(2,)", nans, 2 * sizeof *nans);
    ck_assert_ptr_null(example_load(&e, norm(&e, faults[_i].weights)));
    ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
    const struct diag_message *m = diag_at(e.diag, 0);
    ck_assert_uint_eq(m->code, faults[_i].code);
    ck_assert_str_eq(m->text, faults[_i].text);
    ck_assert_uint_eq(m->place.line, EXPECT_LAYERS_LINE + 1);
    ck_assert_uint_eq(m->place.column, faults[_i].column);
    example_free(&e);
}
END_TEST

START_TEST(test_saturation_warns)
{
    struct example e = example_new();
    write_statistics(&e);
    struct model *m =
        example_load(&e, norm(&e, "{ 'mean': 'm.npy', 'variance': 'v.npy' }"));
    ck_assert_msg(m != NULL, "%s", example_messages(&e));
    /* 1 / sqrt(0.001) = 31.6 in a format that ends below 4. */
    ck_assert_int_eq(m->network.layers[0].weights[1], 127);
    ck_assert_msg(diag_count(e.diag) == 1, "%s", example_messages(&e));
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "value 31.6227766 at (1,) of 'scale of b' does not fit "
                     "fixed<8,3> and became 3.96875 (1 such of 4)");
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_norm");
    TCase *c = tcase_create("model_norm");
    tcase_add_loop_test(c, test_statistics, 0, sizeof norms / sizeof *norms);
    tcase_add_loop_test(c, test_faults, 0, sizeof faults / sizeof *faults);
    tcase_add_test(c, test_saturation_warns);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
