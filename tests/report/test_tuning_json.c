#include "report/tuning.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
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
    tuning_print_json(&made->report, arena, t);
    return text_string(t);
}

static struct json parsed(void)
{
    const char *text = print();
    struct diag *d = diag_new(arena);
    const struct json j = json_parse(arena, "t", text, strlen(text), d);
    ck_assert_uint_eq(diag_count(d), 0);
    return j;
}

static struct json at(struct json j, const char *key, uint32_t item)
{
    return json_at(json_get(j, key), item);
}

static const char *word(struct json j, const char *key)
{
    return json_read_string(json_get(j, key));
}

START_TEST(a_fifo_with_its_certificate)
{
    const struct json j = parsed();
    ck_assert_str_eq(word(j, "outcome"), "done");
    ck_assert_str_eq(word(j, "certificate"), "locally minimal");
    ck_assert_str_eq(word(j, "method"), "ours");
    const struct json fifo = at(j, "fifos", 0);
    ck_assert_str_eq(word(fifo, "name"), "a.out");
    const struct json cheaper = json_get(fifo, "cheaper");
    ck_assert_str_eq(word(cheaper, "misses"), "interval");
    ck_assert_str_eq(word(cheaper, "scenario"), "source always, sink every:3");
    const char *text = print();
    ck_assert_ptr_nonnull(strstr(text, "\"interval_cycles\":\t1501.5"));
    ck_assert_ptr_nonnull(strstr(text, "\"cheaper\":\tnull"));
    ck_assert_ptr_nonnull(strstr(text, "\"bound_price\":\t56"));
}
END_TEST

START_TEST(a_goal_that_is_missed)
{
    made->report.chosen = NULL;
    made->report.rating_count = 0;
    made->tuning.outcome = TUNE_LIMITED;
    made->tuning.missed = VERDICT_ISOLATED;
    made->tuning.missed_in = 1;
    made->goals[1].back_to_back = 0;
    struct json j = parsed();
    ck_assert_str_eq(word(j, "outcome"), "limited");
    ck_assert_str_eq(word(json_get(j, "missed"), "goal"), "latency");
    ck_assert_uint_eq(json_length(json_get(j, "fifos")), 0);
    ck_assert_uint_eq(json_length(json_get(j, "scenarios")), 2);
    ck_assert(!json_exists(json_get(j, "price")));
    ck_assert_ptr_nonnull(
        strstr(print(), "\"latency_back_to_back_cycles\":\tnull"));
    made->tuning.outcome = TUNE_UNREACHABLE;
    made->tuning.missed_in = 0;
    j = parsed();
    ck_assert_uint_eq(json_length(json_get(j, "scenarios")), 1);
    ck_assert_str_eq(word(json_get(at(j, "scenarios", 0), "bound"), "process"),
                     "work");
}
END_TEST

START_TEST(another_tool_certifies_nothing)
{
    made->report.method = "finn";
    const struct json j = parsed();
    ck_assert_str_eq(word(j, "method"), "finn");
    ck_assert_str_eq(word(j, "certificate"), "none");
    ck_assert(!json_exists(json_get(at(j, "fifos", 0), "bound_depth")));
    ck_assert(!json_exists(json_get(j, "bound_price")));
}
END_TEST

START_TEST(what_the_rtl_did)
{
    ck_assert(!json_exists(json_get(parsed(), "rtl")));
    const struct tuning_rtl rtl = { .scenarios = 2, .met = 2, .holds = true };
    made->report.rtl = &rtl;
    ck_assert(json_exists(json_get(parsed(), "rtl")));
    ck_assert_ptr_nonnull(strstr(print(), "\"holds\":\ttrue"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_fifo_with_its_certificate,
        a_goal_that_is_missed,
        another_tool_certifies_nothing,
        what_the_rtl_did,
        NULL,
    };
    return check_main_with("tuning_json", tests, setup, teardown);
}
