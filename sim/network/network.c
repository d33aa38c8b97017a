#include "network/network.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const char *const type_names[] = {
    [LAYER_CONV2D] = "conv2d",
    [LAYER_DEPTHWISE_CONV2D] = "depthwise_conv2d",
    [LAYER_DENSE] = "dense",
    [LAYER_MAXPOOL2D] = "maxpool2d",
    [LAYER_AVGPOOL2D] = "avgpool2d",
    [LAYER_GLOBAL_MAXPOOL] = "global_maxpool",
    [LAYER_GLOBAL_AVGPOOL] = "global_avgpool",
    [LAYER_ADD] = "add",
    [LAYER_SUBTRACT] = "subtract",
    [LAYER_MULTIPLY] = "multiply",
    [LAYER_MAXIMUM] = "maximum",
    [LAYER_CONCAT] = "concat",
    [LAYER_BATCHNORM] = "batchnorm",
    [LAYER_RELU] = "relu",
    [LAYER_LINEAR] = "linear",
    [LAYER_PRELU] = "prelu",
    [LAYER_SIGMOID] = "sigmoid",
    [LAYER_TANH] = "tanh",
    [LAYER_HARD_SIGMOID] = "hard_sigmoid",
    [LAYER_HARD_TANH] = "hard_tanh",
    [LAYER_LOOKUP] = "lookup",
    [LAYER_SOFTMAX] = "softmax",
    [LAYER_ARGMAX] = "argmax",
    [LAYER_UPSAMPLE2D] = "upsample2d",
    [LAYER_CROP2D] = "crop2d",
    [LAYER_ZEROPAD2D] = "zeropad2d",
    [LAYER_FLATTEN] = "flatten",
    [LAYER_RESHAPE] = "reshape",
    [LAYER_TRANSPOSE] = "transpose",
};

const char *layer_type_name(enum layer_type t)
{
    assert(t < LAYER_TYPE_COUNT);
    return type_names[t];
}

bool layer_type_has_products(enum layer_type t)
{
    return t == LAYER_CONV2D || t == LAYER_DEPTHWISE_CONV2D || t == LAYER_DENSE;
}

bool layer_type_has_padding_unit(enum layer_type t)
{
    return t == LAYER_CONV2D || t == LAYER_DEPTHWISE_CONV2D ||
           t == LAYER_MAXPOOL2D || t == LAYER_AVGPOOL2D;
}

uint64_t layer_terms(const struct layer *l)
{
    assert(layer_type_has_products(l->type));
    struct shape in = l->inputs[0]->shape;
    if (l->type == LAYER_DENSE)
        return shape_count(in);
    uint64_t window = (uint64_t)l->window.kernel_h * l->window.kernel_w;
    return l->type == LAYER_DEPTHWISE_CONV2D ? window : window * in.c;
}

const struct layer *network_last_layer(const struct network *n)
{
    uint32_t index = network_tensor_index(n, n->output);
    return index == 0 ? NULL : &n->layers[index - 1];
}

uint64_t network_class_count(const struct network *n)
{
    uint64_t count = shape_count(n->output->shape);
    const struct layer *last = network_last_layer(n);
    if (count > 1)
        return count;
    return last != NULL && last->type == LAYER_ARGMAX ? last->inputs[0]->shape.c
                                                      : 2;
}

uint64_t network_products(const struct network *n)
{
    uint64_t products = 0;
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const struct layer *l = &n->layers[i];
        if (layer_type_has_products(l->type))
            products += layer_terms(l) * shape_count(l->output.shape);
    }
    return products;
}

const struct layer *network_layer(const struct network *n, const char *name)
{
    for (uint32_t i = 0; i < n->layer_count; i++)
        if (strcmp(n->layers[i].name, name) == 0)
            return &n->layers[i];
    return NULL;
}

uint32_t network_tensor_index(const struct network *n, const struct tensor *t)
{
    if (t == &n->input)
        return 0;
    size_t offset = (size_t)((const char *)t - (const char *)n->layers);
    assert(offset % sizeof *n->layers == offsetof(struct layer, output) &&
           offset / sizeof *n->layers < n->layer_count);
    return (uint32_t)(offset / sizeof *n->layers) + 1;
}
