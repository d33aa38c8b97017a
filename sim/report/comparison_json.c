#include "report/comparison_table.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "traces/comparison.h"
#include "traces/figures.h"
#include "traces/pairing.h"
#include "traces/report.h"
#include "traces/side.h"

static void add_known(struct json_out *to, const char *key, uint64_t value)
{
    if (value == FIGURE_NONE)
        json_add_null(to, key);
    else
        json_add_u64(to, key, value);
}

static void add_side(struct json_out *root, const char *key,
                     const struct side *s, const uint32_t *only,
                     uint32_t only_count)
{
    struct json_out *o = json_add_object(root, key);
    json_add_string(o, "path", s->path);
    json_add_string(o, "kind", side_kind_name(s->kind));
    if (s->trust != NULL)
        json_add_string(o, "trust", s->trust);
    if (s->report != NULL)
        json_add_string(o, "report", report_kind_name(s->report->kind));
    if (s->note != NULL)
        json_add_string(o, "note", s->note);
    if (s->clock != NULL)
        json_add_string(o, "clock", s->clock);
    if (s->bundle_count > 0)
        json_add_u64(o, "bundles", s->bundle_count);
    if (s->frames > 0)
        json_add_u64(o, "frames", s->frames);
    else
        json_add_null(o, "frames");
    if (s->is_stuck)
        json_add_u64(o, "deadlock_cycle", s->stuck_cycle);
    else
        json_add_null(o, "deadlock_cycle");
    struct json_out *list = json_add_array(o, "only_here");
    for (uint32_t i = 0; i < only_count; i++)
        json_add_string(list, NULL, s->streams[only[i]].times.name);
}

static void add_event(struct json_out *o, const struct comparison *c,
                      const struct divergence *x, uint32_t pair)
{
    const struct pair *p = &c->pairing->pairs[pair];
    json_add_string(o, "stream", c->a->streams[p->a].times.name);
    json_add_string(o, "event", x->event == TOKEN_WRITE ? "write" : "read");
    json_add_u64(o, "token", x->token);
    add_known(o, "cycle_a", x->cycle_a);
    add_known(o, "cycle_b", x->cycle_b);
    if (x->cycle_a == ERROR_NEVER || x->cycle_b == ERROR_NEVER)
        json_add_null(o, "error");
    else
        json_add_i64(o, "error",
                     (int64_t)(x->cycle_b - x->cycle_a) - c->offset);
}

static void add_first(struct json_out *root, const char *key,
                      const struct comparison *c, const struct divergence *x,
                      uint32_t pair)
{
    if (x->there)
        add_event(json_add_object(root, key), c, x, pair);
    else
        json_add_null(root, key);
}

static void add_deviation(struct json_out *root, const struct comparison *c)
{
    static const char *const kinds[] = {
        [DEVIATION_NONE] = "none",     [DEVIATION_PROCESS] = "process",
        [DEVIATION_SOURCE] = "source", [DEVIATION_SINK] = "sink",
        [DEVIATION_STREAM] = "stream",
    };
    const struct deviation *d = &c->deviation;
    if (d->kind == DEVIATION_NONE) {
        json_add_null(root, "first_in_dataflow");
        return;
    }
    struct json_out *o = json_add_object(root, "first_in_dataflow");
    json_add_string(o, "by", kinds[d->kind]);
    if (d->process != NULL)
        json_add_string(o, "process", d->process);
    else
        json_add_null(o, "process");
    add_event(o, c, &d->event, d->pair);
    json_add_u64(o, "streams_not_compared", d->unseen);
    json_add_u64(o, "others", d->others);
}

static void add_stream_frames(struct json_out *o, const struct comparison *c,
                              uint32_t pair)
{
    const struct stream_errors *s = &c->streams[pair];
    const struct side_stream *at = &c->a->streams[c->pairing->pairs[pair].a];
    uint32_t copies = at->copies > 1 ? at->copies : 1;
    struct json_out *list = json_add_array(o, "frames");
    for (uint32_t f = 0; f < s->frame_count; f++) {
        struct json_out *frame = json_add_object(list, NULL);
        json_add_u64(frame, "frame", (uint64_t)f * copies + at->copy);
        json_add_u64(frame, "compared", s->frames[f].compared);
        json_add_u64(frame, "different", s->frames[f].different);
        json_add_i64(frame, "largest", s->frames[f].largest);
        json_add_i64(frame, "last", s->frames[f].last);
    }
    if (!s->has_deciles) {
        json_add_null(o, "drift");
        return;
    }
    struct json_out *drift = json_add_object(o, "drift");
    if (s->frame_count > 0)
        json_add_u64(drift, "frame",
                     (uint64_t)s->drift_frame * copies + at->copy);
    else
        json_add_null(drift, "frame");
    struct json_out *deciles = json_add_array(drift, "deciles");
    for (int i = 0; i < ERROR_DECILES; i++)
        json_add_i64(deciles, NULL, s->deciles[i]);
}

static void add_stream(struct json_out *list, const struct comparison *c,
                       uint32_t pair)
{
    const struct pair *p = &c->pairing->pairs[pair];
    const struct stream_errors *s = &c->streams[pair];
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "a", c->a->streams[p->a].times.name);
    json_add_string(o, "b", c->b->streams[p->b].times.name);
    json_add_string(o, "paired_by", pairing_rule_name(p->rule));
    json_add_u64(o, "compared", s->compared);
    json_add_u64(o, "different", s->different);
    json_add_u64(o, "missing_in_a", s->missing_a);
    json_add_u64(o, "missing_in_b", s->missing_b);
    json_add_u64(o, "not_compared", s->beyond);
    json_add_i64(o, "largest", s->largest);
    json_add_u64(o, "sum_of_magnitudes", s->sum);
    add_first(o, "first_write", c, &s->write, pair);
    add_first(o, "first_read", c, &s->read, pair);
    add_stream_frames(o, c, pair);
}

static void add_figures(struct json_out *root, const struct figures *f)
{
    json_add_string(root, "latency_of_a", f->basis_a);
    json_add_string(root, "latency_of_b", f->basis_b);
    struct json_out *list = json_add_array(root, "figures");
    for (uint32_t i = 0; i < f->count; i++) {
        const struct figure *x = &f->rows[i];
        struct json_out *o = json_add_object(list, NULL);
        json_add_string(o, "group", x->group);
        json_add_string(o, "name", x->name);
        json_add_string(o, "unit",
                        x->unit == FIGURE_CYCLES ? "cycles" : "tokens");
        const uint64_t values[] = { x->a_milli, x->b_milli };
        for (int k = 0; k < 2; k++) {
            if (values[k] == FIGURE_NONE)
                json_add_null(o, k == 0 ? "a" : "b");
            else
                json_add_ratio(o, k == 0 ? "a" : "b", values[k], 1000);
        }
    }
}

static void add_frames(struct json_out *root, const struct comparison *c)
{
    const struct figures *f = c->figures;
    struct json_out *list = json_add_array(root, "frames");
    for (uint32_t i = 0; i < f->frame_count; i++) {
        struct json_out *o = json_add_object(list, NULL);
        json_add_u64(o, "frame", i);
        add_known(o, "latency_a", f->frames_a[i].latency);
        add_known(o, "latency_b", f->frames_b[i].latency);
        add_known(o, "interval_a", f->frames_a[i].interval);
        add_known(o, "interval_b", f->frames_b[i].interval);
        if (!c->by_handshake)
            continue;
        json_add_u64(o, "compared", c->frames[i].compared);
        json_add_u64(o, "different", c->frames[i].different);
        json_add_i64(o, "largest", c->frames[i].largest);
        json_add_i64(o, "last", c->frames[i].last);
    }
}

static void add_comparison(struct json_out *root, const struct comparison *c)
{
    const struct pairing *p = c->pairing;
    add_side(root, "a", c->a, p->only_a, p->only_a_count);
    add_side(root, "b", c->b, p->only_b, p->only_b_count);
    json_add_bool(root, "equal", comparison_equal(c));
    json_add_u64(root, "tolerance", c->tolerance);
    if (c->by_handshake) {
        json_add_string(root, "align",
                        c->alignment == ALIGN_FIRST ? "first" : "none");
        json_add_i64(root, "offset", c->offset);
        json_add_u64(root, "compared", c->compared);
        json_add_u64(root, "different", c->different);
        json_add_u64(root, "missing", c->missing);
        json_add_u64(root, "not_compared", c->beyond);
        json_add_i64(root, "largest", c->largest);
        json_add_string(root, "dataflow_order",
                        c->has_graph ? "graph" : "guess");
        add_first(root, "first_in_time", c, &c->first, c->first_pair);
        add_deviation(root, c);
        struct json_out *list = json_add_array(root, "streams");
        for (uint32_t i = 0; i < p->count; i++)
            if (comparison_has(c, i))
                add_stream(list, c, i);
    }
    add_figures(root, c->figures);
    add_frames(root, c);
}

void comparison_print_json(const struct comparison *const *list, uint32_t count,
                           struct arena *a, struct text *out)
{
    struct json_out *root = json_out_new(a);
    add_comparison(root, list[0]);
    struct json_out *others =
        count > 1 ? json_add_array(root, "other_clocks") : NULL;
    for (uint32_t i = 1; i < count; i++)
        add_comparison(json_add_object(others, NULL), list[i]);
    json_out_print(root, out);
}
