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
    first.rows[0].handshakes = both.rows[0].handshakes = UINT64_C(5000000000);
    second.rows[1].handshakes_different = 3;
    both.rows[1].handshakes_different = 3;
    first.rows[0].values = both.rows[0].values = 8;
    second.rows[1].values_different = both.rows[1].values_different = 2;

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
        const struct grid_row *x = &read.rows[i], *y = &both.rows[i];
        ck_assert_str_eq(x->name, y->name);
        ck_assert_uint_eq(x->configurations, y->configurations);
        ck_assert_uint_eq(x->handshakes, y->handshakes);
        ck_assert_uint_eq(x->handshakes_different, y->handshakes_different);
        ck_assert_uint_eq(x->values, y->values);
        ck_assert_uint_eq(x->values_different, y->values_different);
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
