/* subject -- what the simulators are measured on: a model, perhaps with other
 * reuse factors, and a number of frames. */
#ifndef HEADRACE_TESTS_BENCH_SUBJECT_H
#define HEADRACE_TESTS_BENCH_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;
struct timing;

enum { SUBJECT_FOLDS_MAX = 3 };

struct subject_desc {
    const char *model; /* folder in models/ */
    /* Reuse factors of the first layers that have options; 0: the model's. */
    uint32_t folds[SUBJECT_FOLDS_MAX];
    uint32_t frames;
    bool rtl; /* worth the time of two Verilator builds */
};

/* All of them; the first is the one that the aims are about. */
extern const struct subject_desc subjects[];
extern const uint32_t subject_count;

struct subject {
    const struct subject_desc *desc;
    const char *name;   /* "pipeline224 16/64/64" */
    const char *folder; /* for what the simulators write; exists */
    const struct design *design;
    const struct timing *timing;
    const int32_t *inputs; /* values for all frames; NULL: not added */
    uint64_t cycles;       /* from reset to the last token out */
    uint64_t tokens;       /* read from all streams */
};

/* NULL: said why in d. */
struct subject *subject_load(struct arena *a, const struct subject_desc *desc,
                             const char *folder, struct diag *d);

/* Random ones, which only RTL needs. */
void subject_add_inputs(struct arena *a, struct subject *s);

#endif
