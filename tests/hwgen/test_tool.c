#include "hwgen/cosim/tool.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "temp_folder.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct arena *a;
static struct diag *d;
static char *base;

static void setup(void)
{
    a = arena_new();
    d = diag_new(a);
    base = temp_folder_new(a);
}

static void teardown(void)
{
    temp_folder_remove(base);
    arena_free(a);
}

/* Runs `program -c script argument`. */
static bool run(const char *program, const char *script, const char *argument)
{
    const char *const arguments[] = { program, "-c",     script,
                                      "sh",    argument, NULL };
    const struct tool t = {
        .arguments = arguments,
        .folder = base,
        .log = file_join(a, base, "log"),
        .package = "no-such-package",
    };
    return tool_run(&t, d);
}

static void expect_error(const char *text, const char *hint)
{
    ck_assert_uint_eq(diag_count(d), 1);
    const struct diag_message *m = diag_at(d, 0);
    ck_assert_int_eq(m->code, DIAG_TOOL);
    ck_assert_str_eq(m->text, text);
    ck_assert_ptr_nonnull(m->hint);
    ck_assert_msg(strstr(m->hint, hint) != NULL, "hint: %s", m->hint);
}

START_TEST(test_runs)
{
    ck_assert(run("sh", "echo out; echo err >&2; pwd > where; cat", "x"));
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_str_eq(temp_folder_text(a, base, "log"), "out\nerr\n");
    ck_assert_str_eq(temp_folder_text(a, base, "where"),
                     arena_printf(a, "%s\n", base));
}
END_TEST

/* An argument reaches the program as it is. */
START_TEST(test_no_shell)
{
    const char *odd = "$(touch made); `touch made` \" ' \\ \n*";
    ck_assert(run("sh", "printf %s \"$1\"", odd));
    ck_assert_str_eq(temp_folder_text(a, base, "log"), odd);
    ck_assert(!temp_folder_has(base, "made"));
}
END_TEST

START_TEST(test_missing)
{
    ck_assert(!run("headrace-no-such-program", "", "x"));
    expect_error("cannot run 'headrace-no-such-program': No such file or "
                 "directory",
                 "apt install no-such-package");
    ck_assert(!tool_exists("headrace-no-such-program"));
}
END_TEST

START_TEST(test_fails)
{
    ck_assert(
        !run("sh", "echo first; echo '%Error: bad'; echo last; exit 3", "x"));
    expect_error("'sh' ended with status 3: %Error: bad", "/log'");
}
END_TEST

START_TEST(test_fails_without_words)
{
    ck_assert(!run("sh", "echo first; echo last; exit 3", "x"));
    expect_error("'sh' ended with status 3: last", "/log'");
}
END_TEST

START_TEST(test_fails_silently)
{
    ck_assert(!run("sh", "exit 1", "x"));
    expect_error("'sh' ended with status 1: it printed nothing", "/log'");
}
END_TEST

START_TEST(test_killed)
{
    ck_assert(!run("sh", "echo so far; kill -9 $$", "x"));
    expect_error("'sh' ended with signal 9: so far", "/log'");
}
END_TEST

/* What make says last is of no use to someone who has no compiler. */
START_TEST(test_first_cause)
{
    ck_assert(!run("sh",
                   "echo sh: 1: g++: not found; echo 'make: *** Error 127'; "
                   "echo '%Error: make'; exit 2",
                   "x"));
    expect_error("'sh' ended with status 2: sh: 1: g++: not found", "/log'");
}
END_TEST

/* As a program does that nobody waits for; its children inherit it, but those
 * of the tool have to be waited for by the tool. */
START_TEST(test_children_ignored)
{
    signal(SIGCHLD, SIG_IGN);
    ck_assert(run("sh", "sh -c 'exit 3'; test $? = 3", "x"));
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert(!run("sh", "echo so far; exit 5", "x"));
    expect_error("'sh' ended with status 5: so far", "/log'");
    ck_assert(tool_exists("verilator"));
    ck_assert(!tool_exists("false"));
    ck_assert(!tool_exists("headrace-no-such-program"));
}
END_TEST

static void wait_a_bit(void)
{
    nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
}

/* A program and what it has started end with us, however we end. */
START_TEST(test_orphans)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGKILL };
    enum { PATIENCE = 500 };
    pid_t child = fork();
    if (child == 0) {
        signal(signals[_i], SIG_DFL); /* Check has handlers of its own */
        run("sh", "sleep 100 & echo $$ $! > ids.new; mv ids.new ids; wait",
            "x");
        _exit(0);
    }
    for (int i = 0; i < PATIENCE && !temp_folder_has(base, "ids"); i++)
        wait_a_bit();
    char *rest;
    long ids[2];
    ids[0] = strtol(temp_folder_text(a, base, "ids"), &rest, 10);
    ids[1] = strtol(rest, NULL, 10);
    ck_assert_int_eq(kill((pid_t)ids[1], 0), 0);
    ck_assert_int_eq(kill(child, signals[_i]), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    for (int i = 0; i < 2; i++) {
        /* Who adopts them may not wait for them: dead is dead. */
        const char *about =
            arena_printf(a, "test -z \"$(ps -o stat= -p %ld | grep -v Z)\"",
                         ids[i]);
        int tries = PATIENCE;
        while (system(about) != 0 && tries-- > 0)
            wait_a_bit();
        ck_assert_msg(tries > 0, "process %ld goes on after signal %d", ids[i],
                      signals[_i]);
    }
}
END_TEST

START_TEST(test_exists)
{
    ck_assert(tool_exists("verilator"));
    ck_assert(!tool_exists("false"));
}
END_TEST

static Suite *tool_suite(void)
{
    Suite *s = suite_create("tool");
    TCase *t = tcase_create("tool");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_test(t, test_runs);
    tcase_add_test(t, test_no_shell);
    tcase_add_test(t, test_missing);
    tcase_add_test(t, test_fails);
    tcase_add_test(t, test_fails_without_words);
    tcase_add_test(t, test_fails_silently);
    tcase_add_test(t, test_killed);
    tcase_add_test(t, test_first_cause);
    tcase_add_test(t, test_children_ignored);
    tcase_add_loop_test(t, test_orphans, 0, 4);
    tcase_add_test(t, test_exists);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(tool_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
