/* JSON of a comparison, read back; check_compare.py holds it against its
 * schema. */
#include "report/comparison_table.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"
#include "tests/traces/trace_case.h"
#include "traces/comparison.h"
#include "traces/pairing.h"
#include "traces/report.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static struct json printed(struct side *a, struct side *b)
{
    const struct pairing *p = pairing_new(c.arena, a, b, NULL, c.diag);
    const struct comparison_desc desc = { .a = a, .b = b, .pairing = p };
    struct text *out = text_new(c.arena);
    const struct comparison *x = comparison_new(c.arena, &desc, c.diag);
    comparison_print_json(&x, 1, c.arena, out);
    return json_parse(c.arena, "printed", text_string(out), text_length(out),
                      c.diag);
}

static uint64_t number(struct json j)
{
    uint64_t value = 0;
    ck_assert(json_read_u64(j, 0, UINT64_MAX, &value));
    return value;
}

START_TEST(runs)
{
    struct side *a = side_case_chain(c.arena, SIDE_MODEL, "a", 2, 0);
    struct side *b = side_case_chain(c.arena, SIDE_MODEL, "b", 2, 0);
    a->frames = b->frames = 2;
    ((uint64_t *)b->streams[1].times.writes)[6] += 2;
    struct json root = printed(a, b);
    bool equal = true;
    ck_assert(json_read_bool(json_get(root, "equal"), &equal) && !equal);
    ck_assert_uint_eq(number(json_get(root, "different")), 1);
    struct json first = json_get(root, "first_in_dataflow");
    ck_assert_str_eq(json_read_string(json_get(first, "process")), "conv");
    ck_assert_uint_eq(number(json_get(first, "token")), 6);
    struct json stream = json_at(json_get(root, "streams"), 1);
    ck_assert_uint_eq(number(json_get(stream, "sum_of_magnitudes")), 2);
    struct json drift = json_get(stream, "drift");
    ck_assert_uint_eq(number(json_get(drift, "frame")), 1);
    ck_assert_uint_eq(json_length(json_get(drift, "deciles")), 11);
    ck_assert_uint_eq(json_length(json_get(root, "frames")), 2);
    trace_case_expect_none(&c);
}
END_TEST

START_TEST(reports_have_figures_only)
{
    const char *path =
        HEADRACE_SOURCE_DIR "/tests/traces/reports/vitis_cosim.rpt";
    struct side *s =
        side_from_report(c.arena, report_read(c.arena, path, c.diag));
    struct json root = printed(s, s);
    ck_assert(!json_exists(json_get(root, "streams")));
    struct json figure = json_at(json_get(root, "figures"), 0);
    ck_assert_str_eq(json_read_string(json_get(figure, "group")), "latency");
    ck_assert_uint_eq(number(json_get(figure, "a")), 2423);
    ck_assert_str_eq(json_read_string(json_get(json_get(root, "a"), "report")),
                     "co-simulation report");
    trace_case_expect_none(&c);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { runs, reports_have_figures_only, NULL };
    return check_main_with("comparison_json", tests, setup, teardown);
}
