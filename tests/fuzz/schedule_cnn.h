/* schedule_cnn -- schedules with the shape of CNN layers: rows, windows,
 * borders, pooling patterns.
 *
 * Not the kernels of any family: the numbers are drawn at random, the order
 * of reads and writes is that of the layer. */
#ifndef HEADRACE_TESTS_FUZZ_SCHEDULE_CNN_H
#define HEADRACE_TESTS_FUZZ_SCHEDULE_CNN_H

#include <stdint.h>

struct arena;
struct rng;
struct schedule;

/* An image: tokens = rows * columns * per_pixel. */
struct image {
    uint32_t rows, columns;
    uint32_t per_pixel; /* tokens of one pixel */
};

/* Each draws a layer that fits `in` and sets *out to what it makes. */
struct schedule *cnn_relu(struct arena *a, struct rng *rng, struct image in,
                          struct image *out);
struct schedule *cnn_pad(struct arena *a, struct rng *rng, struct image in,
                         struct image *out);
struct schedule *cnn_pool(struct arena *a, struct rng *rng, struct image in,
                          struct image *out);
struct schedule *cnn_conv(struct arena *a, struct rng *rng, struct image in,
                          struct image *out);
struct schedule *cnn_dense(struct arena *a, struct rng *rng, struct image in,
                           struct image *out);
/* A padding of `border` and a window of 2 * border + 1 behind it keep the
 * image as it is. */
struct schedule *cnn_pad_by(struct arena *a, struct rng *rng, struct image in,
                            uint32_t border, struct image *out);
struct schedule *cnn_conv_by(struct arena *a, struct rng *rng, struct image in,
                             uint32_t kernel, uint32_t stride,
                             uint32_t out_per_pixel, struct image *out);
/* One token in, the same on each of `outputs` outputs. */
struct schedule *cnn_clone(struct arena *a, struct rng *rng, struct image in,
                           uint32_t outputs);
/* One token of each of `inputs` inputs, one out. */
struct schedule *cnn_add(struct arena *a, struct rng *rng, struct image in,
                         uint32_t inputs);
/* The tokens of a pixel of one input after the other, each to the output;
 * input i has per_pixel[i] of them. */
struct schedule *cnn_concat(struct arena *a, struct rng *rng, uint64_t pixels,
                            uint32_t inputs, const uint32_t *per_pixel);
/* A frame to, or from, each of `copies` streams in turn. */
struct schedule *cnn_dispatch(struct arena *a, struct rng *rng, struct image in,
                              uint32_t copies);
struct schedule *cnn_collect(struct arena *a, struct rng *rng, struct image in,
                             uint32_t copies);

#endif
