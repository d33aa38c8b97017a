/* What is said when; whole outputs are goldens (check_compare.py). */
#include "report/comparison_table.h"

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
static struct side *a, *b;

static void setup(void)
{
    trace_case_begin(&c);
    a = side_case_chain(c.arena, SIDE_MODEL, "left", 2, 0);
    b = side_case_chain(c.arena, SIDE_RECORDING, "right", 2, 7);
    a->recording = b->recording = &no_processes;
}

static void teardown(void)
{
    trace_case_end(&c);
}

static const char *said(uint64_t tolerance, bool json)
{
    const struct pairing *p = pairing_new(c.arena, a, b, NULL, c.diag);
    ck_assert(frame_fit(a, b, p, 0, c.diag));
    const struct comparison_desc desc = {
        .a = a, .b = b, .pairing = p, .tolerance = tolerance
    };
    const struct comparison *x = comparison_new(c.arena, &desc, c.diag);
    struct text *out = text_new(c.arena);
    if (json)
        comparison_print_json(&x, 1, c.arena, out);
    else
        comparison_print(&x, 1, c.arena, out);
    return text_string(out);
}

static void expect_words(const char *text, const char *words)
{
    ck_assert_msg(strstr(text, words) != NULL, "'%s' is not in\n%s", words,
                  text);
}

static void delay(uint32_t stream, uint64_t token, uint64_t cycles)
{
    ((uint64_t *)b->streams[stream].times.writes)[token] += cycles;
}

START_TEST(equal_runs)
{
    const char *text = said(0, false);
    expect_words(text, "B begins 7 cycles later: taken out of differences\n");
    expect_words(text, "\nequal: all 56 handshakes\n");
    ck_assert_ptr_null(strstr(text, "first in time"));
    ck_assert_ptr_null(strstr(text, "drift"));
    expect_words(said(3, false), "\nequal within 3 cycles: all 56 ");
}
END_TEST

START_TEST(a_process_that_deviates)
{
    delay(1, 5, 1);
    const char *text = said(0, false);
    expect_words(text, "token 5 of 'conv.out' is written: A in 33, B in 41 "
                       "(+1)\n");
    expect_words(text, "  'conv' writes token 5 to 'conv.out': A in 33, B in "
                       "41 (+1)\n  the first that deviates although its inputs "
                       "and the room behind it agree\n");
    expect_words(text, "DIFFERENT: 1 of 56 handshakes, by at most +1 cycles");
}
END_TEST

START_TEST(a_token_that_never_comes)
{
    b->streams[2].times.write_count = 3;
    const char *text = said(0, false);
    expect_words(text, "token 3 of 'pool.out' is written: A in 47, B never");
    expect_words(text, ", 1 missing on one side\n");
    expect_words(said(0, true), "\"cycle_b\":\tnull");
}
END_TEST

START_TEST(what_is_around_a_process_but_was_not_compared)
{
    b->streams[0].times.name = "elsewhere";
    delay(1, 5, 1);
    const char *text = said(0, false);
    expect_words(text, "agree (1 stream around it not compared)\n");
    expect_words(text, "only in A: source.out\n");
    expect_words(text, "only in B: elsewhere\n");
}
END_TEST

START_TEST(fifos_of_other_sizes)
{
    a->streams[1].capacity = 16;
    b->streams[1].capacity = 1;
    delay(1, 5, 1);
    expect_words(said(0, false),
                 "  'conv.out' holds 16 tokens in A and 1 in B\n");
}
END_TEST

START_TEST(names_do_not_reach_the_terminal_as_commands)
{
    b->path = "x\033[2Jy";
    expect_words(said(0, false), "B  x?[2Jy: recording");
}
END_TEST

START_TEST(a_model_that_stands_still)
{
    a->note = "FIFO depth 1";
    a->is_stuck = true;
    a->stuck_cycle = 1234;
    expect_words(said(0, false), "A  left: model, 2 frames, FIFO depth 1; "
                                 "deadlock: nothing moves after cycle 1,234\n");
    expect_words(said(0, true), "\"deadlock_cycle\":\t1234");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        equal_runs,
        a_process_that_deviates,
        a_token_that_never_comes,
        what_is_around_a_process_but_was_not_compared,
        fifos_of_other_sizes,
        names_do_not_reach_the_terminal_as_commands,
        a_model_that_stands_still,
        NULL,
    };
    return check_main_with("comparison_table", tests, setup, teardown);
}
