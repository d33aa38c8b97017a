/* fifo_cost -- the bill of a stream's FIFO. */
#ifndef HEADRACE_COST_FIFO_COST_H
#define HEADRACE_COST_FIFO_COST_H

struct bill;
struct stream;

void fifo_cost_add(struct bill *b, const struct stream *s);

#endif
