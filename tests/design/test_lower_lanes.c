#include "design/design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/design/chain.h"
#include "tests/kernels/kernel_case.h"

#include <string.h>

enum { LINE_LANES = 7 };

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

/* Behind an input of 7x6x2 values; lanes 0: none are asked for. */
static const struct design *lower(uint32_t count, const struct layer *layers,
                                  const char *name, uint32_t lanes)
{
    const struct layer_options o = { .layer = name,
                                     .lanes = lanes,
                                     .lanes_place = { "f", LINE_LANES, 1 } };
    const struct hardware h = { .layer_count = lanes != 0, .layers = &o };
    const struct network *n =
        chain_new(arena, (struct shape){ 7, 6, 2 }, count, layers);
    return design_lower(arena, n, &h, kernels_headrace(), diag);
}

static void check_lanes(const struct design *d, const char *stream,
                        uint32_t lanes)
{
    ck_assert_ptr_nonnull(d);
    const struct stream *s = design_stream(d, stream);
    ck_assert_msg(s != NULL, "no %s", stream);
    ck_assert_uint_eq(s->lanes, lanes);
}

static void check_refused(const struct design *d, const char *text,
                          const char *hint)
{
    ck_assert_ptr_null(d);
    check_one_error(diag, DIAG_LANES, text, hint);
    ck_assert_uint_eq(diag_at(diag, 0)->place.line, LINE_LANES);
}

static const struct layer reshapes[] = {
    { .name = "six",
      .type = LAYER_RESHAPE,
      .output = { .shape = { 1, 14, 6 } } },
    { .name = "wide",
      .type = LAYER_CONV2D,
      .units = 6,
      .window = { 1, 1, 1, 1, 0, 0, 0, 0 } },
    { .name = "four",
      .type = LAYER_RESHAPE,
      .output = { .shape = { 1, 21, 4 } } },
    { .name = "back",
      .type = LAYER_RESHAPE,
      .output = { .shape = { 1, 14, 6 } } },
};

/* Whole tokens make the pixels on both sides. */
START_TEST(test_reshape)
{
    const struct design *d = lower(4, reshapes, NULL, 0);
    check_lanes(d, "six.out", 2);
    check_lanes(d, "wide.out", 6);
    check_lanes(d, "four.in0.narrow.out", 2);
    check_lanes(d, "four.out", 2);
    check_lanes(d, "back.out", 2);
    check_lanes(lower(4, reshapes, "four", 1), "four.out", 1);
    check_lanes(lower(4, reshapes, "six", 1), "six.in0.narrow.out", 1);
}
END_TEST

/* 4 lanes divide what is written, but not what is read, and 6 the other way
 * round. */
START_TEST(test_reshape_refused)
{
    static const char *const texts[] = {
        "4 lanes do not divide both the 6 channels that 'four' reads and the 4 "
        "that it writes",
        "6 lanes do not divide both the 6 channels that 'four' reads and the 4 "
        "that it writes",
    };
    for (uint32_t i = 0; i < 2; i++) {
        diag = diag_new(arena);
        check_refused(lower(4, reshapes, "four", i == 0 ? 4 : 6), texts[i],
                      "those that divide 2 do");
    }
}
END_TEST

/* A transpose, and a ReLU behind a flatten, pass tokens on, too. */
START_TEST(test_other_shapes)
{
    const struct layer layers[] = {
        { .name = "row",
          .type = LAYER_RESHAPE,
          .output = { .shape = { 1, 1, 84 } } },
        { .name = "turned",
          .type = LAYER_TRANSPOSE,
          .permutation = { 0, 2, 1 } },
        { .name = "flat", .type = LAYER_FLATTEN },
        { .name = "act", .type = LAYER_RELU, .relu = true },
    };
    const struct design *d = lower(4, layers, NULL, 0);
    check_lanes(d, "row.out", 2);
    check_lanes(d, "turned.in0.narrow.out", 1);
    check_lanes(d, "turned.out", 1);
    check_lanes(d, "act.out", 1);
    check_refused(lower(4, layers, "act", 2),
                  "2 lanes do not divide both the 1 channels that 'act' reads "
                  "and the 84 that it writes",
                  "those that divide 1 do");
}
END_TEST

/* Six channels and the input's two; or one of three and one of two. */
static const struct layer joined[] = {
    { .name = "wide",
      .type = LAYER_CONV2D,
      .units = 6,
      .window = { 1, 1, 1, 1, 0, 0, 0, 0 },
      .output = { .format = { .width = 8 } } },
    { .name = "all", .type = LAYER_CONCAT },
};

START_TEST(test_concat)
{
    check_lanes(lower(2, joined, NULL, 0), "all.out", 8);
    const struct design *d = lower(2, joined, "wide", 2);
    check_lanes(d, "all.out", 2);
    check_lanes(lower(2, joined, "all", 1), "all.out", 1);
    check_lanes(lower(2, joined, "all", 8), "all.out", 8);
    /* 3 lanes do not divide the input's 2 channels. */
    check_lanes(lower(2, joined, "wide", 3), "all.out", 2);
}
END_TEST

START_TEST(test_concat_refused)
{
    check_refused(lower(2, joined, "all", 4),
                  "4 lanes of concat 'all' do not divide the 6 channels of its "
                  "input 'wide'",
                  "lanes that divide the channels of every input do, or all 8");
    diag = diag_new(arena);
    check_refused(lower(2, joined, "all", 5),
                  "5 lanes do not divide the 8 channels of 'all'",
                  "4 and 8 do");
}
END_TEST

/* The most that an input has; the other is widened. */
START_TEST(test_elementwise)
{
    const struct layer layers[] = {
        { .name = "act", .type = LAYER_RELU, .relu = true },
        { .name = "sum", .type = LAYER_ADD },
    };
    check_lanes(lower(2, layers, NULL, 0), "sum.out", 2);
    const struct design *d = lower(2, layers, "act", 1);
    check_lanes(d, "sum.in0.widen.out", 2);
    check_lanes(d, "sum.out", 2);
    d = lower(2, layers, "sum", 1);
    check_lanes(d, "sum.in0.narrow.out", 1);
    check_lanes(d, "sum.in1.narrow.out", 1);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_reshape, test_reshape_refused, test_other_shapes,
        test_concat,  test_concat_refused,  test_elementwise,
        NULL,
    };
    return check_main_with("lower_lanes", tests, setup, teardown);
}
