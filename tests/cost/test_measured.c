/* The cost model against Yosys: every module that was synthesised for
 * measurements.csv.  With --bills, prints what the bill of each row says, for
 * calibrate.py. */
#include "cost/bill.h"
#include "measured.h"

#include "base/arena.h"
#include "../check_main.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Errors in thousandths. */
enum { MEDIAN_MAX = 100 };

static struct arena *arena;
static const struct measured *rows;
static uint32_t row_count;

static void setup(void)
{
    arena = arena_new();
    rows = measured_load(arena, &row_count);
    ck_assert_ptr_nonnull(rows);
}

static void teardown(void)
{
    arena_free(arena);
}

static struct cost predict(const struct measured *m)
{
    struct bill b;
    ck_assert_msg(measured_bill(arena, m, &b), "no cost of '%s'", m->module);
    return bill_cost(&b);
}

START_TEST(dsp_and_block_ram_are_exact)
{
    for (uint32_t i = 0; i < row_count; i++) {
        struct cost c = predict(&rows[i]);
        ck_assert_msg(c.dsp == rows[i].cost.dsp &&
                          c.bram18 == rows[i].cost.bram18,
                      "%s %s: %" PRIu64 " DSP, %" PRIu64 " BRAM18; Yosys has "
                      "%" PRIu64 ", %" PRIu64,
                      rows[i].module, rows[i].parameters, c.dsp, c.bram18,
                      rows[i].cost.dsp, rows[i].cost.bram18);
    }
}
END_TEST

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t error_of(uint64_t predicted, uint64_t measured)
{
    uint64_t by =
        predicted > measured ? predicted - measured : measured - predicted;
    return 1000 * by / (measured > 0 ? measured : 1);
}

START_TEST(luts_and_registers_of_rows_not_fitted_are_close)
{
    uint64_t *luts = arena_new_array(arena, uint64_t, row_count);
    uint64_t *ffs = arena_new_array(arena, uint64_t, row_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < row_count; i++) {
        if (rows[i].fitted)
            continue;
        struct cost c = predict(&rows[i]);
        luts[count] = error_of(c.lut, rows[i].cost.lut);
        ffs[count] = error_of(c.ff, rows[i].cost.ff);
        count++;
    }
    ck_assert_uint_gt(count, 100);
    qsort(luts, count, sizeof *luts, compare);
    qsort(ffs, count, sizeof *ffs, compare);
    ck_assert_uint_le(luts[count / 2], MEDIAN_MAX);
    ck_assert_uint_le(ffs[count / 2], MEDIAN_MAX);
}
END_TEST

START_TEST(all_costs_are_above_nothing)
{
    for (uint32_t i = 0; i < row_count; i++) {
        struct cost c = predict(&rows[i]);
        ck_assert_uint_gt(c.lut + c.ff + c.bram18, 0);
        ck_assert_uint_eq(c.uram, 0);
    }
}
END_TEST

static int print_bills(void)
{
    arena = arena_new();
    rows = measured_load(arena, &row_count);
    printf("memory_lut ff dsp bram18");
    for (int j = 0; j < PART_COUNT; j++)
        printf(" %s", part_name((enum part)j));
    printf("\n");
    bool known = true;
    for (uint32_t i = 0; i < row_count && known; i++) {
        struct bill b;
        known = measured_bill(arena, &rows[i], &b);
        printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, b.memory_lut,
               b.ff, b.dsp, b.bram18);
        for (int j = 0; j < PART_COUNT; j++)
            printf(" %" PRIu64, b.parts[j]);
        printf("\n");
    }
    arena_free(arena);
    return known ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--bills") == 0)
        return print_bills();
    const TTest *const tests[] = {
        dsp_and_block_ram_are_exact,
        luts_and_registers_of_rows_not_fitted_are_close,
        all_costs_are_above_nothing,
        NULL,
    };
    return check_main_with("measured", tests, setup, teardown);
}
