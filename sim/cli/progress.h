/* progress -- a bar on standard error for what takes over a second.
 *
 * Nothing is shown unless standard error is a terminal, nor in the first
 * second unless announced; progress_end wipes the bar away, and so does an
 * interrupt, which then ends the program as it would have.
 *
 *     struct progress p;
 *     progress_start(&p, "simulate", frames);
 *     for (...)
 *         progress_show(&p, done);
 *     progress_end(&p);
 */
#ifndef HEADRACE_CLI_PROGRESS_H
#define HEADRACE_CLI_PROGRESS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct progress {
    const char *label;
    uint64_t total;  /* 0: unknown; the bar is then only a count */
    bool terminal;   /* there is somebody to see it */
    bool shown;      /* something stands on the line */
    int64_t next_ms; /* when it is drawn again, on the monotonic clock */
    struct sigaction before; /* what an interrupt did */
};

void progress_start(struct progress *p, const char *label, uint64_t total);
/* Cheap enough for an inner loop of some microseconds. */
void progress_show(struct progress *p, uint64_t done);
/* Shown at once, before a step that may take long and shows nothing itself. */
void progress_announce(struct progress *p, uint64_t done);
/* Before anything else is printed; once for each start. */
void progress_end(struct progress *p);

#endif
