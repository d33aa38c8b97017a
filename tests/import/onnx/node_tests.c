#include "tests/import/onnx/node_tests.h"

#include <dirent.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/graph/graph_evaluate.h"
#include "import/onnx/onnx.h"

#define DATA "/usr/share/libonnx-testdata/data"

/* Those of ONNX's own runner (onnx/backend/test/case/test_case.py): what is
 * right was computed by NumPy in single precision. */
static const double RELATIVE = 1e-3, ABSOLUTE = 1e-7;

enum { INPUTS_MAX = 8 };

static int by_name(const void *a, const void *b)
{
    const struct node_test *x = a, *y = b;
    int order = strcmp(x->group, y->group);
    return order != 0 ? order : strcmp(x->name, y->name);
}

struct node_test *node_tests(struct arena *a, uint32_t *count)
{
    static const char *const groups[] = { "node", "pytorch-converted",
                                          "pytorch-operator", "simple" };
    struct node_test *tests = NULL;
    *count = 0;
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        DIR *folder = opendir(arena_printf(a, DATA "/%s", groups[i]));
        if (folder == NULL)
            return NULL;
        struct dirent *entry;
        while ((entry = readdir(folder)) != NULL) {
            if (strncmp(entry->d_name, "test_", 5) != 0)
                continue;
            tests = arena_grow(a, tests, *count, sizeof *tests);
            tests[(*count)++] = (struct node_test){
                .group = groups[i],
                .name = arena_strdup(a, entry->d_name),
            };
        }
        closedir(folder);
    }
    qsort(tests, *count, sizeof *tests, by_name);
    return tests;
}

static const char *data_file(struct arena *a, const struct node_test *t,
                             const char *kind, uint32_t i)
{
    return arena_printf(a, DATA "/%s/%s/test_data_set_0/%s_%u.pb", t->group,
                        t->name, kind, (unsigned)i);
}

static bool is_file(const char *path)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    size_t length;
    bool there = file_read(a, path, (size_t)1 << 30, &length, d) != NULL;
    arena_free(a);
    return there;
}

/* The graph with inputs `from` and on bound; NULL: refused. */
static struct graph *load(struct arena *a, const struct node_test *t,
                          uint32_t from, struct diag *d)
{
    struct onnx_binding bindings[INPUTS_MAX];
    struct onnx_options o = { .bindings = bindings, .input_optional = true };
    for (uint32_t i = from; i < INPUTS_MAX; i++) {
        const char *path = data_file(a, t, "input", i);
        if (is_file(path))
            bindings[o.binding_count++] =
                (struct onnx_binding){ .input = i, .path = path };
    }
    return onnx_load(
        a, arena_printf(a, DATA "/%s/%s/model.onnx", t->group, t->name), &o, d);
}

static bool is_close(double is, double want)
{
    if (isnan(want) || isnan(is))
        return isnan(want) && isnan(is);
    if (isinf(want) || isinf(is))
        return want == is;
    return fabs(is - want) <= ABSOLUTE + RELATIVE * fabs(want);
}

static void evaluate(struct arena *a, struct node_test *t, struct graph *g,
                     struct diag *d)
{
    const double *input = NULL;
    if (g->input != NULL) {
        const struct graph_value *v =
            onnx_load_tensor(g, data_file(a, t, "input", 0));
        if (v == NULL) {
            t->result = NODE_UNSUPPORTED;
            t->reason = diag_at(d, diag_count(d) - 1)->text;
            return;
        }
        if (!graph_dims_equal(&v->dims, &g->input->dims)) {
            t->result = NODE_FAILED;
            t->reason = "the input has another shape";
            return;
        }
        input = graph_elements(v, a);
    }
    const struct graph_value *want =
        onnx_load_tensor(g, data_file(a, t, "output", 0));
    if (want == NULL) {
        t->result = NODE_UNSUPPORTED;
        t->reason = diag_at(d, diag_count(d) - 1)->text;
        return;
    }
    t->result = NODE_FAILED;
    if (!graph_dims_equal(&want->dims, &g->output->dims)) {
        t->reason = arena_printf(a, "shape %s, not %s",
                                 graph_dims_text(&g->output->dims, a),
                                 graph_dims_text(&want->dims, a));
        return;
    }
    const double *is = graph_evaluate(g, a, input, NULL, NULL);
    uint64_t count = graph_dims_count(&want->dims);
    for (uint64_t i = 0; i < count; i++) {
        double x = graph_element(want, i);
        if (!is_close(is[i], x)) {
            t->reason = arena_printf(a, "value %g at %u, not %g", is[i],
                                     (unsigned)i, x);
            return;
        }
    }
    t->result = NODE_PASSED;
}

void node_test_run(struct arena *a, struct node_test *t)
{
    struct diag *d = diag_new(a);
    struct graph *g = load(a, t, 1, d);
    if (g == NULL) {
        const struct diag_message *m = diag_at(d, 0);
        t->reason = m->text;
        if (m->code == DIAG_OPERATOR) {
            t->result = NODE_UNKNOWN;
            return;
        }
        d = diag_new(a);
        g = load(a, t, 0, d);
        /* The first refusal says more. */
        t->result = NODE_UNSUPPORTED;
    }
    if (g != NULL)
        evaluate(a, t, g, d);
}
