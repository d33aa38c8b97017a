#include "traces/side.h"

#include "base/arena.h"
#include "base/diag.h"
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

/* True if all of the stream that has a clock has this one. */
static bool is_of_clock(const struct stream_source *s, uint32_t clock)
{
    return (s->write_clock == NO_CLOCK || s->write_clock == clock) &&
           (s->read_clock == NO_CLOCK || s->read_clock == clock);
}

static uint32_t main_clock(const struct recording *r)
{
    uint32_t best = 0, most = 0;
    for (uint32_t c = 0; c < r->clock_count; c++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < r->stream_count; i++)
            count += is_of_clock(&r->sources[i], c);
        if (count > most) {
            most = count;
            best = c;
        }
    }
    return best;
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

/* The clock's cycles were all watched, of text nothing behind the last event
 * is known. */
static uint64_t end_of(const struct side *s, const struct recording *r,
                       uint32_t clock)
{
    uint64_t end = clock < r->clock_count ? r->clocks[clock].cycles : 0;
    for (uint32_t i = 0; i < s->stream_count; i++) {
        const struct token_times *t = &s->streams[i].times;
        if (t->write_count > 0 && t->writes[t->write_count - 1] >= end)
            end = t->writes[t->write_count - 1] + 1;
        if (t->read_count > 0 && t->reads[t->read_count - 1] >= end)
            end = t->reads[t->read_count - 1] + 1;
    }
    return end;
}

struct side *side_from_recording(struct arena *a, const char *path,
                                 const struct recording *r, struct diag *d)
{
    struct side *s = arena_new_item(a, struct side);
    *s = (struct side){
        .kind = SIDE_RECORDING,
        .path = path,
        .streams = arena_new_array(a, struct side_stream, r->stream_count),
        .note = r->run == NULL ? NULL : arena_printf(a, "run %s", r->run),
        .recording = r,
    };
    uint32_t clock = main_clock(r);
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct stream_source *from = &r->sources[i];
        const struct token_times *t = &r->streams[i];
        bool untold = from->kind == STREAM_UNTOLD;
        if (r->clock_count > 0 && !is_of_clock(from, clock))
            continue;
        s->streams[s->stream_count++] = (struct side_stream){
            .times = *t,
            .writes_seen = t->write_count > 0 ||
                           (!untold && from->write_clock != NO_CLOCK),
            .reads_seen =
                t->read_count > 0 || (!untold && from->read_clock != NO_CLOCK),
            .writer = SIDE_EDGE,
            .reader = SIDE_EDGE,
        };
    }
    if (s->stream_count < r->stream_count) {
        diag_warning(d, (struct place){ .file = path }, DIAG_TRACE_CLOCK,
                     "%" PRIu32 " of %" PRIu32
                     " streams are not on the clock '%s' and left out",
                     r->stream_count - s->stream_count, r->stream_count,
                     r->clocks[clock].name);
    }
    set_order(s, a);
    s->end = end_of(s, r, clock);
    return s;
}

struct side *side_from_report(struct arena *a, const struct report *r)
{
    struct side *s = arena_new_item(a, struct side);
    *s = (struct side){
        .kind = SIDE_REPORT,
        .path = r->path,
        .stream_count = r->fifo_count,
        .streams = arena_new_array(a, struct side_stream, r->fifo_count),
        .report = r,
    };
    for (uint32_t i = 0; i < r->fifo_count; i++)
        s->streams[i] = (struct side_stream){
            .times = { .name = r->fifos[i].name },
            .writer = SIDE_EDGE,
            .reader = SIDE_EDGE,
        };
    set_order(s, a);
    return s;
}
