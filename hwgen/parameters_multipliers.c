/* Kernels with multipliers and folding: conv2d, depthwise_conv2d, dense. */
#include "hwgen/parameter_rows.h"

#include "design/design.h"
#include "hwgen/memory_file.h"

#include <stddef.h>

/* Lanes, folding and numbers. */
static void add_multipliers(const struct process *p, struct parameters *l)
{
    parameters_number(l, "IN_LANES", p->inputs[0]->lanes);
    parameters_number(l, "OUT_LANES", p->outputs[0]->lanes);
    parameters_number(l, "PE", p->pe);
    parameters_number(l, "SIMD", p->simd);
    parameters_input_format(p, l);
    parameters_format(l, "WEIGHT", p->weight);
    parameters_number(l, "ACC_WIDTH", p->accumulator.width);
    parameters_number(l, "ACC_FRAC", format_fraction(p->accumulator));
    parameters_number(l, "ACC_QUANT", p->accumulator.quant);
    parameters_relu(p, l);
    parameters_output_format(p, l);
}

static void list_conv2d(const struct process *p, struct parameters *l)
{
    parameters_image(p, l);
    parameters_number(l, "C", p->inputs[0]->shape.c);
    parameters_number(l, "OC", p->outputs[0]->shape.c);
    parameters_kernel_window(p, l);
    parameters_number(l, "PACKED", p->packed);
    add_multipliers(p, l);
}

static void list_depthwise_conv2d(const struct process *p, struct parameters *l)
{
    parameters_image(p, l);
    parameters_number(l, "C", p->inputs[0]->shape.c);
    parameters_kernel_window(p, l);
    add_multipliers(p, l);
}

static void list_dense(const struct process *p, struct parameters *l)
{
    parameters_number(l, "INPUTS", (int64_t)shape_count(p->inputs[0]->shape));
    parameters_number(l, "OUTPUTS", (int64_t)shape_count(p->outputs[0]->shape));
    parameters_number(l, "PACKED", p->packed);
    add_multipliers(p, l);
}

#define WEIGHTS                                                                \
    {                                                                          \
        "WEIGHTS_FILE", "weights", memory_file_weights                         \
    }
#define BIASES                                                                 \
    {                                                                          \
        "BIAS_FILE", "bias", memory_file_biases                                \
    }

const struct module modules_multipliers[] = {
    { "conv2d", list_conv2d, { WEIGHTS, BIASES } },
    { "depthwise_conv2d", list_depthwise_conv2d, { WEIGHTS, BIASES } },
    { "dense", list_dense, { WEIGHTS, BIASES } },
    { 0 },
};
