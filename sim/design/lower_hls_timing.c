/* The numbers of processes that HLS made, and how far they can be trusted:
 * from the reports of the design, or from the calibration. */
#include "base/arena.h"
#include "design/hls_rules.h"
#include "design/kernel.h"
#include "design/lowering.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* Kernels whose loops are built alike. */
static const struct {
    const char *kernel, *like;
} alike[] = {
    { "depthwise_conv2d", "conv2d" },  { "avgpool2d", "maxpool2d" },
    { "global_maxpool", "maxpool2d" }, { "global_avgpool", "maxpool2d" },
    { "elementwise", "relu" },         { "concat", "relu" },
    { "leaky_relu", "relu" },          { "prelu", "relu" },
};

/* A process, as rows of the calibration are looked for. */
struct wanted {
    const struct process *process;
    const char *kernel;
    enum family family;
    const char *tool;
    enum strategy strategy;
    bool pointwise, one_token;
    uint32_t clock_ps;
};

static bool is_window(const struct process *p, uint32_t size)
{
    return p->window.kernel_h == size && p->window.kernel_w == size;
}

/* Of the board that it is on. */
static uint32_t clock_ps(const struct lowering *w, const struct process *p)
{
    uint64_t hz = w->design->clock_hz;
    if (w->design->board_count > 0) {
        const struct board *b = &w->design->boards[p->board];
        hz = b->hz_numerator / b->hz_denominator;
    }
    return (uint32_t)(UINT64_C(1000000000000) / hz);
}

static struct wanted wanted_of(const struct lowering *w,
                               const struct process *p, enum strategy strategy)
{
    return (struct wanted){
        .process = p,
        .kernel = p->kernel->name,
        .family = w->design->family,
        .tool = design_family_name(w->design),
        /* A product that is not reused is computed at once, whatever it is
         * called. */
        .strategy = p->reuse_factor == 1 ? STRATEGY_LATENCY : strategy,
        .pointwise = process_is(p, "conv2d") && is_window(p, 1),
        .one_token = p->inputs[0]->tokens_per_frame == 1,
        .clock_ps = clock_ps(w, p),
    };
}

/* Whether a row is of the same kind of body. */
static bool is_like(const struct hls_row *row, const struct wanted *want)
{
    return strcmp(row->kernel, want->kernel) == 0 &&
           row->pointwise == want->pointwise &&
           row->one_token == want->one_token &&
           (!row->one_row || want->process->inputs[0]->shape.h == 1);
}

static bool row_fits(const struct hls_row *row, const struct wanted *want)
{
    const enum hls_answer reuses =
        want->process->reuse_factor > 1 ? HLS_YES : HLS_NO;
    return is_like(row, want) &&
           (row->any_strategy || row->strategy == want->strategy) &&
           (row->reuses == HLS_EITHER || row->reuses == reuses);
}

static bool has_channels(const struct hls_row *row, const struct wanted *want)
{
    const uint32_t c = want->process->inputs[0]->shape.c;
    return row->channels_max == 0 ||
           (c >= row->channels_min && c <= row->channels_max);
}

/* A ratio of clocks in thousandths, at least 1000: delays scale so. */
static uint64_t clock_ratio(const struct hls_row *row, uint32_t clock_ps)
{
    const uint64_t a = row->clock_ps, b = clock_ps;
    if (a == 0 || b == 0)
        return 1000;
    return a > b ? a * 1000 / b : b * 1000 / a;
}

static bool is_of_tool(const struct hls_row *row, const struct wanted *want)
{
    return strcmp(row->tool, want->tool) == 0;
}

/* The same tool goes before another version of it, and that before another
 * vendor's; then the clock, then the channels. */
static uint64_t distance(const struct hls_row *row, const struct wanted *want)
{
    const uint64_t tool =
        is_of_tool(row, want)                                           ? 0
        : family_is_vitis(row->family) == family_is_vitis(want->family) ? 1
                                                                        : 2;
    return (tool << 40) + (clock_ratio(row, want->clock_ps) << 1) +
           (has_channels(row, want) ? 0 : 1);
}

static const struct hls_row *nearest(const struct hardware *h,
                                     const struct wanted *want)
{
    const struct hls_row *best = NULL;
    for (uint32_t i = 0; i < h->row_count; i++) {
        const struct hls_row *row = &h->rows[i];
        if (row_fits(row, want) &&
            (best == NULL || distance(row, want) < distance(best, want)))
            best = row;
    }
    return best;
}

static bool is_of_vendor(const struct hls_row *row, const struct wanted *want)
{
    return row != NULL &&
           family_is_vitis(row->family) == family_is_vitis(want->family);
}

/* Rows of the kernel or, where the vendor's tools show none, of one alike;
 * *want is then what these are of. */
static const struct hls_row *find_row(const struct hardware *h,
                                      struct wanted *want)
{
    const struct hls_row *row = nearest(h, want);
    struct wanted other = *want;
    if (is_of_vendor(row, want))
        return row;
    /* A 1x1 convolution of one token is a dense. */
    if (want->pointwise && want->one_token) {
        other.kernel = "dense";
        other.pointwise = false;
    }
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (strcmp(alike[i].kernel, want->kernel) == 0)
            other.kernel = alike[i].like;
    const struct hls_row *like = nearest(h, &other);
    if (row != NULL && !is_of_vendor(like, want))
        return row;
    if (like != NULL)
        *want = other;
    return like;
}

static struct trust extrapolated(const char *reason)
{
    return (struct trust){ .level = TRUST_EXTRAPOLATED, .reason = reason };
}

static const char *nanoseconds(struct arena *a, uint32_t ps)
{
    return arena_printf(a, "%.6g ns", (double)ps / 1000);
}

/* Which of the sizes lies outside of what the row was seen with; NULL: none. */
static const char *outside(struct arena *a, const struct hls_row *row,
                           const struct wanted *want)
{
    const struct process *p = want->process;
    const uint32_t inputs = hls_inputs_of(p), channels = p->inputs[0]->shape.c;
    if (strcmp(want->kernel, p->kernel->name) != 0)
        return arena_printf(a, "taken for a %s", want->kernel);
    if (!is_of_tool(row, want))
        return arena_printf(a, "as in %s", row->tool);
    if (row->clock_ps != 0 && row->clock_ps != want->clock_ps)
        return arena_printf(a, "clock %s, calibrated at %s",
                            nanoseconds(a, want->clock_ps),
                            nanoseconds(a, row->clock_ps));
    /* A tenth more or fewer is no other level of a tree. */
    if (row->inputs_max != 0 &&
        ((uint64_t)inputs * 10 < (uint64_t)row->inputs_min * 9 ||
         (uint64_t)inputs * 9 > (uint64_t)row->inputs_max * 10))
        return arena_printf(a,
                            "products of %" PRIu32
                            " inputs, calibrated with %" PRIu32 " to %" PRIu32,
                            inputs, row->inputs_min, row->inputs_max);
    if (!has_channels(row, want))
        return arena_printf(a,
                            "%" PRIu32 " channels, calibrated with %" PRIu32
                            " to %" PRIu32,
                            channels, row->channels_min, row->channels_max);
    return NULL;
}

static struct trust trust_of_row(struct arena *a, const struct hls_row *row,
                                 const struct wanted *want)
{
    const char *reason = outside(a, row, want);
    if (reason != NULL)
        return extrapolated(reason);
    return (struct trust){
        .level = TRUST_CALIBRATED,
        .bound_ppm = row->bound_ppm,
        .reason =
            arena_printf(a, "holds for %" PRIu32 " of %" PRIu32 " reports",
                         row->holds, row->rows),
    };
}

void lowering_calibrate_hls(const struct lowering *w, struct process *p,
                            enum strategy strategy)
{
    struct wanted want = wanted_of(w, p, strategy);
    const struct hls_row *row = find_row(w->hardware, &want);
    if (row == NULL)
        return;
    const struct hls_terms terms =
        hls_terms_of(p, want.family, &w->hardware->delays, want.clock_ps);
    p->timing = hls_timing_by(row, &terms);
    p->trust = trust_of_row(w->arena, row, &want);
}

/* Of a process with numbers of its own report: every process of the measured
 * designs was predicted to the cycle from these, so what counts is whether one
 * of its kind was among them. */
static bool was_measured(const struct lowering *w, const struct process *p)
{
    const struct hls_timing *t = &p->timing;
    const struct wanted want = wanted_of(w, p, STRATEGY_LATENCY);
    /* A dense of several tokens takes its latency, whatever its loops are. */
    const bool gathers = process_is(p, "dense") && !want.one_token;
    const bool has_loop = !gathers && (t->ii != 0 || t->fire != 0);
    for (uint32_t i = 0; i < w->hardware->row_count; i++) {
        const struct hls_row *row = &w->hardware->rows[i];
        if (row->measured && is_of_tool(row, &want) && is_like(row, &want) &&
            (!has_loop || (t->ii != 0 ? row->ii.given : row->fire.given)))
            return true;
    }
    return false;
}

/* What the calibration did not give a level has its numbers from a report, or
 * needs none. */
void lowering_trust_hls(const struct lowering *w)
{
    for (uint32_t i = 0; i < w->design->process_count; i++) {
        struct process *p = &w->design->processes[i];
        if (p->trust.level != TRUST_EXACT)
            continue;
        if (was_measured(w, p))
            p->trust = (struct trust){ .level = TRUST_CALIBRATED,
                                       .reason = p->timing.given
                                                     ? "its synthesis report"
                                                     : "by construction" };
        else
            p->trust = extrapolated(
                arena_printf(w->arena, "no such %s of %s was measured",
                             p->kernel->name, design_family_name(w->design)));
    }
}
