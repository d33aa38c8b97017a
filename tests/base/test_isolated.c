#include "base/isolated.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "tests/check_main.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static struct isolated *start(bool (*run)(void *, struct isolated_out *),
                              void *context)
{
    struct isolated *p =
        isolated_start(a, &(struct isolated_work){ run, context, 1, 1 << 28 });
    ck_assert_ptr_nonnull(p);
    return p;
}

enum { NUMBERS = 100000 };

static bool count_up(void *context, struct isolated_out *out)
{
    const uint32_t *from = context;
    for (uint32_t i = *from; i < *from + NUMBERS; i++)
        isolated_write(out, &i, sizeof i);
    return true;
}

START_TEST(bytes_come_back)
{
    uint32_t from = 7, number = 0;
    struct isolated *p = start(count_up, &from);
    for (uint32_t i = from; i < from + NUMBERS; i++) {
        ck_assert(isolated_read(p, &number, sizeof number));
        ck_assert_uint_eq(number, i);
    }
    ck_assert(isolated_end(p));
}
END_TEST

START_TEST(what_is_left_unread)
{
    uint32_t from = 7, number = 0;
    struct isolated *p = start(count_up, &from);
    ck_assert(isolated_read(p, &number, sizeof number));
    ck_assert(!isolated_end(p));
}
END_TEST

static bool misbehave(void *context, struct isolated_out *out)
{
    isolated_write(out, "abc", 3);
    puts("this must not be seen");
    fflush(stdout);
    switch (*(int *)context) {
    case 0:
        abort();
    case 1:
        exit(0); /* without a word of what was to be written */
    case 2:
        for (volatile uint64_t i = 0;; i++)
            continue;
    case 3:
        return false;
    default:
        raise(SIGSEGV);
        return true;
    }
}

START_TEST(it_fails_alone)
{
    char bytes[4];
    struct isolated *p = start(misbehave, &_i);
    bool read = isolated_read(p, bytes, 4);
    ck_assert(!read);
    ck_assert(!isolated_end(p));
}
END_TEST

/* exit in the child must not write what we have buffered. */
START_TEST(our_files_are_left_alone)
{
    int which = 1;
    char text[16] = { 0 };
    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    fputs("once ", f);
    ck_assert(!isolated_end(start(misbehave, &which)));
    fputs("only", f);
    rewind(f);
    ck_assert_ptr_nonnull(fgets(text, sizeof text, f));
    ck_assert_str_eq(text, "once only");
    fclose(f);
}
END_TEST

/* As a program does that nobody waits for; its children inherit it. */
START_TEST(children_may_be_ignored)
{
    uint32_t from = 7, number = 0;
    int which = 1;
    signal(SIGCHLD, SIG_IGN);
    struct isolated *p = start(count_up, &from);
    for (uint32_t i = from; i < from + NUMBERS; i++)
        ck_assert(isolated_read(p, &number, sizeof number));
    ck_assert(isolated_end(p));
    ck_assert(!isolated_end(start(misbehave, &which)));
}
END_TEST

/* All that was written is read, and a byte more asked for. */
START_TEST(more_is_read_than_was_written)
{
    uint32_t from = 7;
    struct isolated *p = start(count_up, &from);
    char byte;
    for (uint32_t i = 0; i < NUMBERS * sizeof from; i++)
        ck_assert(isolated_read(p, &byte, 1));
    while (isolated_read(p, &byte, 1))
        continue;
    ck_assert(!isolated_end(p));
}
END_TEST

static bool tell_limit(void *context, struct isolated_out *out)
{
    (void)context;
    struct rlimit r;
    getrlimit(RLIMIT_CPU, &r);
    uint64_t seconds = r.rlim_cur;
    isolated_write(out, &seconds, sizeof seconds);
    return true;
}

START_TEST(a_lower_limit_stays)
{
    static const struct {
        uint64_t ours, asked, want;
    } cases[] = { { 40, 50, 40 }, { 40, 30, 30 } };
    struct rlimit r;
    ck_assert_int_eq(getrlimit(RLIMIT_CPU, &r), 0);
    r.rlim_cur = cases[_i].ours;
    ck_assert_int_eq(setrlimit(RLIMIT_CPU, &r), 0);
    uint64_t seconds = 0;
    struct isolated *p =
        isolated_start(a, &(struct isolated_work){ tell_limit, NULL,
                                                   cases[_i].asked, 1 << 28 });
    ck_assert_ptr_nonnull(p);
    ck_assert(isolated_read(p, &seconds, sizeof seconds));
    ck_assert(isolated_end(p));
    ck_assert_uint_eq(seconds, cases[_i].want);
}
END_TEST

#ifdef __linux__
static bool sleep_long(void *context, struct isolated_out *out)
{
    (void)out;
    const int *end = context;
    char mark = 's';
    if (write(*end, &mark, 1) == 1)
        sleep(1000);
    return true;
}

/* Who was killed leaves no child behind, which would hold the pipe. */
START_TEST(it_ends_with_its_parent)
{
    int ends[2];
    char mark;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t parent = fork();
    ck_assert_int_ge(parent, 0);
    if (parent == 0) {
        close(ends[0]);
        start(sleep_long, &ends[1]);
        pause();
        _exit(0);
    }
    close(ends[1]);
    ck_assert_int_eq(read(ends[0], &mark, 1), 1);
    kill(parent, SIGKILL);
    ck_assert_int_eq(waitpid(parent, NULL, 0), parent);
    ck_assert_int_eq(read(ends[0], &mark, 1), 0);
    close(ends[0]);
}
END_TEST
#endif

static Suite *suite(void)
{
    enum { SECONDS = 60 };
    Suite *s = suite_create("isolated");
    TCase *t = tcase_create("isolated");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, SECONDS);
    tcase_add_test(t, bytes_come_back);
    tcase_add_test(t, what_is_left_unread);
    tcase_add_loop_test(t, it_fails_alone, 0, 5);
    tcase_add_test(t, our_files_are_left_alone);
    tcase_add_test(t, children_may_be_ignored);
    tcase_add_test(t, more_is_read_than_was_written);
    tcase_add_loop_test(t, a_lower_limit_stays, 0, 2);
#ifdef __linux__
    tcase_add_test(t, it_ends_with_its_parent);
#endif
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
