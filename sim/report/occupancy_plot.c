#include "report/occupancy_plot.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "report/svg.h"
#include "report/table.h"
#include "traces/comparison.h"
#include "traces/occupancy.h"
#include "traces/pairing.h"
#include "traces/side.h"

/* In tenths of a pixel. */
enum {
    LEFT = 700,
    WIDTH = 7200, /* of a panel */
    RIGHT = 200,
    TOP = 520,
    HEIGHT = 700,
    GAP = 320, /* between panels, for the name of the next one */
    BOTTOM = 480,
    COLUMNS = 720 /* spans that a panel is drawn in */
};

static const char grey[] = "#999999", pale[] = "#dddddd";
static const char *const colours[] = { "#1f77b4", "#d62728" }; /* A, B */

struct plot {
    const struct comparison *comparison;
    struct arena *arena;
    struct svg *svg;
    uint64_t from_a, from_b, cycles;
};

uint64_t axis_step(uint64_t range, uint32_t most)
{
    static const uint64_t steps[] = { 1, 2, 5 };
    for (uint64_t power = 1;; power *= 10) {
        for (int i = 0; i < 3; i++)
            if (range / (steps[i] * power) <= most)
                return steps[i] * power;
        if (power > UINT64_MAX / 100)
            return range;
    }
}

static bool is_whole(const struct side_stream *s)
{
    return s->writes_seen && s->reads_seen && s->times.write_count > 0 &&
           s->times.reads != s->times.writes;
}

static bool is_drawn(const struct comparison *c, uint32_t pair)
{
    const struct pair *p = &c->pairing->pairs[pair];
    return is_whole(&c->a->streams[p->a]) && is_whole(&c->b->streams[p->b]);
}

static void extend(uint64_t *first, uint64_t *last, const uint64_t *cycles,
                   uint64_t count, int64_t offset)
{
    if (count == 0)
        return;
    uint64_t begin = cycles[0] - (uint64_t)offset;
    uint64_t end = cycles[count - 1] - (uint64_t)offset;
    /* What B does before A's first cycle is not drawn. */
    if ((int64_t)begin < 0)
        begin = 0;
    if ((int64_t)end < 0)
        end = 0;
    *first = begin < *first ? begin : *first;
    *last = end > *last ? end : *last;
}

static void find_range(struct plot *p)
{
    const struct comparison *c = p->comparison;
    uint64_t first = UINT64_MAX, last = 0;
    for (uint32_t i = 0; i < c->pairing->count; i++) {
        if (!is_drawn(c, i))
            continue;
        const struct pair *pair = &c->pairing->pairs[i];
        const struct token_times *a = &c->a->streams[pair->a].times;
        const struct token_times *b = &c->b->streams[pair->b].times;
        extend(&first, &last, a->writes, a->write_count, 0);
        extend(&first, &last, a->reads, a->read_count, 0);
        extend(&first, &last, b->writes, b->write_count, c->offset);
        extend(&first, &last, b->reads, b->read_count, c->offset);
    }
    if (c->offset < 0 && first < (uint64_t)-c->offset)
        first = (uint64_t)-c->offset;
    p->from_a = first;
    p->from_b = first + (uint64_t)c->offset;
    p->cycles = last >= first ? last - first + 1 : 1;
}

/* Of a cycle of A. */
static int64_t x_of(const struct plot *p, uint64_t cycle)
{
    uint64_t along = cycle - p->from_a, of = p->cycles;
    for (; of > UINT64_MAX / WIDTH; of /= 2)
        along /= 2;
    return LEFT + (int64_t)(along * WIDTH / of);
}

static void draw_time_axis(const struct plot *p, int64_t top, int64_t bottom,
                           bool numbers)
{
    uint64_t step = axis_step(p->cycles, 10);
    uint64_t end = p->from_a + p->cycles;
    for (uint64_t x = (p->from_a + step - 1) / step * step; x < end;
         x += step) {
        struct svg_point low = { x_of(p, x), bottom };
        svg_line(p->svg, (struct svg_point){ low.x, top }, low, pale);
        if (numbers)
            svg_text(p->svg, (struct svg_point){ low.x, bottom + 150 },
                     SVG_MIDDLE, number_text(p->arena, x));
    }
}

struct series {
    uint64_t least[COLUMNS], most[COLUMNS];
};

/* A step for each column; columns of one height are one step. */
static uint32_t make_steps(const uint64_t *values, int64_t bottom,
                           uint64_t top_value, struct svg_point *out)
{
    const int64_t width = WIDTH / COLUMNS;
    uint32_t count = 0;
    for (uint32_t i = 0; i < COLUMNS; i++) {
        int64_t y = bottom - (int64_t)(values[i] * HEIGHT / top_value);
        if (i > 0 && y == out[count - 1].y)
            count--;
        else
            out[count++] = (struct svg_point){ LEFT + (int64_t)i * width, y };
        out[count++] = (struct svg_point){ LEFT + (int64_t)(i + 1) * width, y };
    }
    return count;
}

/* A line along the greatest numbers, a shade from there down to the least. */
static void draw_series(const struct plot *p, const struct series *s,
                        const char *colour, int64_t bottom, uint64_t top_value)
{
    struct svg_point low[2 * COLUMNS], area[4 * COLUMNS];
    uint32_t high_count = make_steps(s->most, bottom, top_value, area);
    uint32_t low_count = make_steps(s->least, bottom, top_value, low);
    svg_path(p->svg, area, high_count, colour);
    for (uint32_t i = 0; i < low_count; i++)
        area[high_count + i] = low[low_count - 1 - i];
    svg_area(p->svg, area, high_count + low_count, colour);
}

static uint64_t greatest(const struct series *s)
{
    uint64_t most = 0;
    for (uint32_t i = 0; i < COLUMNS; i++)
        most = s->most[i] > most ? s->most[i] : most;
    return most;
}

static const char *panel_title(const struct plot *p, const struct pair *pair)
{
    const char *a = p->comparison->a->streams[pair->a].times.name;
    const char *b = p->comparison->b->streams[pair->b].times.name;
    return pair->rule == PAIRED_BY_NAME
               ? a
               : arena_printf(p->arena, "%s (in B: %s)", a, b);
}

static void draw_panel(const struct plot *p, uint32_t pair, int64_t top,
                       bool last)
{
    const struct comparison *c = p->comparison;
    const struct pair *at = &c->pairing->pairs[pair];
    int64_t bottom = top + HEIGHT;
    struct series *both = arena_new_array(p->arena, struct series, 2);
    occupancy_spans(&c->a->streams[at->a].times, p->from_a, p->cycles, COLUMNS,
                    both[0].least, both[0].most);
    occupancy_spans(&c->b->streams[at->b].times, p->from_b, p->cycles, COLUMNS,
                    both[1].least, both[1].most);
    uint64_t most = greatest(&both[0]);
    if (greatest(&both[1]) > most)
        most = greatest(&both[1]);
    if (most == 0)
        most = 1;
    draw_time_axis(p, top, bottom, last);
    uint64_t step = axis_step(most, 4);
    for (uint64_t y = 0; y <= most; y += step) {
        int64_t level = bottom - (int64_t)(y * HEIGHT / most);
        svg_line(p->svg, (struct svg_point){ LEFT, level },
                 (struct svg_point){ LEFT + WIDTH, level }, pale);
        svg_text(p->svg, (struct svg_point){ LEFT - 60, level + 40 }, SVG_END,
                 number_text(p->arena, y));
    }
    for (int k = 0; k < 2; k++)
        draw_series(p, &both[k], colours[k], bottom, most);
    svg_line(p->svg, (struct svg_point){ LEFT, top },
             (struct svg_point){ LEFT, bottom }, grey);
    svg_line(p->svg, (struct svg_point){ LEFT, bottom },
             (struct svg_point){ LEFT + WIDTH, bottom }, grey);
    svg_text(p->svg, (struct svg_point){ LEFT, top - 70 }, SVG_START,
             panel_title(p, at));
    svg_text_upright(p->svg, (struct svg_point){ 180, (top + bottom) / 2 },
                     "tokens");
}

/* What the colours are. */
static void draw_legend(const struct plot *p)
{
    const struct comparison *c = p->comparison;
    const struct side *sides[] = { c->a, c->b };
    for (int k = 0; k < 2; k++) {
        int64_t x = LEFT + k * WIDTH / 2;
        svg_line(p->svg, (struct svg_point){ x, 160 },
                 (struct svg_point){ x + 250, 160 }, colours[k]);
        svg_text(p->svg, (struct svg_point){ x + 320, 200 }, SVG_START,
                 arena_printf(p->arena, "%s: %s%s%s", k == 0 ? "A" : "B",
                              sides[k]->path,
                              sides[k]->note == NULL ? "" : ", ",
                              sides[k]->note == NULL ? "" : sides[k]->note));
    }
}

static const char *axis_title(const struct plot *p)
{
    int64_t offset = p->comparison->offset;
    const char *each = p->cycles > COLUMNS
                           ? "; greatest number in each of 720 spans, shaded "
                             "down to the least"
                           : "";
    if (offset == 0)
        return arena_printf(p->arena, "cycle%s", each);
    return arena_printf(p->arena, "cycle of A; that of B is %" PRId64 " more%s",
                        offset, each);
}

bool occupancy_plot(const struct comparison *c, struct arena *a,
                    struct text *out)
{
    struct plot p = { .comparison = c, .arena = a };
    uint32_t panels = 0, drawn = 0;
    for (uint32_t i = 0; i < c->pairing->count; i++)
        panels += is_drawn(c, i);
    if (panels == 0)
        return false;
    int64_t height = TOP + panels * (int64_t)(HEIGHT + GAP) - GAP + BOTTOM;
    p.svg = svg_new(a, LEFT + WIDTH + RIGHT, height);
    find_range(&p);
    draw_legend(&p);
    for (uint32_t i = 0; i < c->pairing->count; i++) {
        if (!is_drawn(c, i))
            continue;
        draw_panel(&p, i, TOP + drawn * (int64_t)(HEIGHT + GAP),
                   drawn + 1 == panels);
        drawn++;
    }
    svg_text(p.svg,
             (struct svg_point){ LEFT + WIDTH / 2, height - BOTTOM + 330 },
             SVG_MIDDLE, axis_title(&p));
    svg_print(p.svg, out);
    return true;
}
