#include "cli/interrupt.h"

#include "tests/check_main.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(the_first_is_noted)
{
    interrupt_catch();
    ck_assert(!interrupt_seen());
    raise(SIGINT);
    ck_assert(interrupt_seen());
    interrupt_release();
    ck_assert(interrupt_seen());
    interrupt_catch();
    ck_assert(!interrupt_seen());
    interrupt_release();
}
END_TEST

/* How a child ends that gets `count` interrupts before release and one
 * behind it if `late`. */
static int end_of_child(int count, bool late)
{
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        interrupt_catch();
        for (int i = 0; i < count; i++)
            raise(SIGINT);
        interrupt_release();
        if (late)
            raise(SIGINT);
        _exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    return status;
}

START_TEST(the_second_ends)
{
    int status = end_of_child(1, false);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    status = end_of_child(2, false);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    status = end_of_child(0, true);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
}
END_TEST

START_TEST(ignored_ones_stay_ignored)
{
    signal(SIGINT, SIG_IGN);
    interrupt_catch();
    raise(SIGINT);
    ck_assert(!interrupt_seen());
    interrupt_release();
    raise(SIGINT);
}
END_TEST

/* What it catches ends it behind the cleaning up, as if it had not. */
START_TEST(ends_are_obeyed_in_the_end)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        const pid_t child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            signal(signals[i], SIG_DFL);
            interrupt_catch_ends();
            raise(signals[i]);
            if (!interrupt_seen())
                _exit(1);
            interrupt_obey();
            _exit(2);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == signals[i]);
    }
    interrupt_catch_ends();
    interrupt_obey();
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_first_is_noted,
        the_second_ends,
        ignored_ones_stay_ignored,
        ends_are_obeyed_in_the_end,
        NULL,
    };
    return check_main("interrupt", tests);
}
