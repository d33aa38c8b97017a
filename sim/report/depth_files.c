#include "report/depth_files.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_write.h"
#include "base/text.h"
#include "design/design.h"

enum { FINN_LEAST = 2 };

/* Reports what neither tool has. */
static bool check(const struct design *d, const char *tool, struct diag *diag)
{
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        const char *what = NULL;
        if (s->copies > 1)
            what = "carries frames of one of several copies";
        else if (s->kind == FIFO_FRAME && !s->inner)
            what = "is a buffer of whole frames";
        if (what == NULL)
            continue;
        diag_error(diag, (struct place){ 0 }, DIAG_UNSUPPORTED,
                   "%s has nothing like '%s', which %s", tool, s->name, what);
        return false;
    }
    return true;
}

/* The stages of a process that a file describes, "swg0.read", are one. */
static const char *whole_name(struct arena *a, const struct design *d,
                              const struct process *p)
{
    if (d->family != FAMILY_SCHEDULE)
        return p->name;
    return arena_printf(a, "%.*s", (int)strcspn(p->name, "."), p->name);
}

/* --- hls4ml --------------------------------------------------------------- */

/* What a process is called in a design of hls4ml; NULL: it has none. */
static const char *hls4ml_name(struct arena *a, const struct design *d,
                               const struct process *p)
{
    if (process_is(p, "width_converter"))
        return NULL;
    if (!p->inserted)
        return whole_name(a, d, p);
    if (!process_is(p, "clone"))
        return arena_printf(a, "%s_%s",
                            p->layer->output.shape.h == 1 ? "zp1d" : "zp2d",
                            p->layer->name);
    /* A clone is named after what it copies; that of the input is a clone of
     * the layer that reads it first. */
    const struct process *from = p->inputs[0]->producer;
    while (from != NULL && process_is(from, "width_converter"))
        from = from->inputs[0]->producer;
    return arena_printf(a, "clone_%s",
                        from != NULL         ? from->name
                        : d->network != NULL ? d->network->input.name
                                             : "source");
}

static uint64_t pixels(const struct stream *s, uint32_t depth)
{
    const uint32_t tokens = s->shape.c == 0 ? 1 : stream_tokens_per_pixel(s);
    return ((uint64_t)depth + tokens - 1) / tokens;
}

/* What waits in s and in the width converters behind it; false: the last of
 * these is a port. */
static bool hls4ml_depth(const struct stream *s, const uint32_t *depths,
                         uint64_t *sum)
{
    *sum = pixels(s, depths[s->index]);
    while (s->consumer != NULL && process_is(s->consumer, "width_converter")) {
        s = s->consumer->outputs[0];
        *sum += pixels(s, depths[s->index]);
    }
    return s->consumer != NULL;
}

bool depth_files_hls4ml(struct arena *a, const struct design *d,
                        const uint32_t *depths, struct text *out,
                        struct diag *diag)
{
    if (!check(d, "hls4ml", diag))
        return false;
    struct json_out *root = json_out_new(a);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        const char *name = hls4ml_name(a, d, p);
        struct json_out *list = NULL;
        for (uint32_t o = 0; name != NULL && o < p->output_count; o++) {
            uint64_t depth;
            if (p->outputs[o]->inner ||
                !hls4ml_depth(p->outputs[o], depths, &depth))
                continue;
            if (list == NULL)
                list = json_add_array(root, name);
            json_add_u64(list, NULL, depth);
        }
    }
    json_out_print(root, out);
    return true;
}

/* --- FINN ----------------------------------------------------------------- */

/* Those of the streams between nodes. */
static void add_depths(struct json_out *list, uint32_t count,
                       struct stream *const *streams, const uint32_t *depths)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t depth = depths[streams[i]->index];
        if (!streams[i]->inner)
            json_add_u64(list, NULL, depth < FINN_LEAST ? FINN_LEAST : depth);
    }
}

bool depth_files_finn(struct arena *a, const struct design *d,
                      const uint32_t *depths, struct text *out,
                      struct diag *diag)
{
    if (!check(d, "FINN", diag))
        return false;
    struct json_out *root = json_out_new(a);
    json_add_object(root, "Defaults");
    const char *last = "";
    struct json_out *ins = NULL, *outs = NULL;
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        const char *name = whole_name(a, d, p);
        if (strcmp(name, last) != 0) {
            struct json_out *node = json_add_object(root, name);
            ins = json_add_array(node, "inFIFODepths");
            outs = json_add_array(node, "outFIFODepths");
        }
        last = name;
        add_depths(ins, p->input_count, p->inputs, depths);
        add_depths(outs, p->output_count, p->outputs, depths);
    }
    json_out_print(root, out);
    return true;
}
