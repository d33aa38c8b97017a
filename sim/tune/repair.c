#include "tune/repair.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/timing.h"
#include "tune/cuts.h"

#include <assert.h>

/* The proof that nothing less does it ends after so much work (what_if.h; a
 * second or two), or so many runs. */
enum { PROOF_WORK_MAX = 100 * 1000 * 1000, PROOF_RUNS_MAX = 10000 };

struct search {
    struct arena *arena;
    struct what_if *what_if;
    uint32_t streams;
    uint32_t frames; /* that are run to see whether they come through */
    struct cuts cuts;
    uint32_t *best; /* depths that come through */
    uint64_t best_added;
    uint64_t least_added;
    bool proven;
};

/* How far a run got: tokens that were read. */
static uint64_t progress_of(const struct run *r)
{
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < r->stream_count; i++)
        tokens += r->streams[i].tokens;
    return tokens;
}

bool repair_can_help(const struct what_if *w, const struct run_wait *wait)
{
    if (!wait->for_room || !what_if_can_choose(w, wait->stream))
        return false;
    /* A source that has sent all there is waits for no room. */
    const struct timing_stream *s = &w->timing->streams[wait->stream];
    return wait->process != TIMING_EDGE || s->frame_tokens != 0 ||
           wait->held >= s->capacity;
}

/* The FIFOs of the closed cycle in which room is waited for. */
static uint32_t rooms_of(const struct search *s, const struct run *r,
                         uint32_t *rooms)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->wait_count; i++)
        if (repair_can_help(s->what_if, &r->waits[i]))
            rooms[count++] = r->waits[i].stream;
    return count;
}

static void set_all(struct search *s, const uint32_t *depths)
{
    for (uint32_t i = 0; i < s->streams; i++)
        if (what_if_can_choose(s->what_if, i))
            what_if_set(s->what_if, i, depths[i]);
}

static void set_all_unbounded(struct search *s)
{
    for (uint32_t i = 0; i < s->streams; i++)
        if (what_if_can_choose(s->what_if, i))
            what_if_set(s->what_if, i, WHAT_IF_UNBOUNDED);
}

static const struct run *run(struct search *s, struct arena *scratch)
{
    return what_if_run(s->what_if, scratch,
                       &(struct run_options){ .frames = s->frames,
                                              .no_stats = true });
}

/* Whether a FIFO of this depth gets the run at least so far; 0 tokens: through
 * all frames. */
static bool gets_to(struct search *s, uint32_t stream, uint32_t depth,
                    uint64_t progress)
{
    struct arena *scratch = arena_new();
    what_if_set(s->what_if, stream, depth);
    const struct run *r = run(s, scratch);
    const bool there =
        r->outcome == RUN_DONE || (progress != 0 && progress_of(r) >= progress);
    arena_free(scratch);
    return there;
}

/* The least depth above `low` that gets there, at most `high`, which does; the
 * FIFO is left with it. */
static uint32_t least_depth(struct search *s, uint32_t stream, uint32_t low,
                            uint32_t high, uint64_t progress)
{
    for (uint32_t step = 1; high - low > step; step *= 2) {
        if (gets_to(s, stream, low + step, progress)) {
            high = low + step;
            break;
        }
        low += step;
    }
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (gets_to(s, stream, middle, progress))
            high = middle;
        else
            low = middle;
    }
    what_if_set(s->what_if, stream, high);
    return high;
}

/* The same, for a depth that is expected to be little below `high`. */
static uint32_t least_depth_below(struct search *s, uint32_t stream,
                                  uint32_t low, uint32_t high)
{
    for (uint32_t step = 1; high - low > step; step *= 2) {
        if (!gets_to(s, stream, high - step, 0)) {
            low = high - step;
            break;
        }
        high -= step;
    }
    return least_depth(s, stream, low, high, 0);
}

/* Of the FIFOs of the closed cycle the one that gets the run past it for the
 * least size; FIFOs that were chosen before are never full.  False: there is
 * none. */
static bool cheapest_room(struct search *s, const struct run *r, uint32_t *best)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    uint32_t *rooms = arena_new_array(scratch, uint32_t, r->wait_count + 1);
    const uint32_t count = rooms_of(s, r, rooms);
    uint64_t best_size = UINT64_MAX;
    *best = rooms[0];
    for (uint32_t i = 0; i < count && count > 1; i++) {
        const uint32_t stream = rooms[i], before = w->depths[stream];
        what_if_set(w, stream, WHAT_IF_UNBOUNDED);
        const struct run *past = run(s, scratch);
        const uint64_t progress =
            past->outcome == RUN_DONE ? 0 : progress_of(past);
        const uint32_t depth =
            least_depth(s, stream, before,
                        what_if_deepest(w, stream, s->frames), progress);
        const uint64_t size =
            what_if_size(w, stream, depth) - what_if_size(w, stream, before);
        what_if_set(w, stream, before);
        if (size < best_size) {
            best_size = size;
            *best = stream;
        }
    }
    arena_free(scratch);
    return count > 0;
}

/* The FIFO that was made deeper for the largest size and is not tried yet;
 * s->streams: none is left. */
static uint32_t next_to_reduce(const struct search *s, const bool *tried)
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

/* Makes each FIFO as shallow as it can be with the others as they are. */
static void reduce(struct search *s)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    bool *tried = arena_new_array(scratch, bool, s->streams);
    for (;;) {
        const uint32_t i = next_to_reduce(s, tried);
        if (i == s->streams)
            break;
        const uint32_t before = w->design->streams[i].depth;
        const uint32_t now = w->depths[i];
        tried[i] = true;
        if (!gets_to(s, i, before, 0))
            least_depth(s, i, before, now, 0);
    }
    arena_free(scratch);
}

static bool is_stuck(struct search *s)
{
    struct arena *scratch = arena_new();
    const bool stuck = run(s, scratch)->outcome == RUN_DEADLOCK;
    arena_free(scratch);
    return stuck;
}

static void set_all_deepest(struct search *s)
{
    for (uint32_t i = 0; i < s->streams; i++)
        if (what_if_can_choose(s->what_if, i))
            what_if_set(s->what_if, i,
                        what_if_deepest(s->what_if, i, s->frames));
}

/* Some depths that come through: one FIFO of each closed cycle is chosen and
 * never full from then on, until there is none; then each gets as shallow as
 * it can be. */
static void find_some(struct search *s)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    what_if_restore_all(w);
    for (;;) {
        const struct run *r = run(s, scratch);
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
    if (is_stuck(s))
        set_all_deepest(s); /* they come through (is_hopeless) */
    reduce(s);
    s->best_added = 0;
    for (uint32_t i = 0; i < s->streams; i++) {
        s->best[i] = w->depths[i];
        if (what_if_can_choose(w, i))
            s->best_added += what_if_size(w, i, s->best[i]) -
                             what_if_size(w, i, w->design->streams[i].depth);
    }
}

/* Whether the cut says that `stream` with its depth there comes through, if the
 * FIFOs `rooms` are as they are now and all others are never full: they were
 * no deeper when the cut was found to be no weaker than it is. */
static bool is_known_to_run(const struct search *s, const struct cut *c,
                            uint32_t stream, const uint32_t *rooms,
                            uint32_t count)
{
    const uint32_t *now = s->what_if->depths;
    for (uint32_t i = 0; i < count; i++) {
        bool there = rooms[i] == stream || now[rooms[i]] == WHAT_IF_UNBOUNDED;
        for (uint32_t k = 0; k < c->count && !there; k++)
            there = c->terms[k].stream == rooms[i] &&
                    now[rooms[i]] >= c->terms[k].depth - 1;
        if (!there)
            return false;
    }
    return true;
}

/* The least depth of `stream` that is known to come through like that; 0:
 * none is. */
static uint32_t known_to_run(const struct search *s, uint32_t stream,
                             const uint32_t *rooms, uint32_t count)
{
    uint32_t least = 0;
    for (uint32_t i = 0; i < s->cuts.count; i++) {
        const struct cut *c = &s->cuts.items[i];
        for (uint32_t k = 0; k < c->count; k++)
            if (c->terms[k].stream == stream &&
                (least == 0 || c->terms[k].depth < least) &&
                is_known_to_run(s, c, stream, rooms, count))
                least = c->terms[k].depth;
    }
    return least;
}

/* A choice of depths that deadlocks stands as it is.  Makes all FIFOs but
 * `rooms` never full as long as it does; returns how many rooms there are with
 * those where it does not.  Mostly that is none of them. */
static uint32_t widen(struct search *s, uint32_t *rooms, uint32_t count)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    uint32_t *depths = arena_new_array(scratch, uint32_t, s->streams);
    bool *is_room = arena_new_array(scratch, bool, s->streams);
    for (uint32_t i = 0; i < s->streams; i++)
        depths[i] = w->depths[i];
    for (uint32_t i = 0; i < count; i++)
        is_room[rooms[i]] = true;
    set_all_unbounded(s);
    for (uint32_t i = 0; i < count; i++)
        what_if_set(w, rooms[i], depths[rooms[i]]);
    if (!is_stuck(s)) {
        set_all(s, depths);
        for (uint32_t i = 0; i < s->streams; i++) {
            if (!what_if_can_choose(w, i) || is_room[i] ||
                depths[i] == WHAT_IF_UNBOUNDED)
                continue;
            what_if_set(w, i, WHAT_IF_UNBOUNDED);
            if (is_stuck(s))
                continue;
            what_if_set(w, i, depths[i]);
            rooms[count++] = i;
        }
    }
    arena_free(scratch);
    return count;
}

/* Adds the cut that these depths, which deadlock with room waited for in
 * `rooms`, break: these FIFOs as deep as they may be for that.  There is room
 * for all FIFOs in `rooms`; returns how many are in the cut. */
static uint32_t add_cut(struct search *s, uint32_t *rooms, uint32_t count)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    count = widen(s, rooms, count);
    struct cut_term *terms = arena_new_array(scratch, struct cut_term, count);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t stream = rooms[i], now = w->depths[stream];
        uint32_t depth = known_to_run(s, stream, rooms, count);
        if (depth > now) {
            depth = least_depth_below(s, stream, now, depth);
        } else {
            what_if_set(w, stream, WHAT_IF_UNBOUNDED);
            if (is_stuck(s))
                continue; /* the others do it alone */
            depth = least_depth(s, stream, now,
                                what_if_deepest(w, stream, s->frames), 0);
        }
        what_if_set(w, stream, depth - 1);
        terms[used++] = (struct cut_term){ stream, depth };
    }
    for (uint32_t i = 0; i < used; i++)
        rooms[i] = terms[i].stream;
    if (used > 0)
        cuts_add(&s->cuts, s->arena, used, terms);
    arena_free(scratch);
    return used;
}

enum verdict { COME_THROUGH, BREAK_CUTS, NO_VERDICT };

/* Adds cuts that these depths break, each of other FIFOs. */
static enum verdict add_cuts(struct search *s, const uint32_t *depths)
{
    struct arena *scratch = arena_new();
    uint32_t *now = arena_new_array(scratch, uint32_t, s->streams);
    for (uint32_t i = 0; i < s->streams; i++)
        now[i] = depths[i];
    enum verdict verdict = COME_THROUGH;
    for (;;) {
        set_all(s, now);
        const struct run *r = run(s, scratch);
        if (r->outcome == RUN_DONE)
            break;
        uint32_t *rooms =
            arena_new_array(scratch, uint32_t, s->streams + r->wait_count);
        const uint32_t count = add_cut(s, rooms, rooms_of(s, r, rooms));
        if (count == 0) {
            if (verdict == COME_THROUGH)
                verdict = NO_VERDICT;
            break;
        }
        for (uint32_t i = 0; i < count; i++)
            now[rooms[i]] = WHAT_IF_UNBOUNDED;
        verdict = BREAK_CUTS;
    }
    arena_free(scratch);
    return verdict;
}

/* Tries the cheapest depths of which it is not known that they fail, until they
 * come through or are no cheaper than those that do. */
static void prove(struct search *s)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    uint32_t *depths = arena_new_array(scratch, uint32_t, s->streams);
    const uint64_t work = w->work, runs = w->runs;
    s->proven = false;
    while (w->work - work < PROOF_WORK_MAX && w->runs - runs < PROOF_RUNS_MAX) {
        uint64_t added;
        if (!cuts_solve(&s->cuts, w, depths, &added))
            break;
        s->least_added = added;
        s->proven = added >= s->best_added;
        if (s->proven)
            break;
        const enum verdict verdict = add_cuts(s, depths);
        if (verdict == BREAK_CUTS)
            continue;
        if (verdict == COME_THROUGH) {
            for (uint32_t i = 0; i < s->streams; i++)
                s->best[i] = depths[i];
            s->best_added = added;
            s->proven = true;
        }
        break;
    }
    set_all(s, s->best);
    arena_free(scratch);
}

/* Notes what the depths are, and simulates each of them one less. */
static void note_items(struct search *s, struct repair *r)
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
            .one_less_deadlocks = !gets_to(s, i, s->best[i] - 1, 0),
        };
        what_if_set(w, i, s->best[i]);
    }
}

/* Whether no depth helps; the run then says why. */
static bool is_hopeless(struct search *s, struct repair *r)
{
    set_all_deepest(s);
    const struct run *unbounded = run(s, s->arena);
    what_if_restore_all(s->what_if);
    r->possible = unbounded->outcome == RUN_DONE;
    r->stuck_unbounded = r->possible ? NULL : unbounded;
    return !r->possible;
}

const struct repair *repair_find(struct arena *a, struct what_if *w,
                                 uint32_t frames)
{
    struct repair *r = arena_new_item(a, struct repair);
    struct search s = { .arena = a,
                        .what_if = w,
                        .streams = w->design->stream_count };
    s.best = arena_new_array(a, uint32_t, s.streams);
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
        prove(&s);
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
