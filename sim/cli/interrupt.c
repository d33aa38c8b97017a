#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

/* A handler has no other way to tell. */
static volatile sig_atomic_t seen;
static struct sigaction before;

/* Wipes the line of a progress bar, of which it knows nothing. */
static void note(int number)
{
    if (!seen) {
        seen = 1;
        return;
    }
    if (isatty(STDERR_FILENO) == 1) {
        const ssize_t n = write(STDERR_FILENO, "\r\033[K", 4);
        (void)n;
    }
    signal(number, SIG_DFL);
    raise(number); /* delivered when this returns */
}

void interrupt_catch(void)
{
    struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
    seen = 0;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &before);
    if (before.sa_handler == SIG_IGN)
        sigaction(SIGINT, &before, NULL);
}

bool interrupt_seen(void)
{
    return seen != 0;
}

void interrupt_release(void)
{
    sigaction(SIGINT, &before, NULL);
}
