#include "kernels/shape_rule.h"

#include "base/arena.h"
#include "base/diag.h"
#include "tests/check_main.h"

#include <string.h>

START_TEST(test_keep)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct layer l = { .name = "it" };
    struct shape out;
    ck_assert(shape_rule_keep(&l, &(struct shape){ 7, 5, 9 }, &out, d));
    ck_assert_uint_eq(out.h, 7);
    ck_assert_uint_eq(out.w, 5);
    ck_assert_uint_eq(out.c, 9);
    ck_assert_uint_eq(diag_count(d), 0);
    arena_free(a);
}
END_TEST

START_TEST(test_input)
{
    const struct tensor conv = { .name = "conv1" }, nameless = { 0 };
    const struct tensor *const inputs[] = { &nameless, &conv, NULL };
    struct layer l = { .name = "it", .input_count = 3 };
    char text[SHAPE_RULE_NAME_SIZE];
    ck_assert_str_eq(shape_rule_input(&l, 1, text), "input 1");
    l.inputs = inputs;
    ck_assert_str_eq(shape_rule_input(&l, 0, text), "input 0");
    ck_assert_str_eq(shape_rule_input(&l, 1, text), "'conv1'");
    ck_assert_str_eq(shape_rule_input(&l, 2, text), "input 2");
}
END_TEST

/* Names have at most 64 characters: they are never cut. */
START_TEST(test_long_name)
{
    char name[65];
    memset(name, 'n', 64);
    name[64] = '\0';
    const struct tensor t = { .name = name };
    const struct tensor *const inputs[] = { &t };
    struct layer l = { .name = "it", .input_count = 1, .inputs = inputs };
    char text[SHAPE_RULE_NAME_SIZE];
    ck_assert_uint_eq(strlen(shape_rule_input(&l, 0, text)), 66);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_keep, test_input, test_long_name,
                                   NULL };
    return check_main("shape_rule", tests);
}
