#include "import/onnx/onnx.h"

#include "base/arena.h"
#include "base/text.h"
#include "import/onnx/onnx_reader.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include <onnx.pb-c.h>

#define FILE_MAX ((size_t)1 << 31) /* what Protocol Buffers can hold */

struct onnx_name {
    const char *name;          /* NULL: no entry */
    struct graph_value *value; /* NULL: an output that is not computed */
    bool failed;               /* its node was refused */
};

/* A node behind one that was refused is left out; the others are read on, so
 * that all that is wrong is said at once, up to so many errors. */
enum { REFUSED_MAX = 20 };

/* The entry of a name, or the free one that it would take. */
static struct onnx_name *find_name(const struct onnx_reader *r,
                                   const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
    for (const char *s = name; *s != '\0'; s++)
        hash = (hash ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    uint32_t i = (uint32_t)(hash ^ hash >> 32) & (r->name_room - 1);
    while (r->names[i].name != NULL && strcmp(r->names[i].name, name) != 0)
        i = (i + 1) & (r->name_room - 1);
    return &r->names[i];
}

/* False: said that the name is taken. */
static bool add_name(struct onnx_reader *r, const char *name,
                     struct graph_value *v)
{
    struct onnx_name *entry = find_name(r, name);
    if (entry->name != NULL) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_NAME,
                   "tensor '%.80s' is computed twice", name);
        return false;
    }
    *entry = (struct onnx_name){ name, v, false };
    return true;
}

static const char *text_of(const char *s)
{
    return s == NULL ? "" : s;
}

static void make_names(struct onnx_reader *r, const Onnx__GraphProto *g)
{
    uint64_t count = g->n_initializer + g->n_input;
    for (size_t i = 0; i < g->n_node; i++)
        count += g->node[i]->n_output;
    r->name_room = 16;
    while (r->name_room < 2 * count)
        r->name_room *= 2;
    r->names = arena_new_array(r->arena, struct onnx_name, r->name_room);
}

/* The domain in which an operator's name has its meaning: "", "qonnx",
 * "com.microsoft" or NULL. */
static const char *domain_of(const Onnx__NodeProto *p)
{
    const char *d = text_of(p->domain);
    if (d[0] == '\0' || strcmp(d, "ai.onnx") == 0)
        return "";
    /* The names under which QONNX, Brevitas and FINN have written them. */
    static const char *const quantisers[] = { "qonnx.custom_op.general",
                                              "finn.custom_op.general",
                                              "onnx.brevitas" };
    for (size_t i = 0; i < sizeof quantisers / sizeof *quantisers; i++)
        if (strcmp(d, quantisers[i]) == 0)
            return "qonnx";
    return strcmp(d, "com.microsoft") == 0 ? "com.microsoft" : NULL;
}

const struct onnx_operator *onnx_operator_of(const Onnx__NodeProto *p)
{
    const char *domain = domain_of(p);
    return domain == NULL ? NULL
                          : onnx_operator_find(domain, text_of(p->op_type));
}

static bool add_initializers(struct onnx_reader *r, const Onnx__GraphProto *g)
{
    bool fine = true;
    for (size_t i = 0; i < g->n_initializer; i++) {
        const Onnx__TensorProto *t = g->initializer[i];
        struct graph_value *v = onnx_tensor(r, t, text_of(t->name));
        fine = v != NULL && add_name(r, text_of(t->name), v) && fine;
    }
    if (g->n_sparse_initializer > 0) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_UNSUPPORTED,
                   "sparse tensors are not supported");
        fine = false;
    }
    return fine;
}

/* The shape that the file gives an input; false: said why it is none. */
static bool input_dims(struct onnx_reader *r, const Onnx__ValueInfoProto *in,
                       struct graph_dims *out)
{
    const Onnx__TensorShapeProto *shape = in->type->tensor_type->shape;
    const char *name = text_of(in->name);
    *out = (struct graph_dims){ 0 };
    if (shape == NULL || shape->n_dim > GRAPH_RANK_MAX) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_SHAPE,
                   "input '%.80s' has no shape of at most 8 dimensions", name);
        diag_hint(r->diag, "--input-shape 1,3,224,224 gives it one");
        return false;
    }
    out->rank = (uint32_t)shape->n_dim;
    struct text *open = text_new(r->arena), *sizes = text_new(r->arena);
    uint32_t count = 0;
    for (uint32_t i = 0; i < out->rank; i++) {
        const Onnx__TensorShapeProto__Dimension *d = shape->dim[i];
        bool is_fixed =
            d->value_case ==
                ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE &&
            d->dim_value >= 0;
        /* Frames come one by one. */
        out->size[i] = is_fixed ? (uint64_t)d->dim_value : 1;
        const char *comma = i == 0 ? "" : ",";
        if (is_fixed || i == 0) {
            text_printf(sizes, "%s%" PRIu64, comma, out->size[i]);
            continue;
        }
        bool is_named = d->value_case ==
                        ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_PARAM;
        text_printf(open, "%s%u", count == 0 ? "" : ", ", (unsigned)i);
        if (is_named)
            text_printf(open, " ('%.40s')", text_of(d->dim_param));
        text_printf(sizes, "%s?", comma);
        count++;
    }
    if (count == 0)
        return true;
    diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_SHAPE,
               "dimension%s %s of input '%.80s' %s dynamic",
               count == 1 ? "" : "s", text_string(open), name,
               count == 1 ? "is" : "are");
    diag_hint(r->diag,
              "--input-shape %s with numbers instead of '?'; or export the "
              "model with a fixed shape",
              text_string(sizes));
    return false;
}

static bool add_input(struct onnx_reader *r, const Onnx__ValueInfoProto *in,
                      const struct onnx_options *o)
{
    const char *name = text_of(in->name);
    struct place place = { r->path, 0, 0 };
    if (in->type == NULL ||
        in->type->value_case != ONNX__TYPE_PROTO__VALUE_TENSOR_TYPE ||
        in->type->tensor_type == NULL) {
        diag_error(r->diag, place, DIAG_UNSUPPORTED,
                   "input '%.80s' is no tensor", name);
        return false;
    }
    if (r->graph->input != NULL) {
        diag_error(r->diag, place, DIAG_UNSUPPORTED,
                   "'%.80s' is a second input, beside '%.80s'; a network has "
                   "one",
                   name, r->graph->input->name);
        return false;
    }
    int32_t number = in->type->tensor_type->elem_type;
    enum graph_type type;
    if (!onnx_type(number, &type)) {
        diag_error(r->diag, place, DIAG_UNSUPPORTED,
                   "input '%.80s' is of type %s", name, onnx_type_name(number));
        return false;
    }
    struct graph_dims dims = o->input_dims;
    if (dims.rank == 0 && !input_dims(r, in, &dims))
        return false;
    struct graph_value *v = graph_add_input(r->graph, name, &dims, type);
    return v != NULL && add_name(r, name, v);
}

static bool add_inputs(struct onnx_reader *r, const Onnx__GraphProto *g,
                       const struct onnx_options *o)
{
    for (uint32_t i = 0; i < o->binding_count; i++) {
        const struct onnx_binding *b = &o->bindings[i];
        if (b->input >= g->n_input)
            continue;
        struct graph_value *v = onnx_load_tensor(r->graph, b->path);
        if (v == NULL || !add_name(r, text_of(g->input[b->input]->name), v))
            return false;
    }
    bool fine = true;
    for (size_t i = 0; i < g->n_input; i++)
        /* Older files list the constants among the inputs. */
        if (find_name(r, text_of(g->input[i]->name))->name == NULL)
            fine = add_input(r, g->input[i], o) && fine;
    if (fine && r->graph->input == NULL && !o->input_optional) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_GRAPH_INPUT,
                   "the graph has no input");
        return false;
    }
    return fine;
}

static bool resolve_inputs(struct onnx_node *n)
{
    struct onnx_reader *r = n->reader;
    const Onnx__NodeProto *p = n->proto;
    size_t count = p->n_input;
    while (count > 0 && p->input[count - 1][0] == '\0')
        count--;
    const struct onnx_operator *op = n->operator;
    if (count < op->inputs_min || count > op->inputs_max) {
        onnx_error(n, DIAG_ONNX, "it has %zu inputs, not %u to %u", count,
                   (unsigned)op->inputs_min, (unsigned)op->inputs_max);
        return false;
    }
    n->input_count = (uint32_t)count;
    for (uint32_t i = 0; i < n->input_count; i++) {
        const char *name = p->input[i];
        if (name[0] == '\0') {
            if (i >= op->inputs_min)
                continue;
            onnx_error(n, DIAG_ONNX, "input %u is not there", (unsigned)i + 1);
            return false;
        }
        const struct onnx_name *entry = find_name(r, name);
        if (entry->name == NULL) {
            onnx_error(n, DIAG_GRAPH_INPUT,
                       "input '%.80s' is no tensor that an earlier node "
                       "computes",
                       name);
            return false;
        }
        if (entry->failed)
            return false; /* said why of its node */
        if (entry->value == NULL) {
            onnx_error(n, DIAG_UNSUPPORTED,
                       "input '%.80s' is a further output of a node; only the "
                       "first one is computed",
                       name);
            return false;
        }
        n->inputs[i] = entry->value;
    }
    return true;
}

static bool add_node(struct onnx_reader *r, const Onnx__NodeProto *p)
{
    const char *name = text_of(p->name);
    struct onnx_node n = {
        .reader = r,
        .proto = p,
        .operator= onnx_operator_of(p),
        .kind = text_of(p->op_type),
        .output = p->n_output == 0 ? "" : p->output[0],
        .output_count = (uint32_t)p->n_output,
    };
    n.name = name[0] == '\0' ? n.output : name;
    if (n.output[0] == '\0') {
        onnx_error(&n, DIAG_ONNX, "it has no output");
        return false;
    }
    if (!resolve_inputs(&n))
        return false;
    struct graph_value *v = n.operator->read(&n);
    if (v == NULL || n.failed || !onnx_no_more_attributes(&n))
        return false;
    bool fine = add_name(r, n.output, v);
    for (size_t i = 1; i < p->n_output; i++)
        if (p->output[i][0] != '\0')
            fine = add_name(r, p->output[i],
                            i < GRAPH_INPUTS_MAX ? n.further[i] : NULL) &&
                   fine;
    return fine;
}

/* What would be computed from a node's outputs is left out, too. */
static void refuse_outputs(struct onnx_reader *r, const Onnx__NodeProto *p)
{
    for (size_t i = 0; i < p->n_output; i++) {
        struct onnx_name *entry = find_name(r, p->output[i]);
        if (p->output[i][0] != '\0' && entry->name == NULL)
            *entry = (struct onnx_name){ p->output[i], NULL, true };
    }
}

/* False: said what is wrong with the nodes. */
static bool add_nodes(struct onnx_reader *r, const Onnx__GraphProto *g)
{
    bool fine = true;
    size_t errors = diag_error_count(r->diag);
    for (size_t i = 0; i < g->n_node; i++) {
        const Onnx__NodeProto *p = g->node[i];
        if (onnx_operator_of(p) != NULL && add_node(r, p))
            continue;
        refuse_outputs(r, p);
        fine = false;
        if (diag_error_count(r->diag) - errors >= REFUSED_MAX)
            break;
    }
    return fine;
}

static bool set_output(struct onnx_reader *r, const Onnx__GraphProto *g)
{
    struct place place = { r->path, 0, 0 };
    if (g->n_output != 1) {
        diag_error(r->diag, place, DIAG_UNSUPPORTED,
                   "the graph has %zu outputs; a network has one", g->n_output);
        if (g->n_output > 1)
            diag_hint(r->diag,
                      "export the model with only the output that "
                      "counts, say '%.80s'",
                      text_of(g->output[0]->name));
        return false;
    }
    const char *name = text_of(g->output[0]->name);
    const struct onnx_name *entry = find_name(r, name);
    if (entry->name == NULL || entry->value == NULL) {
        diag_error(r->diag, place, DIAG_GRAPH_INPUT,
                   "no node computes the output '%.80s'", name);
        return false;
    }
    r->graph->output = entry->value;
    entry->value->readers++;
    return true;
}

/* Nodes whose output nobody reads: parts of a network that is not all
 * there. */
static bool check_readers(struct onnx_reader *r)
{
    bool fine = true;
    const struct graph *g = r->graph;
    for (uint32_t i = 0; i < g->node_count; i++) {
        const struct graph_node *n = g->nodes[i];
        if (n->output->readers > 0)
            continue;
        graph_error(r->graph, n, DIAG_GRAPH_UNUSED,
                    "nobody reads its output '%.80s'", n->output->name);
        fine = false;
    }
    if (fine && g->input != NULL && g->input->readers == 0 &&
        g->output->data == NULL) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_GRAPH_UNUSED,
                   "nobody reads the input '%.80s'", g->input->name);
        fine = false;
    }
    return fine;
}

static bool check_opsets(struct onnx_reader *r, const Onnx__ModelProto *m)
{
    struct place place = { r->path, 0, 0 };
    r->opset = 0;
    for (size_t i = 0; i < m->n_opset_import; i++) {
        const Onnx__OperatorSetIdProto *id = m->opset_import[i];
        const char *domain = text_of(id->domain);
        if (domain[0] == '\0' || strcmp(domain, "ai.onnx") == 0)
            r->opset = id->has_version ? id->version : 0;
    }
    if (r->opset < 1) {
        diag_error(r->diag, place, DIAG_UNSUPPORTED,
                   "the file does not say which opset its operators are of");
        return false;
    }
    if (r->opset > ONNX_OPSET_KNOWN)
        diag_warning(r->diag, place, DIAG_UNSUPPORTED,
                     "opset %" PRId64 " is newer than %d: operators that have "
                     "changed since are read as they were",
                     r->opset, ONNX_OPSET_KNOWN);
    return true;
}

static bool read_model(struct onnx_reader *r, const Onnx__ModelProto *m,
                       const struct onnx_options *o)
{
    const Onnx__GraphProto *g = m->graph;
    bool known = onnx_check_operators(r, g);
    if (!check_opsets(r, m))
        return false;
    make_names(r, g);
    if (!add_initializers(r, g) || !add_inputs(r, g, o) || !add_nodes(r, g) ||
        !known)
        return false;
    return set_output(r, g) && check_readers(r);
}

struct graph *onnx_parse(struct arena *a, const char *path,
                         const uint8_t *bytes, size_t length,
                         const struct onnx_options *o, struct diag *d)
{
    const Onnx__ModelProto *m = (const Onnx__ModelProto *)onnx_unpack(
        a, path, &onnx__model_proto__descriptor, bytes, length, d);
    if (m == NULL)
        return NULL;
    if (m->graph == NULL) {
        diag_error(d, (struct place){ path, 0, 0 }, DIAG_ONNX,
                   "the file holds no graph, so it is no model in ONNX");
        return NULL;
    }
    struct onnx_reader r = {
        .arena = a,
        .diag = d,
        .graph = graph_new(a, path, text_of(m->graph->name), d),
        .bytes = bytes,
        .path = path,
        .folder = file_folder(a, path),
    };
    return read_model(&r, m, o) ? r.graph : NULL;
}

struct graph *onnx_load(struct arena *a, const char *path,
                        const struct onnx_options *o, struct diag *d)
{
    size_t length;
    char *bytes = file_read(a, path, FILE_MAX, &length, d);
    return bytes == NULL
               ? NULL
               : onnx_parse(a, path, (const uint8_t *)bytes, length, o, d);
}
