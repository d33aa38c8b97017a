/* What the space says of processes one by one against designs that are lowered
 * whole. */
#include "partition/space.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "cost/cost.h"
#include "design/kernel.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "kernels/schedule.h"
#include "partition/lane_choice.h"
#include "tests/check_main.h"

static const struct demand large = { { 1 << 20, 1 << 21, 12000, 4000, 0 } };

static struct space *space_of(struct arena *a, const char *name)
{
    struct diag *d = diag_new(a);
    const char *path =
        arena_printf(a, "%s/models/%s", HEADRACE_SOURCE_DIR, name);
    const struct model *m = model_load(a, path, kernels_headrace(), d);
    ck_assert_ptr_nonnull(m);
    struct space *s =
        space_new(a, &m->network, &m->hardware, kernels_headrace(), &large, d);
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(diag_error_count(d), 0);
    return s;
}

/* Each process in a form drawn from its own. */
static void check_draw(struct space *s, const uint32_t *lanes, struct rng *rng)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const uint32_t count = s->design->process_count;
    struct folding_form *forms = arena_new_array(a, struct folding_form, count);
    const struct item_choice **drawn =
        arena_new_array(a, const struct item_choice *, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct forms *f = space_forms(s, i, lanes);
        const uint32_t k = rng_below(rng, f->count);
        forms[i] = f->forms[k];
        drawn[i] = &f->choices[k];
    }
    const struct hardware *h = space_hardware(s, a, lanes, forms);
    const struct design *lowered = space_lower(s, a, h, d);
    ck_assert_ptr_nonnull(lowered);
    ck_assert_uint_eq(lowered->process_count, count);
    ck_assert_uint_eq(lowered->stream_count, s->design->stream_count);
    for (uint32_t i = 0; i < count; i++) {
        const struct process *p = &lowered->processes[i];
        ck_assert_str_eq(p->name, s->design->processes[i].name);
        const struct cost cost = cost_of_process(lowered, p);
        for (int r = 0; r < RESOURCE_COUNT; r++)
            ck_assert_msg(drawn[i]->demand.of[r] ==
                              resource_of(&cost, (enum resource)r),
                          "%s: %s", p->name, resource_name((enum resource)r));
        struct schedule *schedule = schedule_new(a);
        p->kernel->schedule(p, schedule);
        ck_assert_uint_eq(drawn[i]->cycles, schedule_ticks_per_frame(schedule));
    }
    for (uint32_t i = 0; i < s->design->stream_count; i++)
        ck_assert_uint_eq(lowered->streams[i].lanes, lanes[s->group_of[i]]);
    arena_free(a);
}

static void check_network(const char *name)
{
    struct arena *a = arena_new();
    struct space *s = space_of(a, name);
    struct rng rng = { 21 };
    uint32_t *lanes = arena_new_array(a, uint32_t, s->group_count);
    for (uint32_t draw = 0; draw < 6; draw++) {
        for (uint32_t g = 0; g < s->group_count; g++)
            lanes[g] = s->groups[g]
                           .options[rng_below(&rng, s->groups[g].option_count)];
        check_draw(s, lanes, &rng);
    }
    /* And with lanes as they are chosen: all processes keep the interval. */
    const struct lane_prices prices = lanes_even_prices(&large);
    const uint64_t least = lanes_least_interval(s);
    uint32_t slowest;
    ck_assert(!lanes_choose(s, least - 1, &prices, lanes, &slowest));
    ck_assert(lanes_choose(s, least, &prices, lanes, &slowest));
    for (uint32_t i = 0; i < s->design->process_count; i++) {
        const struct forms *f = space_forms(s, i, lanes);
        uint64_t fastest = UINT64_MAX;
        for (uint32_t k = 0; k < f->count; k++)
            if (f->choices[k].cycles < fastest)
                fastest = f->choices[k].cycles;
        ck_assert_uint_le(fastest, least);
    }
    check_draw(s, lanes, &rng);
    arena_free(a);
}

START_TEST(chain)
{
    check_network("lenet5");
}
END_TEST

START_TEST(residual_branches)
{
    check_network("resnet8");
}
END_TEST

START_TEST(depthwise)
{
    check_network("dscnn");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { chain, residual_branches, depthwise, NULL };
    printf("seed 21\n");
    return check_main("space", tests);
}
