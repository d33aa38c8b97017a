/* figures -- what two sides state in single numbers: latency, interval,
 * largest number of tokens in each FIFO.
 *
 * Of a run they follow from its handshakes, with latency and interval as in
 * frame_times.h; but of a recording beside a report, from start to done of
 * the process that encloses all others, if there is one, as HLS tools
 * count.  Of a report they are what it states, measured ones before
 * estimates. */
#ifndef HEADRACE_TRACES_FIGURES_H
#define HEADRACE_TRACES_FIGURES_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct frame_times;
struct pairing;
struct side;

#define FIGURE_NONE UINT64_MAX /* not stated */

enum figure_unit { FIGURE_CYCLES, FIGURE_TOKENS };

struct figure {
    const char *group; /* "latency", "interval", "FIFO peak", "module" */
    const char *name;  /* "least", or of the FIFO or module */
    enum figure_unit unit;
    uint64_t a_milli, b_milli; /* thousandths; FIGURE_NONE */
};

/* A frame as one side has it; FIGURE_NONE where not known. */
struct frame_figures {
    uint64_t latency, interval;
};

struct figures {
    const char *basis_a, *basis_b; /* what a latency is: "first token in to
                                      last token out" */
    uint32_t count;
    struct figure *rows;
    uint32_t common; /* rows that both sides state */
    uint32_t frame_count;
    struct frame_figures *frames_a, *frames_b;
};

/* `times` of a side that is a run and knows its frames; NULL: it is none, or
 * does not. */
struct figures *figures_new(struct arena *arena, const struct side *a,
                            const struct side *b, const struct pairing *p,
                            const struct frame_times *times_a,
                            const struct frame_times *times_b);

/* |a - b| > tolerance, in cycles or tokens; false if one is not known. */
bool figure_differs(const struct figure *f, uint64_t tolerance);

#endif
