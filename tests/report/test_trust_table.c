#include "report/trust_table.h"

#include <check.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/analysis.h"

enum { PROCESSES = 6 };

static struct arena *arena;
static struct process processes[PROCESSES];
static struct design design;
static uint64_t ticks[PROCESSES];
static struct analysis analysis;

static void setup(void)
{
    static const char *const names[PROCESSES] = {
        "a", "b", "c", "d", "e", "f"
    };
    arena = arena_new();
    for (uint32_t i = 0; i < PROCESSES; i++) {
        processes[i] = (struct process){ .name = names[i] };
        ticks[i] = 1000;
    }
    design = (struct design){
        .processes = processes,
        .process_count = PROCESSES,
    };
    analysis = (struct analysis){
        .design = &design,
        .ticks_per_frame = ticks,
        .isolated_latency = 2000,
    };
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *printed(void)
{
    struct text *out = text_new(arena);
    trust_table_print(&analysis, arena, out);
    return text_string(out);
}

START_TEST(test_exact_says_nothing)
{
    ck_assert_str_eq(printed(), "");
    ck_assert_str_eq(trust_short(&analysis, 0, arena), "exact");
}
END_TEST

/* Two reasons in different memory are one; a bound that differs is another
 * row. */
START_TEST(test_calibrated)
{
    static const char again[] = "report of x";
    processes[1].trust = (struct trust){ .level = TRUST_CALIBRATED,
                                         .bound_cycles = 1,
                                         .bound_ppm = 4000,
                                         .reason = "report of x" };
    processes[2].trust = processes[1].trust;
    processes[2].trust.reason = again;
    processes[4].trust = processes[1].trust;
    processes[4].trust.bound_cycles = 0;
    ck_assert_str_eq(trust_short(&analysis, 1, arena), "calibrated +-5");
    ck_assert_str_eq(printed(),
                     "trust          calibrated: latency within 14 cycles "
                     "(0.7 %)\n"
                     "\n"
                     "trust           processes  because\n"
                     "exact           a, d, f\n"
                     "calibrated +-5  b, c       report of x\n"
                     "calibrated +-4  e          report of x\n");
}
END_TEST

START_TEST(test_extrapolated)
{
    for (uint32_t i = 1; i < PROCESSES; i++)
        processes[i].trust = (struct trust){ .level = TRUST_EXTRAPOLATED,
                                             .reason = "clock 3 ns" };
    ck_assert_str_eq(trust_short(&analysis, 1, arena), "extrapolated");
    ck_assert_str_eq(printed(),
                     "trust          extrapolated: no bound, because of 'b'\n"
                     "\n"
                     "trust         processes           because\n"
                     "exact         a\n"
                     "extrapolated  b, c, d and 2 more  clock 3 ns\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trust_table");
    TCase *c = tcase_create("trust_table");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, test_exact_says_nothing);
    tcase_add_test(c, test_calibrated);
    tcase_add_test(c, test_extrapolated);
    suite_add_tcase(suite, c);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
