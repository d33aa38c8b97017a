#include "tests/kernels/kernel_case.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/kernel.h"
#include "kernels/kernels.h"

#include <check.h>

struct format make_format(const char *text)
{
    struct format f;
    const char *error;
    ck_assert_msg(format_parse(text, &f, &error), "%s: %s", text, error);
    return f;
}

struct window make_window(uint32_t kernel_h, uint32_t kernel_w,
                          uint32_t stride_h, uint32_t stride_w)
{
    return (struct window){
        .kernel_h = kernel_h,
        .kernel_w = kernel_w,
        .stride_h = stride_h,
        .stride_w = stride_w,
    };
}

static struct format or_else(struct format f, const char *text)
{
    return f.width != 0 ? f : make_format(text);
}

static struct stream *new_stream(struct arena *a, const char *name,
                                 struct shape shape, struct format format,
                                 uint32_t lanes)
{
    struct stream *s = arena_new_item(a, struct stream);
    *s = (struct stream){
        .name = name,
        .shape = shape,
        .format = format,
        .lanes = lanes != 0 ? lanes : shape.c,
        .kind = FIFO_SRL,
        .depth = 16,
    };
    ck_assert_uint_eq(shape.c % s->lanes, 0);
    s->tokens_per_frame = shape_count(shape) / s->lanes;
    s->width_bits = s->lanes * format.width;
    return s;
}

static const struct layer *new_layer(struct arena *a,
                                     const struct kernel_case *c)
{
    struct layer *l = arena_new_item(a, struct layer);
    *l = (struct layer){
        .name = "it",
        .type = c->type,
        .window = c->window,
        .units = c->units,
        .relu = c->relu,
        .weights = c->weights,
        .biases = c->biases,
    };
    return l;
}

struct process *kernel_case_process(struct arena *a,
                                    const struct kernel_case *c)
{
    struct diag *d = diag_new(a);
    struct process *p = arena_new_item(a, struct process);
    *p = (struct process){
        .name = "it",
        .kernel = kernel_find(kernels_headrace(), layer_type_name(c->type)),
        .layer = new_layer(a, c),
        .input_count = 1,
        .output_count = 1,
        .inputs = arena_new_array(a, struct stream *, 1),
        .outputs = arena_new_array(a, struct stream *, 1),
        .window = c->window,
        .reuse_factor = 1,
        .relu = c->relu,
        .weight = or_else(c->weight, "fixed<16,6>"),
        .bias = or_else(c->bias, "fixed<16,6>"),
        .accumulator = or_else(c->accumulator, "fixed<16,6>"),
        .weights = c->weights,
        .biases = c->biases,
    };
    /* A dense may see the shape in front of a flatten. */
    struct shape seen = c->in;
    if (c->type == LAYER_DENSE)
        seen = (struct shape){ 1, 1, (uint32_t)shape_count(c->in) };
    struct shape out;
    ck_assert(p->kernel->shape(p->layer, &seen, &out, d));
    p->inputs[0] =
        new_stream(a, "in", c->in, or_else(c->in_format, "ufixed<8,0>"),
                   c->in_lanes);
    p->outputs[0] =
        new_stream(a, "out", out, or_else(c->out_format, "fixed<16,6>"),
                   c->out_lanes);
    p->inputs[0]->consumer = p;
    p->outputs[0]->producer = p;
    if (p->kernel->fold != NULL) {
        struct layer_options options = {
            .pe = c->pe != 0 ? c->pe : 1,
            .simd = c->simd != 0 ? c->simd : 1,
        };
        bool folded = p->kernel->fold(p, &options, d);
        ck_assert_msg(folded, "%s",
                      folded ? "" : diag_format(diag_at(d, 0), a));
    }
    return p;
}

uint32_t random_between(struct rng *r, uint32_t least, uint32_t most)
{
    return least + rng_below(r, most - least + 1);
}

uint32_t random_divisor(struct rng *r, uint32_t n)
{
    for (;;) {
        uint32_t d = random_between(r, 1, n);
        if (n % d == 0)
            return d;
    }
}

struct format random_format(struct rng *r, uint32_t width_max, bool weights)
{
    if (weights && width_max >= 2 && rng_below(r, 5) == 0)
        return make_format(rng_below(r, 2) ? "binary" : "ternary");
    uint32_t width = random_between(r, 1, width_max);
    return (struct format){
        .width = (uint8_t)width,
        .integer = (int16_t)((int)random_between(r, 0, width + 6) - 3),
        .is_signed = rng_below(r, 2) != 0,
        .quant = (uint8_t)rng_below(r, FIXED_RND_CONV + 1),
        .overflow = (uint8_t)rng_below(r, FIXED_SAT_SYM + 1),
    };
}

int32_t *random_values(struct rng *r, struct arena *a, struct format f,
                       uint64_t count)
{
    int32_t *values = arena_new_array(a, int32_t, count);
    uint64_t span = (uint64_t)(format_max(f) - format_min(f)) + 1;
    for (uint64_t i = 0; i < count; i++) {
        int64_t v = format_min(f) + (int64_t)(rng_next(r) % span);
        if (rng_below(r, 10) == 0)
            v = rng_below(r, 2) ? format_max(f) : format_min(f);
        if (f.kind == FIXED_KIND_BINARY && v == 0)
            v = 1;
        values[i] = (int32_t)v;
    }
    return values;
}
