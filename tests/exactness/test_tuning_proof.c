/* What the tuner says, in Verilated RTL.
 *   HEADRACE_PROOF_MODEL  a model to tune and prove instead of the small
 *                         network (prove_blocks.py) */
#include "cli/tuning_proof.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "design/fifo.h"
#include "import/device.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/hwgen/sample_design.h"
#include "tests/hwgen/temp_folder.h"
#include "tune/tune.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

enum { SECONDS = 1800 };

static struct arena *arena;
static struct diag *diag;
static char *folder;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    folder = temp_folder_new(arena);
}

static void teardown(void)
{
    temp_folder_remove(folder);
    arena_free(arena);
}

static const struct tuning_proof *prove(const struct design *d,
                                        const struct tune_options *options)
{
    const struct tuning *t = tune_design(arena, d, options);
    ck_assert_int_eq(t->outcome, TUNE_DONE);
    const struct stream *in = d->input;
    struct rng rng = { 5 };
    const struct depth_proof_options o = {
        .folder = folder,
        .inputs = sample_values(arena, &rng, in->format,
                                2 * in->tokens_per_frame * in->lanes),
        .input_frames = 2,
        .other_kinds = true,
    };
    const struct tuning_proof *p = tuning_proof_run(arena, t, &o, diag);
    if (p == NULL)
        sample_fail(arena, diag);
    struct text *text = text_new(arena);
    tuning_proof_print(p, arena, text);
    printf("%s", text_string(text));
    for (uint32_t i = 0; i < t->scenario_count; i++)
        printf("%llu ms of RTL\n",
               (unsigned long long)p->proofs[i]->rtl_ns / 1000000);
    return p;
}

static void check(const struct tuning_proof *p, uint32_t least)
{
    ck_assert(tuning_proof_holds(p));
    ck_assert_uint_eq(p->different, 0);
    ck_assert_uint_eq(p->met, p->tuning->scenario_count);
    ck_assert_uint_eq(p->missed, p->fifos);
    ck_assert_uint_ge(p->fifos, least);
}

START_TEST(bits_and_scenarios)
{
    if (getenv("HEADRACE_PROOF_MODEL") != NULL)
        return;
    static const struct scenario scenarios[] = {
        { .name = "always" },
        { .name = "slow sink", .sink = { .burst = 5, .pause = 200 } },
    };
    check(prove(sample_residual(arena, 9, 40, FIFO_SRL),
                &(struct tune_options){ .scenario_count = 2,
                                        .scenarios = scenarios,
                                        .pricing = pricing_bits() }),
          3);
}
END_TEST

/* Counted in LUTs and block RAM the next cheaper FIFO may be of another
 * kind. */
START_TEST(shares_of_a_device)
{
    if (getenv("HEADRACE_PROOF_MODEL") != NULL)
        return;
    const struct device *device =
        device_load(arena, "xczu7ev", (struct place){ 0 }, diag);
    ck_assert_ptr_nonnull(device);
    check(prove(sample_residual(arena, 9, 40, FIFO_AUTO),
                &(struct tune_options){ .pricing = pricing_of_device(device) }),
          1);
}
END_TEST

START_TEST(a_model_of_the_users)
{
    const char *path = getenv("HEADRACE_PROOF_MODEL");
    if (path == NULL)
        return;
    struct model *m = model_load(arena, path, kernels_headrace(), diag);
    struct design *d =
        m == NULL ? NULL : model_design(arena, m, kernels_headrace(), diag);
    if (d == NULL)
        sample_fail(arena, diag);
    check(prove(d, &(struct tune_options){ .pricing = pricing_bits() }), 1);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tuning_proof");
    TCase *c = tcase_create("tuning_proof");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_set_timeout(c, SECONDS);
    tcase_add_test(c, bits_and_scenarios);
    tcase_add_test(c, shares_of_a_device);
    tcase_add_test(c, a_model_of_the_users);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
