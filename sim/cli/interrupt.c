#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

/* A handler has no other way to tell. */
static volatile sig_atomic_t seen; /* the signal; 0: none */

/* What asks a program to end: a terminal, kill, a terminal that is closed. */
static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
enum { END_COUNT = sizeof ends / sizeof ends[0] };
static struct sigaction before[END_COUNT];
static int caught; /* the first so many */

/* Wipes the line of a progress bar, of which it knows nothing. */
static void note(int number)
{
    if (!seen) {
        seen = number;
        return;
    }
    if (isatty(STDERR_FILENO) == 1) {
        const ssize_t n = write(STDERR_FILENO, "\r\033[K", 4);
        (void)n;
    }
    signal(number, SIG_DFL);
    raise(number); /* delivered when this returns */
}

static void catch_first(int count)
{
    struct sigaction action = { .sa_handler = note, .sa_flags = SA_RESTART };
    seen = 0;
    caught = count;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < count; i++) {
        sigaction(ends[i], &action, &before[i]);
        if (before[i].sa_handler == SIG_IGN)
            sigaction(ends[i], &before[i], NULL);
    }
}

void interrupt_catch(void)
{
    catch_first(1);
}

void interrupt_catch_ends(void)
{
    catch_first(END_COUNT);
}

bool interrupt_seen(void)
{
    return seen != 0;
}

void interrupt_release(void)
{
    for (int i = 0; i < END_COUNT && i < caught; i++)
        sigaction(ends[i], &before[i], NULL);
}

void interrupt_obey(void)
{
    interrupt_release();
    if (seen != 0)
        raise(seen);
}
