#include "import/onnx/onnx_reader.h"

#include "base/arena.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include <onnx.pb-c.h>

enum { ATTRIBUTES_MAX = 64 }; /* bits of onnx_node.asked */

struct graph_value *onnx_error(struct onnx_node *n, enum diag_code code,
                               const char *format, ...)
{
    n->failed = true;
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(n->reader->arena, format, args);
    va_end(args);
    diag_error(n->reader->diag, (struct place){ n->reader->path, 0, 0 }, code,
               "node '%.80s' (%.40s): %s", n->name, n->kind, text);
    return NULL;
}

/* NULL: not there.  One of another type is reported and as if not there;
 * files of the first versions do not say the type. */
static const Onnx__AttributeProto *find(struct onnx_node *n, const char *name,
                                        int32_t type)
{
    const Onnx__NodeProto *p = n->proto;
    for (size_t i = 0; i < p->n_attribute && i < ATTRIBUTES_MAX; i++) {
        const Onnx__AttributeProto *a = p->attribute[i];
        if (a->name == NULL || strcmp(a->name, name) != 0)
            continue;
        n->asked |= UINT64_C(1) << i;
        if (!a->has_type || (int32_t)a->type == type)
            return a;
        onnx_error(n, DIAG_ONNX, "attribute '%s' is of type %d, not %d", name,
                   (int)a->type, (int)type);
        return NULL;
    }
    return NULL;
}

int64_t onnx_int(struct onnx_node *n, const char *name, int64_t otherwise)
{
    const Onnx__AttributeProto *a =
        find(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INT);
    return a == NULL ? otherwise : a->i;
}

double onnx_float(struct onnx_node *n, const char *name, double otherwise)
{
    const Onnx__AttributeProto *a =
        find(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOAT);
    return a == NULL ? otherwise : (double)a->f;
}

const char *onnx_string(struct onnx_node *n, const char *name)
{
    const Onnx__AttributeProto *a =
        find(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__STRING);
    if (a == NULL)
        return NULL;
    return arena_printf(n->reader->arena, "%.*s",
                        (int)(a->s.len > 100 ? 100 : a->s.len),
                        a->s.data == NULL ? "" : (const char *)a->s.data);
}

int64_t onnx_ints(struct onnx_node *n, const char *name, int64_t *out,
                  uint32_t room)
{
    const Onnx__AttributeProto *a =
        find(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__INTS);
    if (a == NULL)
        return -1;
    for (size_t i = 0; i < a->n_ints && i < room; i++)
        out[i] = a->ints[i];
    return (int64_t)a->n_ints;
}

int64_t onnx_floats(struct onnx_node *n, const char *name, double *out,
                    uint32_t room)
{
    const Onnx__AttributeProto *a =
        find(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__FLOATS);
    if (a == NULL)
        return -1;
    for (size_t i = 0; i < a->n_floats && i < room; i++)
        out[i] = (double)a->floats[i];
    return (int64_t)a->n_floats;
}

const Onnx__TensorProto *onnx_tensor_attribute(struct onnx_node *n,
                                               const char *name)
{
    const Onnx__AttributeProto *a =
        find(n, name, ONNX__ATTRIBUTE_PROTO__ATTRIBUTE_TYPE__TENSOR);
    return a == NULL ? NULL : a->t;
}

void onnx_ignore(struct onnx_node *n, const char *name)
{
    const Onnx__NodeProto *p = n->proto;
    for (size_t i = 0; i < p->n_attribute && i < ATTRIBUTES_MAX; i++)
        if (p->attribute[i]->name != NULL &&
            strcmp(p->attribute[i]->name, name) == 0)
            n->asked |= UINT64_C(1) << i;
}

bool onnx_no_more_attributes(struct onnx_node *n)
{
    const Onnx__NodeProto *p = n->proto;
    if (p->n_attribute > ATTRIBUTES_MAX) {
        onnx_error(n, DIAG_ONNX, "%zu attributes are more than 64",
                   p->n_attribute);
        return false;
    }
    for (size_t i = 0; i < p->n_attribute; i++) {
        if ((n->asked >> i & 1) != 0)
            continue;
        const char *name = p->attribute[i]->name;
        onnx_error(n, DIAG_UNSUPPORTED, "attribute '%.40s' is not supported",
                   name == NULL ? "" : name);
        return false;
    }
    return true;
}

struct graph_value *onnx_input(const struct onnx_node *n, uint32_t i)
{
    return i < n->input_count ? n->inputs[i] : NULL;
}

int64_t onnx_input_ints(struct onnx_node *n, uint32_t i, int64_t *out,
                        uint32_t room)
{
    const struct graph_value *v = onnx_input(n, i);
    if (v == NULL)
        return -1;
    uint64_t count = graph_dims_count(&v->dims);
    if (v->data == NULL || v->dims.rank > 1 || count > room) {
        onnx_error(n, DIAG_UNSUPPORTED,
                   "input %u ('%.80s') is no constant list of at most %u",
                   (unsigned)i + 1, v->name, (unsigned)room);
        return -1;
    }
    for (uint64_t k = 0; k < count; k++)
        out[k] = graph_integer(v, k);
    return (int64_t)count;
}

double onnx_input_number(struct onnx_node *n, uint32_t i, double otherwise)
{
    const struct graph_value *v = onnx_input(n, i);
    if (v == NULL)
        return otherwise;
    if (v->data == NULL || graph_dims_count(&v->dims) != 1) {
        onnx_error(n, DIAG_UNSUPPORTED,
                   "input %u ('%.80s') is no constant number", (unsigned)i + 1,
                   v->name);
        return otherwise;
    }
    return graph_element(v, 0);
}

int64_t onnx_list(struct onnx_node *n, const char *name, uint32_t i,
                  int64_t since, int64_t *out, uint32_t room)
{
    if (n->reader->opset >= since)
        return onnx_input_ints(n, i, out, room);
    int64_t count = onnx_ints(n, name, out, room);
    if (count > (int64_t)room) {
        onnx_error(n, DIAG_ONNX, "attribute '%s' has %" PRId64 " numbers", name,
                   count);
        return -1;
    }
    return count;
}

struct graph_value *onnx_add(struct onnx_node *n, enum graph_op op,
                             const char *suffix, uint32_t input_count,
                             struct graph_value *const *inputs,
                             const struct graph_attributes *attributes)
{
    struct graph_node_desc desc = {
        .op = op,
        .name = n->name,
        .kind = n->kind,
        .output = suffix == NULL ? n->output
                                 : arena_printf(n->reader->arena, "%s%s",
                                                n->output, suffix),
        .input_count = input_count,
        .inputs = inputs,
    };
    if (attributes != NULL)
        desc.attributes = *attributes;
    struct graph_value *v = graph_add(n->reader->graph, &desc);
    n->failed = n->failed || v == NULL;
    return v;
}
