#include "tune/repair_bound.h"

#include "base/arena.h"
#include "design/design.h"
#include "tune/repair_search.h"

/* The proof that nothing less does it ends after so much work (what_if.h; a
 * second or two), or so many runs. */
enum { PROOF_WORK_MAX = 100 * 1000 * 1000, PROOF_RUNS_MAX = 10000 };

/* Whether the cut says that `stream` with its depth there comes through, if the
 * FIFOs `rooms` are as they are now and all others are never full: they were
 * no deeper when the cut was found to be no weaker than it is. */
static bool is_known_to_run(const struct repair_search *s, const struct cut *c,
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
static uint32_t known_to_run(const struct repair_search *s, uint32_t stream,
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
static uint32_t widen(struct repair_search *s, uint32_t *rooms, uint32_t count)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    uint32_t *depths = arena_new_array(scratch, uint32_t, s->streams);
    bool *is_room = arena_new_array(scratch, bool, s->streams);
    for (uint32_t i = 0; i < s->streams; i++)
        depths[i] = w->depths[i];
    for (uint32_t i = 0; i < count; i++)
        is_room[rooms[i]] = true;
    repair_set_all_unbounded(s);
    for (uint32_t i = 0; i < count; i++)
        what_if_set(w, rooms[i], depths[rooms[i]]);
    if (!repair_is_stuck(s)) {
        repair_set_all(s, depths);
        for (uint32_t i = 0; i < s->streams; i++) {
            if (!what_if_can_choose(w, i) || is_room[i] ||
                depths[i] == WHAT_IF_UNBOUNDED)
                continue;
            what_if_set(w, i, WHAT_IF_UNBOUNDED);
            if (repair_is_stuck(s))
                continue;
            what_if_set(w, i, depths[i]);
            rooms[count++] = i;
        }
    }
    arena_free(scratch);
    return count;
}

/* Makes each FIFO deeper than `low` by what has this size at most. */
static void deepen_all(struct repair_search *s, const uint32_t *rooms,
                       const uint32_t *low, uint32_t count, uint64_t size)
{
    struct what_if *w = s->what_if;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t high = what_if_deepest(w, rooms[i], s->frames);
        what_if_set(w, rooms[i],
                    what_if_deepest_within(w, rooms[i], low[i], high, size));
    }
}

/* Makes the FIFOs deeper, each for the same size, as long as they deadlock; to
 * within a sixteenth of that size.  A cut from there is as hard to satisfy by
 * one of them as by another, which makes the bound rise fast. */
static void raise_together(struct repair_search *s, const uint32_t *rooms,
                           uint32_t count)
{
    struct arena *scratch = arena_new();
    uint32_t *low = arena_new_array(scratch, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        low[i] = s->what_if->depths[rooms[i]];
    uint64_t stuck = 0, through = 0; /* sizes; 0: none known */
    uint64_t size = 64;              /* a token or some, to begin with */
    while (size < UINT64_MAX / 4) {
        deepen_all(s, rooms, low, count, size);
        *(repair_is_stuck(s) ? &stuck : &through) = size;
        if (through != 0 && through - stuck <= 1 + stuck / 16)
            break;
        size = through == 0 ? 2 * size : stuck + (through - stuck) / 2;
    }
    deepen_all(s, rooms, low, count, stuck);
    arena_free(scratch);
}

/* Adds the cut that these depths, which deadlock with room waited for in
 * `rooms`, break: these FIFOs as deep as they may be for that.  There is room
 * for all FIFOs in `rooms`; returns how many are in the cut. */
static uint32_t add_cut(struct repair_search *s, uint32_t *rooms,
                        uint32_t count)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    count = widen(s, rooms, count);
    if (count > 1)
        raise_together(s, rooms, count);
    struct cut_term *terms = arena_new_array(scratch, struct cut_term, count);
    uint32_t used = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t stream = rooms[i], now = w->depths[stream];
        uint32_t depth = known_to_run(s, stream, rooms, count);
        if (depth > now) {
            depth = repair_least_depth_below(s, stream, now, depth);
        } else {
            what_if_set(w, stream, WHAT_IF_UNBOUNDED);
            if (repair_is_stuck(s))
                continue; /* the others do it alone */
            depth =
                repair_least_depth(s, stream, now,
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

enum bound_verdict { COME_THROUGH, BREAK_CUTS, NO_VERDICT };

/* Adds cuts that these depths break, each of other FIFOs. */
static enum bound_verdict add_cuts(struct repair_search *s,
                                   const uint32_t *depths)
{
    struct arena *scratch = arena_new();
    uint32_t *now = arena_new_array(scratch, uint32_t, s->streams);
    for (uint32_t i = 0; i < s->streams; i++)
        now[i] = depths[i];
    enum bound_verdict verdict = COME_THROUGH;
    for (;;) {
        repair_set_all(s, now);
        const struct run *r = repair_run(s, scratch);
        if (r->outcome == RUN_DONE)
            break;
        uint32_t *rooms =
            arena_new_array(scratch, uint32_t, s->streams + r->wait_count);
        const uint32_t count = add_cut(s, rooms, repair_rooms_of(s, r, rooms));
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
void repair_prove(struct repair_search *s)
{
    struct what_if *w = s->what_if;
    struct arena *scratch = arena_new();
    uint32_t *depths = arena_new_array(scratch, uint32_t, s->streams);
    const uint64_t work = w->work, runs = w->runs;
    s->proven = false;
    for (;;) {
        uint64_t added;
        if (!cuts_solve(&s->cuts, w, depths, &added))
            break;
        s->least_added = added;
        s->proven = added >= s->best_added;
        if (s->proven || w->work - work > PROOF_WORK_MAX ||
            w->runs - runs > PROOF_RUNS_MAX)
            break;
        const enum bound_verdict verdict = add_cuts(s, depths);
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
    repair_set_all(s, s->best);
    arena_free(scratch);
}
