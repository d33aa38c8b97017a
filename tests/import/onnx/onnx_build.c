#include "tests/import/onnx/onnx_build.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

static void varint(struct text *t, uint64_t value)
{
    do {
        uint8_t byte = value & 0x7f;
        value >>= 7;
        byte |= value != 0 ? 0x80 : 0;
        text_addn(t, &byte, 1);
    } while (value != 0);
}

static void bytes_field(struct text *t, uint32_t field, const void *bytes,
                        size_t count)
{
    varint(t, field << 3 | 2);
    varint(t, count);
    text_addn(t, bytes, count);
}

void proto_number(struct text *t, uint32_t field, int64_t value)
{
    varint(t, field << 3);
    varint(t, (uint64_t)value);
}

void proto_text(struct text *t, uint32_t field, const char *s)
{
    bytes_field(t, field, s, strlen(s));
}

void proto_message(struct text *t, uint32_t field, const struct text *m)
{
    bytes_field(t, field, text_string(m), text_length(m));
}

struct onnx_build onnx_build_new(struct arena *a)
{
    struct onnx_build b = { .arena = a, .graph = text_new(a) };
    proto_text(b.graph, 2, "built");
    return b;
}

struct text *onnx_build_file(const struct onnx_build *b)
{
    struct text *file = text_new(b->arena), *opset = text_new(b->arena);
    proto_number(file, 1, 8);
    proto_number(opset, 2, b->opset == 0 ? 13 : b->opset);
    proto_message(file, 8, opset);
    proto_message(file, 7, b->graph);
    return file;
}

static void add_value(struct onnx_build *b, uint32_t field, const char *name,
                      const int64_t *sizes)
{
    struct text *shape = text_new(b->arena), *tensor = text_new(b->arena);
    struct text *type = text_new(b->arena), *value = text_new(b->arena);
    for (; *sizes != 0; sizes++) {
        struct text *dim = text_new(b->arena);
        if (*sizes < 0)
            proto_text(dim, 2, "n");
        else
            proto_number(dim, 1, *sizes);
        proto_message(shape, 1, dim);
    }
    proto_number(tensor, 1, 1); /* float32 */
    proto_message(tensor, 2, shape);
    proto_message(type, 1, tensor);
    proto_text(value, 1, name);
    proto_message(value, 2, type);
    proto_message(b->graph, field, value);
}

void onnx_build_input(struct onnx_build *b, const char *name,
                      const int64_t *sizes)
{
    add_value(b, 11, name, sizes);
}

void onnx_build_output(struct onnx_build *b, const char *name)
{
    add_value(b, 12, name, (int64_t[]){ 0 });
}

static struct text *new_tensor(struct onnx_build *b, const char *name,
                               const int64_t *sizes, uint64_t *count)
{
    struct text *t = text_new(b->arena);
    *count = 1;
    for (; *sizes != 0; sizes++) {
        proto_number(t, 1, *sizes);
        *count *= (uint64_t)*sizes;
    }
    proto_number(t, 2, 1);
    proto_text(t, 8, name);
    return t;
}

void onnx_build_constant(struct onnx_build *b, const char *name,
                         const int64_t *sizes, float value)
{
    uint64_t count;
    struct text *t = new_tensor(b, name, sizes, &count);
    float *data = arena_new_array(b->arena, float, count);
    for (uint64_t i = 0; i < count; i++)
        data[i] = value;
    bytes_field(t, 9, data, count * sizeof *data);
    proto_message(b->graph, 5, t);
}

void onnx_build_external(struct onnx_build *b, const char *name,
                         const int64_t *sizes, const char *location)
{
    uint64_t count;
    struct text *t = new_tensor(b, name, sizes, &count);
    struct text *entry = text_new(b->arena);
    proto_text(entry, 1, "location");
    proto_text(entry, 2, location);
    proto_message(t, 13, entry);
    proto_number(t, 14, 1);
    proto_message(b->graph, 5, t);
}

void onnx_build_node(struct onnx_build *b, const char *kind, const char *inputs,
                     const char *output, const struct text *attributes)
{
    struct text *n = text_new(b->arena);
    while (*inputs != '\0') {
        size_t length = strcspn(inputs, " ");
        bytes_field(n, 1, inputs, length);
        inputs += length + (inputs[length] == ' ');
    }
    proto_text(n, 2, output);
    proto_text(n, 3, arena_printf(b->arena, "%s_node", output));
    proto_text(n, 4, kind);
    if (attributes != NULL)
        text_addn(n, text_string(attributes), text_length(attributes));
    proto_message(b->graph, 1, n);
}

void onnx_build_float(struct text *node, const char *name, float value)
{
    struct arena *own = arena_new();
    struct text *a = text_new(own);
    proto_text(a, 1, name);
    varint(a, 2 << 3 | 5); /* field 2, four bytes */
    text_addn(a, &value, sizeof value);
    proto_number(a, 20, 1);
    proto_message(node, 5, a);
    arena_free(own);
}

void onnx_build_ints(struct text *node, const char *name, uint32_t count,
                     const int64_t *values)
{
    struct arena *own = arena_new();
    struct text *a = text_new(own);
    proto_text(a, 1, name);
    for (uint32_t i = 0; i < count; i++)
        proto_number(a, 8, values[i]);
    proto_number(a, 20, 7);
    proto_message(node, 5, a);
    arena_free(own);
}
