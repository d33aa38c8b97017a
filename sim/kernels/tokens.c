#include "kernels/tokens.h"

#include "design/design.h"

#include <assert.h>
#include <string.h>

uint32_t tokens_mask(uint32_t count)
{
    assert(count >= 1 && count <= DESIGN_PORTS_MAX);
    return UINT32_MAX >> (DESIGN_PORTS_MAX - count);
}

struct step tokens_step(uint32_t reads, uint32_t writes, uint32_t delay)
{
    struct step step = { .reads = reads, .gap = 1 };
    if (writes != 0) {
        step.writes = writes;
        step.delay = delay;
        step.count = 1;
        step.spacing = 1;
    }
    return step;
}

void tokens_schedule(const struct process *p, struct schedule *s,
                     uint32_t delay)
{
    struct step step = tokens_step(tokens_mask(p->input_count),
                                   tokens_mask(p->output_count), delay);
    schedule_step(s, p->inputs[0]->tokens_per_frame, &step);
}

void tokens_copy(const struct stream *s, const int32_t *from, int32_t *to)
{
    memcpy(to, from, shape_count(s->shape) * sizeof *to);
}

void tokens_copy_float(const struct stream *s, const double *from, double *to)
{
    memcpy(to, from, shape_count(s->shape) * sizeof *to);
}
