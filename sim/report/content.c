#include "report/content.h"

#include "base/arena.h"
#include "design/design.h"
#include "report/table.h"

#include <inttypes.h>

/* part / whole, with a tenth if it is not whole. */
static const char *quotient(struct arena *a, uint64_t part, uint64_t whole)
{
    if (part % whole == 0)
        return number_text(a, part / whole);
    const uint64_t tenths = (20 * part + whole) / (2 * whole);
    return arena_printf(a, "%s.%" PRIu64, number_text(a, tenths / 10),
                        tenths % 10);
}

const char *content_text(struct arena *a, const struct stream *s,
                         uint64_t tokens)
{
    const uint64_t frame = s->tokens_per_frame;
    const uint64_t pixel = stream_tokens_per_pixel(s);
    const uint64_t row = pixel * s->shape.w;
    if (tokens >= frame)
        return arena_printf(a, "%s frame%s", quotient(a, tokens, frame),
                            tokens == frame ? "" : "s");
    if (s->shape.h == 1)
        return arena_printf(a, "%s of the %s tokens of a frame",
                            number_text(a, tokens), number_text(a, frame));
    if (tokens >= row)
        return arena_printf(a, "%s row%s of %s pixels",
                            quotient(a, tokens, row), tokens == row ? "" : "s",
                            number_text(a, s->shape.w));
    if (tokens >= pixel)
        return arena_printf(a, "%s of the %s pixels of a row",
                            quotient(a, tokens, pixel),
                            number_text(a, s->shape.w));
    return arena_printf(a, "%s of the %s tokens of a pixel",
                        number_text(a, tokens), number_text(a, pixel));
}

const char *content_depth_text(struct arena *a, const struct stream *s,
                               uint32_t depth)
{
    const uint64_t each = s->kind == FIFO_FRAME ? s->tokens_per_frame : 1;
    return content_text(a, s, depth * each);
}
