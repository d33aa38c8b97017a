#include "hwgen/parameters.h"

#include "design/design.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

const char *const module_file_suffixes[] = {
    [MODULE_WEIGHTS] = "weights",
    [MODULE_BIASES] = "bias",
};

static void add(struct parameters *l, const char *name, int64_t value)
{
    assert(l->count < PARAMETERS_MAX);
    l->items[l->count++] = (struct parameter){ name, value, NULL };
}

static void add_file(struct parameters *l, const char *name, int which)
{
    assert(l->count < PARAMETERS_MAX);
    l->items[l->count++] =
        (struct parameter){ name, 0, module_file_suffixes[which] };
}

static void add_image(const struct process *p, struct parameters *l)
{
    add(l, "H", p->inputs[0]->shape.h);
    add(l, "W", p->inputs[0]->shape.w);
}

/* Tokens of one pixel of the input. */
static uint32_t tokens_per_pixel(const struct process *p)
{
    return p->inputs[0]->shape.c / p->inputs[0]->lanes;
}

static void add_kernel_window(const struct process *p, struct parameters *l)
{
    add(l, "KERNEL_H", p->window.kernel_h);
    add(l, "KERNEL_W", p->window.kernel_w);
    add(l, "STRIDE_H", p->window.stride_h);
    add(l, "STRIDE_W", p->window.stride_w);
}

static void add_input_format(const struct process *p, struct parameters *l)
{
    struct format f = p->inputs[0]->format;
    add(l, "IN_WIDTH", f.width);
    add(l, "IN_FRAC", format_fraction(f));
    add(l, "IN_SIGNED", f.is_signed);
}

static void add_output_format(const struct process *p, struct parameters *l)
{
    struct format f = p->outputs[0]->format;
    add(l, "OUT_WIDTH", f.width);
    add(l, "OUT_FRAC", format_fraction(f));
    add(l, "OUT_SIGNED", f.is_signed);
    add(l, "OUT_QUANT", f.quant);
    add(l, "OUT_OVERFLOW", f.overflow);
}

/* What conv2d and dense have in common: lanes, folding, numbers, files. */
static void add_multipliers(const struct process *p, struct parameters *l)
{
    add(l, "IN_LANES", p->inputs[0]->lanes);
    add(l, "OUT_LANES", p->outputs[0]->lanes);
    add(l, "PE", p->pe);
    add(l, "SIMD", p->simd);
    add_input_format(p, l);
    add(l, "WEIGHT_WIDTH", p->weight.width);
    add(l, "WEIGHT_FRAC", format_fraction(p->weight));
    add(l, "WEIGHT_SIGNED", p->weight.is_signed);
    add(l, "ACC_WIDTH", p->accumulator.width);
    add(l, "ACC_FRAC", format_fraction(p->accumulator));
    add(l, "ACC_QUANT", p->accumulator.quant);
    add(l, "RELU", p->relu);
    add_output_format(p, l);
    add_file(l, "WEIGHTS_FILE", MODULE_WEIGHTS);
    add_file(l, "BIAS_FILE", MODULE_BIASES);
}

static void list_conv2d(const struct process *p, struct parameters *l)
{
    add_image(p, l);
    add(l, "C", p->inputs[0]->shape.c);
    add(l, "OC", p->outputs[0]->shape.c);
    add_kernel_window(p, l);
    add_multipliers(p, l);
}

static uint64_t conv2d_terms(const struct process *p)
{
    return (uint64_t)p->window.kernel_h * p->window.kernel_w *
           p->inputs[0]->shape.c;
}

static void list_dense(const struct process *p, struct parameters *l)
{
    add(l, "INPUTS", (int64_t)shape_count(p->inputs[0]->shape));
    add(l, "OUTPUTS", (int64_t)shape_count(p->outputs[0]->shape));
    add_multipliers(p, l);
}

static uint64_t dense_terms(const struct process *p)
{
    return shape_count(p->inputs[0]->shape);
}

static void list_maxpool2d(const struct process *p, struct parameters *l)
{
    add_image(p, l);
    add(l, "TOKENS", tokens_per_pixel(p));
    add(l, "LANES", p->inputs[0]->lanes);
    add(l, "WIDTH", p->inputs[0]->format.width);
    add(l, "IS_SIGNED", p->inputs[0]->format.is_signed);
    add_kernel_window(p, l);
}

static void list_relu(const struct process *p, struct parameters *l)
{
    add(l, "LANES", p->inputs[0]->lanes);
    add_input_format(p, l);
    add_output_format(p, l);
}

static void list_zeropad2d(const struct process *p, struct parameters *l)
{
    add_image(p, l);
    add(l, "TOKENS", tokens_per_pixel(p));
    add(l, "PAD_TOP", p->window.pad_top);
    add(l, "PAD_BOTTOM", p->window.pad_bottom);
    add(l, "PAD_LEFT", p->window.pad_left);
    add(l, "PAD_RIGHT", p->window.pad_right);
    add(l, "TOKEN_WIDTH", p->inputs[0]->width_bits);
}

static const struct module modules[] = {
    { "conv2d", list_conv2d, conv2d_terms },
    { "dense", list_dense, dense_terms },
    { "maxpool2d", list_maxpool2d, NULL },
    { "relu", list_relu, NULL },
    { "zeropad2d", list_zeropad2d, NULL },
};

const struct module *module_find(const char *kernel)
{
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        if (strcmp(modules[i].name, kernel) == 0)
            return &modules[i];
    return NULL;
}
