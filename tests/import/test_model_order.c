/* The order of the layers, and cycles. */
#include "import/model.h"

#include "base/rng.h"
#include "tests/import/expect.h"

static const struct broken broken[] = {
    { { { "\"input\": \"conv1\"", "\"input\": \"pool1\"" } },
      { { 18, 18, DIAG_GRAPH_CYCLE, "layer 'pool1' reads its own output",
          NULL } } },
    { { { "\"input\": \"image\"", "\"input\": \"flat\"" } },
      { { 8, 53, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'conv1' -> 'pool1' -> 'flat' -> "
          "'conv1'",
          NULL } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static const struct broken_layers broken_layers[] = {
    { NULL,
      "{'name': 'a', 'type': 'add', 'inputs': ['in', 'c'], 'output_format': "
      "'fixed<8,3>'},\n{'name': 'b', 'type': 'relu', 'input': 'a'},\n{'name': "
      "'c', 'type': 'add', 'inputs': ['b', 'in'], 'output_format': "
      "'fixed<8,3>'}",
      { { "'c']", DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'a' -> 'b' -> 'c' -> 'a'",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'add', 'inputs': ['in', 'a'], 'output_format': "
      "'fixed<8,3>'}",
      { { "'a']", DIAG_GRAPH_CYCLE, "layer 'a' reads its own output",
          NULL } } },
    { NULL,
      "{ 'name': 's', 'type': 'separable_conv2d', 'input': 's', 'filters': 2, "
      "'kernel': [3, 3], 'depthwise_weight_format': 'fixed<8,1>', "
      "'depthwise_output_format': 'fixed<8,3>', 'weight_format': 'fixed<8,1>', "
      "'output_format': 'fixed<8,3>', 'weights': { 'seed': 1 } }",
      { { "'s', 'filters'", DIAG_GRAPH_CYCLE, "layer 's' reads its own output",
          NULL } } },
    { NULL,
      "{'name': 'a', 'type': 'add', 'inputs': ['b', 'c'], 'output_format': "
      "'fixed<8,3>'},\n{'name': 'b', 'type': 'relu', 'input': 'a'},\n{'name': "
      "'c', 'type': 'relu', 'input': 'a'},\n{'name': 'd', 'type': 'add', "
      "'inputs': ['e', 'in'], 'output_format': 'fixed<8,3>'},\n{'name': 'e', "
      "'type': 'relu', 'input': 'd'},\n{'name': 'f', 'type': 'add', 'inputs': "
      "['c', 'e'], 'output_format': 'fixed<8,3>'}",
      { { "'b', 'c'", DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'a' -> 'b' -> 'a'", NULL },
        { "'e', 'in'", DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'd' -> 'e' -> 'd'", NULL } } },
    { NULL,
      "{'name': 'x', 'type': 'add', 'inputs': ['in', 'y'], 'output_format': "
      "'fixed<8,3>'},\n{'name': 'y', 'type': 'add', 'inputs': ['z', 'y'], "
      "'output_format': 'fixed<8,3>'},\n{'name': 'z', 'type': 'relu', 'input': "
      "'y'}",
      { { "'z'", DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'y' -> 'z' -> 'y'", NULL } } },
};

START_TEST(test_broken_layers)
{
    expect_broken_layers(&broken_layers[_i]);
}
END_TEST

START_TEST(test_long_cycle)
{
    struct example e = example_new();
    struct text *t = text_new(e.arena);
    text_add(t, "{ \"headrace\": 1, \"name\": \"m\", \"network\": {\n"
                "\"input\": { \"name\": \"in\", \"shape\": [1, 1, 1],\n"
                "\"format\": \"fixed<8,4>\" }, \"layers\": [\n");
    for (uint32_t i = 0; i < 30; i++)
        text_printf(t,
                    "{ \"name\": \"r%u\", \"type\": \"relu\", \"input\": "
                    "\"r%u\" }%s\n",
                    i, (i + 29) % 30, i < 29 ? "," : "");
    text_add(t, "] } }\n");
    ck_assert_ptr_null(example_load(&e, text_string(t)));
    static const struct expect expects[] = {
        { 4, 42, DIAG_GRAPH_CYCLE,
          "layers feed each other in a cycle: 'r0' -> 'r1' -> 'r2' -> 'r3' -> "
          "'r4' -> 'r5' -> (23 more) -> 'r29' -> 'r0'",
          NULL },
        { 0 },
    };
    expect_check(&e, expects, "cycle");
    example_free(&e);
}
END_TEST

/* Layers that stand in an order already keep it. */
START_TEST(test_order_of_the_file_is_kept)
{
    struct example e = example_new();
    struct model *m = expect_good_layers(
        &e, NULL,
        "{ 'name': 'c', 'type': 'relu', 'input': 'in' },\n"
        "{ 'name': 'a', 'type': 'relu', 'input': 'in' },\n"
        "{ 'name': 'd', 'type': 'relu', 'input': 'c' },\n"
        "{ 'name': 'b', 'type': 'relu', 'input': 'a' },\n"
        "{ 'name': 'e', 'type': 'concat', 'inputs': ['b', 'd', 'a'] }");
    static const char *const names[] = { "c", "a", "d", "b", "e" };
    ck_assert_uint_eq(m->network.layer_count, 5);
    for (uint32_t i = 0; i < 5; i++)
        ck_assert_str_eq(m->network.layers[i].name, names[i]);
    example_free(&e);
}
END_TEST

/* A ladder of residual blocks, last layer first: every block forks. */
static const char *ladder(struct arena *a, uint32_t blocks)
{
    struct text *t = text_new(a);
    for (uint32_t i = blocks; i > 0; i--)
        text_printf(t,
                    "{ 'name': 's%u', 'type': 'maximum', 'inputs': "
                    "['r%u', 's%u'] },\n"
                    "{ 'name': 'r%u', 'type': 'relu', 'input': 's%u' }%s\n",
                    i, i, i - 1, i, i - 1, i > 1 ? "," : "");
    return text_string(t);
}

START_TEST(test_many_forks)
{
    struct example e = example_new();
    char *json = expect_layers_json(&e, NULL, ladder(e.arena, 5000));
    json =
        example_change(e.arena, json, "\"name\": \"in\"", "\"name\": \"s0\"");
    struct model *m = example_load_good(&e, json);
    const struct network *n = &m->network;
    ck_assert_uint_eq(n->layer_count, 10000);
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const struct layer *l = &n->layers[i];
        for (uint32_t k = 0; k < l->input_count; k++) {
            const struct tensor *t = l->inputs[k];
            ck_assert(t == &n->input || t < &l->output);
        }
    }
    ck_assert_str_eq(n->output->name, "s5000");
    example_free(&e);
}
END_TEST

/* --- random graphs, against reachability by brute force ------------------- */

enum { NODES_MAX = 7 };

struct random_graph {
    uint32_t count;
    uint32_t inputs[NODES_MAX]; /* of each layer: 1 or 2 */
    int sources[NODES_MAX][2];  /* layers, or -1 for the network's input */
};

static struct random_graph random_graph(struct rng *rng)
{
    struct random_graph g = { .count = 1 + rng_below(rng, NODES_MAX) };
    bool acyclic = rng_below(rng, 2) == 0;
    for (uint32_t i = 0; i < g.count; i++) {
        g.inputs[i] = 1 + rng_below(rng, 2);
        for (uint32_t k = 0; k < g.inputs[i]; k++)
            g.sources[i][k] =
                (int)rng_below(rng, (acyclic ? i : g.count) + 1) - 1;
    }
    return g;
}

/* The layers stand in the file in an order of their own. */
static const char *graph_text(struct arena *a, const struct random_graph *g,
                              struct rng *rng)
{
    uint32_t order[NODES_MAX];
    for (uint32_t i = 0; i < g->count; i++) {
        uint32_t k = rng_below(rng, i + 1);
        order[i] = order[k];
        order[k] = i;
    }
    struct text *t = text_new(a);
    for (uint32_t p = 0; p < g->count; p++) {
        uint32_t i = order[p];
        bool one = g->inputs[i] == 1;
        text_printf(t, "%s{ 'name': 'n%u', 'type': '%s', '%s': %s",
                    p == 0 ? "" : ",\n", i, one ? "relu" : "maximum",
                    one ? "input" : "inputs", one ? "" : "[");
        for (uint32_t k = 0; k < g->inputs[i]; k++) {
            int source = g->sources[i][k];
            text_printf(t, "%s'%s'", k == 0 ? "" : ", ",
                        source < 0 ? "in" : arena_printf(a, "n%d", source));
        }
        text_printf(t, "%s }", one ? "" : "]");
    }
    return text_string(t);
}

static bool has_cycle(const struct random_graph *g)
{
    bool reaches[NODES_MAX][NODES_MAX] = { { false } };
    for (uint32_t i = 0; i < g->count; i++)
        for (uint32_t k = 0; k < g->inputs[i]; k++)
            if (g->sources[i][k] >= 0)
                reaches[i][g->sources[i][k]] = true;
    for (uint32_t m = 0; m < g->count; m++)
        for (uint32_t i = 0; i < g->count; i++)
            for (uint32_t k = 0; k < g->count; k++)
                reaches[i][k] |= reaches[i][m] && reaches[m][k];
    for (uint32_t i = 0; i < g->count; i++)
        if (reaches[i][i])
            return true;
    return false;
}

static uint32_t count_unread(const struct random_graph *g)
{
    uint32_t unread = 0;
    for (uint32_t i = 0; i < g->count; i++) {
        bool is_read = false;
        for (uint32_t r = 0; r < g->count; r++)
            for (uint32_t k = 0; k < g->inputs[r]; k++)
                is_read |= g->sources[r][k] == (int)i;
        unread += !is_read;
    }
    return unread;
}

static void check_order(const struct network *n, const struct random_graph *g)
{
    ck_assert_uint_eq(n->layer_count, g->count);
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const struct layer *l = &n->layers[i];
        uint32_t node = (uint32_t)(l->name[1] - '0');
        ck_assert_uint_eq(l->input_count, g->inputs[node]);
        for (uint32_t k = 0; k < l->input_count; k++) {
            int source = g->sources[node][k];
            const struct tensor *t = l->inputs[k];
            ck_assert(source < 0 ? t == &n->input : t->name[1] - '0' == source);
            /* Of an earlier layer. */
            ck_assert(t == &n->input || t < &l->output);
        }
    }
}

START_TEST(test_random_graphs)
{
    enum { ROUNDS = 2000, SEED = 77 };
    struct example shared = example_new();
    uint32_t good = 0, cyclic = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        struct rng rng = { SEED + round };
        struct example e = shared;
        e.arena = arena_new();
        struct random_graph g = random_graph(&rng);
        e.diag = diag_new(e.arena);
        char *json =
            expect_layers_json(&e, NULL, graph_text(e.arena, &g, &rng));
        struct model *m = example_load(&e, json);
        bool said = false;
        for (size_t i = 0; i < diag_count(e.diag); i++)
            said |= diag_at(e.diag, i)->code == DIAG_GRAPH_CYCLE;
        ck_assert_msg(said == has_cycle(&g), "seed %u: %s\n%s", SEED + round,
                      json, example_messages(&e));
        if (!said && count_unread(&g) > 1)
            ck_assert_uint_eq(diag_at(e.diag, 0)->code, DIAG_GRAPH_UNUSED);
        else
            ck_assert_msg((m != NULL) == !said, "seed %u: %s\n%s", SEED + round,
                          json, example_messages(&e));
        if (m != NULL)
            check_order(&m->network, &g);
        good += m != NULL;
        cyclic += said;
        arena_free(e.arena);
    }
    /* Both must have been there. */
    ck_assert_uint_gt(good, ROUNDS / 10);
    ck_assert_uint_gt(cyclic, ROUNDS / 10);
    example_free(&shared);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_order");
    TCase *c = tcase_create("model_order");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_loop_test(c, test_broken_layers, 0,
                        sizeof broken_layers / sizeof *broken_layers);
    tcase_add_test(c, test_long_cycle);
    tcase_add_test(c, test_random_graphs);
    tcase_add_test(c, test_order_of_the_file_is_kept);
    tcase_add_test(c, test_many_forks);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
