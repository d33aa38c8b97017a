#include "cli/stall_option.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "cli/load.h"
#include "design/design.h"
#include "design/stimulus.h"
#include "tests/check_main.h"

#include <string.h>
#include <unistd.h>

static struct arena *arena;
static struct diag *diag;
static char folder[] = "/tmp/headrace_stalls_XXXXXX";

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static struct stimulus read_good(const char *text)
{
    struct stimulus s = { .gap = 77 };
    const bool ok = stall_option_read(arena, "--source", text, &s, diag);
    ck_assert_msg(ok, "%s: %s", text,
                  ok ? "" : diag_format(diag_at(diag, 0), arena));
    ck_assert_uint_eq(diag_count(diag), 0);
    return s;
}

START_TEST(patterns_mean_what_they_say)
{
    struct stimulus s = read_good("always");
    ck_assert(stimulus_is_always(&s));
    s = read_good("every:1");
    ck_assert(stimulus_is_always(&s));
    s = read_good("every:5");
    ck_assert(stimulus_is_periodic(&s));
    struct stimulus_cursor c;
    stimulus_start(&c, &s, 3);
    ck_assert_uint_eq(stimulus_next(&c), 0);
    for (int i = 0; i < 7; i++) /* frames or not */
        ck_assert_uint_eq(stimulus_next(&c), 4);
    s = read_good("burst:2:10");
    stimulus_start(&c, &s, 100);
    static const uint32_t idle[] = { 0, 0, 10, 0, 10, 0 };
    for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
        ck_assert_uint_eq(stimulus_next(&c), idle[i]);
    s = read_good("random:30");
    ck_assert_uint_eq(s.random, 30);
    ck_assert_uint_eq(s.seed, 1);
    ck_assert(!stimulus_is_periodic(&s));
    s = read_good("random:95:18446744073709551615");
    ck_assert_uint_eq(s.random, 95);
    ck_assert_uint_eq(s.seed, UINT64_MAX);
}
END_TEST

static const char *write_file(const char *name, const char *content)
{
    const char *path = file_join(arena, folder, name);
    ck_assert(file_write(path, content, strlen(content), diag));
    return arena_printf(arena, "file:%s", path);
}

START_TEST(a_recorded_pattern_is_read)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    /* A path may have colons. */
    struct stimulus s = read_good(write_file("a:b.txt", "00 1\n01"));
    ck_assert_uint_eq(s.pattern_cycles, 5);
    ck_assert_uint_eq(stimulus_on_grid(&s, 0), 2);
    ck_assert_uint_eq(stimulus_on_grid(&s, 3), 4);
    ck_assert_uint_eq(stimulus_on_grid(&s, 9), 9);

    static const struct {
        const char *content, *expect;
    } bad[] = {
        { "010x", "byte 3 of '" },
        { "0000", "has no 1 among its 4 cycles" },
        { "", "has no 1 among its 0 cycles" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *text = write_file("bad.txt", bad[i].content);
        ck_assert(!stall_option_read(arena, "--sink", text, &s, diag));
        ck_assert_uint_eq(diag_count(diag), i + 1);
        ck_assert_int_eq(diag_at(diag, i)->code, DIAG_STIMULUS);
        ck_assert_ptr_nonnull(strstr(diag_at(diag, i)->text, bad[i].expect));
    }
    ck_assert(!stall_option_read(arena, "--sink", "file:", &s, diag));
    ck_assert(!stall_option_read(arena, "--sink",
                                 arena_printf(arena, "file:%s/none", folder),
                                 &s, diag));
    ck_assert_uint_eq(diag_count(diag), 5);
    ck_assert_int_eq(diag_at(diag, 4)->code, DIAG_FILE_OPEN);
    ck_assert_int_eq(unlink(file_join(arena, folder, "a:b.txt")), 0);
    ck_assert_int_eq(unlink(file_join(arena, folder, "bad.txt")), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

START_TEST(what_is_wrong_is_said)
{
#define THERE_ARE                                                              \
    "is no stall pattern; there are: always, every:K, burst:N:P, "             \
    "random:PERCENT[:SEED] or file:PATH"
    static const struct {
        const char *text, *expect, *hint;
    } bad[] = {
        { "allways", "--sink: 'allways' " THERE_ARE, "did you mean 'always'?" },
        { "evry:3", "--sink: 'evry' " THERE_ARE, "did you mean 'every'?" },
        { "", "--sink: '' " THERE_ARE, NULL },
        { "7", "--sink: '7' " THERE_ARE, NULL },
        { "Always", "--sink: 'Always' " THERE_ARE, "did you mean 'always'?" },
        { "always:1", "--sink: 'always:1' is not 'always'", NULL },
        { "every", "--sink: 'every' is not 'every:K'", NULL },
        { "every:0", "--sink: 0 is outside 1..1000000000", NULL },
        { "every:1000000001", "--sink: 1000000001 is outside 1..1000000000",
          NULL },
        { "every:", "--sink: '' is not a whole number without sign", NULL },
        { "every:-3", "--sink: '-3' is not a whole number without sign", NULL },
        { "every:2:3", "--sink: 2 numbers where 'every:K' has 1", NULL },
        { "burst:4", "--sink: 1 number where 'burst:N:P' has 2", NULL },
        { "burst:0:4", "--sink: 0 is outside 1..1000000000", NULL },
        { "burst:4:0", "--sink: 0 is outside 1..1000000000", NULL },
        { "burst:4:5:6", "--sink: 3 numbers where 'burst:N:P' has 2", NULL },
        { "random:0", "--sink: 0 is outside 1..95", NULL },
        { "random:96", "--sink: 96 is outside 1..95", NULL },
        { "random:5:6:7",
          "--sink: 3 numbers where 'random:PERCENT[:SEED]' has 1 or one more",
          NULL },
        { "file", "--sink: 'file' is not 'file:PATH'", NULL },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct stimulus s;
        ck_assert_msg(!stall_option_read(arena, "--sink", bad[i].text, &s,
                                         diag),
                      "%s", bad[i].text);
        ck_assert_uint_eq(diag_count(diag), i + 1);
        const struct diag_message *m = diag_at(diag, i);
        ck_assert_int_eq(m->code, DIAG_OPTION);
        ck_assert_str_eq(m->text, bad[i].expect);
        if (bad[i].hint == NULL)
            ck_assert_ptr_null(m->hint);
        else
            ck_assert_str_eq(m->hint, bad[i].hint);
    }
}
END_TEST

START_TEST(switches_change_what_they_name)
{
    struct design d = { .source = { .gap = 3 }, .sink = { .gap = 4 } };
    const struct design_switches none = { 0 };
    struct stall_switches s = { 0 };
    ck_assert(stall_switches_apply(arena, &s, &none, &d, diag));
    ck_assert_uint_eq(d.source.gap, 3);
    s.sink = "burst:1:9";
    ck_assert(stall_switches_apply(arena, &s, &none, &d, diag));
    ck_assert_uint_eq(d.source.gap, 3);
    ck_assert_uint_eq(d.sink.gap, 0);
    ck_assert_uint_eq(d.sink.pause, 9);
    const struct design_switches random = { .random_stalls = { true, 1 } };
    ck_assert(!stall_switches_apply(arena, &s, &random, &d, diag));
    ck_assert_str_eq(
        diag_at(diag, 0)->text,
        "--random-stalls draws both source and sink, --sink another sink");
    /* Both mistakes are told. */
    s = (struct stall_switches){ "every:0", "every:x" };
    ck_assert(!stall_switches_apply(arena, &s, &none, &d, diag));
    ck_assert_uint_eq(diag_count(diag), 3);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        patterns_mean_what_they_say,
        a_recorded_pattern_is_read,
        what_is_wrong_is_said,
        switches_change_what_they_name,
        NULL,
    };
    return check_main_with("stall_option", tests, setup, teardown);
}
