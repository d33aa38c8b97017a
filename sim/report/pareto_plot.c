#include "report/pareto_table.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "report/occupancy_plot.h"
#include "report/svg.h"
#include "report/table.h"

/* Tenths of a pixel. */
enum {
    LEFT = 1500,
    WIDTH = 6000,
    RIGHT = 900,
    TOP = 800,
    PANEL = 2600,
    GAP = 1100,
    MARK = 35 /* half of a point's */
};

static const char grey[] = "#444444", pale[] = "#dddddd", blue[] = "#1f77b4";

/* One curve on its axes, which begin at 0. */
struct panel {
    struct svg *svg;
    const struct pareto_report *report;
    const struct pareto *curve;
    int64_t top;
    uint64_t cycles, price; /* at the ends of the axes */
};

/* part / whole of a length; prices may be as large as 10^18. */
static int64_t scaled(uint64_t part, uint64_t whole, int64_t length)
{
    return (int64_t)((double)part / (double)whole * (double)length);
}

static struct svg_point at(const struct panel *p, uint64_t cycles,
                           uint64_t price)
{
    return (struct svg_point){ LEFT + scaled(cycles, p->cycles, WIDTH),
                               p->top + PANEL -
                                   scaled(price, p->price, PANEL) };
}

static void draw_axes(const struct panel *p, struct arena *a)
{
    const struct pareto_point *any = &p->curve->points[0];
    const uint64_t cycle_step = axis_step(p->cycles, 8);
    const uint64_t price_step = axis_step(p->price, 4);
    for (uint64_t x = 0; x <= p->cycles; x += cycle_step) {
        const struct svg_point low = at(p, x, 0);
        svg_line(p->svg, (struct svg_point){ low.x, p->top }, low, pale);
        svg_text(p->svg, (struct svg_point){ low.x, low.y + 150 }, SVG_MIDDLE,
                 number_text(a, x));
    }
    for (uint64_t y = 0; y <= p->price; y += price_step) {
        const struct svg_point left = at(p, 0, y);
        svg_line(p->svg, left, (struct svg_point){ LEFT + WIDTH, left.y },
                 pale);
        svg_text(p->svg, (struct svg_point){ LEFT - 60, left.y + 40 }, SVG_END,
                 pareto_price_text(p->report, any, y, a));
    }
    svg_line(p->svg, at(p, 0, 0), at(p, p->cycles, 0), grey);
    svg_line(p->svg, at(p, 0, 0), at(p, 0, p->price), grey);
    svg_text(p->svg,
             (struct svg_point){ LEFT + WIDTH / 2, p->top + PANEL + 380 },
             SVG_MIDDLE,
             arena_printf(a, "%s, cycles", pareto_axis_name(p->curve->axis)));
}

static void draw_mark(const struct panel *p, const struct pareto_point *x)
{
    const struct svg_point c = at(p, x->cycles, x->price);
    const struct svg_point square[] = { { c.x - MARK, c.y - MARK },
                                        { c.x + MARK, c.y - MARK },
                                        { c.x + MARK, c.y + MARK },
                                        { c.x - MARK, c.y + MARK },
                                        { c.x - MARK, c.y - MARK } };
    if (x->exact)
        svg_area(p->svg, square, 5, blue);
    svg_path(p->svg, square, 5, blue);
}

static void draw_curve(const struct panel *p, struct arena *a)
{
    const struct pareto *c = p->curve;
    struct svg_point *path =
        arena_new_array(a, struct svg_point, 2 * (size_t)c->count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct pareto_point *x = &c->points[i];
        if (i > 0)
            path[count++] = at(p, x->cycles, c->points[i - 1].price);
        path[count++] = at(p, x->cycles, x->price);
    }
    svg_path(p->svg, path, count, blue);
    for (uint32_t i = 0; i < c->count; i++)
        draw_mark(p, &c->points[i]);
}

/* A little more than the largest value, so that no point is on the edge. */
static uint64_t axis_end(uint64_t most)
{
    return most + most / 20 + 1;
}

bool pareto_plot(const struct pareto_report *r, struct arena *a,
                 struct text *out)
{
    uint32_t panels = 0;
    for (uint32_t i = 0; i < r->curve_count; i++)
        panels += r->curves[i]->count != 0 ? 1 : 0;
    if (panels == 0)
        return false;
    struct panel p = { .report = r, .top = TOP };
    p.svg = svg_new(a, LEFT + WIDTH + RIGHT, TOP + panels * (PANEL + GAP));
    svg_text(p.svg, (struct svg_point){ LEFT, 300 }, SVG_START,
             arena_printf(a, "%s: price of all FIFOs; filled: none is cheaper",
                          r->design->name));
    for (uint32_t i = 0; i < r->curve_count; i++) {
        const struct pareto *c = r->curves[i];
        if (c->count == 0)
            continue;
        p.curve = c;
        p.cycles = axis_end(c->points[c->count - 1].cycles);
        p.price = axis_end(c->points[0].price);
        draw_axes(&p, a);
        draw_curve(&p, a);
        p.top += PANEL + GAP;
    }
    svg_print(p.svg, out);
    return true;
}
