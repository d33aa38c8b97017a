#include "tests/reference/reference_link.h"

#include <assert.h>

#include "base/arena.h"
#include "design/link.h"
#include "engine/timing.h"

static uint64_t seen(const struct reference_seen *s)
{
    return s->chain[s->registers - 1];
}

/* One edge of the clock of these registers. */
static void shift_in(struct reference_seen *s)
{
    for (uint32_t i = s->registers - 1; i > 0; i--)
        s->chain[i] = s->chain[i - 1];
    s->chain[0] = s->next;
}

void reference_link_start(struct reference_link *l, struct arena *a,
                          const struct timing *t, uint32_t process,
                          struct reference_fifo *fifos)
{
    const struct timing_process *p = &t->processes[process];
    const struct link_type *type = p->link->type;
    *l = (struct reference_link){
        .link = p->link,
        .arena = a,
        .way_count = p->input_count,
        .ways = arena_new_array(a, struct reference_way, p->input_count),
        .sender = t->streams[p->inputs[0]].domain,
        .receiver = t->streams[p->outputs[0]].domain,
        .crossing = type->kind == LINK_CROSSING,
        .last = p->input_count - 1,
        .tellings = arena_new_array(a, struct reference_told,
                                    p->link->return_latency + 2),
    };
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct reference_way *w = &l->ways[i];
        w->stream = &p->link->streams[i];
        w->in = &fifos[p->inputs[i]];
        w->out = &fifos[p->outputs[i]];
        w->tokens_per_frame = t->streams[p->inputs[i]].tokens_per_frame;
        if (w->stream->words_per_token > 1)
            w->words_per_frame =
                w->tokens_per_frame * w->stream->words_per_token;
        else
            while (w->words_per_frame * w->stream->tokens_per_word <
                   w->tokens_per_frame)
                w->words_per_frame++;
        w->on_the_way.arena = a;
        w->freed.registers = w->arrived_here.registers =
            w->complete_here.registers = w->taken.registers =
                w->there.registers = type->synchroniser;
    }
}

/* A register that holds a word, or a token of several, full or filling up. */
static void eval_packer(struct reference_way *w, uint64_t cycle)
{
    const bool full = w->words_left != 0;
    const bool room = w->written - seen(&w->freed) < w->stream->send_words;
    w->writes_word = full && room;
    const bool empties = w->writes_word && w->words_left == 1;
    w->reads = (!full || empties) && reference_fifo_readable(w->in, cycle);
}

/* Straight from one FIFO to the other. */
static void eval_cross(struct reference_way *w, uint64_t cycle)
{
    const bool room = w->written - seen(&w->freed) < w->stream->send_words;
    w->reads = w->writes_word = room && reference_fifo_readable(w->in, cycle);
}

void reference_link_eval_sender(struct reference_link *l, uint64_t cycle)
{
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct reference_way *w = &l->ways[i];
        w->freed.next = l->crossing ? w->unpacked : w->send_read;
        if (l->crossing)
            eval_cross(w, cycle);
        else
            eval_packer(w, cycle);
    }
}

static void count_word(const struct reference_link *l, struct reference_way *w)
{
    w->written++;
    w->frame_words++;
    const bool frame_ends = w->frame_words == w->words_per_frame;
    /* Packets begin anew with each frame. */
    if (!l->crossing &&
        (frame_ends || w->frame_words % l->link->packet_words == 0))
        w->complete++;
    if (frame_ends)
        w->frame_words = 0;
    const uint64_t held = w->written - seen(&w->freed);
    if (held > w->send_peak)
        w->send_peak = (uint32_t)held;
}

static void commit_reading(struct reference_way *w, uint64_t cycle)
{
    const struct link_stream *s = w->stream;
    reference_fifo_read(w->in, cycle);
    w->tokens++;
    w->frame_tokens++;
    if (s->words_per_token > 1 || w->tokens == s->tokens_per_word ||
        w->frame_tokens == w->tokens_per_frame) {
        w->words_left = s->words_per_token;
        w->tokens = 0;
    }
    if (w->frame_tokens == w->tokens_per_frame)
        w->frame_tokens = 0;
}

struct reference_moved reference_link_commit_sender(struct reference_link *l,
                                                    uint64_t cycle)
{
    struct reference_moved moved = { false, false };
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct reference_way *w = &l->ways[i];
        if (w->writes_word) {
            count_word(l, w);
            if (!l->crossing)
                w->words_left--;
        }
        if (w->reads && l->crossing)
            reference_fifo_read(w->in, cycle);
        else if (w->reads)
            commit_reading(w, cycle);
        moved.token |= w->reads;
        moved.anything |= w->reads || w->writes_word;
        shift_in(&w->freed);
    }
    return moved;
}

/* Can a packet of this stream begin? */
static bool can_begin(const struct reference_link *l,
                      const struct reference_way *w)
{
    if (w->halted)
        return false;
    if (l->link->store_and_forward)
        return seen(&w->complete_here) > w->chosen;
    return seen(&w->arrived_here) > w->send_read;
}

static uint32_t packet_of(const struct reference_link *l,
                          const struct reference_way *w)
{
    const uint64_t left = w->words_per_frame - w->line_words;
    return left < l->link->packet_words ? (uint32_t)left
                                        : l->link->packet_words;
}

/* The one that is next in order; way_count: none. */
static uint32_t choose(const struct reference_link *l)
{
    assert(l->way_count != 0);
    const uint32_t first =
        l->link->order == LINK_PRIORITY ? 0 : (l->last + 1) % l->way_count;
    for (uint32_t k = 0; k < l->way_count; k++) {
        const uint32_t way = (first + k) % l->way_count;
        if (can_begin(l, &l->ways[way]))
            return way;
    }
    return l->way_count;
}

static void eval_framer(struct reference_link *l, bool usable)
{
    l->begins = l->line_busy = false;
    if (!usable)
        return;
    uint32_t way = l->way;
    uint32_t headers = l->headers;
    if (!l->inside) {
        way = choose(l);
        if (way == l->way_count)
            return;
        l->begins = true;
        l->chosen = way;
        headers = l->link->type->header_words;
    }
    struct reference_way *w = &l->ways[way];
    if (headers != 0 || (!l->begins && l->words == 0)) {
        l->line_busy = true; /* a header, or a trailer */
        return;
    }
    const bool readable = seen(&w->arrived_here) > w->send_read;
    w->sends = readable && (l->link->store_and_forward || !w->halted);
    l->line_busy = w->sends;
}

void reference_link_eval_line(struct reference_link *l, uint64_t cycle)
{
    const bool usable = link_type_is_usable(l->link->type, cycle);
    /* What was told R + 1 cycles ago and more. */
    for (uint32_t k = 0; k < l->telling_count; k++)
        if (l->tellings[k].cycle == cycle)
            for (uint32_t i = 0; i < l->way_count; i++)
                l->ways[i].halted = (l->tellings[k].stops >> i & 1) != 0;
    l->tells = false;
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct reference_way *w = &l->ways[i];
        w->sends = false;
        w->arrived_here.next = w->written;
        w->complete_here.next = w->complete;
        w->taken.next = w->unpacked;
        w->receives = !cycle_list_empty(&w->on_the_way) &&
                      cycle_list_front(&w->on_the_way) == cycle;
        const uint64_t fill = w->received - seen(&w->taken);
        w->next_stop = w->stop;
        if (fill >= w->stream->stop_at)
            w->next_stop = true;
        else if (fill <= w->stream->go_at)
            w->next_stop = false;
        l->tells |= usable && w->stop != w->told;
    }
    eval_framer(l, usable);
}

static void commit_tellings(struct reference_link *l, uint64_t cycle)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < l->telling_count; k++)
        if (l->tellings[k].cycle > cycle)
            l->tellings[kept++] = l->tellings[k];
    l->telling_count = kept;
    if (!l->tells)
        return;
    uint32_t stops = 0;
    for (uint32_t i = 0; i < l->way_count; i++) {
        l->ways[i].told = l->ways[i].stop;
        stops |= l->ways[i].stop ? UINT32_C(1) << i : 0;
    }
    l->tellings[l->telling_count++] =
        (struct reference_told){ cycle + l->link->return_latency + 1, stops };
}

static void commit_framer(struct reference_link *l, uint64_t cycle)
{
    if (!l->line_busy)
        return;
    l->line_count++;
    if (l->begins) {
        l->inside = true;
        l->way = l->last = l->chosen;
        struct reference_way *w = &l->ways[l->way];
        w->chosen++;
        l->headers = l->link->type->header_words;
        l->words = packet_of(l, w);
        l->trailers = l->link->type->trailer_words;
    }
    struct reference_way *w = &l->ways[l->way];
    if (l->headers != 0) {
        l->headers--;
    } else if (l->words != 0) {
        assert(w->sends);
        l->words--;
        w->send_read++;
        w->line_words = (w->line_words + 1) % w->words_per_frame;
        cycle_list_append(&w->on_the_way, cycle + l->link->latency);
    } else {
        l->trailers--;
    }
    if (l->headers == 0 && l->words == 0 && l->trailers == 0)
        l->inside = false;
}

struct reference_moved reference_link_commit_line(struct reference_link *l,
                                                  uint64_t cycle)
{
    struct reference_moved moved = { false, l->line_busy || l->tells };
    commit_tellings(l, cycle);
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct reference_way *w = &l->ways[i];
        if (w->receives) {
            cycle_list_take(&w->on_the_way);
            w->received++;
            const uint64_t held = w->received - seen(&w->taken);
            assert(held <= w->stream->receive_words);
            if (held > w->receive_peak)
                w->receive_peak = (uint32_t)held;
        }
        moved.anything |= w->receives || w->next_stop != w->stop;
        w->stop = w->next_stop;
    }
    commit_framer(l, cycle);
    for (uint32_t i = 0; i < l->way_count; i++) {
        shift_in(&l->ways[i].arrived_here);
        shift_in(&l->ways[i].complete_here);
        shift_in(&l->ways[i].taken);
    }
    return moved;
}

static void eval_unpacker(struct reference_way *w, uint64_t cycle)
{
    const bool full = w->tokens_left != 0;
    w->writes_token = full && reference_fifo_has_room(w->out, cycle);
    const bool empties = w->writes_token && w->tokens_left == 1;
    w->takes_word = (!full || empties) && seen(&w->there) > w->unpacked;
}

void reference_link_eval_receiver(struct reference_link *l, uint64_t cycle)
{
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct reference_way *w = &l->ways[i];
        w->there.next = l->crossing ? w->written : w->received;
        if (!l->crossing) {
            eval_unpacker(w, cycle);
            continue;
        }
        w->takes_word = w->writes_token =
            seen(&w->there) > w->unpacked &&
            reference_fifo_has_room(w->out, cycle);
    }
}

static void commit_word(struct reference_way *w)
{
    const struct link_stream *s = w->stream;
    w->words_in++;
    if (w->words_in < s->words_per_token)
        return;
    w->words_in = 0;
    const uint64_t left = w->tokens_per_frame - w->out_tokens;
    w->tokens_left =
        left < s->tokens_per_word ? (uint32_t)left : s->tokens_per_word;
    w->out_tokens = (w->out_tokens + w->tokens_left) % w->tokens_per_frame;
}

struct reference_moved reference_link_commit_receiver(struct reference_link *l,
                                                      uint64_t cycle)
{
    struct reference_moved moved = { false, false };
    for (uint32_t i = 0; i < l->way_count; i++) {
        struct reference_way *w = &l->ways[i];
        if (w->writes_token) {
            reference_fifo_write(w->out, cycle);
            if (!l->crossing)
                w->tokens_left--;
        }
        if (w->takes_word) {
            w->unpacked++;
            if (!l->crossing)
                commit_word(w);
        }
        moved.token |= w->writes_token;
        moved.anything |= w->writes_token || w->takes_word;
        shift_in(&w->there);
    }
    return moved;
}

bool reference_link_done(const struct reference_link *l)
{
    for (uint32_t i = 0; i < l->way_count; i++) {
        const struct reference_way *w = &l->ways[i];
        if (w->tokens != 0 || w->words_left != 0 || w->written != w->unpacked ||
            w->words_in != 0 || w->tokens_left != 0)
            return false;
    }
    return true;
}

uint64_t reference_link_patience(const struct reference_link *l)
{
    const struct link_type *t = l->link->type;
    uint64_t cycles = 4 * (uint64_t)t->synchroniser + 4;
    if (l->crossing)
        return cycles;
    /* The line's delays, and the longest wait for a usable cycle, twice: there
     * and back. */
    return cycles + l->link->latency + l->link->return_latency +
           2 * ((uint64_t)t->active_of + t->compensation_cycles + 2);
}
