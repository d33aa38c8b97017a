/* What random designs are made of, counted without running them: the runs of
 * test_exactness reach every kernel, every way of using one, every kind of
 * FIFO and every graph shape; the full one often enough. */
#include "tests/exactness/random_design.h"

#include <stdio.h>
#include <stdlib.h>

#include "design/kernel.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/exactness/exactness.h"
#include "tests/exactness/grid.h"

enum {
    LEAST = 20,           /* configurations of a kernel in the full run */
    LEAST_OF_A_SHAPE = 20 /* designs there */
};

/* Besides the kernels themselves. */
static const char *const ways[] = {
    "avgpool2d, 1D",
    "avgpool2d, overlapping",
    "avgpool2d, padded",
    "avgpool2d, pads uncounted",
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

/* Whether every row has so many configurations and every shape so many
 * designs; says which has not. */
static bool reaches(const struct grid *g, uint64_t least, uint64_t designs)
{
    const struct kernel_table *t = kernels_headrace();
    const size_t way_count = sizeof ways / sizeof *ways;
    bool all = true;
    for (size_t i = 0; i < t->count + way_count; i++) {
        /* Links join boards, which these designs have not. */
        if (i < t->count && t->kernels[i]->schedule == NULL)
            continue;
        const char *row =
            i < t->count ? t->kernels[i]->name : ways[i - t->count];
        uint64_t got = grid_configurations(g, row);
        if (got < least)
            printf("%s: %ju configurations, not %ju\n", row, (uintmax_t)got,
                   (uintmax_t)least);
        all &= got >= least;
    }
    for (uint32_t i = 0; i < g->count_count; i++) {
        const struct grid_count *c = &g->counts[i];
        if (c->count < designs)
            printf("%ju %s, not %ju\n", (uintmax_t)c->count, c->name,
                   (uintmax_t)designs);
        all &= c->count >= designs;
    }
    fflush(stdout);
    return all;
}

START_TEST(full_run_reaches_all_often)
{
    struct grid g;
    grid_init(&g);
    for (uint32_t i = 0; i < EXACTNESS_FULL_DESIGNS; i++)
        exactness_draw(EXACTNESS_FULL_FIRST + i, &g);
    if (getenv("HEADRACE_EXACTNESS_VERBOSE") != NULL)
        grid_print(&g, stdout);
    ck_assert(reaches(&g, LEAST, LEAST_OF_A_SHAPE));
}
END_TEST

START_TEST(daily_run_reaches_all)
{
    uint64_t seeds[EXACTNESS_DAILY_MAX];
    uint32_t count = exactness_choose(seeds);
    printf("%u designs\n", count);
    struct grid g;
    grid_init(&g);
    for (uint32_t i = 0; i < count; i++)
        exactness_draw(seeds[i], &g);
    ck_assert(reaches(&g, EXACTNESS_DAILY_LEAST, EXACTNESS_DAILY_LEAST));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { full_run_reaches_all_often,
                                   daily_run_reaches_all, NULL };
    return check_main("random_design", tests);
}
