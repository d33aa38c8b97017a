#include "tests/exactness/branches.h"

#include <stddef.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/hwgen/sample_graph.h"

static const struct shape image = { 4, 4, 2 };

static struct stream *stream_new(struct sample_graph *g)
{
    return sample_stream(g, "s", image, "fixed<8,3>", 2);
}

static void fork_to(struct sample_graph *g, struct stream *from,
                    struct stream **x, struct stream **y)
{
    *x = stream_new(g);
    *y = stream_new(g);
    sample_process(g, "clone", "clone", (struct stream *[]){ from, NULL },
                   (struct stream *[]){ *x, *y, NULL });
}

static struct stream *one(struct sample_graph *g, struct stream *from)
{
    struct stream *out = stream_new(g);
    sample_process(g, "relu", "relu", (struct stream *[]){ from, NULL },
                   (struct stream *[]){ out, NULL });
    return out;
}

static struct stream *join(struct sample_graph *g, const char *kernel,
                           struct stream *x, struct stream *y)
{
    struct stream *out = stream_new(g);
    sample_process(g, kernel, "join", (struct stream *[]){ x, y, NULL },
                   (struct stream *[]){ out, NULL });
    return out;
}

static void expect(struct arena *a, struct sample_graph *g,
                   struct branches expected)
{
    struct branches got = branches_of(a, sample_graph_design(g));
    ck_assert_uint_eq(got.joins, expected.joins);
    ck_assert_uint_eq(got.concats, expected.concats);
    ck_assert_uint_eq(got.nested, expected.nested);
    ck_assert_uint_eq(got.unequal, expected.unequal);
    arena_free(a);
}

START_TEST(a_chain_joins_nothing)
{
    struct arena *a = arena_new();
    struct sample_graph *g = sample_graph_new(a, "chain");
    one(g, one(g, stream_new(g)));
    expect(a, g, (struct branches){ .joins = 0 });
}
END_TEST

START_TEST(equal_and_unequal_branches)
{
    struct arena *a = arena_new();
    struct sample_graph *g = sample_graph_new(a, "equal");
    struct stream *x, *y;
    fork_to(g, stream_new(g), &x, &y);
    join(g, "concat", one(g, x), one(g, y));
    expect(a, g, (struct branches){ .joins = 1, .concats = 1 });

    a = arena_new();
    g = sample_graph_new(a, "unequal");
    fork_to(g, stream_new(g), &x, &y);
    join(g, "elementwise", one(g, one(g, x)), one(g, y));
    expect(a, g, (struct branches){ .joins = 1, .unequal = 1 });
}
END_TEST

START_TEST(blocks_behind_and_inside_each_other)
{
    struct arena *a = arena_new();
    struct sample_graph *g = sample_graph_new(a, "behind");
    struct stream *x, *y, *s, *t;
    fork_to(g, stream_new(g), &x, &y);
    fork_to(g, join(g, "elementwise", one(g, x), y), &s, &t);
    join(g, "elementwise", s, one(g, t));
    expect(a, g, (struct branches){ .joins = 2, .unequal = 2 });

    a = arena_new();
    g = sample_graph_new(a, "inside");
    fork_to(g, stream_new(g), &x, &y);
    fork_to(g, x, &s, &t);
    join(g, "elementwise", join(g, "elementwise", s, one(g, t)), y);
    expect(a, g, (struct branches){ .joins = 2, .nested = 1, .unequal = 2 });
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { a_chain_joins_nothing,
                                   equal_and_unequal_branches,
                                   blocks_behind_and_inside_each_other, NULL };
    return check_main("branches", tests);
}
