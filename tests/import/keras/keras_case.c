#include "tests/import/keras/keras_case.h"

#include <check.h>
#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/npy.h"
#include "design/design.h"
#include "engine/infer.h"
#include "import/graph/graph_evaluate.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_simplify.h"
#include "import/keras/keras.h"
#include "import/model.h"
#include "kernels/kernels.h"

/* The framework computes in single precision, in whatever order. */
static const double TOLERANCE = 1e-5;
/* Both are ours, in double precision. */
static const double SAME = 1e-9;

struct loaded {
    struct arena *arena;
    struct diag *diag;
    const struct keras_case *c;
    uint64_t frames, inputs, outputs; /* values of a frame */
    const double *x, *want;
};

static const char *messages(const struct loaded *t)
{
    const char *text = "";
    for (size_t i = 0; i < diag_count(t->diag); i++)
        text = arena_printf(t->arena, "%s%s\n", text,
                            diag_format(diag_at(t->diag, i), t->arena));
    return text;
}

static const struct npy *array(const struct loaded *t, const char *what)
{
    const char *path =
        arena_printf(t->arena, "%s/%s_%s.npy", t->c->folder, t->c->name, what);
    const struct npy *n = npy_load(t->arena, path, DIAG_DATA, t->diag);
    ck_assert_msg(n != NULL && n->is_float, "%s", messages(t));
    return n;
}

static void compare(const struct loaded *t, const char *what, uint64_t frame,
                    const double *is, const double *want, double tolerance)
{
    double most = 1;
    for (uint64_t i = 0; i < t->outputs; i++)
        most = fmax(most, fabs(want[i]));
    for (uint64_t i = 0; i < t->outputs; i++)
        ck_assert_msg(fabs(is[i] - want[i]) <= tolerance * most,
                      "%s, %s: value %" PRIu64 " of frame %" PRIu64
                      " is %.9g, not %.9g",
                      t->c->name, what, i, frame, is[i], want[i]);
}

static void compare_graph(const struct loaded *t, const struct graph *g,
                          const char *what)
{
    for (uint64_t f = 0; f < t->frames; f++)
        compare(t, what, f,
                graph_evaluate(g, t->arena, t->x + f * t->inputs, NULL, NULL),
                t->want + f * t->outputs, TOLERANCE);
}

/* The frames as integers of the network's input. */
static int32_t *raw_inputs(const struct loaded *t, struct format f)
{
    uint64_t count = t->frames * t->inputs;
    int32_t *raw = arena_new_array(t->arena, int32_t, count);
    for (uint64_t i = 0; i < count; i++) {
        double v = rint(ldexp(t->x[i], format_fraction(f)));
        v = fmin(fmax(v, (double)format_min(f)), (double)format_max(f));
        raw[i] = (int32_t)v;
    }
    return raw;
}

static void compare_network(const struct loaded *t, struct graph *g)
{
    const struct kernel_table *kernels = kernels_headrace();
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    struct sketch *s = graph_lower(g, standard);
    ck_assert_msg(s != NULL, "%s: %s", t->c->name, messages(t));
    struct model *m =
        model_of_sketch(t->arena, t->c->name, s, kernels, t->diag);
    ck_assert_msg(m != NULL, "%s: %s", t->c->name, messages(t));
    struct design *d = model_design(t->arena, m, kernels, t->diag);
    ck_assert_msg(d != NULL, "%s: %s", t->c->name, messages(t));
    if (t->c->exact) {
        ck_assert_msg(diag_count(t->diag) == 0, "%s", messages(t));
        const int32_t *raw =
            infer_run(t->arena, d, raw_inputs(t, m->network.input.format),
                      (uint32_t)t->frames, NULL);
        const double *is = infer_to_float(t->arena, m->network.output->format,
                                          raw, t->frames * t->outputs);
        for (uint64_t f = 0; f < t->frames; f++)
            compare(t, "fixed point", f, is + f * t->outputs,
                    t->want + f * t->outputs, 0);
        return;
    }
    /* Floating point knows no quantisers. */
    for (uint32_t i = 0; i < g->node_count; i++)
        if (g->nodes[i]->op == GRAPH_QUANT)
            return;
    for (uint64_t f = 0; f < t->frames; f++)
        compare(t, "network", f,
                infer_run_float(t->arena, d, t->x + f * t->inputs, 1),
                graph_evaluate(g, t->arena, t->x + f * t->inputs, NULL, NULL),
                SAME);
}

void keras_case_check(const struct keras_case *c)
{
    struct loaded t = { .arena = arena_new(), .c = c };
    t.diag = diag_new(t.arena);
    const char *path =
        arena_printf(t.arena, "%s/%s%s", c->folder, c->name, c->ending);
    struct keras_options o = { 0 };
    struct graph *g = keras_load(t.arena, path, &o, t.diag);
    ck_assert_msg(g != NULL, "%s", messages(&t));
    const struct npy *x = array(&t, "inputs"), *y = array(&t, "outputs");
    t.frames = x->shape[0];
    t.inputs = graph_dims_count(&g->input->dims);
    t.outputs = graph_dims_count(&g->output->dims);
    ck_assert_uint_eq(x->count, t.frames * t.inputs);
    ck_assert_uint_eq(y->count, t.frames * t.outputs);
    t.x = x->floats;
    t.want = y->floats;
    compare_graph(&t, g, "graph");
    graph_simplify(g);
    compare_graph(&t, g, "simplified graph");
    if (c->lowers)
        compare_network(&t, g);
    arena_free(t.arena);
}
