#include "import/model_weights.h"

#include "base/arena.h"
#include "base/rng.h"

/* The largest x with x * x <= n. */
static uint64_t root(uint64_t n)
{
    uint64_t x = 0;
    for (uint64_t bit = UINT64_C(1) << 31; bit != 0; bit >>= 1) {
        if ((x + bit) * (x + bit) <= n)
            x += bit;
    }
    return x;
}

/* FNV-1a (Fowler, Noll, Vo), 64 bits. */
static uint64_t name_hash(const char *name)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (; *name != '\0'; name++) {
        hash ^= (unsigned char)*name;
        hash *= UINT64_C(0x100000001b3);
    }
    return hash;
}

/* Draws `count` values by the rule in docs/model-config.md. */
static int32_t *draw(struct arena *a, struct rng *rng, struct format f,
                     uint64_t terms, uint64_t count)
{
    int64_t min = format_min(f), max = format_max(f);
    uint64_t limit = (uint64_t)max;
    if (terms > 16) {
        /* max * 4 / sqrt(terms) = sqrt(16 * max^2 / terms), without the
         * overflow of 16 * max^2. */
        uint64_t square = limit * limit;
        limit = root(square / terms * 16 + square % terms * 16 / terms);
    }
    if (limit == 0)
        limit = 1;
    int64_t low = min < -(int64_t)limit ? -(int64_t)limit : min;
    int64_t high = max > (int64_t)limit ? (int64_t)limit : max;
    uint32_t choices = (uint32_t)(high - low + 1);
    int32_t *values = arena_new_array(a, int32_t, count);
    if (f.kind == FIXED_KIND_BINARY) {
        for (uint64_t i = 0; i < count; i++)
            values[i] = rng_below(rng, 2) == 0 ? -1 : 1;
        return values;
    }
    for (uint64_t i = 0; i < count; i++)
        values[i] = (int32_t)(low + rng_below(rng, choices));
    return values;
}

/* Evenly spread; all if there are more zeros than values. */
static void clear(int32_t *values, uint64_t count, uint64_t zeros)
{
    for (uint64_t i = 0; i < zeros && i < count; i++)
        values[zeros < count ? i * count / zeros : i] = 0;
}

const int32_t *model_draw_table(struct model_reader *r,
                                const struct layer_draft *l, uint64_t count)
{
    struct rng rng = { l->weights.seed ^ name_hash(l->layer.name) };
    return draw(r->arena, &rng, l->layer.output.format, 1, count);
}

void model_draw_weights(struct model_reader *r, struct layer_draft *l,
                        uint64_t count)
{
    struct layer *layer = &l->layer;
    uint64_t terms = count / layer->units;
    struct rng rng = { l->weights.seed ^ name_hash(layer->name) };
    int32_t *weights = draw(r->arena, &rng, layer->weight, terms, count);
    clear(weights, count, l->weights.zeros);
    layer->weights = weights;
    if (!l->weights.no_bias)
        layer->biases = draw(r->arena, &rng, layer->bias, terms, layer->units);
}
