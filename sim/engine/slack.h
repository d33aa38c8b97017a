/* slack -- default FIFO depths with which no design deadlocks.
 *
 * Where branches of a network meet again, the FIFOs of the shorter one have
 * to hold what the longer one reads before it writes: two rows of a residual
 * block with two 3x3 convolutions.
 *
 * How much that is follows from the order of reads and writes alone, not
 * from their times. Let every process take its next step only if a token is
 * asked of it that it has not written, asked in turn by the reader of its
 * output, in the end by the sink (lazy evaluation). The most tokens that a
 * stream then ever holds is its need.
 *
 * Claim: with every capacity at least the stream's need, the design cannot
 * deadlock, whatever the stalls at source and sink.  Proof: a bounded FIFO is
 * an unbounded stream of tokens and another of places in the opposite
 * direction, so that bounded processes that read and write in a fixed order
 * form a determinate network (Kahn 1974; Parks 1995, chapter 3): which steps
 * are taken in the end does not depend on when each of them is. The lazy
 * evaluation is one way to take them that fits into the capacities and never
 * ends; so no other way ends either.  Our processes only do more than such a
 * process of fixed order: with a write held up they may have read further,
 * and with a read held up they deliver all that they have read.
 *
 * The state of the lazy evaluation at the end of a frame (of as many as
 * there are copies) is the one at the end of the next, so that a few frames
 * show the need of all. */
#ifndef HEADRACE_ENGINE_SLACK_H
#define HEADRACE_ENGINE_SLACK_H

#include <stdint.h>

struct arena;
struct design;

/* By stream: the need, in tokens; of a frame buffer in frames. */
uint64_t *slack_needs(struct arena *a, const struct design *d);

/* Makes every FIFO whose depth nobody chose deep enough: need - 1 + its
 * default.  The default keeps the branches apart from each other in time as
 * it does elsewhere. */
void slack_fit(struct design *d);

#endif
