#include "engine/infer.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/kernel.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

uint64_t infer_input_count(const struct design *d)
{
    return shape_count(d->input->shape);
}

uint64_t infer_output_count(const struct design *d)
{
    return shape_count(d->output->shape);
}

/* One frame of each stream but the input, whose frames are the caller's. */
static void *new_frames(struct arena *scratch, const struct design *d,
                        const struct stream *s, size_t size)
{
    return s == d->input ? NULL
                         : arena_alloc(scratch, shape_count(s->shape), size);
}

/* Whether frame f passes through one of several copies. */
static bool carries(const struct stream *s, uint32_t f)
{
    return f % s->copies == s->copy;
}

/* Whether process p has anything to do with frame f. */
static bool works_on(const struct process *p, uint32_t f)
{
    assert(p->input_count <= DESIGN_PORTS_MAX &&
           p->output_count <= DESIGN_PORTS_MAX);
    for (uint32_t k = 0; k < p->input_count; k++)
        if (carries(p->inputs[k], f))
            return true;
    return false;
}

int32_t *infer_run(struct arena *a, const struct design *d,
                   const int32_t *inputs, uint32_t frames,
                   const struct infer_observer *observer)
{
    uint64_t in_count = infer_input_count(d);
    uint64_t out_count = infer_output_count(d);
    int32_t *outputs = arena_new_array(a, int32_t, frames * out_count);
    struct arena *scratch = arena_new();
    int32_t **values = arena_new_array(scratch, int32_t *, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        values[i] = new_frames(scratch, d, &d->streams[i], sizeof(int32_t));

    for (uint32_t f = 0; f < frames; f++) {
        const int32_t *input = inputs + f * in_count;
        if (observer != NULL)
            observer->frame(observer->context, f, d->input, input);
        for (uint32_t i = 0; i < d->process_count; i++) {
            const struct process *p = &d->processes[i];
            const int32_t *in[DESIGN_PORTS_MAX];
            int32_t *out[DESIGN_PORTS_MAX];
            if (!works_on(p, f))
                continue;
            for (uint32_t k = 0; k < p->input_count; k++)
                in[k] = !carries(p->inputs[k], f) ? NULL
                        : p->inputs[k] == d->input
                            ? input
                            : values[p->inputs[k]->index];
            for (uint32_t k = 0; k < p->output_count; k++)
                out[k] = carries(p->outputs[k], f)
                             ? values[p->outputs[k]->index]
                             : NULL;
            p->kernel->compute(p, in, out);
            for (uint32_t k = 0; observer != NULL && k < p->output_count; k++)
                if (out[k] != NULL)
                    observer->frame(observer->context, f, p->outputs[k],
                                    out[k]);
        }
        memcpy(outputs + f * out_count, values[d->output->index],
               out_count * sizeof *outputs);
    }
    arena_free(scratch);
    return outputs;
}

double *infer_run_float(struct arena *a, const struct design *d,
                        const double *inputs, uint32_t frames)
{
    uint64_t in_count = infer_input_count(d);
    uint64_t out_count = infer_output_count(d);
    double *outputs = arena_new_array(a, double, frames *out_count);
    struct arena *scratch = arena_new();
    double **values = arena_new_array(scratch, double *, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        values[i] = new_frames(scratch, d, &d->streams[i], sizeof(double));

    for (uint32_t f = 0; f < frames; f++) {
        const double *input = inputs + f * in_count;
        for (uint32_t i = 0; i < d->process_count; i++) {
            const struct process *p = &d->processes[i];
            const double *in[DESIGN_PORTS_MAX];
            double *out[DESIGN_PORTS_MAX];
            if (!works_on(p, f))
                continue;
            for (uint32_t k = 0; k < p->input_count; k++)
                in[k] = !carries(p->inputs[k], f) ? NULL
                        : p->inputs[k] == d->input
                            ? input
                            : values[p->inputs[k]->index];
            for (uint32_t k = 0; k < p->output_count; k++)
                out[k] = carries(p->outputs[k], f)
                             ? values[p->outputs[k]->index]
                             : NULL;
            p->kernel->compute_float(p, in, out);
        }
        memcpy(outputs + f * out_count, values[d->output->index],
               out_count * sizeof *outputs);
    }
    arena_free(scratch);
    return outputs;
}

/* A raw value as a number: unsigned 32-bit formats use all bits. */
static int64_t number(struct format f, int32_t raw)
{
    return f.is_signed ? raw : (int64_t)(uint32_t)raw;
}

double *infer_to_float(struct arena *a, struct format f, const int32_t *raw,
                       uint64_t count)
{
    double *numbers = arena_new_array(a, double, count);
    for (uint64_t i = 0; i < count; i++)
        numbers[i] = fixed_to_double(number(f, raw[i]), f);
    return numbers;
}

uint32_t infer_class(struct format f, const int32_t *outputs, uint64_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (number(f, outputs[i]) > number(f, outputs[best]))
            best = i;
    return best;
}

uint32_t infer_class_float(const double *outputs, uint64_t count)
{
    uint32_t best = 0;
    for (uint32_t i = 1; i < count; i++)
        if (outputs[i] > outputs[best])
            best = i;
    return best;
}

/* What a single value is. */
enum single { SINGLE_LOGIT, SINGLE_PROBABILITY, SINGLE_INDEX };

static enum single single_of(const struct design *d)
{
    const struct layer *last = network_last_layer(d->network);
    if (last != NULL && last->type == LAYER_ARGMAX)
        return SINGLE_INDEX;
    return last != NULL && (last->type == LAYER_SIGMOID ||
                            last->type == LAYER_HARD_SIGMOID)
               ? SINGLE_PROBABILITY
               : SINGLE_LOGIT;
}

uint32_t infer_decide_float(const struct design *d, const double *outputs)
{
    uint64_t count = infer_output_count(d);
    if (count > 1)
        return infer_class_float(outputs, count);
    switch (single_of(d)) {
    case SINGLE_INDEX:
        return (uint32_t)outputs[0];
    case SINGLE_PROBABILITY:
        return outputs[0] > 0.5;
    default:
        return outputs[0] > 0;
    }
}

uint32_t infer_decide(const struct design *d, const int32_t *outputs)
{
    struct format f = d->output->format;
    uint64_t count = infer_output_count(d);
    if (count > 1)
        return infer_class(f, outputs, count);
    /* Exact: raw values have at most 32 bits. */
    double x = fixed_to_double(number(f, outputs[0]), f);
    return infer_decide_float(d, &x);
}

uint32_t infer_count_correct(const struct design *d, const int32_t *outputs,
                             const int32_t *labels, uint32_t frames)
{
    uint64_t count = infer_output_count(d);
    uint32_t correct = 0;
    for (uint32_t f = 0; f < frames; f++) {
        uint32_t class = infer_decide(d, outputs + f * count);
        correct += labels[f] >= 0 && class == (uint32_t)labels[f];
    }
    return correct;
}

uint32_t infer_count_correct_float(const struct design *d,
                                   const double *outputs, const int32_t *labels,
                                   uint32_t frames)
{
    uint64_t count = infer_output_count(d);
    uint32_t correct = 0;
    for (uint32_t f = 0; f < frames; f++) {
        uint32_t class = infer_decide_float(d, outputs + f * count);
        correct += labels[f] >= 0 && class == (uint32_t)labels[f];
    }
    return correct;
}
