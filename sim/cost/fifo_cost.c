#include "cost/fifo_cost.h"

#include "base/bits.h"
#include "cost/bill.h"
#include "cost/memory.h"
#include "cost/parts.h"
#include "design/design.h"

#include <assert.h>

/* fill_counter.sv: a number that goes up and down, and those of its two flags
 * that are looked at: there is room for more, there is something. */
static void add_fill(struct bill *b, uint64_t most, uint32_t flags)
{
    uint32_t bits = bits_log2_ceil(most + 1);
    parts_registers(b, bits + flags);
    bill_add(b, PART_FIFO_BIT, bits);
}

/* fifo_control.sv */
static void add_control(struct bill *b, uint64_t depth)
{
    add_fill(b, depth, 2);
    parts_counter(b, depth); /* write and read addresses */
    parts_counter(b, depth);
}

static void add_srl(struct bill *b, const struct stream *s)
{
    add_control(b, s->depth);
    if (s->depth == 1)
        parts_registers(b, s->width_bits);
    else
        memory_add(b, &(struct memory){ .width = s->width_bits,
                                        .depth = s->depth,
                                        .combinational = true });
}

static void add_bram(struct bill *b, const struct stream *s)
{
    add_control(b, s->depth);
    parts_registers(b, 1); /* out_valid */
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
    add_fill(b, s->depth, 1); /* frames to move */
    add_fill(b, s->depth, 1); /* and to read */
    parts_registers(b, 2);    /* out_valid, out_last */
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
