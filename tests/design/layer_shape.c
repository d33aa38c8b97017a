#include "tests/design/layer_shape.h"

#include "base/arena.h"
#include "design/kernel.h"

bool layer_shape(const struct layer *l, const struct kernel_table *kernels,
                 struct shape *out, struct diag *d)
{
    struct shape first = l->inputs[0]->shape;
    if (l->type == LAYER_FLATTEN) { /* no kernel: it moves nothing */
        *out = (struct shape){ 1, 1, (uint32_t)shape_count(first) };
        return true;
    }
    const struct kernel *k = kernel_of_layer(kernels, l->type);
    if (k == NULL)
        return false;
    struct arena *scratch = arena_new();
    struct shape *in = arena_new_array(scratch, struct shape, l->input_count);
    for (uint32_t i = 0; i < l->input_count; i++)
        in[i] = l->inputs[i]->shape;
    if (layer_type_has_padding_unit(l->type)) {
        in[0].h += l->window.pad_top + l->window.pad_bottom;
        in[0].w += l->window.pad_left + l->window.pad_right;
    }
    bool fits = k->shape(l, in, out, d);
    arena_free(scratch);
    return fits;
}
