#include "design/folding.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* --- against brute force ------------------------------------------------ */

/* The rules of docs/hardware.md, word for word, and the one of the timing
 * model: no split groups beside staged inputs unless they leave without
 * breaks. */
static bool is_legal(const struct folding_rule *r, uint32_t pe, uint32_t simd)
{
    if (r->outputs % pe != 0 || r->inputs % simd != 0)
        return false;
    bool staged = r->staged;
    if (r->input_lanes != 0) {
        bool r_folds = r->input_lanes % simd == 0;
        bool q_tokens = simd % r->input_lanes == 0;
        if (!r_folds && !q_tokens)
            return false;
        staged = simd > r->input_lanes;
    }
    uint32_t sf = r->inputs / simd;
    for (uint32_t g = 1; g * pe <= r->output_lanes; g++)
        if (g * pe == r->output_lanes)
            return true;
    for (uint32_t q = 2; q <= sf; q++)
        if (pe == q * r->output_lanes)
            return !staged || q == sf || pe == r->outputs;
    return false;
}

static void check_reuse_factor(const struct folding_rule *r, uint32_t rf)
{
    struct folding best = { 0, 0, 0 };
    uint32_t below = 0, above = 0;
    for (uint32_t pe = 1; pe <= r->outputs; pe++) {
        for (uint32_t simd = 1; simd <= r->inputs; simd++) {
            if (!is_legal(r, pe, simd))
                continue;
            uint32_t product = r->outputs / pe * (r->inputs / simd);
            if (product == rf && pe > best.pe)
                best = (struct folding){ pe, simd, rf };
            if (product < rf && product > below)
                below = product;
            if (product > rf && (above == 0 || product < above))
                above = product;
        }
    }
    struct folding got = { 0, 0, 0 };
    ck_assert_int_eq(folding_find(r, rf, &got), best.pe != 0);
    ck_assert_uint_eq(got.pe, best.pe);
    ck_assert_uint_eq(got.simd, best.simd);
    uint32_t got_below, got_above;
    folding_nearest(r, rf, &got_below, &got_above);
    ck_assert_uint_eq(got_below, below);
    ck_assert_uint_eq(got_above, above);
}

static void check_rule(const struct folding_rule *r)
{
    for (uint32_t pe = 1; pe <= r->outputs + 1; pe++)
        for (uint32_t simd = 1; simd <= r->inputs + 1; simd++)
            ck_assert_msg((folding_fault(r, pe, simd) == NULL) ==
                              is_legal(r, pe, simd),
                          "outputs %u inputs %u lanes %u %u staged %d: pe %u "
                          "simd %u",
                          r->outputs, r->inputs, r->output_lanes,
                          r->input_lanes, r->staged, pe, simd);
    for (uint32_t rf = 1; rf <= r->outputs * r->inputs + 2; rf++)
        check_reuse_factor(r, rf);
}

START_TEST(test_conv2d_exhaustively)
{
    for (uint32_t outputs = 1; outputs <= 8; outputs++)
        for (uint32_t inputs = 1; inputs <= 12; inputs++)
            for (uint32_t lanes = 1; lanes <= outputs; lanes++)
                for (int staged = 0; staged < 2; staged++) {
                    struct folding_rule r = { outputs, inputs, lanes, 0,
                                              staged != 0 };
                    if (outputs % lanes == 0)
                        check_rule(&r);
                }
}
END_TEST

START_TEST(test_dense_exhaustively)
{
    for (uint32_t outputs = 1; outputs <= 6; outputs++)
        for (uint32_t inputs = 1; inputs <= 12; inputs++)
            for (uint32_t in_lanes = 1; in_lanes <= inputs; in_lanes++)
                for (uint32_t lanes = 1; lanes <= outputs; lanes++) {
                    struct folding_rule r = { outputs, inputs, lanes, in_lanes,
                                              false };
                    if (outputs % lanes == 0 && inputs % in_lanes == 0)
                        check_rule(&r);
                }
}
END_TEST

/* Sizes that only products in 64 bits can tell apart. */
START_TEST(test_large)
{
    struct folding_rule r = { .outputs = 1 << 20,
                              .inputs = UINT32_C(1) << 31,
                              .output_lanes = 1 };
    ck_assert_str_eq(folding_fault(&r, 1, 1),
                     "the reuse factor is above 4294967295");
    struct folding f;
    ck_assert(folding_find(&r, UINT32_C(1) << 31, &f));
    ck_assert_uint_eq((uint64_t)(r.outputs / f.pe) * (r.inputs / f.simd),
                      UINT32_C(1) << 31);
    uint32_t below, above;
    folding_nearest(&r, UINT32_MAX, &below, &above);
    ck_assert_uint_eq(below, UINT32_C(1) << 31);
    ck_assert_uint_eq(above, 0);
    /* Many divisors: 240 and, most of all below 2^32, 1920. */
    struct folding_rule many = { .outputs = 720720,
                                 .inputs = 3491888400,
                                 .output_lanes = 720720 };
    folding_nearest(&many, 17, &below, &above);
    ck_assert_uint_eq(below, 16);
    ck_assert_uint_eq(above, 18);
}
END_TEST

/* --- what the user is told ---------------------------------------------- */

enum { LINE_REUSE = 10, LINE_PE, LINE_SIMD, LINE_LAYER };

static const struct folding_rule lenet = { .outputs = 6,
                                           .inputs = 25,
                                           .output_lanes = 6 };
static const struct folding_rule lanes_2 = { .outputs = 8,
                                             .inputs = 9,
                                             .output_lanes = 2 };
static const struct folding_rule staged = {
    .outputs = 8, .inputs = 9, .output_lanes = 2, .staged = true
};
static const struct folding_rule dense_4 = {
    .outputs = 10, .inputs = 12, .output_lanes = 10, .input_lanes = 4
};
static const struct folding_rule huge = { .outputs = 1 << 20,
                                          .inputs = UINT32_C(1) << 31,
                                          .output_lanes = 1 };

static const struct {
    const struct folding_rule *rule;
    uint32_t reuse_factor, pe, simd; /* asked for */
    uint32_t got_pe, got_simd, got_reuse_factor;
    uint32_t line;    /* 0: no error */
    const char *text; /* of the error */
} choices[] = {
    { &lenet, 0, 0, 0, 1, 1, 150, 0, NULL },
    { &lenet, 25, 0, 0, 6, 1, 25, 0, NULL },
    { &lenet, 6, 0, 0, 1, 25, 6, 0, NULL },
    { &lenet, 1, 0, 0, 6, 25, 1, 0, NULL },
    { &lenet, 0, 3, 5, 3, 5, 10, 0, NULL },
    { &lenet, 7, 0, 0, 0, 0, 0, LINE_REUSE,
      "reuse factor 7 is impossible for 'it' (6 outputs of 25 inputs each); "
      "the nearest legal ones are 6 and 10" },
    { &lenet, 151, 0, 0, 0, 0, 0, LINE_REUSE,
      "reuse factor 151 is impossible for 'it' (6 outputs of 25 inputs each); "
      "the nearest legal one is 150" },
    { &lenet, 25, 6, 0, 0, 0, 0, LINE_REUSE,
      "'it' has a reuse factor and pe or simd: give one or the other" },
    { &lenet, 0, 6, 0, 0, 0, 0, LINE_PE,
      "'it' has pe but no simd: both belong together" },
    { &lenet, 0, 0, 5, 0, 0, 0, LINE_SIMD,
      "'it' has simd but no pe: both belong together" },
    { &lenet, 0, 4, 5, 0, 0, 0, LINE_PE,
      "pe 4 and simd 5 are impossible for 'it' (6 outputs of 25 inputs each): "
      "pe does not divide the outputs" },
    { &lenet, 0, 3, 7, 0, 0, 0, LINE_SIMD,
      "pe 3 and simd 7 are impossible for 'it' (6 outputs of 25 inputs each): "
      "simd does not divide the inputs" },
    /* 4 = 2 * 2 groups would be split into 2 tokens, but SF is 1. */
    { &lanes_2, 0, 4, 9, 0, 0, 0, LINE_PE,
      "pe 4 and simd 9 are impossible for 'it' (8 outputs of 9 inputs each): "
      "a group of pe outputs takes more tokens than it has folds" },
    /* RF 1 (pe 8, simd 9) and 2 are thus not possible, 3 (pe 8, simd 3)
     * would need 4 tokens of 3 folds; 4 is pe 2, simd 9. */
    { &lanes_2, 2, 0, 0, 0, 0, 0, LINE_REUSE,
      "reuse factor 2 is impossible for 'it' (8 outputs of 9 inputs each); "
      "the nearest legal one is 4" },
    { &lanes_2, 6, 0, 0, 4, 3, 6, 0, NULL },
    { &staged, 6, 0, 0, 0, 0, 0, LINE_REUSE,
      "reuse factor 6 is impossible for 'it' (8 outputs of 9 inputs each); "
      "the nearest legal ones are 4 and 8" },
    { &staged, 0, 4, 3, 0, 0, 0, LINE_PE,
      "pe 4 and simd 3 are impossible for 'it' (8 outputs of 9 inputs each): "
      "output groups cannot be split into tokens while input tokens are "
      "staged" },
    { &dense_4, 0, 10, 6, 0, 0, 0, LINE_SIMD,
      "pe 10 and simd 6 are impossible for 'it' (10 outputs of 12 inputs "
      "each): simd and the input lanes are not multiples of one another" },
    { &dense_4, 4, 0, 0, 0, 0, 0, LINE_REUSE,
      "reuse factor 4 is impossible for 'it' (10 outputs of 12 inputs each); "
      "the nearest legal ones are 3 and 5" },
    { &dense_4, 0, 5, 12, 5, 12, 2, 0, NULL },
    { &huge, 0, 0, 0, 0, 0, 0, LINE_LAYER,
      "'it' cannot be folded fully (1048576 outputs of 2147483648 inputs "
      "each): the reuse factor is above 4294967295" },
};

START_TEST(test_choose)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct layer l = { .name = "it", .place = { "f", LINE_LAYER, 1 } };
    struct process p = { .name = "it", .layer = &l };
    const struct layer_options o = {
        .reuse_factor = choices[_i].reuse_factor,
        .pe = choices[_i].pe,
        .simd = choices[_i].simd,
        .reuse_factor_place = { "f", LINE_REUSE, 1 },
        .pe_place = { "f", LINE_PE, 1 },
        .simd_place = { "f", LINE_SIMD, 1 },
    };
    bool chosen = folding_choose(&p, choices[_i].rule, &o, d);
    ck_assert_int_eq(chosen, choices[_i].line == 0);
    ck_assert_uint_eq(p.pe, choices[_i].got_pe);
    ck_assert_uint_eq(p.simd, choices[_i].got_simd);
    ck_assert_uint_eq(p.reuse_factor, choices[_i].got_reuse_factor);
    ck_assert_uint_eq(diag_count(d), choices[_i].line == 0 ? 0 : 1);
    if (choices[_i].line != 0) {
        ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FOLDING);
        ck_assert_str_eq(diag_at(d, 0)->text, choices[_i].text);
        ck_assert_uint_eq(diag_at(d, 0)->place.line, choices[_i].line);
    }
    arena_free(a);
}
END_TEST

START_TEST(test_no_options)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct layer l = { .name = "it" };
    struct process p = { .name = "it", .layer = &l };
    ck_assert(folding_choose(&p, &lenet, NULL, d));
    ck_assert_uint_eq(p.reuse_factor, 150);
    arena_free(a);
}
END_TEST

/* --- packed multipliers --------------------------------------------------- */

/* Two signed operands of 27 and 18 bits: the weights apart by the width of a
 * product, the input. */
static const struct {
    enum layer_type type;
    bool in_signed, weight_signed;
    uint8_t in, weight;
    uint32_t pe;
    const char *fault; /* its beginning; NULL: possible */
} packings[] = {
    { LAYER_CONV2D, false, true, 8, 8, 2, NULL },
    { LAYER_DENSE, true, true, 8, 8, 4, NULL },
    { LAYER_DENSE, false, false, 8, 8, 2, NULL },
    /* 8 + 9 + 9 + 1 = 27. */
    { LAYER_CONV2D, true, true, 8, 9, 2, NULL },
    { LAYER_CONV2D, false, false, 8, 9, 2, NULL },
    { LAYER_CONV2D, false, false, 10, 8, 2, NULL },
    { LAYER_CONV2D, false, false, 9, 9, 2, "two products do not fit" },
    { LAYER_CONV2D, false, true, 9, 9, 2, "two products do not fit" },
    { LAYER_CONV2D, true, true, 18, 4, 2, NULL },
    { LAYER_CONV2D, true, true, 19, 3, 2, "the inputs are wider than the 18" },
    { LAYER_CONV2D, false, true, 17, 4, 2, NULL },
    { LAYER_CONV2D, false, true, 18, 4, 2, "the inputs are wider than the 18" },
    { LAYER_CONV2D, true, true, 8, 8, 1, "pe is odd" },
    { LAYER_DENSE, true, true, 8, 8, 3, "pe is odd" },
    { LAYER_DEPTHWISE_CONV2D, true, true, 8, 8, 2,
      "outputs of a depthwise convolution share no operand" },
};

START_TEST(test_packing)
{
    const struct layer l = { .name = "it", .type = packings[_i].type };
    struct stream in = { .format = { .width = packings[_i].in,
                                     .is_signed = packings[_i].in_signed } };
    struct stream *ins[] = { &in };
    const struct process p = {
        .layer = &l,
        .inputs = ins,
        .weight = { .width = packings[_i].weight,
                    .is_signed = packings[_i].weight_signed },
        .pe = packings[_i].pe,
    };
    const char *fault = folding_packing_fault(&p);
    const char *expected = packings[_i].fault;
    ck_assert_int_eq(fault == NULL, expected == NULL);
    if (fault != NULL)
        ck_assert_msg(strncmp(fault, expected, strlen(expected)) == 0, "%s",
                      fault);
}
END_TEST

static Suite *folding_suite(void)
{
    Suite *s = suite_create("folding");
    TCase *t = tcase_create("folding");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, test_conv2d_exhaustively);
    tcase_add_test(t, test_dense_exhaustively);
    tcase_add_test(t, test_large);
    tcase_add_loop_test(t, test_choose, 0, sizeof choices / sizeof choices[0]);
    tcase_add_test(t, test_no_options);
    tcase_add_loop_test(t, test_packing, 0,
                        sizeof packings / sizeof packings[0]);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(folding_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
