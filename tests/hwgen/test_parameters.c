/* What hwgen tells the modules against what the modules in hwgen/rtl ask
 * for. */
#include "hwgen/parameters.h"

#include "base/arena.h"
#include "design/kernel.h"
#include "hwgen/library.h"
#include "kernels/kernels.h"
#include "sample_graph.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena *a;
static const struct design *designs[2];

static void setup(void)
{
    a = arena_new();
    designs[0] = sample_graph_forks(a);
    designs[1] = sample_graph_kernels(a);
}

static void teardown(void)
{
    arena_free(a);
}

/* The next parameter of a module's head from *at on, which moves behind it;
 * NULL when the ports begin.  It is the last word before the '='. */
static const char *next_parameter(const char **at)
{
    const char *line = strstr(*at, "\n    parameter ");
    const char *ports = strstr(*at, "\n) (");
    if (line == NULL || ports < line)
        return NULL;
    const char *end = strchr(line, '=');
    while (end[-1] == ' ')
        end--;
    const char *begin = end;
    while (begin[-1] != ' ')
        begin--;
    *at = end;
    char *name = arena_new_array(a, char, (size_t)(end - begin) + 1);
    return memcpy(name, begin, (size_t)(end - begin));
}

static bool has(const struct parameters *l, const char *name)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (strcmp(l->items[i].name, name) == 0)
            return true;
    return false;
}

static void check_process(const struct process *p)
{
    const char *file = arena_printf(a, "%s.sv", p->kernel->name);
    const struct embedded_file *f = library_find(file);
    ck_assert_msg(f != NULL, "no %s", file);
    char *head = arena_printf(a, "\nmodule %s #(", p->kernel->name);
    const char *at = strstr(f->text, head);
    ck_assert_msg(at != NULL, "%s has no such module", file);
    struct parameters l;
    module_parameters(p, &l);
    uint32_t count = 0;
    for (const char *name; (name = next_parameter(&at)) != NULL; count++)
        ck_assert_msg(has(&l, name), "%s: nobody sets %s", file, name);
    ck_assert_msg(count == l.count, "%s has %u parameters, %u are set", file,
                  count, l.count);
}

/* All that a module has, and no more. */
START_TEST(test_heads)
{
    for (uint32_t i = 0; i < designs[_i]->process_count; i++)
        check_process(&designs[_i]->processes[i]);
}
END_TEST

/* Every kernel has its module, and the samples have every kernel. */
START_TEST(test_kernels)
{
    const struct kernel_table *t = kernels_headrace();
    for (uint32_t i = 0; i < t->count; i++) {
        const char *name = t->kernels[i]->name;
        if (strcmp(name, "link") == 0) /* its ends: link_parameters.h */
            continue;
        ck_assert_msg(module_find(name) != NULL, "no module '%s'", name);
        bool found = false;
        for (int j = 0; j < 2; j++)
            for (uint32_t k = 0; k < designs[j]->process_count; k++)
                found |=
                    strcmp(designs[j]->processes[k].kernel->name, name) == 0;
        ck_assert_msg(found, "kernel '%s' is in no sample", name);
    }
    ck_assert_ptr_null(module_find("conv3d"));
}
END_TEST

static int64_t number(const struct design *d, const char *process,
                      const char *name)
{
    struct parameters l;
    module_parameters(design_process(d, process), &l);
    for (uint32_t i = 0; i < l.count; i++)
        if (strcmp(l.items[i].name, name) == 0) {
            ck_assert_int_eq(l.items[i].kind, PARAMETER_NUMBER);
            return l.items[i].value;
        }
    ck_abort_msg("%s has no %s", process, name);
    return 0;
}

/* Worked out by hand from the samples and docs/hardware.md. */
static const struct {
    int design;
    const char *process, *name;
    int64_t value;
} numbers[] = {
    { 0, "split", "OUTPUTS", 3 },
    { 0, "split", "TOKEN_WIDTH", 12 },
    { 0, "cut", "RELU", 1 },
    { 0, "cut", "RELU_MAX", 2 },
    { 0, "plain", "RELU", 0 },
    { 0, "plain", "RELU_MAX", 0 },
    { 0, "turns", "COPIES", 2 },
    { 0, "turns", "TOKENS", 60 },
    { 0, "way", "COPIES", 2 },
    { 0, "way", "TOKENS", 60 },
    { 0, "way", "TOKEN_WIDTH", 12 },
    { 0, "sum", "OPERATION", 0 },
    { 0, "sum", "LANES", 2 },
    { 0, "sum", "A_WIDTH", 6 },
    { 0, "sum", "B_FRAC", 3 },
    { 0, "sum", "OUT_WIDTH", 7 },
    { 0, "sum.width", "IN_LANES", 2 },
    { 0, "sum.width", "OUT_LANES", 4 },
    { 0, "sum.width", "WIDTH", 7 },
    { 0, "side", "PARALLEL", 1 },
    { 0, "side", "INPUTS", 2 },
    { 0, "side", "TOKEN_WIDTH", 56 },
    { 0, "both", "PARALLEL", 0 },
    { 0, "both", "TOKEN_WIDTH", 14 },
    { 0, "tall", "W", 5 },
    { 0, "tall", "TOKENS", 8 },
    { 0, "tall", "SCALE_H", 2 },
    { 0, "tall", "SCALE_W", 1 },
    { 0, "crop", "H", 12 },
    { 0, "crop", "CROP_TOP", 1 },
    { 0, "crop", "CROP_BOTTOM", 0 },
    { 0, "crop", "CROP_LEFT", 2 },
    { 0, "crop", "CROP_RIGHT", 0 },
    { 1, "pad", "PAD_VALUE", -128 },
    { 1, "pad", "LANES", 2 },
    { 1, "pad", "WIDTH", 8 },
    { 1, "mean", "RECIPROCAL", 65536 }, /* 2^18 / 4 */
    { 1, "mean", "RECIPROCAL_FRAC", 18 },
    { 1, "mean", "OUT_QUANT", 2 },
    { 1, "all_mean", "RECIPROCAL", 65536 },
    { 1, "all_mean", "H", 2 },
    { 1, "all_most", "TOKENS", 3 },
    { 1, "depth", "C", 4 },
    { 1, "depth", "PE", 2 },
    { 1, "depth", "SIMD", 3 },
    { 1, "norm", "SCALE_FRAC", 4 },
    { 1, "norm", "OFFSET_WIDTH", 9 },
    { 1, "norm", "TOKENS", 2 },
    { 1, "bend", "SHARED", 0 },
    { 1, "bend", "ALPHA_SIGNED", 0 },
    { 1, "leaky", "SHARED", 1 },
    { 1, "curve", "INDEX_WIDTH", 5 },
    { 1, "curve", "INDEX_FRAC", 2 },
    { 1, "curve", "INDEX_OVERFLOW", 1 },
    { 1, "curve", "OUT_WIDTH", 7 },
    { 1, "conv", "PACKED", 1 },
    { 1, "conv", "RELU_MAX", 6 },
    { 1, "fc", "PACKED", 0 },
    { 1, "product", "OPERATION", 2 },
    { 1, "soft", "C", 5 },
    { 1, "soft", "TABLE_BITS", 4 },
    { 1, "soft", "DROP", 1 },
    { 1, "best", "C", 5 },
    { 1, "best", "LANES", 5 },
};

START_TEST(test_numbers)
{
    ck_assert_msg(number(designs[numbers[_i].design], numbers[_i].process,
                         numbers[_i].name) == numbers[_i].value,
                  "%s, %s", numbers[_i].process, numbers[_i].name);
}
END_TEST

START_TEST(test_list)
{
    struct parameters l;
    module_parameters(design_process(designs[0], "both"), &l);
    ck_assert_uint_eq(l.list_count, 2);
    ck_assert_uint_eq(l.list[0], 4);
    ck_assert_uint_eq(l.list[1], 4);
    module_parameters(design_process(designs[0], "side"), &l);
    ck_assert_uint_eq(l.list_count, 2);
    ck_assert_uint_eq(l.list[1], 1);
}
END_TEST

START_TEST(test_operations)
{
    static const enum operation operations[] = {
        OPERATION_ADD, OPERATION_SUBTRACT, OPERATION_MULTIPLY, OPERATION_MAXIMUM
    };
    for (int i = 0; i < 4; i++) {
        design_process(designs[0], "sum")->operation = operations[i];
        ck_assert_int_eq(number(designs[0], "sum", "OPERATION"), i);
    }
}
END_TEST

static Suite *parameters_suite(void)
{
    enum { NUMBERS = sizeof numbers / sizeof *numbers };
    Suite *s = suite_create("parameters");
    TCase *t = tcase_create("parameters");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, test_heads, 0, 2);
    tcase_add_test(t, test_kernels);
    tcase_add_loop_test(t, test_numbers, 0, NUMBERS);
    tcase_add_test(t, test_list);
    tcase_add_test(t, test_operations);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(parameters_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
