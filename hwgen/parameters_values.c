/* Kernels that work on values one by one, or on the channels of a pixel:
 * relu, reshape, lookup, batchnorm, prelu, argmax, softmax. */
#include "hwgen/parameter_rows.h"

#include "design/design.h"
#include "design/tables.h"
#include "hwgen/memory_file.h"

#include <assert.h>
#include <stddef.h>

static void list_relu(const struct process *p, struct parameters *l)
{
    parameters_lanes(p, l);
    parameters_input_format(p, l);
    parameters_relu(p, l);
    parameters_output_format(p, l);
}

static void list_reshape(const struct process *p, struct parameters *l)
{
    parameters_token_width(p, l);
}

static void list_lookup(const struct process *p, struct parameters *l)
{
    assert(p->lookup != NULL);
    parameters_lanes(p, l);
    parameters_input_format(p, l);
    parameters_target(l, "INDEX", p->lookup->index);
    parameters_number(l, "OUT_WIDTH", p->outputs[0]->format.width);
}

static void list_batchnorm(const struct process *p, struct parameters *l)
{
    parameters_tokens(p, l);
    parameters_lanes(p, l);
    parameters_input_format(p, l);
    parameters_format(l, "SCALE", p->weight);
    parameters_format(l, "OFFSET", p->bias);
    parameters_output_format(p, l);
}

static void list_prelu(const struct process *p, struct parameters *l)
{
    parameters_tokens(p, l);
    parameters_lanes(p, l);
    parameters_number(l, "SHARED", p->units == 1);
    parameters_input_format(p, l);
    parameters_format(l, "ALPHA", p->weight);
    parameters_output_format(p, l);
}

static void list_argmax(const struct process *p, struct parameters *l)
{
    parameters_number(l, "C", p->inputs[0]->shape.c);
    parameters_lanes(p, l);
    parameters_value(p, l);
}

static void list_softmax(const struct process *p, struct parameters *l)
{
    assert(p->softmax != NULL);
    parameters_number(l, "C", p->inputs[0]->shape.c);
    parameters_lanes(p, l);
    parameters_number(l, "IN_WIDTH", p->inputs[0]->format.width);
    parameters_number(l, "IN_SIGNED", p->inputs[0]->format.is_signed);
    parameters_number(l, "TABLE_BITS", p->softmax->bits);
    parameters_number(l, "DROP", p->softmax->drop);
    parameters_output_format(p, l);
}

const struct module modules_values[] = {
    { "relu", list_relu, { { 0 } } },
    { "reshape", list_reshape, { { 0 } } },
    { "lookup", list_lookup, { { "TABLE_FILE", "table", memory_file_table } } },
    { "batchnorm",
      list_batchnorm,
      { { "SCALES_FILE", "scale", memory_file_scales },
        { "OFFSETS_FILE", "offset", memory_file_offsets } } },
    { "prelu", list_prelu, { { "ALPHAS_FILE", "alpha", memory_file_alphas } } },
    { "argmax", list_argmax, { { 0 } } },
    { "softmax",
      list_softmax,
      { { "EXP_FILE", "exp", memory_file_exp },
        { "INVERSE_FILE", "inverse", memory_file_inverse } } },
    { 0 },
};
