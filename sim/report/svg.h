/* svg -- a drawing as Scalable Vector Graphics, with the few shapes that a
 * plot needs.  Lengths are in tenths of a pixel, so that no floating point
 * comes in. */
#ifndef HEADRACE_REPORT_SVG_H
#define HEADRACE_REPORT_SVG_H

#include <stdint.h>

struct arena;
struct svg;
struct text;

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

struct svg_point {
    int64_t x, y; /* tenths of a pixel, y downwards */
};

struct svg *svg_new(struct arena *a, int64_t width, int64_t height);

void svg_line(struct svg *s, struct svg_point from, struct svg_point to,
              const char *colour);
/* An open line through all points. */
void svg_path(struct svg *s, const struct svg_point *points, uint32_t count,
              const char *colour);
/* The area inside, a quarter opaque. */
void svg_area(struct svg *s, const struct svg_point *points, uint32_t count,
              const char *colour);
/* Of 11 pixels; whatever is not printable ASCII becomes '?'. */
void svg_text(struct svg *s, struct svg_point at, enum svg_anchor anchor,
              const char *words);
/* The same from bottom to top, in the middle at `at`. */
void svg_text_upright(struct svg *s, struct svg_point at, const char *words);

/* The whole document. */
void svg_print(const struct svg *s, struct text *out);

#endif
