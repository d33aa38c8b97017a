#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <float.h>
#include <stdarg.h>
#include <string.h>

struct graph_value *keras_error(struct keras_layer *l, enum diag_code code,
                                const char *format, ...)
{
    struct keras_reader *r = l->reader;
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(r->arena, format, args);
    va_end(args);
    diag_error(r->diag, (struct place){ r->path, 0, 0 }, code,
               "layer '%.80s' (%.40s): %s", l->name, l->kind, text);
    l->failed = true;
    return NULL;
}

const char *keras_text_at(struct json object, const char *key)
{
    struct json j = json_get(object, key);
    return json_exists(j) && json_kind(j) == JSON_STRING ? json_read_string(j)
                                                         : NULL;
}

struct json keras_part(struct json object, const char *key, enum json_kind kind)
{
    struct json j = { 0 };
    if (json_exists(object) && json_kind(object) == JSON_OBJECT)
        j = json_get(object, key);
    if (json_exists(j) && json_kind(j) != kind)
        j.node = NULL;
    return j;
}

/* The value of a key; without a node if it is not there or null. */
static struct json value_of(const struct keras_layer *l, const char *key)
{
    struct json j = json_get(l->config, key);
    if (json_exists(j) && json_kind(j) == JSON_NULL)
        j.node = NULL;
    return j;
}

bool keras_has(const struct keras_layer *l, const char *key)
{
    return json_exists(value_of(l, key));
}

static void wrong(struct keras_layer *l, const char *key, const char *rule)
{
    keras_error(l, DIAG_VALUE, "'%s' is not %s", key, rule);
}

const char *keras_string(struct keras_layer *l, const char *key,
                         const char *otherwise)
{
    struct json j = value_of(l, key);
    if (!json_exists(j))
        return otherwise;
    if (json_kind(j) != JSON_STRING) {
        wrong(l, key, "a text");
        return otherwise;
    }
    return json_read_string(j);
}

bool keras_number_in(struct json j, double least, double most, double *out)
{
    double x;
    if (json_kind(j) != JSON_NUMBER ||
        !json_read_double(j, -DBL_MAX, DBL_MAX, &x) || x < least || x > most)
        return false;
    *out = x;
    return true;
}

double keras_number(struct keras_layer *l, const char *key, double otherwise)
{
    struct json j = value_of(l, key);
    double x = otherwise;
    /* Beyond float32 nothing is meant. */
    if (json_exists(j) && !keras_number_in(j, -3e38, 3e38, &x)) {
        wrong(l, key, "a number");
        return otherwise;
    }
    return x;
}

bool keras_flag(struct keras_layer *l, const char *key, bool otherwise)
{
    struct json j = value_of(l, key);
    bool x = otherwise;
    if (!json_exists(j))
        return otherwise;
    if (json_kind(j) == JSON_NUMBER)
        return keras_number(l, key, otherwise) != 0;
    if (json_kind(j) != JSON_BOOL || !json_read_bool(j, &x))
        wrong(l, key, "true or false");
    return x;
}

static bool whole_in(struct json j, double least, int64_t *out)
{
    double x;
    if (!keras_number_in(j, least, (double)GRAPH_ELEMENTS_MAX, &x) ||
        x != (double)(int64_t)x)
        return false;
    *out = (int64_t)x;
    return true;
}

int64_t keras_whole(struct keras_layer *l, const char *key, int64_t otherwise)
{
    struct json j = value_of(l, key);
    int64_t x = otherwise;
    if (json_exists(j) && !whole_in(j, -(double)GRAPH_ELEMENTS_MAX, &x)) {
        wrong(l, key, "a whole number in -2^31..2^31");
        return otherwise;
    }
    return x;
}

bool keras_sizes(struct keras_layer *l, const char *key, uint32_t count,
                 uint64_t least, uint64_t *out)
{
    struct json j = value_of(l, key);
    if (!json_exists(j))
        return false;
    bool is_list = json_kind(j) == JSON_ARRAY;
    bool fits = !is_list || json_length(j) == count ||
                (json_length(j) == 1 && count > 0);
    for (uint32_t i = 0; fits && i < count; i++) {
        int64_t x = 0;
        size_t at = is_list && json_length(j) == count ? i : 0;
        fits = whole_in(is_list ? json_at(j, at) : j, (double)least, &x);
        out[i] = (uint64_t)x;
    }
    if (!fits)
        keras_error(l, DIAG_VALUE,
                    "'%s' is not %u whole numbers in %u..2^31, or one for all",
                    key, (unsigned)count, (unsigned)least);
    return fits;
}

bool keras_is_last(struct keras_layer *l)
{
    const char *format = keras_string(l, "data_format", "channels_last");
    if (strcmp(format, "channels_last") != 0 &&
        strcmp(format, "channels_first") != 0)
        wrong(l, "data_format", "channels_last or channels_first");
    return strcmp(format, "channels_first") != 0;
}

struct graph_value *keras_add(struct keras_layer *l, enum graph_op op,
                              const char *suffix, uint32_t input_count,
                              struct graph_value *const *inputs,
                              const struct graph_attributes *attributes)
{
    for (uint32_t i = 0; i < input_count; i++)
        if (inputs[i] == NULL && i < 2)
            return NULL; /* said why */
    const char *name = suffix == NULL ? l->name
                                      : arena_printf(l->reader->arena, "%s_%s",
                                                     l->name, suffix);
    struct graph_node_desc desc = {
        .op = op,
        .name = name,
        .kind = l->kind,
        .output = name,
        .input_count = input_count,
        .inputs = inputs,
    };
    if (attributes != NULL)
        desc.attributes = *attributes;
    return graph_add(l->reader->graph, &desc);
}

struct graph_value *keras_reshape(struct keras_layer *l, const char *suffix,
                                  struct graph_value *x,
                                  const struct graph_dims *dims)
{
    struct graph_attributes t = { .dims = *dims };
    return keras_add(l, GRAPH_RESHAPE, suffix, 1, &x, &t);
}

struct graph_value *keras_numbers(struct keras_layer *l, uint64_t count,
                                  const double *numbers)
{
    return graph_add_numbers(l->reader->graph, l->name, GRAPH_FLOAT32, count,
                             numbers);
}

uint32_t keras_spatial(const struct keras_layer *l)
{
    return strstr(l->kind, "1D") != NULL ? 1 : 2;
}

bool keras_need_rank(struct keras_layer *l, uint32_t rank)
{
    const struct graph_dims *x = &l->inputs[0]->dims;
    if (x->rank == rank)
        return true;
    keras_error(l, DIAG_SHAPE, "its input is %s, which has not %u dimensions",
                graph_dims_text(x, l->reader->arena), (unsigned)rank);
    return false;
}

uint64_t keras_channels(struct keras_layer *l, const struct graph_value *x)
{
    return x->dims.size[keras_is_last(l) ? x->dims.rank - 1 : 1];
}
