#include "traces/side.h"

#include "base/arena.h"
#include "base/diag.h"
#include "traces/bundle.h"
#include "traces/recording.h"
#include "traces/report.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

const char *side_kind_name(enum side_kind kind)
{
    static const char *const names[] = {
        [SIDE_MODEL] = "model",
        [SIDE_RECORDING] = "recording",
        [SIDE_REPORT] = "report",
    };
    return names[kind];
}

uint64_t side_tokens(const struct side_stream *s, uint64_t frames)
{
    if (s->tokens_per_frame == 0)
        return UINT64_MAX;
    uint64_t copies = side_copies(s);
    return (frames + copies - 1 - s->copy) / copies * s->tokens_per_frame;
}

/* When most of its tokens have passed.  Not the first one: a padding unit
 * writes before anything has come in.  Not the middle one: of an even number
 * of frames that is a first one, too. */
static uint64_t late_cycle(const struct token_times *t)
{
    return t->write_count > 0  ? t->writes[t->write_count * 5 / 8]
           : t->read_count > 0 ? t->reads[t->read_count * 5 / 8]
                               : UINT64_MAX;
}

struct passed {
    uint64_t cycle;
    uint32_t stream;
};

static int passed_order(const void *left, const void *right)
{
    const struct passed *a = left, *b = right;
    if (a->cycle != b->cycle)
        return a->cycle < b->cycle ? -1 : 1;
    return a->stream < b->stream ? -1 : a->stream > b->stream;
}

static void set_order(struct side *s, struct arena *a)
{
    struct passed *passed = arena_new_array(a, struct passed, s->stream_count);
    s->order = arena_new_array(a, uint32_t, s->stream_count);
    for (uint32_t i = 0; i < s->stream_count; i++)
        passed[i] = (struct passed){ late_cycle(&s->streams[i].times), i };
    if (s->stream_count > 0)
        qsort(passed, s->stream_count, sizeof *passed, passed_order);
    for (uint32_t i = 0; i < s->stream_count; i++)
        s->order[i] = passed[i].stream;
}

/* A clock's cycles were all watched, of text nothing behind the last event is
 * known. */
static uint64_t end_of(const struct side *s, uint64_t watched)
{
    uint64_t end = watched;
    for (uint32_t i = 0; i < s->stream_count; i++) {
        const struct token_times *t = &s->streams[i].times;
        if (t->write_count > 0 && t->writes[t->write_count - 1] >= end)
            end = t->writes[t->write_count - 1] + 1;
        if (t->read_count > 0 && t->reads[t->read_count - 1] >= end)
            end = t->reads[t->read_count - 1] + 1;
    }
    return end;
}

/* Bundles */

static bool same_cycles(const uint64_t *a, uint64_t a_count, const uint64_t *b,
                        uint64_t b_count)
{
    return a_count == b_count &&
           (a_count == 0 || memcmp(a, b, a_count * sizeof *a) == 0);
}

static bool in_step(const struct recording *r, const struct bundle *b)
{
    const struct token_times *first = &r->streams[b->members[0]];
    const struct stream_source *from = &r->sources[b->members[0]];
    for (uint32_t i = 1; i < b->count; i++) {
        const struct token_times *t = &r->streams[b->members[i]];
        const struct stream_source *s = &r->sources[b->members[i]];
        if (!same_cycles(t->writes, t->write_count, first->writes,
                         first->write_count) ||
            !same_cycles(t->reads, t->read_count, first->reads,
                         first->read_count) ||
            s->write_clock != from->write_clock ||
            s->read_clock != from->read_clock)
            return false;
    }
    return true;
}

/* By stream: how many FIFOs it stands for; 0: another one stands for it. */
static uint32_t *channels_of(struct arena *a, const char *path,
                             const struct recording *r, struct diag *d)
{
    const char **names = arena_new_array(a, const char *, r->stream_count);
    uint32_t *channels = arena_new_array(a, uint32_t, r->stream_count);
    uint32_t count;
    for (uint32_t i = 0; i < r->stream_count; i++) {
        names[i] = r->streams[i].name;
        channels[i] = 1;
    }
    const struct bundle *all = bundles_of(a, names, r->stream_count, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct bundle *b = &all[i];
        if (!in_step(r, b)) {
            diag_warning(d, (struct place){ .file = path }, DIAG_TRACE_TOKEN,
                         "'%s' and %" PRIu32 " more look like the channels of "
                         "one stream, but their cycles differ: each is taken "
                         "as a stream",
                         names[b->members[0]], b->count - 1);
            continue;
        }
        for (uint32_t k = 1; k < b->count; k++)
            channels[b->members[k]] = 0;
        channels[b->members[0]] = b->count;
    }
    return channels;
}

struct side *side_from_recording(struct arena *a, const char *path,
                                 const struct recording *r, struct diag *d)
{
    struct side *s = arena_new_item(a, struct side);
    const uint32_t *channels = channels_of(a, path, r, d);
    *s = (struct side){
        .kind = SIDE_RECORDING,
        .path = path,
        .streams = arena_new_array(a, struct side_stream, r->stream_count),
        .note = r->run == NULL ? NULL : arena_printf(a, "run %s", r->run),
        .recording = r,
    };
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct stream_source *from = &r->sources[i];
        const struct token_times *t = &r->streams[i];
        bool untold = from->kind == STREAM_UNTOLD;
        if (channels[i] == 0)
            continue;
        s->bundle_count += channels[i] > 1;
        s->streams[s->stream_count++] = (struct side_stream){
            .times = *t,
            .writes_seen = t->write_count > 0 ||
                           (!untold && from->write_clock != NO_CLOCK),
            .reads_seen =
                t->read_count > 0 || (!untold && from->read_clock != NO_CLOCK),
            .writer = SIDE_EDGE,
            .reader = SIDE_EDGE,
            .channels = channels[i],
            .write_clock = from->write_clock,
            .read_clock = from->read_clock,
        };
    }
    set_order(s, a);
    s->end = end_of(s, r->clock_count == 1 ? r->clocks[0].cycles : 0);
    return s;
}

uint32_t side_clock_count(const struct side *s)
{
    return s->recording == NULL ? 0 : s->recording->clock_count;
}

const struct side *side_on_clock(struct arena *a, const struct side *s,
                                 uint32_t clock)
{
    if (side_clock_count(s) <= 1)
        return s;
    struct side *on = arena_new_item(a, struct side);
    *on = *s;
    on->clock = s->recording->clocks[clock].name;
    on->clock_index = clock;
    on->streams = arena_new_array(a, struct side_stream, s->stream_count);
    for (uint32_t i = 0; i < s->stream_count; i++) {
        struct side_stream *x = &on->streams[i];
        *x = s->streams[i];
        if (x->write_clock != clock) {
            x->writes_seen = false;
            x->times.writes = NULL;
            x->times.write_count = 0;
        }
        if (x->read_clock != clock) {
            x->reads_seen = false;
            x->times.reads = NULL;
            x->times.read_count = 0;
        }
        x->elsewhere = !x->writes_seen && !x->reads_seen;
    }
    set_order(on, a);
    on->end = end_of(on, s->recording->clocks[clock].cycles);
    return on;
}

/* True if `fifo` says more of its bundle than the one taken so far. */
static bool is_fuller(const struct report_fifo *fifo,
                      const struct report_fifo *taken)
{
    return fifo->peak != REPORT_NONE &&
           (taken->peak == REPORT_NONE || fifo->peak > taken->peak);
}

struct side *side_from_report(struct arena *a, const struct report *r)
{
    struct side *s = arena_new_item(a, struct side);
    const char **names = arena_new_array(a, const char *, r->fifo_count);
    bool *in_bundle = arena_new_array(a, bool, r->fifo_count);
    *s = (struct side){
        .kind = SIDE_REPORT,
        .path = r->path,
        .streams = arena_new_array(a, struct side_stream, r->fifo_count),
        .report = r,
    };
    for (uint32_t i = 0; i < r->fifo_count; i++)
        names[i] = r->fifos[i].name;
    const struct bundle *all =
        bundles_of(a, names, r->fifo_count, &s->bundle_count);
    for (uint32_t i = 0; i < s->bundle_count; i++)
        for (uint32_t k = 1; k < all[i].count; k++)
            in_bundle[all[i].members[k]] = true;
    for (uint32_t i = 0, next = 0; i < r->fifo_count; i++) {
        struct side_stream x = { .times = { .name = names[i] },
                                 .writer = SIDE_EDGE,
                                 .reader = SIDE_EDGE,
                                 .channels = 1,
                                 .fifo = i };
        if (in_bundle[i])
            continue;
        if (next < s->bundle_count && all[next].members[0] == i) {
            const struct bundle *b = &all[next++];
            x.channels = b->count;
            for (uint32_t k = 1; k < b->count; k++)
                if (is_fuller(&r->fifos[b->members[k]], &r->fifos[x.fifo]))
                    x.fifo = b->members[k];
        }
        s->streams[s->stream_count++] = x;
    }
    set_order(s, a);
    return s;
}
