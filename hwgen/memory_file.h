/* memory_file -- texts for $readmemh: weights, biases and stimuli.
 *
 * One hexadecimal word a line, highest digit first.  A word packs elements
 * of equal width, element 0 in the lowest bits, negative values in two's
 * complement.  The order of words and elements is that of the slots of the
 * kernels in docs/hardware.md. */
#ifndef HEADRACE_HWGEN_MEMORY_FILE_H
#define HEADRACE_HWGEN_MEMORY_FILE_H

#include <stdint.h>

struct arena;
struct process;
struct stream;
struct text;

/* NF * SF words of PE * SIMD weights.  Word g * SF + f, element p * SIMD + s is
 * the weight of output channel g * PE + p and of window (or vector) element
 * f * SIMD + s.  `terms`: elements in all, SF * SIMD. */
struct text *memory_file_weights(struct arena *a, const struct process *p,
                                 uint64_t terms);

/* NF words of PE biases in the accumulator's format. */
struct text *memory_file_biases(struct arena *a, const struct process *p);

/* The tokens of `frames` frames on a stream, values in (row, column, channel)
 * order. */
struct text *memory_file_tokens(struct arena *a, const struct stream *s,
                                const int32_t *values, uint32_t frames);

#endif
