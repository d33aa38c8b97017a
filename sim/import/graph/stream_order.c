#include "import/graph/stream_order.h"

#include <assert.h>
#include <string.h>

/* Factors that follow one another without a gap are one. */
static void add(struct stream_order *o, uint64_t size, uint64_t stride)
{
    if (size == 1)
        return;
    if (o->count > 0) {
        struct stream_factor *last = &o->factors[o->count - 1];
        if (last->stride == size * stride) {
            last->size *= size;
            last->stride = stride;
            return;
        }
    }
    if (o->count < STREAM_FACTORS_MAX)
        o->factors[o->count++] = (struct stream_factor){ size, stride };
}

struct stream_order stream_order_new(const struct graph_dims *d,
                                     const uint64_t strides[GRAPH_RANK_MAX])
{
    struct stream_order o = { 0 };
    for (uint32_t i = 0; i < d->rank; i++)
        add(&o, d->size[i], strides[i]);
    return o;
}

/* The factors of each axis: [first[i], first[i + 1]) of *out, split where axes
 * part.  False: an axis ends inside what cannot be split. */
static bool part(const struct stream_order *o, const struct graph_dims *d,
                 struct stream_order *out, uint32_t first[GRAPH_RANK_MAX + 1])
{
    struct stream_order rest = *o;
    uint32_t next = 0;
    *out = (struct stream_order){ 0 };
    for (uint32_t i = 0; i < d->rank; i++) {
        first[i] = out->count;
        uint64_t needed = d->size[i];
        while (needed > 1) {
            if (next == rest.count || out->count == STREAM_FACTORS_MAX)
                return false;
            struct stream_factor *f = &rest.factors[next];
            if (needed % f->size == 0) {
                out->factors[out->count++] = *f;
                needed /= f->size;
                next++;
            } else if (f->size % needed == 0) {
                f->size /= needed;
                out->factors[out->count++] =
                    (struct stream_factor){ needed, f->stride * f->size };
                needed = 1;
            } else {
                return false;
            }
        }
    }
    first[d->rank] = out->count;
    return next == rest.count;
}

bool stream_order_strides(const struct stream_order *o,
                          const struct graph_dims *d,
                          uint64_t strides[GRAPH_RANK_MAX])
{
    struct stream_order parts;
    uint32_t first[GRAPH_RANK_MAX + 1];
    if (!part(o, d, &parts, first))
        return false;
    for (uint32_t i = 0; i < d->rank; i++) {
        uint32_t factors = first[i + 1] - first[i];
        if (factors > 1)
            return false;
        strides[i] = factors == 0 ? 0 : parts.factors[first[i]].stride;
    }
    return true;
}

bool stream_order_transpose(const struct stream_order *o,
                            const struct graph_dims *d, const int64_t *axes,
                            struct stream_order *out)
{
    struct stream_order parts;
    uint32_t first[GRAPH_RANK_MAX + 1];
    if (!part(o, d, &parts, first))
        return false;
    *out = (struct stream_order){ 0 };
    for (uint32_t i = 0; i < d->rank; i++)
        for (uint32_t k = first[axes[i]]; k < first[axes[i] + 1]; k++)
            add(out, parts.factors[k].size, parts.factors[k].stride);
    return true;
}

/* The sum of digits times strides; the last factor is the fastest. */
static uint64_t place_of(const struct stream_factor *factors, uint32_t count,
                         uint64_t i)
{
    uint64_t place = 0;
    for (uint32_t k = count; k-- > 0;) {
        place += i % factors[k].size * factors[k].stride;
        i /= factors[k].size;
    }
    return place;
}

bool stream_order_permuted(const struct stream_order *o,
                           const struct graph_dims *d,
                           const uint64_t strides[GRAPH_RANK_MAX],
                           uint32_t axis, uint64_t *places)
{
    struct stream_order parts;
    uint32_t first[GRAPH_RANK_MAX + 1];
    if (!part(o, d, &parts, first))
        return false;
    for (uint32_t i = 0; i < d->rank; i++) {
        const struct stream_factor *f = &parts.factors[first[i]];
        uint32_t count = first[i + 1] - first[i];
        if (i != axis && (count > 1 || (count == 1 && f->stride != strides[i])))
            return false;
    }
    /* The other axes are at their places, so this one has all that are left:
     * those below its size. */
    for (uint64_t i = 0; i < d->size[axis]; i++)
        places[i] = place_of(&parts.factors[first[axis]],
                             first[axis + 1] - first[axis], i);
    return true;
}

struct stream_order stream_order_like(const struct stream_order *o,
                                      const struct graph_dims *d, uint32_t axis,
                                      const struct graph_dims *other,
                                      const uint64_t strides[GRAPH_RANK_MAX])
{
    struct stream_order parts, out = { 0 };
    uint32_t first[GRAPH_RANK_MAX + 1] = { 0 };
    bool has_parts = part(o, d, &parts, first);
    assert(has_parts);
    for (uint32_t i = 0; i < other->rank; i++) {
        if (i != axis)
            add(&out, other->size[i], strides[i]);
        for (uint32_t k = first[axis]; i == axis && k < first[axis + 1]; k++)
            add(&out, parts.factors[k].size, parts.factors[k].stride);
    }
    return out;
}

bool stream_order_equal(const struct stream_order *a,
                        const struct stream_order *b)
{
    return a->count == b->count &&
           memcmp(a->factors, b->factors, a->count * sizeof *a->factors) == 0;
}

uint64_t stream_order_place(const struct stream_order *o, uint64_t i)
{
    return place_of(o->factors, o->count, i);
}
