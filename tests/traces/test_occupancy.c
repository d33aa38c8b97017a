#include "traces/occupancy.h"

#include "base/arena.h"
#include "base/rng.h"
#include "tests/check_main.h"
#include "traces/token_times.h"

#include <stdio.h>

enum { CYCLES = 200 };

/* After the edge of every cycle, counted one by one. */
static void count_all(const struct token_times *t, uint64_t *held)
{
    uint64_t w = 0, r = 0;
    for (uint64_t c = 0; c < CYCLES; c++) {
        while (w < t->write_count && t->writes[w] == c)
            w++;
        while (r < t->read_count && t->reads[r] == c)
            r++;
        held[c] = w - r;
    }
}

static struct token_times random_times(struct arena *a, struct rng *rng)
{
    uint64_t *w = arena_new_array(a, uint64_t, CYCLES);
    uint64_t *r = arena_new_array(a, uint64_t, CYCLES);
    struct token_times t = { "s", 0, 0, w, r };
    for (uint64_t c = 0; c < CYCLES; c++) {
        if (t.read_count < t.write_count && rng_below(rng, 3) == 0)
            r[t.read_count++] = c;
        if (rng_below(rng, 3) == 0)
            w[t.write_count++] = c;
    }
    return t;
}

START_TEST(as_counted_cycle_by_cycle)
{
    const uint64_t seed = 20261121;
    struct rng rng = { seed };
    printf("seed %llu\n", (unsigned long long)seed);
    for (int round = 0; round < 50; round++) {
        struct arena *a = arena_new();
        struct token_times t = random_times(a, &rng);
        uint64_t held[CYCLES], least[400], most[400], peak = 0;
        count_all(&t, held);
        for (int c = 0; c < CYCLES; c++)
            peak = held[c] > peak ? held[c] : peak;
        ck_assert_uint_eq(occupancy_peak(&t, UINT64_MAX), peak);
        uint32_t count = 1 + (uint32_t)rng_below(&rng, 300);
        uint64_t from = rng_below(&rng, 20), cycles = CYCLES - from;
        occupancy_spans(&t, from, cycles, count, least, most);
        for (uint64_t i = 0; i < count; i++) {
            uint64_t begin = from + cycles * i / count;
            uint64_t end = from + cycles * (i + 1) / count;
            uint64_t low = held[begin], high = held[begin];
            for (uint64_t c = begin; c < end; c++) {
                low = held[c] < low ? held[c] : low;
                high = held[c] > high ? held[c] : high;
            }
            ck_assert_uint_eq(least[i], low);
            ck_assert_uint_eq(most[i], high);
        }
        arena_free(a);
    }
}
END_TEST

START_TEST(written_and_read_in_one_cycle)
{
    const uint64_t w[] = { 1, 3, 4 }, r[] = { 3, 4, 6 };
    struct token_times t = { "s", 3, 3, w, r };
    ck_assert_uint_eq(occupancy_peak(&t, UINT64_MAX), 1);
    struct token_times point = { "s", 3, 3, w, w };
    ck_assert_uint_eq(occupancy_peak(&point, UINT64_MAX), 0);
}
END_TEST

START_TEST(only_the_first_tokens)
{
    const uint64_t w[] = { 1, 2, 3, 4 }, r[] = { 10, 11, 12, 13 };
    struct token_times t = { "s", 4, 4, w, r };
    ck_assert_uint_eq(occupancy_peak(&t, UINT64_MAX), 4);
    ck_assert_uint_eq(occupancy_peak(&t, 2), 2);
    ck_assert_uint_eq(occupancy_peak(&t, 0), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        as_counted_cycle_by_cycle,
        written_and_read_in_one_cycle,
        only_the_first_tokens,
        NULL,
    };
    return check_main("occupancy", tests);
}
