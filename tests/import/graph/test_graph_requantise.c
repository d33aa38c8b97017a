/* Graphs with any scales and zero points compute what they did, in integers:
 * random ones, node by node, and against the network that the reader of model
 * configs makes of them.
 *
 *     test_graph_requantise [GRAPHS [SEED]]
 */
#include "import/graph/graph_requantise.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "design/design.h"
#include "engine/infer.h"
#include "import/graph/graph_evaluate.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_simplify.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/import/graph/graph_check.h"
#include "tests/import/graph/graph_random.h"

static uint32_t graphs = 100;
static uint64_t seed = 20261122;

/* Tensors of a graph that was requantised: the last of each name, which is
 * that of the tensor in the graph before. */
struct seen {
    struct arena *arena;
    uint32_t count;
    struct seen_value {
        const struct graph_value *value;
        double *values;
    } * items;
};

static void see(void *context, const struct graph_value *v,
                const double *values, uint64_t count)
{
    struct seen *s = context;
    s->items = arena_grow(s->arena, s->items, s->count, sizeof *s->items);
    struct seen_value *item = &s->items[s->count++];
    item->value = v;
    item->values = arena_new_array(s->arena, double, count);
    for (uint64_t i = 0; i < count; i++)
        item->values[i] = values[i];
}

static const struct seen_value *find_seen(const struct seen *s,
                                          const char *name)
{
    for (uint32_t i = s->count; i-- > 0;)
        if (s->items[i].value->grid.bits != 0 &&
            strcmp(s->items[i].value->name, name) == 0)
            return &s->items[i];
    return NULL;
}

static struct {
    uint64_t values, equal;
} counted;

/* Every quantised tensor, computed from those that the integers stand for: it
 * is the same, or the neighbour where rounding is close (graph_requantise.h).
 * From there on what the integers say counts, so that each node is seen by
 * itself. */
static void compare_nodes(struct arena *a, const struct graph *g,
                          uint64_t number, struct graph_node *const *nodes,
                          uint32_t count, const double *input,
                          const struct seen *seen)
{
    double **values = arena_new_array(a, double *, g->value_count);
    values[g->input->index] =
        arena_new_array(a, double, graph_dims_count(&g->input->dims));
    for (uint64_t i = 0; i < graph_dims_count(&g->input->dims); i++)
        values[g->input->index][i] = input[i];
    for (uint32_t k = 0; k < count; k++) {
        const struct graph_node *n = nodes[k];
        const double **inputs =
            arena_new_array(a, const double *, n->input_count);
        for (uint32_t i = 0; i < n->input_count; i++)
            if (n->inputs[i] != NULL)
                inputs[i] = n->inputs[i]->data != NULL
                                ? graph_elements(n->inputs[i], a)
                                : values[n->inputs[i]->index];
        uint64_t size = graph_dims_count(&n->output->dims);
        double *out = arena_new_array(a, double, size);
        values[n->output->index] = out;
        graph_evaluate_node(n, inputs, out, a);
        const struct seen_value *s = find_seen(seen, n->output->name);
        /* It has nothing to do where its parts were rounded already. */
        if (s == NULL)
            s = find_seen(seen, n->inputs[0]->name);
        if (n->op != GRAPH_QUANT || s == NULL)
            continue;
        double step = graph_element(n->inputs[1], 0);
        const struct graph_grid *grid = &s->value->grid;
        for (uint64_t i = 0; i < size; i++) {
            double is = (s->values[i] - grid->zero) * grid->scale;
            double steps = rint((is - out[i]) / step);
            counted.values++;
            counted.equal += steps == 0;
            ck_assert_msg(fabs(steps) <= 1,
                          "graph %" PRIu64 ": %s, value %" PRIu64
                          " is %.17g, not %.17g",
                          number, n->name, i, is, out[i]);
            out[i] = is;
        }
    }
}

static bool has_means(const struct graph *g)
{
    for (uint32_t i = 0; i < g->node_count; i++)
        if (g->nodes[i]->op == GRAPH_AVGPOOL ||
            g->nodes[i]->op == GRAPH_GLOBAL_AVGPOOL)
            return true;
    return false;
}

/* Any scales and zero points: each tensor is that of the graph before, up to
 * rounding; and the network is exactly the graph of integers (but for means,
 * which hardware takes by one rounded multiplication). */
static void check_scaled(uint64_t number)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct rng rng = { number };
    struct graph *g = graph_random_scaled(a, &rng, d);
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    graph_simplify(g);
    struct graph_node **nodes = g->nodes;
    uint32_t node_count = g->node_count;
    bool is_quantised = g->output->source->op == GRAPH_QUANT;
    ck_assert_msg(graph_requantise(g, standard), "%s", graph_messages(a, d));
    double scale = g->input_scale != 0 ? g->input_scale : 1;
    struct sketch *s = graph_lower(g, standard);
    ck_assert_msg(s != NULL, "graph %" PRIu64 ": %s", number,
                  graph_messages(a, d));
    const struct kernel_table *kernels = kernels_headrace();
    struct model *m = model_of_sketch(a, "random", s, kernels, d);
    ck_assert_msg(m != NULL, "graph %" PRIu64 ": %s", number,
                  graph_messages(a, d));
    struct design *design = model_design(a, m, kernels, d);
    ck_assert_msg(design != NULL, "%s", graph_messages(a, d));
    ck_assert_msg(diag_count(d) == 0, "graph %" PRIu64 ": %s", number,
                  graph_messages(a, d));
    struct dataset data;
    model_random_data(a, &m->network, 1, number, &data);
    uint64_t count = graph_dims_count(&g->input->dims);
    struct format f = m->network.input.format;
    const int32_t *inputs = graph_inputs(a, f, data.inputs, count);
    double *integers = graph_turn(a, infer_to_float(a, f, inputs, count),
                                  &g->input->dims, true);
    struct seen seen = { .arena = a };
    const double *want = graph_evaluate(g, a, integers, see, &seen);
    double *input = arena_new_array(a, double, count);
    for (uint64_t i = 0; i < count; i++)
        input[i] = (integers[i] - g->input_zero) * scale;
    compare_nodes(a, g, number, nodes, node_count, input, &seen);
    const int32_t *raw = infer_run(a, design, inputs, 1, NULL);
    uint64_t results = graph_dims_count(&g->output->dims);
    const double *is =
        infer_to_float(a, m->network.output->format, raw, results);
    /* What is no integer is cut to the standard format. */
    for (uint64_t i = 0; is_quantised && !has_means(g) && i < results; i++)
        ck_assert_msg(is[i] == want[i],
                      "graph %" PRIu64 ": value %" PRIu64
                      " is %.17g, not %.17g",
                      number, i, is[i], want[i]);
    arena_free(a);
}

/* Of the results, those within 1/16 of a step of a tie may be rounded to the
 * other side: scales of eight-bit results are good to about 2^-9, so about
 * one in a thousand is. */
static const double EQUAL_SHARE = 0.99;

START_TEST(any_scales_are_right_to_one_step)
{
    for (uint32_t i = 0; i < graphs; i++)
        check_scaled(seed + i);
    printf("%" PRIu64 " of %" PRIu64 " quantised values are equal\n",
           counted.equal, counted.values);
    ck_assert((double)counted.equal >= EQUAL_SHARE * (double)counted.values);
}
END_TEST

/* A quantiser of unsigned integers behind a node. */
static struct graph_value *add_quant(struct graph *g, const char *name,
                                     struct graph_value *x, double scale,
                                     double zero, double bits)
{
    struct graph_value *inputs[] = {
        x, graph_add_numbers(g, "s", GRAPH_FLOAT64, 1, &scale),
        graph_add_numbers(g, "z", GRAPH_FLOAT64, 1, &zero),
        graph_add_numbers(g, "b", GRAPH_FLOAT64, 1, &bits)
    };
    struct graph_node_desc desc = { .op = GRAPH_QUANT,
                                    .name = name,
                                    .kind = "Quant",
                                    .output = name,
                                    .input_count = 4,
                                    .inputs = inputs };
    return graph_add(g, &desc);
}

/* -1.3 and a zero point of 128 are 126.7, so 126: not -1 and 128. */
START_TEST(integers_are_cut_with_their_zero_point)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct graph *g = graph_new(a, "cut", "cut", d);
    struct graph_dims dims = { 4, { 1, 1, 2, 2 } };
    struct graph_value *x = graph_add_input(g, "image", &dims, GRAPH_FLOAT32);
    x = add_quant(g, "first", x, 0.3, 100, 8);
    g->output = add_quant(g, "last", x, 0.7, 128, 8);
    g->output->source->attributes.rounding = GRAPH_ROUND_ZERO;
    g->output->readers++;
    const double integers[] = { 97, 95, 103, 98 };
    const double results[] = { 126, 125, 129, 127 };
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    ck_assert(graph_requantise(g, standard));
    const double *is = graph_evaluate(g, a, integers, NULL, NULL);
    for (uint32_t i = 0; i < 4; i++)
        ck_assert_double_eq(is[i], results[i] - 128);
    arena_free(a);
}
END_TEST

/* What no double holds is said, and ends. */
START_TEST(scales_too_far_apart_are_refused)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct graph *g = graph_new(a, "far", "far", d);
    struct graph_dims dims = { 4, { 1, 1, 2, 2 } };
    struct graph_value *x = graph_add_input(g, "image", &dims, GRAPH_FLOAT32);
    x = add_quant(g, "near", x, 1e200, 3, 8);
    g->output = add_quant(g, "far", x, 1e-200, 0, 8);
    g->output->readers++;
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    graph_simplify(g);
    ck_assert(!graph_requantise(g, standard));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_str_eq(diag_format(diag_at(d, 0), a),
                     "far: error[unsupported]: node 'far' (Quant): its scale "
                     "is too far from those in front of it: times inf, plus "
                     "-inf");
    arena_free(a);
}
END_TEST

/* Results near 0 may come from large products and an offset against them:
 * the scale has to be good for those (1/16 of a step, graph_requantise.h). */
START_TEST(offsets_count_in_the_bound_of_scales)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct graph *g = graph_new(a, "offset", "offset", d);
    struct graph_dims dims = { 4, { 1, 1, 2, 2 } };
    struct graph_value *x = graph_add_input(g, "image", &dims, GRAPH_FLOAT32);
    x = add_quant(g, "first", x, 0.3, 0, 20);
    double numbers[] = { 0.7, -105000 };
    struct graph_value *inputs[3] = { x };
    for (uint32_t i = 0; i < 2; i++)
        inputs[1 + i] =
            graph_add_numbers(g, "n", GRAPH_FLOAT64, 1, &numbers[i]);
    struct graph_node_desc desc = { .op = GRAPH_AFFINE,
                                    .name = "norm",
                                    .kind = "BatchNormalization",
                                    .output = "norm",
                                    .input_count = 3,
                                    .inputs = inputs,
                                    .attributes = { .axis = 1, .flat = true } };
    x = graph_add(g, &desc);
    g->output = add_quant(g, "last", x, 0.9, 128, 8);
    g->output->readers++;
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    ck_assert(graph_requantise(g, standard));
    double most = ldexp(1, 20) - 1, exact = 0.3 * 0.7 / 0.9;
    uint32_t found = 0;
    for (uint32_t i = 0; i < g->node_count; i++) {
        const struct graph_node *n = g->nodes[i];
        if (n->op != GRAPH_AFFINE || graph_element(n->inputs[1], 0) == 1)
            continue;
        found++;
        ck_assert(fabs(graph_element(n->inputs[1], 0) - exact) * most <=
                  1.0 / 16);
    }
    ck_assert_uint_eq(found, 1);
    arena_free(a);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = { any_scales_are_right_to_one_step,
                                   integers_are_cut_with_their_zero_point,
                                   scales_too_far_apart_are_refused,
                                   offsets_count_in_the_bound_of_scales, NULL };
    if (argc > 1)
        graphs = (uint32_t)strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoull(argv[2], NULL, 10);
    printf("seed %" PRIu64 "\n", seed);
    return check_main("graph_requantise", tests);
}
