/* The numbers of processes that HLS made, and how far they can be trusted:
 * from the reports of the design, or from the calibration. */
#include "base/arena.h"
#include "design/kernel.h"
#include "design/lowering.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* Inputs of one product. */
static uint32_t inputs_of(const struct process *p)
{
    const uint64_t terms =
        layer_type_has_products(p->layer->type) ? layer_terms(p->layer) : 1;
    return terms < UINT32_MAX ? (uint32_t)terms : UINT32_MAX;
}

static bool is_pointwise(const struct process *p)
{
    const struct window *w = &p->window;
    return strcmp(p->kernel->name, "conv2d") == 0 && w->kernel_h == 1 &&
           w->kernel_w == 1;
}

static bool is_one_token(const struct process *p)
{
    return p->inputs[0]->tokens_per_frame == 1;
}

/* Whether a row is of the same kind of body. */
static bool is_like(const struct hls_row *row, const struct process *p,
                    enum family family)
{
    return row->family == family && strcmp(row->kernel, p->kernel->name) == 0 &&
           row->pointwise == is_pointwise(p) &&
           row->one_token == is_one_token(p) &&
           (!row->one_row || p->inputs[0]->shape.h == 1);
}

static bool row_fits(const struct hls_row *row, const struct process *p,
                     enum family family, enum strategy strategy)
{
    return is_like(row, p, family) &&
           (row->any_strategy || row->strategy == strategy);
}

static uint64_t distance(uint32_t a, uint32_t b)
{
    return a > b ? a - b : b - a;
}

/* How far from what was seen: sizes first, then the clock. */
static uint64_t row_distance(const struct hls_row *row, const struct process *p,
                             uint32_t clock_ps)
{
    uint64_t far = distance(row->clock_ps, clock_ps);
    if (row->inputs_max != 0 && inputs_of(p) <= row->inputs_max)
        far += (uint64_t)row->inputs_max << 20;
    else if (row->inputs_max != 0)
        far += UINT64_C(1) << 56;
    if (row->channels != 0)
        far += distance(row->channels, p->inputs[0]->shape.c) << 20;
    return far;
}

static struct hls_timing timing_of_row(const struct hls_row *row,
                                       const struct process *p)
{
    struct hls_timing t = row->timing;
    const uint32_t reuse = p->reuse_factor;
    t.given = true;
    t.ii += row->ii_per_reuse * reuse;
    /* A loop whose body is shorter than the reuse factor repeats at once. */
    const bool limited = row->ii_max != 0;
    if (limited && t.ii > row->ii_max)
        t.ii = row->ii_max;
    if (!limited && t.depth != 0 && row->ii_per_reuse != 0 && !row->one_token)
        t.depth += t.ii - 1; /* that of II 1 is given */
    t.fire += row->fire_per_reuse * reuse;
    t.latency +=
        row->latency_per_reuse * reuse +
        row->latency_per_token * (uint32_t)p->inputs[0]->tokens_per_frame +
        row->latency_per_channel * p->inputs[0]->shape.c;
    return t;
}

static struct trust extrapolated(const char *reason)
{
    return (struct trust){ .level = TRUST_EXTRAPOLATED, .reason = reason };
}

static const char *nanoseconds(struct arena *a, uint32_t ps)
{
    return arena_printf(a, "%.6g ns", (double)ps / 1000);
}

static struct trust trust_of_row(const struct lowering *w,
                                 const struct hls_row *row,
                                 const struct process *p, uint32_t clock_ps)
{
    struct arena *a = w->arena;
    if (row->clock_ps != 0 && row->clock_ps != clock_ps)
        return extrapolated(arena_printf(a, "clock %s, calibrated at %s",
                                         nanoseconds(a, clock_ps),
                                         nanoseconds(a, row->clock_ps)));
    if (row->inputs_max != 0 && inputs_of(p) > row->inputs_max)
        return extrapolated(arena_printf(
            a, "products of %" PRIu32 " inputs, calibrated up to %" PRIu32,
            inputs_of(p), row->inputs_max));
    if (row->reuse != 0 && row->reuse != p->reuse_factor)
        return extrapolated(arena_printf(
            a, "reuse factor %" PRIu32 ", calibrated with %" PRIu32,
            p->reuse_factor, row->reuse));
    if (row->channels != 0 && row->channels != p->inputs[0]->shape.c)
        return extrapolated(
            arena_printf(a, "%" PRIu32 " channels, calibrated with %" PRIu32,
                         p->inputs[0]->shape.c, row->channels));
    return (struct trust){ .level = TRUST_CALIBRATED,
                           .bound_cycles = row->bound_cycles,
                           .bound_ppm = row->bound_ppm,
                           .reason =
                               arena_printf(a, "rows of %s", row->design) };
}

void lowering_calibrate_hls(const struct lowering *w, struct process *p,
                            enum strategy strategy)
{
    const struct hardware *h = w->hardware;
    const struct hls_row *best = NULL;
    const uint32_t clock_ps =
        (uint32_t)(UINT64_C(1000000000000) / w->design->clock_hz);
    for (uint32_t i = 0; i < h->row_count; i++) {
        const struct hls_row *row = &h->rows[i];
        if (row_fits(row, p, w->design->family, strategy) &&
            (best == NULL ||
             row_distance(row, p, clock_ps) < row_distance(best, p, clock_ps)))
            best = row;
    }
    if (best == NULL)
        return;
    p->timing = timing_of_row(best, p);
    p->trust = trust_of_row(w, best, p, clock_ps);
}

/* Of a process with numbers of its own report: every process of the measured
 * designs was predicted to the cycle from these, so what counts is whether one
 * of its kind was among them. */
static bool was_measured(const struct lowering *w, const struct process *p)
{
    const struct hls_timing *t = &p->timing;
    /* A dense of several tokens takes its latency, whatever its loops are. */
    const bool gathers =
        strcmp(p->kernel->name, "dense") == 0 && !is_one_token(p);
    const bool has_loop = !gathers && (t->ii != 0 || t->fire != 0);
    for (uint32_t i = 0; i < w->hardware->row_count; i++) {
        const struct hls_row *row = &w->hardware->rows[i];
        const struct hls_timing *seen = &row->timing;
        const bool pipelined = seen->ii != 0 || row->ii_per_reuse != 0;
        const bool in_turn = seen->fire != 0 || row->fire_per_reuse != 0;
        if (is_like(row, p, w->design->family) &&
            (!has_loop || (t->ii != 0 ? pipelined : in_turn)))
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
                             p->kernel->name, family_name(w->design->family)));
    }
}
