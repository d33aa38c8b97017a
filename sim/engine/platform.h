/* platform -- a timing, and the values of the tokens of those streams that
 * somebody wants to see: what headrace_step.h hands out in parts. */
#ifndef HEADRACE_ENGINE_PLATFORM_H
#define HEADRACE_ENGINE_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
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

struct platform {
    struct timing *timing;
    struct platform_stream *streams; /* by stream of the timing */
    uint32_t frames;                 /* 0: without end */
    uint32_t process_frames;         /* after which processes end; 0: never */
};

/* The design that is handed over must live as long.  The values of stream i,
 * from frames of `inputs`, are kept if inputs is not NULL and wanted is NULL or
 * wanted[i]. */
struct platform *platform_of_design(struct arena *a, const struct design *d,
                                    uint32_t frames, const int32_t *inputs,
                                    const bool *wanted);

/* As bytes, for a program on the same machine. */
void platform_write(const struct platform *p, struct text *image);
/* From them; NULL: that is not what they are. */
struct platform *platform_load(struct arena *a, const void *image, size_t size);

#endif
