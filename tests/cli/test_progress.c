#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "cli/progress.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int terminal; /* the side of a pseudo-terminal that reads */

/* The other side; -1: there are no pseudo-terminals here. */
static int open_screen(void)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0)
        return -1;
    return open(ptsname(terminal), O_RDWR | O_NOCTTY);
}

/* Each test is a process of its own, whose standard error this becomes.
 * False: the test cannot be made on this machine. */
static bool use_terminal(void)
{
    int screen = open_screen();
    if (screen < 0) {
        printf("skipped: no pseudo-terminal can be opened: %s\n",
               strerror(errno));
        return false;
    }
    ck_assert_int_eq(dup2(screen, STDERR_FILENO), STDERR_FILENO);
    close(screen);
    ck_assert_int_eq(fcntl(terminal, F_SETFL, O_NONBLOCK), 0);
    return true;
}

/* What was shown since the last call. */
static const char *shown(void)
{
    static char text[1000];
    ssize_t n = read(terminal, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void be_impatient(struct progress *p)
{
    p->next_ms = 0;
}

START_TEST(test_patience)
{
    if (!use_terminal())
        return;
    struct progress p;
    progress_start(&p, "run", 10);
    progress_show(&p, 5);
    progress_end(&p);
    ck_assert_str_eq(shown(), "");
}
END_TEST

START_TEST(test_bar)
{
    static const struct {
        uint64_t done, total;
        int filled, percent;
    } rows[] = {
        { 0, 10, 0, 0 },         { 5, 10, 20, 50 },
        { 10, 10, 40, 100 },     { 11, 10, 40, 100 }, /* more than was said */
        { 1, UINT64_MAX, 0, 0 }, { UINT64_MAX / 4, UINT64_MAX, 10, 25 },
    };
    if (!use_terminal())
        return;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct progress p;
        progress_start(&p, "run", rows[i].total);
        be_impatient(&p);
        progress_show(&p, rows[i].done);
        char bar[41], expected[100];
        for (int k = 0; k < 40; k++)
            bar[k] = k < rows[i].filled ? '#' : '.';
        bar[40] = '\0';
        snprintf(expected, sizeof expected, "\r\033[Krun [%s] %3d%%", bar,
                 rows[i].percent);
        ck_assert_str_eq(shown(), expected);
        progress_show(&p, rows[i].done); /* too soon */
        ck_assert_str_eq(shown(), "");
        progress_end(&p);
        ck_assert_str_eq(shown(), "\r\033[K");
        progress_end(&p); /* once only */
        ck_assert_str_eq(shown(), "");
    }
}
END_TEST

START_TEST(test_unknown_total)
{
    if (!use_terminal())
        return;
    struct progress p;
    progress_start(&p, "designs", 0);
    be_impatient(&p);
    progress_show(&p, 123);
    ck_assert_str_eq(shown(), "\r\033[Kdesigns 123");
}
END_TEST

/* Verilator runs for half a minute and shows nothing. */
START_TEST(test_announce)
{
    if (!use_terminal())
        return;
    struct progress p;
    progress_start(&p, "build", 0);
    progress_announce(&p, 1);
    ck_assert_str_eq(shown(), "\r\033[Kbuild 1");
    progress_announce(&p, 2);
    ck_assert_str_eq(shown(), "\r\033[Kbuild 2");
}
END_TEST

/* Ctrl-C: the line is wiped, and the program ends because of the signal. */
START_TEST(test_interrupt)
{
    if (!use_terminal())
        return;
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct progress p;
        progress_start(&p, "run", 2);
        be_impatient(&p);
        progress_show(&p, 1);
        raise(SIGINT);
        _exit(EXIT_SUCCESS);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    ck_assert_str_eq(shown(), "\r\033[Krun [####################"
                              "....................]  50%\r\033[K");
}
END_TEST

/* Whoever has decided to go on when interrupted does so, during the bar and
 * after it. */
START_TEST(test_interrupt_ignored)
{
    if (!use_terminal())
        return;
    signal(SIGINT, SIG_IGN);
    struct progress p;
    progress_start(&p, "run", 2);
    raise(SIGINT);
    progress_end(&p);
    raise(SIGINT);
    ck_assert_str_eq(shown(), "");
}
END_TEST

START_TEST(test_no_terminal)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    terminal = ends[0];
    struct progress p;
    progress_start(&p, "run", 10);
    be_impatient(&p);
    progress_show(&p, 5);
    progress_announce(&p, 6);
    progress_end(&p);
    ck_assert_str_eq(shown(), "");
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("progress");
    TCase *c = tcase_create("core");
    tcase_add_test(c, test_patience);
    tcase_add_test(c, test_bar);
    tcase_add_test(c, test_unknown_total);
    tcase_add_test(c, test_announce);
    tcase_add_test(c, test_interrupt);
    tcase_add_test(c, test_interrupt_ignored);
    tcase_add_test(c, test_no_terminal);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_set_fork_status(r, CK_FORK);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
