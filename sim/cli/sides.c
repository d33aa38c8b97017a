#include "cli/sides.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/run.h"
#include "import/foreign.h"
#include "traces/report.h"
#include "traces/side.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

/* Another tool's network, a folder without reports, or JSON that says so;
 * faults are found when it is read. */
static bool is_model(const char *path)
{
    if (foreign_is(path))
        return true;
    if (file_is_folder(path))
        return !report_is_folder(path);
    struct arena *a = arena_new();
    struct json root = json_load(a, path, diag_new(a));
    bool is = json_exists(root) && json_kind(root) == JSON_OBJECT &&
              (json_exists(json_get(root, "headrace")) ||
               json_exists(json_get(root, "network")));
    arena_free(a);
    return is;
}

/* Models */

static uint32_t index_of(const struct process *p)
{
    return p == NULL ? SIDE_EDGE : p->index;
}

static const uint32_t *indices_of(struct arena *a, struct stream **streams,
                                  uint32_t count)
{
    uint32_t *list = arena_new_array(a, uint32_t, count);
    for (uint32_t i = 0; i < count; i++)
        list[i] = streams[i]->index;
    return list;
}

struct ranked {
    uint64_t writer; /* 0: the source, else its index + 1 */
    uint32_t stream;
};

static int rank_order(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->writer != b->writer)
        return a->writer < b->writer ? -1 : 1;
    return a->stream < b->stream ? -1 : a->stream > b->stream;
}

/* By the processes that write them, which are in topological order. */
static uint32_t *dataflow_order(struct arena *a, const struct design *d)
{
    struct ranked *ranked = arena_new_array(a, struct ranked, d->stream_count);
    uint32_t *order = arena_new_array(a, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct process *p = d->streams[i].producer;
        ranked[i] =
            (struct ranked){ p == NULL ? 0 : p->index + UINT64_C(1), i };
    }
    qsort(ranked, d->stream_count, sizeof *ranked, rank_order);
    for (uint32_t i = 0; i < d->stream_count; i++)
        order[i] = ranked[i].stream;
    return order;
}

/* NULL: exact. */
static const char *trust_of(struct arena *a, const struct design *d)
{
    /* Bounds are per frame and of figures, not of tokens: the level is said. */
    const struct trust_total t =
        trust_of_design(d, arena_new_array(a, uint64_t, d->process_count));
    const struct process *worst = &d->processes[t.process];
    if (t.level == TRUST_EXTRAPOLATED)
        return arena_printf(a, "%s: '%s', %s", trust_level_name(t.level),
                            worst->name, worst->trust.reason);
    return t.level == TRUST_EXACT ? NULL : trust_level_name(t.level);
}

static struct side *side_of_design(struct arena *a, const char *path,
                                   const struct design *d)
{
    struct side *s = arena_new_item(a, struct side);
    *s = (struct side){
        .kind = SIDE_MODEL,
        .path = path,
        .trust = trust_of(a, d),
        .stream_count = d->stream_count,
        .streams = arena_new_array(a, struct side_stream, d->stream_count),
        .order = dataflow_order(a, d),
        .process_count = d->process_count,
        .processes = arena_new_array(a, struct side_process, d->process_count),
        .end = UINT64_MAX,
    };
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *from = &d->streams[i];
        s->streams[i] = (struct side_stream){
            .times = { .name = from->name },
            .writes_seen = true,
            .reads_seen = true,
            .tokens_per_frame = from->tokens_per_frame,
            .copies = from->copies,
            .copy = from->copy,
            .capacity = stream_capacity(from),
            .writer = index_of(from->producer),
            .reader = index_of(from->consumer),
        };
    }
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *from = &d->processes[i];
        s->processes[i] = (struct side_process){
            .name = from->name,
            .input_count = from->input_count,
            .output_count = from->output_count,
            .inputs = indices_of(a, from->inputs, from->input_count),
            .outputs = indices_of(a, from->outputs, from->output_count),
        };
    }
    return s;
}

/* 16 bytes a token. */
static bool tokens_fit(const struct opened_side *s, struct diag *d)
{
    const uint64_t tokens_max = UINT64_C(1) << 27;
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < s->side->stream_count; i++)
        tokens += s->side->streams[i].tokens_per_frame;
    assert(tokens > 0);
    if (s->side->frames <= tokens_max / tokens)
        return true;
    diag_error(d, (struct place){ .file = s->side->path }, DIAG_DATA,
               "%" PRIu32 " frames of %" PRIu64
               " tokens each are more than the 2^27 tokens that can be "
               "compared at once",
               s->side->frames, tokens);
    if (tokens <= tokens_max)
        diag_hint(d, "--frames N compares fewer: at most %" PRIu64,
                  tokens_max / tokens);
    return false;
}

bool sides_run(struct arena *a, struct opened_side *s, struct diag *d)
{
    assert(s->design != NULL);
    if (!tokens_fit(s, d))
        return false;
    const struct run *r = run_timing(
        a, timing_from_design(a, s->design),
        &(struct run_options){ .frames = s->side->frames, .log = true });
    for (uint32_t i = 0; i < s->side->stream_count; i++) {
        const struct run_stream *from = &r->streams[i];
        struct token_times *to = &s->side->streams[i].times;
        to->write_count = from->written;
        to->read_count = from->tokens;
        to->writes = from->write_times;
        to->reads = from->read_times;
    }
    s->side->is_stuck = r->outcome == RUN_DEADLOCK;
    s->side->stuck_cycle = s->side->is_stuck ? r->deadlock_cycle : 0;
    return true;
}

/* What was asked for besides the model's file; NULL: nothing. */
static const char *note_of(struct arena *a, const struct design_switches *s)
{
    struct text *t = text_new(a);
    for (uint32_t i = 0; i < s->fifo_depth.count; i++)
        text_printf(t, "%s%s", i == 0 ? "FIFO depth " : ", ",
                    s->fifo_depth.items[i]);
    if (s->random_stalls.given)
        text_printf(t, "%srandom stalls, seed %" PRIu64,
                    text_length(t) > 0 ? ", " : "", s->random_stalls.value);
    return text_length(t) > 0 ? text_string(t) : NULL;
}

static bool open_model(struct arena *a, const struct side_request *q,
                       struct opened_side *out, struct diag *d)
{
    out->design = load_design(a, q->path, &q->design, NULL, d);
    if (out->design == NULL ||
        !load_is_on_one_board(out->design, "comparison", d))
        return false;
    out->side = side_of_design(a, q->path, out->design);
    out->side->note = note_of(a, &q->design);
    return true;
}

/* Traces and reports */

static bool open_trace(struct arena *a, const struct side_request *q,
                       struct opened_side *out, struct diag *d)
{
    const struct recording *r = recording_read(a, q->path, &q->recording, d);
    if (r == NULL)
        return false;
    out->side = side_from_recording(a, q->path, r, d);
    return true;
}

static bool open_report(struct arena *a, const struct side_request *q,
                        struct opened_side *out, struct diag *d)
{
    const struct report *r = report_read(a, q->path, d);
    if (r == NULL)
        return false;
    out->side = side_from_report(a, r);
    return true;
}

bool sides_open(struct arena *a, const struct side_request *q,
                struct opened_side *out, struct diag *d)
{
    *out = (struct opened_side){ 0 };
    return is_model(q->path)          ? open_model(a, q, out, d)
           : recording_known(q->path) ? open_trace(a, q, out, d)
                                      : open_report(a, q, out, d);
}
