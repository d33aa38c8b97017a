#include "sample_design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/fixed.h"
#include "base/rng.h"
#include "kernels/kernels.h"

#include <check.h>
#include <stdio.h>

static struct format sample_format(const char *text)
{
    struct format f = { 0 };
    const char *error = NULL;
    ck_assert_msg(format_parse(text, &f, &error), "%s: %s", text, error);
    return f;
}

/* A value of the format; binary and ternary weights as they are. */
static int32_t sample_value(struct rng *rng, struct format f)
{
    if (f.kind == FIXED_KIND_BINARY)
        return rng_below(rng, 2) == 0 ? -1 : 1;
    if (f.kind == FIXED_KIND_TERNARY)
        return (int32_t)rng_below(rng, 3) - 1;
    uint64_t bits = rng_next(rng) >> (64 - f.width);
    return (int32_t)((int64_t)bits + format_min(f));
}

int32_t *sample_values(struct arena *a, struct rng *rng, struct format f,
                       uint64_t count)
{
    int32_t *values = arena_new_array(a, int32_t, count);
    for (uint64_t i = 0; i < count; i++)
        values[i] = sample_value(rng, f);
    return values;
}

static struct shape sample_shape(const struct layer *l, struct shape in)
{
    const struct window *w = &l->window;
    uint32_t h = in.h + w->pad_top + w->pad_bottom;
    uint32_t width = in.w + w->pad_left + w->pad_right;
    switch (l->type) {
    case LAYER_CONV2D:
        return (struct shape){ (h - w->kernel_h) / w->stride_h + 1,
                               (width - w->kernel_w) / w->stride_w + 1,
                               l->units };
    case LAYER_MAXPOOL2D:
        return (struct shape){ (h - w->kernel_h) / w->stride_h + 1,
                               (width - w->kernel_w) / w->stride_w + 1, in.c };
    case LAYER_DENSE:
        return (struct shape){ 1, 1, l->units };
    case LAYER_FLATTEN:
        return (struct shape){ 1, 1, in.h * in.w * in.c };
    default:
        return (struct shape){ h, width, in.c };
    }
}

static void sample_layer_fill(struct arena *a, struct rng *rng,
                              const struct sample_layer *from,
                              const struct tensor *input, struct layer *l)
{
    const struct tensor **inputs = arena_new_array(a, const struct tensor *, 1);
    inputs[0] = input;
    *l = (struct layer){
        .name = from->name,
        .type = from->type,
        .input_count = 1,
        .inputs = inputs,
        .window = from->window,
        .units = from->units,
        .relu = from->relu,
    };
    l->output.name = from->name;
    l->output.shape = sample_shape(l, input->shape);
    l->output.format =
        from->output == NULL ? input->format : sample_format(from->output);
    if (from->weight == NULL)
        return;
    l->weight = sample_format(from->weight);
    l->bias = from->bias == NULL ? l->weight : sample_format(from->bias);
    if (from->accumulator != NULL)
        l->accumulator = sample_format(from->accumulator);
    uint64_t terms = shape_count(input->shape);
    if (from->type == LAYER_CONV2D)
        terms = (uint64_t)from->window.kernel_h * from->window.kernel_w *
                input->shape.c;
    l->weights = sample_values(a, rng, l->weight, terms * from->units);
    l->biases = sample_values(a, rng, l->bias, from->units);
}

void sample_fail(struct arena *a, const struct diag *d)
{
    for (size_t i = 0; i < diag_count(d); i++)
        fprintf(stderr, "%s\n", diag_format(diag_at(d, i), a));
    ck_abort_msg("a sample design or a tool failed");
}

struct design *sample_design(struct arena *a, const struct sample *s)
{
    struct rng rng = { s->seed };
    struct network *n = arena_new_item(a, struct network);
    n->name = s->name == NULL ? "sample" : s->name;
    n->input = (struct tensor){ "image", s->input, sample_format(s->format) };
    n->layer_count = s->layer_count;
    n->layers = arena_new_array(a, struct layer, s->layer_count);
    struct layer_options *options =
        arena_new_array(a, struct layer_options, s->layer_count);
    struct hardware h = {
        .input_lanes = s->input_lanes,
        .fifo_depth = s->fifo_depth,
        .fifo_kind = s->fifo_kind,
        .layers = options,
        .source = s->source,
        .sink = s->sink,
    };
    const struct tensor *input = &n->input;
    for (uint32_t i = 0; i < s->layer_count; i++) {
        const struct sample_layer *l = &s->layers[i];
        sample_layer_fill(a, &rng, l, input, &n->layers[i]);
        input = &n->layers[i].output;
        if (l->pe != 0 || l->simd != 0 || l->lanes != 0)
            options[h.layer_count++] = (struct layer_options){
                .layer = l->name,
                .pe = l->pe,
                .simd = l->simd,
                .lanes = l->lanes,
            };
    }
    n->output = input;
    struct diag *d = diag_new(a);
    struct design *design = design_lower(a, n, &h, kernels_headrace(), d);
    if (design == NULL)
        sample_fail(a, d);
    return design;
}
