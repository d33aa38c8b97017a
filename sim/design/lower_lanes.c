/* The lanes that a layer works with. */
#include "base/bits.h"
#include "base/diag.h"
#include "design/lowering.h"

/* Names the divisors of n next to `lanes`, which is none. */
static void hint_divisors(struct diag *d, uint32_t lanes, uint32_t n)
{
    if (lanes > n) {
        diag_hint(d, "at most %u do", n);
        return;
    }
    uint32_t below = lanes, above = lanes;
    while (n % below != 0)
        below--;
    while (n % above != 0)
        above++;
    diag_hint(d, "%u and %u do", below, above);
}

uint32_t lowering_lanes(const struct lowering *w, uint32_t lanes,
                        uint32_t otherwise, uint32_t channels, const char *of,
                        struct place where)
{
    if (lanes == 0)
        return otherwise;
    if (channels % lanes == 0)
        return lanes;
    diag_error(w->diag, where, DIAG_LANES,
               "%u lanes do not divide the %u channels of '%s'", lanes,
               channels, of);
    hint_divisors(w->diag, lanes, channels);
    return channels;
}

bool lowering_takes_flattened(const struct layer *l)
{
    return l->type == LAYER_DENSE || l->type == LAYER_RELU ||
           l->type == LAYER_LINEAR || l->type == LAYER_FLATTEN ||
           l->type == LAYER_RESHAPE || l->type == LAYER_TRANSPOSE;
}

/* Of an elementwise layer: the most that an input has, so that no input is
 * slowed down. */
static uint32_t elementwise_lanes(struct stream *const *in, uint32_t count)
{
    uint32_t lanes = 1;
    for (uint32_t i = 0; i < count; i++)
        if (in[i]->lanes > lanes)
            lanes = in[i]->lanes;
    return lanes;
}

/* Of a concat: all channels if every input is one token a pixel; else the
 * most that divide the channels of every input and that one has. */
static uint32_t concat_lanes(struct stream *const *in, uint32_t count,
                             uint32_t channels)
{
    uint32_t whole = 0, common = 0, most = 0;
    for (uint32_t i = 0; i < count; i++) {
        whole += in[i]->lanes == in[i]->shape.c;
        common = (uint32_t)bits_common_divisor(in[i]->lanes, common);
    }
    if (whole == count)
        return channels;
    for (uint32_t i = 0; i < count; i++) {
        bool divides = true;
        for (uint32_t k = 0; k < count; k++)
            divides &= in[k]->shape.c % in[i]->lanes == 0;
        if (divides && in[i]->lanes > most)
            most = in[i]->lanes;
    }
    return most != 0 ? most : common;
}

static bool check_concat_lanes(const struct lowering *w, const struct layer *l,
                               struct stream *const *in, uint32_t lanes,
                               struct place where)
{
    for (uint32_t i = 0; i < l->input_count; i++) {
        if (in[i]->shape.c % lanes == 0)
            continue;
        diag_error(w->diag, where, DIAG_LANES,
                   "%u lanes of concat '%s' do not divide the %u channels of "
                   "its input '%s'",
                   lanes, l->name, in[i]->shape.c, l->inputs[i]->name);
        diag_hint(w->diag,
                  "lanes that divide the channels of every input do, or all %u",
                  l->output.shape.c);
        return false;
    }
    return true;
}

/* Of layers that pass tokens on as they are, even where the shape changes:
 * whole ones make the pixels on both sides. */
static uint32_t kept_lanes(const struct lowering *w, const struct layer *l,
                           const struct stream *in, uint32_t asked,
                           struct place where)
{
    uint32_t channels = l->output.shape.c;
    uint32_t both = (uint32_t)bits_common_divisor(in->shape.c, channels);
    if (asked == 0)
        return (uint32_t)bits_common_divisor(in->lanes, both);
    if (in->shape.c == channels)
        return lowering_lanes(w, asked, 0, channels, l->name, where);
    if (both % asked == 0)
        return asked;
    diag_error(w->diag, where, DIAG_LANES,
               "%u lanes do not divide both the %u channels that '%s' reads "
               "and the %u that it writes",
               asked, in->shape.c, l->name, channels);
    diag_hint(w->diag, "those that divide %u do", both);
    return both;
}

uint32_t lowering_adapt_lanes(struct lowering *w, const struct layer *l,
                              struct stream **in)
{
    const struct layer_options *o =
        hardware_layer_options(w->hardware, l->name);
    uint32_t asked = o != NULL ? o->lanes : 0;
    struct place where = o != NULL ? o->lanes_place : (struct place){ 0 };
    uint32_t channels = l->output.shape.c;
    if (layer_type_has_products(l->type))
        return lowering_lanes(w, asked, channels, channels, l->name, where);
    if (l->type == LAYER_ARGMAX)
        return 1;

    uint32_t lanes;
    if (lowering_takes_flattened(l)) {
        lanes = kept_lanes(w, l, in[0], asked, where);
    } else {
        lanes = l->type == LAYER_CONCAT
                    ? concat_lanes(in, l->input_count, channels)
                    : elementwise_lanes(in, l->input_count);
        lanes = lowering_lanes(w, asked, lanes, channels, l->name, where);
    }
    bool parallel = l->type == LAYER_CONCAT && lanes == channels;
    if (l->type == LAYER_CONCAT && !parallel &&
        !check_concat_lanes(w, l, in, lanes, where)) {
        lanes = channels;
        parallel = true;
    }
    for (uint32_t i = 0; i < l->input_count; i++)
        in[i] = lowering_with_lanes(w, l, i, in[i],
                                    parallel ? in[i]->shape.c : lanes);
    return lanes;
}
