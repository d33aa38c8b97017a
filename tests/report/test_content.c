/* Tokens in words, each form once and where they change over. */
#include "report/content.h"

#include "base/arena.h"
#include "design/design.h"
#include "tests/check_main.h"

struct example_content {
    struct shape shape;
    uint32_t lanes;
    uint64_t tokens;
    const char *text;
};

static const struct example_content examples[] = {
    { { 28, 28, 1 }, 1, 16, "16 of the 28 pixels of a row" },
    { { 28, 28, 1 }, 1, 27, "27 of the 28 pixels of a row" },
    { { 28, 28, 1 }, 1, 28, "1 row of 28 pixels" },
    { { 28, 28, 1 }, 1, 56, "2 rows of 28 pixels" },
    { { 28, 28, 1 }, 1, 42, "1.5 rows of 28 pixels" },
    { { 28, 28, 1 }, 1, 784, "1 frame" },
    { { 28, 28, 1 }, 1, 1176, "1.5 frames" },
    /* Four tokens a pixel. */
    { { 32, 32, 16 }, 4, 3, "3 of the 4 tokens of a pixel" },
    { { 32, 32, 16 }, 4, 4, "1 of the 32 pixels of a row" },
    { { 32, 32, 16 }, 4, 18, "4.5 of the 32 pixels of a row" },
    { { 32, 32, 16 }, 4, 128, "1 row of 32 pixels" },
    /* What is no picture. */
    { { 1, 1, 10 }, 1, 3, "3 of the 10 tokens of a frame" },
    { { 1, 2304, 1 }, 1, 1300, "1,300 of the 2,304 tokens of a frame" },
    { { 1, 1, 10 }, 1, 20, "2 frames" },
};

START_TEST(each_form)
{
    struct arena *a = arena_new();
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const struct example_content *e = &examples[i];
        const struct stream s = {
            .shape = e->shape,
            .lanes = e->lanes,
            .tokens_per_frame = shape_count(e->shape) / e->lanes,
            .kind = FIFO_SRL,
        };
        ck_assert_str_eq(content_text(a, &s, e->tokens), e->text);
        ck_assert_str_eq(content_depth_text(a, &s, (uint32_t)e->tokens),
                         e->text);
    }
    arena_free(a);
}
END_TEST

/* A frame buffer is so many frames deep. */
START_TEST(depths_of_frame_buffers)
{
    struct arena *a = arena_new();
    const struct stream s = { .shape = { 4, 4, 1 },
                              .lanes = 1,
                              .tokens_per_frame = 16,
                              .kind = FIFO_FRAME };
    ck_assert_str_eq(content_depth_text(a, &s, 2), "2 frames");
    ck_assert_str_eq(content_text(a, &s, 2), "2 of the 4 pixels of a row");
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { each_form, depths_of_frame_buffers, NULL };
    return check_main("content", tests);
}
