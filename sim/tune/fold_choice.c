#include "tune/fold_choice.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "kernels/schedule.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct place command_line = { 0 };

/* Layers that a warning names; of more it gives the number. */
enum { NAMED_MAX = 8 };

/* Layers of which something is to be said. */
struct remarks {
    struct text *text;
    uint32_t count;
};

bool fold_choice_is_none(const struct fold_choice *c)
{
    return c->reuse_factor == 0 && c->cycles == 0 && c->lanes == 0;
}

static uint32_t lanes_of(uint32_t channels, uint32_t most)
{
    uint32_t lanes = most < channels ? most : channels;
    while (channels % lanes != 0)
        lanes--;
    return lanes;
}

/* The options of a layer, which are there then; the array has room. */
static struct layer_options *
options_of(struct hardware *h, struct layer_options *all, const char *layer)
{
    for (uint32_t i = 0; i < h->layer_count; i++)
        if (strcmp(all[i].layer, layer) == 0)
            return &all[i];
    all[h->layer_count] = (struct layer_options){ .layer = layer };
    return &all[h->layer_count++];
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* The products of a divisor of the one and a divisor of the other, ascending:
 * what reuse factors there can be. */
static uint64_t *list_products(struct arena *a, uint32_t outputs,
                               uint32_t inputs, uint32_t *count)
{
    uint64_t *list = NULL;
    *count = 0;
    for (uint32_t nf = 1; nf <= outputs; nf++) {
        if (outputs % nf != 0)
            continue;
        for (uint32_t sf = 1; (uint64_t)sf * sf <= inputs; sf++) {
            if (inputs % sf != 0)
                continue;
            list = arena_grow(a, list, *count, sizeof *list);
            list[(*count)++] = (uint64_t)nf * sf;
            list = arena_grow(a, list, *count, sizeof *list);
            list[(*count)++] = (uint64_t)nf * (inputs / sf);
        }
    }
    assert(list != NULL); /* of at least one output and one input */
    qsort(list, *count, sizeof *list, compare);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *count; i++)
        if (kept == 0 || list[i] != list[kept - 1])
            list[kept++] = list[i];
    *count = kept;
    return list;
}

/* Sets the process to a reuse factor; false: there is none such. */
static bool fold(struct process *p, uint64_t reuse_factor)
{
    struct arena *a = arena_new();
    struct diag *ignored = diag_new(a);
    struct layer_options o = { .reuse_factor = (uint32_t)reuse_factor };
    bool fits = reuse_factor <= UINT32_MAX && p->kernel->fold(p, &o, ignored);
    arena_free(a);
    return fits;
}

static uint64_t cycles_of(const struct process *p)
{
    struct arena *a = arena_new();
    struct schedule *s = schedule_new(a);
    p->kernel->schedule(p, s);
    uint64_t cycles = schedule_ticks_per_frame(s);
    arena_free(a);
    return cycles;
}

static void remark(struct remarks *r, const char *layer, const char *what,
                   uint64_t number)
{
    if (r->count < NAMED_MAX)
        text_printf(r->text, "%s'%s' %s%" PRIu64, r->count == 0 ? "" : ", ",
                    layer, what, number);
    r->count++;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
    return a < b ? b - a : a - b;
}

/* The legal reuse factor next to the one asked for, of two the smaller, as
 * hls4ml takes it. */
static uint64_t nearest(struct process *p, const uint64_t *list, uint32_t count,
                        uint64_t wish)
{
    uint64_t best = 0;
    for (uint32_t i = 0; i < count; i++)
        if ((best == 0 || distance(list[i], wish) < distance(best, wish)) &&
            fold(p, list[i]))
            best = list[i];
    return best;
}

/* The largest with which the process takes no more cycles, or the one with
 * which it takes fewest. */
static uint64_t largest_within(struct process *p, const uint64_t *list,
                               uint32_t count, uint64_t limit, uint64_t *cycles)
{
    uint64_t best = 0;
    *cycles = UINT64_MAX;
    for (uint32_t i = count; i-- > 0;) {
        if (!fold(p, list[i]))
            continue;
        uint64_t own = cycles_of(p);
        if (own < *cycles) {
            *cycles = own;
            best = list[i];
        }
        if (own <= limit)
            break;
    }
    return best;
}

static void say(const struct remarks *r, const char *what, struct diag *d)
{
    if (r->count == 0)
        return;
    diag_warning(d, command_line, DIAG_FOLDING, "%s: %s%s", what,
                 text_string(r->text),
                 r->count > NAMED_MAX ? ", and others" : "");
}

static bool is_folded(const struct process *p)
{
    return p->layer != NULL && p->kernel->fold != NULL && p->pe != 0;
}

static void choose_reuse(struct arena *a, struct design *design,
                         struct hardware *h, struct layer_options *all,
                         const struct fold_choice *c, struct diag *d)
{
    struct remarks others = { text_new(a), 0 }, slow = { text_new(a), 0 };
    for (uint32_t i = 0; i < design->process_count; i++) {
        struct process *p = &design->processes[i];
        uint64_t cycles = 0, chosen;
        if (!is_folded(p)) {
            if (c->cycles != 0 && p->kernel->schedule != NULL &&
                (cycles = cycles_of(p)) > c->cycles)
                remark(&slow, p->name, "takes ", cycles);
            continue;
        }
        struct arena *own = arena_new();
        uint32_t outputs = p->outputs[0]->shape.c, count;
        uint64_t inputs =
            (uint64_t)p->reuse_factor / (outputs / p->pe) * p->simd;
        const uint64_t *list =
            list_products(own, outputs, (uint32_t)inputs, &count);
        if (c->cycles != 0) {
            chosen = largest_within(p, list, count, c->cycles, &cycles);
            if (cycles > c->cycles)
                remark(&slow, p->layer->name, "takes ", cycles);
        } else {
            chosen = nearest(p, list, count, c->reuse_factor);
            if (chosen != c->reuse_factor)
                remark(&others, p->layer->name, "has ", chosen);
        }
        arena_free(own);
        options_of(h, all, p->layer->name)->reuse_factor = (uint32_t)chosen;
    }
    say(&others,
        "layers for which that reuse factor is not legal have the "
        "nearest one",
        d);
    say(&slow, "more cycles than the target even with the largest hardware", d);
}

bool fold_choice_apply(struct arena *a, const struct network *n,
                       struct hardware *h, const struct kernel_table *kernels,
                       const struct fold_choice *c, struct diag *d)
{
    enum family family = FAMILY_HEADRACE;
    family_find(h->family, &family);
    if (fold_choice_is_none(c))
        return true;
    if (!family_is_ours(family)) {
        diag_error(d, command_line, DIAG_FOLDING,
                   "--reuse-factor, --target-cycles and --lanes fold layers of "
                   "the family 'headrace'; these are of '%s'",
                   h->family);
        diag_hint(d, "give 'reuse_factor' under 'hardware', 'layers' of the "
                     "config");
        return false;
    }
    struct layer_options *all =
        arena_new_array(a, struct layer_options,
                        h->layer_count + n->layer_count);
    if (h->layer_count > 0)
        memcpy(all, h->layers, h->layer_count * sizeof *all);
    h->layers = all;
    if (c->lanes != 0)
        h->input_lanes = lanes_of(n->input.shape.c, c->lanes);
    bool folds = c->reuse_factor != 0 || c->cycles != 0;
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const struct layer *l = &n->layers[i];
        if (!layer_type_has_products(l->type))
            continue;
        struct layer_options *o = options_of(h, all, l->name);
        if (c->lanes != 0)
            o->lanes = lanes_of(l->output.shape.c, c->lanes);
        if (folds)
            o->reuse_factor = o->pe = o->simd = 0;
    }
    if (!folds)
        return true;
    struct arena *own = arena_new();
    struct design *design = design_lower(own, n, h, kernels, d);
    if (design != NULL)
        choose_reuse(own, design, h, all, c, d);
    arena_free(own);
    return design != NULL;
}
