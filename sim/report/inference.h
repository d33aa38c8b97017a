/* inference -- what came of running a network on data: classes, how many are
 * right, and how well the scores tell them apart; fixed and floating point
 * side by side. */
#ifndef HEADRACE_REPORT_INFERENCE_H
#define HEADRACE_REPORT_INFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/roc.h"
#include "network/chosen_format.h"

struct arena;
struct design;
struct text;

/* Of more classes the first ones are drawn. */
enum { ROC_CURVES_MAX = 12 };
/* More classes have no table of who was taken for whom. */
enum { INFERENCE_CONFUSION_MAX = 100 };

/* One class against all others. */
struct inference_class {
    uint32_t frames; /* with its label */
    uint32_t correct_fixed, correct_float;
    bool has_roc;               /* it has frames, and so have others */
    struct roc fixed, floating; /* points NULL: not kept, of classes from
                                   ROC_CURVES_MAX on */
};

struct inference {
    const struct design *design;
    uint32_t frames;
    const int32_t *outputs; /* raw, frame by frame */
    const double *reals;    /* the same in floating point */
    uint32_t same_class;    /* fixed and float agree */
    struct chosen_formats formats;
    /* With labels. */
    bool is_scored;
    const int32_t *labels;
    uint32_t correct, correct_float;
    uint32_t class_count;
    const struct inference_class *classes;
    const uint32_t *confusion; /* [label][fixed class]; NULL: too many */
};

/* Runs the design on frames of raw inputs; `floats` are the same before
 * conversion, or NULL; labels NULL: none.
 * The score of a class: of two classes that of class 1, the single output or
 * the difference of the two; of more the class' own output.  An argmax has
 * none. */
struct inference inference_run(struct arena *a, const struct design *d,
                               const int32_t *inputs, const double *floats,
                               const int32_t *labels, uint32_t frames);

/* What of every frame is shown, too: raw values, and those in floating
 * point. */
struct inference_show {
    bool outputs, float_outputs;
};

/* As text. */
void inference_print(const struct inference *x,
                     const struct inference_show *show, struct arena *a,
                     struct text *out);
/* As of inference.schema.json. */
void inference_print_json(const struct inference *x,
                          const struct inference_show *show, struct arena *a,
                          struct text *out);
/* The curves as SVG: of two classes one for floating and one for fixed point,
 * of more the fixed ones of the first ROC_CURVES_MAX classes.  False: there
 * are none. */
bool inference_plot(const struct inference *x, struct arena *a,
                    struct text *out);

#endif
