#include "traces/fit_loops.h"

#include "base/arena.h"
#include "base/rng.h"
#include "tests/check_main.h"

static size_t expand(const struct fit_loop *l, uint8_t *out, size_t at)
{
    for (; l != NULL; l = l->next) {
        for (uint64_t i = 0; i < l->times; i++) {
            if (l->steps != NULL)
                at = expand(l->steps, out, at);
            else
                out[at++] = l->symbol;
        }
    }
    return at;
}

START_TEST(loops_expand_to_what_they_were_found_in)
{
    struct rng rng = { 7 };
    for (int round = 0; round < 300; round++) {
        struct arena *a = arena_new();
        const size_t count = 1 + rng_below(&rng, 200);
        uint8_t *in = arena_new_array(a, uint8_t, count);
        uint8_t *out = arena_new_array(a, uint8_t, count);
        for (size_t i = 0; i < count; i++)
            in[i] = (uint8_t)(i >= 6 && rng_below(&rng, 10) != 0
                                  ? in[i - 6]
                                  : rng_below(&rng, 3));
        const struct fit_loop *l =
            fit_loops_find(a, in, count, rng_below(&rng, 5));
        ck_assert_uint_eq(expand(l, out, 0), count);
        ck_assert_mem_eq(in, out, count);
        arena_free(a);
    }
}
END_TEST

START_TEST(a_row_of_rows_is_two_loops)
{
    struct arena *a = arena_new();
    uint8_t in[8 * 10];
    for (size_t i = 0; i < sizeof in; i++)
        in[i] = i % 10 == 9;
    const struct fit_loop *l = fit_loops_find(a, in, sizeof in, 4);
    ck_assert_uint_eq(fit_loops_count(l), 3);
    ck_assert_uint_eq(l->times, 8);
    ck_assert_uint_eq(l->steps->times, 9);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        loops_expand_to_what_they_were_found_in,
        a_row_of_rows_is_two_loops,
        NULL,
    };
    return check_main("fit_loops", tests);
}
