/* window -- what convolutions and pools share: where a window lies, and in
 * which order the pixels of the input come that complete one. */
#ifndef HEADRACE_KERNELS_WINDOW_H
#define HEADRACE_KERNELS_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "network/network.h"

struct diag;
struct schedule;

/* Stores h x w x c as the layer's output shape; shape-overflow if it is too
 * large to count. */
bool window_store_shape(const struct layer *layer, uint64_t h, uint64_t w,
                        uint64_t c, struct shape *out, struct diag *d);

/* The output shape, with `channels` channels, of the layer's window over
 * `in`, which holds the padding already. */
bool window_shape(const struct layer *layer, struct shape in, uint32_t channels,
                  struct shape *out, struct diag *d);

/* Index of the first value of the window at output position (y, x). */
size_t window_start(const struct window *w, struct shape in, size_t y,
                    size_t x);

/* How a kernel takes the pixels of its input. */
struct window_steps {
    /* `pixels` in a row that complete no window; at least 1. */
    void (*skip)(const void *context, struct schedule *s, uint64_t pixels);
    /* One that completes a window at a stride position. */
    void (*complete)(const void *context, struct schedule *s);
    const void *context;
};

/* Appends the steps of one frame of pixels in row-major order. */
void window_schedule(struct schedule *s, const struct window *w,
                     struct shape in, const struct window_steps *steps);

#endif
