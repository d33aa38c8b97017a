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

/* frame_checker at the input, frame_marker at the output. */
static struct cost cost_of_edges(const struct design *d)
{
    struct bill b = { 0 };
    parts_counter(&b, d->input->tokens_per_frame);
    parts_counter(&b, d->output->tokens_per_frame);
    parts_registers(&b, 1); /* frame_error */
    bill_add(&b, PART_PORT, 2);
    return bill_cost(&b);
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
