#include "design/stimulus.h"

#include <check.h>
#include <stdlib.h>

/* idle(k) of eight tokens, three a frame. */
static const struct {
    struct stimulus stimulus;
    bool always;
    uint32_t idle[8];
} cases[] = {
    { { 0 }, true, { 0, 0, 0, 0, 0, 0, 0, 0 } },
    { { .gap = 2 }, false, { 0, 2, 2, 2, 2, 2, 2, 2 } },
    { { .burst = 2 }, true, { 0, 0, 0, 0, 0, 0, 0, 0 } },
    { { .pause = 5 }, true, { 0, 0, 0, 0, 0, 0, 0, 0 } },
    { { .burst = 2, .pause = 5 }, false, { 0, 0, 5, 0, 5, 0, 5, 0 } },
    { { .frame_gap = 7 }, false, { 0, 0, 0, 7, 0, 0, 7, 0 } },
    { { .gap = 1, .burst = 4, .pause = 5, .frame_gap = 7 },
      false,
      { 0, 1, 1, 8, 6, 1, 8, 1 } },
    { { .grid = 4, .phase = 1 }, false, { 0, 0, 0, 0, 0, 0, 0, 0 } },
    { { .grid = 1 }, true, { 0, 0, 0, 0, 0, 0, 0, 0 } },
};

START_TEST(test_idle)
{
    struct stimulus_cursor c;
    stimulus_start(&c, &cases[_i].stimulus, 3);
    for (int k = 0; k < 8; k++)
        ck_assert_uint_eq(stimulus_next(&c), cases[_i].idle[k]);
    ck_assert_int_eq(stimulus_is_always(&cases[_i].stimulus), cases[_i].always);
    ck_assert(stimulus_is_periodic(&cases[_i].stimulus));
}
END_TEST

/* The share of idle cycles is what was asked for, also for the first token,
 * and a seed stands for one sequence. */
START_TEST(test_random)
{
    enum { TOKENS = 20000 };
    struct stimulus s = { .random = 80, .seed = 17 };
    struct stimulus_cursor c, again;
    stimulus_start(&c, &s, 3);
    stimulus_start(&again, &s, 3);
    uint64_t idle = 0;
    for (int k = 0; k < TOKENS; k++) {
        uint32_t n = stimulus_next(&c);
        ck_assert_uint_eq(stimulus_next(&again), n);
        idle += n;
    }
    ck_assert_double_eq_tol((double)idle / (double)(idle + TOKENS), 0.8, 0.01);
    ck_assert(!stimulus_is_periodic(&s));
    ck_assert(!stimulus_is_always(&s));

    struct stimulus other = { .random = 80, .seed = 18 };
    stimulus_start(&c, &s, 3);
    stimulus_start(&again, &other, 3);
    int same = 0;
    for (int k = 0; k < 1000; k++)
        same += stimulus_next(&c) == stimulus_next(&again);
    ck_assert_int_lt(same, 500);
}
END_TEST

START_TEST(test_grid)
{
    struct stimulus every = { .grid = 0 };
    ck_assert_uint_eq(stimulus_on_grid(&every, 5), 5);
    for (uint32_t grid = 1; grid <= 6; grid++) {
        for (uint32_t phase = 0; phase < grid; phase++) {
            struct stimulus s = { .grid = grid, .phase = phase };
            for (uint64_t cycle = 0; cycle < 20; cycle++) {
                uint64_t first = cycle;
                while (first % grid != phase)
                    first++;
                ck_assert_uint_eq(stimulus_on_grid(&s, cycle), first);
            }
        }
    }
}
END_TEST

static Suite *stimulus_suite(void)
{
    Suite *s = suite_create("stimulus");
    TCase *t = tcase_create("stimulus");
    tcase_add_loop_test(t, test_idle, 0, sizeof cases / sizeof cases[0]);
    tcase_add_test(t, test_random);
    tcase_add_test(t, test_grid);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(stimulus_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
