/* fifo -- the kind and depth of a stream's FIFO, and what is legal
 * (docs/hardware.md, Streams and tokens). */
#ifndef HEADRACE_DESIGN_FIFO_H
#define HEADRACE_DESIGN_FIFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "design/hardware.h"

struct design;
struct stream;

/* Whether a FIFO of this kind can be `depth` tokens deep; false: said why
 * in d, at `where`. */
bool fifo_check(const char *stream, enum fifo_kind kind, uint32_t depth,
                struct place where, struct diag *d);

/* Sets both; FIFO_AUTO chooses the kind by the depth and the stream's rule.
 * The depth is legal. */
void fifo_set(struct stream *s, enum fifo_kind kind, uint32_t depth);

/* Whether there is a FIFO whose depth anybody chooses: not inside a process of
 * the family `schedule`, and not at a port of a design by HLS. */
bool fifo_is_chosen(const struct stream *s);

/* That stream, if its depth is chosen; NULL: said in d why not, and which
 * streams there are. */
struct stream *fifo_find(const struct design *design, const char *name,
                         struct place where, struct diag *d);

/* Reports that the design has no stream of that name, and which it has. */
void fifo_report_unknown(const struct design *design, const char *name,
                         struct place where, struct diag *d);

#endif
