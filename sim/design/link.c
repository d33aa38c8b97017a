#include "design/link.h"

#include "base/bits.h"
#include "design/design.h"

#include <assert.h>

uint64_t link_type_pattern(const struct link_type *t)
{
    uint64_t of = t->active_of;
    if (t->compensation_period == 0)
        return of;
    return of / bits_common_divisor(of, t->compensation_period) *
           t->compensation_period;
}

static uint32_t usable_in(const struct link_type *t, uint64_t cycles)
{
    uint32_t count = 0;
    for (uint64_t n = 0; n < cycles; n++)
        count += link_type_is_usable(t, n);
    return count;
}

uint32_t link_type_most_usable(const struct link_type *t, uint32_t cycles)
{
    const uint64_t pattern = link_type_pattern(t);
    assert(pattern > 0 && pattern <= LINK_PATTERN_MAX);
    const uint64_t rest = cycles % pattern;
    uint32_t here = usable_in(t, rest), most = here;
    for (uint64_t n = 0; n < pattern; n++) { /* the stretch moves by one */
        here += link_type_is_usable(t, n + rest);
        here -= link_type_is_usable(t, n);
        if (here > most)
            most = here;
    }
    if (cycles >= pattern)
        most += (uint32_t)(cycles / pattern) * usable_in(t, pattern);
    return most;
}

uint32_t link_type_longest_pause(const struct link_type *t)
{
    /* Cycle 0 is usable, so no run goes around the end of the pattern. */
    const uint64_t pattern = link_type_pattern(t);
    uint32_t run = 0, longest = 0;
    assert(pattern <= LINK_PATTERN_MAX);
    for (uint64_t n = 0; n < pattern; n++) {
        run = link_type_is_usable(t, n) ? 0 : run + 1;
        if (run > longest)
            longest = run;
    }
    return longest;
}

uint32_t link_type_cable_cycles(const struct link_type *t, uint64_t cable_ps)
{
    /* Edges are rounded down to whole femtoseconds, which the time is: the
     * first edge from it on is the first that is late enough. */
    return (uint32_t)clock_edge_from(&t->clock, (int64_t)(cable_ps * 1000));
}

static uint64_t power_of_two(uint64_t least)
{
    return UINT64_C(1) << bits_log2_ceil(least);
}

static uint32_t at_least(uint64_t a, uint64_t b)
{
    return (uint32_t)(a > b ? a : b);
}

/* So many words as one side writes before the other side's read of the first
 * one gives room again, and as many as come while the line pauses. */
static uint32_t smooth_words(const struct link_type *t)
{
    const uint64_t round_trip = 2 * ((uint64_t)t->synchroniser + 1) + 2;
    const uint64_t pause =
        t->kind == LINK_FRAMED ? link_type_longest_pause(t) : 0;
    return (uint32_t)power_of_two(round_trip + pause);
}

static void pack(const struct link_type *t, uint32_t token_bits,
                 struct link_stream *s)
{
    s->tokens_per_word = s->words_per_token = 1;
    if (t->kind == LINK_CROSSING)
        return;
    if (token_bits <= t->word_bits)
        s->tokens_per_word = t->word_bits / token_bits;
    else
        s->words_per_token = (token_bits + t->word_bits - 1) / t->word_bits;
}

static enum link_fault size_send(const struct link *l, uint32_t asked,
                                 struct link_stream *s, uint32_t *bound)
{
    enum { LEAST = 4 };
    const uint64_t packets =
        l->store_and_forward ? 2 * (uint64_t)l->packet_words : 0;
    *bound = (uint32_t)power_of_two(at_least(LEAST, packets));
    s->send_words = asked != 0 ? asked : l->send_words;
    if (s->send_words == 0)
        s->send_words = at_least(smooth_words(l->type), *bound);
    return s->send_words >= *bound ? LINK_FITS : LINK_SEND_WORDS;
}

static enum link_fault size_receive(const struct link *l,
                                    const struct link_sizes *asked,
                                    struct link_stream *s, uint32_t *bound)
{
    const uint32_t pause = link_type_longest_pause(l->type);
    s->in_flight =
        link_type_most_usable(l->type,
                              l->latency + l->return_latency + pause + 2);
    if (l->store_and_forward)
        s->in_flight += l->packet_words - 1;

    const uint32_t flight = s->in_flight;
    uint64_t words = asked->receive_words;
    if (words == 0)
        words =
            power_of_two(asked->stop_at != 0 ? (uint64_t)asked->stop_at + flight
                                             : 2 * (uint64_t)flight + 1);
    const uint32_t stop_at = asked->stop_at != 0 ? asked->stop_at : 1;
    *bound = (uint32_t)power_of_two((uint64_t)stop_at + flight);
    if (words < *bound)
        return LINK_RECEIVE_WORDS;
    s->receive_words = (uint32_t)words;
    s->stop_at =
        asked->stop_at != 0 ? asked->stop_at : s->receive_words - flight;
    s->go_at = flight < s->stop_at ? flight : s->stop_at - 1;
    *bound = s->stop_at - 1;
    if (asked->go_at != 0)
        s->go_at = asked->go_at;
    return s->go_at < s->stop_at ? LINK_FITS : LINK_GO_AT;
}

enum link_fault link_size(struct link *l, const struct link_sizes *asked,
                          uint32_t *at, uint32_t *bound)
{
    for (uint32_t i = 0; i < l->process->input_count; i++) {
        struct link_stream *s = &l->streams[i];
        *at = i;
        *s = (struct link_stream){ 0 };
        pack(l->type, l->process->inputs[i]->width_bits, s);
        enum link_fault fault = size_send(l, asked->send_words, s, bound);
        if (fault == LINK_FITS && l->type->kind == LINK_FRAMED)
            fault = size_receive(l, asked, s, bound);
        if (fault != LINK_FITS)
            return fault;
    }
    return LINK_FITS;
}

uint64_t link_words_per_frame(const struct stream *s,
                              const struct link_stream *k)
{
    const uint64_t g = k->tokens_per_word;
    return (s->tokens_per_frame + g - 1) / g * k->words_per_token;
}
