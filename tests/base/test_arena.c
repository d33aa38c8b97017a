#include "base/arena.h"

#include <check.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>

START_TEST(memory_is_zeroed_and_aligned)
{
    struct arena *a = arena_new();
    for (size_t size = 0; size < 5000; size = size * 5 / 4 + 1) {
        unsigned char *p = arena_alloc(a, 3, size);
        ck_assert_uint_eq((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < 3 * size; i++)
            ck_assert_uint_eq(p[i], 0);
        memset(p, 0xa5, 3 * size);
    }
    arena_free(a);
}
END_TEST

START_TEST(items_do_not_overlap)
{
    enum { ITEMS = 3000 };
    struct arena *a = arena_new();
    unsigned char *items[ITEMS];
    /* Sizes below and above what is put into shared chunks. */
    size_t sizes[] = { 1, 16, 17, 300, 4000, 40000 };
    enum { SIZES = sizeof sizes / sizeof *sizes };
    for (int i = 0; i < ITEMS; i++) {
        size_t size = sizes[i % SIZES];
        items[i] = arena_alloc(a, 1, size);
        memset(items[i], i & 0xff, size);
    }
    for (int i = 0; i < ITEMS; i++) {
        size_t size = sizes[i % SIZES];
        ck_assert_uint_eq(items[i][0], i & 0xff);
        ck_assert_uint_eq(items[i][size - 1], i & 0xff);
    }
    arena_free(a);
}
END_TEST

START_TEST(arrays_that_grow)
{
    enum { COUNT = 1000 };
    struct arena *a = arena_new();
    uint32_t *items = NULL;
    size_t moves = 0;
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t *grown = arena_grow(a, items, i, sizeof *items);
        moves += grown != items;
        items = grown;
        ck_assert_uint_eq(items[i], 0);
        items[i] = i * i;
        for (uint32_t k = i & ~63U; k <= i; k++)
            ck_assert_uint_eq(items[k], k * k);
    }
    ck_assert_uint_eq(moves, 8); /* 8, 16, ... 1024 */
    ck_assert_uint_lt(arena_used(a), 2 * 1024 * sizeof *items);
    arena_free(a);
}
END_TEST

START_TEST(typed_allocation)
{
    struct pair {
        double x;
        char c;
    };
    struct arena *a = arena_new();
    struct pair *p = arena_new_item(a, struct pair);
    struct pair *array = arena_new_array(a, struct pair, 10);
    ck_assert_ptr_ne(p, array);
    ck_assert_uint_eq(array[9].c, 0);
    arena_free(a);
}
END_TEST

START_TEST(used_counts_what_was_asked_for)
{
    struct arena *a = arena_new();
    ck_assert_uint_eq(arena_used(a), 0);
    arena_alloc(a, 3, 7);
    ck_assert_uint_eq(arena_used(a), 21);
    arena_alloc(a, 0, 7);
    ck_assert_uint_eq(arena_used(a), 21);
    arena_alloc(a, 1, 1 << 20);
    ck_assert_uint_eq(arena_used(a), 21 + (1 << 20));
    arena_free(a);
}
END_TEST

START_TEST(strings)
{
    struct arena *a = arena_new();
    char source[] = "conv1.out";
    char *copy = arena_strdup(a, source);
    source[0] = 'x';
    ck_assert_str_eq(copy, "conv1.out");
    ck_assert_str_eq(arena_strdup(a, ""), "");
    ck_assert_str_eq(arena_printf(a, "%s[%d]", "layers", 3), "layers[3]");
    ck_assert_str_eq(arena_printf(a, "%s", ""), "");
    arena_free(a);
}
END_TEST

/* Around the length at which arena_printf has to format twice. */
START_TEST(printf_of_any_length)
{
    struct arena *a = arena_new();
    for (int length = 250; length < 262; length++) {
        char *s = arena_printf(a, "%*d", length, 7);
        ck_assert_uint_eq(strlen(s), length);
        ck_assert_int_eq(s[length - 1], '7');
        ck_assert_int_eq(s[0], ' ');
    }
    ck_assert_uint_eq(strlen(arena_printf(a, "%0100000d%s", 1, "end")), 100003);
    arena_free(a);
}
END_TEST

START_TEST(free_accepts_null_and_an_empty_arena)
{
    arena_free(NULL);
    struct arena *a = arena_new();
    ck_assert_ptr_nonnull(a);
    arena_free(a);
}
END_TEST

/* The product of count and size must not wrap to a small number. */
START_TEST(overflowing_product_aborts)
{
    struct arena *a = arena_new();
    arena_alloc(a, SIZE_MAX / 4 + 2, 4);
}
END_TEST

static Suite *arena_suite(void)
{
    Suite *s = suite_create("arena");
    TCase *tc = tcase_create("arena");
    tcase_add_test(tc, memory_is_zeroed_and_aligned);
    tcase_add_test(tc, items_do_not_overlap);
    tcase_add_test(tc, arrays_that_grow);
    tcase_add_test(tc, typed_allocation);
    tcase_add_test(tc, used_counts_what_was_asked_for);
    tcase_add_test(tc, strings);
    tcase_add_test(tc, printf_of_any_length);
    tcase_add_test(tc, free_accepts_null_and_an_empty_arena);
    tcase_add_test_raise_signal(tc, overflowing_product_aborts, SIGABRT);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(arena_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
