#include "tests/design/chain.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/kernel.h"
#include "kernels/kernels.h"

#include <check.h>

static const struct format fixed_8_3 = { .width = 8,
                                         .integer = 3,
                                         .is_signed = true };

static void fill_shape(struct layer *l, struct shape in, struct diag *d)
{
    if (l->type == LAYER_FLATTEN) {
        l->output.shape = (struct shape){ 1, 1, (uint32_t)shape_count(in) };
        return;
    }
    if (l->type == LAYER_CONV2D) {
        in.h += l->window.pad_top + l->window.pad_bottom;
        in.w += l->window.pad_left + l->window.pad_right;
    }
    const struct kernel *k = kernel_of_layer(kernels_headrace(), l->type);
    ck_assert(k->shape(l, &in, &l->output.shape, d));
}

static void fill_weights(struct arena *a, struct layer *l, struct shape in)
{
    uint64_t terms = shape_count(in);
    if (l->type == LAYER_CONV2D)
        terms = (uint64_t)l->window.kernel_h * l->window.kernel_w * in.c;
    int32_t *ones = arena_new_array(a, int32_t, terms * l->units);
    for (uint64_t i = 0; i < terms * l->units; i++)
        ones[i] = 1;
    if (l->weights == NULL)
        l->weights = ones;
    if (l->weight.width == 0)
        l->weight = fixed_8_3;
}

struct network *chain_new(struct arena *a, struct shape input,
                          uint32_t layer_count, const struct layer *layers)
{
    struct diag *d = diag_new(a);
    struct network *n = arena_new_item(a, struct network);
    *n = (struct network){
        .name = "chain",
        .input = { "image", input, { .width = 8 } },
        .layer_count = layer_count,
        .layers = arena_new_array(a, struct layer, layer_count),
    };
    const struct tensor *before = &n->input;
    for (uint32_t i = 0; i < layer_count; i++) {
        struct layer *l = &n->layers[i];
        *l = layers[i];
        const struct tensor **inputs =
            arena_new_array(a, const struct tensor *, 1);
        inputs[0] = before;
        l->input_count = 1;
        l->inputs = inputs;
        fill_shape(l, before->shape, d);
        bool weighted = l->type == LAYER_CONV2D || l->type == LAYER_DENSE;
        if (weighted)
            fill_weights(a, l, before->shape);
        l->output.name = l->name;
        if (l->output.format.width == 0)
            l->output.format = weighted ? fixed_8_3 : before->format;
        before = &l->output;
    }
    n->output = before;
    return n;
}
