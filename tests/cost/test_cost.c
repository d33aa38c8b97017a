#include "cost/cost.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/diag.h"
#include "cost/kernel_costs.h"
#include "design/design.h"
#include "design/kernel.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"

static struct arena *arena;
static struct model *model;

static void setup(void)
{
    arena = arena_new();
    model = model_load(arena, HEADRACE_SOURCE_DIR "/models/digits",
                       kernels_headrace(), diag_new(arena));
    ck_assert_ptr_nonnull(model);
}

static void teardown(void)
{
    arena_free(arena);
}

static struct design *lower(void)
{
    struct design *d = design_lower(arena, &model->network, &model->hardware,
                                    kernels_headrace(), diag_new(arena));
    ck_assert_ptr_nonnull(d);
    return d;
}

START_TEST(every_kernel_has_a_cost)
{
    const struct kernel_table *t = kernels_headrace();
    for (uint32_t i = 0; i < t->count; i++)
        ck_assert_msg(kernel_cost_find(t->kernels[i]->name) != NULL, "%s",
                      t->kernels[i]->name);
    ck_assert_ptr_null(kernel_cost_find("perpetuum_mobile"));
}
END_TEST

START_TEST(a_design_is_its_processes_fifos_and_edges)
{
    struct design *d = lower();
    struct cost sum = { 0 };
    for (uint32_t i = 0; i < d->process_count; i++)
        sum = cost_sum(sum, cost_of_process(d, &d->processes[i]));
    for (uint32_t i = 0; i < d->stream_count; i++)
        sum = cost_sum(sum, cost_of_stream(d, &d->streams[i]));
    struct cost all = cost_of_design(d);
    ck_assert_uint_eq(all.dsp, sum.dsp);
    ck_assert_uint_eq(all.bram18, sum.bram18);
    ck_assert_uint_eq(all.uram, 0);
    /* Two counters of tokens, and whether a frame was wrong. */
    ck_assert_uint_eq(all.ff,
                      sum.ff + bits_log2_ceil(d->input->tokens_per_frame) +
                          bits_log2_ceil(d->output->tokens_per_frame) + 1);
    ck_assert_uint_gt(all.lut, sum.lut);
    ck_assert_uint_lt(all.lut, sum.lut + 100);
}
END_TEST

START_TEST(multipliers_are_dsps)
{
    struct design *d = lower();
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        struct cost c = cost_of_process(d, p);
        ck_assert_uint_eq(c.dsp, (uint64_t)p->pe * p->simd);
    }
}
END_TEST

START_TEST(packed_multipliers_are_half_as_many)
{
    struct design *d = lower();
    struct process *p = design_process(d, "conv2");
    ck_assert_uint_eq(p->pe % 2, 0);
    struct cost plain = cost_of_process(d, p);
    p->packed = true;
    struct cost packed = cost_of_process(d, p);
    ck_assert_uint_eq(2 * packed.dsp, plain.dsp);
    ck_assert_uint_gt(packed.lut, plain.lut);
}
END_TEST

START_TEST(a_deep_fifo_is_a_block_ram)
{
    struct design *d = lower();
    struct stream *s = design_stream(d, "pool1.out");
    ck_assert_uint_eq(cost_of_stream(d, s).bram18, 0);
    ck_assert(design_set_depth(d, "pool1.out", 4096, (struct place){ 0 },
                               diag_new(arena)));
    ck_assert_uint_gt(cost_of_stream(d, s).bram18, 0);
}
END_TEST

START_TEST(sums_are_of_each_resource)
{
    struct cost a = { 1, 2, 3, 4, 5 }, b = { 10, 20, 30, 40, 50 };
    struct cost s = cost_sum(a, b);
    ck_assert_uint_eq(s.lut, 11);
    ck_assert_uint_eq(s.ff, 22);
    ck_assert_uint_eq(s.dsp, 33);
    ck_assert_uint_eq(s.bram18, 44);
    ck_assert_uint_eq(s.uram, 55);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_kernel_has_a_cost,
        a_design_is_its_processes_fifos_and_edges,
        multipliers_are_dsps,
        packed_multipliers_are_half_as_many,
        a_deep_fifo_is_a_block_ram,
        sums_are_of_each_resource,
        NULL,
    };
    return check_main_with("cost", tests, setup, teardown);
}
