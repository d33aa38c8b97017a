#include "engine/link_run.h"

#include <assert.h>

#include "base/arena.h"
#include "design/link.h"
#include "engine/link_state.h"
#include "engine/process.h"
#include "engine/run.h"
#include "engine/timing.h"

static bool is_power_of_two(uint64_t n)
{
    return n != 0 && (n & (n - 1)) == 0;
}

static struct crossing crossing_of(const struct clock *from,
                                   const struct clock *to,
                                   const struct link_type *type)
{
    assert(type->synchroniser >= 1);
    return (struct crossing){ from, to, type->synchroniser,
                              clock_is_same(from, to) };
}

static void init_send(struct link_way *w, struct arena *a)
{
    const uint64_t words = w->stream->send_words;
    assert(is_power_of_two(words));
    w->send_mask = words - 1;
    w->written_at = arena_new_array(a, int64_t, words);
    w->seen_at = arena_new_array(a, int64_t, words);
    w->free_at = arena_new_array(a, int64_t, words);
}

/* Flow control looks back further than the buffer holds: at words that were
 * sent before the framer could hear of it. */
static void init_receive(struct link_way *w, struct arena *a)
{
    const uint64_t words = 2 * (uint64_t)w->stream->receive_words;
    assert(is_power_of_two(words));
    assert(w->stream->go_at < w->stream->stop_at &&
           w->stream->stop_at <= w->stream->receive_words);
    w->receive_mask = words - 1;
    w->arrives_at = arena_new_array(a, int64_t, words);
    w->readable_at = arena_new_array(a, int64_t, words);
    w->read_seen_at = arena_new_array(a, int64_t, words);
}

static void init_way(struct link_way *w, struct arena *a, const struct link *l,
                     const struct timing_stream *in)
{
    const struct link_stream *s = w->stream;
    w->tokens_per_frame = in->tokens_per_frame;
    assert(in->initial == 0);
    init_send(w, a);
    if (l->type->kind == LINK_CROSSING)
        return;
    assert(s->tokens_per_word == 1 || s->words_per_token == 1);
    assert(s->tokens_per_word >= 1 && s->words_per_token >= 1);
    w->words_per_frame = (w->tokens_per_frame + s->tokens_per_word - 1) /
                         s->tokens_per_word * s->words_per_token;
    init_receive(w, a);
    line_init(&w->flow.back, l->type);
}

struct link_state *link_state_new(struct arena *a, const struct timing *t,
                                  uint32_t process,
                                  struct channel *const *channels,
                                  const struct process_times *times)
{
    const struct timing_process *p = &t->processes[process];
    const struct link *link = p->link;
    struct link_state *l = arena_new_item(a, struct link_state);
    assert(p->input_count == p->output_count && p->input_count != 0);
    assert(t->domain_count != 0);
    const struct clock *sender = &t->domains[t->streams[p->inputs[0]].domain];
    const struct clock *receiver =
        &t->domains[t->streams[p->outputs[0]].domain];
    const bool framed = link->type->kind == LINK_FRAMED;
    const struct clock *line = framed ? &link->type->clock : receiver;
    *l = (struct link_state){
        .link = link,
        .way_count = p->input_count,
        .ways = arena_new_array(a, struct link_way, p->input_count),
        .to_line = crossing_of(sender, line, link->type),
        .to_sender = crossing_of(line, sender, link->type),
        .to_receiver = crossing_of(line, receiver, link->type),
        .from_receiver = crossing_of(receiver, line, link->type),
        .starved_by = times->starved_by,
        .blocked_by = times->blocked_by,
        .last = p->input_count - 1,
    };
    if (framed)
        line_init(&l->line, link->type);
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct link_way *w = &l->ways[i];
        w->stream = &link->streams[i];
        w->in = channels[p->inputs[i]];
        w->out = channels[p->outputs[i]];
        init_way(w, a, link, &t->streams[p->inputs[i]]);
        assert(!framed || !link->store_and_forward ||
               w->words_per_frame <= w->send_mask + 1 ||
               link->packet_words <= w->send_mask + 1);
    }
    return l;
}

bool link_advance(struct link_state *l)
{
    bool any = false;
    if (l->link->type->kind == LINK_CROSSING) {
        for (uint32_t i = 0; i < l->way_count; i++)
            while (link_cross(l, i))
                any = true;
        return any;
    }
    for (bool moved = true; moved;) {
        moved = false;
        for (uint32_t i = 0; i < l->way_count; i++)
            moved |= link_pack(l, i);
        moved |= link_frame(l);
        for (uint32_t i = 0; i < l->way_count; i++)
            moved |= link_unpack(l, i);
        any |= moved;
    }
    return any;
}

bool link_could_send(const struct link_state *l, int64_t *time)
{
    if (!l->could_send)
        return false;
    *time = clock_edge(&l->link->type->clock, l->could_cycle);
    return true;
}

static bool way_is_empty(const struct link_way *w)
{
    return w->in_word == 0 && w->words_due == 0 && w->packed == w->sent &&
           w->sent == w->unpacked && w->words_in == 0 && w->tokens_due == 0;
}

bool link_is_empty(const struct link_state *l)
{
    for (uint32_t i = 0; i < l->way_count; i++)
        if (!way_is_empty(&l->ways[i]))
            return false;
    return true;
}

bool link_waits_for_room(const struct link_state *l, uint32_t port)
{
    const struct link_way *w = &l->ways[port];
    return w->tokens_due != 0 ||
           (l->link->type->kind == LINK_CROSSING && w->sent != w->packed);
}

uint64_t link_busy_cycles(const struct link_state *l)
{
    return l->line_words;
}

static uint64_t words_on_line(const struct link *l, const struct link_stream *s,
                              uint64_t tokens)
{
    const uint64_t words = (tokens + s->tokens_per_word - 1) /
                           s->tokens_per_word * s->words_per_token;
    const uint64_t packets = (words + l->packet_words - 1) / l->packet_words;
    return words +
           packets * ((uint64_t)l->type->header_words + l->type->trailer_words);
}

uint64_t link_cycles_per_frame(const struct timing *t, uint32_t process)
{
    const struct timing_process *p = &t->processes[process];
    const struct link_type *type = p->link->type;
    uint64_t words = 0, most = 0;
    for (uint32_t i = 0; i < p->input_count; i++) {
        const uint64_t tokens = t->streams[p->inputs[i]].tokens_per_frame;
        most = tokens > most ? tokens : most;
        if (type->kind == LINK_FRAMED)
            words += words_on_line(p->link, &p->link->streams[i], tokens);
    }
    if (type->kind == LINK_CROSSING)
        return most;
    const uint64_t pattern = link_type_pattern(type);
    const uint64_t usable = link_type_most_usable(type, (uint32_t)pattern);
    return (words * pattern + usable - 1) / usable;
}

bool link_is_apart(const struct timing *t, uint32_t process)
{
    const struct timing_process *p = &t->processes[process];
    return p->link->type->kind == LINK_CROSSING || p->input_count == 1;
}

struct writer {
    void (*put)(void *context, int64_t value);
    void *context;
};

static void put(const struct writer *w, int64_t value)
{
    w->put(w->context, value);
}

/* Times of the last words that passed, or of none; those before `matters` hold
 * nobody up any more. */
static void put_words(const struct writer *to, const int64_t *times,
                      uint64_t count, uint64_t mask, int64_t matters,
                      int64_t reference)
{
    for (uint64_t back = 1; back <= mask + 1; back++) {
        const int64_t time =
            back > count ? matters : times[(count - back) & mask];
        put(to, (time > matters ? time : matters) - reference);
    }
}

/* Whether the words that were sent, which are all read, can still halt those
 * that follow. */
static bool may_halt(const struct link_state *l, const struct link_way *w)
{
    enum { FOR_EVER = INT32_MAX };
    struct link_way copy = *w;
    int64_t until;
    const enum halt halt =
        link_halt(l, &copy, l->now + ((int64_t)FOR_EVER << 16), &until);
    assert(halt == HALT_NONE);
    (void)halt;
    return copy.flow.halt_until > l->now;
}

/* The way is empty.  Where halts are still to come more is compared than
 * matters: the state may then recur before it is seen to, not the other way
 * round. */
static void put_way(const struct writer *to, const struct link_state *l,
                    const struct link_way *w, const struct link_reference *r)
{
    put(to, w->token_from - r->sender);
    put(to, w->word_from - r->receiver);
    put_words(to, w->free_at, w->sent, w->send_mask, w->token_from, r->sender);
    if (l->link->type->kind == LINK_CROSSING)
        return;
    /* The next word arrives after this: the earliest that reads are compared
     * with. */
    const int64_t next = l->now + l->link->latency;
    const bool halts = may_halt(l, w);
    put_words(to, w->read_seen_at, w->sent, w->receive_mask,
              halts ? INT64_MIN / 2 : next, r->line);
    put(to, halts);
    if (!halts)
        return;
    put_words(to, w->arrives_at, w->sent, w->receive_mask, INT64_MIN / 2,
              r->line);
    const struct flow *f = &w->flow;
    put(to, f->stopped);
    put(to, (int64_t)(w->sent - f->checked));
    put(to, f->halt_until < l->now ? -1 : f->halt_until - r->line);
    put(to, f->stopped ? (int64_t)(w->sent - f->arrived) : 0);
    put(to, f->stopped ? (int64_t)(w->sent - f->clearing) : 0);
}

void link_put_state(const struct link_state *l,
                    const struct link_reference *reference,
                    void (*put_value)(void *context, int64_t value),
                    void *context)
{
    const struct writer to = { put_value, context };
    const struct link_type *type = l->link->type;
    assert(link_is_empty(l));
    for (uint32_t i = 0; i < l->way_count; i++)
        put_way(&to, l, &l->ways[i], reference);
    if (type->kind == LINK_CROSSING)
        return;
    const uint64_t cycle = (uint64_t)reference->line;
    put(&to, l->now - reference->line);
    put(&to, (int64_t)(cycle % type->active_of));
    if (type->compensation_period != 0)
        put(&to, (int64_t)(cycle % type->compensation_period));
}

static uint32_t larger(uint32_t a, uint64_t b)
{
    return b > a ? (uint32_t)b : a;
}

void link_set_result(struct arena *a, const struct link_state *l,
                     struct run_link *to)
{
    to->link = l->link;
    to->stream_count = l->way_count;
    to->streams = arena_new_array(a, struct run_link_stream, l->way_count);
    to->line_words = l->line_words;
    to->line_cycles = (uint64_t)l->now;
    for (uint32_t i = 0; i < l->way_count; i++) {
        const struct link_way *w = &l->ways[i];
        struct run_link_stream *s = &to->streams[i];
        s->words = w->sent;
        s->send_peak = larger(w->send_peak, w->packed - w->sent);
        s->receive_peak = larger(w->receive_peak, w->sent - w->unpacked);
        /* docs/links.md, receive buffer: the proof, once more by example. */
        assert(l->link->type->kind == LINK_CROSSING ||
               s->receive_peak <= w->stream->receive_words);
    }
}
