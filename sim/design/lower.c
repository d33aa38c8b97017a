/* From a network and hardware options to a design: one process a layer (none
 * for a flatten), and between them what the streams need: padding units,
 * width converters, clones where a tensor has several readers, dispatchers
 * and collectors around copies. */
#include "design/design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/fuse.h"
#include "design/kernel.h"
#include "design/lowering.h"

#include <assert.h>
#include <stddef.h>

enum { DEFAULT_CLOCK_HZ = 200000000 };

static const struct place nowhere = { 0 };

static bool check_family(struct arena *a, const struct hardware *h,
                         enum family *family, struct diag *d)
{
    if (family_find(h->family, family))
        return true;
    diag_error(d, nowhere, DIAG_UNSUPPORTED,
               "kernel family '%s' is not supported; these are: %s", h->family,
               family_list(a));
    return false;
}

/* Of every tensor, the inputs of layers that read it, and the design's
 * output. */
static void count_readers(struct lowering *w)
{
    const struct network *n = w->network;
    w->readers = arena_new_array(w->arena, struct readers, n->layer_count + 1);
    for (uint32_t i = 0; i < n->layer_count; i++) {
        for (uint32_t k = 0; k < n->layers[i].input_count; k++)
            w->readers[network_tensor_index(n, n->layers[i].inputs[k])].count++;
    }
    w->readers[network_tensor_index(n, n->output)].count++;
    for (uint32_t i = 0; i <= n->layer_count; i++) {
        struct readers *r = &w->readers[i];
        assert(r->count > 0);
        r->streams = arena_new_array(w->arena, struct stream *, r->count);
    }
}

/* One copy of the whole network. */
static struct stream *lower_network(struct lowering *w, struct stream *input)
{
    for (uint32_t i = 0; i <= w->network->layer_count; i++)
        w->readers[i].taken = 0;
    w->board = lowering_reading_board(w, &w->network->input, w->board);
    lowering_fork(w, "source", &w->network->layers[0], input,
                  w->readers[0].count, w->readers[0].streams);
    for (uint32_t i = 0; i < w->network->layer_count; i++)
        lowering_layer(w, i);
    return lowering_take(w, w->network->output);
}

static struct stream *lower_copies(struct lowering *w, struct stream *input)
{
    uint32_t copies = w->hardware->copies;
    const struct layer *first = &w->network->layers[0];
    struct stream **branches =
        arena_new_array(w->arena, struct stream *, copies);
    const uint32_t *boards = w->hardware->copy_boards;
    lowering_dispatch(w, "source", first, input, copies, branches);
    w->copies = copies;
    for (w->copy = 0; w->copy < copies; w->copy++)
        branches[w->copy] = lower_network(w, branches[w->copy]);
    if (boards != NULL)
        w->board = boards[copies - 1];
    w->copies = 1;
    w->copy = 0;
    return lowering_collect(w, "sink", first, branches, copies);
}

/* Kernels that this build of the family lacks. */
static bool check_kernels(const struct lowering *w)
{
    bool ok = true;
    for (uint32_t i = 0; i < w->network->layer_count; i++) {
        const struct layer *l = &w->network->layers[i];
        if (l->type == LAYER_FLATTEN ||
            kernel_of_layer(w->kernels, l->type) != NULL)
            continue;
        diag_error(w->diag, l->place, DIAG_UNSUPPORTED,
                   "'%s' is of type %s, which this kernel family does not have",
                   l->name, layer_type_name(l->type));
        ok = false;
    }
    return ok;
}

struct design *design_lower(struct arena *a, const struct network *n,
                            const struct hardware *h,
                            const struct kernel_table *kernels, struct diag *d)
{
    size_t errors = diag_error_count(d);
    enum family family;
    if (!check_family(a, h, &family, d))
        return NULL;
    struct lowering w = {
        .arena = a,
        .network = n,
        .given = n,
        .hardware = h,
        .kernels = kernels,
        .diag = d,
        .copies = 1,
    };
    lowering_check_options(&w);
    if (!check_kernels(&w))
        return NULL;
    if (!h->keep_layers && !family_is_hls(family))
        w.network = fuse_layers(a, n, h, d);
    w.design = arena_new_item(a, struct design);
    *w.design = (struct design){
        .name = n->name,
        .network = n,
        .family = family,
        .tool = h->tool,
        .laws = h->laws,
        .clock_hz = h->clock_hz != 0 ? h->clock_hz : DEFAULT_CLOCK_HZ,
        .source = h->source,
        .sink = h->sink,
    };
    lowering_place_layers(&w);
    lowering_make_room(&w);
    count_readers(&w);
    w.board = h->copy_boards != NULL
                  ? h->copy_boards[0]
                  : lowering_reading_board(&w, &w.network->input, 0);

    uint32_t lanes =
        lowering_lanes(&w, h->input_lanes, n->input.shape.c, n->input.shape.c,
                       n->input.name, h->input_lanes_place);
    w.design->input =
        lowering_stream(&w, "source.out", "source.out", n->input.shape,
                        n->input.format, lanes, NULL);
    w.design->output = h->copies > 1 ? lower_copies(&w, w.design->input)
                                     : lower_network(&w, w.design->input);
    if (w.design->process_count == 0)
        diag_error(d, n->layers[0].place, DIAG_UNSUPPORTED,
                   "the network has no layer that becomes hardware");
    if (h->board_count > 0) {
        if (diag_error_count(d) == errors)
            lowering_cross(&w);
        if (diag_error_count(d) != errors)
            return NULL;
    }
    lowering_choose_fifos(&w);
    if (family_is_hls(family) && !h->numbers_only &&
        diag_error_count(d) == errors) {
        lowering_read_hls_reports(&w);
        if (diag_error_count(d) == errors)
            lowering_check_hls(&w);
        lowering_trust_hls(&w);
    }
    return diag_error_count(d) == errors ? w.design : NULL;
}
