/* headrace -- how a streaming CNN will behave as hardware, in cycles.
 *
 *     char why[1000];
 *     struct headrace_model *m = headrace_open("models/digits", why,
 *                                              sizeof why);
 *     struct headrace_run *r = headrace_simulate(m, NULL, why, sizeof why);
 *     printf("%" PRIu64 " cycles\n", headrace_latency_cycles(r));
 *     headrace_run_free(r);
 *     headrace_close(m);
 *
 * Nothing here prints, exits, or keeps state between calls; a model may be
 * simulated by several threads at once.  Running out of memory aborts.
 * Cycles are those of the design's clock. */
#ifndef HEADRACE_H
#define HEADRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HEADRACE_VERSION "0.1.0"

#if defined(__GNUC__)
#define HEADRACE_API __attribute__((visibility("default")))
#else
#define HEADRACE_API
#endif

/* Version of the library, which may be another one than that of the header:
 * "0.1.0". */
HEADRACE_API const char *headrace_version(void);

/* A model file: a network and the hardware chosen for it. */
struct headrace_model;

/* Reads a model: a folder with model.json, a .json file, or a network of
 * another tool as it is (an .onnx, .keras or .h5 file, the folder of an hls4ml
 * project).  NULL if it cannot be used; one on several boards cannot.
 *
 * Here and below, `messages` receives what there is to say, one line each as
 * "file:line:column: error[code]: text": all errors on failure, warnings (or
 * nothing) on success.  At most `size` bytes are written, the last of them a
 * NUL; lines that do not fit whole are left out.  It may be NULL if size is
 * 0. */
HEADRACE_API struct headrace_model *headrace_open(const char *path,
                                                  char *messages, size_t size);
/* Accepts NULL.  Free the model's runs first: they use its names. */
HEADRACE_API void headrace_close(struct headrace_model *m);

/* Of the network; lent. */
HEADRACE_API const char *headrace_model_name(const struct headrace_model *m);

struct headrace_fifo_depth {
    const char *stream; /* "conv1.out" */
    uint32_t depth;     /* in tokens */
};

/* What a run may change; zeros mean as the model says. */
struct headrace_options {
    uint32_t frames;     /* back to back; 0: until the interval is certified,
                            which takes a few */
    uint32_t fifo_depth; /* of all FIFOs */
    size_t fifo_count;   /* single FIFOs, changed after all */
    const struct headrace_fifo_depth *fifos;
};

/* The result of a run.  Frames that could not be finished because the design
 * deadlocked are a result, not an error. */
struct headrace_run;

/* NULL: an option does not fit the model, said why in messages.  `options`
 * may be NULL. */
HEADRACE_API struct headrace_run *
headrace_simulate(const struct headrace_model *m,
                  const struct headrace_options *options, char *messages,
                  size_t size);
HEADRACE_API void headrace_run_free(struct headrace_run *r); /* or NULL */

/* NULL: the design does not deadlock.  Else who waits for whom, in words, a
 * closed cycle; lent.  Latency and interval are 0 if too few frames came
 * through. */
HEADRACE_API const char *headrace_deadlock(const struct headrace_run *r);

/* Frames that came through. */
HEADRACE_API uint32_t headrace_frames(const struct headrace_run *r);

/* From the first token in to the last token out of one frame: alone in the
 * empty design, and of the last frame of the run, with the others before
 * it. */
HEADRACE_API uint64_t headrace_latency_cycles(const struct headrace_run *r);
HEADRACE_API uint64_t
headrace_latency_back_to_back_cycles(const struct headrace_run *r);

/* From one frame to the next in steady state, rounded up to whole cycles: the
 * mean over one period, that is of headrace_period_frames frames that take
 * headrace_period_cycles.  0: fewer than two frames. */
HEADRACE_API uint64_t headrace_interval_cycles(const struct headrace_run *r);
HEADRACE_API uint32_t headrace_period_frames(const struct headrace_run *r);
HEADRACE_API uint64_t headrace_period_cycles(const struct headrace_run *r);
/* The complete state of the design recurred: the interval holds for ever.
 * Otherwise it was measured at the end of the run. */
HEADRACE_API bool headrace_interval_certified(const struct headrace_run *r);

/* What sets the interval; lent.  The process: the one that is never held up,
 * or has the largest part in it; NULL if the source or the sink is the
 * slowest, or too few frames came through.  The FIFO: the one that is too
 * shallow for its neighbours to be busy all the time and whose depth alone
 * gains most; NULL if there is none. */
HEADRACE_API const char *
headrace_limiting_process(const struct headrace_run *r);
HEADRACE_API const char *headrace_limiting_fifo(const struct headrace_run *r);

HEADRACE_API uint64_t headrace_clock_hz(const struct headrace_run *r);

struct headrace_fifo {
    const char *stream;  /* lent by the run */
    uint32_t depth;      /* in tokens */
    uint32_t width_bits; /* of a token */
    uint32_t peak;       /* most tokens it ever held */
};

HEADRACE_API size_t headrace_fifo_count(const struct headrace_run *r);
/* In the order of the data; i below headrace_fifo_count. */
HEADRACE_API struct headrace_fifo headrace_fifo(const struct headrace_run *r,
                                                size_t i);

#ifdef __cplusplus
}
#endif

#endif
