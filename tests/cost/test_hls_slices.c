#include "cost/hls_slices.h"

#include "base/arena.h"
#include "cost/hls_sizes.h"
#include "design/design.h"
#include "tests/check_main.h"
#include "tests/cost/measured_hls.h"

static struct arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

/* From the synthesis reports in tests/accuracy/data. */
static const struct {
    const char *model, *process;
    uint64_t dsp, bram18;
} reported[] = {
    { "pq_m3relu", "conv2d_2", 12, 0 }, /* 36 weights, reuse 3 */
    { "pq_m3relu", "conv2d_5", 72, 32 }, { "pq_m3relu", "dense_9", 80, 36 },
    { "pq_m4", "tanh_10", 0, 5 },        { "conv8f", "conv2d_2", 8, 4 },
    { "alezsmall", "dense_2", 1, 3 }, /* 1272 words of 10 bits */
    { "alezsmall", "dense_10", 1, 0 },   { "alezsmall", "bn_4", 1, 0 },
    { "t753", "conv2d_9", 5, 2 }, /* 10 narrow ones, 5 sums */
    { "dsconv", "bn_9", 36, 0 },  /* 9 * 64 values, reuse 16 */
    { "lenet5", "conv2d_6", 0, 0 },      { "dsconv", "softmax_16", 1, 2 },
};

START_TEST(slices_and_memories_are_those_of_the_report)
{
    for (size_t i = 0; i < sizeof reported / sizeof *reported; i++) {
        struct design *d = measured_hls_design(arena, reported[i].model);
        const struct process *p = design_process(d, reported[i].process);
        ck_assert_ptr_nonnull(p);
        const struct hls_sizes s = hls_sizes_of(p);
        ck_assert_uint_eq(hls_dsp(p, &s, d->family), reported[i].dsp);
        ck_assert_uint_eq(hls_bram18(p, &s, d->family), reported[i].bram18);
    }
}
END_TEST

/* 22 bits by 22 bits are two slices, as in the LeNet with reuse factor 32 of
 * tests/accuracy/data/published.csv; weights of 9 bits take none while each
 * has its own multiplier, and one when they share it. */
START_TEST(widths_and_sharing_decide)
{
    struct design *d = measured_hls_design(arena, "pq_m3relu");
    struct process *p = design_process(d, "conv2d_5");
    const struct hls_sizes s = hls_sizes_of(p);
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 72);
    p->weight.width = 22;
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 72);
    p->inputs[0]->format.width = 22;
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 144);
    p->weight.width = 9;
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 0);
    ck_assert_uint_eq(hls_dsp(p, &s, FAMILY_HLS4ML_VITIS_2024_2), 8);
    p->strategy = STRATEGY_LATENCY;
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 72);
    p->reuse_factor = 1;
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 0);
    p->weight.width = 10;
    p->inputs[0]->format.width = 16;
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 205); /* 71 % of 288 */
    p->strategy = STRATEGY_RESOURCE;
    ck_assert_uint_eq(hls_dsp(p, &s, d->family), 205);
}
END_TEST

static const struct {
    uint64_t width_bits, depth, bram18;
} fifos[] = {
    { 18, 1024, 1 }, { 19, 1024, 2 }, { 864, 80, 48 }, { 1408, 40, 79 },
    { 9, 114, 1 },   { 8, 4096, 2 },  { 40, 900, 3 },  { 1, 16384, 1 },
    { 1, 16385, 2 }, { 16, 900, 1 },  { 132, 576, 8 },
};

START_TEST(fifo_takes_the_best_shape)
{
    for (size_t i = 0; i < sizeof fifos / sizeof *fifos; i++)
        ck_assert_uint_eq(hls_fifo_bram18(fifos[i].width_bits, fifos[i].depth),
                          fifos[i].bram18);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        slices_and_memories_are_those_of_the_report,
        widths_and_sharing_decide,
        fifo_takes_the_best_shape,
        NULL,
    };
    return check_main_with("hls_slices", tests, setup, teardown);
}
