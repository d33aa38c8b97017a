/* Kernels that split, join and reshape streams: clone, elementwise, concat,
 * dispatch, collect, width_converter. */
#include "hwgen/parameter_rows.h"

#include "design/design.h"

#include <assert.h>
#include <stddef.h>

static void list_clone(const struct process *p, struct parameters *l)
{
    parameters_number(l, "OUTPUTS", p->output_count);
    parameters_token_width(p, l);
}

/* The numbers of elementwise.sv. */
static int operation_number(enum operation o)
{
    switch (o) {
    case OPERATION_ADD:
        return 0;
    case OPERATION_SUBTRACT:
        return 1;
    case OPERATION_MULTIPLY:
        return 2;
    case OPERATION_MAXIMUM:
        return 3;
    }
    assert(false);
    return 0;
}

static void list_elementwise(const struct process *p, struct parameters *l)
{
    assert(p->input_count == 2);
    parameters_number(l, "OPERATION", operation_number(p->operation));
    parameters_lanes(p, l);
    parameters_format(l, "A", p->inputs[0]->format);
    parameters_format(l, "B", p->inputs[1]->format);
    parameters_relu(p, l);
    parameters_output_format(p, l);
}

/* A concat is parallel if its output has one token a pixel; with two inputs
 * or more, a serial one has at least two. */
static void list_concat(const struct process *p, struct parameters *l)
{
    const struct stream *out = p->outputs[0];
    parameters_number(l, "INPUTS", p->input_count);
    parameters_number(l, "PARALLEL", out->lanes == out->shape.c);
    parameters_token_width(p, l);
    for (uint32_t i = 0; i < p->input_count; i++)
        parameters_item(l, "TOKENS", stream_tokens_per_pixel(p->inputs[i]));
}

static void add_turns(const struct process *p, uint32_t copies,
                      struct parameters *l)
{
    parameters_number(l, "COPIES", copies);
    parameters_number(l, "TOKENS", (int64_t)p->inputs[0]->tokens_per_frame);
    parameters_token_width(p, l);
}

static void list_dispatch(const struct process *p, struct parameters *l)
{
    add_turns(p, p->output_count, l);
}

static void list_collect(const struct process *p, struct parameters *l)
{
    add_turns(p, p->input_count, l);
}

static void list_width_converter(const struct process *p, struct parameters *l)
{
    parameters_number(l, "IN_LANES", p->inputs[0]->lanes);
    parameters_number(l, "OUT_LANES", p->outputs[0]->lanes);
    parameters_number(l, "WIDTH", p->inputs[0]->format.width);
}

const struct module modules_streams[] = {
    { "clone", list_clone, { { 0 } } },
    { "elementwise", list_elementwise, { { 0 } } },
    { "concat", list_concat, { { 0 } } },
    { "dispatch", list_dispatch, { { 0 } } },
    { "collect", list_collect, { { 0 } } },
    { "width_converter", list_width_converter, { { 0 } } },
    { 0 },
};
