#include "traces/recording.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "traces/byte_input.h"
#include "traces/compact.h"
#include "traces/events.h"
#include "traces/fst.h"
#include "traces/handshake.h"
#include "traces/signal_lookup.h"
#include "traces/mapping.h"
#include "traces/plan.h"
#include "traces/sampler.h"
#include "traces/vcd.h"
#include "traces/waveform.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What kind of file it is */

enum file_kind { FILE_VCD, FILE_FST, FILE_EVENTS, FILE_COMPACT, FILE_OTHER };

/* A blank, or a keyword after blanks. */
static bool begins_as_vcd(const char *bytes, size_t count)
{
    size_t at = 0;
    while (at < count &&
           (bytes[at] == ' ' || (bytes[at] >= '\t' && bytes[at] <= '\r')))
        at++;
    return at + 1 < count && bytes[at] == '$' && bytes[at + 1] >= 'a' &&
           bytes[at + 1] <= 'z';
}

static bool begins_as_fst(const char *bytes, size_t count)
{
    static const char header[] = { 0, 0, 0, 0, 0, 0, 0, 1, 0x49 };
    return (count >= sizeof header &&
            memcmp(bytes, header, sizeof header) == 0) ||
           (count >= sizeof header && (uint8_t)bytes[0] == 254 &&
            bytes[1] == 0 && bytes[2] == 0);
}

static bool kind_of(const char *path, enum file_kind *kind, struct diag *d)
{
    char bytes[64];
    struct arena *a = arena_new();
    struct byte_input *in = byte_input_open(a, path, d);
    bool opened = in != NULL;
    if (opened) {
        size_t count = byte_input_read(in, bytes, sizeof bytes);
        *kind = begins_as_fst(bytes, count)   ? FILE_FST
                : compact_begin(bytes, count) ? FILE_COMPACT
                : events_begin(bytes, count)  ? FILE_EVENTS
                : begins_as_vcd(bytes, count) ? FILE_VCD
                                              : FILE_OTHER;
        byte_input_close(in);
    }
    arena_free(a);
    return opened;
}

bool recording_known(const char *path)
{
    struct arena *a = arena_new();
    enum file_kind kind;
    bool known = kind_of(path, &kind, diag_new(a)) && kind != FILE_OTHER;
    arena_free(a);
    return known;
}

/* Waveforms */

struct request {
    const struct recording_options *options;
    const char *scope; /* whole path; NULL: everywhere */
    uint32_t clock;    /* NO_CLOCK: by name */
    bool automatic;
};

static bool read_options(struct plan *p, struct request *q, struct diag *d)
{
    const struct recording_options *o = q->options;
    const struct place where = { p->waveform->path, 0, 0 };
    struct mapping_result mapped = { .automatic = true, .clock = NO_CLOCK };
    if (o->mapping != NULL && !mapping_read(p, o->mapping, &mapped, d))
        return false;
    q->scope = mapped.scope;
    q->clock = mapped.clock;
    q->automatic = mapped.automatic;
    if (o->scope != NULL &&
        (q->scope = lookup_scope(p->arena, p->waveform, o->scope, where, d)) ==
            NULL)
        return false;
    return o->clock == NULL ||
           mapping_clock(p, q->scope, o->clock, o->reset, &where, &q->clock, d);
}

/* Of the clock found by name, where only the reset was given. */
static bool set_reset(struct plan *p, const struct request *q, struct diag *d)
{
    const struct place where = { p->waveform->path, 0, 0 };
    for (uint32_t i = 0; i < p->clock_count; i++) {
        struct clock_plan *c = &p->clocks[i];
        if (!mapping_reset(p, q->scope, q->options->reset, &where, &c->reset,
                           d))
            return false;
        c->has_reset = true;
    }
    return true;
}

static bool make_plan(struct plan *p, const struct recording_options *o,
                      struct diag *d)
{
    const struct place where = { p->waveform->path, 0, 0 };
    struct request q = { .options = o };
    uint32_t without_clock = 0;
    if (!read_options(p, &q, d))
        return false;
    if (q.automatic)
        without_clock = handshake_find(p, q.scope, q.clock);
    plan_finish(p);
    if (p->stream_count > 0 || p->process_count > 0)
        return o->reset == NULL || o->clock != NULL || set_reset(p, &q, d);
    if (without_clock > 0) {
        diag_error(d, where, DIAG_TRACE_CLOCK,
                   "no clock is found by its name around any of %" PRIu32
                   " handshakes",
                   without_clock);
        diag_hint(d, "name the clock");
        return false;
    }
    diag_error(d, where, DIAG_TRACE_SIGNAL,
               "none of its %" PRIu32 " signals is part of a handshake that "
               "is known by its name",
               p->waveform->count);
    diag_hint(d, "say in a mapping file which signals are which stream");
    return false;
}

static struct recording *read_waveform(struct waveform *w,
                                       const struct recording_options *o,
                                       struct diag *d)
{
    struct plan *p = plan_new(w->arena, w);
    struct recording *r = NULL;
    if (make_plan(p, o, d))
        r = sampler_run(p, w, d);
    waveform_close(w);
    return r;
}

/* Whatever the source */

/* A token that leaves before it came: another stream's signals, or a run that
 * began before the recording did. */
static void check_order(const struct recording *r, const char *path,
                        struct diag *d)
{
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct token_times *s = &r->streams[i];
        if (s->reads == s->writes || s->write_count == 0 ||
            r->sources[i].write_clock != r->sources[i].read_clock)
            continue;
        uint64_t both =
            s->write_count < s->read_count ? s->write_count : s->read_count;
        uint64_t k = 0;
        while (k < both && s->reads[k] >= s->writes[k])
            k++;
        if (k == s->read_count || (k == both && r->is_truncated))
            continue;
        diag_warning(d, (struct place){ path, 0, 0 }, DIAG_TRACE_TOKEN,
                     "token %" PRIu64 " of '%s' is read in cycle %" PRIu64
                     ", before it is written",
                     k, s->name, s->reads[k]);
    }
}

static int name_order(const void *a, const void *b)
{
    const struct token_times *const *left = a, *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static int process_order(const void *a, const void *b)
{
    const struct process_times *left = a, *right = b;
    return strcmp(left->name, right->name);
}

static void sort(struct recording *r, struct arena *a)
{
    const struct token_times **order =
        arena_new_array(a, const struct token_times *, r->stream_count);
    struct token_times *streams =
        arena_new_array(a, struct token_times, r->stream_count);
    struct stream_source *sources =
        arena_new_array(a, struct stream_source, r->stream_count);
    for (uint32_t i = 0; i < r->stream_count; i++)
        order[i] = &r->streams[i];
    if (r->stream_count > 0)
        qsort(order, r->stream_count, sizeof *order, name_order);
    for (uint32_t i = 0; i < r->stream_count; i++) {
        streams[i] = *order[i];
        sources[i] = r->sources[order[i] - r->streams];
    }
    r->streams = streams;
    r->sources = sources;
    if (r->process_count > 0)
        qsort(r->processes, r->process_count, sizeof *r->processes,
              process_order);
}

static bool write_compact(const char *path, const struct token_times *streams,
                          uint32_t count, struct diag *d)
{
    struct arena *a = arena_new();
    struct recording r = {
        .stream_count = count,
        .streams = arena_new_array(a, struct token_times, count),
        .sources = arena_new_array(a, struct stream_source, count),
    };
    for (uint32_t i = 0; i < count; i++) {
        r.streams[i] = streams[i];
        r.sources[i] = (struct stream_source){ .kind = STREAM_UNTOLD,
                                               .write_clock = NO_CLOCK,
                                               .read_clock = NO_CLOCK };
    }
    sort(&r, a);
    bool written = compact_write(path, &r, d);
    arena_free(a);
    return written;
}

bool recording_write(const char *path, const struct token_times *streams,
                     uint32_t count, struct diag *d)
{
    return text_ends_in(path, ".hrt") ? write_compact(path, streams, count, d)
                                      : events_write(path, streams, count, d);
}

struct recording *recording_read(struct arena *a, const char *path,
                                 const struct recording_options *o,
                                 struct diag *d)
{
    const struct recording_options none = { 0 };
    enum file_kind kind;
    struct waveform *w;
    struct recording *r = NULL;
    if (o == NULL)
        o = &none;
    if (!kind_of(path, &kind, d))
        return NULL;
    switch (kind) {
    case FILE_VCD:
    case FILE_FST:
        w = kind == FILE_VCD ? vcd_open(a, path, d) : fst_open(a, path, d);
        if (w != NULL)
            r = read_waveform(w, o, d);
        break;
    case FILE_EVENTS:
        r = events_read(a, path, o->run, d);
        break;
    case FILE_COMPACT:
        r = compact_read(a, path, d);
        break;
    case FILE_OTHER:
        diag_error(d, (struct place){ path, 0, 0 }, DIAG_TRACE_SYNTAX,
                   "it is no trace: neither VCD, FST, a compact trace nor "
                   "events as text");
        break;
    }
    if (r == NULL)
        return NULL;
    sort(r, a);
    check_order(r, path, d);
    return r;
}
