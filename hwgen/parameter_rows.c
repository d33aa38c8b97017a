#include "hwgen/parameter_rows.h"

#include "design/design.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct parameter *add(struct parameters *l, const char *name)
{
    assert(l->count < PARAMETERS_MAX);
    struct parameter *item = &l->items[l->count++];
    assert(strlen(name) < sizeof item->name);
    *item = (struct parameter){ .kind = PARAMETER_NUMBER };
    memcpy(item->name, name, strlen(name) + 1);
    return item;
}

void parameters_number(struct parameters *l, const char *name, int64_t value)
{
    assert(value >= INT32_MIN && value <= INT32_MAX);
    add(l, name)->value = value;
}

void parameters_item(struct parameters *l, const char *name, uint32_t item)
{
    assert(l->list_count < DESIGN_PORTS_MAX);
    if (l->list_count == 0)
        add(l, name)->kind = PARAMETER_LIST;
    l->list[l->list_count++] = item;
}

void parameters_file(struct parameters *l, const char *name, const char *suffix)
{
    struct parameter *item = add(l, name);
    item->kind = PARAMETER_FILE;
    item->suffix = suffix;
}

void parameters_image(const struct process *p, struct parameters *l)
{
    parameters_number(l, "H", p->inputs[0]->shape.h);
    parameters_number(l, "W", p->inputs[0]->shape.w);
}

void parameters_tokens(const struct process *p, struct parameters *l)
{
    parameters_number(l, "TOKENS", stream_tokens_per_pixel(p->inputs[0]));
}

void parameters_lanes(const struct process *p, struct parameters *l)
{
    parameters_number(l, "LANES", p->inputs[0]->lanes);
}

void parameters_value(const struct process *p, struct parameters *l)
{
    parameters_number(l, "WIDTH", p->inputs[0]->format.width);
    parameters_number(l, "IS_SIGNED", p->inputs[0]->format.is_signed);
}

void parameters_token_width(const struct process *p, struct parameters *l)
{
    parameters_number(l, "TOKEN_WIDTH", p->outputs[0]->width_bits);
}

void parameters_kernel_window(const struct process *p, struct parameters *l)
{
    parameters_number(l, "KERNEL_H", p->window.kernel_h);
    parameters_number(l, "KERNEL_W", p->window.kernel_w);
    parameters_number(l, "STRIDE_H", p->window.stride_h);
    parameters_number(l, "STRIDE_W", p->window.stride_w);
}

void parameters_relu(const struct process *p, struct parameters *l)
{
    parameters_number(l, "RELU", p->relu);
    parameters_number(l, "RELU_MAX", p->relu_max);
}

static void add_part(struct parameters *l, const char *prefix, const char *part,
                     int64_t value)
{
    char name[PARAMETER_NAME_SIZE];
    int length = snprintf(name, sizeof name, "%s_%s", prefix, part);
    assert(length > 0 && (size_t)length < sizeof name);
    parameters_number(l, name, value);
}

void parameters_format(struct parameters *l, const char *prefix,
                       struct format f)
{
    add_part(l, prefix, "WIDTH", f.width);
    add_part(l, prefix, "FRAC", format_fraction(f));
    add_part(l, prefix, "SIGNED", f.is_signed);
}

void parameters_target(struct parameters *l, const char *prefix,
                       struct format f)
{
    parameters_format(l, prefix, f);
    add_part(l, prefix, "QUANT", f.quant);
    add_part(l, prefix, "OVERFLOW", f.overflow);
}

void parameters_input_format(const struct process *p, struct parameters *l)
{
    parameters_format(l, "IN", p->inputs[0]->format);
}

void parameters_output_format(const struct process *p, struct parameters *l)
{
    parameters_target(l, "OUT", p->outputs[0]->format);
}
