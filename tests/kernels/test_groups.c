#include "kernels/groups.h"

#include "base/arena.h"
#include "design/design.h"
#include "kernels/schedule.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    uint32_t simd, latency;
} latencies[] = {
    { 1, 4 },
    { 2, 5 },
    { 3, 6 },
    { 4, 6 },
    { 5, 7 },
    { 8, 7 },
    { 9, 8 },
    { 25, 9 },
    { 64, 10 },
    { 65, 11 },
    { UINT32_C(1) << 31, 35 },
    { UINT32_MAX, 36 },
};

START_TEST(test_latency)
{
    struct process p = { .simd = latencies[_i].simd };
    ck_assert_uint_eq(groups_latency(&p), latencies[_i].latency);
}
END_TEST

/* Writes of the steps that are appended: at, delay, count, spacing. */
static const struct {
    uint32_t outputs, lanes, pe, sf;
    uint32_t step_count; /* of the instructions */
    struct {
        uint64_t times;
        uint32_t gap;
        uint64_t delay;
        uint32_t count, spacing;
    } steps[2];
} cases[] = {
    /* A group a token. */
    { 6, 2, 2, 5, 1, { { 1, 1, 9, 3, 5 } } },
    /* Three groups a token: it waits for the third. */
    { 12, 6, 2, 5, 1, { { 1, 1, 19, 2, 15 } } },
    /* All in one. */
    { 4, 4, 1, 5, 1, { { 1, 1, 24, 1, 20 } } },
    /* One group, split. */
    { 6, 2, 6, 5, 1, { { 1, 1, 9, 3, 1 } } },
    /* Groups split into as many tokens as folds. */
    { 12, 2, 6, 3, 1, { { 1, 1, 9, 6, 1 } } },
    /* Groups split into fewer: a burst each, one every sf ticks. */
    { 18, 2, 6, 5, 2, { { 1, 1, 9, 3, 1 }, { 2, 5, 9, 3, 1 } } },
};

START_TEST(test_steps)
{
    struct arena *a = arena_new();
    struct stream out = { .shape = { 1, 1, cases[_i].outputs },
                          .lanes = cases[_i].lanes };
    struct stream *outputs[] = { &out };
    struct process p = { .pe = cases[_i].pe, .outputs = outputs };
    struct schedule *s = schedule_new(a);
    struct step last = {
        .reads = 1, .gap = 1, .hold = 40, .needs_datapath = true
    };
    groups_schedule(&p, s, &last, 9, cases[_i].sf);
    ck_assert_uint_eq(s->count, cases[_i].step_count);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct step *step = &s->instructions[i].step;
        ck_assert_uint_eq(s->instructions[i].times, cases[_i].steps[i].times);
        ck_assert_uint_eq(step->gap, cases[_i].steps[i].gap);
        ck_assert_uint_eq(step->delay, cases[_i].steps[i].delay);
        ck_assert_uint_eq(step->count, cases[_i].steps[i].count);
        ck_assert_uint_eq(step->spacing, cases[_i].steps[i].spacing);
        ck_assert_uint_eq(step->writes, 1);
        ck_assert_uint_eq(step->reads, i == 0);
        ck_assert_uint_eq(step->hold, i == 0 ? 40 : 0);
        ck_assert_int_eq(step->needs_datapath, i == 0);
    }
    ck_assert_uint_eq(schedule_writes(s, 0), cases[_i].outputs / out.lanes);
    arena_free(a);
}
END_TEST

START_TEST(test_sizes)
{
    struct stream out = { .shape = { 5, 7, 24 }, .lanes = 1 };
    struct stream *outputs[] = { &out };
    struct process p = { .pe = 6, .simd = 9, .outputs = outputs };
    ck_assert_uint_eq(groups_nf(&p), 4);
    ck_assert_uint_eq(groups_sf(&p, 45), 5);
}
END_TEST

static Suite *groups_suite(void)
{
    Suite *s = suite_create("groups");
    TCase *t = tcase_create("groups");
    tcase_add_loop_test(t, test_latency, 0,
                        sizeof latencies / sizeof latencies[0]);
    tcase_add_loop_test(t, test_steps, 0, sizeof cases / sizeof cases[0]);
    tcase_add_test(t, test_sizes);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(groups_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
