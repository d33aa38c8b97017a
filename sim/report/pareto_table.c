#include "report/pareto_table.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "report/table.h"
#include "report/tuning.h"
#include "report/tuning_words.h"

enum { MILLION = 1000000 };

const char *pareto_axis_name(enum pareto_axis axis)
{
    return axis == PARETO_INTERVAL ? "interval" : "isolated latency";
}

const char *pareto_price_text(const struct pareto_report *r,
                              const struct pareto_point *p, uint64_t price,
                              struct arena *a)
{
    const struct tuning_report one = { .tuning = p->tuning,
                                       .by_device = r->device != NULL,
                                       .device = r->device };
    return tuning_price_text(&one, price, a);
}

static const char *outcome_text(const struct pareto *p)
{
    static const char *const words[] = {
        [TUNE_DONE] = "done",
        [TUNE_STOPPED] = "interrupted",
        [TUNE_UNREACHABLE] = "unreachable",
        [TUNE_DEADLOCK] = "deadlock",
        [TUNE_LIMITED] = "limited",
    };
    return words[p->outcome];
}

static void print_curve(const struct pareto_report *r, const struct pareto *p,
                        struct arena *a, struct text *out)
{
    struct table *t = table_new(a, arena_printf(a, "%s|price|lower bound|<",
                                                pareto_axis_name(p->axis)));
    for (uint32_t i = 0; i < p->count; i++) {
        const struct pareto_point *x = &p->points[i];
        table_row(t);
        table_cell_number(t, x->cycles);
        table_cell(t, "%s", pareto_price_text(r, x, x->price, a));
        table_cell(t, "%s", pareto_price_text(r, x, x->bound_price, a));
        table_cell(t, "%s", x->exact ? "exact" : "");
    }
    table_print(t, out);
    if (p->outcome != TUNE_DONE)
        text_printf(out, "not all of it: %s\n", outcome_text(p));
}

void pareto_print(const struct pareto_report *r, struct arena *a,
                  struct text *out)
{
    text_printf(out, "%s: what slower frames save\n", r->design->name);
    for (uint32_t i = 0; i < r->curve_count; i++) {
        text_add(out, "\n");
        print_curve(r, r->curves[i], a, out);
    }
    text_add(out, "\nexact: no depths that are as fast are cheaper\n");
}

static void add_point(struct json_out *list, const struct pareto_point *p)
{
    struct json_out *o = json_add_object(list, NULL);
    json_add_u64(o, "cycles", p->cycles);
    json_add_ratio(o, "price", p->price, MILLION);
    json_add_ratio(o, "bound_price", p->bound_price, MILLION);
    json_add_bool(o, "exact", p->exact);
    struct json_out *depths = json_add_object(o, "depths");
    for (uint32_t i = 0; i < p->tuning->fifo_count; i++) {
        const struct tuned_fifo *f = &p->tuning->fifos[i];
        json_add_u64(depths, f->stream->name, f->chosen.depth);
    }
}

void pareto_print_json(const struct pareto_report *r, struct arena *a,
                       struct text *out)
{
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", r->design->name);
    if (r->device != NULL)
        json_add_string(root, "device", r->device->name);
    else
        json_add_null(root, "device");
    struct json_out *curves = json_add_array(root, "curves");
    for (uint32_t i = 0; i < r->curve_count; i++) {
        const struct pareto *p = r->curves[i];
        struct json_out *o = json_add_object(curves, NULL);
        json_add_string(o, "axis",
                        p->axis == PARETO_INTERVAL ? "interval" : "latency");
        json_add_string(o, "outcome", outcome_text(p));
        struct json_out *points = json_add_array(o, "points");
        for (uint32_t k = 0; k < p->count; k++)
            add_point(points, &p->points[k]);
    }
    json_out_print(root, out);
}
