#include "kernels/groups.h"

#include "base/bits.h"
#include "design/design.h"
#include "kernels/schedule.h"

#include <assert.h>

/* Operand and weight registers, products, accumulator, output register. */
enum { FIXED_STAGES = 4 };

uint32_t groups_nf(const struct process *p)
{
    return p->outputs[0]->shape.c / p->pe;
}

uint32_t groups_sf(const struct process *p, uint32_t inputs)
{
    return inputs / p->simd;
}

uint32_t groups_latency(const struct process *p)
{
    /* And the levels of the adder tree. */
    return FIXED_STAGES + bits_log2_ceil(p->simd);
}

void groups_schedule(const struct process *p, struct schedule *s,
                     const struct step *last, uint64_t first, uint32_t sf)
{
    uint32_t nf = groups_nf(p);
    uint32_t lanes = p->outputs[0]->lanes;
    struct step step = *last;
    step.writes = 1;

    if (lanes % p->pe == 0) {
        uint32_t groups = lanes / p->pe; /* in a token */
        step.delay = first + (uint64_t)(groups - 1) * sf;
        step.count = nf / groups;
        step.spacing = groups * sf;
        schedule_step(s, 1, &step);
        return;
    }

    uint32_t tokens = p->pe / lanes; /* of a group */
    assert(tokens <= sf);
    step.delay = first;
    step.spacing = 1;
    if (tokens == sf || nf == 1) {
        step.count = nf * tokens;
        schedule_step(s, 1, &step);
        return;
    }
    /* Bursts with breaks between them: one step each, which reads nothing.
     * The front has nothing else to do meanwhile: the datapath is taken and
     * no input is staged (design/folding.c sees to it). */
    step.count = tokens;
    schedule_step(s, 1, &step);
    struct step burst = {
        .writes = 1,
        .gap = sf,
        .delay = first,
        .count = tokens,
        .spacing = 1,
    };
    schedule_step(s, nf - 1, &burst);
}
