/* content -- what the tokens in a FIFO are in terms of the picture. */
#ifndef HEADRACE_REPORT_CONTENT_H
#define HEADRACE_REPORT_CONTENT_H

#include <stdint.h>

struct arena;
struct stream;

/* "2.1 rows of 32 pixels", "4 of the 32 pixels of a row", "3 of the 8 tokens of
 * a pixel"; of what is no picture, "16 of the 256 tokens of a frame".  Halves
 * of a tenth are rounded up.  The arena's. */
const char *content_text(struct arena *a, const struct stream *s,
                         uint64_t tokens);

/* The same of a FIFO full to this depth. */
const char *content_depth_text(struct arena *a, const struct stream *s,
                               uint32_t depth);

#endif
