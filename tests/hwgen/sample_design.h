/* sample_design -- small designs for the tests of hwgen, written as a list of
 * layers.  Weights, biases and frames are seeded. */
#ifndef HEADRACE_TESTS_HWGEN_SAMPLE_DESIGN_H
#define HEADRACE_TESTS_HWGEN_SAMPLE_DESIGN_H

#include "design/design.h"

struct arena;
struct diag;
struct rng;

enum { SAMPLE_INPUTS_MAX = 4 };

struct sample_layer {
    const char *name;
    enum layer_type type;
    const char *inputs[SAMPLE_INPUTS_MAX]; /* layers, or "image"; none: the
                                              layer before */
    uint32_t units;
    struct window window;
    bool relu;
    const char *weight, *bias, *output; /* formats; bias NULL: the weight's,
                                           output NULL: the input's */
    const char *accumulator;            /* NULL: exact */
    uint32_t pe, simd, lanes, copies;   /* 0: the default */
    enum multipliers multipliers;
    uint32_t scale_h, scale_w; /* upsample2d */
};

struct sample {
    const char *name; /* NULL: "sample" */
    struct shape input;
    const char *format; /* of the input */
    uint32_t input_lanes;
    const struct sample_layer *layers;
    uint32_t layer_count;
    uint32_t fifo_depth;
    enum fifo_kind fifo_kind;
    bool keep_layers; /* no layer becomes part of another one */
    struct stimulus source, sink;
    uint64_t seed;
};

/* Aborts the test if the sample is no design. */
struct design *sample_design(struct arena *a, const struct sample *s);

/* A residual block of two 3x3 convolutions of four channels, and a pool behind
 * it; its input is h x w x 2. */
struct design *sample_residual(struct arena *a, uint32_t h, uint32_t w,
                               enum fifo_kind kind);

/* `count` values of a format. */
int32_t *sample_values(struct arena *a, struct rng *rng, struct format f,
                       uint64_t count);

/* Prints the diagnostics and aborts the test. */
void sample_fail(struct arena *a, const struct diag *d);

#endif
