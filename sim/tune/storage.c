#include "tune/storage.h"

#include "base/arena.h"
#include "cost/capacity.h"
#include "cost/memory.h"
#include "design/design.h"
#include "design/fifo.h"

#include <assert.h>

enum {
    MILLION = 1000000,
    URAM_WORDS = 4096, /* UG573: 4K x 72 bits */
    URAM_BITS = 72,
    /* Up to here every depth is looked at, beyond one in 64 of a power of two:
     * block RAMs come in powers of two. */
    ALL_DEPTHS = 1024
};

struct pricing pricing_bits(void)
{
    return (struct pricing){ .bit = MILLION };
}

static uint64_t share(uint64_t capacity)
{
    return capacity == 0
               ? 0
               : ((uint64_t)MILLION * MILLION + capacity / 2) / capacity;
}

struct pricing pricing_of_device(const struct device *device)
{
    const struct cost *c = &device->capacity;
    return (struct pricing){
        .lut = share(c->lut),
        .bram18 = share(c->bram18),
        .uram = share(c->uram),
        .has_uram = c->uram != 0,
    };
}

const char *storage_class_name(enum storage_class c)
{
    static const char *const names[] = {
        [STORAGE_REGISTERS] = "registers",
        [STORAGE_LUTRAM] = "LUTRAM",
        [STORAGE_BRAM] = "BRAM",
        [STORAGE_URAM] = "URAM",
    };
    return names[c];
}

static uint64_t price_of(const struct choice *c, const struct pricing *p)
{
    return c->bits * p->bit + c->cost.lut * p->lut + c->cost.ff * p->ff +
           c->cost.bram18 * p->bram18 + c->cost.uram * p->uram;
}

static uint64_t divide_up(uint64_t a, uint64_t b)
{
    return (a + b - 1) / b;
}

/* Takes UltraRAM instead of block RAM if that is cheaper. */
static void try_uram(struct choice *c, const struct stream *s,
                     const struct pricing *p)
{
    struct choice other = *c;
    const uint64_t words =
        s->kind == FIFO_FRAME ? c->capacity : (uint64_t)c->depth;
    if (!p->has_uram || c->class != STORAGE_BRAM)
        return;
    other.cost.bram18 = 0;
    other.cost.uram =
        divide_up(s->width_bits, URAM_BITS) * divide_up(words, URAM_WORDS);
    other.class = STORAGE_URAM;
    other.price = price_of(&other, p);
    if (other.price < c->price)
        *c = other;
}

static enum storage_class class_of(const struct stream *s,
                                   const struct cost *cost)
{
    const uint64_t words =
        s->kind == FIFO_FRAME ? stream_capacity(s) : (uint64_t)s->depth;
    if (cost->bram18 != 0)
        return STORAGE_BRAM;
    if (words == 1)
        return STORAGE_REGISTERS;
    const struct memory m = { .width = s->width_bits,
                              .depth = words,
                              .combinational = s->kind == FIFO_SRL };
    return memory_map(&m).kind == MEMORY_LOGIC ? STORAGE_REGISTERS
                                               : STORAGE_LUTRAM;
}

static struct stream with_depth(const struct stream *s, uint32_t depth)
{
    struct stream with = *s;
    fifo_set(&with, s->auto_kind ? FIFO_AUTO : s->kind, depth);
    return with;
}

struct choice storage_at(const struct design *d, const struct stream *s,
                         uint32_t depth, const struct pricing *p)
{
    const struct stream with = with_depth(s, depth);
    struct choice c = {
        .depth = depth,
        .capacity = stream_capacity(&with),
        .write_latency = stream_write_latency(&with),
    };
    c.bits = (uint64_t)c.capacity * with.width_bits;
    c.cost = cost_of_stream(d, &with);
    c.class = class_of(&with, &c.cost);
    c.price = price_of(&c, p);
    try_uram(&c, &with, p);
    return c;
}

/* The depth to look at before this one. */
static uint32_t depth_below(uint32_t depth)
{
    uint32_t step = 1;
    while (depth / step > ALL_DEPTHS)
        step *= 2;
    step = step == 1 ? 1 : step * (ALL_DEPTHS / 64);
    return (depth - 1) / step * step;
}

static bool is_bits_only(const struct pricing *p)
{
    return p->lut == 0 && p->ff == 0 && p->bram18 == 0 && p->uram == 0;
}

/* The depths that no deeper one of the same kind undercuts, from the deepest
 * on; returns how many. */
static uint32_t find_depths(const struct design *d, const struct stream *s,
                            uint32_t least, uint32_t most,
                            const struct pricing *p, uint32_t *depths)
{
    uint32_t count = 0;
    struct choice last = { 0 };
    for (uint32_t depth = most;; depth = depth_below(depth)) {
        if (depth < least)
            depth = least;
        const struct choice c = storage_at(d, s, depth, p);
        if (count == 0 || c.write_latency != last.write_latency ||
            c.price < last.price) {
            depths[count++] = depth;
            last = c;
        }
        if (depth == least)
            return count;
    }
}

void storage_init(struct storage *out, struct arena *a, const struct design *d,
                  const struct stream *s, uint32_t least, uint32_t most,
                  const struct pricing *p)
{
    assert(least >= 1 && least <= most);
    *out = (struct storage){ .design = d,
                             .stream = s,
                             .pricing = *p,
                             .count = most - least + 1,
                             .least = least };
    if (is_bits_only(p))
        return;
    uint32_t looked_at = 1;
    for (uint32_t depth = most; depth > least; depth = depth_below(depth))
        looked_at++;
    uint32_t *depths = arena_new_array(a, uint32_t, looked_at);
    out->count = find_depths(d, s, least, most, p, depths);
    for (uint32_t i = 0; i < out->count / 2; i++) {
        const uint32_t swap = depths[i];
        depths[i] = depths[out->count - 1 - i];
        depths[out->count - 1 - i] = swap;
    }
    out->depths = depths;
}

static uint32_t depth_of(const struct storage *s, uint32_t choice)
{
    assert(choice < s->count);
    return s->depths == NULL ? s->least + choice : s->depths[choice];
}

struct choice storage_choice(const struct storage *s, uint32_t choice)
{
    return storage_at(s->design, s->stream, depth_of(s, choice), &s->pricing);
}

uint32_t storage_capacity(const struct storage *s, uint32_t choice,
                          uint32_t *write_latency)
{
    const struct stream with = with_depth(s->stream, depth_of(s, choice));
    *write_latency = stream_write_latency(&with);
    return stream_capacity(&with);
}

uint64_t storage_price(const struct storage *s, uint32_t choice)
{
    if (s->depths != NULL)
        return storage_choice(s, choice).price;
    uint32_t latency;
    return (uint64_t)storage_capacity(s, choice, &latency) *
           s->stream->width_bits * s->pricing.bit;
}

uint32_t storage_holding(const struct storage *s, uint32_t capacity)
{
    uint32_t low = 0, high = s->count - 1, latency;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (storage_capacity(s, middle, &latency) < capacity)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool storage_cheaper(const struct storage *s, uint32_t choice, uint32_t *out)
{
    if (s->depths == NULL) { /* each depth costs more than those below */
        *out = choice - 1;
        return choice > 0;
    }
    const uint64_t price = storage_price(s, choice);
    for (uint32_t i = s->count; i-- > 0;) {
        if (storage_price(s, i) < price) {
            *out = i;
            return true;
        }
    }
    return false;
}
