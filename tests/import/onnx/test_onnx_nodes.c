/* Every test of a single operator that ONNX comes with: what is read gives
 * the right output.  docs/onnx-operators.md is the table of it, and of what
 * is read; UPDATE_GOLDEN=1 writes it anew. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/onnx/onnx.h"
#include "tests/check_main.h"
#include "tests/import/onnx/node_tests.h"

#define TABLE HEADRACE_SOURCE_DIR "/docs/onnx-operators.md"

static void write_operators(struct text *t, struct arena *a)
{
    uint32_t count;
    const struct onnx_operator_row *rows = onnx_operator_rows(a, &count);
    text_add(t, "| operator | limits |\n|---|---|\n");
    for (uint32_t i = 0; i < count; i++)
        text_printf(t, "| %s%s | %s |\n", rows[i].name,
                    rows[i].domain[0] == '\0' ? "" : " (QONNX)",
                    rows[i].limits);
}

static uint32_t count_of(const struct node_test *tests, uint32_t count,
                         enum node_result result, const char *group)
{
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += tests[i].result == result &&
               (group == NULL || strcmp(tests[i].group, group) == 0);
    return sum;
}

static void write_counts(struct text *t, const struct node_test *tests,
                         uint32_t count)
{
    static const char *const groups[] = { "node", "pytorch-converted",
                                          "pytorch-operator", "simple", NULL };
    text_add(t, "| tests | passed | unsupported | other operators | failed "
                "|\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        text_printf(t, "| %s | %u | %u | %u | %u |\n",
                    groups[i] == NULL ? "all" : groups[i],
                    (unsigned)count_of(tests, count, NODE_PASSED, groups[i]),
                    (unsigned)count_of(tests, count, NODE_UNSUPPORTED,
                                       groups[i]),
                    (unsigned)count_of(tests, count, NODE_UNKNOWN, groups[i]),
                    (unsigned)count_of(tests, count, NODE_FAILED, groups[i]));
}

static void write_results(struct text *t, const struct node_test *tests,
                          uint32_t count, enum node_result result)
{
    text_add(t, "| test | why not |\n|---|---|\n");
    for (uint32_t i = 0; i < count; i++)
        if (tests[i].result == result)
            text_printf(t, "| %s/%s | %s |\n", tests[i].group, tests[i].name,
                        tests[i].reason);
}

static void write_passed(struct text *t, const struct node_test *tests,
                         uint32_t count)
{
    const char *group = "";
    for (uint32_t i = 0; i < count; i++) {
        if (tests[i].result != NODE_PASSED)
            continue;
        bool same = strcmp(group, tests[i].group) == 0;
        if (!same)
            text_printf(t, "%s%s:", group[0] == '\0' ? "" : ".\n\n",
                        tests[i].group);
        text_printf(t, "%s\n%s", same ? "," : "", tests[i].name + 5);
        group = tests[i].group;
    }
    text_add(t, ".\n");
}

static const char *table(struct arena *a, const struct node_test *tests,
                         uint32_t count)
{
    struct text *t = text_new(a);
    text_add(t, "# ONNX operators\n\nWritten by `tests/import/onnx/"
                "test_onnx_nodes.c` from the table of the reader and from "
                "what\nits run on ONNX's own tests found; do not edit. "
                "[onnx.md](onnx.md) is about the rest.\n\n"
                "## Operators that are read\n\nIn the default domain from "
                "opset 7 on, and those of QONNX. What becomes of them in "
                "hardware, and what does\nnot, is in [onnx.md](onnx.md).\n\n");
    write_operators(t, a);
    text_add(t, "\n## ONNX's tests\n\nEach is a model with inputs and the "
                "output that is right (package libonnx-testdata, ONNX "
                "1.12):\nimport, float evaluation, and comparison at the "
                "tolerance of ONNX's runner (1e-3 relative).\n\n");
    write_counts(t, tests, count);
    text_add(t, "\n## Unsupported\n\nTests of operators that are read, in "
                "forms that are not.\n\n");
    write_results(t, tests, count, NODE_UNSUPPORTED);
    text_add(t, "\n## Passed\n\n");
    write_passed(t, tests, count);
    return text_string(t);
}

START_TEST(what_is_read_gives_the_right_output)
{
    struct arena *a = arena_new();
    uint32_t count, failed = 0;
    struct node_test *tests = node_tests(a, &count);
    ck_assert_msg(tests != NULL, "libonnx-testdata is not installed");
    for (uint32_t i = 0; i < count; i++) {
        struct arena *own = arena_new();
        node_test_run(own, &tests[i]);
        if (tests[i].reason != NULL)
            tests[i].reason = arena_strdup(a, tests[i].reason);
        arena_free(own);
        if (tests[i].result != NODE_FAILED)
            continue;
        fprintf(stderr, "%s/%s: %s\n", tests[i].group, tests[i].name,
                tests[i].reason);
        failed++;
    }
    struct diag *d = diag_new(a);
    const char *is = table(a, tests, count);
    if (getenv("UPDATE_GOLDEN") != NULL) {
        struct text *t = text_new(a);
        text_add(t, is);
        ck_assert(file_write_text(TABLE, t, d));
    }
    size_t length;
    const char *want = file_read(a, TABLE, 1 << 20, &length, d);
    ck_assert_uint_eq(failed, 0);
    ck_assert_msg(want != NULL && strcmp(is, want) == 0,
                  "docs/onnx-operators.md is not what the reader does: "
                  "UPDATE_GOLDEN=1 writes it");
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { what_is_read_gives_the_right_output, NULL };
    return check_main("onnx_nodes", tests);
}
