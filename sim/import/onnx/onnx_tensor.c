#include "import/onnx/onnx_reader.h"

#include "base/arena.h"
#include "base/text.h"
#include "import/onnx/onnx.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <onnx.pb-c.h>

/* A file of data beside the model, as large as files may be. */
struct onnx_external {
    struct onnx_external *next;
    const char *location;
    const char *bytes; /* NULL: cannot be read */
    size_t length;
};

#define ONNX_OUTSIDE_REMEDY "data must be in the folder of the .onnx file"
#define EXTERNAL_MAX        ((size_t)1 << 36)
#define TENSOR_FILE_MAX     ((size_t)1 << 31)

static const struct {
    int32_t number;
    const char *name;
    enum graph_type type; /* that it becomes */
    size_t size;          /* of an element in raw data; 0: not read */
} types[] = {
    { ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT, "float32", GRAPH_FLOAT32, 4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__UINT8, "uint8", GRAPH_UINT8, 1 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT8, "int8", GRAPH_INT8, 1 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__UINT16, "uint16", GRAPH_UINT16, 2 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT16, "int16", GRAPH_INT16, 2 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT32, "int32", GRAPH_INT32, 4 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__INT64, "int64", GRAPH_INT64, 8 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__BOOL, "bool", GRAPH_BOOL, 1 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE, "float64", GRAPH_FLOAT64, 8 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16, "float16", GRAPH_FLOAT32, 2 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__BFLOAT16, "bfloat16", GRAPH_FLOAT32, 2 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__STRING, "string", 0, 0 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__UINT32, "uint32", 0, 0 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__UINT64, "uint64", 0, 0 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__COMPLEX64, "complex64", 0, 0 },
    { ONNX__TENSOR_PROTO__DATA_TYPE__COMPLEX128, "complex128", 0, 0 },
    /* Newer than the onnx.proto of Debian 12. */
    { 17, "float8e4m3fn", 0, 0 },
    { 18, "float8e4m3fnuz", 0, 0 },
    { 19, "float8e5m2", 0, 0 },
    { 20, "float8e5m2fnuz", 0, 0 },
    { 21, "uint4", 0, 0 },
    { 22, "int4", 0, 0 },
    { 23, "float4e2m1", 0, 0 },
};
enum { TYPE_COUNT = sizeof types / sizeof *types };

static uint32_t find_type(int32_t number)
{
    uint32_t i = 0;
    while (i < TYPE_COUNT && types[i].number != number)
        i++;
    return i;
}

const char *onnx_type_name(int32_t number)
{
    uint32_t i = find_type(number);
    return i == TYPE_COUNT ? "of no known number" : types[i].name;
}

bool onnx_type(int32_t number, enum graph_type *out)
{
    uint32_t i = find_type(number);
    if (i == TYPE_COUNT || types[i].size == 0)
        return false;
    *out = types[i].type;
    return true;
}

static void tensor_error(struct onnx_reader *r, const char *name,
                         enum diag_code code, const char *text)
{
    diag_error(r->diag, (struct place){ r->path, 0, 0 }, code,
               "tensor '%.80s' %s", name, text);
}

/* The bits of a half-precision float as a float. */
static float from_half(uint16_t bits)
{
    int exponent = bits >> 10 & 0x1f;
    float mantissa = (float)(bits & 0x3ff);
    float x;
    if (exponent == 0x1f)
        x = mantissa == 0 ? HUGE_VALF : NAN;
    else if (exponent == 0)
        x = ldexpf(mantissa, -24);
    else
        x = ldexpf(1024 + mantissa, exponent - 25);
    return bits >> 15 != 0 ? -x : x;
}

static float from_bfloat(uint16_t bits)
{
    uint32_t wide = (uint32_t)bits << 16;
    float x;
    memcpy(&x, &wide, sizeof x);
    return x;
}

/* Floats of 16 bits become those of 32. */
static const void *widen(struct onnx_reader *r, const unsigned char *bytes,
                         uint64_t count, bool is_half)
{
    float *out = arena_new_array(r->arena, float, count);
    for (uint64_t i = 0; i < count; i++) {
        uint16_t bits = (uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
        out[i] = is_half ? from_half(bits) : from_bfloat(bits);
    }
    return out;
}

static struct onnx_external *load_external(struct onnx_reader *r,
                                           const char *location)
{
    for (struct onnx_external *e = r->externals; e != NULL; e = e->next)
        if (strcmp(e->location, location) == 0)
            return e;
    struct onnx_external *e = arena_new_item(r->arena, struct onnx_external);
    e->location = location;
    e->next = r->externals;
    r->externals = e;
    const char *path = file_join(r->arena, r->folder, location);
    e->bytes = file_read(r->arena, path, EXTERNAL_MAX, &e->length, r->diag);
    if (e->bytes == NULL) {
        diag_hint(r->diag,
                  "weights of '%.80s' are in this file, which has to "
                  "lie beside it",
                  r->path);
    } else if (!file_is_beside(r->arena, path, r->path)) {
        diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_ONNX,
                   "'%.80s' is a link that leads out of the model's folder",
                   location);
        diag_hint(r->diag, ONNX_OUTSIDE_REMEDY);
        e->bytes = NULL;
    }
    return e;
}

static const char *external_entry(const Onnx__TensorProto *t, const char *key)
{
    for (size_t i = 0; i < t->n_external_data; i++) {
        const Onnx__StringStringEntryProto *e = t->external_data[i];
        if (e->key != NULL && strcmp(e->key, key) == 0)
            return e->value;
    }
    return NULL;
}

/* A whole number without sign; false: it is none. */
static bool external_number(const Onnx__TensorProto *t, const char *key,
                            uint64_t *out)
{
    const char *text = external_entry(t, key);
    if (text == NULL)
        return true;
    if (text[0] < '0' || text[0] > '9' || strlen(text) > 18)
        return false;
    char *end;
    *out = strtoull(text, &end, 10);
    return *end == '\0';
}

/* `bytes` bytes outside the file; NULL: said why. */
static const void *external(struct onnx_reader *r, const Onnx__TensorProto *t,
                            const char *name, uint64_t bytes)
{
    const char *location = external_entry(t, "location");
    if (location == NULL) {
        tensor_error(r, name, DIAG_ONNX, "has its data outside, but no place");
        return NULL;
    }
    const char *wrong = file_path_fault(location);
    if (wrong != NULL) {
        tensor_error(r, name, DIAG_ONNX,
                     arena_printf(r->arena, "is in '%.80s', a path that %s",
                                  location, wrong));
        diag_hint(r->diag, ONNX_OUTSIDE_REMEDY);
        return NULL;
    }
    uint64_t offset = 0, length = bytes;
    if (!external_number(t, "offset", &offset) ||
        !external_number(t, "length", &length) || length != bytes) {
        tensor_error(r, name, DIAG_ONNX,
                     arena_printf(r->arena,
                                  "has an offset or a length outside that "
                                  "do not fit its %" PRIu64 " bytes",
                                  bytes));
        return NULL;
    }
    struct onnx_external *e = load_external(r, location);
    if (e->bytes == NULL)
        return NULL;
    if (offset > e->length || bytes > e->length - offset) {
        tensor_error(r, name, DIAG_ONNX,
                     arena_printf(r->arena,
                                  "has %" PRIu64 " bytes at %" PRIu64
                                  " of '%.80s', which has %zu",
                                  bytes, offset, location, e->length));
        return NULL;
    }
    return e->bytes + offset;
}

/* Elements in a field of their own, int32_data: most types share it. */
static const void *from_int32(struct onnx_reader *r, const Onnx__TensorProto *t,
                              uint32_t type, uint64_t count)
{
    size_t size = types[type].size;
    if (types[type].type == GRAPH_INT32)
        return t->int32_data;
    unsigned char *out = arena_alloc(r->arena, count, size);
    for (uint64_t i = 0; i < count; i++)
        for (size_t k = 0; k < size; k++)
            out[i * size + k] =
                (unsigned char)((uint32_t)t->int32_data[i] >> 8 * k);
    return out;
}

/* Elements in the field for their type; NULL: there are not `count`. */
static const void *from_fields(struct onnx_reader *r,
                               const Onnx__TensorProto *t, uint32_t type,
                               uint64_t count)
{
    switch (types[type].number) {
    case ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT:
        return t->n_float_data == count ? t->float_data : NULL;
    case ONNX__TENSOR_PROTO__DATA_TYPE__DOUBLE:
        return t->n_double_data == count ? t->double_data : NULL;
    case ONNX__TENSOR_PROTO__DATA_TYPE__INT64:
        return t->n_int64_data == count ? t->int64_data : NULL;
    default:
        return t->n_int32_data == count ? from_int32(r, t, type, count) : NULL;
    }
}

/* A weight that is no number would make every output none. */
static bool check_numbers(struct onnx_reader *r, const struct graph_value *v)
{
    if (!graph_type_is_float(v->type))
        return true;
    uint64_t count = graph_dims_count(&v->dims), wrong = 0, first = 0;
    for (uint64_t i = 0; i < count; i++)
        if (isnan(graph_element(v, i)) && wrong++ == 0)
            first = i;
    if (wrong == 0)
        return true;
    tensor_error(r, v->name, DIAG_WEIGHTS_RANGE,
                 arena_printf(r->arena,
                              "holds nan at element %" PRIu64 " (%" PRIu64
                              " such of %" PRIu64 ")",
                              first, wrong, count));
    return false;
}

struct graph_value *onnx_tensor(struct onnx_reader *r,
                                const Onnx__TensorProto *t, const char *name)
{
    uint32_t type = find_type(t->data_type);
    if (type == TYPE_COUNT || types[type].size == 0) {
        tensor_error(r, name, DIAG_UNSUPPORTED,
                     arena_printf(r->arena, "is of type %s (%d)",
                                  onnx_type_name(t->data_type),
                                  (int)t->data_type));
        return NULL;
    }
    struct graph_dims dims = { .rank = (uint32_t)t->n_dims };
    bool fits = t->n_dims <= GRAPH_RANK_MAX;
    for (uint32_t i = 0; fits && i < dims.rank; i++) {
        fits = t->dims[i] >= 0;
        dims.size[i] = (uint64_t)t->dims[i];
    }
    if (!fits || !graph_dims_fit(&dims) || t->segment != NULL) {
        tensor_error(r, name, DIAG_SHAPE_OVERFLOW,
                     "has a negative size, more than 8 dimensions, more than "
                     "2^31 elements, or is in segments");
        return NULL;
    }
    uint64_t count = graph_dims_count(&dims);
    uint64_t bytes = count * types[type].size;
    const void *data;
    bool is_outside =
        t->has_data_location &&
        t->data_location == ONNX__TENSOR_PROTO__DATA_LOCATION__EXTERNAL;
    if (is_outside) {
        data = external(r, t, name, bytes);
        if (data == NULL)
            return NULL;
    } else if (t->has_raw_data) {
        uint64_t held;
        data = onnx_raw_data(r->bytes, t, &held);
        if (held != bytes)
            data = NULL;
    } else {
        data = from_fields(r, t, type, count);
    }
    if (count == 0)
        data = "";
    if (data == NULL) {
        tensor_error(r, name, DIAG_ONNX,
                     arena_printf(r->arena,
                                  "of %s does not hold its %" PRIu64
                                  " elements",
                                  graph_dims_text(&dims, r->arena), count));
        return NULL;
    }
    int32_t number = types[type].number;
    if (types[type].size == 2 && types[type].type == GRAPH_FLOAT32)
        data = widen(r, data, count,
                     number == ONNX__TENSOR_PROTO__DATA_TYPE__FLOAT16);
    struct graph_value *v = graph_add_constant(r->graph, name, &dims,
                                               types[type].type, data, false);
    return v != NULL && check_numbers(r, v) ? v : NULL;
}

struct graph_value *onnx_load_tensor(struct graph *g, const char *path)
{
    size_t length;
    char *bytes = file_read(g->arena, path, TENSOR_FILE_MAX, &length, g->diag);
    if (bytes == NULL)
        return NULL;
    ProtobufCMessage *m =
        onnx_unpack(g->arena, path, &onnx__tensor_proto__descriptor,
                    (const uint8_t *)bytes, length, g->diag);
    if (m == NULL)
        return NULL;
    struct onnx_reader r = {
        .arena = g->arena,
        .diag = g->diag,
        .graph = g,
        .bytes = (const uint8_t *)bytes,
        .path = path,
        .folder = file_folder(g->arena, path),
    };
    const Onnx__TensorProto *t = (const Onnx__TensorProto *)m;
    return onnx_tensor(&r, t, t->name == NULL ? "" : t->name);
}
