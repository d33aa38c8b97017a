#include "traces/pairing.h"

#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"
#include "tests/traces/trace_case.h"

static struct trace_case c;
static struct side *left, *right;

static void setup(void)
{
    trace_case_begin(&c);
    left = side_case_new(c.arena, SIDE_RECORDING, "left");
    right = side_case_new(c.arena, SIDE_RECORDING, "right");
}

static void teardown(void)
{
    trace_case_end(&c);
}

static void add(struct side *s, const char *name, uint64_t tokens)
{
    side_case_stream(c.arena, s, name, tokens, s->stream_count, 2, 1);
}

static const struct pairing *paired(void)
{
    const struct pairing *p = pairing_new(c.arena, left, right, NULL, c.diag);
    ck_assert_ptr_nonnull(p);
    trace_case_expect_none(&c);
    return p;
}

static void expect_pair(const struct pairing *p, const char *a, const char *b,
                        enum pairing_rule rule)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const struct pair *x = &p->pairs[i];
        if (strcmp(left->streams[x->a].times.name, a) != 0)
            continue;
        ck_assert_str_eq(right->streams[x->b].times.name, b);
        ck_assert_str_eq(pairing_rule_name(x->rule), pairing_rule_name(rule));
        ck_assert_ptr_eq(pairing_of_a(p, x->a), x);
        ck_assert_ptr_eq(pairing_of_b(p, x->b), x);
        return;
    }
    ck_abort_msg("'%s' has no partner", a);
}

START_TEST(names_letters_and_endings)
{
    static const char *const rows[][2] = {
        { "fc1.out", "fc1.out" },
        { "conv1.pad.out", "conv1_pad_out" },
        { "conv1.out", "tb.dut.conv1_out" },
        { "layer2_out", "layer2_out_U" },
        { "layer4_out", "myproject.layer4_out_V_data_0_V_U" },
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    for (int i = 0; i < ROWS; i++) {
        add(left, rows[i][0], 5);
        add(right, rows[ROWS - 1 - i][1], 7);
    }
    const struct pairing *p = paired();
    ck_assert_uint_eq(p->count, ROWS);
    for (int i = 0; i < ROWS; i++)
        expect_pair(p, rows[i][0], rows[i][1],
                    i == 0   ? PAIRED_BY_NAME
                    : i == 1 ? PAIRED_BY_LETTERS
                             : PAIRED_BY_ENDING);
    ck_assert_uint_eq(p->by_rule[PAIRED_BY_ENDING], 3);
}
END_TEST

START_TEST(what_fits_twice_is_no_pair)
{
    add(left, "conv1.out", 5);
    add(left, "same", 5);
    add(right, "a.conv1_out", 5);
    add(right, "b.conv1_out", 5);
    add(right, "same", 5);
    const struct pairing *p = paired();
    ck_assert_uint_eq(p->count, 1);
    expect_pair(p, "same", "same", PAIRED_BY_NAME);
    ck_assert_uint_eq(p->only_a_count, 1);
    ck_assert_uint_eq(p->only_b_count, 2);
}
END_TEST

START_TEST(a_part_of_a_name_is_not_its_ending)
{
    add(left, "out", 5);
    add(left, "x", 5);
    add(right, "conv_out", 5);
    add(right, "x", 5);
    ck_assert_uint_eq(paired()->count, 1);
}
END_TEST

START_TEST(the_file_goes_first)
{
    add(left, "a", 5);
    add(left, "b", 5);
    add(right, "a", 5);
    add(right, "b", 5);
    const char *file =
        trace_case_text(&c, "p.json", "{\"streams\": {\"a\": \"b\"}}");
    const struct pairing *p = pairing_new(c.arena, left, right, file, c.diag);
    ck_assert_uint_eq(p->count, 1);
    expect_pair(p, "a", "b", PAIRED_BY_FILE);
    file = trace_case_text(&c, "p.json", "{\"streams\": {\"c\": \"b\"}}");
    ck_assert_ptr_null(pairing_new(c.arena, left, right, file, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_NAME, "'c'");
}
END_TEST

START_TEST(positions_if_no_name_fits)
{
    add(left, "alpha", 30);
    add(left, "beta", 12);
    add(right, "p", 50);
    add(right, "q", 20);
    const struct pairing *p = paired();
    ck_assert_uint_eq(p->count, 2);
    expect_pair(p, "alpha", "p", PAIRED_BY_POSITION);
    expect_pair(p, "beta", "q", PAIRED_BY_POSITION);
}
END_TEST

START_TEST(no_positions_if_counts_do_not_fit)
{
    add(left, "alpha", 30);
    add(left, "beta", 12);
    add(right, "p", 50);
    add(right, "q", 21);
    const struct pairing *p = paired();
    ck_assert_uint_eq(p->count, 0);
    ck_assert_uint_eq(p->only_a_count, 2);
}
END_TEST

START_TEST(positions_of_a_model_count_frames)
{
    left = side_case_chain(c.arena, SIDE_MODEL, "left", 0, 0);
    add(right, "r", 6);
    add(right, "p", 24);
    add(right, "q", 12);
    const struct pairing *p = paired();
    ck_assert_uint_eq(p->count, 3);
    expect_pair(p, "conv.out", "q", PAIRED_BY_POSITION);
    right->streams[2].times.write_count = 11;
    right->streams[2].times.read_count = 11;
    ck_assert_uint_eq(paired()->count, 0);
}
END_TEST

/* Half a frame of each stream is none of the model. */
START_TEST(positions_need_whole_frames)
{
    left = side_case_chain(c.arena, SIDE_MODEL, "left", 0, 0);
    add(right, "p", 4);
    add(right, "q", 2);
    add(right, "r", 1);
    ck_assert_uint_eq(paired()->count, 0);
}
END_TEST

/* The one whose last token comes later is behind the other. */
START_TEST(positions_among_equal_counts)
{
    add(left, "alpha", 10);
    add(left, "beta", 10);
    side_case_stream(c.arena, right, "late", 10, 0, 20, 1);
    side_case_stream(c.arena, right, "soon", 10, 5, 1, 1);
    const struct pairing *p = paired();
    expect_pair(p, "alpha", "soon", PAIRED_BY_POSITION);
    expect_pair(p, "beta", "late", PAIRED_BY_POSITION);
}
END_TEST

START_TEST(nothing_in_common_lists_what_is_near)
{
    add(left, "conv1.out", 5);
    add(left, "zzz", 5);
    add(right, "conv11_out", 6);
    const struct pairing *p = paired();
    ck_assert(!pairing_need(c.arena, p, left, right, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE,
                      "'conv1.out' is near to 'conv11_out'");
    ck_assert(!pairing_need(c.arena, p, left, right, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_COMPARE,
                      "that has 'conv1.out', 'zzz', this has 'conv11_out'");
}
END_TEST

/* A's names lead, but for a model in B. */
START_TEST(pairs_are_in_dataflow_order)
{
    add(left, "pool.out", 6);
    add(left, "source.out", 24);
    right = side_case_chain(c.arena, SIDE_MODEL, "right", 0, 0);
    const struct pairing *p = paired();
    ck_assert_uint_eq(p->count, 2);
    ck_assert_uint_eq(p->pairs[0].a, 1);
    ck_assert_uint_eq(p->pairs[1].a, 0);
    ck_assert_uint_eq(p->only_b_count, 1);
    ck_assert_uint_eq(p->only_b[0], 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        names_letters_and_endings,
        what_fits_twice_is_no_pair,
        a_part_of_a_name_is_not_its_ending,
        the_file_goes_first,
        positions_if_no_name_fits,
        no_positions_if_counts_do_not_fit,
        positions_of_a_model_count_frames,
        positions_need_whole_frames,
        positions_among_equal_counts,
        nothing_in_common_lists_what_is_near,
        pairs_are_in_dataflow_order,
        NULL,
    };
    return check_main_with("pairing", tests, setup, teardown);
}
