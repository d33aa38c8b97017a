#include "report/partition_table.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/arena.h"
#include "cost/capacity.h"
#include "design/link.h"
#include "partition/partition.h"
#include "report/svg.h"
#include "report/table.h"

/* In tenths of a pixel. */
enum {
    MARGIN = 200,
    BOX = 2200,   /* width of a board */
    GAP = 1900,   /* between two, for the link */
    LINE = 160,   /* of text */
    BAR = 1300,   /* of a resource that is used up */
    BAR_X = 700,  /* where it begins in the box */
    HEAD = 5,     /* lines above the bars */
    NAMES_MAX = 4 /* streams that are named */
};

static void box(struct svg *s, int64_t x, int64_t y, int64_t width,
                int64_t height, const char *colour, bool filled)
{
    const struct svg_point p[5] = { { x, y },
                                    { x + width, y },
                                    { x + width, y + height },
                                    { x, y + height },
                                    { x, y } };
    if (filled)
        svg_area(s, p, 4, colour);
    svg_path(s, p, 5, colour);
}

static int64_t box_height(void)
{
    return (int64_t)LINE * (HEAD + RESOURCE_COUNT + 1);
}

static void draw_bar(struct svg *s, const struct partition_share *share,
                     enum resource r, int64_t x, int64_t y, struct arena *a)
{
    const uint64_t all = resource_of(&share->board->device->capacity, r);
    const uint64_t used = share->used.of[r];
    svg_text(s, (struct svg_point){ x + 80, y }, SVG_START, resource_name(r));
    if (all == 0)
        return;
    const int64_t width = BAR / 2;
    const int64_t limit = x + BAR_X + width * share->board->fill_percent / 100;
    box(s, x + BAR_X, y - 90, (int64_t)(used * (uint64_t)width / all), 90,
        "#2060a0", true);
    svg_line(s, (struct svg_point){ limit, y - 110 },
             (struct svg_point){ limit, y + 20 }, "#c03020");
    svg_text(s, (struct svg_point){ x + BOX - 80, y }, SVG_END,
             arena_printf(a, "%" PRIu64 " %%", used * 100 / all));
}

static void draw_board(struct svg *s, const struct partition_share *share,
                       int64_t x, struct arena *a)
{
    int64_t y = MARGIN;
    box(s, x, y, BOX, box_height(), "#303030", false);
    const char *lines[HEAD - 1] = {
        arena_printf(a, "%s, %s", share->board->name,
                     share->board->device->name),
        share->layer_count == 0 ? "-" : share->layers[0],
        share->layer_count < 2
            ? ""
            : arena_printf(a, ".. %s (%u)",
                           share->layers[share->layer_count - 1],
                           share->layer_count),
        arena_printf(a, "%s cycles", number_text(a, share->cycles)),
    };
    for (int i = 0; i < HEAD - 1; i++) {
        y += LINE;
        svg_text(s, (struct svg_point){ x + 80, y }, SVG_START, lines[i]);
    }
    y += LINE / 2;
    for (int r = 0; r < RESOURCE_COUNT; r++) {
        y += LINE;
        draw_bar(s, share, (enum resource)r, x, y, a);
    }
}

static void draw_link(struct svg *s, const struct partition *p, uint32_t i,
                      int64_t x, struct arena *a)
{
    enum { THOUSAND = 1000, ARROW = 60 };
    const struct partition_crossing *c = &p->crossings[i];
    const int64_t y = MARGIN + box_height() / 2, end = x + GAP;
    const int64_t middle = x + GAP / 2;
    svg_line(s, (struct svg_point){ x, y }, (struct svg_point){ end, y },
             "#208040");
    for (int side = -1; side <= 1; side += 2)
        svg_line(s,
                 (struct svg_point){ end - ARROW, y + (int64_t)side * ARROW },
                 (struct svg_point){ end, y }, "#208040");
    const uint64_t per_cent =
        p->interval == 0 ? 0 : c->load / (p->interval * THOUSAND / 100 + 1);
    svg_text(s, (struct svg_point){ middle, y - LINE - 60 }, SVG_MIDDLE,
             c->link->name);
    svg_text(s, (struct svg_point){ middle, y - 60 }, SVG_MIDDLE,
             arena_printf(a, "%" PRIu64 " %% loaded", per_cent));
    for (uint32_t k = 0; k < c->stream_count && k < NAMES_MAX; k++)
        svg_text(s, (struct svg_point){ middle, y + LINE * (1 + (int64_t)k) },
                 SVG_MIDDLE,
                 k + 1 == NAMES_MAX && c->stream_count > NAMES_MAX
                     ? arena_printf(a, "and %u more",
                                    c->stream_count - NAMES_MAX + 1)
                     : c->streams[k]);
}

void partition_plot(const struct partition_report *r, struct arena *a,
                    struct text *out)
{
    const struct partition *p = r->partition;
    const int64_t width = INT64_C(2) * MARGIN + (int64_t)BOX * p->board_count +
                          (int64_t)GAP * (p->board_count - 1);
    struct svg *s =
        svg_new(a, width,
                INT64_C(2) * MARGIN + box_height() + 2 * (int64_t)LINE);
    for (uint32_t b = 0; b < p->board_count; b++) {
        const int64_t x = MARGIN + (int64_t)(BOX + GAP) * b;
        draw_board(s, &p->shares[b], x, a);
        if (b + 1 < p->board_count)
            draw_link(s, p, b, x + BOX, a);
    }
    svg_text(
        s,
        (struct svg_point){ MARGIN, MARGIN + box_height() + 2 * (int64_t)LINE },
        SVG_START,
        arena_printf(a, "%s: interval %s cycles, latency %s cycles", r->name,
                     number_text(a, p->interval), number_text(a, p->latency)));
    svg_print(s, out);
}
