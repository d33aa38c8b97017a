#include "network/network.h"

#include <assert.h>
#include <string.h>

static const char *const type_names[] = {
    [LAYER_CONV2D] = "conv2d",       [LAYER_ZEROPAD2D] = "zeropad2d",
    [LAYER_MAXPOOL2D] = "maxpool2d", [LAYER_RELU] = "relu",
    [LAYER_DENSE] = "dense",         [LAYER_FLATTEN] = "flatten",
};

const char *layer_type_name(enum layer_type t)
{
    assert(t < LAYER_TYPE_COUNT);
    return type_names[t];
}

const struct layer *network_layer(const struct network *n, const char *name)
{
    for (uint32_t i = 0; i < n->layer_count; i++)
        if (strcmp(n->layers[i].name, name) == 0)
            return &n->layers[i];
    return NULL;
}
