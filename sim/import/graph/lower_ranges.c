#include "import/graph/graph_lowering.h"

#include "base/arena.h"
#include "import/graph/graph_ranges.h"

void graph_choose_format(const struct graph_lowering *l,
                         const struct graph_value *v, struct sketch_tensor *t)
{
    if (l->g->ranges == NULL || t->format_given)
        return;
    t->format = graph_ranges_tensor(l->g->ranges, v).format;
    t->chosen = v;
}

void graph_trim_biases(const struct graph_lowering *l,
                       struct sketch_layer *layer)
{
    int finest = format_fraction(layer->inputs[0]->format) +
                 format_fraction(layer->weight);
    int surplus = format_fraction(layer->bias) - finest;
    if (l->g->ranges == NULL || surplus <= 0)
        return;
    int width = (int)layer->bias.width - surplus;
    if (width < RANGES_WIDTH_MIN) {
        /* All of them are below a step; a format has to be, though. */
        width = RANGES_WIDTH_MIN;
        layer->bias.integer = (int16_t)(width - finest);
    }
    layer->bias.width = (uint8_t)width;
}

static void add(struct graph_lowering *l, const char *layer, const char *values,
                const struct range *r)
{
    struct chosen_formats *f = &l->sketch->chosen;
    struct chosen_format *list =
        arena_grow(l->arena, (void *)f->list, f->count, sizeof *list);
    list[f->count++] = (struct chosen_format){
        .layer = layer,
        .values = values,
        .format = r->format,
        .min = r->min,
        .max = r->max,
        .count = r->count,
        .saturated = r->saturated,
    };
    f->list = list;
}

static void add_tensor(struct graph_lowering *l, const struct sketch_tensor *t,
                       const char *what)
{
    if (t->chosen == NULL)
        return;
    struct range r = graph_ranges_tensor(l->g->ranges, t->chosen);
    /* A tensor that a concat made like its others has another one. */
    if (format_same_values(r.format, t->format))
        add(l, t->name, what, &r);
}

void graph_report_ranges(struct graph_lowering *l)
{
    const struct graph_ranges *ranges = l->g->ranges;
    if (ranges == NULL)
        return;
    add_tensor(l, l->sketch->input, "input");
    for (uint32_t i = 0; i < l->sketch->count; i++) {
        const struct sketch_layer *layer = l->sketch->layers[i];
        const char *name = layer->output->name;
        for (uint32_t k = 0; k < SKETCH_ARRAYS_MAX; k++) {
            const struct graph_value *v = layer->arrays[k].from;
            if (v == NULL)
                continue;
            /* Those of a quantiser, and the ones and zeros that only
             * select channels, have formats of their own. */
            struct range r = k == 0 ? graph_ranges_weights(ranges, v)
                                    : graph_ranges_biases(ranges, v);
            if (v->grid.bits != 0 ||
                (k == 0 && !format_same_values(r.format, layer->weight)))
                continue;
            r.format = k == 0 ? layer->weight : layer->bias;
            add(l, name, layer->arrays[k].key, &r);
        }
        add_tensor(l, layer->output, "output");
    }
}
