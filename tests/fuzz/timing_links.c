#include "tests/fuzz/timing_links.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "design/clock.h"
#include "design/link.h"
#include "engine/timing.h"

enum { DOMAINS_MAX = 4, WAYS_MAX = 4 };

struct cutter {
    struct arena *arena;
    struct rng rng;
    struct timing *timing;
    struct clock *clocks;
    uint32_t *domain_of; /* per process */
    uint32_t stream_room, process_room;
};

static uint32_t between(struct cutter *c, uint32_t least, uint32_t most)
{
    return least + rng_below(&c->rng, most - least + 1);
}

static bool percent(struct cutter *c, uint32_t chance)
{
    return rng_below(&c->rng, 100) < chance;
}

static struct clock random_clock(struct cutter *c, const struct clock *like)
{
    struct clock clock = { 1000, 1, 0, 0 };
    if (like != NULL && percent(c, 30))
        return *like;
    switch (rng_below(&c->rng, 4)) {
    case 0: /* related to the first one */
        clock.numerator = UINT64_C(1000) * between(c, 1, 4);
        break;
    case 1: /* nearly the same */
        clock.numerator = between(c, 995, 1005);
        break;
    default:
        clock.numerator = between(c, 300, 4000);
        clock.denominator = between(c, 1, 3);
        while (clock.denominator > 1 &&
               clock.numerator % clock.denominator == 0)
            clock.numerator++;
    }
    if (percent(c, 25)) {
        clock.drift_ppm = between(c, 1, percent(c, 50) ? 300000 : 2000);
        clock.drift_cycles = between(c, 1, 40);
    }
    return clock;
}

static uint32_t power_of_two(uint32_t least)
{
    uint32_t n = 1;
    while (n < least)
        n *= 2;
    return n;
}

/* docs/links.md, receive buffer: U, and the usable cycles in any stretch, by
 * looking at all of them. */
static uint32_t words_in_flight(const struct link *l)
{
    const struct link_type *t = l->type;
    const uint64_t turn =
        (uint64_t)t->active_of *
        (t->compensation_period == 0 ? 1 : t->compensation_period);
    uint32_t pause = 0, run = 0, most = 0;
    for (uint64_t n = 0; n < 2 * turn; n++) {
        run = link_type_is_usable(t, n) ? 0 : run + 1;
        pause = run > pause ? run : pause;
    }
    const uint32_t stretch = l->latency + l->return_latency + pause + 2;
    for (uint64_t n = 0; n < turn; n++) {
        uint32_t usable = 0;
        for (uint64_t k = n; k < n + stretch; k++)
            usable += link_type_is_usable(t, k);
        most = usable > most ? usable : most;
    }
    return most + (l->store_and_forward ? l->packet_words - 1 : 0);
}

static struct link_type *random_type(struct cutter *c)
{
    struct link_type *t = arena_new_item(c->arena, struct link_type);
    *t = (struct link_type){
        .name = "random",
        .kind = percent(c, 20) ? LINK_CROSSING : LINK_FRAMED,
        .clock = random_clock(c, &c->clocks[0]),
        .word_bits = 64,
        .active = 1,
        .active_of = 1,
        .latency = between(c, 1, percent(c, 70) ? 6 : 40),
        .return_latency = between(c, 0, percent(c, 70) ? 6 : 40),
        .header_words = between(c, 0, 2),
        .trailer_words = between(c, 0, 2),
        .packet_words = between(c, 1, percent(c, 60) ? 6 : 40),
        .synchroniser = between(c, 2, 3),
    };
    if (percent(c, 50)) {
        t->active_of = between(c, 2, 33);
        t->active =
            percent(c, 60) ? t->active_of - 1 : between(c, 1, t->active_of);
    }
    if (percent(c, 40)) {
        t->compensation_period = between(c, 5, 60);
        t->compensation_cycles = between(c, 0, 4);
    }
    return t;
}

static void random_stream(struct cutter *c, const struct link *l,
                          struct link_stream *s)
{
    *s = (struct link_stream){ 1, 1, 0, 0, 0, 0, 0 };
    s->send_words = power_of_two(between(c, 4, percent(c, 60) ? 4 : 32));
    if (l->type->kind == LINK_CROSSING)
        return;
    if (percent(c, 40))
        s->tokens_per_word = between(c, 2, 8);
    else if (percent(c, 40))
        s->words_per_token = between(c, 2, 5);
    if (l->store_and_forward)
        s->send_words =
            power_of_two(2 * l->packet_words > 4 ? 2 * l->packet_words : 4);
    s->in_flight = words_in_flight(l);
    const uint32_t spare = percent(c, 60) ? 1 : between(c, 1, 40);
    s->receive_words =
        power_of_two(s->in_flight + spare > 4 ? s->in_flight + spare : 4);
    const uint32_t most = s->receive_words - s->in_flight;
    s->stop_at = percent(c, 50) ? most : between(c, 1, most);
    s->go_at = percent(c, 50) ? s->stop_at - 1 : rng_below(&c->rng, s->stop_at);
}

static struct link *random_link(struct cutter *c, uint32_t ways)
{
    struct link *l = arena_new_item(c->arena, struct link);
    struct link_type *t = random_type(c);
    *l = (struct link){
        .name = "link",
        .type = t,
        .latency = t->latency,
        .return_latency = t->return_latency,
        .order = percent(c, 50) ? LINK_ROUND_ROBIN : LINK_PRIORITY,
        .packet_words = t->packet_words,
        .streams = arena_new_array(c->arena, struct link_stream, ways),
    };
    if (t->kind == LINK_FRAMED && (ways > 1 || percent(c, 20))) {
        l->store_and_forward = true;
        if (t->header_words == 0)
            t->header_words = 1;
    }
    for (uint32_t i = 0; i < ways; i++)
        random_stream(c, l, &l->streams[i]);
    return l;
}

/* A new stream from the link to whoever read this one. */
static uint32_t add_behind(struct cutter *c, uint32_t stream, uint32_t link)
{
    struct timing *t = c->timing;
    const uint32_t behind = t->stream_count++;
    assert(t->stream_count <= c->stream_room);
    struct timing_stream *s = &t->streams[behind];
    *s = t->streams[stream];
    s->name = arena_printf(c->arena, "link.%s", s->name);
    s->producer = link;
    s->domain = c->domain_of[s->consumer];
    if (percent(c, 50) && s->frame_tokens == 0)
        s->capacity = between(c, 1, 6);
    uint32_t *inputs = (uint32_t *)t->processes[s->consumer].inputs;
    for (uint32_t i = 0; i < t->processes[s->consumer].input_count; i++)
        if (inputs[i] == stream)
            inputs[i] = behind;
    t->streams[stream].consumer = link;
    return behind;
}

static void add_link(struct cutter *c, uint32_t ways, const uint32_t *streams)
{
    struct timing *t = c->timing;
    const uint32_t index = t->process_count++;
    assert(t->process_count <= c->process_room);
    uint32_t *ports = arena_new_array(c->arena, uint32_t, 2 * (size_t)ways);
    for (uint32_t i = 0; i < ways; i++) {
        ports[i] = streams[i];
        ports[ways + i] = add_behind(c, streams[i], index);
    }
    t->processes[index] = (struct timing_process){
        .name = arena_printf(c->arena, "link%u", index),
        .link = random_link(c, ways),
        .input_count = ways,
        .output_count = ways,
        .inputs = ports,
        .outputs = ports + ways,
    };
}

/* Its processes and streams with room for links, and domains. */
static void copy(struct cutter *c, const struct timing *t)
{
    struct arena *a = c->arena;
    c->stream_room = 2 * t->stream_count;
    c->process_room = t->process_count + t->stream_count;
    struct timing *u = c->timing = arena_new_item(a, struct timing);
    *u = *t;
    u->streams = arena_new_array(a, struct timing_stream, c->stream_room);
    memcpy(u->streams, t->streams, t->stream_count * sizeof *u->streams);
    u->processes = arena_new_array(a, struct timing_process, c->process_room);
    for (uint32_t i = 0; i < t->process_count; i++) {
        struct timing_process *p = &u->processes[i];
        *p = t->processes[i];
        uint32_t *inputs = arena_new_array(a, uint32_t, p->input_count);
        memcpy(inputs, p->inputs, p->input_count * sizeof *inputs);
        p->inputs = inputs;
    }
}

static void set_domains(struct cutter *c)
{
    struct timing *t = c->timing;
    t->domain_count = between(c, 1, DOMAINS_MAX);
    c->clocks = arena_new_array(c->arena, struct clock, t->domain_count);
    t->domains = c->clocks;
    c->clocks[0] = random_clock(c, NULL);
    for (uint32_t i = 1; i < t->domain_count; i++)
        c->clocks[i] = random_clock(c, &c->clocks[0]);
    c->domain_of = arena_new_array(c->arena, uint32_t, c->process_room);
    const bool in_order = percent(c, 50);
    for (uint32_t i = 0; i < t->process_count; i++) {
        c->domain_of[i] = in_order ? i * t->domain_count / t->process_count
                                   : rng_below(&c->rng, t->domain_count);
        t->processes[i].domain = c->domain_of[i];
    }
    for (uint32_t i = 0; i < t->stream_count; i++) {
        struct timing_stream *s = &t->streams[i];
        s->domain = s->producer == TIMING_EDGE ? c->domain_of[s->consumer]
                                               : c->domain_of[s->producer];
    }
}

struct timing *timing_cut(struct arena *a, const struct timing *t,
                          uint64_t seed)
{
    struct cutter c = { .arena = a, .rng = { seed } };
    rng_next(&c.rng);
    copy(&c, t);
    set_domains(&c);
    const uint32_t count = t->stream_count;
    bool *cut = arena_new_array(a, bool, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct timing_stream *s = &c.timing->streams[i];
        if (s->producer != TIMING_EDGE && s->consumer != TIMING_EDGE)
            cut[i] = c.domain_of[s->producer] != c.domain_of[s->consumer] ||
                     percent(&c, 8);
    }
    const uint32_t shares = percent(&c, 60) ? 70 : 0;
    bool any = false;
    for (uint32_t i = 0; i < count; i++) {
        if (!cut[i])
            continue;
        uint32_t ways[WAYS_MAX] = { i }, n = 1;
        const struct timing_stream *s = &c.timing->streams[i];
        const uint32_t to = c.domain_of[s->consumer];
        for (uint32_t k = i + 1; k < count && n < WAYS_MAX; k++) {
            const struct timing_stream *other = &c.timing->streams[k];
            if (cut[k] && other->domain == s->domain &&
                c.domain_of[other->consumer] == to && percent(&c, shares)) {
                ways[n++] = k;
                cut[k] = false;
            }
        }
        add_link(&c, n, ways);
        any = true;
    }
    return any ? c.timing : NULL;
}
