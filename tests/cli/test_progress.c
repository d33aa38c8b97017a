#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "cli/progress.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int terminal; /* the side of a pseudo-terminal that reads */

/* Each test is a process of its own, whose standard error this becomes. */
static void use_terminal(void)
{
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(terminal, 0);
    ck_assert_int_eq(grantpt(terminal), 0);
    ck_assert_int_eq(unlockpt(terminal), 0);
    int screen = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    ck_assert_int_ge(screen, 0);
    ck_assert_int_eq(dup2(screen, STDERR_FILENO), STDERR_FILENO);
    close(screen);
    ck_assert_int_eq(fcntl(terminal, F_SETFL, O_NONBLOCK), 0);
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
    use_terminal();
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
    use_terminal();
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
    use_terminal();
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
    use_terminal();
    struct progress p;
    progress_start(&p, "build", 0);
    progress_announce(&p, 1);
    ck_assert_str_eq(shown(), "\r\033[Kbuild 1");
    progress_announce(&p, 2);
    ck_assert_str_eq(shown(), "\r\033[Kbuild 2");
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
