#include "partition/pins.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "network/network.h"
#include "partition/partition.h"

static const struct place command_line = { 0 };

/* item_count: none is of that name. */
static uint32_t item_of_name(const struct space *s, const char *name)
{
    uint32_t i = 0;
    while (i < s->item_count && strcmp(s->items[i].layer->name, name) != 0)
        i++;
    return i;
}

/* That of the layer, or of the one it has been folded into, which is the next
 * in front of it that is left (design/fuse.h); item_count: none is. */
static uint32_t item_of_layer(const struct space *s, const char *name)
{
    const struct layer *l = network_layer(s->network, name);
    while (l != NULL) {
        const uint32_t item = item_of_name(s, l->name);
        if (item < s->item_count)
            return item;
        const uint32_t read = network_tensor_index(s->network, l->inputs[0]);
        l = read == 0 ? NULL : &s->network->layers[read - 1];
    }
    return s->item_count;
}

static void report_two(const struct partition_options *o,
                       const struct partition_pin *first,
                       const struct partition_pin *second, struct diag *d)
{
    const char *here = o->boards[first->board].name;
    const char *there = o->boards[second->board].name;
    if (strcmp(first->layer, second->layer) == 0)
        diag_error(d, command_line, DIAG_OPTION,
                   "--pin: '%s' cannot be on both '%s' and '%s'", first->layer,
                   here, there);
    else
        diag_error(d, command_line, DIAG_OPTION,
                   "--pin: '%s' on '%s' and '%s' on '%s' are one process: one "
                   "is folded into the other",
                   first->layer, here, second->layer, there);
    diag_hint(d, "leave one of these pins out");
}

const uint32_t *pins_of_items(struct arena *a, const struct space *s,
                              const struct partition_options *o, struct diag *d)
{
    bool ok = true;
    uint32_t *pins = arena_new_array(a, uint32_t, s->item_count);
    const struct partition_pin **by =
        arena_new_array(a, const struct partition_pin *, s->item_count);
    for (uint32_t i = 0; i < s->item_count; i++)
        pins[i] = ITEM_ANYWHERE;
    for (uint32_t k = 0; k < o->pin_count; k++) {
        const struct partition_pin *pin = &o->pins[k];
        const uint32_t i = item_of_layer(s, pin->layer);
        if (i == s->item_count) {
            diag_error(d, command_line, DIAG_OPTION,
                       "--pin: nothing of layer '%s' is left in the design",
                       pin->layer);
            ok = false;
        } else if (by[i] != NULL && by[i]->board != pin->board) {
            report_two(o, by[i], pin, d);
            ok = false;
        } else {
            by[i] = pin;
            pins[i] = pin->board;
        }
    }
    return ok ? pins : NULL;
}
