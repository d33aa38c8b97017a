/* kernel_case -- one process with its streams and layer, built by hand, to
 * test a kernel alone. */
#ifndef HEADRACE_TESTS_KERNELS_KERNEL_CASE_H
#define HEADRACE_TESTS_KERNELS_KERNEL_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rng.h"
#include "design/design.h"
#include "network/network.h"

struct arena;
struct diag;

/* Zeros: all channels a token, PE 1, SIMD 1, ufixed<8,0> in, fixed<16,6>
 * everywhere else, no weights. */
struct kernel_case {
    enum layer_type type;
    struct shape in;
    struct window window;
    uint32_t units;
    bool relu;
    uint32_t in_lanes, out_lanes;
    uint32_t pe, simd;
    struct format in_format, out_format, weight, bias, accumulator;
    const int32_t *weights, *biases;
};

/* Never fails: the case is legal. */
struct process *kernel_case_process(struct arena *a,
                                    const struct kernel_case *c);

/* Shorthands. */
struct format make_format(const char *text);
struct window make_window(uint32_t kernel_h, uint32_t kernel_w,
                          uint32_t stride_h, uint32_t stride_w);

/* From least to most, both included. */
uint32_t random_between(struct rng *r, uint32_t least, uint32_t most);
uint32_t random_divisor(struct rng *r, uint32_t n);
/* Any kind of format of at most `width_max` bits; of weights also binary and
 * ternary ones. */
struct format random_format(struct rng *r, uint32_t width_max, bool weights);
/* Values of f, each tenth of them an extreme. */
int32_t *random_values(struct rng *r, struct arena *a, struct format f,
                       uint64_t count);

#endif
