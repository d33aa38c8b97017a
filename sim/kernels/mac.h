/* mac -- multiply and accumulate: the arithmetic of conv2d, depthwise_conv2d
 * and dense (docs/hardware.md, Numbers).
 *
 * Every product is converted to the accumulator format, then all are added
 * modulo 2^W.  Where the accumulator keeps all fraction bits of a product
 * that conversion only cuts high bits, which commutes with the sum: such
 * sums are formed from raw products, in as few bits as decide the result. */
#ifndef HEADRACE_KERNELS_MAC_H
#define HEADRACE_KERNELS_MAC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diag;
struct layer;
struct process;

/* Whether the layer's weights, `terms` for each of its units, can be
 * counted: at most 2^31; else shape-overflow. */
bool mac_check_weights(const struct layer *layer, uint64_t terms,
                       struct diag *d);

/* kernel.check: whether the limit of the fused ReLU, if it has one, is a value
 * of the accumulator or above all of them; else format. */
bool mac_check(const struct process *p, struct diag *d);

/* A window of inputs: `rows` runs of `values` contiguous values, each
 * `stride` values behind the one before.  Weights follow each other in the
 * same order, all outputs of one input together. */
struct mac_window {
    size_t rows, values, stride;
};

/* All outputs of one window position, raw: bias, ReLU and conversion
 * included. */
void mac_compute(const struct process *p, const struct mac_window *w,
                 const int32_t *in, int32_t *out);

/* The same for a depthwise convolution: output c sums channel c only.  The
 * values of the window are those of all channels, pixel by pixel; there are
 * as many weights as values. */
void mac_compute_each(const struct process *p, const struct mac_window *w,
                      const int32_t *in, int32_t *out);

/* Both in floating point, without any rounding. */
void mac_compute_float(const struct process *p, const struct mac_window *w,
                       const double *in, double *out);
void mac_compute_each_float(const struct process *p, const struct mac_window *w,
                            const double *in, double *out);

/* Weight and bias k as numbers: those that the model gave, or else the
 * values of the raw ones (no biases: 0). */
double mac_weight(const struct process *p, size_t k);
double mac_bias(const struct process *p, size_t k);

/* A raw value as a number: unsigned 32-bit formats use all bits. */
static inline int64_t mac_value(int32_t raw, bool is_signed)
{
    return is_signed ? raw : (int64_t)(uint32_t)raw;
}

#endif
