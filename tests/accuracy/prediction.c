#include "tests/accuracy/prediction.h"

#include "base/arena.h"
#include "base/diag.h"
#include "engine/region.h"
#include "tests/accuracy/measured_design.h"
#include "tests/accuracy/table_file.h"
#include "traces/events.h"
#include "traces/recording.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Cycle 0 of a run here is cycle 1 of the data. */
enum { ORIGIN = 1 };

struct prediction *predict(struct arena *a, const struct measured_design *m,
                           uint32_t row)
{
    struct timing data = m->data;
    data.streams = arena_new_array(a, struct timing_stream, data.stream_count);
    memcpy(data.streams, m->data.streams,
           data.stream_count * sizeof *data.streams);
    struct hls_process *processes =
        arena_new_array(a, struct hls_process, data.process_count);
    memcpy(processes, m->processes, data.process_count * sizeof *processes);
    const uint32_t start_gap =
        (uint32_t)table_number(m->runs, row, "start_gap");
    for (uint32_t i = 0; i < data.process_count; i++)
        if (processes[i].from_port)
            processes[i].start_gap = start_gap;
    data.streams[m->input].stimulus = (struct stimulus){
        .gap = (uint32_t)table_number(m->runs, row, "input_gap"),
        .frame_gap = (uint32_t)table_number(m->runs, row, "frame_gap"),
        .joined = true,
    };
    const uint32_t output_gap =
        (uint32_t)table_number(m->runs, row, "output_gap");
    if (output_gap != 0)
        data.streams[m->output].stimulus =
            (struct stimulus){ .grid = output_gap + 1,
                               .phase = output_gap - ORIGIN };
    const struct timing *region = region_timing(a, &data, processes);
    const uint32_t frames = (uint32_t)table_number(m->runs, row, "frames");
    const struct run_options o = { .frames = frames, .log = true };
    const struct run *r = run_timing(a, region, &o);
    struct prediction *p = arena_new_item(a, struct prediction);
    p->run = table_field(m->runs, row, "run");
    p->frames = frames;
    p->stream_count = data.stream_count;
    p->streams = r->streams;
    p->start = arena_new_array(a, uint64_t, frames);
    p->ready = arena_new_array(a, uint64_t, frames);
    p->done = arena_new_array(a, uint64_t, frames);
    ck_assert_int_eq(r->outcome, RUN_DONE);
    for (uint32_t f = 0; f < frames; f++) {
        p->start[f] = r->frame_start[f] + ORIGIN;
        p->ready[f] = r->frame_ready[f] + ORIGIN;
        p->done[f] = r->frame_end[f] + ORIGIN;
    }
    return p;
}

static void note(struct deviation *d, const char *stream, char side,
                 uint64_t token, uint64_t measured, uint64_t predicted)
{
    d->events_off++;
    if (d->first_stream != NULL && d->first_measured <= measured)
        return;
    d->first_stream = stream;
    d->first_side = side;
    d->first_token = token;
    d->first_measured = measured;
    d->first_predicted = predicted;
}

static void compare_side(struct deviation *d, const char *stream, char side,
                         uint64_t count, const uint64_t *measured,
                         uint64_t predicted_count, const uint64_t *predicted)
{
    for (uint64_t i = 0; i < count; i++) {
        d->events++;
        const uint64_t at =
            i < predicted_count ? predicted[i] + ORIGIN : UINT64_MAX;
        if (at != measured[i])
            note(d, stream, side, i, measured[i], at);
    }
}

static void compare_events(struct arena *a, struct deviation *d,
                           const struct measured_design *m,
                           const struct prediction *p)
{
    const char *path =
        arena_printf(a, "%s/events_%s.csv.xz", m->folder, p->run);
    if (access(path, R_OK) != 0)
        return;
    const struct recording *r = events_read(a, path, NULL, diag_new(a));
    ck_assert_ptr_nonnull(r);
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct token_times *t = &r->streams[i];
        for (uint32_t k = 0; k < p->stream_count; k++) {
            if (strcmp(m->data.streams[k].name, t->name) != 0)
                continue;
            const struct run_stream *s = &p->streams[k];
            compare_side(d, t->name, 'w', t->write_count, t->writes, s->written,
                         s->write_times);
            compare_side(d, t->name, 'r', t->read_count, t->reads, s->tokens,
                         s->read_times);
        }
    }
}

static int64_t difference(uint64_t a, uint64_t b)
{
    return (int64_t)(a - b);
}

static void compare_frames(struct deviation *d, const struct measured_design *m,
                           const struct prediction *p)
{
    for (uint32_t row = 0; row < m->frames->rows; row++) {
        if (!table_is(m->frames, row, "run", p->run))
            continue;
        const uint32_t f = (uint32_t)table_number(m->frames, row, "frame");
        const uint64_t latency = table_number(m->frames, row, "latency");
        const uint64_t interval = table_number(m->frames, row, "interval");
        const int64_t late = difference(p->done[f] - p->start[f], latency);
        int64_t apart = 0;
        if (f != 0)
            apart = difference(p->done[f] - p->done[f - 1], interval);
        d->frames++;
        d->frames_off += late != 0 || apart != 0 ? 1 : 0;
        if (llabs(late) >= llabs(d->latency_off)) {
            d->latency_off = late;
            d->latency = latency;
        }
        if (f != 0 && llabs(apart) >= llabs(d->interval_off)) {
            d->interval_off = apart;
            d->interval = interval;
        }
    }
}

static void compare_peaks(struct deviation *d, const struct measured_design *m,
                          const struct prediction *p)
{
    for (uint32_t row = 0; row < m->peaks->rows; row++) {
        if (!table_is(m->peaks, row, "run", p->run) ||
            table_is(m->peaks, row, "peak", ""))
            continue;
        for (uint32_t k = 0; k < p->stream_count; k++) {
            if (!table_is(m->peaks, row, "fifo", m->data.streams[k].name))
                continue;
            d->peaks++;
            const int64_t off = difference(p->streams[k].peak,
                                           table_number(m->peaks, row, "peak"));
            d->peaks_off += llabs(off) > 1 ? 1 : 0;
        }
    }
}

struct deviation *deviate(struct arena *a, const struct measured_design *m,
                          const struct prediction *p)
{
    struct deviation *d = arena_new_item(a, struct deviation);
    compare_events(a, d, m, p);
    compare_frames(d, m, p);
    compare_peaks(d, m, p);
    return d;
}
