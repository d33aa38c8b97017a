/* memory_file -- texts for $readmemh: weights, tables and stimuli.
 *
 * One hexadecimal word a line, highest digit first.  A word packs elements
 * of equal width, element 0 in the lowest bits, negative values in two's
 * complement.  The order of words and elements is that of the slots of the
 * kernels in docs/hardware.md; each module in hwgen/rtl says at its head what
 * it reads. */
#ifndef HEADRACE_HWGEN_MEMORY_FILE_H
#define HEADRACE_HWGEN_MEMORY_FILE_H

#include <stdint.h>

struct arena;
struct process;
struct stream;
struct text;

/* conv2d, depthwise_conv2d and dense: NF * SF words of PE * SIMD weights.
 * Word g * SF + f, element p * SIMD + s is the weight of output channel
 * g * PE + p and of element f * SIMD + s of its window or vector. */
struct text *memory_file_weights(struct arena *a, const struct process *p);

/* NF words of PE biases in the accumulator's format. */
struct text *memory_file_biases(struct arena *a, const struct process *p);

/* batchnorm: a word a token of a pixel, an element a lane. */
struct text *memory_file_scales(struct arena *a, const struct process *p);
struct text *memory_file_offsets(struct arena *a, const struct process *p);

/* prelu: the same, or one word if there is one alpha for all channels. */
struct text *memory_file_alphas(struct arena *a, const struct process *p);

/* lookup: a word an entry, in the output's format. */
struct text *memory_file_table(struct arena *a, const struct process *p);

/* softmax: words of 16 bits. */
struct text *memory_file_exp(struct arena *a, const struct process *p);
struct text *memory_file_inverse(struct arena *a, const struct process *p);

/* The tokens of `frames` frames on a stream, values in (row, column, channel)
 * order. */
struct text *memory_file_tokens(struct arena *a, const struct stream *s,
                                const int32_t *values, uint32_t frames);

#endif
