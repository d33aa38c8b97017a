#include "tests/bench/depths.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/lanes.h"
#include "engine/run.h"
#include "engine/slack.h"
#include "import/model.h"
#include "kernels/kernels.h"

enum { ROUNDS = 3, THREADS = 2, MODEL_BYTES_MAX = 1 << 20 };

/* Tokens that a FIFO has places for beyond what no deadlock needs. */
enum { SPARE = 32 };

struct row {
    const char *model;
    const char *shape, *scaled; /* another shape of the input, in the words of
                                   the model; NULL: the model's */
    bool one; /* configurations differ in one FIFO each, as those of a search
                 step do; else in all of them */
    uint32_t configurations;
};

static const struct row rows[] = {
    { "pipeline224", "[224, 224, 3]", "[32, 32, 3]", false, 4096 },
    { "pipeline224", "[224, 224, 3]", "[32, 32, 3]", true, 4096 },
    { "pipeline224", NULL, NULL, false, 128 },
    { "pipeline224", NULL, NULL, true, 128 },
    { "svhn", NULL, NULL, false, 4096 },
    { "svhn", NULL, NULL, true, 4096 },
    { "lenet5", NULL, NULL, false, 4096 },
    { "lenet5", NULL, NULL, true, 4096 },
    { "resnet18", NULL, NULL, false, 32 },
    { "resnet18", NULL, NULL, true, 32 },
};

/* Seconds of the best round. */
struct seconds {
    double alone, lanes, threads;
};

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void keep_least(double *least, double seconds)
{
    if (*least == 0 || seconds < *least)
        *least = seconds;
}

/* Writes the model with another shape to a file of its own. */
static const char *scaled_model(struct arena *a, const struct row *r,
                                const char *path, struct diag *d)
{
    size_t length = 0;
    const char *file = file_join(a, path, "model.json");
    const char *text = file_read(a, file, MODEL_BYTES_MAX, &length, d);
    const char *shape = text == NULL ? NULL : strstr(text, r->shape);
    if (shape == NULL)
        return NULL;
    char *scaled = arena_strdup(a, "/tmp/headrace-depths-XXXXXX");
    const int descriptor = mkstemp(scaled);
    FILE *to = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (to == NULL)
        return NULL;
    fprintf(to, "%.*s%s%s", (int)(shape - text), text, r->scaled,
            shape + strlen(r->shape));
    return fclose(to) == 0 ? scaled : NULL;
}

static struct design *load(struct arena *a, const struct row *r, struct diag *d)
{
    const struct kernel_table *kernels = kernels_headrace();
    const char *path = file_join(a, HEADRACE_SOURCE_DIR "/models", r->model);
    const char *file = r->scaled == NULL ? path : scaled_model(a, r, path, d);
    if (file == NULL)
        return NULL;
    struct model *m = model_load(a, file, kernels, d);
    if (r->scaled != NULL)
        unlink(file);
    return m == NULL ? NULL
                     : design_lower(a, &m->network, &m->hardware, kernels, d);
}

static struct lane *new_lanes(struct arena *a, const struct row *r,
                              const struct design *design)
{
    struct rng rng = { 1 };
    const uint64_t *needs = slack_needs(a, design);
    const uint32_t streams = design->stream_count;
    struct lane *lanes = arena_new_array(a, struct lane, r->configurations);
    for (uint32_t k = 0; k < r->configurations; k++) {
        uint32_t *capacities = arena_new_array(a, uint32_t, streams);
        const uint32_t changed = rng_below(&rng, streams);
        for (uint32_t i = 0; i < streams; i++) {
            const uint32_t need = needs[i] == 0 ? 1 : (uint32_t)needs[i];
            const bool any = !r->one || i == changed;
            capacities[i] =
                need + (any ? rng_below(&rng, SPARE) : SPARE / 2 - 1);
        }
        lanes[k].capacities = capacities;
    }
    return lanes;
}

static void run_alone(const struct timing *t, const struct lane *l,
                      uint64_t *frames)
{
    struct arena *scratch = arena_new();
    struct timing own = *t;
    own.streams =
        arena_new_array(scratch, struct timing_stream, t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        own.streams[i] = t->streams[i];
        own.streams[i].capacity = l->capacities[i];
    }
    const struct run *r =
        run_timing(scratch, &own, &(struct run_options){ .no_stats = true });
    assert(r->frames == l->frames && r->period == l->period &&
           r->period_cycles == l->period_cycles);
    *frames += r->frames;
    arena_free(scratch);
}

struct share {
    struct lanes *object;
    struct lane *lanes;
    uint32_t count;
    double seconds; /* of this thread's own time */
};

static void *run_share(void *context)
{
    struct share *s = context;
    const double start = now(CLOCK_THREAD_CPUTIME_ID);
    lanes_run(s->object, s->lanes, s->count);
    s->seconds = now(CLOCK_THREAD_CPUTIME_ID) - start;
    return NULL;
}

/* Seconds of the thread that took longest. */
static double run_threads(struct lanes *const *objects, struct lane *lanes,
                          uint32_t count)
{
    pthread_t threads[THREADS];
    struct share shares[THREADS];
    for (uint32_t i = 0; i < THREADS; i++) {
        const uint32_t begin = count * i / THREADS;
        const uint32_t end = count * (i + 1) / THREADS;
        shares[i] = (struct share){ objects[i], lanes + begin, end - begin, 0 };
        if (pthread_create(&threads[i], NULL, run_share, &shares[i]) != 0)
            abort();
    }
    for (uint32_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    double seconds = 0;
    for (uint32_t i = 0; i < THREADS; i++)
        if (shares[i].seconds > seconds)
            seconds = shares[i].seconds;
    return seconds;
}

static void print(const struct row *r, const struct seconds *s, double tokens,
                  double frames)
{
    const double n = r->configurations;
    printf("| %s %s | %s | %.1f | %.0f | %.2f | %.0f | %.2f | %.1f | %.0f | "
           "%.2f |\n",
           r->model, r->scaled == NULL ? "" : r->scaled, r->one ? "one" : "all",
           frames / n, n / s->alone, s->alone * 1e9 / tokens, n / s->lanes,
           s->lanes * 1e9 / tokens, s->alone / s->lanes, n / s->threads,
           s->lanes / s->threads);
}

static bool measure(const struct row *r, struct diag *d)
{
    struct arena *a = arena_new();
    struct design *design = load(a, r, d);
    if (design == NULL) {
        arena_free(a);
        return false;
    }
    const struct timing *t = timing_from_design(a, design);
    struct lane *lanes = new_lanes(a, r, design);
    const struct lanes_options o = { .frames = 0 };
    struct lanes *objects[THREADS];
    struct arena *own[THREADS]; /* threads cannot share one */
    for (uint32_t i = 0; i < THREADS; i++) {
        own[i] = arena_new();
        objects[i] = lanes_new(own[i], t, &o);
    }
    struct seconds s = { 0 };
    uint64_t frames = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        double start = now(CLOCK_PROCESS_CPUTIME_ID);
        lanes_run(objects[0], lanes, r->configurations);
        keep_least(&s.lanes, now(CLOCK_PROCESS_CPUTIME_ID) - start);
        start = now(CLOCK_PROCESS_CPUTIME_ID);
        frames = 0;
        for (uint32_t k = 0; k < r->configurations; k++)
            run_alone(t, &lanes[k], &frames);
        keep_least(&s.alone, now(CLOCK_PROCESS_CPUTIME_ID) - start);
        keep_least(&s.threads, run_threads(objects, lanes, r->configurations));
    }
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < t->stream_count; i++)
        tokens += t->streams[i].tokens_per_frame;
    print(r, &s, (double)tokens * (double)frames, (double)frames);
    for (uint32_t i = 0; i < THREADS; i++)
        arena_free(own[i]);
    arena_free(a);
    return true;
}

bool depths_measure(struct diag *d)
{
    printf("Until certified, best of %d rounds; one core, but for the last two "
           "columns: two threads with an object each, by the time of the one "
           "that took longer.\n\n"
           "| model | FIFOs varied | frames each | alone/s | ns per token | "
           "lanes/s | ns per token | ratio | two threads/s | ratio |\n"
           "|---|---|---|---|---|---|---|---|---|---|\n",
           ROUNDS);
    for (uint32_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (!measure(&rows[i], d))
            return false;
        fflush(stdout);
    }
    return true;
}
