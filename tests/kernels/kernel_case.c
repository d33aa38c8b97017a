#include "tests/kernels/kernel_case.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/kernel.h"
#include "design/tables.h"
#include "kernels/kernels.h"
#include "tests/kernels/naive_fixed.h"

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
        .copies = 1,
    };
    ck_assert_uint_eq(shape.c % s->lanes, 0);
    s->tokens_per_frame = shape_count(shape) / s->lanes;
    s->width_bits = s->lanes * format.width;
    return s;
}

static bool has_operands(enum layer_type type)
{
    return type == LAYER_ADD || type == LAYER_SUBTRACT ||
           type == LAYER_MULTIPLY || type == LAYER_MAXIMUM;
}

static enum operation operation_of(enum layer_type type)
{
    switch (type) {
    case LAYER_SUBTRACT:
        return OPERATION_SUBTRACT;
    case LAYER_MULTIPLY:
        return OPERATION_MULTIPLY;
    case LAYER_MAXIMUM:
        return OPERATION_MAXIMUM;
    default:
        return OPERATION_ADD;
    }
}

static uint32_t input_count_of(const struct kernel_case *c)
{
    if (c->input_count != 0)
        return c->input_count;
    return c->kernel == NULL && has_operands(c->type) ? 2 : 1;
}

static const struct layer *new_layer(struct arena *a,
                                     const struct kernel_case *c)
{
    struct layer *l = arena_new_item(a, struct layer);
    *l = (struct layer){
        .name = "it",
        .type = c->type,
        .input_count = input_count_of(c),
        .window = c->window,
        .scale_h = c->scale_h,
        .scale_w = c->scale_w,
        .units = c->units,
        .relu = c->relu || c->type == LAYER_RELU,
        .relu_max = c->relu_max,
        .weights = c->weights,
        .biases = c->biases,
        .permutation = { c->permutation[0], c->permutation[1],
                         c->permutation[2] },
        .alpha = c->alpha,
        .beta = c->beta,
        .table_bits = c->table_bits,
    };
    l->output.shape = c->target;
    return l;
}

static void add_inputs(struct arena *a, struct process *p,
                       const struct kernel_case *c)
{
    struct format first = or_else(c->in_format, "ufixed<8,0>");
    p->input_count = input_count_of(c);
    ck_assert_uint_le(p->input_count, KERNEL_CASE_PORTS_MAX);
    p->inputs = arena_new_array(a, struct stream *, p->input_count);
    p->inputs[0] = new_stream(a, "in", c->in, first, c->in_lanes);
    for (uint32_t i = 1; i < p->input_count; i++) {
        struct shape shape = c->more_in[i].shape;
        struct format format = c->more_in[i].format;
        uint32_t lanes = c->more_in[i].lanes;
        p->inputs[i] =
            new_stream(a, "in", shape.c != 0 ? shape : c->in,
                       format.width != 0 ? format : first,
                       lanes != 0 || shape.c != 0 ? lanes : c->in_lanes);
    }
    for (uint32_t i = 0; i < p->input_count; i++)
        p->inputs[i]->consumer = p;
}

static void add_outputs(struct arena *a, struct process *p,
                        const struct kernel_case *c)
{
    struct diag *d = diag_new(a);
    struct shape seen[KERNEL_CASE_PORTS_MAX], out = c->in;
    for (uint32_t i = 0; i < p->input_count; i++)
        seen[i] = p->inputs[i]->shape;
    /* A dense may see the shape in front of a flatten. */
    if (c->kernel == NULL && c->type == LAYER_DENSE)
        seen[0] = (struct shape){ 1, 1, (uint32_t)shape_count(c->in) };
    if (p->kernel->shape != NULL) {
        bool fits = p->kernel->shape(p->layer, seen, &out, d);
        ck_assert_msg(fits, "%s", fits ? "" : diag_format(diag_at(d, 0), a));
    }
    p->output_count = c->output_count != 0 ? c->output_count : 1;
    ck_assert_uint_le(p->output_count, KERNEL_CASE_PORTS_MAX);
    p->outputs = arena_new_array(a, struct stream *, p->output_count);
    for (uint32_t o = 0; o < p->output_count; o++) {
        p->outputs[o] =
            new_stream(a, "out", out, or_else(c->out_format, "fixed<16,6>"),
                       c->out_lanes);
        p->outputs[o]->producer = p;
    }
}

/* The streams at the many ends of a dispatch or collect carry one frame in
 * so many each. */
static void share_frames(struct process *p)
{
    uint32_t count = p->output_count;
    struct stream **streams = p->outputs;
    if (p->kernel == &kernel_collect) {
        count = p->input_count;
        streams = p->inputs;
    } else if (p->kernel != &kernel_dispatch) {
        return;
    }
    p->copies = count;
    for (uint32_t i = 0; i < count; i++) {
        streams[i]->copies = count;
        streams[i]->copy = i;
    }
}

static void add_tables(struct arena *a, struct process *p)
{
    struct diag *d = diag_new(a);
    bool chosen = true;
    if (p->kernel == &kernel_lookup)
        chosen = table_choose_lookup(a, p, d);
    else if (p->kernel == &kernel_softmax)
        chosen = table_choose_softmax(a, p, d);
    ck_assert_msg(chosen, "%s", chosen ? "" : diag_format(diag_at(d, 0), a));
}

struct process *kernel_case_process(struct arena *a,
                                    const struct kernel_case *c)
{
    struct process *p = arena_new_item(a, struct process);
    const struct kernel_table *table = kernels_headrace();
    *p = (struct process){
        .name = "it",
        .kernel = c->kernel != NULL ? kernel_find(table, c->kernel)
                                    : kernel_of_layer(table, c->type),
        .layer = new_layer(a, c),
        .copies = 1,
        .window = c->window,
        .pad_value = c->pad_value,
        .scale_h = c->scale_h,
        .scale_w = c->scale_w,
        .operation = operation_of(c->type),
        .reuse_factor = 1,
        .relu = c->relu || c->type == LAYER_RELU,
        .relu_max = c->relu_max,
        .units = c->units,
        .weight = or_else(c->weight, "fixed<16,6>"),
        .bias = or_else(c->bias, "fixed<16,6>"),
        .accumulator = or_else(c->accumulator, "fixed<16,6>"),
        .weights = c->weights,
        .biases = c->biases,
    };
    ck_assert_ptr_nonnull(p->kernel);
    add_inputs(a, p, c);
    add_outputs(a, p, c);
    share_frames(p);
    add_tables(a, p);
    if (p->kernel->fold != NULL) {
        struct layer_options options = {
            .pe = c->pe != 0 ? c->pe : 1,
            .simd = c->simd != 0 ? c->simd : 1,
        };
        struct diag *d = diag_new(a);
        bool folded = p->kernel->fold(p, &options, d);
        ck_assert_msg(folded, "%s",
                      folded ? "" : diag_format(diag_at(d, 0), a));
    }
    return p;
}

/* Pads are in the input of an avgpool2d. */
static void clear_pads(const struct process *p, int32_t *values)
{
    const struct window *w = &p->window;
    struct shape in = p->inputs[0]->shape;
    for (uint64_t k = 0; k < shape_count(in); k++) {
        uint64_t y = k / in.c / in.w, x = k / in.c % in.w;
        if (y < w->pad_top || y >= in.h - w->pad_bottom || x < w->pad_left ||
            x >= in.w - w->pad_right)
            values[k] = 0;
    }
}

struct kernel_frame *kernel_frame_random(struct arena *a, struct rng *r,
                                         const struct process *p)
{
    struct kernel_frame *f = arena_new_item(a, struct kernel_frame);
    for (uint32_t i = 0; i < p->input_count; i++) {
        struct format format = p->inputs[i]->format;
        uint64_t count = shape_count(p->inputs[i]->shape);
        int32_t *values = random_values(r, a, format, count);
        if (p->kernel == &kernel_avgpool2d)
            clear_pads(p, values);
        double *numbers = arena_new_array(a, double, count);
        for (uint64_t k = 0; k < count; k++)
            numbers[k] = (double)naive_value(values[k], format);
        f->in[i] = values;
        f->in_float[i] = numbers;
    }
    for (uint32_t o = 0; o < p->output_count; o++) {
        uint64_t count = shape_count(p->outputs[o]->shape);
        f->out[o] = arena_new_array(a, int32_t, count);
        f->out_float[o] = arena_new_array(a, double, count);
    }
    return f;
}

void kernel_frame_compute(struct kernel_frame *f, const struct process *p)
{
    p->kernel->compute(p, f->in, f->out);
    p->kernel->compute_float(p, f->in_float, f->out_float);
}

void check_one_error(const struct diag *d, enum diag_code code,
                     const char *text, const char *hint)
{
    ck_assert_uint_eq(diag_count(d), 1);
    const struct diag_message *m = diag_at(d, 0);
    ck_assert_int_eq(m->severity, DIAG_ERROR);
    ck_assert_int_eq(m->code, code);
    ck_assert_str_eq(m->text, text);
    if (hint != NULL)
        ck_assert_pstr_eq(m->hint, hint);
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
