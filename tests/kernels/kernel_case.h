/* kernel_case -- one process with its streams and layer, built by hand, to
 * test a kernel alone; and frames of values for it. */
#ifndef HEADRACE_TESTS_KERNELS_KERNEL_CASE_H
#define HEADRACE_TESTS_KERNELS_KERNEL_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/diag.h"
#include "base/rng.h"
#include "design/design.h"
#include "network/network.h"

struct arena;

/* Inputs or outputs of one case. */
enum { KERNEL_CASE_PORTS_MAX = 8 };

/* Zeros: all channels a token, PE 1, SIMD 1, ufixed<8,0> in, fixed<16,6>
 * everywhere else, no weights. */
struct kernel_case {
    enum layer_type type;
    const char *kernel; /* of no layer: "clone"; NULL: that of the type */
    struct shape in;
    struct window window;
    uint32_t units;
    bool relu;
    uint32_t in_lanes, out_lanes;
    uint32_t pe, simd;
    struct format in_format, out_format, weight, bias, accumulator;
    const int32_t *weights, *biases;
    uint32_t relu_max;
    uint32_t scale_h, scale_w; /* upsample2d */
    int32_t pad_value;         /* zeropad2d */
    struct shape target;       /* of a reshape */
    uint32_t permutation[3];   /* of a transpose */
    uint32_t table_bits;       /* of what is looked up, and of a softmax */
    double alpha, beta;        /* of hard_sigmoid and hard_tanh */
    /* 0: two inputs for add, subtract, multiply and maximum, else one.
     * Inputs 1 and on are like input 0 but where these say else. */
    uint32_t input_count, output_count;
    struct {
        struct shape shape;
        uint32_t lanes;
        struct format format;
    } more_in[KERNEL_CASE_PORTS_MAX];
};

/* Never fails: the case is legal. */
struct process *kernel_case_process(struct arena *a,
                                    const struct kernel_case *c);

/* One frame of random values for each input, and room for the outputs, with
 * the numbers that they stand for beside them. */
struct kernel_frame {
    const int32_t *in[KERNEL_CASE_PORTS_MAX];
    const double *in_float[KERNEL_CASE_PORTS_MAX];
    int32_t *out[KERNEL_CASE_PORTS_MAX];
    double *out_float[KERNEL_CASE_PORTS_MAX];
};
struct kernel_frame *kernel_frame_random(struct arena *a, struct rng *r,
                                         const struct process *p);
/* Calls compute and compute_float. */
void kernel_frame_compute(struct kernel_frame *f, const struct process *p);

/* Fails unless d holds exactly one message: an error with this code and text
 * and, if not NULL, this hint. */
void check_one_error(const struct diag *d, enum diag_code code,
                     const char *text, const char *hint);

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
