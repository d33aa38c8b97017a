#include "report/inference.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/infer.h"
#include "report/range_table.h"
#include "report/table.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>

/* --- scores --------------------------------------------------------------- */

static int64_t raw_number(struct format f, int32_t raw)
{
    return f.is_signed ? raw : (int64_t)(uint32_t)raw;
}

/* JSON has no word for what is beyond all numbers, and no order has a place
 * for what is none. */
static double bounded(double x)
{
    return fmax(-DBL_MAX, fmin(x, DBL_MAX));
}

/* The curves of one class, in both arithmetics. */
static void add_curves(struct inference *x, struct arena *a, uint32_t index,
                       struct inference_class *c)
{
    struct arena *own = arena_new();
    struct format format = x->design->output->format;
    uint64_t count = infer_output_count(x->design);
    bool is_difference = count == 2;
    uint64_t at = count == 1 ? 0 : index;
    int64_t *fixed = arena_new_array(own, int64_t, x->frames);
    double *floating = arena_new_array(own, double, x->frames);
    for (uint32_t f = 0; f < x->frames; f++) {
        const int32_t *o = x->outputs + f * count;
        const double *r = x->reals + f * count;
        fixed[f] = raw_number(format, o[at]);
        floating[f] = bounded(r[at]);
        if (is_difference) {
            fixed[f] -= raw_number(format, o[1 - at]);
            floating[f] = bounded(floating[f] - r[1 - at]);
        }
    }
    /* Of very many classes and frames all points would be too many. */
    bool is_drawn = index < ROC_CURVES_MAX;
    struct arena *keep = is_drawn ? a : own;
    int32_t label = (int32_t)index;
    c->fixed = roc_of_integers(keep, fixed, x->labels, label, x->frames);
    c->floating = roc_of_numbers(keep, floating, x->labels, label, x->frames);
    if (!is_drawn)
        c->fixed.points = c->floating.points = NULL;
    arena_free(own);
}

static bool has_scores(const struct design *d)
{
    const struct layer *last = network_last_layer(d->network);
    return last == NULL || last->type != LAYER_ARGMAX;
}

static void score(struct inference *x, struct arena *a)
{
    const struct design *d = x->design;
    uint64_t count = infer_output_count(d);
    uint32_t n = x->class_count = (uint32_t)network_class_count(d->network);
    struct inference_class *classes =
        arena_new_array(a, struct inference_class, n);
    uint32_t *confusion = n > INFERENCE_CONFUSION_MAX
                              ? NULL
                              : arena_new_array(a, uint32_t, (size_t)n * n);
    for (uint32_t f = 0; f < x->frames; f++) {
        uint32_t label = (uint32_t)x->labels[f];
        uint32_t fixed = infer_decide(d, x->outputs + f * count);
        uint32_t real = infer_decide_float(d, x->reals + f * count);
        classes[label].frames++;
        classes[label].correct_fixed += fixed == label;
        classes[label].correct_float += real == label;
        if (confusion != NULL && fixed < n)
            confusion[(size_t)label * n + fixed]++;
    }
    /* Of two classes the curve is that of class 1. */
    for (uint32_t i = n == 2 ? 1 : 0; i < n; i++) {
        struct inference_class *c = &classes[i];
        c->has_roc = c->frames > 0 && c->frames < x->frames && has_scores(d);
        if (c->has_roc)
            add_curves(x, a, i, c);
        x->correct += c->correct_fixed;
        x->correct_float += c->correct_float;
    }
    if (n == 2) {
        x->correct += classes[0].correct_fixed;
        x->correct_float += classes[0].correct_float;
    }
    x->classes = classes;
    x->confusion = confusion;
}

struct inference inference_run(struct arena *a, const struct design *d,
                               const int32_t *inputs, const double *floats,
                               const int32_t *labels, uint32_t frames)
{
    uint64_t out_count = infer_output_count(d);
    struct inference x = { .design = d,
                           .frames = frames,
                           .labels = labels,
                           .is_scored = labels != NULL };
    if (floats == NULL)
        floats = infer_to_float(a, d->input->format, inputs,
                                infer_input_count(d) * frames);
    x.outputs = infer_run(a, d, inputs, frames, NULL);
    x.reals = infer_run_float(a, d, floats, frames);
    for (uint32_t f = 0; f < frames; f++)
        x.same_class += infer_decide(d, x.outputs + f * out_count) ==
                        infer_decide_float(d, x.reals + f * out_count);
    if (x.is_scored)
        score(&x, a);
    return x;
}

/* --- text ----------------------------------------------------------------- */

static void print_outputs(const struct inference *x, struct text *out)
{
    uint64_t count = infer_output_count(x->design);
    for (uint32_t f = 0; f < x->frames; f++) {
        text_printf(out, "%" PRIu32 ":", f);
        for (uint64_t i = 0; i < count; i++)
            text_printf(out, " %" PRId32, x->outputs[f * count + i]);
        text_add(out, "\n");
    }
}

static void print_float_outputs(const struct inference *x, struct text *out)
{
    uint64_t count = infer_output_count(x->design);
    for (uint32_t f = 0; f < x->frames; f++) {
        text_printf(out, "%" PRIu32 " float:", f);
        for (uint64_t i = 0; i < count; i++)
            text_printf(out, " %.9g", x->reals[f * count + i]);
        text_add(out, "\n");
    }
}

static void print_score(struct text *out, const char *what, uint32_t correct,
                        uint32_t frames)
{
    text_printf(out, "%-14s %" PRIu32 " of %" PRIu32 " correct (%.2f %%)\n",
                what, correct, frames, 100.0 * correct / frames);
}

/* Means over the classes that have a curve; 0: there are none. */
static uint32_t mean_areas(const struct inference *x, double *fixed,
                           double *floating)
{
    uint32_t count = 0;
    *fixed = *floating = 0;
    for (uint32_t i = 0; i < x->class_count; i++) {
        if (!x->classes[i].has_roc)
            continue;
        *fixed += roc_area(&x->classes[i].fixed);
        *floating += roc_area(&x->classes[i].floating);
        count++;
    }
    if (count > 0) {
        *fixed /= count;
        *floating /= count;
    }
    return count;
}

static void print_areas(const struct inference *x, struct text *out)
{
    double fixed, floating;
    if (mean_areas(x, &fixed, &floating) == 0)
        return;
    text_printf(
        out, "%-14s float %.6f, fixed point %.6f%s\n", "AUC", floating, fixed,
        x->class_count == 2 ? "" : " (mean of each class against the rest)");
}

void inference_print(const struct inference *x,
                     const struct inference_show *show, struct arena *a,
                     struct text *out)
{
    char format[FORMAT_TEXT_SIZE];
    if (x->formats.count > 0) {
        range_table_print(&x->formats, a, out);
        text_add(out, "\n");
    }
    text_printf(out, "%s: %" PRIu32 " frame%s, outputs %s\n", x->design->name,
                x->frames, x->frames == 1 ? "" : "s",
                format_print(x->design->output->format, format));
    if (show->outputs)
        print_outputs(x, out);
    if (show->float_outputs)
        print_float_outputs(x, out);
    if (x->is_scored) {
        print_score(out, "float", x->correct_float, x->frames);
        print_score(out, "fixed point", x->correct, x->frames);
        print_areas(x, out);
    }
    text_printf(out, "%-14s %" PRIu32 " of %" PRIu32 " frames\n", "same class",
                x->same_class, x->frames);
}

/* --- JSON ----------------------------------------------------------------- */

static void add_classes(const struct inference *x, struct json_out *root)
{
    double fixed, floating;
    if (mean_areas(x, &fixed, &floating) > 0) {
        json_add_double(root, "auc_float", floating);
        json_add_double(root, "auc_fixed", fixed);
    }
    struct json_out *list = json_add_array(root, "classes");
    for (uint32_t i = 0; i < x->class_count; i++) {
        const struct inference_class *c = &x->classes[i];
        struct json_out *o = json_add_object(list, NULL);
        json_add_u64(o, "frames", c->frames);
        json_add_u64(o, "correct_float", c->correct_float);
        json_add_u64(o, "correct_fixed", c->correct_fixed);
        if (c->has_roc) {
            json_add_double(o, "auc_float", roc_area(&c->floating));
            json_add_double(o, "auc_fixed", roc_area(&c->fixed));
        }
    }
    if (x->confusion == NULL)
        return;
    struct json_out *table = json_add_array(root, "confusion");
    for (uint32_t i = 0; i < x->class_count; i++) {
        struct json_out *row = json_add_array(table, NULL);
        for (uint32_t k = 0; k < x->class_count; k++)
            json_add_u64(row, NULL,
                         x->confusion[(size_t)i * x->class_count + k]);
    }
}

static void add_outputs(const struct inference *x,
                        const struct inference_show *show,
                        struct json_out *root)
{
    uint64_t count = infer_output_count(x->design);
    if (show->outputs) {
        struct json_out *list = json_add_array(root, "outputs");
        for (uint32_t f = 0; f < x->frames; f++) {
            struct json_out *frame = json_add_array(list, NULL);
            for (uint64_t i = 0; i < count; i++)
                json_add_i64(frame, NULL, x->outputs[f * count + i]);
        }
    }
    if (show->float_outputs) {
        struct json_out *list = json_add_array(root, "float_outputs");
        for (uint32_t f = 0; f < x->frames; f++) {
            struct json_out *frame = json_add_array(list, NULL);
            for (uint64_t i = 0; i < count; i++)
                json_add_double(frame, NULL, bounded(x->reals[f * count + i]));
        }
    }
}

void inference_print_json(const struct inference *x,
                          const struct inference_show *show, struct arena *a,
                          struct text *out)
{
    char format[FORMAT_TEXT_SIZE];
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", x->design->name);
    json_add_u64(root, "frames", x->frames);
    json_add_string(root, "output_format",
                    format_print(x->design->output->format, format));
    if (x->is_scored) {
        json_add_u64(root, "correct_float", x->correct_float);
        json_add_u64(root, "correct_fixed", x->correct);
        json_add_ratio(root, "accuracy_float", x->correct_float, x->frames);
        json_add_ratio(root, "accuracy_fixed", x->correct, x->frames);
    }
    json_add_u64(root, "same_class", x->same_class);
    if (x->is_scored)
        add_classes(x, root);
    if (x->formats.count > 0)
        range_table_add_json(&x->formats, root);
    add_outputs(x, show, root);
    json_out_print(root, out);
}
