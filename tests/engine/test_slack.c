/* Needs worked out by hand, and that they are just enough. */
#include "tests/check_main.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/slack.h"
#include "engine/timing.h"
#include "import/model.h"
#include "kernels/kernels.h"

#include <string.h>

static struct format byte_format(void)
{
    return (struct format){ .width = 8, .integer = 3, .is_signed = true };
}

/* Two 3x3 convolutions over h x w pixels and a shortcut around them, joined by
 * `join`. */
static struct network *residual(struct arena *a, uint32_t h, uint32_t w,
                                enum layer_type join)
{
    static const int32_t ones[9 * 2 * 2] = { 1 };
    struct network *n = arena_new_item(a, struct network);
    n->name = "residual";
    n->input = (struct tensor){ "image", { h, w, 2 }, byte_format() };
    n->layer_count = 3;
    n->layers = arena_new_array(a, struct layer, 3);
    const struct tensor **reads = arena_new_array(a, const struct tensor *, 4);
    reads[0] = &n->input;
    reads[1] = &n->layers[0].output;
    reads[2] = &n->layers[1].output;
    reads[3] = &n->input;
    for (uint32_t i = 0; i < 2; i++)
        n->layers[i] = (struct layer){
            .name = i == 0 ? "conv1" : "conv2",
            .type = LAYER_CONV2D,
            .input_count = 1,
            .inputs = &reads[i],
            .output = { i == 0 ? "conv1" : "conv2",
                        { h, w, 2 },
                        byte_format() },
            .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
            .units = 2,
            .weight = byte_format(),
            .bias = byte_format(),
            .weights = ones,
            .biases = ones,
        };
    bool concat = join == LAYER_CONCAT;
    n->layers[2] = (struct layer){
        .name = "join",
        .type = join,
        .input_count = 2,
        .inputs = &reads[2],
        .output = { "join", { h, w, concat ? 4 : 2 }, byte_format() },
    };
    n->output = &n->layers[2].output;
    return n;
}

static struct design *lower(struct arena *a, const struct network *n,
                            struct hardware h)
{
    struct diag *d = diag_new(a);
    struct design *design = design_lower(a, n, &h, kernels_headrace(), d);
    ck_assert_msg(design != NULL, "%s",
                  diag_count(d) > 0 ? diag_format(diag_at(d, 0), a) : "");
    return design;
}

static enum run_outcome outcome(struct arena *a, const struct design *d)
{
    struct run_options options = { .frames = 3 };
    return run_timing(a, timing_from_design(a, d), &options)->outcome;
}

/* The first sum needs output (0, 0) of conv2, that needs outputs of conv1 up
 * to (1, 1), and these the image up to (2, 2): two rows and three pixels. */
START_TEST(a_residual_block_needs_two_rows)
{
    struct arena *a = arena_new();
    const uint32_t width = 9;
    struct design *d =
        lower(a, residual(a, 7, width, LAYER_ADD), (struct hardware){ 0 });
    const uint64_t *needs = slack_needs(a, d);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        bool shortcut = strcmp(d->streams[i].name, "source.clone.out1") == 0;
        ck_assert_uint_eq(needs[i], shortcut ? 2 * width + 3 : 1);
    }
    slack_fit(d);
    ck_assert_uint_eq(design_stream(d, "source.clone.out1")->depth,
                      2 * width + 3 - 1 + 16);
    ck_assert_uint_eq(design_stream(d, "conv1.out")->depth, 16);
    arena_free(a);
}
END_TEST

START_TEST(the_need_is_enough_and_one_less_is_not)
{
    struct arena *a = arena_new();
    for (uint32_t width = 3; width < 12; width++) {
        struct design *d = lower(a, residual(a, 5, width, LAYER_CONCAT),
                                 (struct hardware){ 0 });
        const uint64_t *needs = slack_needs(a, d);
        for (uint32_t i = 0; i < d->stream_count; i++)
            fifo_set(&d->streams[i], FIFO_SRL, (uint32_t)needs[i]);
        ck_assert_int_eq(outcome(a, d), RUN_DONE);
        struct stream *s = design_stream(d, "source.clone.out1");
        fifo_set(s, FIFO_SRL, s->depth - 1);
        ck_assert_int_eq(outcome(a, d), RUN_DEADLOCK);
    }
    arena_free(a);
}
END_TEST

/* Three residual blocks in a row, with several tokens a pixel.  The first
 * shortcut is one as above: two rows and three pixels. */
START_TEST(the_needs_of_a_model_are_enough)
{
    struct arena *a = arena_new();
    struct diag *diag = diag_new(a);
    struct model *m = model_load(a, HEADRACE_SOURCE_DIR "/models/resnet8",
                                 kernels_headrace(), diag);
    ck_assert_ptr_nonnull(m);
    struct design *d = lower(a, &m->network, m->hardware);
    const uint64_t *needs = slack_needs(a, d);
    const struct stream *first = design_stream(d, "conv1.clone.out1");
    ck_assert_ptr_nonnull(first);
    ck_assert_uint_eq(needs[first->index],
                      (2 * first->shape.w + 3) * first->shape.c / first->lanes);
    uint32_t shortcuts = 0;
    for (uint32_t i = 0; i < d->stream_count; i++) {
        shortcuts += needs[i] > 1 ? 1 : 0;
        fifo_set(&d->streams[i], FIFO_SRL, (uint32_t)needs[i]);
    }
    ck_assert_uint_eq(shortcuts, 3);
    ck_assert_int_eq(outcome(a, d), RUN_DONE);
    /* The pipelines of the other way hold a few tokens, so one less may do. */
    fifo_set(design_stream(d, first->name), FIFO_SRL,
             (uint32_t)needs[first->index] / 2);
    ck_assert_int_eq(outcome(a, d), RUN_DEADLOCK);
    arena_free(a);
}
END_TEST

/* What somebody asked for stays. */
START_TEST(given_depths_stay)
{
    struct arena *a = arena_new();
    struct design *d = lower(a, residual(a, 7, 9, LAYER_ADD),
                             (struct hardware){ .fifo_depth = 3 });
    slack_fit(d);
    for (uint32_t i = 0; i < d->stream_count; i++)
        ck_assert_uint_eq(d->streams[i].depth, 3);
    ck_assert_int_eq(outcome(a, d), RUN_DEADLOCK);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_residual_block_needs_two_rows,
        the_need_is_enough_and_one_less_is_not,
        the_needs_of_a_model_are_enough,
        given_depths_stay,
        NULL,
    };
    return check_main("slack", tests);
}
