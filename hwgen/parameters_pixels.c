/* Kernels that change the image: pools, padding, cropping, upsampling. */
#include "hwgen/parameter_rows.h"

#include "design/average.h"
#include "design/design.h"

#include <stddef.h>

/* `count`: values in a window. */
static void add_average(const struct process *p, uint64_t count,
                        struct parameters *l)
{
    struct average average = average_of(count);
    parameters_number(l, "RECIPROCAL", average.reciprocal);
    parameters_number(l, "RECIPROCAL_FRAC", average.shift);
    parameters_input_format(p, l);
    parameters_output_format(p, l);
}

static void add_pixels(const struct process *p, struct parameters *l)
{
    parameters_image(p, l);
    parameters_tokens(p, l);
    parameters_lanes(p, l);
}

static void add_pads(const struct process *p, struct parameters *l)
{
    parameters_number(l, "PAD_TOP", p->window.pad_top);
    parameters_number(l, "PAD_BOTTOM", p->window.pad_bottom);
    parameters_number(l, "PAD_LEFT", p->window.pad_left);
    parameters_number(l, "PAD_RIGHT", p->window.pad_right);
}

static void list_maxpool2d(const struct process *p, struct parameters *l)
{
    add_pixels(p, l);
    parameters_value(p, l);
    parameters_kernel_window(p, l);
}

static void list_avgpool2d(const struct process *p, struct parameters *l)
{
    add_pixels(p, l);
    parameters_kernel_window(p, l);
    add_pads(p, l);
    add_average(p, (uint64_t)p->window.kernel_h * p->window.kernel_w, l);
}

static void list_global_maxpool(const struct process *p, struct parameters *l)
{
    add_pixels(p, l);
    parameters_value(p, l);
}

static void list_global_avgpool(const struct process *p, struct parameters *l)
{
    struct shape in = p->inputs[0]->shape;
    add_pixels(p, l);
    add_average(p, (uint64_t)in.h * in.w, l);
}

static void list_zeropad2d(const struct process *p, struct parameters *l)
{
    add_pixels(p, l);
    add_pads(p, l);
    parameters_number(l, "PAD_VALUE", p->pad_value);
    parameters_number(l, "WIDTH", p->inputs[0]->format.width);
}

static void list_crop2d(const struct process *p, struct parameters *l)
{
    parameters_image(p, l);
    parameters_tokens(p, l);
    parameters_number(l, "CROP_TOP", p->window.pad_top);
    parameters_number(l, "CROP_BOTTOM", p->window.pad_bottom);
    parameters_number(l, "CROP_LEFT", p->window.pad_left);
    parameters_number(l, "CROP_RIGHT", p->window.pad_right);
    parameters_token_width(p, l);
}

static void list_upsample2d(const struct process *p, struct parameters *l)
{
    parameters_number(l, "W", p->inputs[0]->shape.w);
    parameters_tokens(p, l);
    parameters_number(l, "SCALE_H", p->scale_h);
    parameters_number(l, "SCALE_W", p->scale_w);
    parameters_token_width(p, l);
}

const struct module modules_pixels[] = {
    { "maxpool2d", list_maxpool2d, { { 0 } } },
    { "avgpool2d", list_avgpool2d, { { 0 } } },
    { "global_maxpool", list_global_maxpool, { { 0 } } },
    { "global_avgpool", list_global_avgpool, { { 0 } } },
    { "zeropad2d", list_zeropad2d, { { 0 } } },
    { "crop2d", list_crop2d, { { 0 } } },
    { "upsample2d", list_upsample2d, { { 0 } } },
    { 0 },
};
