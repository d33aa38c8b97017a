#include "cli/tune_watch.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/interrupt.h"

enum { MILLION = 1000000 };

static bool show(void *context, const char *stage, uint64_t done,
                 uint64_t total, uint64_t best_price)
{
    struct tune_watch *w = context;
    if (best_price == 0)
        snprintf(w->label, sizeof w->label, "%s", stage);
    else
        snprintf(w->label, sizeof w->label, "%s, %s %" PRIu64, stage,
                 w->bits ? "bits" : "price", best_price / MILLION);
    w->bar.label = w->label;
    w->bar.total = total;
    progress_show(&w->bar, done);
    return !interrupt_seen();
}

void tune_watch_start(struct tune_watch *w, const struct pricing *p)
{
    *w = (struct tune_watch){ .observer = { show, w },
                              .bits = p->bit == MILLION };
    progress_start(&w->bar, "tune", 1);
    interrupt_catch();
}

bool tune_watch_step(struct tune_watch *w, const char *stage, uint64_t done,
                     uint64_t total)
{
    w->bar.label = stage;
    w->bar.total = total;
    progress_show(&w->bar, done);
    return !interrupt_seen();
}

void tune_watch_end(struct tune_watch *w)
{
    interrupt_release();
    progress_end(&w->bar);
}

void tune_watch_proof(void *context, const char *what, uint64_t done,
                      uint64_t total)
{
    struct progress *bar = context;
    bar->label = what;
    bar->total = total;
    progress_announce(bar, done);
}
