/* Random designs: engine = infer = Verilated RTL on every handshake and
 * every bit of every stream; where one deadlocks, so does the other.
 *
 *   HEADRACE_EXACTNESS_DESIGNS  how many (30; the full run is 500, from seed
 * 1000) HEADRACE_EXACTNESS_FIRST    the first seed (683; the full run is from
 * 1000) HEADRACE_EXACTNESS_GRID add what was compared to the tables in this
 * file, so that several runs make one grid HEADRACE_EXACTNESS_VERBOSE  a line
 * per design HEADRACE_EXACTNESS_KEEP     keep RTL and builds in this folder */
#include "tests/exactness/exactness.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/exactness/grid.h"

enum { BATCH = 32, SECONDS = 7200 };

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void add_to_file(const struct grid *g, const char *path)
{
    struct grid all;
    grid_init(&all);
    FILE *f = fopen(path, "r");
    if (f != NULL) {
        grid_read(&all, f);
        fclose(f);
    }
    grid_merge(&all, g);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    grid_print(&all, f);
    fclose(f);
}

START_TEST(random_designs_agree)
{
    uint64_t first = number_from("HEADRACE_EXACTNESS_FIRST", EXACTNESS_FIRST);
    uint32_t count =
        (uint32_t)number_from("HEADRACE_EXACTNESS_DESIGNS", EXACTNESS_DESIGNS);
    char folder[] = "/tmp/headrace-exactness-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    const char *keep = getenv("HEADRACE_EXACTNESS_KEEP");
    const char *file = getenv("HEADRACE_EXACTNESS_GRID");
    struct grid g;
    grid_init(&g);
    bool ran =
        exactness_run(first, count, BATCH, keep ? keep : folder, keep != NULL,
                      getenv("HEADRACE_EXACTNESS_VERBOSE") != NULL, &g);
    rmdir(folder);
    printf("seeds %" PRIu64 " to %" PRIu64 "\n", first, first + count - 1);
    grid_print(&g, stdout);
    ck_assert(ran);
    if (file != NULL)
        add_to_file(&g, file);
    ck_assert_uint_eq(grid_get(&g, "designs"), count);
    ck_assert_uint_eq(grid_get(&g, "designs that differ"), 0);
    /* What was compared is real: designs move tokens and bring out values. */
    ck_assert_uint_gt(grid_get(&g, "handshakes compared"),
                      100 * (uint64_t)count);
    ck_assert_uint_gt(grid_get(&g, "of them at the output"),
                      5 * (uint64_t)count);
    ck_assert_uint_gt(grid_get(&g, "values compared"), 100 * (uint64_t)count);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exactness");
    TCase *c = tcase_create("random designs");
    tcase_set_timeout(c, SECONDS);
    tcase_add_test(c, random_designs_agree);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
