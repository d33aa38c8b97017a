/* infer -- what the hardware computes: bit-true inference of a design, and
 * the same network in floating point to compare it with.
 *
 * Processes are evaluated in topological order, one frame after the other;
 * only one frame of each stream is kept.  Values are raw, in the format of
 * the stream they are on, in (row, column, channel) order. */
#ifndef HEADRACE_ENGINE_INFER_H
#define HEADRACE_ENGINE_INFER_H

#include <stdint.h>

#include "base/fixed.h"

struct arena;
struct design;
struct stream;

/* Called for every stream of every frame: the input first, then the outputs
 * in the order of the processes.  The values are lent for the call. */
struct infer_observer {
    void (*frame)(void *context, uint32_t frame, const struct stream *s,
                  const int32_t *values);
    void *context;
};

/* Values of one frame at the input and at the output of the design. */
uint64_t infer_input_count(const struct design *d);
uint64_t infer_output_count(const struct design *d);

/* `frames` frames of inputs in the input's format; the result holds as many
 * frames of outputs and is the arena's.  The observer may be NULL. */
int32_t *infer_run(struct arena *a, const struct design *d,
                   const int32_t *inputs, uint32_t frames,
                   const struct infer_observer *observer);

/* The same without any rounding. */
double *infer_run_float(struct arena *a, const struct design *d,
                        const double *inputs, uint32_t frames);

/* The numbers that raw values stand for; the arena's. */
double *infer_to_float(struct arena *a, struct format f, const int32_t *raw,
                       uint64_t count);

/* The class of a frame: the index of its largest output, the first of
 * equals. */
uint32_t infer_class(struct format f, const int32_t *outputs, uint64_t count);
uint32_t infer_class_float(const double *outputs, uint64_t count);

/* The class that the outputs of one frame tell: of several values as above;
 * of a single one 1 if it is above zero (above a half behind a sigmoid, whose
 * values are probabilities), and the value itself behind an argmax. */
uint32_t infer_decide(const struct design *d, const int32_t *outputs);
uint32_t infer_decide_float(const struct design *d, const double *outputs);

/* How many of `frames` frames of outputs have the class that labels says. */
uint32_t infer_count_correct(const struct design *d, const int32_t *outputs,
                             const int32_t *labels, uint32_t frames);
uint32_t infer_count_correct_float(const struct design *d,
                                   const double *outputs, const int32_t *labels,
                                   uint32_t frames);

#endif
