#include "kernels/window.h"

#include "base/arena.h"
#include "base/diag.h"
#include "kernels/schedule.h"
#include "tests/kernels/kernel_case.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    uint64_t h, w, c;
    const char *text; /* NULL: it can be counted */
} sizes[] = {
    { 1, 1, 1, NULL },
    { 1 << 20, 1 << 11, 1, NULL },
    { 1, 1 << 20, 1 << 11, NULL },
    { 1 << 11, 1, 1 << 20, NULL },
    { 1290, 1290, 1290, NULL },
    { 1291, 1291, 1291,
      "a tensor of 'it' would be 1291x1291x1291: at most "
      "1048576 each and 2^31 values" },
    { (1 << 20) + 1, 1, 1,
      "a tensor of 'it' would be 1048577x1x1: at most "
      "1048576 each and 2^31 values" },
    { 1, (1 << 20) + 1, 1,
      "a tensor of 'it' would be 1x1048577x1: at most "
      "1048576 each and 2^31 values" },
    { 1, 1, (1 << 20) + 1,
      "a tensor of 'it' would be 1x1x1048577: at most "
      "1048576 each and 2^31 values" },
    /* Products that would wrap around in 64 bits. */
    { UINT64_C(1) << 32, UINT64_C(1) << 32, 1,
      "a tensor of 'it' would be 4294967296x4294967296x1: at most 1048576 "
      "each and 2^31 values" },
};

START_TEST(test_store_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it", .place = { "f", 3, 1 } };
    struct shape out = { 0, 0, 0 };
    bool stored =
        window_store_shape(&l, sizes[_i].h, sizes[_i].w, sizes[_i].c, &out, d);
    ck_assert_int_eq(stored, sizes[_i].text == NULL);
    ck_assert_uint_eq(diag_count(d), stored ? 0 : 1);
    if (stored) {
        ck_assert_uint_eq(out.h, sizes[_i].h);
        ck_assert_uint_eq(out.w, sizes[_i].w);
        ck_assert_uint_eq(out.c, sizes[_i].c);
    } else {
        ck_assert_int_eq(diag_at(d, 0)->code, DIAG_SHAPE_OVERFLOW);
        ck_assert_str_eq(diag_at(d, 0)->text, sizes[_i].text);
        ck_assert_uint_eq(diag_at(d, 0)->place.line, 3);
    }
    arena_free(a);
}
END_TEST

/* Window positions counted one by one. */
static uint32_t positions(uint32_t size, uint32_t kernel, uint32_t stride)
{
    uint32_t count = 0;
    for (uint32_t first = 0; first + kernel <= size; first += stride)
        count++;
    return count;
}

START_TEST(test_shape)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    for (uint32_t size = 1; size <= 9; size++)
        for (uint32_t kernel = 1; kernel <= size; kernel++)
            for (uint32_t stride = 1; stride <= 10; stride++) {
                struct layer l = { .name = "it" };
                struct shape out;
                l.window = make_window(kernel, 2, stride, 3);
                ck_assert(window_shape(&l, (struct shape){ size, 11, 4 }, 5,
                                       &out, d));
                ck_assert_uint_eq(out.h, positions(size, kernel, stride));
                ck_assert_uint_eq(out.w, 4);
                ck_assert_uint_eq(out.c, 5);
                l.window = make_window(2, kernel, 3, stride);
                ck_assert(window_shape(&l, (struct shape){ 11, size, 4 }, 5,
                                       &out, d));
                ck_assert_uint_eq(out.h, 4);
                ck_assert_uint_eq(out.w, positions(size, kernel, stride));
            }
    arena_free(a);
}
END_TEST

/* Steps that can be told apart: one a pixel. */
static void skip_pixels(const void *context, struct schedule *s,
                        uint64_t pixels)
{
    ck_assert_ptr_eq(context, sizes);
    ck_assert_uint_ge(pixels, 1);
    schedule_step(s, pixels, &(struct step){ .reads = 1, .gap = 1 });
}

static void complete_pixel(const void *context, struct schedule *s)
{
    ck_assert_ptr_eq(context, sizes);
    struct step step = {
        .reads = 1, .writes = 1, .gap = 1, .delay = 1, .count = 1
    };
    schedule_step(s, 1, &step);
}

/* Is (y, x) the last pixel of one of the windows?  Looks at all of them. */
static bool is_last(const struct window *w, struct shape in, uint32_t y,
                    uint32_t x)
{
    for (uint32_t top = 0; top + w->kernel_h <= in.h; top += w->stride_h)
        for (uint32_t left = 0; left + w->kernel_w <= in.w; left += w->stride_w)
            if (y == top + w->kernel_h - 1 && x == left + w->kernel_w - 1)
                return true;
    return false;
}

START_TEST(test_schedule)
{
    const struct window_steps steps = { skip_pixels, complete_pixel, sizes };
    for (uint64_t seed = 1; seed <= 500; seed++) {
        struct arena *a = arena_new();
        struct rng r = { seed };
        struct shape in = { random_between(&r, 1, 9), random_between(&r, 1, 9),
                            1 };
        struct window w =
            make_window(random_between(&r, 1, in.h),
                        random_between(&r, 1, in.w), random_between(&r, 1, 5),
                        random_between(&r, 1, 5));
        struct schedule *s = schedule_new(a);
        window_schedule(s, &w, in, &steps);
        ck_assert_uint_eq(schedule_steps(s), shape_count(in));
        struct schedule_cursor c;
        schedule_start(&c, s);
        for (uint32_t y = 0; y < in.h; y++) {
            for (uint32_t x = 0; x < in.w; x++) {
                bool completes = schedule_peek(&c)->writes != 0;
                ck_assert_msg(completes == is_last(&w, in, y, x),
                              "seed %llu: pixel (%u, %u)",
                              (unsigned long long)seed, y, x);
                schedule_advance(&c);
            }
        }
        arena_free(a);
    }
}
END_TEST

/* However large the image, its schedule has a few instructions. */
START_TEST(test_compact)
{
    const struct window_steps steps = { skip_pixels, complete_pixel, sizes };
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    struct shape in = { 1 << 20, 1 << 11, 1 };
    struct window w = make_window(5, 3, 3, 7);
    window_schedule(s, &w, in, &steps);
    ck_assert_uint_lt(s->count, 30);
    ck_assert_uint_eq(schedule_reads(s, 0), UINT64_C(1) << 31);
    ck_assert_uint_eq(schedule_writes(s, 0), UINT64_C(349524) * 293);
    arena_free(a);
}
END_TEST

static Suite *window_suite(void)
{
    Suite *s = suite_create("window");
    TCase *t = tcase_create("window");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, test_store_shape, 0, sizeof sizes / sizeof sizes[0]);
    tcase_add_test(t, test_shape);
    tcase_add_test(t, test_schedule);
    tcase_add_test(t, test_compact);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(window_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
