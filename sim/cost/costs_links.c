/* The ends of links: link_sender, link_receiver, link_crossing and what they
 * are made of. */
#include "base/bits.h"
#include "cost/bill.h"
#include "cost/kernel_costs.h"
#include "cost/memory.h"
#include "cost/parts.h"
#include "design/design.h"

/* crossing_counter: the count, its Gray code, of which the highest bit is the
 * count's, and the synchroniser; what sees it makes it binary again. */
static void add_crossing_counter(struct bill *b, uint32_t bits, uint32_t stages)
{
    parts_registers(b, (uint64_t)bits * (2 + stages) - 1);
    bill_add(b, PART_COUNTER_BIT, bits);
    bill_add(b, PART_MUX_BIT, bits - 1);
}

/* async_fifo: its memory, a pointer each way, and the comparisons of both
 * sides; the writer's follows from how much is in it. */
static void add_async_fifo(struct bill *b, uint32_t width, uint32_t depth,
                           uint32_t stages)
{
    const uint32_t bits = bits_log2_ceil(depth) + 1;
    add_crossing_counter(b, bits, stages);
    add_crossing_counter(b, bits, stages);
    bill_add(b, PART_ADDER_BIT, bits);
    parts_comparison(b, 1, bits);
    memory_add_between_clocks(b, width, depth);
}

/* The place in the words of a token, or the tokens of a word. */
static void add_place(struct bill *b, const struct link_stream *k)
{
    parts_counter(b, k->words_per_token > 1 ? k->words_per_token
                                            : k->tokens_per_word);
}

/* link_packer: a word that tokens are put into, or a token that moves down by
 * words; the end of the frame and of the packet. */
static void add_packer(struct bill *b, const struct link *l,
                       const struct stream *s, const struct link_stream *k)
{
    const uint64_t bits = (uint64_t)k->tokens_per_word * s->width_bits;
    parts_registers(b, 1 + bits + 1);
    add_place(b, k);
    if (k->tokens_per_word > 1)
        bill_add(b, PART_PORT, k->tokens_per_word);
    if (k->words_per_token > 1)
        bill_add(b, PART_MUX_BIT, bits);
    parts_counter(b, s->tokens_per_frame);
    parts_counter(b, l->packet_words);
    bill_add(b, PART_PORT, 2);
}

/* link_unpacker: a word that moves down by tokens, with the end of the frame,
 * or a token that words are put into. */
static void add_unpacker(struct bill *b, const struct link *l,
                         const struct stream *s, const struct link_stream *k)
{
    const bool joins = k->words_per_token > 1;
    parts_registers(b,
                    1 + (uint64_t)(joins ? s->width_bits : l->type->word_bits));
    add_place(b, k);
    if (joins) {
        bill_add(b, PART_PORT, k->words_per_token);
    } else {
        parts_counter(b, s->tokens_per_frame);
        bill_add(b, PART_MUX_BIT, l->type->word_bits);
    }
    bill_add(b, PART_PORT, 2);
}

/* link_framer: whose packet it is, where in it, and the choice of the word. */
static void add_framer(struct bill *b, const struct link *l, uint32_t streams)
{
    const struct link_type *t = l->type;
    const uint32_t most =
        t->header_words > t->trailer_words ? t->header_words : t->trailer_words;
    /* Its state; measured: one more where a state is never reached. */
    parts_registers(b, t->header_words > 0 && t->trailer_words > 0 ? 2 : 3);
    parts_counter(b, most);
    parts_registers(b, 2 * (uint64_t)streams); /* whose it is, who is halted */
    if (streams > 1 && l->order == LINK_ROUND_ROBIN)
        parts_registers(b, streams);
    bill_add(b, PART_PORT, 2 + 2 * (uint64_t)streams);
    if (streams > 1)
        parts_choice(b, t->word_bits + 1, streams);
    else /* the line is zero while nothing is sent */
        bill_add(b, PART_MUX_BIT, t->word_bits);
}

static void add_sender(struct bill *b, const struct process *p)
{
    const struct link *l = p->link;
    const uint32_t stages = l->type->synchroniser;
    for (uint32_t i = 0; i < p->input_count; i++) {
        const struct stream *s = p->inputs[i];
        const struct link_stream *k = &l->streams[i];
        const uint32_t bits = bits_log2_ceil(k->send_words) + 1;
        add_packer(b, l, s, k);
        /* A bit with each word: it is the last of its packet. */
        add_async_fifo(b, 1 + l->type->word_bits, k->send_words, stages);
        if (!l->store_and_forward)
            continue;
        add_crossing_counter(b, bits, stages);
        parts_registers(b, bits); /* packets that were sent */
        bill_add(b, PART_COUNTER_BIT, bits);
        parts_comparison(b, 1, bits);
    }
    add_framer(b, l, p->input_count);
}

static void add_receiver(struct bill *b, const struct process *p)
{
    const struct link *l = p->link;
    const uint32_t streams = p->output_count;
    for (uint32_t i = 0; i < streams; i++) {
        const struct stream *s = p->outputs[i];
        const struct link_stream *k = &l->streams[i];
        const uint32_t bits = bits_log2_ceil(k->receive_words) + 1;
        add_async_fifo(b, l->type->word_bits, k->receive_words,
                       l->type->synchroniser);
        add_unpacker(b, l, s, k);
        parts_registers(b, 2); /* link_flow: its stop, and as it was told */
        parts_comparison(b, 2, bits);
    }
    parts_registers(b, 1); /* overflow */
    if (streams > 1)       /* whose packet is coming */
        parts_registers(b, bits_log2_ceil(streams));
    bill_add(b, PART_PORT, 1 + (uint64_t)streams);
}

/* link_crossing, of which the memories are where they are written. */
static void add_crossing(struct bill *b, const struct process *p)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        add_async_fifo(b, p->inputs[i]->width_bits,
                       p->link->streams[i].send_words,
                       p->link->type->synchroniser);
}

void costs_link_end(struct bill *b, const struct process *p, bool receiving)
{
    const struct link_type *t = p->link->type;
    if (t->kind == LINK_CROSSING) {
        if (!receiving)
            add_crossing(b, p);
        return;
    }
    if (receiving)
        add_receiver(b, p);
    else
        add_sender(b, p);
}

static void add_link(struct bill *b, const struct process *p)
{
    costs_link_end(b, p, false);
    costs_link_end(b, p, true);
}

const struct kernel_cost costs_links[] = { { "link", add_link }, { 0 } };
