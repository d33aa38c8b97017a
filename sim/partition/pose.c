#include "partition/pose.h"

#include "base/arena.h"
#include "cost/cost.h"
#include "partition/space.h"

/* The layer that a FIFO counts for: the one that writes it, or that of the
 * first process behind the source. */
static uint32_t item_of_stream(const struct space *s, const struct stream *t)
{
    const struct process *p = t->producer != NULL ? t->producer : t->consumer;
    return s->item_of[p->index];
}

/* --- choices ---------------------------------------------------------------
 */

struct fixed {
    struct demand demand;
    uint64_t cycles;
};

/* All of an item but its own process. */
static struct fixed fixed_of(struct space *s, uint32_t item,
                             const uint32_t *lanes)
{
    const struct space_item *of = &s->items[item];
    struct fixed f = { .cycles = 1 };
    for (uint32_t i = 0; i < of->process_count; i++) {
        if (of->processes[i] == of->process)
            continue;
        const struct item_choice *c =
            &space_forms(s, of->processes[i], lanes)->choices[0];
        demand_add(&f.demand, &c->demand);
        f.cycles = c->cycles > f.cycles ? c->cycles : f.cycles;
    }
    return f;
}

static void list_choices(struct arena *a, struct space *s, uint32_t item,
                         const uint32_t *lanes, const struct fixed *fixed,
                         struct item *out)
{
    static const struct item_choice nothing = { .cycles = 1 };
    const uint32_t process = s->items[item].process;
    struct forms forms = { 1, &nothing, NULL };
    if (process != UINT32_MAX)
        forms = *space_forms(s, process, lanes);
    struct item_choice *all =
        arena_new_array(a, struct item_choice, forms.count);
    for (uint32_t i = 0; i < forms.count; i++) {
        all[i] = forms.choices[i];
        demand_add(&all[i].demand, &fixed->demand);
        if (all[i].cycles < fixed->cycles)
            all[i].cycles = fixed->cycles;
    }
    out->choice_count = forms.count;
    out->choices = all;
}

static struct item *items_of(struct arena *a, struct space *s,
                             const uint32_t *lanes, const struct pose *p)
{
    struct item *items = arena_new_array(a, struct item, s->item_count);
    struct fixed *fixed = arena_new_array(a, struct fixed, s->item_count);
    for (uint32_t i = 0; i < s->item_count; i++)
        fixed[i] = fixed_of(s, i, lanes);
    for (uint32_t i = 0; i < p->fifos->stream_count; i++) {
        const struct cost cost =
            cost_of_stream(p->fifos, &p->fifos->streams[i]);
        const struct demand d = demand_of_cost(&cost);
        demand_add(&fixed[item_of_stream(s, &s->design->streams[i])].demand,
                   &d);
    }
    for (uint32_t i = 0; i < s->item_count; i++) {
        items[i].name = s->items[i].layer->name;
        items[i].pin = p->pins[i];
        list_choices(a, s, i, lanes, &fixed[i], &items[i]);
    }
    return items;
}

/* --- nets ------------------------------------------------------------------
 */

static const uint64_t *loads_of(struct arena *a, const struct pose *p,
                                const struct stream *t, uint32_t lanes,
                                bool beside)
{
    uint64_t *loads = arena_new_array(a, uint64_t, p->board_count);
    for (uint32_t i = 0; i + 1 < p->board_count; i++) {
        const struct link_type *type = p->links[i].type;
        const uint64_t words = link_words(type, shape_count(t->shape) / lanes,
                                          lanes * t->format.width);
        loads[i] = link_load(type, words, beside, p->hz);
    }
    return loads;
}

/* One for each item whose output other items read, and for each whose clone of
 * the network's input they read. */
static struct net *nets_of(struct arena *a, const struct space *s,
                           const uint32_t *lanes, const struct pose *p,
                           uint32_t *count)
{
    const struct design *d = s->design;
    struct net *nets =
        arena_new_array(a, struct net, (size_t)s->item_count * 2);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *t = &d->streams[i];
        if (t->producer == NULL || t->consumer == NULL)
            continue;
        const uint32_t from = s->item_of[t->producer->index];
        const uint32_t to = s->item_of[t->consumer->index];
        if (from == to)
            continue;
        const bool stays = t->producer->inputs[0] == d->input &&
                           t->producer->inserted &&
                           process_is(t->producer, "clone");
        uint32_t k = 0;
        while (k < *count && (nets[k].from != from || nets[k].stays != stays))
            k++;
        if (k == *count) {
            nets[(*count)++] = (struct net){
                .name = stays ? "source" : s->items[from].layer->name,
                .from = from,
                .stays = stays,
                .loads = loads_of(a, p, t, lanes[s->group_of[i]], false),
                .loads_beside = loads_of(a, p, t, lanes[s->group_of[i]], true),
            };
        }
        uint32_t *readers = arena_grow(a, (uint32_t *)nets[k].readers,
                                       nets[k].reader_count, sizeof *readers);
        readers[nets[k].reader_count++] = to;
        nets[k].readers = readers;
    }
    return nets;
}

struct problem *pose_problem(struct arena *a, struct space *s,
                             const uint32_t *lanes, const struct pose *p)
{
    struct problem *out = arena_new_item(a, struct problem);
    struct slot *slots = arena_new_array(a, struct slot, p->board_count);
    for (uint32_t i = 0; i < p->board_count; i++) {
        slots[i] = (struct slot){ p->boards[i].name, p->capacities[i],
                                  p->boards[i].hz };
    }
    out->hz = p->hz;
    out->item_count = s->item_count;
    out->items = items_of(a, s, lanes, p);
    out->nets = nets_of(a, s, lanes, p, &out->net_count);
    out->slot_count = p->board_count;
    out->slots = slots;
    return out;
}
