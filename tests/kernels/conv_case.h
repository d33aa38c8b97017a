/* conv_case -- conv2d and depthwise_conv2d, tick by tick, as
 * docs/hardware.md defines them. */
#ifndef HEADRACE_TESTS_KERNELS_CONV_CASE_H
#define HEADRACE_TESTS_KERNELS_CONV_CASE_H

#include "tests/kernels/kernel_case.h"

/* A convolution of this type with random sizes and a legal folding. */
struct kernel_case conv_case_random(struct rng *r, enum layer_type type);

/* Compares the schedules of random cases under late inputs with the page. */
void conv_case_check_schedules(enum layer_type type);

/* Whether the schedule of large frames is short. */
void conv_case_check_compact(enum layer_type type);

/* Compares a schedule with what was drawn by hand from the page, as
 * ticks_text writes it. */
struct conv_table {
    struct shape in;
    struct window window;
    uint32_t units, in_lanes, out_lanes, pe, simd, frames;
    const char *ticks;
};
void conv_case_check_table(enum layer_type type, const struct conv_table *t);

#endif
