/* The framer: the one place where what comes next depends on when things come
 * (link_run.h). */
#include "engine/link_run.h"
#include "engine/link_state.h"

/* What is known of the next packet of a way. */
struct chance {
    bool known;    /* and if not, it is */
    bool possible; /* known: ready in some cycle */
    int64_t cycle; /* known: the first in which it can be sent; else none before
                      it */
};

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Words of the packet that comes next or is being sent. */
static uint64_t packet_words(const struct link_state *l,
                             const struct link_way *w, uint64_t sent)
{
    const uint64_t left = w->words_per_frame - (w->sent_frame - sent);
    return left < l->link->packet_words ? left : l->link->packet_words;
}

/* The first usable cycle from *n on in which the way is not halted; false: not
 * known, and not before *n. */
static bool not_halted(struct link_state *l, struct link_way *w, int64_t *n)
{
    for (;;) {
        *n = line_usable_from(&l->line, *n);
        int64_t until;
        switch (link_halt(l, w, *n, &until)) {
        case HALT_NONE:
            return true;
        case HALT_UNKNOWN:
            return false;
        case HALT_ON:
            *n = until;
        }
    }
}

static struct chance chance_of(struct link_state *l, struct link_way *w)
{
    uint64_t last = w->sent; /* the word that has to be seen */
    if (l->link->store_and_forward)
        last += packet_words(l, w, 0) - 1;
    struct chance c = { .known = last < w->packed };
    if (!c.known) {
        c.cycle = later(l->now, link_word_bound(l, w, last - w->packed));
        return c;
    }
    c.cycle = later(l->now, w->seen_at[last & w->send_mask]);
    c.known = not_halted(l, w, &c.cycle);
    return c;
}

/* The place of a way in the order of choice; less goes first. */
static uint32_t rank(const struct link_state *l, uint32_t way)
{
    if (l->link->order == LINK_PRIORITY)
        return way;
    return (way + l->way_count - l->last - 1) % l->way_count;
}

static void begin(struct link_state *l, uint32_t way, int64_t cycle)
{
    l->now = cycle;
    l->last = way;
    l->in_packet = l->payload = true;
    l->headers = l->link->type->header_words;
    l->in_this = 0;
}

/* Chooses the next packet; false: it is not certain which. */
static bool choose(struct link_state *l)
{
    int64_t cycle = INT64_MAX, other = INT64_MAX;
    uint32_t way = 0, other_rank = 0;
    for (uint32_t i = 0; i < l->way_count; i++) {
        const struct chance c = chance_of(l, &l->ways[i]);
        if (c.known && (c.cycle < cycle ||
                        (c.cycle == cycle && rank(l, i) < rank(l, way)))) {
            cycle = c.cycle;
            way = i;
        }
        if (!c.known && (c.cycle < other ||
                         (c.cycle == other && rank(l, i) < other_rank))) {
            other = c.cycle;
            other_rank = rank(l, i);
        }
    }
    l->could_send = cycle != INT64_MAX;
    if (!l->could_send)
        return false;
    l->could_cycle = cycle;
    l->could_way = way;
    if (other < cycle || (other == cycle && other_rank < rank(l, way)))
        return false;
    begin(l, way, cycle);
    return true;
}

static void count_received(struct link_way *w, int64_t arrives)
{
    while (w->receive_peak <= w->sent &&
           w->sent - w->receive_peak < w->unpacked &&
           w->read_seen_at[(w->sent - w->receive_peak) & w->receive_mask] >
               arrives)
        w->receive_peak++;
}

static void send_word(struct link_state *l, struct link_way *w, int64_t cycle)
{
    const uint64_t from = w->sent & w->send_mask;
    const int64_t freed = crossing_seen(&l->to_sender, cycle);
    w->free_at[from] = freed;
    while (w->sent + w->send_peak < w->packed &&
           w->written_at[(w->sent + w->send_peak) & w->send_mask] < freed)
        w->send_peak++;
    const int64_t arrives = cycle + l->link->latency;
    const uint64_t to = w->sent & w->receive_mask;
    count_received(w, arrives);
    w->arrives_at[to] = arrives;
    w->readable_at[to] = crossing_seen(&l->to_receiver, arrives);
    w->sent++;
    if (++w->sent_frame == w->words_per_frame)
        w->sent_frame = 0;
}

static bool send_payload(struct link_state *l, struct link_way *w)
{
    bool moved = false;
    while (l->payload) {
        if (w->sent == w->packed)
            return moved;
        int64_t cycle = later(l->now, w->seen_at[w->sent & w->send_mask]);
        if (l->link->store_and_forward)
            cycle = line_usable_from(&l->line, cycle);
        else if (!not_halted(l, w, &cycle))
            return moved;
        const bool is_last = l->in_this + 1 == packet_words(l, w, l->in_this);
        send_word(l, w, cycle);
        l->in_this++;
        l->now = cycle + 1;
        l->line_words++;
        moved = true;
        if (is_last) {
            l->payload = false;
            l->trailers = l->link->type->trailer_words;
        }
    }
    return moved;
}

static bool send_overhead(struct link_state *l, uint32_t *count)
{
    const bool moved = *count != 0;
    for (; *count != 0; --*count) {
        l->now = line_usable_from(&l->line, l->now) + 1;
        l->line_words++;
    }
    return moved;
}

bool link_frame(struct link_state *l)
{
    bool moved = false;
    for (;;) {
        l->could_send = false;
        if (!l->in_packet && !choose(l))
            return moved;
        moved |= send_overhead(l, &l->headers);
        moved |= send_payload(l, &l->ways[l->last]);
        if (l->payload)
            return moved;
        moved |= send_overhead(l, &l->trailers);
        l->in_packet = false;
    }
}

void link_take_chance(struct link_state *l)
{
    begin(l, l->could_way, l->could_cycle);
    l->could_send = false;
}
