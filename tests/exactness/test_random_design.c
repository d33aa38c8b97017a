/* What random designs are made of, counted without running them: the full
 * run of test_exactness reaches every kernel, every way of using one, every
 * kind of FIFO and every graph shape often enough, its everyday run each
 * kernel at least once. */
#include "tests/exactness/random_design.h"

#include <stdio.h>
#include <stdlib.h>

#include "design/kernel.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/exactness/exactness.h"
#include "tests/exactness/grid.h"

enum {
    LEAST = 20, /* configurations of a kernel in the full run */
    ONE_IN = 25 /* designs with a graph shape there, at least */
};

/* Returns whether a row has so many configurations, and says so if not. */
static bool has(const struct grid *g, const char *row, uint64_t least)
{
    uint64_t got = grid_configurations(g, row);
    if (got < least)
        printf("%s: %ju configurations, not %ju\n", row, (uintmax_t)got,
               (uintmax_t)least);
    return got >= least;
}

START_TEST(full_run_reaches_every_row)
{
    static const char *const ways[] = {
        "avgpool2d, 1D",
        "avgpool2d, overlapping",
        "avgpool2d, padded",
        "clone, of 3 and more",
        "collect, of 3 and more",
        "concat, parallel",
        "concat, serial",
        "conv2d, 1D",
        "conv2d, folded",
        "conv2d, packed",
        "conv2d, padded",
        "conv2d, pointwise",
        "conv2d, with ReLU limit",
        "conv2d, with strides",
        "dense, folded",
        "dense, packed",
        "depthwise_conv2d, 1D",
        "depthwise_conv2d, folded",
        "depthwise_conv2d, with strides",
        "dispatch, of 3 and more",
        "elementwise, add",
        "elementwise, maximum",
        "elementwise, multiply",
        "elementwise, subtract",
        "fifo_bram",
        "fifo_frame",
        "fifo_srl",
        "lookup, hard_sigmoid",
        "lookup, hard_tanh",
        "lookup, sigmoid",
        "lookup, tanh",
        "maxpool2d, 1D",
        "maxpool2d, overlapping",
        "maxpool2d, padded",
        "prelu, leaky ReLU",
        "relu, linear",
        "relu, with limit",
        "reshape, transpose",
        "width_converter, narrow",
        "width_converter, widen",
        "zeropad2d, 1D",
        "zeropad2d, with smallest value",
    };
    struct grid g;
    grid_init(&g);
    for (uint64_t i = 0; i < EXACTNESS_FULL_DESIGNS; i++)
        exactness_draw(EXACTNESS_FULL_FIRST + i, &g);
    bool all = true;
    const struct kernel_table *t = kernels_headrace();
    for (uint32_t i = 0; i < t->count; i++)
        all &= has(&g, t->kernels[i]->name, LEAST);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        all &= has(&g, ways[i], LEAST);
    for (uint32_t i = 0; i < g.count_count; i++) {
        bool often = g.counts[i].count * ONE_IN >= EXACTNESS_FULL_DESIGNS;
        if (!often)
            printf("%ju %s\n", (uintmax_t)g.counts[i].count, g.counts[i].name);
        all &= often;
    }
    if (!all || getenv("HEADRACE_EXACTNESS_VERBOSE") != NULL)
        grid_print(&g, stdout);
    fflush(stdout);
    ck_assert(all);
}
END_TEST

START_TEST(everyday_run_reaches_every_kernel)
{
    struct grid g;
    grid_init(&g);
    for (uint64_t i = 0; i < EXACTNESS_DESIGNS; i++)
        exactness_draw(EXACTNESS_FIRST + i, &g);
    bool all = true;
    const struct kernel_table *t = kernels_headrace();
    for (uint32_t i = 0; i < t->count; i++)
        all &= has(&g, t->kernels[i]->name, 1);
    all &= has(&g, "conv2d, packed", 1) && has(&g, "dense, packed", 1);
    all &= has(&g, "fifo_frame", 1);
    fflush(stdout);
    ck_assert(all);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { full_run_reaches_every_row,
                                   everyday_run_reaches_every_kernel, NULL };
    return check_main("random_design", tests);
}
