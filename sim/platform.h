/* platform -- what headrace_step.h calls a platform: a timing, and the values
 * of the tokens of those streams that somebody wants to see. */
#ifndef HEADRACE_PLATFORM_H
#define HEADRACE_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/timing.h"

struct arena;
struct design;
struct text;

struct platform_stream {
    uint32_t width_bits, lanes, value_bits;
    bool is_signed;
    uint32_t words;         /* of a token in `values` */
    uint64_t value_tokens;  /* tokens in `values` */
    const uint32_t *values; /* NULL: none */
};

struct headrace_platform {
    struct arena *arena;
    struct timing *timing;
    struct platform_stream *streams; /* by stream of the timing */
    uint32_t frames;                 /* 0: without end */
    uint32_t process_frames;         /* after which processes end; 0: never */
};

/* The design that is handed over must live as long.  The values of stream i,
 * from frames of `inputs`, are kept if inputs is not NULL and wanted is NULL or
 * wanted[i]. */
struct headrace_platform *
platform_of_design(struct arena *a, const struct design *d, uint32_t frames,
                   const int32_t *inputs, const bool *wanted);

/* For headrace_platform_load, on the same machine. */
void platform_write(const struct headrace_platform *p, struct text *image);

#endif
