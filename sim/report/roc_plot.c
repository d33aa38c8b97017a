#include "report/inference.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "report/svg.h"

#include <inttypes.h>

/* Tenths of a pixel. */
enum {
    LEFT = 700,
    SIDE = 4000, /* of the square */
    RIGHT = 2600,
    TOP = 600,
    BOTTOM = 700,
    LINE = 180 /* of the legend */
};

static const char grey[] = "#444444", pale[] = "#dddddd";
static const char *const colours[] = {
    "#1f77b4", "#d62728", "#2ca02c", "#ff7f0e", "#9467bd", "#8c564b",
    "#e377c2", "#7f7f7f", "#bcbd22", "#17becf", "#000000", "#aec7e8",
};

static struct svg_point at(int64_t x, int64_t y)
{
    return (struct svg_point){ LEFT + x, TOP + SIDE - y };
}

static void draw_axes(struct svg *s, struct arena *a)
{
    for (int i = 0; i <= 10; i += 2) {
        int64_t x = (int64_t)SIDE * i / 10;
        const char *label = arena_printf(a, "%d.%d", i / 10, i % 10);
        svg_line(s, at(x, 0), at(x, SIDE), pale);
        svg_line(s, at(0, x), at(SIDE, x), pale);
        svg_text(s, at(x, -150), SVG_MIDDLE, label);
        svg_text(s, at(-60, x - 40), SVG_END, label);
    }
    svg_line(s, at(0, 0), at(SIDE, SIDE), pale);
    svg_line(s, at(0, 0), at(SIDE, 0), grey);
    svg_line(s, at(0, 0), at(0, SIDE), grey);
    svg_text(s, at(SIDE / 2, -380), SVG_MIDDLE, "false positive rate");
    svg_text_upright(s, (struct svg_point){ 200, TOP + SIDE / 2 },
                     "true positive rate");
}

static void draw_curve(struct svg *s, const struct roc *r, const char *name,
                       uint32_t index, struct arena *a)
{
    struct svg_point *points = arena_new_array(a, struct svg_point, r->count);
    for (uint32_t i = 0; i < r->count; i++)
        points[i] =
            at((int64_t)((uint64_t)SIDE * r->points[i].others / r->negatives),
               (int64_t)((uint64_t)SIDE * r->points[i].hits / r->positives));
    svg_path(s, points, r->count, colours[index]);
    int64_t y = SIDE - LINE * (int64_t)(1 + index);
    svg_line(s, at(SIDE + 150, y), at(SIDE + 400, y), colours[index]);
    svg_text(s, at(SIDE + 450, y - 40), SVG_START,
             arena_printf(a, "%s, AUC %.4f", name, roc_area(r)));
}

bool inference_plot(const struct inference *x, struct arena *a,
                    struct text *out)
{
    struct svg *s = svg_new(a, LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM);
    uint32_t drawn = 0;
    svg_text(s, (struct svg_point){ LEFT, 300 }, SVG_START,
             arena_printf(
                 a,
                 "%s: receiver operating characteristic%s, %" PRIu32 " frames",
                 x->design->name, x->class_count == 2 ? "" : " in fixed point",
                 x->frames));
    if (x->class_count > ROC_CURVES_MAX)
        svg_text(s, (struct svg_point){ LEFT, 470 }, SVG_START,
                 arena_printf(a, "the first %d of %" PRIu32 " classes",
                              ROC_CURVES_MAX, x->class_count));
    draw_axes(s, a);
    for (uint32_t i = 0; i < x->class_count && i < ROC_CURVES_MAX; i++) {
        const struct inference_class *c = &x->classes[i];
        if (!c->has_roc)
            continue;
        if (x->class_count == 2) {
            draw_curve(s, &c->floating, "float", drawn++, a);
            draw_curve(s, &c->fixed, "fixed point", drawn++, a);
        } else {
            draw_curve(s, &c->fixed, arena_printf(a, "class %" PRIu32, i),
                       drawn++, a);
        }
    }
    if (drawn == 0)
        return false;
    svg_print(s, out);
    return true;
}
