#include "cost/cost.h"

#include "cost/bill.h"
#include "cost/fifo_cost.h"
#include "cost/hls_cost.h"
#include "cost/kernel_costs.h"
#include "cost/parts.h"
#include "design/design.h"
#include "design/kernel.h"

#include <assert.h>
#include <stddef.h>

struct cost cost_of_process(const struct design *d, const struct process *p)
{
    if (p->link != NULL)
        return cost_sum(cost_of_link_end(p, false), cost_of_link_end(p, true));
    if (family_is_hls(d->family))
        return hls_cost_of_process(d, p);
    const struct kernel_cost *k = kernel_cost_find(p->kernel->name);
    assert(k != NULL); /* every kernel of the headrace family has one */
    struct bill b = { 0 };
    k->add(&b, p);
    return bill_cost(&b);
}

struct cost cost_of_stream(const struct design *d, const struct stream *s)
{
    if (family_is_hls(d->family))
        return hls_cost_of_stream(d, s);
    struct bill b = { 0 };
    fifo_cost_add(&b, s);
    return bill_cost(&b);
}

struct cost cost_of_link_end(const struct process *p, bool receiving)
{
    const struct link_type *t = p->link->type;
    struct bill b = { 0 };
    costs_link_end(&b, p, receiving);
    const struct cost core = { .lut = t->core_lut,
                               .ff = t->core_ff,
                               .bram18 = t->core_bram18 };
    return cost_sum(bill_cost(&b), core);
}

/* frame_checker at the input, frame_marker at the output: those of a board. */
static void add_edges(struct bill *b, const struct design *d, bool input,
                      bool output)
{
    if (input) {
        parts_counter(b, d->input->tokens_per_frame);
        parts_registers(b, 1); /* frame_error */
        bill_add(b, PART_PORT, 1);
    }
    if (output) {
        parts_counter(b, d->output->tokens_per_frame);
        bill_add(b, PART_PORT, 1);
    }
}

static struct cost cost_of_edges(const struct design *d)
{
    struct bill b = { 0 };
    add_edges(&b, d, true, true);
    return bill_cost(&b);
}

struct cost cost_of_board(const struct design *d, uint32_t board)
{
    struct bill b = { 0 };
    if (!family_is_hls(d->family))
        add_edges(&b, d, d->input->board == board, d->output->board == board);
    struct cost sum = bill_cost(&b);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        if (p->link == NULL && p->board == board)
            sum = cost_sum(sum, cost_of_process(d, p));
        if (p->link != NULL && p->link->from == board)
            sum = cost_sum(sum, cost_of_link_end(p, false));
        if (p->link != NULL && p->link->to == board)
            sum = cost_sum(sum, cost_of_link_end(p, true));
    }
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].board == board)
            sum = cost_sum(sum, cost_of_stream(d, &d->streams[i]));
    return sum;
}

struct cost cost_of_design(const struct design *d)
{
    struct cost sum = { 0 };
    if (!family_is_hls(d->family))
        sum = cost_of_edges(d);
    for (uint32_t i = 0; i < d->process_count; i++)
        sum = cost_sum(sum, cost_of_process(d, &d->processes[i]));
    for (uint32_t i = 0; i < d->stream_count; i++)
        sum = cost_sum(sum, cost_of_stream(d, &d->streams[i]));
    return sum;
}

struct cost cost_sum(struct cost a, struct cost b)
{
    return (struct cost){
        .lut = a.lut + b.lut,
        .ff = a.ff + b.ff,
        .dsp = a.dsp + b.dsp,
        .bram18 = a.bram18 + b.bram18,
        .uram = a.uram + b.uram,
    };
}
