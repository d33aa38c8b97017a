/* Flow control.  With s(i) the link cycle in which the read of word i is seen
 * and a(j) the one in which word j arrives, the buffer's fill in cycle m is
 *   #{j: a(j) < m} - #{i: s(i) <= m}.
 * It grows by one word at most from one cycle to the next, so while there is no
 * stop it comes to stop_at in a cycle a(j) + 1 exactly, and does so if word
 * j + 1 - stop_at is not read by then.  It falls to go_at in some cycle s(i).
 *
 * All stops are told in every usable cycle in which one differs from what was
 * told: a stream is halted in cycle n if it was stopped in the last usable
 * cycle up to n - R - 1. */
#include "engine/link_state.h"

/* A stop that is set or cleared from cycle x on: the first cycle in which the
 * framer acts on it. */
static int64_t told(const struct link_state *l, struct flow *f, int64_t x)
{
    return line_usable_from(&f->back, x) + l->link->return_latency + 1;
}

/* Looks for the read that clears the stop; HALT_NONE: found it. */
static enum halt clear(const struct link_state *l, struct link_way *w,
                       int64_t n, int64_t *until)
{
    struct flow *f = &w->flow;
    for (;; f->clearing++) {
        if (f->clearing == w->unpacked)
            return HALT_UNKNOWN;
        const int64_t m = w->read_seen_at[f->clearing & w->receive_mask];
        *until = told(l, f, m + 1);
        if (*until > n)
            return HALT_ON;
        while (f->arrived < w->sent &&
               w->arrives_at[f->arrived & w->receive_mask] < m)
            f->arrived++;
        if (f->arrived - (f->clearing + 1) > w->stream->go_at)
            continue;
        f->stopped = false;
        f->halt_until = *until;
        if (f->checked < f->arrived)
            f->checked = f->arrived;
        return HALT_NONE;
    }
}

enum halt link_halt(const struct link_state *l, struct link_way *w, int64_t n,
                    int64_t *until)
{
    struct flow *f = &w->flow;
    const uint64_t stop_at = w->stream->stop_at;
    for (;;) {
        if (f->stopped) {
            const enum halt halt = clear(l, w, n, until);
            if (halt != HALT_NONE)
                return halt;
        }
        *until = f->halt_until;
        if (n < f->halt_until)
            return HALT_ON;
        if (f->checked == w->sent)
            return HALT_NONE;
        const uint64_t word = f->checked;
        const int64_t m = w->arrives_at[word & w->receive_mask] + 1;
        if (told(l, f, m + 1) > n)
            return HALT_NONE;
        if (word + 1 >= stop_at) {
            const uint64_t read = word + 1 - stop_at;
            if (read >= w->unpacked)
                return HALT_UNKNOWN;
            if (w->read_seen_at[read & w->receive_mask] > m) {
                f->stopped = true;
                f->clearing = read;
                f->arrived = word + 1;
                continue;
            }
        }
        f->checked++;
    }
}
