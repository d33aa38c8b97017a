#include "import/foreign_ranges.h"

#include "base/arena.h"
#include "base/npy.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_ranges.h"

#include <inttypes.h>
#include <math.h>

enum { WIDTH_DEFAULT = 8 };

struct range_options foreign_range_options(const struct foreign_calibration *c)
{
    uint32_t width = c->width == 0 ? WIDTH_DEFAULT : c->width;
    return (struct range_options){
        .width = width,
        .weight_width = c->weight_width == 0 ? width : c->weight_width,
        .by_max = c->by_max,
    };
}

/* The format that integers at the input have; width 0: it is to be chosen. */
static struct format input_format(const struct graph *g)
{
    enum graph_type t = g->input->type;
    if (graph_type_is_float(t) || graph_type_size(t) > 2)
        return (struct format){ 0 };
    uint8_t bits = (uint8_t)(8 * graph_type_size(t));
    return (struct format){ .width = bits,
                            .integer = bits,
                            .is_signed = graph_type_min(t) < 0 };
}

/* One frame in the order of the graph's input. */
static bool reorder(const struct graph *g, const struct npy *n, uint64_t frame,
                    const struct stream_order *order, uint64_t count,
                    double *out)
{
    for (uint64_t i = 0; i < count; i++) {
        uint64_t at = frame * count + stream_order_place(order, i);
        out[i] = n->is_float ? n->floats[at] : (double)n->integers[at];
        if (isfinite(out[i]))
            continue;
        diag_error(g->diag, (struct place){ 0 }, DIAG_DATA,
                   "--calibrate: value %" PRIu64 " of frame %" PRIu64
                   " is no finite number",
                   at - frame * count, frame);
        return false;
    }
    return true;
}

bool foreign_choose_ranges(struct graph *g, const struct foreign_calibration *c)
{
    struct stream_order order;
    uint64_t shape[3];
    if (c->data == NULL || !graph_input_order(g, &order, shape))
        return true; /* what is wrong with the input, lowering says */
    for (uint32_t i = 0; i < 3; i++)
        if (shape[i] > NETWORK_SIZE_MAX)
            return true;
    struct data_request request = {
        .inputs = c->data,
        .options = c->data_options,
        .shape = { (uint32_t)shape[0], (uint32_t)shape[1], (uint32_t)shape[2] },
        .format = input_format(g),
    };
    struct range_options options = foreign_range_options(c);
    struct arena *own = arena_new();
    struct data_frames data;
    bool fine = data_load(own, &request, &data, g->diag);
    if (fine) {
        struct graph_ranges *r = graph_ranges_new(g->arena, g, &options);
        uint64_t count = shape_count(request.shape);
        double *frame = arena_new_array(own, double, count);
        uint64_t frames = data.count;
        if (c->frames != 0 && c->frames < frames)
            frames = c->frames;
        for (uint64_t f = 0; fine && f < frames; f++) {
            fine = reorder(g, data.inputs, f, &order, count, frame);
            if (fine)
                graph_ranges_add(r, frame);
        }
        g->ranges = r;
    }
    arena_free(own);
    return fine;
}
