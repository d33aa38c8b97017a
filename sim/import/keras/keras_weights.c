#include "import/keras/keras_reader.h"

#include "base/arena.h"

#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Tensors are numbered (.keras and .weights.h5) or named (whole models in
 * HDF5).  Numbered: <root>/<class in words>[_<n>]/<part>vars/<index>, n
 * counting the layers of a class.  Keras 3 gives each group the layer's name
 * as an attribute.  Named: [model_weights/]<layer>/.../<name>[:0]. */
static const char *const roots[] = { "layers",
                                     "_layer_checkpoint_dependencies" };

/* "SeparableConv2D" as "separable_conv2d", "ReLU" as "re_lu". */
static const char *in_words(const char *name, struct arena *a)
{
    size_t length = strlen(name), at = 0;
    char *s = arena_new_array(a, char, 2 * length + 1);
    for (size_t i = 0; i < length; i++) {
        bool is_upper = isupper((unsigned char)name[i]);
        bool begins = i > 0 && is_upper &&
                      (islower((unsigned char)name[i - 1]) ||
                       islower((unsigned char)name[i + 1]));
        if (begins)
            s[at++] = '_';
        s[at++] = (char)tolower((unsigned char)name[i]);
    }
    return s;
}

static bool starts_with(const char *s, const char *start)
{
    return strncmp(s, start, strlen(start)) == 0;
}

/* The root of numbered tensors; NULL: they are named. */
static const char *root_of(const struct h5 *h)
{
    for (uint32_t i = 0; i < h->tensor_count; i++)
        for (size_t k = 0; k < sizeof roots / sizeof *roots; k++)
            if (starts_with(h->tensors[i].path, roots[k]) &&
                h->tensors[i].path[strlen(roots[k])] == '/' &&
                strstr(h->tensors[i].path, "/vars/") != NULL)
                return roots[k];
    return NULL;
}

/* The group that says it is that of the layer. */
static const char *named_group(const struct keras_layer *l, const char *root)
{
    const struct h5 *h = l->reader->weights;
    for (uint32_t i = 0; i < h->text_count; i++) {
        const char *path = h->texts[i].path;
        size_t length = strlen(path), start = strlen(root);
        if (strcmp(h->texts[i].text, l->name) != 0 ||
            !starts_with(path, root) || length < start + 6 ||
            strcmp(path + length - 5, "/vars") != 0 ||
            memchr(path + start + 1, '/', length - 5 - start - 1) != NULL)
            continue;
        return arena_printf(l->reader->arena, "%.*s", (int)(length - 5), path);
    }
    return NULL;
}

bool keras_find_groups(struct keras_reader *r)
{
    const char *root = r->weights == NULL ? NULL : root_of(r->weights);
    if (root == NULL)
        return true;
    for (uint32_t i = 0; i < r->layer_count; i++) {
        struct keras_layer *l = &r->layers[i];
        uint32_t before = 0;
        for (uint32_t k = 0; k < i; k++)
            before += strcmp(r->layers[k].kind, l->kind) == 0;
        const char *words = in_words(l->kind, r->arena);
        l->group = named_group(l, root);
        if (l->group == NULL)
            l->group = before == 0
                           ? arena_printf(r->arena, "%s/%s", root, words)
                           : arena_printf(r->arena, "%s/%s_%u", root, words,
                                          (unsigned)before);
    }
    return true;
}

/* Whether a path is that of a layer's tensor by its name. */
static bool is_named(const char *path, const char *layer, const char *name)
{
    if (starts_with(path, "model_weights/"))
        path += strlen("model_weights/");
    size_t length = strlen(layer);
    if (strncmp(path, layer, length) != 0 || path[length] != '/')
        return false;
    const char *last = strrchr(path, '/') + 1;
    length = strlen(name);
    return strncmp(last, name, length) == 0 &&
           (last[length] == '\0' || last[length] == ':');
}

static const struct h5_tensor *find(const struct keras_layer *l,
                                    const char *part, const char *name,
                                    uint32_t index)
{
    const struct h5 *h = l->reader->weights;
    if (l->group != NULL)
        return keras_h5_tensor(h,
                               arena_printf(l->reader->arena, "%s/%svars/%u",
                                            l->group, part, (unsigned)index));
    for (uint32_t i = 0; i < h->tensor_count; i++)
        if (is_named(h->tensors[i].path, l->name, name))
            return &h->tensors[i];
    /* What Keras 2 calls so is "kernel" in Keras 3. */
    if (strcmp(name, "depthwise_kernel") == 0)
        return find(l, part, "kernel", index);
    return NULL;
}

static struct graph_value *zeros(struct keras_layer *l, const char *name,
                                 const struct graph_dims *dims)
{
    static const float zero;
    return graph_add_constant(l->reader->graph, name, dims, GRAPH_FLOAT32,
                              &zero, true);
}

struct graph_value *keras_weight(struct keras_layer *l, const char *part,
                                 const char *name, uint32_t index,
                                 const struct graph_dims *dims)
{
    struct keras_reader *r = l->reader;
    if (!graph_dims_fit(dims))
        return keras_error(l, DIAG_SHAPE_OVERFLOW,
                           "weights '%s' have more than 2^31 elements", name);
    if (r->options->without_weights)
        return zeros(l, name, dims);
    const struct h5_tensor *t =
        r->weights == NULL ? NULL : find(l, part, name, index);
    if (t == NULL) {
        keras_error(l, DIAG_WEIGHTS, "its weights '%s' are not in the file%s",
                    name, r->tried != NULL ? r->tried : "");
        return NULL;
    }
    if (!graph_dims_equal(&t->dims, dims))
        return keras_error(l, DIAG_WEIGHTS,
                           "its weights '%s' are %s; its config wants %s", name,
                           graph_dims_text(&t->dims, r->arena),
                           graph_dims_text(dims, r->arena));
    uint64_t count = graph_dims_count(dims);
    for (uint64_t i = 0; i < count; i++)
        if (!isfinite(t->data[i]))
            return keras_error(l, DIAG_WEIGHTS,
                               "its weights '%s' hold %s (element %" PRIu64 ")",
                               name, isnan(t->data[i]) ? "nan" : "infinity", i);
    return graph_add_constant(r->graph, name, dims, GRAPH_FLOAT32, t->data,
                              false);
}

bool keras_check_variance(struct keras_layer *l, const struct graph_value *v,
                          double epsilon)
{
    uint64_t count = graph_dims_count(&v->dims);
    for (uint64_t i = 0; i < count && !l->reader->options->without_weights;
         i++) {
        if (graph_element(v, i) + epsilon > 0)
            continue;
        keras_error(l, DIAG_WEIGHTS,
                    "a variance of %g and an epsilon of %g (element %" PRIu64
                    ") have no inverse root",
                    graph_element(v, i), epsilon, i);
        return false;
    }
    return true;
}
