#include "report/pareto_table.h"

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/report/handmade_tuning.h"

#include <string.h>

static struct arena *arena;
static struct handmade *made;
static struct pareto curves[2];
static const struct pareto *list[2] = { &curves[0], &curves[1] };
static struct pareto_point points[2];
static struct pareto_report report;

static void setup(void)
{
    arena = arena_new();
    made = handmade_new(arena);
    points[0] =
        (struct pareto_point){ 1000, 72000000, 72000000, true, &made->tuning };
    points[1] =
        (struct pareto_point){ 2500, 9000000, 8000000, false, &made->tuning };
    curves[0] = (struct pareto){ PARETO_INTERVAL, TUNE_DONE, 2, points };
    curves[1] = (struct pareto){ PARETO_LATENCY, TUNE_STOPPED, 1, points };
    report = (struct pareto_report){ .design = &made->design,
                                     .curve_count = 2,
                                     .curves = list };
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *print(void (*how)(const struct pareto_report *r,
                                     struct arena *a, struct text *out))
{
    struct text *t = text_new(arena);
    how(&report, arena, t);
    return text_string(t);
}

static uint32_t count_of(const char *text, const char *part)
{
    uint32_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text++)
        count++;
    return count;
}

START_TEST(a_table_for_each_curve)
{
    ck_assert_str_eq(print(pareto_print),
                     "handmade: what slower frames save\n\n"
                     "interval    price  lower bound\n"
                     "   1,000  72 bits      72 bits  exact\n"
                     "   2,500   9 bits       8 bits\n\n"
                     "isolated latency    price  lower bound\n"
                     "           1,000  72 bits      72 bits  exact\n"
                     "not all of it: interrupted\n\n"
                     "exact: no depths that are as fast are cheaper\n");
}
END_TEST

START_TEST(prices_may_be_shares_of_a_device)
{
    report.device = &made->device;
    points[0].price = UINT64_C(10000000000);
    ck_assert_ptr_nonnull(strstr(print(pareto_print), "1.0000 % of chip"));
}
END_TEST

START_TEST(json_has_the_depths)
{
    const char *text = print(pareto_print_json);
    ck_assert_uint_eq(count_of(text, "\"a.out\":\t5"), 3);
    ck_assert_uint_eq(count_of(text, "\"exact\":\ttrue"), 2);
    ck_assert_uint_eq(count_of(text, "\"outcome\":\t\"interrupted\""), 1);
    ck_assert_uint_eq(count_of(text, "\"device\":\tnull"), 1);
}
END_TEST

START_TEST(exact_points_are_filled)
{
    struct text *t = text_new(arena);
    ck_assert(pareto_plot(&report, arena, t));
    const char *svg = text_string(t);
    ck_assert_uint_eq(count_of(svg, "fill-opacity"), 2);
    ck_assert_uint_eq(count_of(svg, "interval, cycles"), 1);
    ck_assert_uint_eq(count_of(svg, "isolated latency, cycles"), 1);
    /* A curve without points has no panel. */
    curves[0].count = 0;
    t = text_new(arena);
    ck_assert(pareto_plot(&report, arena, t));
    ck_assert_uint_eq(count_of(text_string(t), "interval, cycles"), 0);
    curves[1].count = 0;
    ck_assert(!pareto_plot(&report, arena, text_new(arena)));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_table_for_each_curve,
        prices_may_be_shares_of_a_device,
        json_has_the_depths,
        exact_points_are_filled,
        NULL,
    };
    return check_main_with("pareto_table", tests, setup, teardown);
}
