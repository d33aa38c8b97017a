#include "traces/comparison.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"
#include "tests/traces/trace_case.h"
#include "traces/figures.h"
#include "traces/frame_fit.h"
#include "traces/pairing.h"
#include "traces/recording.h"
#include "traces/report.h"

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

static struct side *chain(enum side_kind kind, uint32_t frames, uint64_t begin)
{
    struct side *s = side_case_chain(c.arena, kind, "x", frames, begin);
    s->recording = &no_processes;
    return s;
}

static const struct comparison *compared(struct side *a, struct side *b,
                                         enum alignment alignment,
                                         uint64_t tolerance)
{
    const struct pairing *p = pairing_new(c.arena, a, b, NULL, c.diag);
    ck_assert(frame_fit(a, b, p, 0, c.diag));
    const struct comparison_desc desc = { a, b, p, alignment, tolerance };
    return comparison_new(c.arena, &desc, c.diag);
}

START_TEST(the_offset_of_the_first_handshake)
{
    struct side *a = chain(SIDE_MODEL, 3, 0);
    struct side *b = chain(SIDE_RECORDING, 3, 40);
    const struct comparison *x = compared(a, b, ALIGN_FIRST, 0);
    ck_assert_int_eq(x->offset, 40);
    ck_assert(comparison_equal(x));
    ck_assert_uint_eq(x->compared, 2 * (24 + 12 + 6));
    ck_assert_uint_eq(x->frame_count, 3);
    ck_assert(x->has_graph);
    x = compared(b, a, ALIGN_FIRST, 0);
    ck_assert_int_eq(x->offset, -40);
    ck_assert(comparison_equal(x));
    x = compared(a, b, ALIGN_NONE, 0);
    ck_assert_int_eq(x->offset, 0);
    ck_assert(!comparison_equal(x));
    ck_assert_uint_eq(x->different, x->compared);
    ck_assert(comparison_equal(compared(a, b, ALIGN_NONE, 40)));
    ck_assert(!comparison_equal(compared(a, b, ALIGN_NONE, 39)));
}
END_TEST

START_TEST(first_in_time_and_in_dataflow_order)
{
    struct side *a = chain(SIDE_MODEL, 3, 0);
    struct side *b = chain(SIDE_RECORDING, 3, 0);
    uint64_t *conv = (uint64_t *)b->streams[1].times.writes;
    uint64_t *pool = (uint64_t *)b->streams[2].times.writes;
    conv[5] += 1; /* in 33 */
    pool[1] += 1; /* in 31 */
    const struct comparison *x = compared(a, b, ALIGN_FIRST, 0);
    ck_assert_uint_eq(x->different, 2);
    ck_assert_uint_eq(x->first_pair, 2);
    ck_assert_uint_eq(x->first.token, 1);
    ck_assert_str_eq(x->deviation.process, "conv");
    ck_assert_uint_eq(x->deviation.others, 1);
    ck_assert_uint_eq(x->frames[0].different, 1);
    ck_assert_uint_eq(x->frames[1].different, 1);
    ck_assert_int_eq(x->frames[1].largest, 1);
    ck_assert_int_eq(x->largest, 1);
}
END_TEST

START_TEST(figures_of_both)
{
    struct side *a = chain(SIDE_MODEL, 3, 0);
    struct side *b = chain(SIDE_RECORDING, 3, 0);
    ((uint64_t *)b->streams[2].times.reads)[5] += 4;
    const struct comparison *x = compared(a, b, ALIGN_FIRST, 0);
    ck_assert_uint_eq(frame_latency(&x->times_a, 2), 32);
    ck_assert_uint_eq(frame_latency(&x->times_b, 2), 36);
    ck_assert_uint_eq(frame_interval(&x->times_b, 2), 20);
    ck_assert_uint_eq(x->figures->common, 6 + 3);
}
END_TEST

START_TEST(two_recordings_have_no_graph)
{
    struct side *a = chain(SIDE_RECORDING, 3, 0);
    struct side *b = chain(SIDE_RECORDING, 3, 0);
    ((uint64_t *)b->streams[1].times.reads)[0] += 1;
    const struct comparison *x = compared(a, b, ALIGN_FIRST, 0);
    ck_assert(!x->has_graph);
    ck_assert_uint_eq(x->frame_count, 0);
    ck_assert_int_eq(x->deviation.kind, DEVIATION_STREAM);
    ck_assert_uint_eq(x->deviation.pair, 1);
}
END_TEST

START_TEST(nothing_that_both_watched)
{
    struct side *a = side_case_new(c.arena, SIDE_RECORDING, "a");
    struct side *b = side_case_new(c.arena, SIDE_RECORDING, "b");
    side_case_stream(c.arena, a, "s", 4, 0, 1, 1);
    side_case_stream(c.arena, b, "s", 4, 0, 1, 1);
    a->streams[0].writes_seen = b->streams[0].reads_seen = false;
    a->recording = b->recording = &no_processes;
    ck_assert_ptr_null(compared(a, b, ALIGN_FIRST, 0));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE, "none of its handshakes");
}
END_TEST

static const struct comparison *of_reports(const char *a, const char *b,
                                           uint64_t tolerance)
{
    const char *folder = HEADRACE_SOURCE_DIR "/tests/traces/reports";
    struct side *sides[2];
    const char *names[] = { a, b };
    for (int i = 0; i < 2; i++)
        sides[i] = side_from_report(
            c.arena,
            report_read(c.arena,
                        arena_printf(c.arena, "%s/%s", folder, names[i]),
                        c.diag));
    const struct pairing *p =
        pairing_new(c.arena, sides[0], sides[1], NULL, c.diag);
    const struct comparison_desc desc = { sides[0], sides[1], p, ALIGN_FIRST,
                                          tolerance };
    return comparison_new(c.arena, &desc, c.diag);
}

START_TEST(reports_by_their_figures)
{
    const struct comparison *x =
        of_reports("finn_rtlsim.json", "finn_network.json", 0);
    ck_assert(!x->by_handshake);
    ck_assert(!comparison_equal(x));
    ck_assert(comparison_equal(
        of_reports("finn_rtlsim.json", "finn_network.json", 8424)));
    ck_assert(comparison_equal(of_reports("lat.rpt", "lat.rpt", 0)));
}
END_TEST

START_TEST(reports_without_a_common_figure)
{
    ck_assert_ptr_null(of_reports("lat.rpt", "max_depth.json", 0));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE,
                      "no latency, interval or FIFO peak is stated both");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_offset_of_the_first_handshake,
        first_in_time_and_in_dataflow_order,
        figures_of_both,
        two_recordings_have_no_graph,
        nothing_that_both_watched,
        reports_by_their_figures,
        reports_without_a_common_figure,
        NULL,
    };
    return check_main_with("comparison", tests, setup, teardown);
}
