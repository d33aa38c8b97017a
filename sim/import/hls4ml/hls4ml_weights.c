/* Weights as hls4ml's C simulation reads them: decimals from a .txt, or the
 * array of the .h, each converted to the weight's type with its modes. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"
#include "base/npy.h"
#include "import/graph/graph.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const struct graph_value *hls4ml_constant(struct hls4ml_reader *r,
                                          const double *values, uint64_t count)
{
    struct graph_value *v = arena_new_item(r->arena, struct graph_value);
    *v = (struct graph_value){
        .name = "",
        .dims = { .rank = 1, .size = { count } },
        .type = GRAPH_FLOAT64,
        .data = values,
    };
    return v;
}

void hls4ml_set_array(struct hls4ml_reader *r, struct sketch_layer *l,
                      uint32_t index, const char *key,
                      const struct graph_value *from, uint32_t rank,
                      const uint64_t *size)
{
    struct sketch_array *a = &l->arrays[index];
    *a = (struct sketch_array){
        .key = key,
        .file = arena_printf(r->arena, "%s_%s.npy", l->output->name, key),
        .from = from,
        .rank = rank,
        .factor = 1,
    };
    uint64_t stride = 1;
    for (uint32_t i = rank; i-- > 0; stride *= size[i]) {
        a->size[i] = size[i];
        a->strides[i] = stride;
    }
}

/* A file's text, from which numbers are taken one by one. */
struct list {
    const char *at, *end;
    const char *path;
    uint32_t line;
};

static bool is_part(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' ||
           c == 'e' || c == 'E';
}

/* Numbers between commas, blanks and lines; false: there is no further one. */
static bool next_number(struct list *l, double *out)
{
    char text[64], *end;
    size_t length = 0;
    while (l->at < l->end && strchr(" \t\r\n,", *l->at) != NULL) {
        l->line += *l->at == '\n';
        l->at++;
    }
    while (l->at < l->end && is_part(*l->at) && length + 1 < sizeof text)
        text[length++] = *l->at++;
    text[length] = '\0';
    *out = strtod(text, &end);
    return length > 0 && *end == '\0' && isfinite(*out);
}

/* Behind the last opening brace of a header, `= {1, 2};`. */
static void skip_to_values(struct list *l)
{
    const char *brace = NULL;
    for (const char *c = l->at; c < l->end; c++)
        if (*c == '{')
            brace = c;
    for (; brace != NULL && l->at <= brace; l->at++)
        l->line += *l->at == '\n';
}

/* Weights belong to one layer: so reading takes no more than the files. */
static bool note_name(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      const char *name)
{
    for (uint32_t i = 0; i < r->weight_count; i++)
        if (strcmp(r->weights[i], name) == 0) {
            hls4ml_error(r, c, DIAG_WEIGHTS, "weights '%s' are used twice",
                         name);
            return false;
        }
    r->weights =
        arena_grow(r->arena, r->weights, r->weight_count, sizeof *r->weights);
    r->weights[r->weight_count++] = name;
    return true;
}

static bool open_list(struct hls4ml_reader *r, const struct hls4ml_call *c,
                      const char *name, struct list *out)
{
    static const char *const kinds[] = { "txt", "h" };
    if (!note_name(r, c, name))
        return false;
    for (uint32_t i = 0; i < 2; i++) {
        const char *file =
            arena_printf(r->arena, "firmware/weights/%s.%s", name, kinds[i]);
        size_t length;
        const char *text = hls4ml_file(r, file, true, &length);
        if (text == NULL)
            continue;
        *out = (struct list){ .at = text,
                              .end = text + length,
                              .path = hls4ml_path(r, file),
                              .line = 1 };
        if (i == 1)
            skip_to_values(out);
        return true;
    }
    hls4ml_error(r, c, DIAG_WEIGHTS,
                 "neither firmware/weights/%s.txt nor %s.h is there", name,
                 name);
    return false;
}

/* The least a number in a file takes: a digit and a comma. */
static bool could_hold(const struct list *l, uint64_t count)
{
    return count <= (uint64_t)(l->end - l->at) / 2 + 1;
}

const struct graph_value *hls4ml_weights(struct hls4ml_reader *r,
                                         const struct hls4ml_call *c,
                                         uint32_t argument, struct format f,
                                         uint64_t count)
{
    struct list l;
    if (argument >= c->argument_count) {
        hls4ml_error(r, c, DIAG_HLS4ML, "argument %u is missing", argument + 1);
        return NULL;
    }
    const struct cpp_token *name = cpp_at(c->source, c->arguments[argument]);
    if (name->kind != CPP_WORD) {
        hls4ml_error(r, c, DIAG_HLS4ML, "argument %u names no weights",
                     argument + 1);
        return NULL;
    }
    if (!open_list(r, c, cpp_text(r->arena, name), &l))
        return NULL;
    double *values = NULL;
    uint64_t read = 0;
    if (could_hold(&l, count)) {
        values = arena_new_array(r->arena, double, count);
        double x;
        while (read < count && next_number(&l, &x))
            values[read++] = hls4ml_in_format(x, f);
    }
    double further;
    if (read == count && !next_number(&l, &further))
        return hls4ml_constant(r, values, count);
    diag_error(r->diag, (struct place){ l.path, l.line, 0 }, DIAG_WEIGHTS,
               "%s '%s' has %" PRIu64 " weights",
               read == count ? "there are more numbers than the"
                             : "this is no list of as many numbers as",
               c->layer, count);
    return NULL;
}
