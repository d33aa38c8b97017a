#include "design/kernel.h"

#include <stddef.h>
#include <string.h>

/* NULL: the kernel has the layer type's name. */
static const char *const kernel_names[LAYER_TYPE_COUNT] = {
    [LAYER_ADD] = "elementwise",      [LAYER_SUBTRACT] = "elementwise",
    [LAYER_MULTIPLY] = "elementwise", [LAYER_MAXIMUM] = "elementwise",
    [LAYER_LINEAR] = "relu",          [LAYER_SIGMOID] = "lookup",
    [LAYER_TANH] = "lookup",          [LAYER_HARD_SIGMOID] = "lookup",
    [LAYER_HARD_TANH] = "lookup",     [LAYER_TRANSPOSE] = "reshape",
};

const struct kernel *kernel_of_layer(const struct kernel_table *t,
                                     enum layer_type type)
{
    if (type == LAYER_FLATTEN)
        return NULL;
    const char *name = kernel_names[type];
    return kernel_find(t, name != NULL ? name : layer_type_name(type));
}

const struct kernel *kernel_find(const struct kernel_table *t, const char *name)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (strcmp(t->kernels[i]->name, name) == 0)
            return t->kernels[i];
    return NULL;
}
