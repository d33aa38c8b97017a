/* frame_times -- when the frames of a run came in and went out, and what
 * follows for latency and interval.
 *
 * Start of a frame: its first token at an input.  End: its last token at an
 * output.  Latency: end - start.  Interval: end - end of the frame before. */
#ifndef HEADRACE_TRACES_FRAME_TIMES_H
#define HEADRACE_TRACES_FRAME_TIMES_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct side;

#define FRAME_NEVER UINT64_MAX

struct frame_times {
    uint32_t frames;
    uint64_t *starts, *ends; /* by frame; FRAME_NEVER: not seen */
};

/* Streams at the edges of the design. */
struct frame_edges {
    uint32_t input_count, output_count;
    uint32_t *inputs, *outputs;
};

/* Of a model those of its graph; of a recording, the first and the last stream
 * of its order. */
struct frame_edges frame_edges_of(struct arena *a, const struct side *s);

/* The side must know its frames. */
struct frame_times frame_times_of(struct arena *a, const struct side *s,
                                  const struct frame_edges *e);

/* FRAME_NEVER: not known. */
uint64_t frame_latency(const struct frame_times *t, uint32_t frame);
uint64_t frame_interval(const struct frame_times *t, uint32_t frame);

/* Least, average (in thousandths) and most of those that are known. */
struct frame_range {
    uint64_t count, min, max, average_milli;
};
struct frame_range frame_latencies(const struct frame_times *t);
struct frame_range frame_intervals(const struct frame_times *t);

#endif
