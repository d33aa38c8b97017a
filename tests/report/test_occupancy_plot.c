#include "report/occupancy_plot.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"
#include "tests/traces/trace_case.h"
#include "traces/comparison.h"
#include "traces/frame_fit.h"
#include "traces/pairing.h"
#include "traces/recording.h"

static struct trace_case c;
static struct recording no_processes;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static struct side *chain(enum side_kind kind, uint64_t begin)
{
    struct side *s = side_case_chain(c.arena, kind, "x", 2, begin);
    s->recording = &no_processes;
    return s;
}

static const struct comparison *compared(struct side *a, struct side *b)
{
    const struct pairing *p = pairing_new(c.arena, a, b, NULL, c.diag);
    ck_assert(frame_fit(a, b, p, 0, c.diag));
    const struct comparison_desc desc = { .a = a, .b = b, .pairing = p };
    return comparison_new(c.arena, &desc, c.diag);
}

static int count_of(const char *text, const char *words)
{
    int count = 0;
    for (const char *at = text; (at = strstr(at, words)) != NULL; at++)
        count++;
    return count;
}

static const char *drawn(const struct comparison *x)
{
    struct text *out = text_new(c.arena);
    ck_assert(occupancy_plot(x, c.arena, out));
    return text_string(out);
}

START_TEST(a_panel_for_each_stream_and_a_line_for_each_side)
{
    const struct comparison *x =
        compared(chain(SIDE_MODEL, 0), chain(SIDE_RECORDING, 0));
    const char *svg = drawn(x);
    ck_assert_int_eq(count_of(svg, "<polyline"), 6);
    ck_assert_int_eq(count_of(svg, ">tokens<"), 3);
    ck_assert_int_eq(count_of(svg, ">conv.out<"), 1);
    ck_assert_int_eq(count_of(svg, ">cycle<"), 1);
}
END_TEST

/* With the offset taken out, both sides have the same line. */
START_TEST(the_offset_is_taken_out)
{
    const struct comparison *later =
        compared(chain(SIDE_MODEL, 0), chain(SIDE_RECORDING, 50));
    const struct comparison *earlier =
        compared(chain(SIDE_RECORDING, 50), chain(SIDE_MODEL, 0));
    const struct comparison *both[] = { later, earlier };
    for (int i = 0; i < 2; i++) {
        const char *svg = drawn(both[i]);
        const char *a = strstr(svg, "<polyline");
        const char *b = strstr(a + 1, "<polyline");
        a = strstr(a, "points");
        b = strstr(b, "points");
        size_t length = strcspn(a, "/");
        ck_assert_uint_gt(length, 100);
        ck_assert_int_eq(strncmp(a, b, length), 0);
    }
    ck_assert_int_eq(count_of(drawn(later), "cycle of A; that of B is 50 more"),
                     1);
}
END_TEST

START_TEST(points_have_no_panel)
{
    struct side *a = chain(SIDE_RECORDING, 0), *b = chain(SIDE_RECORDING, 0);
    a->streams[0].times.reads = a->streams[0].times.writes;
    const struct comparison *x = compared(a, b);
    ck_assert_int_eq(count_of(drawn(x), ">tokens<"), 2);
    for (uint32_t i = 0; i < 3; i++)
        b->streams[i].reads_seen = false;
    ck_assert(!occupancy_plot(compared(a, b), c.arena, text_new(c.arena)));
}
END_TEST

START_TEST(steps_are_round_numbers)
{
    ck_assert_uint_eq(axis_step(0, 4), 1);
    ck_assert_uint_eq(axis_step(4, 4), 1);
    ck_assert_uint_eq(axis_step(5, 4), 2);
    ck_assert_uint_eq(axis_step(16, 4), 5);
    ck_assert_uint_eq(axis_step(1630, 10), 200);
    ck_assert_uint_eq(axis_step(UINT64_MAX, 10), UINT64_C(2000000000000000000));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_panel_for_each_stream_and_a_line_for_each_side,
        the_offset_is_taken_out,
        points_have_no_panel,
        steps_are_round_numbers,
        NULL,
    };
    return check_main_with("occupancy_plot", tests, setup, teardown);
}
