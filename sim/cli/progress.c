#include "cli/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 1000, REDRAW_MS = 100, BAR_WIDTH = 40 };

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Knows of no bar, so it wipes the line in any case. */
static void wipe_and_end(int number)
{
    ssize_t n = write(STDERR_FILENO, "\r\033[K", 4);
    (void)n;
    raise(number); /* the default again: see SA_RESETHAND */
}

void progress_start(struct progress *p, const char *label, uint64_t total)
{
    *p = (struct progress){
        .label = label,
        .total = total,
        .terminal = isatty(STDERR_FILENO) == 1,
        .next_ms = now_ms() + PATIENCE_MS,
    };
    if (!p->terminal)
        return;
    struct sigaction action = { .sa_handler = wipe_and_end,
                                .sa_flags = SA_RESETHAND | SA_RESTART };
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &p->before);
    if (p->before.sa_handler == SIG_IGN)
        sigaction(SIGINT, &p->before, NULL);
}

static void draw(const struct progress *p, uint64_t done)
{
    if (p->total == 0) {
        fprintf(stderr, "\r\033[K%s %" PRIu64, p->label, done);
        return;
    }
    if (done > p->total)
        done = p->total;
    double share = (double)done / (double)p->total;
    int filled = (int)(share * BAR_WIDTH);
    char bar[BAR_WIDTH + 1];
    for (int i = 0; i < BAR_WIDTH; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[BAR_WIDTH] = '\0';
    fprintf(stderr, "\r\033[K%s [%s] %3d%%", p->label, bar, (int)(share * 100));
}

void progress_show(struct progress *p, uint64_t done)
{
    if (!p->terminal)
        return;
    int64_t now = now_ms();
    if (now < p->next_ms)
        return;
    draw(p, done);
    fflush(stderr);
    p->shown = true;
    p->next_ms = now + REDRAW_MS;
}

void progress_announce(struct progress *p, uint64_t done)
{
    p->next_ms = 0;
    progress_show(p, done);
}

void progress_end(struct progress *p)
{
    if (p->terminal)
        sigaction(SIGINT, &p->before, NULL);
    if (!p->shown)
        return;
    fprintf(stderr, "\r\033[K");
    fflush(stderr);
    p->shown = false;
}
