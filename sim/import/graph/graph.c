#include "import/graph/graph.h"

#include "base/arena.h"
#include "import/graph/graph_evaluate.h"
#include "import/graph/graph_fold.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static const struct {
    const char *name;
    uint32_t least, most; /* inputs */
} ops[] = {
#define GRAPH_OP(id, name, min, max) { name, min, max },
#include "import/graph/graph_ops.def"
#undef GRAPH_OP
};

const char *graph_op_name(enum graph_op op)
{
    assert(op < GRAPH_OP_COUNT);
    return ops[op].name;
}

struct place graph_place(const struct graph *g)
{
    return (struct place){ g->file, 0, 0 };
}

void graph_error(struct graph *g, const struct graph_node *n,
                 enum diag_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(g->arena, format, args);
    va_end(args);
    diag_error(g->diag, graph_place(g), code, "node '%.80s' (%.40s): %s",
               n->name, n->kind, text);
}

struct graph *graph_new(struct arena *a, const char *file, const char *name,
                        struct diag *d)
{
    struct graph *g = arena_new_item(a, struct graph);
    *g = (struct graph){
        .arena = a,
        .diag = d,
        .file = arena_strdup(a, file),
        .name = arena_strdup(a, name),
    };
    return g;
}

static struct graph_value *add_value(struct graph *g, const char *name,
                                     const struct graph_dims *dims,
                                     enum graph_type type)
{
    if (!graph_dims_fit(dims)) {
        diag_error(g->diag, graph_place(g), DIAG_SHAPE_OVERFLOW,
                   "tensor '%.80s' of %s has more than 2^31 elements", name,
                   graph_dims_text(dims, g->arena));
        return NULL;
    }
    struct graph_value *v = arena_new_item(g->arena, struct graph_value);
    v->name = arena_strdup(g->arena, name);
    v->dims = *dims;
    v->type = type;
    v->index = g->value_count;
    g->values = arena_grow(g->arena, g->values, g->value_count,
                           sizeof(struct graph_value *));
    g->values[g->value_count++] = v;
    return v;
}

struct graph_value *graph_add_input(struct graph *g, const char *name,
                                    const struct graph_dims *dims,
                                    enum graph_type type)
{
    assert(g->input == NULL);
    g->input = add_value(g, name, dims, type);
    return g->input;
}

struct graph_value *graph_add_constant(struct graph *g, const char *name,
                                       const struct graph_dims *dims,
                                       enum graph_type type, const void *data,
                                       bool is_splat)
{
    struct graph_value *v = add_value(g, name, dims, type);
    if (v == NULL)
        return NULL;
    v->data = data;
    v->is_splat = is_splat;
    if (!is_splat)
        g->given += graph_dims_count(dims);
    return v;
}

struct graph_value *graph_add_numbers(struct graph *g, const char *name,
                                      enum graph_type type, uint64_t count,
                                      const double *numbers)
{
    void *data = arena_alloc(g->arena, count, graph_type_size(type));
    for (uint64_t i = 0; i < count; i++)
        graph_store(type, data, i, numbers[i]);
    struct graph_dims dims = { 1, { count } };
    return graph_add_constant(g, name, &dims, type, data, false);
}

static struct graph_node *copy_node(struct graph *g,
                                    const struct graph_node_desc *desc)
{
    struct graph_node *n = arena_new_item(g->arena, struct graph_node);
    *n = (struct graph_node){
        .op = desc->op,
        .name = arena_strdup(g->arena, desc->name),
        .kind = arena_strdup(g->arena, desc->kind),
        .input_count = desc->input_count,
        .inputs =
            arena_new_array(g->arena, struct graph_value *, desc->input_count),
        .attributes = desc->attributes,
    };
    for (uint32_t i = 0; i < n->input_count; i++)
        n->inputs[i] = desc->inputs[i];
    return n;
}

/* How many inputs it has is the reader's to get right; that those which it
 * needs are there, too. */
static void check_inputs(const struct graph_node *n)
{
    assert(n->input_count >= ops[n->op].least &&
           n->input_count <= ops[n->op].most);
    for (uint32_t i = 0; i < ops[n->op].least; i++)
        assert(n->inputs[i] != NULL);
}

struct graph_value *graph_add(struct graph *g,
                              const struct graph_node_desc *desc)
{
    struct graph_node *n = copy_node(g, desc);
    check_inputs(n);
    struct graph_dims dims;
    enum graph_type type;
    if (!graph_shape(g, n, &dims, &type))
        return NULL;
    n->output = add_value(g, desc->output, &dims, type);
    if (n->output == NULL)
        return NULL;
    if (graph_is_constant(n))
        return graph_fold(g, n) ? n->output : NULL;
    n->output->source = n;
    for (uint32_t i = 0; i < n->input_count; i++)
        if (n->inputs[i] != NULL)
            n->inputs[i]->readers++;
    g->nodes = arena_grow(g->arena, g->nodes, g->node_count,
                          sizeof(struct graph_node *));
    g->nodes[g->node_count++] = n;
    return n->output;
}
