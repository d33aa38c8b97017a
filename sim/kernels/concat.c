/* concat -- several streams, one after the other along the channels. */
#include "kernels/kernels.h"

#include "base/diag.h"
#include "design/design.h"
#include "kernels/shape_rule.h"
#include "kernels/tokens.h"
#include "kernels/window.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static void report_sizes(const struct layer *layer, const struct shape *in,
                         uint32_t i, struct diag *d)
{
    char first[SHAPE_RULE_NAME_SIZE], other[SHAPE_RULE_NAME_SIZE];
    diag_error(d, layer->place, DIAG_SHAPE,
               "concat '%s' needs inputs of one height and width: %s is "
               "%ux%ux%u, %s is %ux%ux%u",
               layer->name, shape_rule_input(layer, 0, first), in[0].h, in[0].w,
               in[0].c, shape_rule_input(layer, i, other), in[i].h, in[i].w,
               in[i].c);
    diag_hint(d, "a crop2d, zeropad2d, upsample2d or pool in front of one of "
                 "them can change its size");
}

static bool concat_shape(const struct layer *layer, const struct shape *in,
                         struct shape *out, struct diag *d)
{
    if (layer->input_count > DESIGN_PORTS_MAX) {
        diag_error(d, layer->place, DIAG_UNSUPPORTED,
                   "concat '%s' has %u inputs, more than %d", layer->name,
                   layer->input_count, DESIGN_PORTS_MAX);
        diag_hint(d, "concatenate some of them first");
        return false;
    }
    bool fit = true;
    uint64_t channels = 0;
    for (uint32_t i = 0; i < layer->input_count; i++) {
        if (in[i].h != in[0].h || in[i].w != in[0].w) {
            report_sizes(layer, in, i, d);
            fit = false;
        }
        channels += in[i].c;
    }
    return fit && window_store_shape(layer, in[0].h, in[0].w, channels, out, d);
}

static bool concat_check(const struct process *p, struct diag *d)
{
    const struct layer *l = p->layer;
    struct format out = p->outputs[0]->format;
    bool same = true;
    for (uint32_t i = 0; i < p->input_count; i++) {
        struct format in = p->inputs[i]->format;
        if (format_same_values(in, out))
            continue;
        char name[SHAPE_RULE_NAME_SIZE];
        char in_text[FORMAT_TEXT_SIZE], out_text[FORMAT_TEXT_SIZE];
        diag_error(d, l->place, DIAG_FORMAT,
                   "concat '%s' changes no format: its output is %s, but %s is "
                   "%s",
                   l->name, format_print(out, out_text),
                   shape_rule_input(l, i, name), format_print(in, in_text));
        diag_hint(d,
                  "give all layers in front one output_format, or put a "
                  "linear layer of %s behind %s",
                  out_text, name);
        same = false;
    }
    return same;
}

/* All inputs have one token a pixel, and so has the output. */
static bool is_parallel(const struct process *p)
{
    return p->outputs[0]->lanes == p->outputs[0]->shape.c;
}

static void concat_schedule(const struct process *p, struct schedule *s)
{
    struct shape shape = p->outputs[0]->shape;
    uint64_t pixels = (uint64_t)shape.h * shape.w;
    if (is_parallel(p)) {
        struct step step = tokens_step(tokens_mask(p->input_count), 1, 1);
        schedule_step(s, pixels, &step);
        return;
    }
    schedule_loop(s, pixels);
    for (uint32_t i = 0; i < p->input_count; i++) {
        assert(p->inputs[i]->lanes == p->outputs[0]->lanes);
        struct step step = tokens_step(UINT32_C(1) << i, 1, 1);
        schedule_step(s, stream_tokens_per_pixel(p->inputs[i]), &step);
    }
    schedule_end(s);
}

/* Copies the channels of one input, `size` bytes a value, to their place in
 * each pixel, from channel `first` on. */
static void interleave(const struct process *p, uint32_t input, size_t first,
                       size_t size, const void *in, void *out)
{
    struct shape shape = p->outputs[0]->shape;
    size_t pixels = (size_t)shape.h * shape.w;
    size_t bytes = p->inputs[input]->shape.c * size;
    const char *from = in;
    char *to = (char *)out + first * size;
    for (size_t k = 0; k < pixels; k++) {
        memcpy(to, from, bytes);
        from += bytes;
        to += shape.c * size;
    }
}

static void concat_compute(const struct process *p, const int32_t *const *in,
                           int32_t *const *outputs)
{
    size_t first = 0;
    for (uint32_t i = 0; i < p->input_count; i++) {
        interleave(p, i, first, sizeof **in, in[i], outputs[0]);
        first += p->inputs[i]->shape.c;
    }
}

static void concat_compute_float(const struct process *p,
                                 const double *const *in,
                                 double *const *outputs)
{
    size_t first = 0;
    for (uint32_t i = 0; i < p->input_count; i++) {
        interleave(p, i, first, sizeof **in, in[i], outputs[0]);
        first += p->inputs[i]->shape.c;
    }
}

const struct kernel kernel_concat = {
    .name = "concat",
    .shape = concat_shape,
    .check = concat_check,
    .schedule = concat_schedule,
    .compute = concat_compute,
    .compute_float = concat_compute_float,
};
