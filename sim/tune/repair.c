#include "tune/repair.h"

#include "base/arena.h"
#include "design/design.h"
#include "tune/repair_bound.h"
#include "tune/repair_search.h"

#include <assert.h>

/* Of the FIFOs of the closed cycle the one that gets the run past it for the
 * least size; FIFOs that were chosen before are never full.  False: there is
 * none. */
static bool cheapest_room(struct repair_search *s, const struct run *r,
                          uint32_t *best)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    uint32_t *rooms = arena_new_array(scratch, uint32_t, r->wait_count + 1);
    const uint32_t count = repair_rooms_of(s, r, rooms);
    uint64_t best_size = UINT64_MAX;
    *best = rooms[0];
    for (uint32_t i = 0; i < count && count > 1; i++) {
        const uint32_t stream = rooms[i], before = w->depths[stream];
        const uint32_t deepest =
            what_if_deepest_within(w, stream, before,
                                   what_if_deepest(w, stream, s->frames),
                                   best_size);
        what_if_set(w, stream, WHAT_IF_UNBOUNDED);
        const struct run *past = repair_run(s, scratch);
        const uint64_t progress =
            past->outcome == RUN_DONE ? 0 : repair_progress_of(past);
        if (deepest > before && repair_gets_to(s, stream, deepest, progress)) {
            *best = stream;
            s->hints[stream] =
                repair_least_depth(s, stream, before, deepest, progress);
            best_size = what_if_size(w, stream, s->hints[stream]) -
                        what_if_size(w, stream, before) - 1; /* or less */
        }
        what_if_set(w, stream, before);
    }
    arena_free(scratch);
    return count > 0;
}

/* The FIFO that was made deeper for the largest size and is not tried yet;
 * s->streams: none is left. */
static uint32_t next_to_reduce(const struct repair_search *s, const bool *tried)
{
    const struct what_if *w = s->what_if;
    uint32_t best = s->streams;
    uint64_t most = 0;
    for (uint32_t i = 0; i < s->streams; i++) {
        if (tried[i] || !what_if_can_choose(w, i) ||
            w->depths[i] == w->design->streams[i].depth)
            continue;
        const uint64_t size = what_if_size(w, i, w->depths[i]);
        if (size > most) {
            most = size;
            best = i;
        }
    }
    return best;
}

/* Makes a FIFO that comes through as shallow as it can be with the others as
 * they are. */
static void reduce_one(struct repair_search *s, uint32_t stream)
{
    uint32_t low = s->what_if->design->streams[stream].depth;
    uint32_t high = s->what_if->depths[stream];
    const uint32_t hint = s->hints[stream];
    if (repair_gets_to(s, stream, low, 0))
        return;
    if (hint > low && hint < high) {
        if (repair_gets_to(s, stream, hint, 0)) {
            repair_least_depth_below(s, stream, low, hint);
            return;
        }
        low = hint;
    }
    repair_least_depth(s, stream, low, high, 0);
}

static void reduce(struct repair_search *s)
{
    struct arena *scratch = arena_new();
    bool *tried = arena_new_array(scratch, bool, s->streams);
    for (;;) {
        const uint32_t i = next_to_reduce(s, tried);
        if (i == s->streams)
            break;
        tried[i] = true;
        reduce_one(s, i);
    }
    arena_free(scratch);
}

/* Some depths that come through: one FIFO of each closed cycle is chosen and
 * never full from then on, until there is none; then each gets as shallow as
 * it can be. */
static void find_some(struct repair_search *s)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    what_if_restore_all(w);
    for (;;) {
        const struct run *r = repair_run(s, scratch);
        if (r->outcome == RUN_DONE)
            break;
        uint32_t room;
        if (!cheapest_room(s, r, &room))
            break;
        what_if_set(w, room, WHAT_IF_UNBOUNDED);
    }
    arena_free(scratch);
    for (uint32_t i = 0; i < s->streams; i++)
        if (w->depths[i] == WHAT_IF_UNBOUNDED)
            what_if_set(w, i, what_if_deepest(w, i, s->frames));
    if (repair_is_stuck(s))
        repair_set_all_deepest(s); /* they come through (is_hopeless) */
    reduce(s);
    s->best_added = 0;
    for (uint32_t i = 0; i < s->streams; i++) {
        s->best[i] = w->depths[i];
        if (what_if_can_choose(w, i))
            s->best_added += what_if_size(w, i, s->best[i]) -
                             what_if_size(w, i, w->design->streams[i].depth);
    }
}

/* Notes what the depths are, and simulates each of them one less. */
static void note_items(struct repair_search *s, struct repair *r)
{
    struct what_if *w = s->what_if;
    for (uint32_t i = 0; i < s->streams; i++) {
        const uint32_t before = w->design->streams[i].depth;
        if (!what_if_can_choose(w, i) || s->best[i] == before)
            continue;
        r->items = arena_grow(s->arena, r->items, r->count, sizeof *r->items);
        r->items[r->count++] = (struct deepening){
            .stream = i,
            .depth = s->best[i],
            .depth_before = before,
            .one_less_deadlocks = !repair_gets_to(s, i, s->best[i] - 1, 0),
        };
        what_if_set(w, i, s->best[i]);
    }
}

/* Whether no depth helps; the run then says why. */
static bool is_hopeless(struct repair_search *s, struct repair *r)
{
    repair_set_all_deepest(s);
    const struct run *unbounded = repair_run(s, s->arena);
    what_if_restore_all(s->what_if);
    r->possible = unbounded->outcome == RUN_DONE;
    r->stuck_unbounded = r->possible ? NULL : unbounded;
    return !r->possible;
}

const struct repair *repair_find(struct arena *a, struct what_if *w,
                                 uint32_t frames)
{
    struct repair *r = arena_new_item(a, struct repair);
    struct repair_search s = { .arena = a,
                               .what_if = w,
                               .streams = w->design->stream_count };
    s.best = arena_new_array(a, uint32_t, s.streams);
    s.hints = arena_new_array(a, uint32_t, s.streams);
    what_if_restore_all(w);
    r->stuck = what_if_run(w, a, &(struct run_options){ .frames = frames });
    assert(r->stuck->outcome == RUN_DEADLOCK);
    uint32_t done = r->stuck->frames;
    /* As few frames as show the deadlock; more if what comes through them gets
     * stuck later. */
    for (;;) {
        s.frames = done >= s.frames ? done + 1 : s.frames + 1;
        if (is_hopeless(&s, r))
            return r;
        find_some(&s);
        repair_prove(&s);
        struct arena *scratch = arena_new();
        const struct run *confirmed =
            what_if_run(w, scratch, &(struct run_options){ .frames = frames });
        const bool through = confirmed->outcome == RUN_DONE;
        done = confirmed->frames;
        arena_free(scratch);
        if (through)
            break;
    }
    r->size = s.best_added;
    r->cheapest = s.proven;
    r->size_at_least = s.proven ? s.best_added : s.least_added;
    r->figures = what_if_measure(w, frames);
    note_items(&s, r);
    return r;
}
