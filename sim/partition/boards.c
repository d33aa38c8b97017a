#include "partition/boards.h"

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

uint64_t link_words(const struct link_type *t, uint64_t tokens,
                    uint32_t token_bits)
{
    if (t->kind == LINK_CROSSING)
        return tokens;
    if (token_bits > t->word_bits)
        return tokens * quotient_up(token_bits, t->word_bits);
    return quotient_up(tokens, t->word_bits / token_bits);
}

uint64_t link_load(const struct link_type *t, uint64_t words, bool beside,
                   uint64_t hz)
{
    if (t->kind == LINK_CROSSING)
        return 0;
    const uint64_t packets = quotient_up(words, t->packet_words);
    const uint32_t header =
        beside && t->header_words == 0 ? 1 : t->header_words;
    uint64_t cycles = words + packets * ((uint64_t)header + t->trailer_words);
    cycles = quotient_up(cycles * t->active_of, t->active);
    if (t->compensation_period != 0)
        cycles = quotient_up(cycles * t->compensation_period,
                             t->compensation_period - t->compensation_cycles);
    /* A frame has at most 2^31 values, so cycles are below 2^42; a period is
     * taken in picoseconds, with its rest below a thousandth of it. */
    const uint64_t fs = quotient_up(t->clock.numerator, t->clock.denominator);
    const uint64_t ps = quotient_up(cycles * (fs / 1000), 1) +
                        quotient_up(cycles * (fs % 1000), 1000);
    enum { BILLION = 1000000000 };
    return ps / BILLION * hz + quotient_up(ps % BILLION * hz, BILLION);
}
