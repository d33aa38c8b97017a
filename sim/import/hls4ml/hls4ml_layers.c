/* Calls become layers of the sketch, in the order of the calls. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static const char *named(struct hls4ml_reader *r, const struct hls4ml_call *c,
                         const char *format, va_list args)
{
    return arena_printf(r->arena, "'%s' (%s): %s", c->layer, c->function,
                        arena_vprintf(r->arena, format, args));
}

void hls4ml_error(struct hls4ml_reader *r, const struct hls4ml_call *c,
                  enum diag_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_error(r->diag, c->place, code, "%s", named(r, c, format, args));
    va_end(args);
}

void hls4ml_warning(struct hls4ml_reader *r, const struct hls4ml_call *c,
                    enum diag_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    diag_warning(r->diag, c->place, code, "%s", named(r, c, format, args));
    va_end(args);
}

/* --- tensors and layers --------------------------------------------------- */

static struct sketch_tensor *new_tensor(struct hls4ml_reader *r,
                                        const char *name, struct shape shape,
                                        struct format format)
{
    struct sketch_tensor *t = arena_new_item(r->arena, struct sketch_tensor);
    *t = (struct sketch_tensor){
        .name = name,
        .shape = shape,
        .format = format,
        .format_given = true,
        .layer = r->sketch->count,
    };
    return t;
}

static struct sketch_layer *new_layer(struct hls4ml_reader *r, const char *type,
                                      struct sketch_tensor *output)
{
    struct sketch *s = r->sketch;
    struct sketch_layer *l = arena_new_item(r->arena, struct sketch_layer);
    l->type = type;
    l->output = output;
    s->layers = arena_grow(r->arena, s->layers, s->count, sizeof(void *));
    s->layers[s->count++] = l;
    return l;
}

struct sketch_layer *hls4ml_add_inner(struct hls4ml_reader *r, const char *name,
                                      const char *type, struct shape shape,
                                      struct format format,
                                      const struct sketch_tensor *input)
{
    struct sketch_layer *l =
        new_layer(r, type, new_tensor(r, name, shape, format));
    l->inputs[l->input_count++] = input;
    return l;
}

static void add_fifo(struct hls4ml_reader *r, const char *stream,
                     uint64_t depth)
{
    if (depth == 0)
        return;
    r->fifos = arena_grow(r->arena, r->fifos, r->fifo_count, sizeof *r->fifos);
    r->fifos[r->fifo_count++] =
        (struct sketch_fifo){ .stream = stream, .depth = depth };
}

struct sketch_layer *hls4ml_add(struct hls4ml_reader *r,
                                const struct hls4ml_call *c, const char *type,
                                uint32_t output, struct shape shape,
                                uint32_t count,
                                const struct sketch_tensor *const *inputs)
{
    struct hls4ml_stream *s = hls4ml_argument(r, c, output);
    if (s == NULL)
        return NULL;
    if (s->tensor != NULL || s == &r->streams[r->input]) {
        hls4ml_error(r, c, DIAG_HLS4ML, "stream '%s' is written twice",
                     s->name);
        return NULL;
    }
    if (s->type.elements != shape.c && (uint64_t)shape.h * shape.w != 1) {
        hls4ml_error(r, c, DIAG_HLS4ML,
                     "the tokens of '%s' have %" PRIu64
                     " elements, its pixels %u channels",
                     s->name, s->type.elements, shape.c);
        return NULL;
    }
    struct sketch_layer *l =
        new_layer(r, type, new_tensor(r, c->layer, shape, s->type.format));
    for (uint32_t i = 0; i < count; i++)
        l->inputs[l->input_count++] = inputs[i];
    s->tensor = l->output;
    s->source = (uint32_t)(c - r->calls);
    if (s != &r->streams[r->output])
        add_fifo(r, arena_printf(r->arena, "%s.out", c->layer), s->depth);
    return l;
}

/* A view of a tensor: no hardware. */
static struct sketch_tensor *view(struct hls4ml_reader *r,
                                  const struct hls4ml_call *c,
                                  const struct sketch_tensor *t,
                                  struct shape shape)
{
    bool is_flat = shape.h == 1 && shape.w == 1;
    const char *name =
        arena_printf(r->arena, "%.50s_%s%u", c->layer,
                     is_flat ? "flat" : "shaped", r->sketch->count);
    struct sketch_layer *l =
        hls4ml_add_inner(r, name, is_flat ? "flatten" : "reshape", shape,
                         t->format, t);
    l->has_shape = !is_flat;
    return l->output;
}

/* The stream of an argument that is to be read; NULL: said why. */
static struct hls4ml_stream *take_stream(struct hls4ml_reader *r,
                                         const struct hls4ml_call *c,
                                         uint32_t argument)
{
    struct hls4ml_stream *s = hls4ml_argument(r, c, argument);
    if (s == NULL)
        return NULL;
    uint32_t call = (uint32_t)(c - r->calls);
    if (s->tensor == NULL) {
        hls4ml_error(r, c, DIAG_HLS4ML, "nothing is in stream '%s' yet",
                     s->name);
        return NULL;
    }
    if (s->sink != UINT32_MAX) {
        hls4ml_error(r, c, DIAG_HLS4ML, "stream '%s' is read twice", s->name);
        return NULL;
    }
    s->sink = call;
    return s;
}

/* How many streams of a clone of this tensor were taken. */
static uint32_t clones_taken(const struct hls4ml_reader *r,
                             const struct sketch_tensor *t)
{
    uint32_t taken = 0;
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct hls4ml_stream *s = &r->streams[i];
        taken += s->is_clone && s->tensor == t && s->sink != UINT32_MAX;
    }
    return taken;
}

struct sketch_tensor *hls4ml_take(struct hls4ml_reader *r,
                                  const struct hls4ml_call *c,
                                  uint32_t argument, struct shape shape)
{
    struct hls4ml_stream *s = take_stream(r, c, argument);
    if (s == NULL)
        return NULL;
    struct sketch_tensor *t = s->tensor;
    if (s->is_clone)
        add_fifo(r,
                 arena_printf(r->arena, "%s.clone.out%u",
                              t == r->sketch->input ? "source" : t->name,
                              clones_taken(r, t) - 1),
                 s->depth);
    if (shape.h == 0 || (shape.h == t->shape.h && shape.w == t->shape.w &&
                         shape.c == t->shape.c))
        return t;
    if (shape_count(shape) == shape_count(t->shape))
        return view(r, c, t, shape);
    hls4ml_error(r, c, DIAG_SHAPE,
                 "it reads %ux%ux%u values, in '%s' are %ux%ux%u", shape.h,
                 shape.w, shape.c, s->name, t->shape.h, t->shape.w, t->shape.c);
    return NULL;
}

/* --- calls ---------------------------------------------------------------- */

/* clone_stream<T, T, N>(in, out1, out2, ...): no layer; headrace puts clones
 * where a tensor has several readers. */
static bool read_clone(struct hls4ml_reader *r, const struct hls4ml_call *c)
{
    struct hls4ml_stream *s = take_stream(r, c, 0);
    if (s == NULL)
        return false;
    for (uint32_t i = 1; i < c->argument_count; i++) {
        struct hls4ml_stream *out = hls4ml_argument(r, c, i);
        if (out == NULL)
            return false;
        if (out->tensor != NULL) {
            hls4ml_error(r, c, DIAG_HLS4ML, "stream '%s' is written twice",
                         out->name);
            return false;
        }
        out->tensor = s->tensor;
        out->is_clone = true;
    }
    return true;
}

/* repack_stream<T, T, N>(in, out): other tokens for the same values. */
static bool read_repack(struct hls4ml_reader *r, const struct hls4ml_call *c)
{
    struct hls4ml_stream *s = take_stream(r, c, 0);
    struct hls4ml_stream *out = s == NULL ? NULL : hls4ml_argument(r, c, 1);
    if (out == NULL)
        return false;
    uint64_t count = shape_count(s->tensor->shape);
    uint64_t channels = out->type.elements;
    if (count % channels != 0 || out->tensor != NULL) {
        hls4ml_error(r, c, DIAG_HLS4ML,
                     "%" PRIu64 " values cannot become tokens of %" PRIu64,
                     count, channels);
        return false;
    }
    if (!format_same_values(out->type.format, s->tensor->format)) {
        hls4ml_error(r, c, DIAG_UNSUPPORTED, "it changes the format, too");
        return false;
    }
    struct shape shape = { 1, (uint32_t)(count / channels),
                           (uint32_t)channels };
    bool is_output = out == &r->streams[r->output];
    if (is_output)
        shape = (struct shape){ 1, 1, (uint32_t)count };
    out->tensor = view(r, c, s->tensor, shape);
    hls4ml_warning(r, c, DIAG_UNSUPPORTED,
                   "tokens of another size: this process is left out, so "
                   "that timing differs");
    return true;
}

static bool read_call(struct hls4ml_reader *r, const struct hls4ml_call *c)
{
    if (strcmp(c->function, "clone_stream") == 0)
        return read_clone(r, c);
    if (strcmp(c->function, "repack_stream") == 0)
        return read_repack(r, c);
    const struct hls4ml_row *row = hls4ml_row(c->function);
    struct shape shape = { 0, 0, 0 };
    if (row->channels != NULL) {
        shape = (struct shape){ 1, 1, 0 };
        bool fine = hls4ml_size(r, c->config, row->channels, &shape.c);
        if (row->width != NULL)
            fine &= hls4ml_size(r, c->config, row->width, &shape.w);
        if (row->height != NULL)
            fine &= hls4ml_size(r, c->config, row->height, &shape.h);
        if (!fine)
            return false;
    }
    struct sketch_tensor *input = hls4ml_take(r, c, 0, shape);
    return input != NULL && row->read(r, c, input);
}

/* All functions that are not known, in one message. */
static bool check_known(struct hls4ml_reader *r)
{
    struct text *names = text_new(r->arena);
    const struct hls4ml_call *first = NULL;
    for (uint32_t i = 0; i < r->call_count; i++) {
        const struct hls4ml_call *c = &r->calls[i];
        if (strcmp(c->function, "clone_stream") == 0 ||
            strcmp(c->function, "repack_stream") == 0 ||
            hls4ml_row(c->function) != NULL)
            continue;
        text_printf(names, "%s%s ('%s')", first == NULL ? "" : ", ",
                    c->function, c->layer);
        first = first == NULL ? c : first;
    }
    if (first == NULL)
        return true;
    diag_error(r->diag, first->place, DIAG_OPERATOR,
               "functions that are not supported: %s", text_string(names));
    return false;
}

/* A row of pixels with as many channels as the tokens of the input have. */
static bool row_of_pixels(struct hls4ml_reader *r, const struct hls4ml_call *c,
                          uint64_t values, struct shape *out)
{
    uint64_t channels = r->streams[r->input].type.elements;
    *out =
        (struct shape){ 1, (uint32_t)(values / channels), (uint32_t)channels };
    if (values % channels == 0)
        return true;
    hls4ml_error(r, c, DIAG_SHAPE,
                 "%" PRIu64 " values are no tokens of %" PRIu64, values,
                 channels);
    return false;
}

/* The shape of the network's input: that of the first call along the way that
 * says it. */
static bool find_input_shape(struct hls4ml_reader *r, struct shape *out)
{
    struct hls4ml_stream *at = &r->streams[r->input];
    const struct hls4ml_call *last = NULL;
    for (uint32_t i = 0; i < r->call_count; i++) {
        const struct hls4ml_call *c = &r->calls[i];
        bool is_clone = strcmp(c->function, "clone_stream") == 0;
        if (c->argument_count < 2)
            continue;
        const char *name =
            cpp_text(r->arena, cpp_at(c->source, c->arguments[0]));
        if (hls4ml_stream(r, name) != at)
            continue;
        const struct hls4ml_row *row = hls4ml_row(c->function);
        const bool is_first = last == NULL;
        last = c;
        /* A dense reads all values of pixels that a map in front had. */
        uint32_t values = 0;
        if (row != NULL && row->channels != NULL && row->width == NULL &&
            !is_first)
            return hls4ml_size(r, c->config, row->channels, &values) &&
                   row_of_pixels(r, c, values, out);
        if (row != NULL && row->channels != NULL) {
            *out = (struct shape){ 1, 1, 0 };
            return hls4ml_size(r, c->config, row->channels, &out->c) &&
                   (row->width == NULL ||
                    hls4ml_size(r, c->config, row->width, &out->w)) &&
                   (row->height == NULL ||
                    hls4ml_size(r, c->config, row->height, &out->h));
        }
        if (!is_clone && (row == NULL || !row->keeps_shape))
            break;
        /* Parameters may stand between input and output. */
        for (uint32_t k = 1; k < c->argument_count; k++) {
            struct hls4ml_stream *s = hls4ml_stream(
                r, cpp_text(r->arena, cpp_at(c->source, c->arguments[k])));
            if (s != NULL) {
                at = s;
                break;
            }
        }
    }
    /* Only maps: a row of pixels will do. */
    uint64_t values = 0;
    return last != NULL &&
           hls4ml_number(r, last->config, "n_in", 1, NETWORK_SIZE_MAX,
                         &values) &&
           row_of_pixels(r, last, values, out);
}

static bool start(struct hls4ml_reader *r)
{
    struct hls4ml_stream *in = &r->streams[r->input];
    struct shape shape;
    size_t errors = diag_error_count(r->diag);
    if (!find_input_shape(r, &shape)) {
        if (diag_error_count(r->diag) == errors)
            diag_error(r->diag, in->place, DIAG_SHAPE,
                       "the shape of the input '%s' cannot be told", in->name);
        return false;
    }
    if (shape.c % in->type.elements != 0 ||
        in->type.format.width > FIXED_TENSOR_WIDTH_MAX) {
        diag_error(r->diag, in->place, DIAG_SHAPE,
                   "tokens of '%s' have %" PRIu64
                   " elements of %u bits, which is no image of %u channels",
                   in->name, in->type.elements, in->type.format.width, shape.c);
        return false;
    }
    struct sketch_tensor *t = arena_new_item(r->arena, struct sketch_tensor);
    *t = (struct sketch_tensor){
        .name = "input_stream",
        .shape = shape,
        .format = in->type.format,
        .format_given = true,
        .layer = UINT32_MAX,
    };
    r->sketch->input = in->tensor = t;
    return true;
}

bool hls4ml_read_layers(struct hls4ml_reader *r)
{
    if (!check_known(r) || !start(r))
        return false;
    for (uint32_t i = 0; i < r->call_count; i++)
        if (!read_call(r, &r->calls[i]))
            return false;
    if (!hls4ml_check_widths(r))
        return false;
    const struct hls4ml_stream *out = &r->streams[r->output];
    if (out->tensor == NULL || out->tensor == r->sketch->input) {
        diag_error(r->diag, out->place, DIAG_HLS4ML,
                   "nothing is written to the output '%s'", out->name);
        return false;
    }
    r->sketch->output = out->tensor;
    return true;
}
