/* Areas against counting every pair, with ties. */
#include "engine/roc.h"

#include <check.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"

enum { FRAMES_MAX = 60, ROUNDS = 2000 };

/* Half pairs in the right order, as the definition says. */
static uint64_t count_pairs(const int64_t *scores, const int32_t *labels,
                            int32_t class, uint32_t frames)
{
    uint64_t halves = 0;
    for (uint32_t i = 0; i < frames; i++)
        for (uint32_t k = 0; k < frames; k++)
            if (labels[i] == class && labels[k] != class)
                halves += scores[i] > scores[k]    ? 2
                          : scores[i] == scores[k] ? 1
                                                   : 0;
    return halves;
}

START_TEST(test_pairs)
{
    struct rng rng = { 20 };
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct arena *a = arena_new();
        uint32_t frames = rng_below(&rng, FRAMES_MAX + 1);
        /* From hardly any ties to hardly anything else. */
        uint32_t values = 1 + rng_below(&rng, 50);
        int64_t scores[FRAMES_MAX];
        double numbers[FRAMES_MAX];
        int32_t labels[FRAMES_MAX];
        for (uint32_t i = 0; i < frames; i++) {
            scores[i] = (int64_t)rng_below(&rng, values) - 7;
            numbers[i] = (double)scores[i] / 8;
            labels[i] = (int32_t)rng_below(&rng, 3);
        }
        uint64_t expected = count_pairs(scores, labels, 1, frames);
        struct roc r = roc_of_integers(a, scores, labels, 1, frames);
        struct roc n = roc_of_numbers(a, numbers, labels, 1, frames);
        ck_assert_uint_eq(r.half_pairs, expected);
        ck_assert_uint_eq(n.half_pairs, expected);
        ck_assert_uint_eq(r.positives + r.negatives, frames);
        ck_assert_uint_eq(r.points[0].hits + r.points[0].others, 0);
        ck_assert_uint_eq(r.points[r.count - 1].hits, r.positives);
        ck_assert_uint_eq(r.points[r.count - 1].others, r.negatives);
        ck_assert_uint_eq(r.count, n.count);
        arena_free(a);
    }
}
END_TEST

START_TEST(test_ends)
{
    struct arena *a = arena_new();
    static const int32_t labels[] = { 1, 0, 1, 0 };
    static const int64_t right[] = { 9, -1, 8, INT64_MIN };
    static const int64_t wrong[] = { -9, 1, -8, INT64_MAX };
    static const int64_t same[] = { 3, 3, 3, 3 };
    struct roc r = roc_of_integers(a, right, labels, 1, 4);
    ck_assert(roc_area(&r) == 1);
    r = roc_of_integers(a, wrong, labels, 1, 4);
    ck_assert(roc_area(&r) == 0);
    r = roc_of_integers(a, same, labels, 1, 4);
    ck_assert(roc_area(&r) == 0.5);
    ck_assert_uint_eq(r.count, 2);
    r = roc_of_integers(a, right, labels, 7, 4); /* nobody */
    ck_assert(roc_area(&r) == 0.5);
    arena_free(a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("roc");
    TCase *t = tcase_create("roc");
    tcase_add_test(t, test_pairs);
    tcase_add_test(t, test_ends);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
