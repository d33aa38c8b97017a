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
    ck_assert_str_eq(analysis_limiting_fifo(x)->name, "pool1.out");
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

static struct format byte_format(void)
{
    return (struct format){ .width = 8, .integer = 3, .is_signed = true };
}

/* Two convolutions of the same image, added. */
static struct network *two_branches(void)
{
    static const int32_t ones[9] = { 1 };
    const struct shape out = { 3, 3, 1 };
    struct network *n = arena_new_item(a, struct network);
    n->name = "branches";
    n->input = (struct tensor){ "image", { 5, 5, 1 }, byte_format() };
    n->layer_count = 3;
    n->layers = arena_new_array(a, struct layer, 3);
    const struct tensor **reads = arena_new_array(a, const struct tensor *, 4);
    reads[0] = reads[1] = &n->input;
    reads[2] = &n->layers[0].output;
    reads[3] = &n->layers[1].output;
    for (uint32_t i = 0; i < 2; i++) {
        const char *name = i == 0 ? "conv1" : "conv2";
        n->layers[i] = (struct layer){
            .name = name,
            .type = LAYER_CONV2D,
            .input_count = 1,
            .inputs = &reads[i],
            .output = { name, out, byte_format() },
            .window = { 3, 3, 1, 1, 0, 0, 0, 0 },
            .units = 1,
            .weight = byte_format(),
            .bias = byte_format(),
            .weights = ones,
            .biases = ones,
        };
    }
    n->layers[2] = (struct layer){
        .name = "join",
        .type = LAYER_ADD,
        .input_count = 2,
        .inputs = &reads[2],
        .output = { "join", out, byte_format() },
    };
    n->output = &n->layers[2].output;
    return n;
}

/* The branches, with depth 1 everywhere but for the streams in `deeper`: bit i
 * is stream i. */
static const struct analysis *branches_with(uint32_t deeper)
{
    struct diag *d = diag_new(a);
    const struct layer_options layers[] = {
        { .layer = "conv1", .reuse_factor = 1 },
        { .layer = "conv2", .reuse_factor = 1 },
    };
    const struct hardware h = { .fifo_depth = 1,
                                .layers = layers,
                                .layer_count = 2 };
    struct design *design =
        design_lower(a, two_branches(), &h, kernels_headrace(), d);
    ck_assert_ptr_nonnull(design);
    for (uint32_t i = 0; i < design->stream_count; i++)
        if ((deeper >> i & 1) != 0)
            ck_assert(design_set_depth(design, design->streams[i].name, 2,
                                       (struct place){ 0 }, d));
    return analyse_design(a, design, 0);
}

/* With depth 1, every FIFO moves a token every two cycles: one that is faster
 * alone waits for the others. */
START_TEST(no_fifo_is_named_where_none_helps_alone)
{
    const struct analysis *x = branches_with(0);
    ck_assert_int_eq(x->limit, LIMIT_FIFO);
    ck_assert_uint_eq(x->limiting_stream, ANALYSIS_NO_STREAM);
    ck_assert_ptr_null(analysis_limiting_fifo(x));
    ck_assert_uint_eq(analysis_interval(x), 2 * 25);
    for (uint32_t i = 0; i < x->design->stream_count; i++)
        ck_assert_uint_eq(analysis_interval(branches_with(1U << i)), 50);
    ck_assert_uint_lt(analysis_interval(branches_with(~0U)), 50);
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
        no_fifo_is_named_where_none_helps_alone,
        a_slow_edge_limits,
        one_frame_has_a_latency_and_no_interval,
        NULL,
    };
    return check_main_with("analysis", tests, setup, teardown);
}
