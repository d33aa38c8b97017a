#include "import/graph/graph_kernels.h"

#include "base/arena.h"

/* y (rows, columns) += x (rows, inner) * w (inner, columns), with any
 * strides. */
struct product {
    uint64_t rows, inner, columns;
    uint64_t x_row, x_inner, w_inner, w_column;
};

static void multiply(const struct product *p, const double *x, const double *w,
                     double factor, double *y)
{
    for (uint64_t r = 0; r < p->rows; r++) {
        for (uint64_t k = 0; k < p->inner; k++) {
            double value = factor * x[r * p->x_row + k * p->x_inner];
            const double *row = w + k * p->w_inner;
            for (uint64_t c = 0; c < p->columns; c++)
                y[r * p->columns + c] += value * row[c * p->w_column];
        }
    }
}

void graph_run_gemm(const struct graph_node *n, const double *const *inputs,
                    double *out, struct arena *scratch)
{
    (void)scratch;
    const struct graph_attributes *t = &n->attributes;
    const struct graph_dims *a = &n->inputs[0]->dims, *b = &n->inputs[1]->dims;
    const struct graph_dims *y = &n->output->dims;
    struct product p = {
        .rows = y->size[0],
        .columns = y->size[1],
        .inner = a->size[t->transpose_a ? 0 : 1],
        .x_row = t->transpose_a ? 1 : a->size[1],
        .x_inner = t->transpose_a ? a->size[1] : 1,
        .w_inner = t->transpose_b ? 1 : b->size[1],
        .w_column = t->transpose_b ? b->size[1] : 1,
    };
    const struct graph_value *bias = n->input_count > 2 ? n->inputs[2] : NULL;
    uint64_t strides[GRAPH_RANK_MAX] = { 0 };
    if (bias != NULL)
        graph_strides(&bias->dims, y, strides);
    for (uint64_t r = 0; r < p.rows; r++)
        for (uint64_t c = 0; c < p.columns; c++)
            out[r * p.columns + c] =
                bias == NULL
                    ? 0
                    : t->beta * inputs[2][r * strides[0] + c * strides[1]];
    multiply(&p, inputs[0], inputs[1], t->alpha, out);
}

void graph_run_matmul(const struct graph_node *n, const double *const *inputs,
                      double *out, struct arena *scratch)
{
    (void)scratch;
    struct graph_dims a = n->inputs[0]->dims, b = n->inputs[1]->dims;
    struct graph_dims outer = n->output->dims;
    /* A vector on the left is a row, on the right a column, whose 1 is not
     * kept. */
    struct product p = {
        .rows = a.rank > 1 ? a.size[a.rank - 2] : 1,
        .inner = a.size[a.rank - 1],
        .columns = b.rank > 1 ? b.size[b.rank - 1] : 1,
    };
    p.x_row = p.inner;
    p.x_inner = 1;
    p.w_inner = p.columns;
    p.w_column = 1;
    outer.rank -= (a.rank > 1) + (b.rank > 1);
    a.rank -= a.rank > 1 ? 2 : 1;
    b.rank -= b.rank > 1 ? 2 : 1;
    uint64_t steps_a[GRAPH_RANK_MAX], steps_b[GRAPH_RANK_MAX];
    graph_strides(&a, &outer, steps_a);
    graph_strides(&b, &outer, steps_b);
    uint64_t count = graph_dims_count(&outer);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t rest = i, at_a = 0, at_b = 0;
        for (uint32_t k = outer.rank; k-- > 0;) {
            at_a += rest % outer.size[k] * steps_a[k];
            at_b += rest % outer.size[k] * steps_b[k];
            rest /= outer.size[k];
        }
        double *y = out + i * p.rows * p.columns;
        for (uint64_t k = 0; k < p.rows * p.columns; k++)
            y[k] = 0;
        multiply(&p, inputs[0] + at_a * p.rows * p.inner,
                 inputs[1] + at_b * p.inner * p.columns, 1, y);
    }
}
