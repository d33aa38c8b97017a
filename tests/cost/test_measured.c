/* The cost model against Yosys: every module that was synthesised for
 * measurements.csv.  With --bills FILE, prints what the bill of each row of a
 * file says, for calibrate.py. */
#include "cost/bill.h"
#include "measured.h"

#include "base/arena.h"
#include "../check_main.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Errors in thousandths: the aim, and for the rows nobody looked at what they
 * were predicted at (42) and half as much again.  A price that moves a little
 * stays below it, a rule that is lost does not. */
enum { MEDIAN_MAX = 100, UNSEEN_MEDIAN_MAX = 63 };

static struct arena *arena;
static const struct measured *rows;
static uint32_t row_count;

static void load(const char *path)
{
    rows = measured_load(arena, path, &row_count);
    ck_assert_ptr_nonnull(rows);
}

static void setup(void)
{
    arena = arena_new();
    load(MEASURED_CALIBRATION);
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

static void check_dsp_and_block_ram(void)
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

START_TEST(dsp_and_block_ram_are_exact)
{
    check_dsp_and_block_ram();
    load(MEASURED_UNSEEN);
    check_dsp_and_block_ram();
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

/* Medians of the errors of all rows that prices were not fitted to. */
static void check_medians(uint32_t rows_min, uint64_t lut_max, uint64_t ff_max)
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
    ck_assert_uint_ge(count, rows_min);
    qsort(luts, count, sizeof *luts, compare);
    qsort(ffs, count, sizeof *ffs, compare);
    ck_assert_uint_le(luts[count / 2], lut_max);
    ck_assert_uint_le(ffs[count / 2], ff_max);
}

START_TEST(luts_and_registers_of_rows_not_fitted_are_close)
{
    check_medians(100, MEDIAN_MAX, MEDIAN_MAX);
}
END_TEST

START_TEST(those_of_rows_nobody_looked_at_are_close)
{
    load(MEASURED_UNSEEN);
    check_medians(60, UNSEEN_MEDIAN_MAX, MEDIAN_MAX);
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

static int print_bills(const char *path)
{
    arena = arena_new();
    rows = measured_load(arena, path, &row_count);
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
    if (argc == 3 && strcmp(argv[1], "--bills") == 0)
        return print_bills(argv[2]);
    const TTest *const tests[] = {
        dsp_and_block_ram_are_exact,
        luts_and_registers_of_rows_not_fitted_are_close,
        those_of_rows_nobody_looked_at_are_close,
        all_costs_are_above_nothing,
        NULL,
    };
    return check_main_with("measured", tests, setup, teardown);
}
