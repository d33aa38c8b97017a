#include "report/svg.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"

struct svg {
    int64_t width, height;
    struct text *body;
};

struct svg *svg_new(struct arena *a, int64_t width, int64_t height)
{
    struct svg *s = arena_new_item(a, struct svg);
    *s = (struct svg){ width, height, text_new(a) };
    return s;
}

static void add_number(struct text *t, int64_t tenths)
{
    uint64_t size = tenths < 0 ? (uint64_t)-tenths : (uint64_t)tenths;
    text_printf(t, "%s%" PRIu64, tenths < 0 ? "-" : "", size / 10);
    if (size % 10 != 0)
        text_printf(t, ".%" PRIu64, size % 10);
}

static void add_attribute(struct text *t, const char *name, int64_t tenths)
{
    text_printf(t, " %s=\"", name);
    add_number(t, tenths);
    text_add(t, "\"");
}

void svg_line(struct svg *s, struct svg_point from, struct svg_point to,
              const char *colour)
{
    text_add(s->body, "<line");
    add_attribute(s->body, "x1", from.x);
    add_attribute(s->body, "y1", from.y);
    add_attribute(s->body, "x2", to.x);
    add_attribute(s->body, "y2", to.y);
    text_printf(s->body, " stroke=\"%s\"/>\n", colour);
}

static void add_points(struct svg *s, const struct svg_point *points,
                       uint32_t count)
{
    text_add(s->body, " points=\"");
    for (uint32_t i = 0; i < count; i++) {
        text_add(s->body, i == 0 ? "" : " ");
        add_number(s->body, points[i].x);
        text_add(s->body, ",");
        add_number(s->body, points[i].y);
    }
    text_add(s->body, "\"");
}

void svg_path(struct svg *s, const struct svg_point *points, uint32_t count,
              const char *colour)
{
    text_printf(s->body, "<polyline fill=\"none\" stroke=\"%s\"", colour);
    add_points(s, points, count);
    text_add(s->body, "/>\n");
}

void svg_area(struct svg *s, const struct svg_point *points, uint32_t count,
              const char *colour)
{
    text_printf(s->body, "<polygon fill=\"%s\" fill-opacity=\"0.25\"", colour);
    add_points(s, points, count);
    text_add(s->body, "/>\n");
}

static void add_words(struct text *t, const char *words)
{
    for (; *words != '\0'; words++) {
        switch (*words) {
        case '<':
            text_add(t, "&lt;");
            break;
        case '>':
            text_add(t, "&gt;");
            break;
        case '&':
            text_add(t, "&amp;");
            break;
        default:
            text_addn(t, *words >= ' ' && *words <= '~' ? words : "?", 1);
            break;
        }
    }
}

void svg_text(struct svg *s, struct svg_point at, enum svg_anchor anchor,
              const char *words)
{
    static const char *const names[] = {
        [SVG_START] = "start",
        [SVG_MIDDLE] = "middle",
        [SVG_END] = "end",
    };
    text_add(s->body, "<text");
    add_attribute(s->body, "x", at.x);
    add_attribute(s->body, "y", at.y);
    text_printf(s->body, " text-anchor=\"%s\">", names[anchor]);
    add_words(s->body, words);
    text_add(s->body, "</text>\n");
}

void svg_text_upright(struct svg *s, struct svg_point at, const char *words)
{
    text_add(s->body, "<text transform=\"translate(");
    add_number(s->body, at.x);
    text_add(s->body, ",");
    add_number(s->body, at.y);
    text_add(s->body, ") rotate(-90)\" text-anchor=\"middle\">");
    add_words(s->body, words);
    text_add(s->body, "</text>\n");
}

void svg_print(const struct svg *s, struct text *out)
{
    text_add(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    add_attribute(out, "width", s->width);
    add_attribute(out, "height", s->height);
    text_add(out, " viewBox=\"0 0 ");
    add_number(out, s->width);
    text_add(out, " ");
    add_number(out, s->height);
    text_add(out, "\" font-family=\"sans-serif\" font-size=\"11\">\n"
                  "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    text_add(out, text_string(s->body));
    text_add(out, "</svg>\n");
}
