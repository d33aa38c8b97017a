#include "partition/boards.h"

#include "design/hardware.h"
#include "design/link.h"

#include <stddef.h>

struct demand board_capacity(const struct partition_board *b)
{
    struct demand d;
    for (int r = 0; r < RESOURCE_COUNT; r++)
        d.of[r] = resource_of(&b->device->capacity, (enum resource)r) *
                  b->fill_percent / 100;
    return d;
}

static uint64_t quotient_up(uint64_t a, uint64_t b)
{
    return a / b + (a % b != 0);
}

/* Words and packets are below 2^63, but with headers, pauses and the ratio of
 * clocks they need not fit into 64 bits. */
__extension__ typedef unsigned __int128 wide;

/* What is more than that is too long for any interval that can be asked for,
 * 2^40 cycles, and 2^13 of them can be added up. */
#define LOAD_MOST (UINT64_C(1) << 50)

static wide wide_quotient_up(wide a, uint64_t b)
{
    return a / b + (a % b != 0);
}

uint64_t link_words(const struct link_type *t, uint64_t tokens,
                    uint32_t token_bits)
{
    if (t->kind == LINK_CROSSING)
        return tokens;
    if (token_bits > t->word_bits)
        return tokens * quotient_up(token_bits, t->word_bits);
    return quotient_up(tokens, t->word_bits / token_bits);
}

uint64_t link_load(const struct partition_link *l, uint64_t words, bool beside,
                   uint64_t hz)
{
    const struct link_type *t = l->type;
    if (t->kind == LINK_CROSSING)
        return 0;
    const uint32_t packet = l->given != NULL && l->given->packet_words != 0
                                ? l->given->packet_words
                                : t->packet_words;
    const uint64_t packets = quotient_up(words, packet);
    const uint32_t header =
        beside && t->header_words == 0 ? 1 : t->header_words;
    wide cycles = words + (wide)packets * ((uint64_t)header + t->trailer_words);
    cycles = wide_quotient_up(cycles * t->active_of, t->active);
    if (t->compensation_period != 0)
        cycles =
            wide_quotient_up(cycles * t->compensation_period,
                             t->compensation_period - t->compensation_cycles);
    if (cycles > LOAD_MOST)
        cycles = LOAD_MOST;
    /* Below 2^50 cycles of at most 2^40 fs, and 2^31 Hz: all below 2^112. */
    enum { THOUSAND = 1000, BILLION = 1000000000 };
    const uint64_t fs = quotient_up(t->clock.numerator, t->clock.denominator);
    const wide ps = wide_quotient_up(cycles * fs, THOUSAND);
    const wide load = wide_quotient_up(ps * hz, BILLION);
    return load < LOAD_MOST ? (uint64_t)load : LOAD_MOST;
}
