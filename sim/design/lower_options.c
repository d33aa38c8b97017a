/* Options that name what is not there, or what cannot have them. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "design/lowering.h"

#include <stddef.h>

void lowering_report_no_layer(const struct lowering *w, const char *layer,
                              struct place where, const char *what)
{
    const struct network *n = w->given;
    struct arena *scratch = arena_new();
    const char **names =
        arena_new_array(scratch, const char *, n->layer_count + 1);
    for (uint32_t i = 0; i < n->layer_count; i++)
        names[i] = n->layers[i].name;
    const char *nearest = nearest_word(names, layer);
    diag_error(w->diag, where, DIAG_NAME, "the network has no layer '%s' %s",
               layer, what);
    if (nearest != NULL)
        diag_hint(w->diag, "did you mean '%s'?", nearest);
    arena_free(scratch);
}

static void check_options(const struct lowering *w,
                          const struct layer_options *o)
{
    const struct layer *l = network_layer(w->given, o->layer);
    if (l == NULL) {
        lowering_report_no_layer(w, o->layer, o->place,
                                 "that these options could be for");
        return;
    }
    const char *type = layer_type_name(l->type);
    enum family family = FAMILY_HEADRACE;
    family_find(w->hardware->family, &family);
    if (!family_is_hls(family) && (o->timing.given || o->strategy_given))
        diag_error(w->diag, o->timing.given ? o->timing_place : o->place,
                   DIAG_UNSUPPORTED,
                   "'timing' and 'strategy' are for families that HLS makes; "
                   "'%s' is of family %s",
                   l->name, family_name(family));
    /* A reuse factor of HLS is that of any layer. */
    bool can_fold = layer_type_has_products(l->type) || family_is_hls(family);
    if (!can_fold && (o->reuse_factor != 0 || o->pe != 0 || o->simd != 0)) {
        struct place where = o->reuse_factor != 0 ? o->reuse_factor_place
                             : o->pe != 0         ? o->pe_place
                                                  : o->simd_place;
        diag_error(w->diag, where, DIAG_FOLDING,
                   "'%s' is of type %s, which cannot be folded", l->name, type);
    }
    if (!can_fold && o->multipliers == MULTIPLIERS_PACKED)
        diag_error(w->diag, o->multipliers_place, DIAG_FOLDING,
                   "'%s' is of type %s, which has no multipliers to pack",
                   l->name, type);
    if (o->lanes != 0 && (l->type == LAYER_FLATTEN || l->type == LAYER_ARGMAX))
        diag_error(w->diag, o->lanes_place, DIAG_LANES,
                   "'%s' is of type %s, whose lanes cannot be set", l->name,
                   type);
    if (o->copies > 1 && (l->input_count > 1 || l->type == LAYER_FLATTEN))
        diag_error(w->diag, o->copies_place, DIAG_UNSUPPORTED,
                   "'%s' is of type %s: only layers with one input that are "
                   "hardware can have copies",
                   l->name, type);
    if (o->copies > 1 && w->hardware->copies > 1)
        diag_error(w->diag, o->copies_place, DIAG_UNSUPPORTED,
                   "copies of '%s' inside copies of the whole network are not "
                   "supported; remove one of the two",
                   l->name);
}

void lowering_check_options(const struct lowering *w)
{
    for (uint32_t i = 0; i < w->hardware->layer_count; i++)
        check_options(w, &w->hardware->layers[i]);
}
