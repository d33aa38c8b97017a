#include "tests/exactness/grid.h"

#include <stdio.h>

#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/exactness/exactness.h"

START_TEST(has_a_row_for_every_kernel)
{
    struct grid g;
    grid_init(&g);
    ck_assert_uint_eq(g.row_count, kernels_headrace()->count);
    for (uint32_t i = 0; i < g.row_count; i++)
        ck_assert_str_eq(g.rows[i].name, kernels_headrace()->kernels[i]->name);
}
END_TEST

START_TEST(counts_add_up)
{
    struct grid g;
    grid_init(&g);
    ck_assert_uint_eq(grid_get(&g, "designs"), 0);
    grid_add(&g, "designs", 2);
    grid_add(&g, "cycles", 7);
    grid_add(&g, "designs", 3);
    ck_assert_uint_eq(grid_get(&g, "designs"), 5);
    ck_assert_uint_eq(grid_get(&g, "cycles"), 7);
}
END_TEST

/* What one run wrote and another one adds to is what one run of both would
 * have written. */
START_TEST(runs_add_up_in_a_file)
{
    enum { DESIGNS = 5 };
    struct grid first, second, both, read;
    grid_init(&first);
    grid_init(&second);
    grid_init(&both);
    grid_init(&read);
    for (uint64_t seed = 1; seed <= 2 * DESIGNS; seed++) {
        exactness_draw(seed, &both);
        exactness_draw(seed, seed <= DESIGNS ? &first : &second);
    }
    first.rows[0].compared = both.rows[0].compared = UINT64_C(5000000000);
    second.rows[1].different = both.rows[1].different = 3;

    FILE *f = tmpfile();
    ck_assert_ptr_nonnull(f);
    grid_print(&first, f);
    rewind(f);
    grid_read(&read, f);
    fclose(f);
    grid_merge(&read, &second);

    ck_assert_uint_eq(read.row_count, both.row_count);
    ck_assert_uint_gt(read.row_count, kernels_headrace()->count);
    for (uint32_t i = 0; i < both.row_count; i++) {
        ck_assert_str_eq(read.rows[i].name, both.rows[i].name);
        ck_assert_uint_eq(read.rows[i].configurations,
                          both.rows[i].configurations);
        ck_assert_uint_eq(read.rows[i].compared, both.rows[i].compared);
        ck_assert_uint_eq(read.rows[i].different, both.rows[i].different);
    }
    ck_assert_uint_eq(grid_get(&both, "designs"), 2 * DESIGNS);
    for (uint32_t i = 0; i < both.count_count; i++)
        ck_assert_uint_eq(grid_get(&read, both.counts[i].name),
                          both.counts[i].count);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { has_a_row_for_every_kernel, counts_add_up,
                                   runs_add_up_in_a_file, NULL };
    return check_main("grid", tests);
}
