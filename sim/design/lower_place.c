/* Which board every layer is on, and with it every process (docs/links.md,
 * Placement). */
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/lowering.h"

#include <stddef.h>
#include <string.h>

static void add_boards(struct lowering *w)
{
    const struct hardware *h = w->hardware;
    struct design *d = w->design;
    d->boards = arena_new_array(w->arena, struct board, h->board_count);
    d->board_count = h->board_count;
    for (uint32_t i = 0; i < h->board_count; i++) {
        const struct board_options *o = &h->boards[i];
        d->boards[i] = (struct board){
            .name = o->name,
            .index = i,
            .device = o->device,
            .hz_numerator = o->hz_numerator,
            .hz_denominator = o->hz_denominator,
            .clock = o->clock,
        };
    }
    if (h->board_count > 0)
        d->clock_hz = d->boards[0].hz_numerator / d->boards[0].hz_denominator;
}

static void add_links(struct lowering *w)
{
    const struct hardware *h = w->hardware;
    struct design *d = w->design;
    d->links = arena_new_array(w->arena, struct link, h->link_count);
    d->link_count = h->link_count;
    for (uint32_t i = 0; i < h->link_count; i++) {
        const struct link_options *o = &h->links[i];
        const struct link_type *t = o->type;
        uint32_t cable =
            t->kind == LINK_FRAMED ? link_type_cable_cycles(t, o->cable_ps) : 0;
        d->links[i] = (struct link){
            .name = o->name,
            .index = i,
            .type = t,
            .from = o->from,
            .to = o->to,
            .cable_cycles = cable,
            .latency = t->latency + cable,
            .return_latency = t->return_latency + cable,
            .order = o->order,
            .packet_words =
                o->packet_words != 0 ? o->packet_words : t->packet_words,
            .send_words = t->send_words,
        };
    }
}

static void report_twice(const struct lowering *w, const struct named_place *l,
                         uint32_t board, uint32_t first)
{
    const struct board_options *boards = w->hardware->boards;
    if (board == first)
        diag_error(w->diag, l->place, DIAG_BOARD,
                   "layer '%s' is named twice for board '%s'", l->name,
                   boards[board].name);
    else
        diag_error(w->diag, l->place, DIAG_BOARD,
                   "layer '%s' is named for board '%s', and for '%s' before",
                   l->name, boards[board].name, boards[first].name);
    diag_hint(w->diag, "a layer is on one board: name it once");
}

/* Writes down the board of a layer of the network as given. */
static void place_by_name(const struct lowering *w, const struct named_place *p,
                          uint32_t board, bool *named, uint32_t *boards)
{
    const struct layer *l = network_layer(w->given, p->name);
    if (l == NULL) {
        lowering_report_no_layer(w, p->name, p->place, "to be on a board");
        return;
    }
    const struct layer_options *o =
        hardware_layer_options(w->hardware, p->name);
    const uint32_t i = (uint32_t)(l - w->given->layers);
    if (w->hardware->copy_boards != NULL || (o != NULL && o->boards != NULL)) {
        diag_error(w->diag, p->place, DIAG_BOARD,
                   "the copies of '%s' have boards of their own; it cannot be "
                   "on board '%s' as well",
                   p->name, w->hardware->boards[board].name);
        diag_hint(w->diag, "leave it out here");
    } else if (named[i]) {
        report_twice(w, p, board, boards[i]);
    } else {
        named[i] = true;
        boards[i] = board;
    }
}

/* The last board among those of its inputs, or of its copies; of the first
 * half of a separable convolution: that of the other half, which is next. */
static uint32_t follow(const struct lowering *w, const struct layer *l,
                       const bool *named, const uint32_t *boards)
{
    const struct layer_options *o =
        hardware_layer_options(w->hardware, l->name);
    const size_t i = (size_t)(l - w->given->layers);
    uint32_t last = 0;
    if (text_ends_in(l->name, ".depthwise") && named[i + 1])
        return boards[i + 1];
    for (uint32_t k = 0; k < l->input_count; k++) {
        uint32_t read = network_tensor_index(w->given, l->inputs[k]);
        if (read > 0 && boards[read - 1] > last)
            last = boards[read - 1];
    }
    if (o == NULL || o->boards == NULL)
        return last;
    last = 0;
    for (uint32_t k = 0; k < o->copies; k++)
        if (o->boards[k] > last)
            last = o->boards[k];
    return last;
}

void lowering_place_layers(struct lowering *w)
{
    const struct hardware *h = w->hardware;
    const struct network *given = w->given;
    uint32_t *boards = arena_new_array(w->arena, uint32_t, given->layer_count);
    uint32_t *placed =
        arena_new_array(w->arena, uint32_t, w->network->layer_count);
    bool *named = arena_new_array(w->arena, bool, given->layer_count);
    w->layer_boards = placed;
    add_boards(w);
    add_links(w);
    for (uint32_t b = 0; b < h->board_count; b++)
        for (uint32_t i = 0; i < h->boards[b].layer_count; i++)
            place_by_name(w, &h->boards[b].layers[i], b, named, boards);
    for (uint32_t i = 0; i < given->layer_count; i++)
        if (!named[i])
            boards[i] = follow(w, &given->layers[i], named, boards);
    /* What is folded into the layer in front of it goes where that one is. */
    for (uint32_t i = 0; i < w->network->layer_count; i++) {
        const struct layer *l =
            network_layer(given, w->network->layers[i].name);
        placed[i] = boards[l - given->layers];
    }
}

uint32_t lowering_board(const struct lowering *w, const struct layer *l,
                        uint32_t copy)
{
    const struct layer_options *o =
        hardware_layer_options(w->hardware, l->name);
    if (w->hardware->copy_boards != NULL)
        return w->hardware->copy_boards[w->copy];
    if (o != NULL && o->boards != NULL)
        return o->boards[copy];
    return w->layer_boards[l - w->network->layers];
}

/* Of a layer as a reader of what is on `otherwise`: of copies with boards the
 * dispatch reads, which is where that is. */
static uint32_t reader_board(const struct lowering *w, const struct layer *l,
                             uint32_t otherwise)
{
    const struct layer_options *o =
        hardware_layer_options(w->hardware, l->name);
    return o != NULL && o->boards != NULL ? otherwise : lowering_board(w, l, 0);
}

uint32_t lowering_reading_board(const struct lowering *w,
                                const struct tensor *t, uint32_t otherwise)
{
    bool found = false;
    uint32_t board = otherwise;
    if (t == w->network->output)
        return otherwise;
    for (uint32_t i = 0; i < w->network->layer_count; i++) {
        const struct layer *l = &w->network->layers[i];
        for (uint32_t k = 0; k < l->input_count; k++) {
            if (l->inputs[k] != t)
                continue;
            uint32_t here = reader_board(w, l, otherwise);
            if (found && here != board)
                return otherwise;
            board = here;
            found = true;
        }
    }
    return board;
}
