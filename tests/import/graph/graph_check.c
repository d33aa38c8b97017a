#include "tests/import/graph/graph_check.h"

#include "base/arena.h"
#include "base/diag.h"

double *graph_turn(struct arena *a, const double *x, const struct graph_dims *d,
                   bool back)
{
    uint64_t c = d->size[1], pixels = graph_dims_count(d) / c;
    double *out = arena_new_array(a, double, c *pixels);
    for (uint64_t i = 0; i < c; i++)
        for (uint64_t p = 0; p < pixels; p++)
            out[back ? i * pixels + p : p * c + i] =
                x[back ? p * c + i : i * pixels + p];
    return out;
}

int32_t *graph_inputs(struct arena *a, struct format f, const int32_t *from,
                      uint64_t count)
{
    int32_t *out = arena_new_array(a, int32_t, count);
    for (uint64_t i = 0; i < count; i++) {
        out[i] = from[i];
        if (f.overflow == FIXED_SAT_SYM && out[i] == format_min(f))
            out[i]++;
    }
    return out;
}

const char *graph_messages(struct arena *a, const struct diag *d)
{
    const char *text = "";
    for (size_t i = 0; i < diag_count(d); i++)
        text = arena_printf(a, "%s%s\n", text, diag_format(diag_at(d, i), a));
    return text;
}
