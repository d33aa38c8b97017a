#include "tests/fuzz/schedule_cnn.h"

#include <assert.h>
#include <stdbool.h>

#include "base/rng.h"
#include "kernels/schedule.h"
#include "tests/fuzz/schedule_legal.h"
#include "tests/fuzz/schedule_random.h"

static struct schedule *layer_new(struct arena *a, struct rng *rng)
{
    struct schedule *s = schedule_new(a);
    schedule_random_manner(rng, s);
    return s;
}

static struct schedule *one_to_one(struct arena *a, struct rng *rng,
                                   struct image in, uint32_t reads,
                                   uint32_t writes)
{
    struct schedule *s = layer_new(a, rng);
    schedule_loop(s, in.rows);
    schedule_step(s, (uint64_t)in.columns * in.per_pixel,
                  &(struct step){ .reads = reads,
                                  .writes = writes,
                                  .gap = 1,
                                  .delay = rng_below(rng, 4),
                                  .count = 1 });
    schedule_end(s);
    schedule_make_legal(a, rng, s);
    return s;
}

struct schedule *cnn_relu(struct arena *a, struct rng *rng, struct image in,
                          struct image *out)
{
    *out = in;
    return one_to_one(a, rng, in, 1, 1);
}

struct schedule *cnn_clone(struct arena *a, struct rng *rng, struct image in,
                           uint32_t outputs)
{
    return one_to_one(a, rng, in, 1, (UINT32_C(1) << outputs) - 1);
}

struct schedule *cnn_add(struct arena *a, struct rng *rng, struct image in,
                         uint32_t inputs)
{
    return one_to_one(a, rng, in, (UINT32_C(1) << inputs) - 1, 1);
}

struct schedule *cnn_concat(struct arena *a, struct rng *rng, uint64_t pixels,
                            uint32_t inputs, const uint32_t *per_pixel)
{
    struct schedule *s = layer_new(a, rng);
    struct step step = {
        .writes = 1, .gap = 1, .delay = rng_below(rng, 4), .count = 1
    };
    schedule_loop(s, pixels);
    for (uint32_t i = 0; i < inputs; i++) {
        step.reads = UINT32_C(1) << i;
        schedule_step(s, per_pixel[i], &step);
    }
    schedule_end(s);
    schedule_make_legal(a, rng, s);
    return s;
}

/* One after the other, in rows or all at once, and not all in the same way. */
static struct schedule *in_turns(struct arena *a, struct rng *rng,
                                 struct image in, uint32_t copies,
                                 bool dispatches)
{
    struct schedule *s = layer_new(a, rng);
    uint64_t row = (uint64_t)in.columns * in.per_pixel;
    for (uint32_t i = 0; i < copies; i++) {
        struct step step = { .reads = dispatches ? 1 : UINT32_C(1) << i,
                             .writes = dispatches ? UINT32_C(1) << i : 1,
                             .gap = 1 + rng_below(rng, 8) / 7,
                             .delay = 1 + rng_below(rng, 2),
                             .count = 1 };
        bool all_at_once = rng_below(rng, 2) == 0;
        schedule_loop(s, all_at_once ? 1 : in.rows);
        schedule_step(s, all_at_once ? in.rows * row : row, &step);
        schedule_end(s);
    }
    schedule_make_legal(a, rng, s);
    return s;
}

struct schedule *cnn_dispatch(struct arena *a, struct rng *rng, struct image in,
                              uint32_t copies)
{
    return in_turns(a, rng, in, copies, true);
}

struct schedule *cnn_collect(struct arena *a, struct rng *rng, struct image in,
                             uint32_t copies)
{
    return in_turns(a, rng, in, copies, false);
}

static struct schedule *pad_sides(struct arena *a, struct rng *rng,
                                  struct image in, const uint32_t *side,
                                  struct image *out)
{
    enum { TOP, BOTTOM, LEFT, RIGHT };
    struct schedule *s = layer_new(a, rng);
    struct step border = {
        .writes = 1, .gap = 1, .delay = rng_below(rng, 3), .count = 1
    };
    struct step inside = border;
    inside.reads = 1;
    *out = in;
    out->rows += side[TOP] + side[BOTTOM];
    out->columns += side[LEFT] + side[RIGHT];
    uint64_t row = (uint64_t)out->columns * in.per_pixel;
    schedule_step(s, side[TOP] * row, &border);
    schedule_loop(s, in.rows);
    schedule_step(s, (uint64_t)side[LEFT] * in.per_pixel, &border);
    schedule_step(s, (uint64_t)in.columns * in.per_pixel, &inside);
    schedule_step(s, (uint64_t)side[RIGHT] * in.per_pixel, &border);
    schedule_end(s);
    schedule_step(s, side[BOTTOM] * row, &border);
    schedule_make_legal(a, rng, s);
    return s;
}

struct schedule *cnn_pad(struct arena *a, struct rng *rng, struct image in,
                         struct image *out)
{
    uint32_t side[4];
    for (int i = 0; i < 4; i++)
        side[i] = rng_below(rng, 3);
    return pad_sides(a, rng, in, side, out);
}

struct schedule *cnn_pad_by(struct arena *a, struct rng *rng, struct image in,
                            uint32_t border, struct image *out)
{
    const uint32_t side[4] = { border, border, border, border };
    return pad_sides(a, rng, in, side, out);
}

/* A window over an image, and the steps of one pixel. */
struct window {
    struct image in;
    uint32_t kernel_rows, kernel_columns, stride_rows, stride_columns;
    struct step early; /* all tokens of a pixel but the last */
    struct step last;  /* of a pixel that completes no window */
    struct step complete_early, complete_last; /* of one that does */
};

static uint32_t windows(uint32_t size, uint32_t kernel, uint32_t stride)
{
    return (size - kernel) / stride + 1;
}

static void add_pixels(struct schedule *s, const struct window *w,
                       uint32_t times, bool complete)
{
    if (times == 0)
        return;
    schedule_loop(s, times);
    schedule_step(s, w->in.per_pixel - 1,
                  complete ? &w->complete_early : &w->early);
    schedule_step(s, 1, complete ? &w->complete_last : &w->last);
    schedule_end(s);
}

static void add_row(struct schedule *s, const struct window *w)
{
    uint32_t count =
        windows(w->in.columns, w->kernel_columns, w->stride_columns);
    uint32_t used = w->kernel_columns + (count - 1) * w->stride_columns;
    add_pixels(s, w, w->kernel_columns - 1, false);
    if (count > 1) {
        schedule_loop(s, count - 1);
        add_pixels(s, w, 1, true);
        add_pixels(s, w, w->stride_columns - 1, false);
        schedule_end(s);
    }
    add_pixels(s, w, 1, true);
    add_pixels(s, w, w->in.columns - used, false);
}

static void add_window(struct schedule *s, const struct window *w,
                       struct image *out)
{
    uint32_t columns = w->in.columns;
    uint32_t count = windows(w->in.rows, w->kernel_rows, w->stride_rows);
    uint32_t used = w->kernel_rows + (count - 1) * w->stride_rows;
    add_pixels(s, w, (w->kernel_rows - 1) * columns, false);
    if (count > 1) {
        schedule_loop(s, count - 1);
        add_row(s, w);
        add_pixels(s, w, (w->stride_rows - 1) * columns, false);
        schedule_end(s);
    }
    add_row(s, w);
    add_pixels(s, w, (w->in.rows - used) * columns, false);
    out->rows = count;
    out->columns = windows(columns, w->kernel_columns, w->stride_columns);
}

static uint32_t up_to(struct rng *rng, uint32_t max, uint32_t size)
{
    return 1 + rng_below(rng, size < max ? size : max);
}

struct schedule *cnn_pool(struct arena *a, struct rng *rng, struct image in,
                          struct image *out)
{
    struct schedule *s = layer_new(a, rng);
    struct step drop = { .reads = 1, .gap = 1 };
    struct step complete = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 2, .count = 1
    };
    struct window w = {
        .in = in,
        .kernel_rows = up_to(rng, 3, in.rows),
        .kernel_columns = up_to(rng, 3, in.columns),
        .stride_rows = 1 + rng_below(rng, 3),
        .stride_columns = 1 + rng_below(rng, 3),
        .early = drop,
        .last = drop,
        .complete_early = complete,
        .complete_last = complete,
    };
    out->per_pixel = in.per_pixel;
    add_window(s, &w, out);
    schedule_make_legal(a, rng, s);
    return s;
}

/* The steps of a convolution: the last token of a pixel waits for the
 * datapath, which a complete window keeps for all folds. */
static struct schedule *conv(struct arena *a, struct rng *rng, struct window *w,
                             uint32_t out_per_pixel, struct image *out)
{
    struct schedule *s = layer_new(a, rng);
    uint32_t fold = 1 + rng_below(rng, rng_below(rng, 2) == 0 ? 2 : 8);
    w->early = (struct step){ .reads = 1, .gap = 1 };
    w->last = (struct step){
        .reads = 1, .gap = 1, .needs_datapath = true, .hold = 1
    };
    w->complete_early = w->early;
    w->complete_last = (struct step){
        .reads = 1,
        .writes = 1,
        .gap = 1,
        .needs_datapath = true,
        .hold = (uint64_t)fold * out_per_pixel,
        .delay = fold + 4 + rng_below(rng, 5),
        .count = out_per_pixel,
        .spacing = fold,
    };
    out->per_pixel = out_per_pixel;
    add_window(s, w, out);
    schedule_make_legal(a, rng, s);
    return s;
}

struct schedule *cnn_conv(struct arena *a, struct rng *rng, struct image in,
                          struct image *out)
{
    struct window w = {
        .in = in,
        .kernel_rows = up_to(rng, 4, in.rows),
        .kernel_columns = up_to(rng, 4, in.columns),
        .stride_rows = 1 + rng_below(rng, 2),
        .stride_columns = 1 + rng_below(rng, 2),
    };
    return conv(a, rng, &w, 1 + rng_below(rng, 4), out);
}

struct schedule *cnn_conv_by(struct arena *a, struct rng *rng, struct image in,
                             uint32_t kernel, uint32_t stride,
                             uint32_t out_per_pixel, struct image *out)
{
    assert(kernel <= in.rows && kernel <= in.columns);
    struct window w = {
        .in = in,
        .kernel_rows = kernel,
        .kernel_columns = kernel,
        .stride_rows = stride,
        .stride_columns = stride,
    };
    return conv(a, rng, &w, out_per_pixel, out);
}

struct schedule *cnn_dense(struct arena *a, struct rng *rng, struct image in,
                           struct image *out)
{
    struct schedule *s = layer_new(a, rng);
    uint32_t tokens = in.rows * in.columns * in.per_pixel;
    uint32_t folds = 1 + rng_below(rng, 3); /* of one token */
    uint32_t groups = 1 + rng_below(rng, 10);
    schedule_step(
        s, tokens - 1,
        &(struct step){
            .reads = 1, .gap = 1, .needs_datapath = true, .hold = folds });
    uint64_t all = (uint64_t)tokens * folds;
    schedule_step(s, 1,
                  &(struct step){ .reads = 1,
                                  .writes = 1,
                                  .gap = 1,
                                  .needs_datapath = true,
                                  .hold = folds + (groups - 1) * all,
                                  .delay = folds + 4 + rng_below(rng, 4),
                                  .count = groups,
                                  .spacing = (uint32_t)all });
    *out = (struct image){ 1, 1, groups };
    schedule_make_legal(a, rng, s);
    return s;
}
