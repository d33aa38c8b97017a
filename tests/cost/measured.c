#include "measured.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "cost/fifo_cost.h"
#include "cost/kernel_costs.h"
#include "cost/parts.h"
#include "design/design.h"
#include "design/kernel.h"
#include "design/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Cuts the text at the next separator; returns what is before it. */
static char *next_field(char **text, char separator)
{
    char *field = *text, *end = strchr(field, separator);
    if (end == NULL) {
        *text = field + strlen(field);
    } else {
        *end = '\0';
        *text = end + 1;
    }
    return field;
}

const struct measured *measured_load(struct arena *a, const char *path,
                                     uint32_t *count)
{
    enum { BYTES_MAX = 1 << 24 };
    size_t length;
    char *text = file_read(a, path, BYTES_MAX, &length, diag_new(a));
    *count = 0;
    if (text == NULL)
        return NULL;
    uint32_t lines = 0;
    for (const char *c = text; *c != '\0'; c++)
        lines += *c == '\n';
    struct measured *rows = arena_new_array(a, struct measured, lines + 1);
    next_field(&text, '\n'); /* the names of the columns */
    while (*text != '\0') {
        char *line = next_field(&text, '\n');
        struct measured *m = &rows[(*count)++];
        m->module = next_field(&line, ';');
        next_field(&line, ';'); /* the state of the RTL */
        m->fitted = strcmp(next_field(&line, ';'), "fit") == 0;
        m->parameters = next_field(&line, ';');
        m->cost.lut = strtoull(next_field(&line, ';'), NULL, 10);
        m->cost.ff = strtoull(next_field(&line, ';'), NULL, 10);
        m->cost.dsp = strtoull(next_field(&line, ';'), NULL, 10);
        m->cost.bram18 = strtoull(next_field(&line, ';'), NULL, 10);
    }
    return *count > 0 ? rows : NULL;
}

/* The text behind "NAME=" among the parameters; NULL: there is none. */
static const char *find(const struct measured *m, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = m->parameters; at != NULL;) {
        if (strncmp(at, name, length) == 0 && at[length] == '=')
            return at + length + 1;
        at = strchr(at, ' ');
        at = at == NULL ? NULL : at + 1;
    }
    return NULL;
}

static int32_t get_or(const struct measured *m, const char *name,
                      int32_t otherwise)
{
    const char *text = find(m, name);
    return text == NULL ? otherwise : (int32_t)strtol(text, NULL, 10);
}

/* 0 if there is no such parameter. */
static uint32_t get(const struct measured *m, const char *name)
{
    return (uint32_t)get_or(m, name, 0);
}

/* PREFIX_WIDTH and so on; width 0: the module has no such format. */
static struct format get_format(const struct measured *m, const char *prefix)
{
    char name[32];
    struct format f = { 0 };
    snprintf(name, sizeof name, "%s_WIDTH", prefix);
    f.width = (uint8_t)get(m, name);
    snprintf(name, sizeof name, "%s_FRAC", prefix);
    f.integer = (int16_t)(f.width - get_or(m, name, 0));
    snprintf(name, sizeof name, "%s_SIGNED", prefix);
    f.is_signed = get(m, name) != 0;
    snprintf(name, sizeof name, "%s_QUANT", prefix);
    f.quant = (uint8_t)get(m, name);
    snprintf(name, sizeof name, "%s_OVERFLOW", prefix);
    f.overflow = (uint8_t)get(m, name);
    return f;
}

/* A format of modules that only pass values on. */
static struct format get_value_format(const struct measured *m)
{
    struct format f = { 0 };
    f.width = (uint8_t)(find(m, "WIDTH") != NULL ? get(m, "WIDTH") : 1);
    f.integer = f.width;
    f.is_signed = get(m, "IS_SIGNED") != 0;
    return f;
}

static bool is(const struct measured *m, const char *module)
{
    return strcmp(m->module, module) == 0;
}

/* Lanes and bits of a token; TOKEN_WIDTH counts as so many lanes of a bit. */
static void set_token(struct stream *s, const struct format f, uint32_t lanes)
{
    s->format = f;
    s->lanes = lanes;
    s->width_bits = lanes * f.width;
}

static uint32_t tokens_of_input(const struct measured *m, uint32_t i)
{
    const char *text = find(m, "TOKENS");
    for (; text != NULL && i > 0; i--) {
        text = strchr(text, ',');
        text = text == NULL ? NULL : text + 1;
    }
    return text == NULL ? 1 : (uint32_t)strtoul(text, NULL, 10);
}

static void set_streams(const struct measured *m, struct process *p)
{
    struct format in = get_format(m, "IN"), out = get_format(m, "OUT");
    uint32_t lanes = find(m, "TOKEN_WIDTH") != NULL ? get(m, "TOKEN_WIDTH")
                     : find(m, "IN_LANES") != NULL  ? get(m, "IN_LANES")
                                                    : get(m, "LANES");
    if (in.width == 0)
        in = get_value_format(m);
    if (out.width == 0)
        out = in;
    if (is(m, "lookup"))
        out.width = (uint8_t)get(m, "OUT_WIDTH");
    for (uint32_t i = 0; i < p->input_count; i++) {
        struct stream *s = p->inputs[i];
        set_token(s, in, lanes);
        s->shape.h = (uint32_t)get_or(m, "H", 1);
        s->shape.w = (uint32_t)get_or(m, "W", 1);
        s->shape.c =
            find(m, "C") != NULL ? get(m, "C") : lanes * tokens_of_input(m, i);
        s->tokens_per_frame = get(m, "TOKENS");
    }
    for (uint32_t i = 0; i < p->output_count; i++) {
        struct stream *s = p->outputs[i];
        set_token(s, out,
                  find(m, "OUT_LANES") != NULL ? get(m, "OUT_LANES") : lanes);
        s->shape = p->inputs[0]->shape;
        if (p->window.stride_w > 0)
            s->shape.w =
                (s->shape.w - p->window.kernel_w) / p->window.stride_w + 1;
    }
}

/* What is not in the streams' parameters. */
static void set_special(struct arena *a, const struct measured *m,
                        struct process *p)
{
    struct stream *in = p->inputs[0], *out = p->outputs[0];
    if (is(m, "conv2d")) {
        out->shape.c = get(m, "OC");
    } else if (is(m, "dense")) {
        in->shape = (struct shape){ 1, 1, get(m, "INPUTS") };
        out->shape = (struct shape){ 1, 1, get(m, "OUTPUTS") };
    } else if (is(m, "elementwise")) {
        set_token(in, get_format(m, "A"), get(m, "LANES"));
        set_token(p->inputs[1], get_format(m, "B"), get(m, "LANES"));
    } else if (is(m, "concat")) {
        if (get(m, "PARALLEL") != 0)
            out->shape.c = out->lanes;
        else
            out->shape.c = 2 * out->lanes;
    } else if (is(m, "argmax")) {
        struct format f = { .integer = 0 };
        while ((1U << f.width) < in->shape.c)
            f.width++;
        set_token(out, f, 1);
    } else if (is(m, "lookup")) {
        struct lookup_table *t = arena_new_item(a, struct lookup_table);
        t->index = get_format(m, "INDEX");
        p->lookup = t;
    } else if (is(m, "softmax")) {
        struct softmax_tables *t = arena_new_item(a, struct softmax_tables);
        t->bits = get(m, "TABLE_BITS");
        t->drop = get(m, "DROP");
        p->softmax = t;
    } else if (is(m, "prelu")) {
        p->units = get(m, "SHARED") != 0 ? 1 : in->shape.c;
    } else if (is(m, "batchnorm")) {
        p->weight = get_format(m, "SCALE");
        p->bias = get_format(m, "OFFSET");
    }
    if (is(m, "prelu"))
        p->weight = get_format(m, "ALPHA");
}

static struct process *process_of(struct arena *a, const struct measured *m)
{
    struct process *p = arena_new_item(a, struct process);
    struct kernel *k = arena_new_item(a, struct kernel);
    k->name = m->module;
    p->kernel = k;
    p->input_count = is(m, "elementwise") ? 2
                     : is(m, "concat")    ? get(m, "INPUTS")
                     : is(m, "collect")   ? get(m, "COPIES")
                                          : 1;
    p->output_count = is(m, "clone")      ? get(m, "OUTPUTS")
                      : is(m, "dispatch") ? get(m, "COPIES")
                                          : 1;
    p->inputs = arena_new_array(a, struct stream *, p->input_count);
    p->outputs = arena_new_array(a, struct stream *, p->output_count);
    for (uint32_t i = 0; i < p->input_count; i++)
        p->inputs[i] = arena_new_item(a, struct stream);
    for (uint32_t i = 0; i < p->output_count; i++)
        p->outputs[i] = arena_new_item(a, struct stream);
    bool crops = is(m, "crop2d");
    p->window = (struct window){
        .kernel_h = get(m, "KERNEL_H"),
        .kernel_w = get(m, "KERNEL_W"),
        .stride_h = get(m, "STRIDE_H"),
        .stride_w = get(m, "STRIDE_W"),
        .pad_top = get(m, crops ? "CROP_TOP" : "PAD_TOP"),
        .pad_bottom = get(m, crops ? "CROP_BOTTOM" : "PAD_BOTTOM"),
        .pad_left = get(m, crops ? "CROP_LEFT" : "PAD_LEFT"),
        .pad_right = get(m, crops ? "CROP_RIGHT" : "PAD_RIGHT"),
    };
    p->pad_value = get_or(m, "PAD_VALUE", 0);
    p->scale_h = get(m, "SCALE_H");
    p->scale_w = get(m, "SCALE_W");
    p->operation = (enum operation)get(m, "OPERATION");
    p->pe = get(m, "PE");
    p->simd = get(m, "SIMD");
    p->packed = get(m, "PACKED") != 0;
    p->relu = get(m, "RELU") != 0;
    p->relu_max = get(m, "RELU_MAX");
    p->weight = get_format(m, "WEIGHT");
    p->accumulator = get_format(m, "ACC");
    p->accumulator.is_signed = true;
    set_streams(m, p);
    set_special(a, m, p);
    return p;
}

static bool fifo_bill(struct arena *a, const struct measured *m, struct bill *b)
{
    struct stream *s = arena_new_item(a, struct stream);
    s->kind = is(m, "fifo_srl")    ? FIFO_SRL
              : is(m, "fifo_bram") ? FIFO_BRAM
                                   : FIFO_FRAME;
    s->width_bits = get(m, "WIDTH");
    s->depth = get(m, s->kind == FIFO_FRAME ? "BANKS" : "DEPTH");
    s->tokens_per_frame = get(m, "TOKENS");
    fifo_cost_add(b, s);
    return true;
}

bool measured_bill(struct arena *a, const struct measured *m, struct bill *b)
{
    *b = (struct bill){ 0 };
    if (strncmp(m->module, "fifo_", 5) == 0)
        return fifo_bill(a, m, b);
    if (is(m, "parameter_rom")) {
        parts_parameter_rom(b, get(m, "WIDTH"), get(m, "DEPTH"));
    } else if (is(m, "row_memory")) {
        parts_row_memory(b, get(m, "WIDTH"), get(m, "DEPTH"));
    } else if (is(m, "word_select")) {
        parts_choice(b, get(m, "WIDTH"), get(m, "COUNT"));
    } else {
        const struct kernel_cost *k = kernel_cost_find(m->module);
        if (k == NULL)
            return false;
        k->add(b, process_of(a, m));
    }
    return true;
}
