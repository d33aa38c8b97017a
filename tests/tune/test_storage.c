/* The choices of a FIFO against all of its depths. */
#include "tune/storage.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/fifo.h"
#include "tests/check_main.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

enum { MOST = 300, MILLION = 1000000 };

static const struct design design = { 0 };

static struct stream fifo(enum fifo_kind kind, uint32_t width)
{
    struct stream s = { .name = "s",
                        .lanes = 1,
                        .width_bits = width,
                        .tokens_per_frame = 1 << 20 };
    fifo_set(&s, kind, 2);
    return s;
}

static struct pricing pricing_luts(void)
{
    return (struct pricing){ .lut = MILLION, .bram18 = UINT64_C(50) * MILLION };
}

/* The order is that of capacity, nothing is in it twice, a price goes up
 * within a kind, and no depth left out is better than the choices: one that
 * holds as much, is as quick and costs no more is there for each. */
static void check_choices(const struct storage *s, uint32_t least,
                          uint32_t most)
{
    uint32_t latency;
    for (uint32_t c = 0; c < s->count; c++) {
        const struct choice this = storage_choice(s, c);
        ck_assert_uint_ge(this.depth, least);
        ck_assert_uint_le(this.depth, most);
        ck_assert_uint_eq(storage_price(s, c), this.price);
        ck_assert_uint_eq(storage_capacity(s, c, &latency), this.capacity);
        ck_assert_uint_eq(latency, this.write_latency);
        if (c == 0)
            continue;
        const struct choice before = storage_choice(s, c - 1);
        ck_assert_uint_gt(this.capacity, before.capacity);
        if (this.write_latency == before.write_latency)
            ck_assert_uint_gt(this.price, before.price);
    }
    for (uint32_t depth = least; depth <= most; depth++) {
        const struct choice any =
            storage_at(s->design, s->stream, depth, &s->pricing);
        bool covered = false;
        for (uint32_t c = 0; c < s->count; c++) {
            const struct choice this = storage_choice(s, c);
            covered |= this.capacity >= any.capacity &&
                       this.write_latency <= any.write_latency &&
                       this.price <= any.price;
        }
        ck_assert_msg(covered, "depth %u", depth);
    }
}

/* Nothing below its price is deeper than what storage_cheaper says. */
static void check_cheaper(const struct storage *s)
{
    for (uint32_t c = 0; c < s->count; c++) {
        uint32_t next = 0, deepest = 0;
        bool any = false;
        for (uint32_t k = 0; k < s->count; k++)
            if (storage_price(s, k) < storage_price(s, c)) {
                any = true;
                deepest = k;
            }
        ck_assert_int_eq(storage_cheaper(s, c, &next), any);
        if (any)
            ck_assert_uint_eq(next, deepest);
    }
}

static void check_holding(const struct storage *s)
{
    uint32_t latency;
    for (uint32_t tokens = 0; tokens <= MOST + 10; tokens++) {
        uint32_t first = 0;
        while (first < s->count - 1 &&
               storage_capacity(s, first, &latency) < tokens)
            first++;
        ck_assert_uint_eq(storage_holding(s, tokens), first);
    }
}

START_TEST(choices_are_all_that_is_worth_it)
{
    static const enum fifo_kind kinds[] = { FIFO_AUTO, FIFO_SRL, FIFO_BRAM };
    static const uint32_t widths[] = { 1, 8, 40, 130 };
    /* Block RAM for nothing: shift registers are still quicker. */
    const struct pricing pricings[] = { pricing_bits(),
                                        pricing_luts(),
                                        { .lut = MILLION } };
    for (uint32_t k = 0; k < 3; k++)
        for (uint32_t w = 0; w < 4; w++)
            for (uint32_t p = 0; p < 3; p++)
                for (uint32_t least = 2; least <= 66; least += 32) {
                    const struct stream of = fifo(kinds[k], widths[w]);
                    struct storage s;
                    storage_init(&s, a, &design, &of, least, MOST,
                                 &pricings[p]);
                    check_choices(&s, least, MOST);
                    check_cheaper(&s);
                    check_holding(&s);
                }
}
END_TEST

START_TEST(every_depth_counts_in_bits)
{
    const struct pricing p = pricing_bits();
    const struct stream of = fifo(FIFO_AUTO, 8);
    struct storage s;
    storage_init(&s, a, &design, &of, 1, MOST, &p);
    ck_assert_uint_eq(s.count, MOST);
    ck_assert_uint_eq(storage_price(&s, 19), UINT64_C(160) * MILLION);
    /* A block RAM holds one more in its output register. */
    ck_assert_uint_eq(storage_price(&s, 64), UINT64_C(8) * 66 * MILLION);
    ck_assert_uint_eq(storage_choice(&s, 63).write_latency, 1);
    ck_assert_uint_eq(storage_choice(&s, 64).write_latency, 2);
    ck_assert_int_eq(storage_choice(&s, 0).class, STORAGE_REGISTERS);
    ck_assert_int_eq(storage_choice(&s, 63).class, STORAGE_LUTRAM);
}
END_TEST

/* A block RAM at the price of the LUTs that it saves. */
START_TEST(what_costs_the_same_is_not_cheaper)
{
    const struct stream of = fifo(FIFO_AUTO, 40);
    struct pricing p = { .lut = 12 };
    struct storage s;
    p.bram18 = storage_at(&design, &of, 64, &p).price -
               storage_at(&design, &of, 500, &p).price;
    p.bram18 /= storage_at(&design, &of, 500, &p).cost.bram18;
    storage_init(&s, a, &design, &of, 1, 500, &p);
    check_cheaper(&s);
    ck_assert_uint_eq(storage_at(&design, &of, 64, &p).price,
                      storage_at(&design, &of, 500, &p).price);
}
END_TEST

START_TEST(steps_are_those_of_the_memories)
{
    const struct pricing p = { .bram18 = MILLION };
    const struct stream of = fifo(FIFO_BRAM, 36);
    struct storage s;
    storage_init(&s, a, &design, &of, 2, 4096, &p);
    /* 512 words of 36 bits in 18 Kbit: then one more for every doubling or
     * less, and the deepest of each price is there. */
    uint32_t least = 0;
    for (uint32_t c = 0; c < s.count; c++) {
        const struct choice x = storage_choice(&s, c);
        if (x.class == STORAGE_BRAM && x.cost.bram18 == 1)
            least = x.depth;
    }
    ck_assert_uint_eq(least, 512);
    ck_assert_uint_eq(storage_choice(&s, s.count - 1).depth, 4096);
    ck_assert_uint_eq(storage_choice(&s, s.count - 1).cost.bram18, 8);
    ck_assert_uint_lt(s.count, 12);
}
END_TEST

START_TEST(ultraram_where_it_is_cheaper)
{
    const struct stream of = fifo(FIFO_BRAM, 72);
    struct pricing p = { .bram18 = MILLION, .uram = UINT64_C(10) * MILLION };
    ck_assert_int_eq(storage_at(&design, &of, 4096, &p).class, STORAGE_BRAM);
    p.has_uram = true;
    struct choice c = storage_at(&design, &of, 4096, &p); /* 16 block RAMs */
    ck_assert_int_eq(c.class, STORAGE_URAM);
    ck_assert_uint_eq(c.cost.uram, 1);
    ck_assert_uint_eq(c.cost.bram18, 0);
    ck_assert_uint_eq(c.price, UINT64_C(10) * MILLION);
    c = storage_at(&design, &of, 4097, &p);
    ck_assert(c.class != STORAGE_URAM || c.cost.uram == 2);
    c = storage_at(&design, &of, 512, &p); /* 2 block RAMs */
    ck_assert_int_eq(c.class, STORAGE_BRAM);
    ck_assert_uint_eq(c.cost.uram, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        choices_are_all_that_is_worth_it,   every_depth_counts_in_bits,
        what_costs_the_same_is_not_cheaper, steps_are_those_of_the_memories,
        ultraram_where_it_is_cheaper,       NULL,
    };
    return check_main_with("storage", tests, setup, teardown);
}
