/* What is special in designs whose processes HLS made: they are as the tool
 * made them and have no options but the numbers of its reports. */
#include "base/diag.h"
#include "design/fifo.h"
#include "design/kernel.h"
#include "design/lowering.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { PORT_DEPTH = 2 /* beats that the register slice of a port holds */ };

/* A multiplier for each product is the least reuse there is, one for all of
 * them the most: hls4ml builds no other. */
static void set_reuse_factor(const struct lowering *w, struct process *p,
                             const struct layer_options *o)
{
    p->reuse_factor = o->reuse_factor;
    if (!layer_type_has_products(p->layer->type))
        return;
    const uint64_t products = layer_terms(p->layer) * p->outputs[0]->shape.c;
    if (o->reuse_factor > products)
        diag_error(w->diag, o->reuse_factor_place, DIAG_FOLDING,
                   "reuse factor %" PRIu32 " is more than the %" PRIu64
                   " products of '%s'",
                   o->reuse_factor, products, p->layer->name);
}

void lowering_fold_hls(struct lowering *w, struct process *p,
                       const struct layer_options *o)
{
    enum strategy strategy = w->hardware->strategy;
    if (p->kernel->fold != NULL)
        p->kernel->fold(p, NULL, w->diag); /* means nothing here */
    p->reuse_factor = 1;
    p->strategy = strategy;
    if (o == NULL) {
        lowering_calibrate_hls(w, p, strategy);
        return;
    }
    const struct place *given = o->pe != 0      ? &o->pe_place
                                : o->simd != 0  ? &o->simd_place
                                : o->lanes != 0 ? &o->lanes_place
                                : o->multipliers != MULTIPLIERS_DEFAULT
                                    ? &o->multipliers_place
                                : o->copies > 1 ? &o->copies_place
                                                : NULL;
    if (given != NULL)
        diag_error(w->diag, *given, DIAG_UNSUPPORTED,
                   "'%s' is made by HLS: it has a reuse factor, a strategy and "
                   "the numbers of its report ('timing'), nothing else can be "
                   "chosen",
                   p->layer->name);
    if (o->reuse_factor != 0)
        set_reuse_factor(w, p, o);
    if (o->strategy_given)
        strategy = o->strategy;
    p->strategy = strategy;
    if (o->timing.given)
        p->timing = o->timing;
    else
        lowering_calibrate_hls(w, p, strategy);
}

void lowering_choose_hls_fifo(const struct lowering *w, struct stream *s,
                              const struct fifo_options *o)
{
    uint64_t depth = s->tokens_per_frame;
    enum fifo_kind kind = FIFO_AUTO;
    struct place where = s->producer != NULL ? s->producer->layer->place
                                             : s->consumer->layer->place;
    s->rule =
        family_is_vitis(w->design->family) ? FIFO_RULE_VITIS : FIFO_RULE_VIVADO;
    if (s->producer == NULL || s->consumer == NULL) {
        depth = PORT_DEPTH;
        s->rule = FIFO_RULE_PORT;
    } else if (o != NULL && o->depth != 0) {
        depth = o->depth;
        where = o->place;
    } else if (w->hardware->fifo_depth != 0) {
        depth = w->hardware->fifo_depth;
        where = w->hardware->fifo_place;
    }
    if (depth > FIFO_DEPTH_MAX)
        depth = FIFO_DEPTH_MAX;
    if (o != NULL && o->kind != FIFO_AUTO)
        kind = o->kind;
    s->auto_depth = false;
    if (fifo_check(s->name, kind, (uint32_t)depth, where, w->diag))
        fifo_set(s, kind, (uint32_t)depth);
}

/* An iteration of a window may write nothing, that of a map never does. */
static bool has_loop(const struct process *p)
{
    const struct hls_timing *t = &p->timing;
    const bool is_map = p->window.kernel_h * p->window.kernel_w <= 1;
    return (t->ii != 0 && t->depth != 0) ||
           (t->fire != 0 && (t->idle != 0 || is_map));
}

bool lowering_has_hls_numbers(const struct process *p)
{
    static const char *const without[] = { "zeropad2d", "crop2d", "upsample2d",
                                           "clone", "link" };
    for (size_t i = 0; i < sizeof without / sizeof *without; i++)
        if (strcmp(p->kernel->name, without[i]) == 0)
            return true;
    if (!p->timing.given)
        return false;
    /* The latency of a body that works on one token may be 0; one that reads
     * all tokens before it writes has that latency, whatever its loops are. */
    const bool one_token = p->inputs[0]->tokens_per_frame == 1;
    if (process_is(p, "dense") && !one_token)
        return p->timing.latency != 0;
    return one_token || has_loop(p);
}

void lowering_check_hls(const struct lowering *w)
{
    static const char *const not_made[] = { "argmax", "dispatch", "collect",
                                            "reshape", "width_converter" };
    for (uint32_t i = 0; i < w->design->process_count; i++) {
        const struct process *p = &w->design->processes[i];
        bool is_made = true;
        for (size_t k = 0; k < sizeof not_made / sizeof *not_made; k++)
            is_made &= strcmp(p->kernel->name, not_made[k]) != 0;
        if (!is_made) {
            diag_error(w->diag, p->layer->place, DIAG_UNSUPPORTED,
                       "'%s' needs a %s, whose timing is not known for family "
                       "%s",
                       p->name, p->kernel->name, design_family_name(w->design));
            continue;
        }
        if (lowering_has_hls_numbers(p))
            continue;
        diag_error(w->diag, p->layer->place, DIAG_UNSUPPORTED,
                   "the timing of '%s' is not known for family %s", p->name,
                   design_family_name(w->design));
        diag_hint(w->diag,
                  "give what the synthesis report says of it: \"timing\": "
                  "{\"ii\", \"depth\"} of a pipelined loop, {\"idle\", "
                  "\"fire\"} of another, {\"latency\"} without a loop");
    }
}
