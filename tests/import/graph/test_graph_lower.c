/* Graphs that are simplified and lowered compute what they did: random ones,
 * in floating point, against the network that the reader of model configs
 * makes of them.
 *
 *     test_graph_lower [GRAPHS [SEED]]
 */
#include "import/graph/graph_lower.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/infer.h"
#include "import/graph/graph_evaluate.h"
#include "import/graph/graph_simplify.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/import/graph/graph_check.h"
#include "tests/import/graph/graph_random.h"

static uint32_t graphs = 100;
static uint64_t seed = 20261122;

/* Sums in another order, in double precision. */
static const double TOLERANCE = 1e-9;

static void compare(struct arena *a, const struct graph *g, uint64_t number,
                    const double *want, const double *is)
{
    const struct graph_dims *d = &g->output->dims;
    uint64_t count = graph_dims_count(d);
    double most = 1;
    for (uint64_t i = 0; i < count; i++)
        most = fmax(most, fabs(want[i]));
    is = graph_turn(a, is, d, true);
    for (uint64_t i = 0; i < count; i++)
        ck_assert_msg(fabs(is[i] - want[i]) <= TOLERANCE * most,
                      "graph %" PRIu64 ": value %" PRIu64
                      " is %.17g, not %.17g",
                      number, i, is[i], want[i]);
}

static void check_graph(uint64_t number)
{
    struct rng own = { number }, *rng = &own;
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct graph *g = graph_random(a, rng, d);
    uint64_t count = graph_dims_count(&g->input->dims);
    double *input = arena_new_array(a, double, count);
    for (uint64_t i = 0; i < count; i++)
        input[i] = (double)rng_below(rng, 2001) / 1000 - 1;
    const double *want = graph_evaluate(g, a, input, NULL, NULL);
    graph_simplify(g);
    const double *simple = graph_evaluate(g, a, input, NULL, NULL);
    for (uint64_t i = 0; i < graph_dims_count(&g->output->dims); i++)
        ck_assert(fabs(simple[i] - want[i]) <=
                  TOLERANCE * fmax(1, fabs(want[i])) * 1e3);
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    struct sketch *s = graph_lower(g, standard);
    ck_assert_msg(s != NULL, "%s", graph_messages(a, d));
    const struct kernel_table *kernels = kernels_headrace();
    struct model *m = model_of_sketch(a, "random", s, kernels, d);
    ck_assert_msg(m != NULL, "%s", graph_messages(a, d));
    struct design *design = model_design(a, m, kernels, d);
    ck_assert_msg(design != NULL, "%s", graph_messages(a, d));
    const double *is =
        infer_run_float(a, design, graph_turn(a, input, &g->input->dims, false),
                        1);
    compare(a, g, number, simple, is);
    arena_free(a);
}

START_TEST(lowered_graphs_compute_the_same)
{
    for (uint32_t i = 0; i < graphs; i++)
        check_graph(seed + i);
}
END_TEST

/* Fixed point gives exactly what the quantisers say. */
static void check_quantised(uint64_t number)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct rng rng = { number };
    struct graph *g = graph_random_quantised(a, &rng, d);
    uint64_t count = graph_dims_count(&g->input->dims);
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    graph_simplify(g);
    struct sketch *s = graph_lower(g, standard);
    ck_assert_msg(s != NULL, "%s", graph_messages(a, d));
    const struct kernel_table *kernels = kernels_headrace();
    struct model *m = model_of_sketch(a, "random", s, kernels, d);
    ck_assert_msg(m != NULL, "%s", graph_messages(a, d));
    struct design *design = model_design(a, m, kernels, d);
    ck_assert_msg(design != NULL, "%s", graph_messages(a, d));
    struct dataset data;
    model_random_data(a, &m->network, 1, number, &data);
    struct format f = m->network.input.format;
    const int32_t *inputs = graph_inputs(a, f, data.inputs, count);
    const double *streamed = infer_to_float(a, f, inputs, count);
    const double *want =
        graph_evaluate(g, a, graph_turn(a, streamed, &g->input->dims, true),
                       NULL, NULL);
    const int32_t *raw = infer_run(a, design, inputs, 1, NULL);
    uint64_t results = graph_dims_count(&g->output->dims);
    const double *is =
        infer_to_float(a, m->network.output->format, raw, results);
    for (uint64_t i = 0; i < results; i++)
        ck_assert_msg(is[i] == want[i],
                      "graph %" PRIu64 ": value %" PRIu64
                      " is %.17g, not %.17g",
                      number, i, is[i], want[i]);
    ck_assert_msg(diag_count(d) == 0, "graph %" PRIu64 ": %s", number,
                  graph_messages(a, d));
    arena_free(a);
}

START_TEST(quantised_graphs_are_exact_in_fixed_point)
{
    for (uint32_t i = 0; i < graphs; i++)
        check_quantised(seed + i);
}
END_TEST

/* A slice of many channels is no hardware, and takes no memory. */
START_TEST(channels_in_another_order_are_bounded)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct graph *g = graph_new(a, "wide", "wide", d);
    struct graph_dims dims = { 4, { 1, 1 << 13, 1, 1 } };
    struct graph_value *x = graph_add_input(g, "image", &dims, GRAPH_FLOAT32);
    struct graph_node_desc desc = {
        .op = GRAPH_SLICE,
        .name = "back",
        .kind = "Slice",
        .output = "back",
        .input_count = 1,
        .inputs = &x,
        .attributes = { .dims = dims,
                        .list = { 0, 1, (1 << 13) - 1, -1, 0, 1, 0, 1 } },
    };
    g->output = graph_add(g, &desc);
    ck_assert_ptr_nonnull(g->output);
    g->output->readers++;
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    graph_simplify(g);
    ck_assert_ptr_null(graph_lower(g, standard));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_str_eq(
        diag_format(diag_at(d, 0), a),
        "wide: error[unsupported]: node 'back' (Slice): 67108864 bytes more "
        "to put channels in another order; all together may have 33554432");
    arena_free(a);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = { lowered_graphs_compute_the_same,
                                   quantised_graphs_are_exact_in_fixed_point,
                                   channels_in_another_order_are_bounded,
                                   NULL };
    if (argc > 1)
        graphs = (uint32_t)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    printf("seed %" PRIu64 "\n", seed);
    return check_main("graph_lower", tests);
}
