#include "design/design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/design/chain.h"
#include "tests/kernels/kernel_case.h"

enum { LINE_LAYER = 5, LINE_FIFO };

static struct arena *arena;
static struct diag *diag;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

/* A padded convolution and the sum of its results and the input, which is
 * read twice. */
static const struct layer layers[] = {
    { .name = "conv",
      .type = LAYER_CONV2D,
      .place = { "f", LINE_LAYER, 1 },
      .units = 4,
      .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
      .output = { .format = { .width = 8 } } },
    { .name = "sum", .type = LAYER_ADD, .place = { "f", LINE_LAYER, 1 } },
};

static const struct design *lower(struct shape in, struct hardware h)
{
    return design_lower(arena, chain_new(arena, in, 2, layers), &h,
                        kernels_headrace(), diag);
}

static const char *fifos(struct hardware h)
{
    const struct design *d = lower((struct shape){ 8, 8, 4 }, h);
    ck_assert_ptr_nonnull(d);
    struct text *t = text_new(arena);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        text_printf(t, "%s %s%u%s\n", s->name, fifo_kind_name(s->kind),
                    s->depth, s->auto_depth ? "" : "!");
    }
    return text_string(t);
}

START_TEST(test_streams)
{
    ck_assert_str_eq(fifos((struct hardware){ .fifo_depth = 100 }),
                     "source.out bram100!\n"
                     "source.clone.out0 bram100!\n"
                     "source.clone.out1 bram100!\n"
                     "conv.pad.out bram100!\n"
                     "conv.out bram100!\n"
                     "sum.out bram100!\n");
}
END_TEST

/* Whole frames between layers; what lowering put in streams, and so does the
 * output. */
START_TEST(test_frames)
{
    const struct hardware h = { .buffering = BUFFERING_FRAME, .fifo_depth = 3 };
    ck_assert_str_eq(fifos(h), "source.out srl3!\n"
                               "source.clone.out0 frame2\n"
                               "source.clone.out1 frame2\n"
                               "conv.pad.out srl3!\n"
                               "conv.out frame2\n"
                               "sum.out srl3!\n");
}
END_TEST

/* Those of one stream go before those of all. */
START_TEST(test_options)
{
    const struct fifo_options options[] = {
        { .stream = "conv.out", .kind = FIFO_FRAME },
        { .stream = "conv.pad.out", .depth = 5, .kind = FIFO_BRAM },
        { .stream = "sum.out", .depth = 70 },
    };
    const struct hardware h = { .fifo_depth = 3,
                                .fifo_count = 3,
                                .fifos = options };
    ck_assert_str_eq(fifos(h), "source.out srl3!\n"
                               "source.clone.out0 srl3!\n"
                               "source.clone.out1 srl3!\n"
                               "conv.pad.out bram5!\n"
                               "conv.out frame2\n"
                               "sum.out bram70!\n");
}
END_TEST

/* Options for all copies of a stream, and for one. */
START_TEST(test_options_of_copies)
{
    const struct fifo_options options[] = {
        { .stream = "conv.1.out", .depth = 9 },
        { .stream = "conv.out", .depth = 7 },
    };
    const struct hardware h = { .copies = 2,
                                .fifo_count = 2,
                                .fifos = options };
    const struct design *d = lower((struct shape){ 8, 8, 4 }, h);
    ck_assert_ptr_nonnull(d);
    ck_assert_uint_eq(design_stream(d, "conv.0.out")->depth, 7);
    ck_assert_uint_eq(design_stream(d, "conv.1.out")->depth, 9);
    /* A frame waits for its turn on either side. */
    ck_assert_uint_eq(design_stream(d, "source.dispatch.out1")->depth, 64);
    ck_assert_uint_eq(design_stream(d, "sum.1.out")->depth, 64);
}
END_TEST

/* 8192 x 4096 pixels are twice as many as a buffer can hold. */
START_TEST(test_frame_too_large)
{
    const struct fifo_options option = { .stream = "conv.out",
                                         .kind = FIFO_FRAME,
                                         .place = { "f", LINE_FIFO, 1 } };
    const struct hardware one = { .fifo_count = 1, .fifos = &option };
    const struct shape in = { 8192, 4096, 4 };
    ck_assert_ptr_null(lower(in, one));
    check_one_error(diag, DIAG_FIFO,
                    "a frame of 'conv.out' is 33554432 tokens, more than the "
                    "16777216 that a frame buffer can hold",
                    "a pixel of more lanes is fewer tokens; or a FIFO of "
                    "another kind");
    ck_assert_uint_eq(diag_at(diag, 0)->place.line, LINE_FIFO);

    diag = diag_new(arena);
    const struct hardware all = { .buffering = BUFFERING_FRAME };
    ck_assert_ptr_null(lower(in, all));
    ck_assert_uint_eq(diag_count(diag), 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(diag_at(diag, i)->place.line, LINE_LAYER);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_streams,           test_frames,          test_options,
        test_options_of_copies, test_frame_too_large, NULL,
    };
    return check_main_with("lower_fifos", tests, setup, teardown);
}
