#include "report/tuning.h"

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/report/handmade_tuning.h"

#include <string.h>

static struct arena *arena;
static struct handmade *made;

static void setup(void)
{
    arena = arena_new();
    made = handmade_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *print(void)
{
    struct text *t = text_new(arena);
    tuning_print(&made->report, arena, t);
    return text_string(t);
}

/* A line with these words in this order, whatever is between them. */
static void check_line(const char *text, const char *const *words)
{
    for (const char *line = text; line != NULL && *line != '\0';) {
        const char *end = strchr(line, '\n');
        const char *copy = arena_printf(arena, "%.*s", (int)(end - line), line);
        const char *at = copy;
        uint32_t found = 0;
        for (; words[found] != NULL; found++) {
            at = strstr(at, words[found]);
            if (at == NULL)
                break;
            at += strlen(words[found]);
        }
        if (words[found] == NULL)
            return;
        line = end + 1;
    }
    ck_abort_msg("no line with '%s' ... in\n%s", words[0], text);
}
#define LINE(text, ...)                                                        \
    check_line(text, (const char *const[]){ __VA_ARGS__, NULL })

START_TEST(each_fifo_has_its_next_cheaper_depth)
{
    const char *text = print();
    LINE(text, "handmade: 2 FIFOs", "depths searched for");
    LINE(text, "a.out", " 5 ", "LUTRAM", "40", " 4  interval", "+501", " 3  ",
         "sink every:3");
    LINE(text, "b.out", " 1 ", "registers", "32", "-  least there is", "1");
    LINE(text, "in all", "72", "24", "6");
    LINE(text, "ours", "72", "1,000", "1,007", "1,000.50", "sink always");
}
END_TEST

START_TEST(goals_stand_beside_what_is_reached)
{
    made->asked.interval = 1001;
    made->goals[1].isolated = 0;
    made->figures[1].certified = false;
    const char *text = print();
    LINE(text, "source always, sink every:3");
    LINE(text, "isolated latency", "1,001", "any", "1,001");
    LINE(text, "interval", "1,000.50", "1,000.50", "1,000.50",
         "asked for; certified");
    LINE(text, "asked for; measured over 16 frames");
    ck_assert_ptr_null(strstr(text, "pace"));
    made->figures[1].paced = true;
    LINE(print(), "measured over 16 frames; certified for frames at the "
                  "goal's pace");
}
END_TEST

START_TEST(every_kind_of_miss_is_counted)
{
    struct figures *f = &made->fifos[0].without;
    f->verdict = VERDICT_ISOLATED;
    f->isolated = 2002;
    LINE(print(), "a.out", "isolated latency", "+1,001");
    f->verdict = VERDICT_BACK_TO_BACK;
    f->back_to_back = 2003;
    LINE(print(), "a.out", "latency back to back", "+3");
    *f = (struct figures){ .verdict = VERDICT_DEADLOCK };
    LINE(print(), "a.out", "4  deadlock");
    /* Two frames in 2001 cycles against three in 3002: by a sixth. */
    *f = (struct figures){ .verdict = VERDICT_INTERVAL,
                           .period_cycles = 3002,
                           .period = 3 };
    LINE(print(), "a.out", "interval", "+0.16");
}
END_TEST

START_TEST(what_is_not_certified_is_not_said_to_be)
{
    made->tuning.outcome = TUNE_STOPPED;
    made->tuning.certificate = CERTIFICATE_NONE;
    made->fifos[0].has_cheaper = false;
    LINE(print(), "b.out", "not tried");
    made->report.method = "finn";
    const char *text = print();
    LINE(text, "by the rule of finn");
    ck_assert_ptr_null(strstr(text, "next cheaper"));
    ck_assert_ptr_null(strstr(text, "certificate"));
}
END_TEST

START_TEST(a_deadlock_has_no_figures)
{
    made->figures[0] = (struct figures){ .verdict = VERDICT_DEADLOCK };
    const char *text = print();
    LINE(text, "ours", "72", "deadlock");
    LINE(text, "isolated latency", "1,000", "1,000", "deadlock");
}
END_TEST

START_TEST(scenarios_that_were_not_looked_at_are_left_out)
{
    made->report.chosen = NULL;
    made->report.rating_count = 0;
    made->tuning.outcome = TUNE_UNREACHABLE;
    made->tuning.missed = VERDICT_INTERVAL;
    made->tuning.missed_in = 0;
    const char *text = print();
    LINE(text, "sink always");
    ck_assert_ptr_null(strstr(text, "every:3"));
    made->tuning.outcome = TUNE_DEADLOCK;
    ck_assert_ptr_null(strstr(print(), "unlimited FIFOs"));
}
END_TEST

START_TEST(only_what_meets_the_goals_does)
{
    ck_assert(tuning_report_meets(&made->report));
    ck_assert(tuning_report_fits(&made->report));
    made->tuning.outcome = TUNE_STOPPED;
    ck_assert(tuning_report_meets(&made->report));
    made->tuning.figures = NULL;
    ck_assert(!tuning_report_meets(&made->report));
    made->tuning.outcome = TUNE_LIMITED;
    ck_assert(!tuning_report_meets(&made->report));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        each_fifo_has_its_next_cheaper_depth,
        goals_stand_beside_what_is_reached,
        every_kind_of_miss_is_counted,
        what_is_not_certified_is_not_said_to_be,
        a_deadlock_has_no_figures,
        scenarios_that_were_not_looked_at_are_left_out,
        only_what_meets_the_goals_does,
        NULL,
    };
    return check_main_with("tuning", tests, setup, teardown);
}
