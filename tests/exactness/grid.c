#include "tests/exactness/grid.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "cli/verification.h"
#include "design/design.h"
#include "design/kernel.h"
#include "kernels/kernels.h"

static struct grid_row *row_of(struct grid *g, const char *name)
{
    uint32_t i = 0;
    while (i < g->row_count && strcmp(g->rows[i].name, name) < 0)
        i++;
    if (i == g->row_count || strcmp(g->rows[i].name, name) != 0) {
        assert(g->row_count < GRID_ROWS_MAX);
        memmove(&g->rows[i + 1], &g->rows[i],
                (g->row_count - i) * sizeof *g->rows);
        g->rows[i] = (struct grid_row){ .configurations = 0 };
        snprintf(g->rows[i].name, GRID_NAME_MAX, "%s", name);
        g->row_count++;
    }
    return &g->rows[i];
}

void grid_init(struct grid *g)
{
    *g = (struct grid){ .row_count = 0 };
    const struct kernel_table *t = kernels_headrace();
    for (uint32_t i = 0; i < t->count; i++)
        row_of(g, t->kernels[i]->name);
}

/* --- ways of using a kernel ----------------------------------------------- */

static bool is_kernel(const struct process *p, const char *name)
{
    return strcmp(p->kernel->name, name) == 0;
}

/* For each way that a process is one of, its name behind the kernel's; at
 * most WAYS_MAX. */
enum { WAYS_MAX = 8 };

struct ways {
    const char *names[WAYS_MAX];
    uint32_t count;
};

static void add_way(struct ways *w, bool is, const char *name)
{
    assert(w->count < WAYS_MAX);
    if (is)
        w->names[w->count++] = name;
}

static void window_ways(struct ways *w, const struct process *p)
{
    const struct window *s = &p->window;
    const struct process *before = p->inputs[0]->producer;
    add_way(w, p->inputs[0]->shape.h == 1 && p->inputs[0]->shape.w > 1, "1D");
    add_way(w, s->stride_h < s->kernel_h || s->stride_w < s->kernel_w,
            "overlapping");
    add_way(w, s->stride_h > 1 || s->stride_w > 1, "with strides");
    add_way(
        w, before != NULL && before->inserted && is_kernel(before, "zeropad2d"),
        "padded");
    add_way(w,
            is_kernel(p, "avgpool2d") &&
                (s->pad_top | s->pad_bottom | s->pad_left | s->pad_right) != 0,
            "pads uncounted");
}

static void multiplier_ways(struct ways *w, const struct process *p)
{
    add_way(w, p->packed, "packed");
    add_way(w, p->reuse_factor > 1, "folded");
    add_way(w, p->relu_max != 0, "with ReLU limit");
}

static const char *elementwise_way(const struct process *p)
{
    switch (p->operation) {
    case OPERATION_ADD:
        return "add";
    case OPERATION_SUBTRACT:
        return "subtract";
    case OPERATION_MULTIPLY:
        return "multiply";
    default:
        return "maximum";
    }
}

static struct ways ways_of(const struct process *p)
{
    struct ways w = { .count = 0 };
    const struct stream *in = p->inputs[0], *out = p->outputs[0];
    if (p->window.kernel_h != 0)
        window_ways(&w, p);
    if (p->pe != 0)
        multiplier_ways(&w, p);
    if (is_kernel(p, "conv2d"))
        add_way(&w, p->window.kernel_h == 1 && p->window.kernel_w == 1,
                "pointwise");
    if (is_kernel(p, "zeropad2d")) {
        add_way(&w, in->shape.h == 1 && out->shape.h == 1, "1D");
        add_way(&w, p->pad_value != 0, "with smallest value");
    }
    if (is_kernel(p, "relu")) {
        add_way(&w, !p->relu, "linear");
        add_way(&w, p->relu_max != 0, "with limit");
    }
    if (is_kernel(p, "prelu"))
        add_way(&w, p->units == 1, "leaky ReLU");
    if (is_kernel(p, "lookup"))
        add_way(&w, true, layer_type_name(p->layer->type));
    if (is_kernel(p, "reshape"))
        add_way(&w, p->layer->type == LAYER_TRANSPOSE, "transpose");
    if (is_kernel(p, "elementwise"))
        add_way(&w, true, elementwise_way(p));
    if (is_kernel(p, "concat"))
        add_way(&w, true, in->lanes == out->lanes ? "serial" : "parallel");
    if (is_kernel(p, "width_converter"))
        add_way(&w, true, in->lanes < out->lanes ? "widen" : "narrow");
    if (is_kernel(p, "clone") || is_kernel(p, "dispatch"))
        add_way(&w, p->output_count > 2, "of 3 and more");
    if (is_kernel(p, "collect"))
        add_way(&w, p->input_count > 2, "of 3 and more");
    return w;
}

/* --- counting ------------------------------------------------------------- */

static void count_handshakes(struct grid_row *row, const struct verification *v,
                             const struct stream *s)
{
    if (v == NULL)
        return;
    row->handshakes += v->streams[s->index].compared;
    row->handshakes_different += v->streams[s->index].different;
}

static void count_values(struct grid_row *row, const struct verification *v,
                         const struct stream *s)
{
    if (v == NULL)
        return;
    row->values += v->inner[s->index].compared;
    row->values_different += v->inner[s->index].different;
}

static void count_process(struct grid *g, const char *name,
                          const struct verification *v, const struct process *p)
{
    struct grid_row *row = row_of(g, name);
    row->configurations++;
    for (uint32_t i = 0; i < p->input_count; i++)
        count_handshakes(row, v, p->inputs[i]);
    for (uint32_t i = 0; i < p->output_count; i++) {
        count_handshakes(row, v, p->outputs[i]);
        count_values(row, v, p->outputs[i]);
    }
}

void grid_add_design(struct grid *g, const struct design *d,
                     const struct verification *v)
{
    char name[GRID_NAME_MAX];
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        count_process(g, p->kernel->name, v, p);
        struct ways w = ways_of(p);
        for (uint32_t k = 0; k < w.count; k++) {
            snprintf(name, sizeof name, "%s, %s", p->kernel->name, w.names[k]);
            count_process(g, name, v, p);
        }
    }
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        snprintf(name, sizeof name, "fifo_%s", fifo_kind_name(s->kind));
        struct grid_row *row = row_of(g, name);
        row->configurations++;
        count_handshakes(row, v, s);
        count_values(row, v, s);
    }
}

uint64_t grid_configurations(const struct grid *g, const char *row)
{
    for (uint32_t i = 0; i < g->row_count; i++) {
        if (strcmp(g->rows[i].name, row) == 0)
            return g->rows[i].configurations;
    }
    return 0;
}

void grid_add(struct grid *g, const char *count, uint64_t by)
{
    uint32_t i = 0;
    while (i < g->count_count && strcmp(g->counts[i].name, count) != 0)
        i++;
    if (i == g->count_count) {
        assert(g->count_count < GRID_COUNTS_MAX);
        g->counts[i] = (struct grid_count){ .count = 0 };
        snprintf(g->counts[i].name, GRID_NAME_MAX, "%s", count);
        g->count_count++;
    }
    g->counts[i].count += by;
}

uint64_t grid_get(const struct grid *g, const char *count)
{
    for (uint32_t i = 0; i < g->count_count; i++) {
        if (strcmp(g->counts[i].name, count) == 0)
            return g->counts[i].count;
    }
    return 0;
}

static void add_row(struct grid *g, const struct grid_row *by)
{
    struct grid_row *row = row_of(g, by->name);
    row->configurations += by->configurations;
    row->handshakes += by->handshakes;
    row->handshakes_different += by->handshakes_different;
    row->values += by->values;
    row->values_different += by->values_different;
}

void grid_merge(struct grid *g, const struct grid *b)
{
    for (uint32_t i = 0; i < b->count_count; i++)
        grid_add(g, b->counts[i].name, b->counts[i].count);
    for (uint32_t i = 0; i < b->row_count; i++)
        add_row(g, &b->rows[i]);
}

/* --- Markdown ------------------------------------------------------------- */

void grid_print(const struct grid *g, FILE *to)
{
    fprintf(to, "| what | number |\n|---|---|\n");
    for (uint32_t i = 0; i < g->count_count; i++)
        fprintf(to, "| %s | %" PRIu64 " |\n", g->counts[i].name,
                g->counts[i].count);
    fprintf(to, "\n| kernel | configurations | handshakes compared | different "
                "| values compared | different |\n|---|---|---|---|---|---|\n");
    for (uint32_t i = 0; i < g->row_count; i++) {
        const struct grid_row *r = &g->rows[i];
        fprintf(to,
                "| %s | %" PRIu64 " | %" PRIu64 " | %" PRIu64 " | %" PRIu64
                " | %" PRIu64 " |\n",
                r->name, r->configurations, r->handshakes,
                r->handshakes_different, r->values, r->values_different);
    }
}

void grid_read(struct grid *g, FILE *from)
{
    enum { COUNT = 2, ROW = 6 }; /* cells */
    char line[256];
    while (fgets(line, sizeof line, from) != NULL) {
        struct grid_row r = { .configurations = 0 };
        int cells =
            sscanf(line,
                   "| %47[^|]| %" SCNu64 " | %" SCNu64 " | %" SCNu64
                   " | %" SCNu64 " | %" SCNu64,
                   r.name, &r.configurations, &r.handshakes,
                   &r.handshakes_different, &r.values, &r.values_different);
        size_t length = strlen(r.name);
        if (length > 0 && r.name[length - 1] == ' ')
            r.name[length - 1] = '\0';
        if (cells == COUNT)
            grid_add(g, r.name, r.configurations);
        else if (cells == ROW)
            add_row(g, &r);
    }
}
