/* Random designs: engine = infer = Verilated RTL on every handshake and
 * every bit of every stream; where one deadlocks, so does the other.
 *
 *   HEADRACE_EXACTNESS_DESIGNS  how many seeds from the first one on; all:
 *                               500.  Without it: a choice that reaches
 *                               everything in two minutes (exactness.h)
 *   HEADRACE_EXACTNESS_FIRST    the first seed (1000)
 *   HEADRACE_EXACTNESS_GRID     add what was compared to the tables in this
 *                               file, so that several runs make one grid
 *   HEADRACE_EXACTNESS_VERBOSE  a line per design
 *   HEADRACE_EXACTNESS_KEEP     keep RTL and builds in this folder */
#include "tests/exactness/exactness.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/exactness/grid.h"

enum { BATCH = 25, SEEDS_MAX = 2000, SECONDS = 7200 };

struct seeds {
    uint64_t items[SEEDS_MAX];
    uint32_t count;
};

static void choose_seeds(struct seeds *s)
{
    const char *designs = getenv("HEADRACE_EXACTNESS_DESIGNS");
    const char *first = getenv("HEADRACE_EXACTNESS_FIRST");
    if (designs == NULL) {
        s->count = exactness_choose(s->items);
        return;
    }
    uint64_t from =
        first == NULL ? EXACTNESS_FULL_FIRST : strtoull(first, NULL, 10);
    s->count = (uint32_t)strtoul(designs, NULL, 10);
    ck_assert_uint_le(s->count, SEEDS_MAX);
    for (uint32_t i = 0; i < s->count; i++)
        s->items[i] = from + i;
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
    struct seeds seeds;
    choose_seeds(&seeds);
    char folder[] = "/tmp/headrace-exactness-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    const char *keep = getenv("HEADRACE_EXACTNESS_KEEP");
    const char *file = getenv("HEADRACE_EXACTNESS_GRID");
    bool verbose = getenv("HEADRACE_EXACTNESS_VERBOSE") != NULL;
    struct grid g;
    grid_init(&g);
    bool ran = exactness_run(seeds.items, seeds.count, BATCH,
                             keep ? keep : folder, keep != NULL, verbose, &g);
    rmdir(folder);
    printf("seeds");
    for (uint32_t i = 0; i < seeds.count; i++)
        printf(" %" PRIu64, seeds.items[i]);
    printf("\n");
    grid_print(&g, stdout);
    ck_assert(ran);
    if (file != NULL)
        add_to_file(&g, file);
    ck_assert_uint_eq(grid_get(&g, "designs"), seeds.count);
    ck_assert_uint_eq(grid_get(&g, "designs that differ"), 0);
    /* What was compared is real: designs move tokens and bring out values. */
    const uint64_t count = seeds.count;
    ck_assert_uint_gt(count, 0);
    ck_assert_uint_gt(grid_get(&g, "handshakes compared"), 100 * count);
    ck_assert_uint_gt(grid_get(&g, "values compared"), 100 * count);
    ck_assert_uint_gt(grid_get(&g, "of them at the output"), 5 * count);
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
