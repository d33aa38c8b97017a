#include "partition/space.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/bits.h"
#include "base/diag.h"
#include "cost/cost.h"
#include "design/folding.h"
#include "design/kernel.h"
#include "kernels/schedule.h"

/* Forms found so far, by process and lanes on both sides. */
struct cached_forms {
    uint32_t lanes_in, lanes_out;
    struct forms forms;
    struct cached_forms *next;
};

struct space_cache {
    struct cached_forms **by_process;
};

/* --- the design that is asked ----------------------------------------------
 */

/* As the user gave it, but for what is to be chosen. */
static struct hardware blank_hardware(const struct hardware *h)
{
    struct hardware blank = *h;
    blank.input_lanes = 0;
    blank.fifo_depth = 0;
    blank.fifo_slack = 0;
    blank.multipliers = MULTIPLIERS_PLAIN;
    blank.layer_count = 0;
    blank.layers = NULL;
    blank.fifo_count = 0;
    blank.fifos = NULL;
    blank.board_count = 0;
    blank.boards = NULL;
    blank.link_count = 0;
    blank.links = NULL;
    return blank;
}

static bool is_own(const struct process *p)
{
    return !p->inserted;
}

static bool is_folded(const struct process *p)
{
    return p->kernel->fold != NULL;
}

static bool parts_lanes(const struct process *p)
{
    return is_folded(p) || process_is(p, "argmax");
}

/* Of each layer with a process of its own: one value a token.  (A layer that is
 * folded into another one must have no options.) */
static struct layer_options *
one_lane_each(struct arena *a, const struct design *d, uint32_t *count)
{
    struct layer_options *o =
        arena_new_array(a, struct layer_options, d->process_count);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        if (!is_own(p))
            continue;
        o[*count] = (struct layer_options){ .layer = p->layer->name };
        if (!process_is(p, "argmax"))
            o[*count].lanes = 1;
        if (is_folded(p))
            o[*count].pe = o[*count].simd = 1;
        (*count)++;
    }
    return o;
}

static struct design *reference_design(struct space *s, struct diag *d)
{
    struct hardware h = blank_hardware(s->hardware);
    const struct design *first =
        design_lower(s->arena, s->network, &h, s->kernels, d);
    if (first == NULL)
        return NULL;
    h.input_lanes = 1;
    h.layers = one_lane_each(s->arena, first, &h.layer_count);
    return design_lower(s->arena, s->network, &h, s->kernels, d);
}

static void set_lanes(struct stream *s, uint32_t lanes)
{
    s->lanes = lanes;
    s->tokens_per_frame = shape_count(s->shape) / lanes;
    s->width_bits = lanes * s->format.width;
}

static void set_process_lanes(const struct space *s, struct process *p,
                              const uint32_t *lanes)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        set_lanes(p->inputs[i], lanes[s->group_of[p->inputs[i]->index]]);
    for (uint32_t i = 0; i < p->output_count; i++)
        set_lanes(p->outputs[i], lanes[s->group_of[p->outputs[i]->index]]);
}

/* --- items and groups ------------------------------------------------------
 */

static void find_items(struct space *s)
{
    const struct design *d = s->design;
    struct arena *a = s->arena;
    struct space_item *items =
        arena_new_array(a, struct space_item, d->process_count);
    uint32_t *item_of = arena_new_array(a, uint32_t, d->process_count);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        uint32_t k = 0;
        while (k < s->item_count && items[k].layer != p->layer)
            k++;
        if (k == s->item_count)
            items[s->item_count++] =
                (struct space_item){ .layer = p->layer, .process = UINT32_MAX };
        struct space_item *item = &items[k];
        uint32_t *all = arena_grow(a, (uint32_t *)item->processes,
                                   item->process_count, sizeof *all);
        all[item->process_count++] = i;
        item->processes = all;
        if (is_own(p))
            item->process = i;
        item_of[i] = k;
    }
    s->items = items;
    s->item_of = item_of;
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

static void join_ports(uint32_t *parent, const struct process *p)
{
    uint32_t first = root_of(parent, p->inputs[0]->index);
    for (uint32_t i = 1; i < p->input_count; i++)
        parent[root_of(parent, p->inputs[i]->index)] = first;
    for (uint32_t i = 0; i < p->output_count; i++)
        parent[root_of(parent, p->outputs[i]->index)] = first;
}

static void list_options(struct space *s, struct lane_group *g,
                         uint32_t channels)
{
    uint32_t *options = NULL;
    for (uint32_t i = 1; i <= channels; i++) {
        if (channels % i != 0)
            continue;
        options =
            arena_grow(s->arena, options, g->option_count, sizeof *options);
        options[g->option_count++] = i;
    }
    g->options = options;
}

static void add_process(struct space *s, struct lane_group *g, uint32_t process)
{
    uint32_t *all = (uint32_t *)g->processes;
    for (uint32_t i = 0; i < g->process_count; i++)
        if (all[i] == process)
            return;
    all = arena_grow(s->arena, all, g->process_count, sizeof *all);
    all[g->process_count++] = process;
    g->processes = all;
}

static void find_groups(struct space *s)
{
    const struct design *d = s->design;
    struct arena *a = s->arena;
    uint32_t *parent = arena_new_array(a, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        parent[i] = i;
    for (uint32_t i = 0; i < d->process_count; i++)
        if (!parts_lanes(&d->processes[i]))
            join_ports(parent, &d->processes[i]);
    uint32_t *group_of = arena_new_array(a, uint32_t, d->stream_count);
    uint32_t *channels = arena_new_array(a, uint32_t, d->stream_count);
    struct lane_group *groups =
        arena_new_array(a, struct lane_group, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (root_of(parent, i) == i)
            group_of[i] = s->group_count++;
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *t = &d->streams[i];
        const uint32_t g = group_of[i] = group_of[root_of(parent, i)];
        /* An argmax writes one value a token. */
        const uint32_t c =
            t->producer != NULL && process_is(t->producer, "argmax")
                ? 1
                : t->shape.c;
        channels[g] = (uint32_t)bits_common_divisor(c, channels[g]);
        if (t->producer != NULL)
            add_process(s, &groups[g], t->producer->index);
        if (t->consumer != NULL)
            add_process(s, &groups[g], t->consumer->index);
    }
    for (uint32_t g = 0; g < s->group_count; g++)
        list_options(s, &groups[g], channels[g]);
    s->group_of = group_of;
    s->groups = groups;
}

struct space *space_new(struct arena *a, const struct network *n,
                        const struct hardware *h,
                        const struct kernel_table *kernels,
                        const struct demand *ceiling, struct diag *d)
{
    struct space *s = arena_new_item(a, struct space);
    *s = (struct space){ .arena = a,
                         .kernels = kernels,
                         .network = n,
                         .hardware = h,
                         .ceiling = *ceiling };
    s->design = reference_design(s, d);
    if (s->design == NULL)
        return NULL;
    find_items(s);
    find_groups(s);
    s->cache = arena_new_item(a, struct space_cache);
    s->cache->by_process =
        arena_new_array(a, struct cached_forms *, s->design->process_count);
    return s;
}

/* --- forms -----------------------------------------------------------------
 */

struct listed {
    struct arena *arena;
    uint32_t count;
    struct item_choice *choices;
    struct folding_form *forms;
};

static bool takes_no_more(const struct item_choice *a,
                          const struct item_choice *b)
{
    return a->cycles <= b->cycles && demand_fits(&a->demand, &b->demand);
}

static void add_form(struct listed *l, const struct item_choice *c,
                     const struct folding_form *f)
{
    for (uint32_t i = 0; i < l->count; i++)
        if (takes_no_more(&l->choices[i], c))
            return;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        if (takes_no_more(c, &l->choices[i]))
            continue;
        l->choices[kept] = l->choices[i];
        l->forms[kept++] = l->forms[i];
    }
    l->count = kept;
    l->choices = arena_grow(l->arena, l->choices, kept, sizeof *l->choices);
    l->forms = arena_grow(l->arena, l->forms, kept, sizeof *l->forms);
    l->choices[kept] = *c;
    l->forms[kept] = *f;
    l->count++;
}

static uint64_t cycles_of(struct arena *a, const struct process *p)
{
    struct schedule *s = schedule_new(a);
    p->kernel->schedule(p, s);
    const uint64_t ticks = schedule_ticks_per_frame(s);
    return ticks > 0 ? ticks : 1;
}

/* False: it is too large for any board, by far. */
static bool add_as_it_is(struct listed *l, struct arena *scratch,
                         const struct space *s, const struct process *p)
{
    const struct cost cost = cost_of_process(s->design, p);
    const struct item_choice c = { .demand = demand_of_cost(&cost),
                                   .cycles = cycles_of(scratch, p) };
    const struct folding_form f = { p->pe, p->simd, p->packed };
    add_form(l, &c, &f);
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (c.demand.of[r] > s->ceiling.of[r] * SPACE_EXCESS)
            return false;
    return true;
}

/* Both kinds of multipliers, if it can have both.  False: as above. */
static bool add_pair(struct listed *l, struct arena *scratch,
                     const struct space *s, struct process *p)
{
    p->packed = false;
    if (!add_as_it_is(l, scratch, s, p))
        return false;
    if (folding_packing_fault(p) != NULL)
        return true;
    p->packed = true;
    add_as_it_is(l, scratch, s, p);
    p->packed = false;
    return true;
}

static void list_pairs(struct listed *l, const struct space *s,
                       struct process *p)
{
    const uint32_t outputs = p->outputs[0]->shape.c;
    const struct process before = *p;
    const uint32_t inputs =
        before.reuse_factor / (outputs / before.pe) * before.simd;
    for (uint32_t pe = 1; pe <= outputs; pe++) {
        if (outputs % pe != 0)
            continue;
        struct arena *scratch = arena_new();
        struct diag *ignored = diag_new(scratch);
        bool small = true;
        for (uint32_t simd = 1; small && simd <= inputs; simd++) {
            const struct layer_options o = { .pe = pe, .simd = simd };
            if (inputs % simd == 0 && p->kernel->fold(p, &o, ignored))
                small = add_pair(l, scratch, s, p);
        }
        arena_free(scratch);
    }
    p->pe = before.pe;
    p->simd = before.simd;
    p->reuse_factor = before.reuse_factor;
}

static struct forms list_forms(const struct space *s, struct process *p)
{
    struct listed l = { .arena = s->arena };
    if (is_folded(p)) {
        list_pairs(&l, s, p);
    } else {
        struct arena *scratch = arena_new();
        add_as_it_is(&l, scratch, s, p);
        arena_free(scratch);
    }
    for (uint32_t i = 0; i < l.count; i++)
        l.choices[i].form = i;
    return (struct forms){ l.count, l.choices, l.forms };
}

const struct forms *space_forms(struct space *s, uint32_t process,
                                const uint32_t *lanes)
{
    struct process *p = &s->design->processes[process];
    const uint32_t in = lanes[s->group_of[p->inputs[0]->index]];
    const uint32_t out = lanes[s->group_of[p->outputs[0]->index]];
    struct cached_forms **at = &s->cache->by_process[process];
    for (; *at != NULL; at = &(*at)->next)
        if ((*at)->lanes_in == in && (*at)->lanes_out == out)
            return &(*at)->forms;
    *at = arena_new_item(s->arena, struct cached_forms);
    set_process_lanes(s, p, lanes);
    **at = (struct cached_forms){ in, out, list_forms(s, p), NULL };
    return &(*at)->forms;
}

/* --- back to a design ------------------------------------------------------
 */

struct hardware *space_hardware(struct space *s, struct arena *a,
                                const uint32_t *lanes,
                                const struct folding_form *foldings)
{
    const struct design *d = s->design;
    struct hardware *h = arena_new_item(a, struct hardware);
    *h = blank_hardware(s->hardware);
    struct layer_options *o =
        arena_new_array(a, struct layer_options, d->process_count);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        if (!is_own(p))
            continue;
        struct layer_options *mine = &o[h->layer_count++];
        mine->layer = p->layer->name;
        if (!process_is(p, "argmax"))
            mine->lanes = lanes[s->group_of[p->outputs[0]->index]];
        if (!is_folded(p))
            continue;
        mine->pe = foldings[i].pe;
        mine->simd = foldings[i].simd;
        if (foldings[i].packed)
            mine->multipliers = MULTIPLIERS_PACKED;
    }
    h->layers = o;
    h->input_lanes = lanes[s->group_of[d->input->index]];
    return h;
}

struct design *space_lower(struct space *s, struct arena *a,
                           const struct hardware *h, struct diag *d)
{
    struct design *lowered = design_lower(a, s->network, h, s->kernels, d);
    assert(lowered == NULL || h->board_count != 0 ||
           lowered->process_count == s->design->process_count);
    return lowered;
}
