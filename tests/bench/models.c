#include "tests/bench/models.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "engine/slack.h"
#include "import/model.h"
#include "kernels/kernels.h"

enum { ROUNDS = 15, FRAMES = 3 };

/* Of this process alone, so that others on the machine count less. */
static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

struct times {
    uint64_t slack_us, run_us, analysis_us; /* the best of all rounds */
};

static void keep_least(uint64_t *least, uint64_t us)
{
    if (*least == 0 || us < *least)
        *least = us;
}

static void measure_once(struct arena *a, struct design *d, struct times *t)
{
    uint64_t start = now_us();
    slack_fit(d);
    keep_least(&t->slack_us, now_us() - start);
    const struct timing *timing = timing_from_design(a, d);
    start = now_us();
    run_timing(a, timing, &(struct run_options){ .frames = FRAMES });
    keep_least(&t->run_us, now_us() - start);
    start = now_us();
    analyse_design(a, d, FRAMES);
    keep_least(&t->analysis_us, now_us() - start);
}

static bool measure(const char *path, struct diag *diag)
{
    struct times t = { 0 };
    uint64_t interval = 0, tokens = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct arena *a = arena_new();
        const struct kernel_table *kernels = kernels_headrace();
        struct model *m = model_load(a, path, kernels, diag);
        struct design *d =
            m == NULL
                ? NULL
                : design_lower(a, &m->network, &m->hardware, kernels, diag);
        if (d == NULL) {
            arena_free(a);
            return false;
        }
        measure_once(a, d, &t);
        interval = analysis_interval(analyse_design(a, d, FRAMES));
        tokens = 0;
        for (uint32_t k = 0; k < d->stream_count; k++)
            tokens += FRAMES * d->streams[k].tokens_per_frame;
        arena_free(a);
    }
    const char *name = strrchr(path, '/');
    printf("| %s | %" PRIu64 " | %" PRIu64 " | %.1f | %.1f | %.1f |\n",
           name == NULL ? path : name + 1, interval, tokens,
           (double)t.run_us / 1000, (double)t.slack_us / 1000,
           (double)t.analysis_us / 1000);
    return true;
}

bool models_measure(const char *const *paths, int count, struct diag *d)
{
    printf("%d frames, best of %d rounds, milliseconds of one core.\n\n"
           "| model | cycles per frame | tokens | engine | FIFO depths | "
           "whole analysis |\n|---|---|---|---|---|---|\n",
           FRAMES, ROUNDS);
    for (int i = 0; i < count; i++)
        if (!measure(paths[i], d))
            return false;
    return true;
}
