#include "sample_design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/fixed.h"
#include "base/rng.h"
#include "kernels/kernels.h"
#include "tests/design/layer_shape.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

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

static const struct tensor *sample_tensor(const struct network *n,
                                          const char *name)
{
    if (strcmp(n->input.name, name) == 0)
        return &n->input;
    for (uint32_t i = 0; i < n->layer_count; i++)
        if (strcmp(n->layers[i].name, name) == 0)
            return &n->layers[i].output;
    ck_abort_msg("no layer '%s'", name);
    return NULL;
}

/* Inputs of the layer that comes next. */
static void sample_inputs(struct arena *a, const struct network *n,
                          const struct sample_layer *from, struct layer *l)
{
    const struct tensor **inputs =
        arena_new_array(a, const struct tensor *, SAMPLE_INPUTS_MAX);
    for (int i = 0; i < SAMPLE_INPUTS_MAX && from->inputs[i] != NULL; i++)
        inputs[l->input_count++] = sample_tensor(n, from->inputs[i]);
    if (l->input_count == 0)
        inputs[l->input_count++] = n->layer_count == 0
                                       ? &n->input
                                       : &n->layers[n->layer_count - 1].output;
    l->inputs = inputs;
}

/* Appends a layer. */
static void sample_layer_add(struct arena *a, struct rng *rng,
                             const struct sample_layer *from, struct network *n)
{
    struct layer *l = &n->layers[n->layer_count];
    *l = (struct layer){
        .name = from->name,
        .type = from->type,
        .window = from->window,
        .units = from->units,
        .relu = from->relu || from->type == LAYER_RELU,
        .scale_h = from->scale_h,
        .scale_w = from->scale_w,
    };
    sample_inputs(a, n, from, l);
    l->output.name = from->name;
    struct diag *d = diag_new(a);
    if (!layer_shape(l, kernels_headrace(), &l->output.shape, d))
        sample_fail(a, d);
    l->output.format =
        from->output == NULL ? l->inputs[0]->format : make_format(from->output);
    n->layer_count++;
    if (from->weight == NULL)
        return;
    l->weight = make_format(from->weight);
    l->bias = from->bias == NULL ? l->weight : make_format(from->bias);
    if (from->accumulator != NULL)
        l->accumulator = make_format(from->accumulator);
    uint64_t terms = layer_type_has_products(l->type) ? layer_terms(l) : 1;
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
    n->input = (struct tensor){ "image", s->input, make_format(s->format) };
    n->layers = arena_new_array(a, struct layer, s->layer_count);
    struct layer_options *options =
        arena_new_array(a, struct layer_options, s->layer_count);
    struct hardware h = {
        .input_lanes = s->input_lanes,
        .fifo_depth = s->fifo_depth,
        .fifo_kind = s->fifo_kind,
        .keep_layers = s->keep_layers,
        .layers = options,
        .source = s->source,
        .sink = s->sink,
    };
    for (uint32_t i = 0; i < s->layer_count; i++) {
        const struct sample_layer *l = &s->layers[i];
        sample_layer_add(a, &rng, l, n);
        if ((l->pe | l->simd | l->lanes | l->copies) != 0 ||
            l->multipliers != MULTIPLIERS_PLAIN)
            options[h.layer_count++] = (struct layer_options){
                .layer = l->name,
                .pe = l->pe,
                .simd = l->simd,
                .lanes = l->lanes,
                .copies = l->copies,
                .multipliers = l->multipliers,
            };
    }
    n->output = &n->layers[n->layer_count - 1].output;
    struct diag *d = diag_new(a);
    struct design *design = design_lower(a, n, &h, kernels_headrace(), d);
    if (design == NULL)
        sample_fail(a, d);
    return design;
}

struct design *sample_residual(struct arena *a, uint32_t h, uint32_t w,
                               enum fifo_kind kind)
{
    static const struct sample_layer layers[] = {
        { .name = "conv1",
          .type = LAYER_CONV2D,
          .units = 4,
          .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
          .relu = true,
          .weight = "fixed<4,1>",
          .pe = 2,
          .simd = 2 },
        { .name = "conv2",
          .type = LAYER_CONV2D,
          .units = 4,
          .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
          .weight = "fixed<4,1>",
          .pe = 2,
          .simd = 2 },
        { .name = "sum", .type = LAYER_ADD, .inputs = { "conv1", "conv2" } },
        { .name = "pool",
          .type = LAYER_MAXPOOL2D,
          .window = { 2, 2, 2, 2, 0, 0, 0, 0 } },
    };
    return sample_design(a, &(struct sample){ .input = { h, w, 2 },
                                              .format = "fixed<8,3>",
                                              .layers = layers,
                                              .layer_count = 4,
                                              .fifo_kind = kind,
                                              .seed = 1 });
}
