#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/exactness/exactness.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "cli/verification.h"
#include "design/design.h"
#include "design/stimulus.h"
#include "engine/run.h"
#include "engine/slack.h"
#include "tests/exactness/branches.h"
#include "tests/exactness/grid.h"
#include "tests/exactness/random_design.h"

static int remove_entry(const char *path, const struct stat *st, int type,
                        struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

/* --- deadlocks ------------------------------------------------------------ */

/* The FIFO of the RTL holds as many tokens as the model says. */
static bool rtl_holds(const struct verification *v, const struct run_wait *w)
{
    const struct times_difference *t = &v->streams[w->stream];
    const struct run_stream *s = &v->model->streams[w->stream];
    return t->different == 0 && s->written - s->tokens == w->held;
}

/* The wait-for cycle that the model names is closed and is what the FIFOs of
 * the RTL look like: each is full in front of who waits for its room, empty
 * behind who waits for its token.  (A frame buffer is neither: it holds part
 * of a frame, or waits for the end of one to be read.) */
static bool cycle_holds(const struct verification *v)
{
    const struct run *r = v->model;
    for (uint32_t i = 0; i < r->wait_count; i++) {
        const struct run_wait *w = &r->waits[i];
        const struct run_wait *next = &r->waits[(i + 1) % r->wait_count];
        const struct stream *s = &v->design->streams[w->stream];
        const struct process *waits = w->for_room ? s->producer : s->consumer;
        const struct process *held_up_by =
            w->for_room ? s->consumer : s->producer;
        if (waits == NULL || waits->index != w->process || held_up_by == NULL ||
            held_up_by->index != next->process || !rtl_holds(v, w))
            return false;
        uint64_t held = w->for_room ? stream_capacity(s) : 0;
        if (s->kind != FIFO_FRAME && w->held != held)
            return false;
    }
    return r->wait_count > 0;
}

/* --- counting ------------------------------------------------------------- */

static bool is_starving(struct arena *a, const struct design *d)
{
    const uint64_t *needs = slack_needs(a, d);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].depth < needs[i])
            return true;
    return false;
}

static bool has_layer_copies(const struct hardware *h)
{
    for (uint32_t i = 0; i < h->layer_count; i++)
        if (h->layers[i].copies > 1)
            return true;
    return false;
}

static void count_shape(struct grid *g, struct arena *a,
                        const struct random_design *r)
{
    const struct design *d = r->design;
    struct branches b = branches_of(a, d);
    bool source_stalls = !stimulus_is_always(&d->source);
    bool sink_stalls = !stimulus_is_always(&d->sink);
    bool starving = is_starving(a, d);
    grid_add(g, "designs", 1);
    grid_add(g, "designs whose branches join", b.joins > 0);
    grid_add(g, "designs with a concat", b.concats > 0);
    grid_add(g, "designs with a block nested in another", b.nested > 0);
    grid_add(g, "designs with branches of unequal length", b.unequal > 0);
    grid_add(g, "designs with a starving FIFO", starving);
    grid_add(g, "designs with ample FIFOs", !starving);
    grid_add(g, "designs with a source that stalls", source_stalls);
    grid_add(g, "designs with a sink that stalls", sink_stalls);
    grid_add(g, "designs with stalls at both ends",
             source_stalls && sink_stalls);
    grid_add(g, "designs with copies of the network", r->hardware->copies > 1);
    grid_add(g, "designs with copies of a layer",
             has_layer_copies(r->hardware));
    grid_add(g, "designs buffered by frames",
             r->hardware->buffering == BUFFERING_FRAME);
    for (uint32_t frames = 1; frames <= RANDOM_FRAMES_MAX; frames++)
        grid_add(g,
                 arena_printf(a, "designs with %" PRIu32 " frame%s", frames,
                              frames == 1 ? "" : "s"),
                 r->frames == frames);
}

void exactness_draw(uint64_t seed, struct grid *g)
{
    struct arena *a = arena_new();
    struct random_design r = random_design_new(a, seed);
    count_shape(g, a, &r);
    grid_add_design(g, r.design, NULL);
    arena_free(a);
}

/* Whether b has something that g has less than `least` times. */
static bool adds(const struct grid *g, const struct grid *b, uint64_t least)
{
    for (uint32_t i = 0; i < b->row_count; i++)
        if (b->rows[i].configurations > 0 &&
            grid_configurations(g, b->rows[i].name) < least)
            return true;
    for (uint32_t i = 0; i < b->count_count; i++)
        if (b->counts[i].count > 0 && grid_get(g, b->counts[i].name) < least)
            return true;
    return false;
}

uint32_t exactness_choose(uint64_t *seeds)
{
    struct grid all;
    grid_init(&all);
    uint32_t count = 0;
    for (uint64_t i = 0;
         i < EXACTNESS_FULL_DESIGNS && count < EXACTNESS_DAILY_MAX; i++) {
        struct grid one;
        grid_init(&one);
        exactness_draw(EXACTNESS_FULL_FIRST + i, &one);
        if (!adds(&all, &one, EXACTNESS_DAILY_LEAST))
            continue;
        seeds[count++] = EXACTNESS_FULL_FIRST + i;
        grid_merge(&all, &one);
    }
    return count;
}

/* False: the design differs. */
static bool count_result(struct grid *g, struct arena *a,
                         const struct random_design *r,
                         const struct verification *v)
{
    bool named = !v->deadlock || cycle_holds(v);
    bool equal =
        verification_equal(v) && v->deadlock != v->rtl_complete && named;
    count_shape(g, a, r);
    grid_add(g, "designs that differ", !equal);
    grid_add(g, "deadlocks in the model", v->deadlock);
    grid_add(g, "deadlocks in the RTL", !v->rtl_complete);
    grid_add(g, "deadlocks whose wait-for cycle the RTL shows",
             v->deadlock && named);
    grid_add(g, "RTL cycles", v->rtl_cycles);
    grid_add(g, "handshakes compared", v->handshakes);
    grid_add(g, "handshakes that differ", v->handshakes_different);
    /* Those at the output are also among those of its stream. */
    uint64_t values = 0, values_different = 0;
    for (uint32_t i = 0; i < v->stream_count; i++) {
        values += v->inner[i].compared;
        values_different += v->inner[i].different;
    }
    grid_add(g, "values compared", values);
    grid_add(g, "of them at the output", v->values);
    grid_add(g, "values that differ", values_different);
    grid_add_design(g, v->design, v);
    return equal;
}

/* --- running -------------------------------------------------------------- */

static void print_difference(const struct verification *v)
{
    for (uint32_t i = 0; i < v->stream_count; i++) {
        const struct times_difference *s = &v->streams[i];
        if (s->different == 0)
            continue;
        printf("    %s: %" PRIu64 " of %" PRIu64
               " handshakes differ, first %s %" PRIu64 ": model %" PRIu64
               ", RTL %" PRId64 "\n",
               v->design->streams[i].name, s->different, s->compared,
               s->event == TOKEN_WRITE ? "write" : "read", s->token, s->cycle_a,
               (int64_t)s->cycle_b);
    }
    for (uint32_t i = 0; i < v->stream_count; i++) {
        const struct values_difference *s = &v->inner[i];
        if (s->different == 0)
            continue;
        printf("    %s: %" PRIu64 " of %" PRIu64
               " values differ, first %" PRIu64 ": infer %" PRId32
               ", RTL %" PRId32 "\n",
               v->design->streams[i].name, s->different, s->compared, s->first,
               s->expected, s->got);
    }
    if (v->handshakes_beyond != 0)
        printf("    %" PRIu64 " handshakes more behind the last frame\n",
               v->handshakes_beyond);
    if (v->values_different != 0)
        printf("    %" PRIu64 " of %" PRIu64
               " output values differ, first %" PRIu64 ": infer %" PRId32
               ", RTL %" PRId32 "\n",
               v->values_different, v->values, v->first_value,
               v->first_expected, v->first_got);
    if (v->last_wrong)
        printf("    m_axis_tlast is wrong\n");
    if (v->frame_error)
        printf("    frame_error was raised\n");
    if (v->deadlock == v->rtl_complete)
        printf("    deadlock only in the %s\n", v->deadlock ? "model" : "RTL");
    else if (v->deadlock && !cycle_holds(v))
        printf("    the wait-for cycle is not what the RTL shows\n");
}

static bool run_batch(const uint64_t *seeds, uint32_t count, const char *folder,
                      bool verbose, struct grid *g)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct random_design *designs =
        arena_new_array(a, struct random_design, count);
    struct verification_job *jobs =
        arena_new_array(a, struct verification_job, count);
    for (uint32_t i = 0; i < count; i++) {
        designs[i] = random_design_new(a, seeds[i]);
        jobs[i] = (struct verification_job){
            .design = designs[i].design,
            .frames = designs[i].frames,
            .inputs = designs[i].inputs,
        };
    }
    const struct verification *v = verify_designs(
        a, jobs, count,
        &(struct verification_options){ .folder = folder, .inner = true }, d);
    for (size_t i = 0; i < diag_count(d); i++)
        fprintf(stderr, "%s\n", diag_format(diag_at(d, i), a));
    for (uint32_t i = 0; v != NULL && i < count; i++) {
        bool equal = count_result(g, a, &designs[i], &v[i]);
        if (verbose || !equal) {
            printf("%-9s %s\n", equal ? "equal" : "DIFFERENT",
                   random_design_text(a, &designs[i]));
            print_difference(&v[i]);
        }
    }
    arena_free(a);
    return v != NULL;
}

bool exactness_run(const uint64_t *seeds, uint32_t count, uint32_t batch,
                   const char *folder, bool keep, bool verbose, struct grid *g)
{
    for (uint32_t done = 0; done < count;) {
        uint32_t now = count - done < batch ? count - done : batch;
        char batch_folder[4096];
        snprintf(batch_folder, sizeof batch_folder, "%s/seed%" PRIu64, folder,
                 seeds[done]);
        bool ran = run_batch(seeds + done, now, batch_folder, verbose, g);
        if (!keep)
            nftw(batch_folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        if (!ran)
            return false;
        done += now;
        printf("%" PRIu32 " of %" PRIu32 " designs, %" PRIu64 " different\n",
               done, count, grid_get(g, "designs that differ"));
        fflush(stdout);
    }
    return true;
}
