#include "import/graph/graph.h"

#include "base/arena.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    size_t size;
    double min, max; /* of integers */
} types[GRAPH_TYPE_COUNT] = {
    [GRAPH_FLOAT32] = { "float32", 4, 0, 0 },
    [GRAPH_FLOAT64] = { "float64", 8, 0, 0 },
    [GRAPH_INT8] = { "int8", 1, INT8_MIN, INT8_MAX },
    [GRAPH_UINT8] = { "uint8", 1, 0, UINT8_MAX },
    [GRAPH_INT16] = { "int16", 2, INT16_MIN, INT16_MAX },
    [GRAPH_UINT16] = { "uint16", 2, 0, UINT16_MAX },
    [GRAPH_INT32] = { "int32", 4, INT32_MIN, INT32_MAX },
    [GRAPH_INT64] = { "int64", 8, -0x1p63, 0x1p63 },
    [GRAPH_BOOL] = { "bool", 1, 0, 1 },
};

const char *graph_type_name(enum graph_type t)
{
    return types[t].name;
}

size_t graph_type_size(enum graph_type t)
{
    return types[t].size;
}

bool graph_type_is_float(enum graph_type t)
{
    return t == GRAPH_FLOAT32 || t == GRAPH_FLOAT64;
}

double graph_type_min(enum graph_type t)
{
    return types[t].min;
}

double graph_type_max(enum graph_type t)
{
    return types[t].max;
}

uint64_t graph_dims_count(const struct graph_dims *d)
{
    uint64_t count = 1;
    for (uint32_t i = 0; i < d->rank; i++)
        count *= d->size[i];
    return count;
}

bool graph_dims_fit(const struct graph_dims *d)
{
    if (d->rank > GRAPH_RANK_MAX)
        return false;
    uint64_t count = 1;
    for (uint32_t i = 0; i < d->rank; i++) {
        /* A size of 0 does not make the others harmless. */
        uint64_t size = d->size[i] == 0 ? 1 : d->size[i];
        if (size > GRAPH_ELEMENTS_MAX / count)
            return false;
        count *= size;
    }
    return true;
}

bool graph_dims_equal(const struct graph_dims *a, const struct graph_dims *b)
{
    return a->rank == b->rank &&
           memcmp(a->size, b->size, a->rank * sizeof a->size[0]) == 0;
}

const char *graph_dims_text(const struct graph_dims *d, struct arena *a)
{
    if (d->rank == 0)
        return "a single value";
    struct text *t = text_new(a);
    for (uint32_t i = 0; i < d->rank && i < GRAPH_RANK_MAX; i++)
        text_printf(t, "%s%" PRIu64, i == 0 ? "" : "x", d->size[i]);
    if (d->rank > GRAPH_RANK_MAX)
        text_add(t, "x...");
    return text_string(t);
}

/* Files do not align what they hold. */
#define LOAD(type)                                                             \
    type x;                                                                    \
    memcpy(&x, (const unsigned char *)v->data + i * sizeof x, sizeof x)

int64_t graph_integer(const struct graph_value *v, uint64_t i)
{
    if (v->type != GRAPH_INT64) {
        double x = graph_element(v, i);
        /* Beyond 2^62 nothing is a size. */
        return isnan(x) ? 0 : (int64_t)fmax(-0x1p62, fmin(0x1p62, x));
    }
    i = v->is_splat ? 0 : i;
    LOAD(int64_t);
    return x;
}

double graph_element(const struct graph_value *v, uint64_t i)
{
    i = v->is_splat ? 0 : i;
    switch (v->type) {
    case GRAPH_FLOAT32: {
        LOAD(float);
        return (double)x;
    }
    case GRAPH_FLOAT64: {
        LOAD(double);
        return x;
    }
    case GRAPH_INT8: {
        LOAD(int8_t);
        return x;
    }
    case GRAPH_UINT8: {
        LOAD(uint8_t);
        return x;
    }
    case GRAPH_BOOL: {
        LOAD(uint8_t);
        return x != 0;
    }
    case GRAPH_INT16: {
        LOAD(int16_t);
        return x;
    }
    case GRAPH_UINT16: {
        LOAD(uint16_t);
        return x;
    }
    case GRAPH_INT32: {
        LOAD(int32_t);
        return x;
    }
    default: {
        assert(v->type == GRAPH_INT64);
        LOAD(int64_t);
        return (double)x;
    }
    }
}

double *graph_elements(const struct graph_value *v, struct arena *a)
{
    uint64_t count = graph_dims_count(&v->dims);
    double *out = arena_new_array(a, double, count);
    for (uint64_t i = 0; i < count; i++)
        out[i] = graph_element(v, i);
    return out;
}

#define STORE(type, value)                                                     \
    do {                                                                       \
        type y = (type)(value);                                                \
        memcpy((unsigned char *)data + i * sizeof y, &y, sizeof y);            \
    } while (0)

void graph_store(enum graph_type t, void *data, uint64_t i, double x)
{
    if (!graph_type_is_float(t)) {
        x = isnan(x) ? 0 : rint(x);
        x = x < types[t].min ? types[t].min : x;
        x = x > types[t].max ? types[t].max : x;
    }
    switch (t) {
    case GRAPH_FLOAT32:
        STORE(float, x);
        return;
    case GRAPH_FLOAT64:
        STORE(double, x);
        return;
    case GRAPH_INT8:
        STORE(int8_t, x);
        return;
    case GRAPH_UINT8:
    case GRAPH_BOOL:
        STORE(uint8_t, x);
        return;
    case GRAPH_INT16:
        STORE(int16_t, x);
        return;
    case GRAPH_UINT16:
        STORE(uint16_t, x);
        return;
    case GRAPH_INT32:
        STORE(int32_t, x);
        return;
    default:
        /* 2^63 itself is one too many. */
        STORE(int64_t, x >= 0x1p63 ? 0x1p63 - 1024 : x);
    }
}
