#include "import/foreign.h"

#include "base/text.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_simplify.h"
#include "import/onnx/onnx.h"

bool foreign_is(const char *path)
{
    return text_ends_in(path, ".onnx");
}

struct sketch *foreign_load(struct arena *a, const char *path,
                            const struct foreign_options *o, struct diag *d)
{
    struct onnx_options options = { .input_dims = { .rank = o->rank } };
    for (uint32_t i = 0; i < o->rank; i++)
        options.input_dims.size[i] = o->shape[i];
    struct graph *g = onnx_load(a, path, &options, d);
    if (g == NULL)
        return NULL;
    graph_simplify(g);
    struct format standard = o->precision;
    if (standard.width == 0)
        standard =
            (struct format){ .width = 16, .integer = 6, .is_signed = true };
    return graph_lower(g, standard);
}
