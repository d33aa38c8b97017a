#include "tune/repair_search.h"

#include "base/arena.h"
#include "design/design.h"
#include "engine/timing.h"
#include "tune/repair.h"

/* How far a run got: tokens that were read. */
uint64_t repair_progress_of(const struct run *r)
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
uint32_t repair_rooms_of(const struct repair_search *s, const struct run *r,
                         uint32_t *rooms)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->wait_count; i++)
        if (repair_can_help(s->what_if, &r->waits[i]))
            rooms[count++] = r->waits[i].stream;
    return count;
}

void repair_set_all(struct repair_search *s, const uint32_t *depths)
{
    for (uint32_t i = 0; i < s->streams; i++)
        if (what_if_can_choose(s->what_if, i))
            what_if_set(s->what_if, i, depths[i]);
}

void repair_set_all_unbounded(struct repair_search *s)
{
    for (uint32_t i = 0; i < s->streams; i++)
        if (what_if_can_choose(s->what_if, i))
            what_if_set(s->what_if, i, WHAT_IF_UNBOUNDED);
}

const struct run *repair_run(struct repair_search *s, struct arena *scratch)
{
    return what_if_run(s->what_if, scratch,
                       &(struct run_options){ .frames = s->frames,
                                              .no_stats = true });
}

/* Whether a FIFO of this depth gets the run at least so far; 0 tokens: through
 * all frames. */
bool repair_gets_to(struct repair_search *s, uint32_t stream, uint32_t depth,
                    uint64_t progress)
{
    struct arena *scratch = arena_new();
    what_if_set(s->what_if, stream, depth);
    const struct run *r = repair_run(s, scratch);
    const bool there = r->outcome == RUN_DONE ||
                       (progress != 0 && repair_progress_of(r) >= progress);
    arena_free(scratch);
    return there;
}

/* The least depth above `low` that gets there, at most `high`, which does; the
 * FIFO is left with it. */
uint32_t repair_least_depth(struct repair_search *s, uint32_t stream,
                            uint32_t low, uint32_t high, uint64_t progress)
{
    for (uint32_t step = 1; high - low > step; step *= 2) {
        if (repair_gets_to(s, stream, low + step, progress)) {
            high = low + step;
            break;
        }
        low += step;
    }
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (repair_gets_to(s, stream, middle, progress))
            high = middle;
        else
            low = middle;
    }
    what_if_set(s->what_if, stream, high);
    return high;
}

/* The same, for a depth that is expected to be little below `high`. */
uint32_t repair_least_depth_below(struct repair_search *s, uint32_t stream,
                                  uint32_t low, uint32_t high)
{
    for (uint32_t step = 1; high - low > step; step *= 2) {
        if (!repair_gets_to(s, stream, high - step, 0)) {
            low = high - step;
            break;
        }
        high -= step;
    }
    return repair_least_depth(s, stream, low, high, 0);
}

bool repair_is_stuck(struct repair_search *s)
{
    struct arena *scratch = arena_new();
    const bool stuck = repair_run(s, scratch)->outcome == RUN_DEADLOCK;
    arena_free(scratch);
    return stuck;
}

void repair_set_all_deepest(struct repair_search *s)
{
    for (uint32_t i = 0; i < s->streams; i++)
        if (what_if_can_choose(s->what_if, i))
            what_if_set(s->what_if, i,
                        what_if_deepest(s->what_if, i, s->frames));
}
