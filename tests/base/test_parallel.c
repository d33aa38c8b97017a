#include "base/parallel.h"

#include "tests/check_main.h"

enum { PIECES = 1000 };

static void square(void *context, uint32_t piece)
{
    uint32_t *squares = context;
    squares[piece] += piece * piece;
}

/* Each piece once, with any number of threads. */
START_TEST(does_each_piece_once)
{
    static const uint32_t threads[] = { 0, 1, 2, 3, 16, 100000 };
    for (size_t t = 0; t < sizeof threads / sizeof *threads; t++) {
        uint32_t squares[PIECES] = { 0 };
        parallel_run(threads[t], PIECES, square, squares);
        for (uint32_t i = 0; i < PIECES; i++)
            ck_assert_uint_eq(squares[i], i * i);
    }
}
END_TEST

START_TEST(does_nothing_for_no_pieces)
{
    uint32_t none = 7;
    parallel_run(4, 0, square, &none);
    ck_assert_uint_eq(none, 7);
}
END_TEST

/* A piece may have pieces of its own. */
static void inner(void *context, uint32_t piece)
{
    uint32_t(*rows)[8] = context;
    parallel_run(2, 8, square, rows[piece]);
}

START_TEST(can_be_nested)
{
    uint32_t rows[4][8] = { { 0 } };
    parallel_run(3, 4, inner, rows);
    for (uint32_t i = 0; i < 4; i++)
        for (uint32_t k = 0; k < 8; k++)
            ck_assert_uint_eq(rows[i][k], k * k);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { does_each_piece_once,
                                   does_nothing_for_no_pieces, can_be_nested,
                                   NULL };
    return check_main("parallel", tests);
}
