#include "tests/design/chain.h"

#include "base/arena.h"
#include "base/diag.h"
#include "kernels/kernels.h"
#include "tests/design/layer_shape.h"

#include <check.h>

static const struct format fixed_8_3 = { .width = 8,
                                         .integer = 3,
                                         .is_signed = true };

/* These read the network's input besides the layer before. */
static bool has_two_inputs(enum layer_type t)
{
    return t == LAYER_ADD || t == LAYER_SUBTRACT || t == LAYER_MULTIPLY ||
           t == LAYER_MAXIMUM || t == LAYER_CONCAT;
}

static void fill_inputs(struct arena *a, struct layer *l,
                        const struct tensor *before, const struct tensor *image)
{
    const struct tensor **inputs = arena_new_array(a, const struct tensor *, 2);
    inputs[0] = before;
    inputs[1] = image;
    l->input_count = has_two_inputs(l->type) ? 2 : 1;
    l->inputs = inputs;
}

static void fill_weights(struct arena *a, struct layer *l)
{
    uint64_t count = layer_terms(l) * l->units;
    int32_t *ones = arena_new_array(a, int32_t, count);
    for (uint64_t i = 0; i < count; i++)
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
        fill_inputs(a, l, before, &n->input);
        ck_assert(layer_shape(l, kernels_headrace(), &l->output.shape, d));
        bool weighted = layer_type_has_products(l->type);
        if (weighted)
            fill_weights(a, l);
        l->output.name = l->name;
        if (l->output.format.width == 0)
            l->output.format = weighted ? fixed_8_3 : before->format;
        before = &l->output;
    }
    n->output = before;
    return n;
}
