#include "tune/rating.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/analysis.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tune/tune.h"

static struct arena *arena;
static struct design *design;
static struct tuning tuning;
static struct scenario scenarios[2];

static void setup(void)
{
    arena = arena_new();
    struct diag *d = diag_new(arena);
    struct model *m = model_load(arena, HEADRACE_SOURCE_DIR "/models/digits",
                                 kernels_headrace(), d);
    ck_assert_ptr_nonnull(m);
    design = model_design(arena, m, kernels_headrace(), d);
    ck_assert_ptr_nonnull(design);
    scenarios[0] = (struct scenario){ .name = "always" };
    scenarios[1] = (struct scenario){ .name = "slow", .sink = { .gap = 90 } };
    tuning = (struct tuning){ .design = design,
                              .pricing = pricing_bits(),
                              .scenario_count = 2,
                              .scenarios = scenarios };
}

static void teardown(void)
{
    arena_free(arena);
}

/* What a simulation of the design with these depths says. */
static void check_figures(const uint32_t *depths, const struct rating *r)
{
    for (uint32_t k = 0; k < 2; k++) {
        struct design *d = design_copy(arena, design);
        d->source = scenarios[k].source;
        d->sink = scenarios[k].sink;
        for (uint32_t i = 0; i < d->stream_count; i++)
            fifo_set(&d->streams[i],
                     d->streams[i].auto_kind ? FIFO_AUTO : d->streams[i].kind,
                     depths[i]);
        const struct analysis *x = analyse_design(arena, d, 0);
        const struct figures *f = &r->figures[k];
        if (x->run->outcome == RUN_DEADLOCK) {
            ck_assert_int_eq(f->verdict, VERDICT_DEADLOCK);
            continue;
        }
        ck_assert(x->run->certified && f->certified);
        ck_assert_uint_eq(f->isolated, x->isolated_latency);
        ck_assert_uint_eq(f->period_cycles * x->run->period,
                          x->run->period_cycles * f->period);
    }
}

START_TEST(it_runs_and_costs_what_a_simulation_says)
{
    static const uint32_t all[] = { 1, 2, 7, 16 };
    for (size_t n = 0; n < sizeof all / sizeof *all; n++) {
        uint32_t *depths =
            arena_new_array(arena, uint32_t, design->stream_count);
        uint64_t bits = 0;
        for (uint32_t i = 0; i < design->stream_count; i++) {
            depths[i] = all[n];
            bits += (uint64_t)all[n] * design->streams[i].width_bits;
        }
        const struct rating *r = rating_of(arena, &tuning, "all", depths);
        ck_assert_uint_eq(r->bits, bits);
        ck_assert_uint_eq(r->price, bits * 1000000);
        ck_assert_str_eq(r->name, "all");
        struct cost cost = { 0 };
        for (uint32_t i = 0; i < design->stream_count; i++)
            cost = cost_sum(cost, r->choices[i].cost);
        ck_assert_uint_eq(r->cost.lut, cost.lut);
        ck_assert_uint_ne(r->cost.lut, 0);
        check_figures(depths, r);
    }
}
END_TEST

START_TEST(tuned_depths_are_rated_as_the_tuner_says)
{
    const struct tune_options o = { .scenario_count = 2,
                                    .scenarios = scenarios,
                                    .pricing = pricing_bits() };
    const struct tuning *t = tune_design(arena, design, &o);
    ck_assert_int_eq(t->outcome, TUNE_DONE);
    const uint32_t *depths = rating_tuned_depths(arena, t);
    const struct rating *r = rating_of(arena, t, "ours", depths);
    ck_assert_uint_eq(r->price, t->price);
    for (uint32_t k = 0; k < 2; k++) {
        ck_assert_uint_eq(r->figures[k].isolated, t->figures[k].isolated);
        ck_assert_uint_eq(figures_interval(&r->figures[k]),
                          figures_interval(&t->figures[k]));
    }
    check_figures(depths, r);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        it_runs_and_costs_what_a_simulation_says,
        tuned_depths_are_rated_as_the_tuner_says,
        NULL,
    };
    return check_main_with("rating", tests, setup, teardown);
}
