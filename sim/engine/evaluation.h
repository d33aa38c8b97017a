/* evaluation -- the state of a run while it is evaluated, and its relative
 * snapshot at frame boundaries. */
#ifndef HEADRACE_ENGINE_EVALUATION_H
#define HEADRACE_ENGINE_EVALUATION_H

#include "engine/edge.h"
#include "engine/process.h"
#include "engine/run.h"

struct evaluation {
    struct arena *arena;
    const struct timing *timing;
    uint32_t channel_count, process_count, edge_count;
    struct channel *channels;
    struct process_state *processes;
    struct edge *edges;
    uint32_t *order; /* of visits: processes, then edges */
    const struct run_observer *observer;
    uint64_t tokens_in_all; /* at the last edge, in all of the run */
};

/* Sums up what a process waited at its ports; it was busy for the rest of
 * `span`.  A link was busy for all of it (run.h). */
static inline void evaluation_add_up(struct process_time *t, uint64_t span,
                                     const struct process_state *p)
{
    t->starved = t->blocked = 0;
    for (uint32_t k = 0; k < p->input_count; k++)
        t->starved += t->starved_by[k];
    for (uint32_t k = 0; k < p->output_count; k++)
        t->blocked += t->blocked_by[k];
    t->busy = p->link != NULL ? span : span - t->starved - t->blocked;
}

/* Snapshots find out whether the state recurs.
 *
 * When every process and edge has done exactly f frames, every stream is
 * empty but for its initial tokens, and all that the future depends on is: when
 * the places of each stream became free, where each front stands, and the
 * phases of source and sink.  Taken relative to one reference time and with
 * values too old to matter clipped, two equal snapshots mean that everything
 * repeats from there on, shifted by the difference of the references.  Where
 * frames take turns with copies, the turns have to be the same as well. */
struct snapshots;

/* All snapshots together keep at most this; the oldest give way. */
enum { SNAPSHOT_BYTES_MAX = 64 << 20 };

struct snapshots *snapshots_new(struct evaluation *e);
/* Adds the state after one more frame; at most RUN_FRAMES_MAX times.  If it
 * recurred: true, and how many frames and cycles ago. */
bool snapshots_add(struct snapshots *s, uint32_t *period,
                   uint64_t *period_cycles);

#endif
