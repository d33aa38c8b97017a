/* The rules of other tools: by hand on a chain, and against what was measured
 * on FINN's own RTL. */
#include "tune/baseline.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "engine/timing.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"

#include <string.h>

static struct design *load(struct arena *a, const char *name)
{
    struct diag *diag = diag_new(a);
    const char *path =
        arena_printf(a, "%s/models/%s", HEADRACE_SOURCE_DIR, name);
    struct model *m = model_load(a, path, kernels_headrace(), diag);
    ck_assert_ptr_nonnull(m);
    struct design *d = model_design(a, m, kernels_headrace(), diag);
    ck_assert_ptr_nonnull(d);
    return d;
}

static void set_depths(struct design *d, const uint32_t *depths)
{
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        if (!s->inner)
            fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind, depths[i]);
    }
}

START_TEST(methods_have_names)
{
    for (int m = 0; m < BASELINE_COUNT; m++) {
        enum baseline_method found;
        ck_assert(
            baseline_find(baseline_name((enum baseline_method)m), &found));
        ck_assert_int_eq(found, m);
    }
    enum baseline_method none;
    ck_assert(!baseline_find("FINN", &none));
}
END_TEST

START_TEST(max_is_a_frame)
{
    struct arena *a = arena_new();
    struct design *d = load(a, "digits");
    const struct baseline *b = baseline_depths(a, d, BASELINE_MAX, 0);
    ck_assert_uint_eq(b->frames, 0);
    ck_assert_ptr_null(b->run);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        const bool port = s->producer == NULL || s->consumer == NULL;
        ck_assert_uint_eq(b->depths[i], port ? 2 : s->tokens_per_frame);
    }
    arena_free(a);
}
END_TEST

/* A FIFO that holds one token more than there ever were in it changes nothing
 * as long as its latency stays the same: the frames end when they did. */
static void check_hls4ml(const char *model)
{
    struct arena *a = arena_new();
    struct design *d = load(a, model);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (!d->streams[i].inner)
            fifo_set(&d->streams[i], FIFO_BRAM, 2);
    const struct baseline *b = baseline_depths(a, d, BASELINE_HLS4ML, 3);
    ck_assert_uint_eq(b->frames, 3);
    ck_assert_uint_eq(b->run->frames, 3);
    uint32_t deeper = 0;
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        ck_assert_uint_eq(s->depth, 2); /* as it was */
        if (s->producer == NULL || s->consumer == NULL)
            continue;
        ck_assert_uint_eq(b->depths[i], b->run->streams[i].peak + 1);
        deeper += b->depths[i] > 3 ? 1 : 0;
    }
    ck_assert_uint_ge(deeper, 1);
    set_depths(d, b->depths);
    d->source = d->sink = (struct stimulus){ 0 };
    const struct run *r = run_timing(a, timing_from_design(a, d),
                                     &(struct run_options){ .frames = 3 });
    ck_assert_int_eq(r->outcome, RUN_DONE);
    for (uint32_t f = 0; f < 3; f++)
        ck_assert_uint_eq(r->frame_end[f], b->run->frame_end[f]);
    arena_free(a);
}

START_TEST(hls4ml_is_the_peak_and_one)
{
    check_hls4ml("svhn");
    check_hls4ml("resnet8");
}
END_TEST

/* Its own tool's designs: Vivado HLS adds one, Vitis HLS does not; ports are
 * not profiled. */
START_TEST(hls4ml_knows_its_backends)
{
    struct arena *a = arena_new();
    static const char *const designs[] = { "hls4ml/t753", "hls4ml/dsconv" };
    for (uint32_t k = 0; k < 2; k++) {
        struct design *d = load(a, designs[k]);
        const struct baseline *b = baseline_depths(a, d, BASELINE_HLS4ML, 0);
        ck_assert_uint_eq(b->frames, 2);
        for (uint32_t i = 0; i < d->stream_count; i++) {
            const struct stream *s = &d->streams[i];
            if (s->producer == NULL || s->consumer == NULL)
                ck_assert_uint_eq(b->depths[i], 2);
            else
                ck_assert_uint_eq(b->depths[i], b->run->streams[i].peak + k);
        }
    }
    arena_free(a);
}
END_TEST

/* The stalls of the design are not those of the tool's simulation. */
START_TEST(stalls_count_for_nothing)
{
    struct arena *a = arena_new();
    struct design *d = load(a, "svhn");
    const struct baseline *b = baseline_depths(a, d, BASELINE_HLS4ML, 0);
    d->source = d->sink = (struct stimulus){ .random = 60, .seed = 4 };
    const struct baseline *c = baseline_depths(a, d, BASELINE_HLS4ML, 0);
    for (uint32_t i = 0; i < d->stream_count; i++)
        ck_assert_uint_eq(b->depths[i], c->depths[i]);
    arena_free(a);
}
END_TEST

START_TEST(finn_rounds_what_is_small)
{
    struct arena *a = arena_new();
    struct design *d = load(a, "resnet8");
    const struct baseline *b = baseline_depths(a, d, BASELINE_FINN, 0);
    uint32_t shallow = 0, small = 0, large = 0;
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const uint32_t peak = b->run->streams[i].peak;
        const uint32_t depth = b->depths[i];
        ck_assert_uint_eq(depth, peak <= 2 ? 2 : peak <= 32 ? 32 : peak);
        shallow += depth == 2 ? 1 : 0;
        small += depth == 32 ? 1 : 0;
        large += depth > 32 ? 1 : 0;
    }
    ck_assert_uint_gt(shallow, 0);
    ck_assert_uint_gt(small, 0);
    ck_assert_uint_gt(large, 0);
    arena_free(a);
}
END_TEST

/* No sliding window: half as many frames as there are nodes and FIFOs. */
START_TEST(finn_fills_a_perceptron_with_frames)
{
    struct arena *a = arena_new();
    struct design *d = load(a, "autoencoder");
    const struct baseline *b = baseline_depths(a, d, BASELINE_FINN, 0);
    ck_assert_uint_eq(b->frames, (d->process_count + d->stream_count) / 2);
    arena_free(a);
}
END_TEST

/* FINN's rule on FINN's RTL: the run pipe_P4__finn_largefifo (Xilinx/finn,
 * branch dev, 73ba5ed64, Verilated; 47,824 bits in all).  The model of the
 * two padding units lets them read one pixel further ahead than they do, so
 * the FIFOs behind the first one and beside the second one hold one more. */
START_TEST(finn_sizes_its_own_pipeline)
{
    static const struct {
        const char *stream;
        uint32_t depth, more;
    } measured[] = {
        { "source.out", 45, 0 }, { "pad0.out", 264, 1 },
        { "swg0.out", 2, 0 },    { "mvu0.out", 2, 0 },
        { "thr0.out", 2, 0 },    { "fork.out0", 2, 0 },
        { "fork.out1", 139, 1 }, { "pad1.out", 32, 0 },
        { "swg1.out", 1148, 0 }, { "mvu1.out", 2, 0 },
        { "thr1.out", 2, 0 },    { "dwc0.out", 2, 0 },
        { "add.out", 2, 0 },
    };
    struct arena *a = arena_new();
    struct design *d = load(a, "finn/pipe_P4");
    const struct baseline *b = baseline_depths(a, d, BASELINE_FINN, 0);
    ck_assert_uint_eq(b->frames, 2);
    ck_assert_uint_eq(b->throttle, 4608);
    uint64_t bits = 0;
    for (size_t k = 0; k < sizeof measured / sizeof *measured; k++) {
        const struct stream *s = design_stream(d, measured[k].stream);
        ck_assert_ptr_nonnull(s);
        const uint32_t depth = b->depths[s->index];
        ck_assert_msg(depth == measured[k].depth + measured[k].more,
                      "%s: %u, measured %u", s->name, depth, measured[k].depth);
        bits += (uint64_t)measured[k].depth * s->width_bits;
    }
    ck_assert_uint_eq(bits, 47824);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        methods_have_names,
        max_is_a_frame,
        hls4ml_is_the_peak_and_one,
        hls4ml_knows_its_backends,
        stalls_count_for_nothing,
        finn_rounds_what_is_small,
        finn_fills_a_perceptron_with_frames,
        finn_sizes_its_own_pipeline,
        NULL,
    };
    return check_main("baseline", tests);
}
