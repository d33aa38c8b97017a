/* What limits the models, as they are and with their edges slowed down. */
#include "engine/analysis.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static struct design *design_of(const char *name)
{
    struct diag *d = diag_new(a);
    const char *path =
        arena_printf(a, "%s/models/%s", HEADRACE_SOURCE_DIR, name);
    struct model *m = model_load(a, path, kernels_headrace(), d);
    ck_assert_ptr_nonnull(m);
    struct design *design =
        design_lower(a, &m->network, &m->hardware, kernels_headrace(), d);
    ck_assert_ptr_nonnull(design);
    return design;
}

START_TEST(the_slowest_process_limits)
{
    const struct analysis *x = analyse_design(a, design_of("svhn"), 0);
    ck_assert_int_eq(x->limit, LIMIT_PROCESS);
    ck_assert_str_eq(x->timing->processes[x->limiting_process].name, "conv1");
    ck_assert_uint_eq(analysis_interval(x),
                      x->ticks_per_frame[x->limiting_process]);
    /* 200 MHz over 7,324 cycles, in thousandths of a hertz. */
    ck_assert_uint_eq(analysis_millihertz(x), 200000000000 / 7324);
}
END_TEST

/* The FIFO that is named is the one whose depth gains most. */
START_TEST(a_shallow_fifo_limits)
{
    struct design *d = design_of("pipeline224");
    const struct analysis *x = analyse_design(a, d, 0);
    ck_assert_int_eq(x->limit, LIMIT_FIFO);
    const char *named = x->timing->streams[x->limiting_stream].name;
    ck_assert_str_eq(named, "pool1.out");
    uint64_t interval[2];
    const char *const deeper[2] = { "pool1.out", "conv1.out" };
    for (int i = 0; i < 2; i++) {
        struct design *changed = design_of("pipeline224");
        ck_assert(design_set_depth(changed, deeper[i], 64, (struct place){ 0 },
                                   diag_new(a)));
        interval[i] = analysis_interval(analyse_design(a, changed, 0));
    }
    ck_assert_uint_lt(interval[0], interval[1]);
    ck_assert_uint_lt(interval[0], analysis_interval(x));
}
END_TEST

START_TEST(a_slow_edge_limits)
{
    struct design *d = design_of("digits");
    d->source.gap = 9; /* 64 tokens, 10 cycles each */
    const struct analysis *x = analyse_design(a, d, 0);
    ck_assert_int_eq(x->limit, LIMIT_SOURCE);
    ck_assert_uint_eq(analysis_interval(x), 640);
    d = design_of("digits");
    d->sink.gap = 999; /* one token a frame */
    x = analyse_design(a, d, 0);
    ck_assert_int_eq(x->limit, LIMIT_SINK);
    ck_assert_uint_eq(analysis_interval(x), 1000);
}
END_TEST

START_TEST(one_frame_has_a_latency_and_no_interval)
{
    const struct analysis *x = analyse_design(a, design_of("digits"), 1);
    ck_assert_int_eq(x->limit, LIMIT_NONE);
    ck_assert_uint_eq(analysis_interval(x), 0);
    ck_assert_uint_eq(analysis_millihertz(x), 0);
    ck_assert_uint_eq(x->isolated_latency, x->back_to_back_latency);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_slowest_process_limits,
        a_shallow_fifo_limits,
        a_slow_edge_limits,
        one_frame_has_a_latency_and_no_interval,
        NULL,
    };
    return check_main_with("analysis", tests, setup, teardown);
}
