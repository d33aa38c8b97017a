#include "import/keras/keras_reader.h"

/* Keras flattens with the channels last, whatever they were. */
struct graph_value *keras_read_flatten(struct keras_layer *l)
{
    struct graph_value *x = l->inputs[0];
    uint32_t rank = x->dims.rank;
    struct graph_dims dims = { 2, { 1, graph_dims_count(&x->dims) } };
    if (!keras_is_last(l) && rank > 2) {
        struct graph_attributes t = { .count = rank };
        for (uint32_t i = 1; i + 1 < rank; i++)
            t.list[i] = i + 1;
        t.list[rank - 1] = 1;
        x = keras_add(l, GRAPH_TRANSPOSE, "last", 1, &x, &t);
    }
    return x == NULL ? NULL : keras_reshape(l, NULL, x, &dims);
}

/* A list of whole numbers of the config; 0: said why. */
static uint32_t list_of(struct keras_layer *l, const char *key, double least,
                        int64_t *out)
{
    struct json j = json_get(l->config, key);
    bool fits = json_exists(j) && json_kind(j) == JSON_ARRAY &&
                json_length(j) >= 1 && json_length(j) < GRAPH_RANK_MAX;
    uint32_t count = fits ? (uint32_t)json_length(j) : 0;
    for (uint32_t i = 0; fits && i < count; i++) {
        double x = 0;
        fits = keras_number_in(json_at(j, i), least, (double)GRAPH_ELEMENTS_MAX,
                               &x) &&
               x == (double)(int64_t)x;
        out[i] = (int64_t)x;
    }
    if (!fits)
        keras_error(l, DIAG_VALUE,
                    "'%s' is no list of 1 to 7 whole numbers in %d..2^31", key,
                    (int)least);
    return fits ? count : 0;
}

struct graph_value *keras_read_reshape(struct keras_layer *l)
{
    int64_t list[GRAPH_RANK_MAX];
    uint32_t count = list_of(l, "target_shape", -1, list), open = 0;
    if (count == 0)
        return NULL;
    struct graph_dims dims = { .rank = count + 1, .size = { 1 } };
    uint64_t all = graph_dims_count(&l->inputs[0]->dims), known = 1;
    for (uint32_t i = 0; i < count; i++) {
        dims.size[1 + i] = list[i] < 0 ? 1 : (uint64_t)list[i];
        open += list[i] < 0;
        if (dims.size[1 + i] != 0 && known > all / dims.size[1 + i])
            known = 0;
        known *= dims.size[1 + i];
    }
    if (open > 1 || known == 0 || (open == 1 ? all % known : all - known) != 0)
        return keras_error(l, DIAG_SHAPE, "%s cannot become its target_shape",
                           graph_dims_text(&l->inputs[0]->dims,
                                           l->reader->arena));
    for (uint32_t i = 0; i < count; i++)
        if (list[i] < 0)
            dims.size[1 + i] = all / known;
    return keras_reshape(l, NULL, l->inputs[0], &dims);
}

struct graph_value *keras_read_permute(struct keras_layer *l)
{
    struct graph_attributes t = { 0 };
    uint32_t count = list_of(l, "dims", 1, t.list + 1);
    t.count = count + 1;
    return count == 0 ? NULL
                      : keras_add(l, GRAPH_TRANSPOSE, NULL, 1, l->inputs, &t);
}
