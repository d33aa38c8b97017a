#include "cost/fifo_cost.h"

#include "base/bits.h"
#include "cost/bill.h"
#include "cost/memory.h"
#include "cost/parts.h"
#include "design/design.h"

#include <assert.h>

/* A number of words that goes up and down, with what follows from it. */
static void add_count(struct bill *b, uint64_t depth)
{
    uint32_t bits = bits_log2_ceil(depth + 1);
    parts_registers(b, bits);
    bill_add(b, PART_FIFO_BIT, bits);
}

static void add_srl(struct bill *b, const struct stream *s)
{
    add_count(b, s->depth);
    parts_registers(b, 2); /* in_ready, out_valid */
    parts_counter(b, s->depth);
    parts_counter(b, s->depth);
    if (s->depth == 1)
        parts_registers(b, s->width_bits);
    else
        memory_add(b, &(struct memory){ .width = s->width_bits,
                                        .depth = s->depth,
                                        .combinational = true });
}

static void add_bram(struct bill *b, const struct stream *s)
{
    add_count(b, s->depth);
    parts_registers(b, 3); /* in_ready, stored, out_valid */
    parts_counter(b, s->depth);
    parts_counter(b, s->depth);
    memory_add(b,
               &(struct memory){ .width = s->width_bits, .depth = s->depth });
}

static void add_frame_address(struct bill *b, const struct stream *s)
{
    parts_counter(b, s->depth * s->tokens_per_frame);
    if (s->depth > 1)
        parts_counter(b, s->tokens_per_frame);
}

static void add_frame(struct bill *b, const struct stream *s)
{
    add_count(b, s->depth);
    add_count(b, s->depth);
    parts_registers(b, 4); /* in_ready, stored, out_valid, out_last */
    add_frame_address(b, s);
    add_frame_address(b, s);
    uint64_t words = s->depth * s->tokens_per_frame;
    if (words == 1)
        parts_registers(b, 2 * (uint64_t)s->width_bits);
    else
        memory_add(b,
                   &(struct memory){ .width = s->width_bits, .depth = words });
}

void fifo_cost_add(struct bill *b, const struct stream *s)
{
    bill_add(b, PART_FIFO, 1);
    switch (s->kind) {
    case FIFO_SRL:
        add_srl(b, s);
        return;
    case FIFO_BRAM:
    case FIFO_RAM:
        add_bram(b, s);
        return;
    case FIFO_FRAME:
        add_frame(b, s);
        return;
    case FIFO_AUTO:
        break;
    }
    assert(false);
}
