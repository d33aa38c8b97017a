#include "traces/fit_run.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/text.h"
#include "traces/byte_input.h"
#include "traces/recording.h"

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t on_grid(uint64_t cycle, uint32_t grid, uint32_t phase)
{
    if (grid <= 1)
        return cycle;
    const uint64_t over = (cycle + grid - phase) % grid;
    return over == 0 ? cycle : cycle + grid - over;
}

static uint64_t in_pattern(uint64_t cycle, const bool *pattern, uint64_t cycles)
{
    while (pattern != NULL && cycle < cycles && !pattern[cycle])
        cycle++;
    return cycle;
}

uint64_t fit_run_ready(const struct fit_run *r, uint64_t k, uint64_t cycle)
{
    if (r->room != NULL)
        cycle = later(cycle, r->room[k]);
    cycle = on_grid(cycle, r->sink_grid, r->sink_phase);
    return in_pattern(cycle, r->ready, r->ready_cycles);
}

/* "fifo:w", "fifo:r": one side of a stream, by itself. */
static bool is_side_of(const char *name, const char *stream)
{
    const size_t length = strlen(stream);
    return strncmp(name, stream, length) == 0 && name[length] == ':' &&
           (name[length + 1] == 'w' || name[length + 1] == 'r') &&
           name[length + 2] == '\0';
}

static bool is_named(const char *name, const char *stream)
{
    return strcmp(name, stream) == 0 || is_side_of(name, stream);
}

/* Only the side that was named, if one was. */
static struct token_times side_of(const struct token_times *t, const char *name)
{
    struct token_times side = *t;
    if (strcmp(name, t->name) == 0)
        return side;
    if (name[strlen(name) - 1] == 'w')
        side.read_count = 0;
    else
        side.write_count = 0;
    return side;
}

static const struct token_times *find(const struct fit_request *q,
                                      const char *name, struct diag *d)
{
    const struct recording *r = q->recording;
    for (uint32_t i = 0; i < r->stream_count; i++)
        if (is_named(name, r->streams[i].name))
            return &r->streams[i];
    struct arena *scratch = arena_new();
    const char **names =
        arena_new_array(scratch, const char *, r->stream_count + 1);
    struct text *list = text_new(scratch);
    enum { SHOWN = 12 };
    for (uint32_t i = 0; i < r->stream_count; i++) {
        names[i] = r->streams[i].name;
        if (i < SHOWN)
            text_printf(list, "%s%s", i == 0 ? "" : ", ", names[i]);
    }
    const char *nearest = nearest_word(names, name);
    diag_error(d, (struct place){ .file = q->path }, DIAG_TRACE_SIGNAL,
               "the trace has no stream '%s'; there are: %s%s", name,
               text_string(list), r->stream_count > SHOWN ? ", ..." : "");
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    arena_free(scratch);
    return NULL;
}

/* One handshake for both sides, not a FIFO. */
static bool is_point(const struct token_times *t)
{
    if (t->write_count == 0 || t->read_count == 0)
        return true;
    return t->write_count == t->read_count &&
           memcmp(t->writes, t->reads, t->read_count * sizeof *t->reads) == 0;
}

/* The handshakes of the process: it reads its inputs and writes its outputs. */
static const uint64_t *own_side(const struct token_times *t, bool is_input,
                                uint64_t *count)
{
    const bool reads = is_input ? t->read_count != 0 : t->write_count == 0;
    *count = reads ? t->read_count : t->write_count;
    return reads ? t->reads : t->writes;
}

struct side {
    const struct fit_request *request;
    const char *const *names;
    uint32_t count;
    bool is_input;
};

static bool check_alike(const struct side *s, uint32_t other,
                        const struct token_times *t, uint64_t count,
                        const uint64_t *cycles, struct diag *d)
{
    uint64_t n;
    const uint64_t *c = own_side(t, s->is_input, &n);
    uint64_t k = 0;
    while (k < n && k < count && c[k] == cycles[k])
        k++;
    if (k == n && k == count)
        return true;
    diag_error(d, (struct place){ .file = s->request->path }, DIAG_CALIBRATE,
               "'%s' and '%s' are not %s together: token %" PRIu64
               " is the first that parts them",
               s->names[0], s->names[other], s->is_input ? "read" : "written",
               k);
    diag_hint(d, "only a process whose %s move in step can be fitted",
              s->is_input ? "inputs" : "outputs");
    return false;
}

static bool one_clock(const struct fit_request *q, struct diag *d)
{
    const struct recording *r = q->recording;
    uint32_t clock = NO_CLOCK;
    for (uint32_t i = 0; i < q->input_count + q->output_count; i++) {
        const bool is_input = i < q->input_count;
        const char *name =
            is_input ? q->inputs[i] : q->outputs[i - q->input_count];
        for (uint32_t k = 0; k < r->stream_count; k++) {
            if (!is_named(name, r->streams[k].name))
                continue;
            const uint32_t c =
                is_input ? r->sources[k].read_clock : r->sources[k].write_clock;
            if (clock == NO_CLOCK)
                clock = c;
            if (c == clock || c == NO_CLOCK)
                continue;
            diag_error(d, (struct place){ .file = q->path }, DIAG_TRACE_CLOCK,
                       "'%s' moves with another clock, '%s', than the streams "
                       "before it, '%s'",
                       name, r->clocks[c].name, r->clocks[clock].name);
            return false;
        }
    }
    return true;
}

static bool take_inputs(struct arena *a, const struct fit_request *q,
                        struct fit_run *out, struct diag *d)
{
    const struct fit_stimulus *s = &q->stimulus;
    const uint64_t latency = s->latency == 0 ? 1 : s->latency;
    const struct side side = { q, q->inputs, q->input_count, true };
    uint64_t *offered = NULL;
    for (uint32_t i = 0; i < q->input_count; i++) {
        const struct token_times *stream = find(q, q->inputs[i], d);
        if (stream == NULL)
            return false;
        const struct token_times side_seen = side_of(stream, q->inputs[i]);
        const struct token_times *t = &side_seen;
        if (i == 0) {
            out->reads = own_side(t, true, &out->read_count);
            offered = arena_new_array(a, uint64_t, out->read_count + 1);
        } else if (!check_alike(&side, i, t, out->read_count, out->reads, d)) {
            return false;
        }
        for (uint64_t k = 0; k < out->read_count; k++) {
            uint64_t at = k == 0 ? 0 : out->reads[k - 1] + 1;
            if (is_point(t))
                at = in_pattern(on_grid(at, s->source_grid, s->source_phase),
                                s->offered, s->offered_cycles);
            else if (k < t->write_count)
                at = later(at, t->writes[k] + latency);
            offered[k] = later(offered[k], at);
            if (offered[k] <= out->reads[k])
                continue;
            diag_error(d, (struct place){ .file = q->path }, DIAG_CALIBRATE,
                       "token %" PRIu64 " of '%s' was read in cycle %" PRIu64
                       ", before it was offered in cycle %" PRIu64,
                       k, q->inputs[i], out->reads[k], offered[k]);
            diag_hint(d, "is this the stimulus of that run?");
            return false;
        }
    }
    out->offered = offered;
    return true;
}

static bool take_outputs(struct arena *a, const struct fit_request *q,
                         struct fit_run *out, struct diag *d)
{
    const struct fit_stimulus *s = &q->stimulus;
    const struct side side = { q, q->outputs, q->output_count, false };
    uint64_t *room = NULL;
    for (uint32_t i = 0; i < q->output_count; i++) {
        const struct token_times *stream = find(q, q->outputs[i], d);
        if (stream == NULL)
            return false;
        const struct token_times side_seen = side_of(stream, q->outputs[i]);
        const struct token_times *t = &side_seen;
        if (i == 0)
            out->writes = own_side(t, false, &out->write_count);
        else if (!check_alike(&side, i, t, out->write_count, out->writes, d))
            return false;
        if (is_point(t))
            continue;
        if (s->depth == 0) {
            diag_error(d, (struct place){ .file = q->path }, DIAG_CALIBRATE,
                       "'%s' is a FIFO in this trace, and how deep it is was "
                       "not told",
                       q->outputs[i]);
            diag_hint(d, "add its depth: %s,depth=N", q->path);
            return false;
        }
        if (room == NULL)
            room = arena_new_array(a, uint64_t, out->write_count + 1);
        for (uint64_t k = s->depth; k < out->write_count; k++)
            if (k - s->depth < t->read_count)
                room[k] = later(room[k], t->reads[k - s->depth] + 1);
    }
    out->room = room;
    out->sink_grid = s->sink_grid;
    out->sink_phase = s->sink_phase;
    out->ready = s->ready;
    out->ready_cycles = s->ready_cycles;
    for (uint64_t k = 0; k < out->write_count; k++) {
        const uint64_t cycle = out->writes[k];
        if (fit_run_ready(out, k, cycle) == cycle)
            continue;
        diag_error(d, (struct place){ .file = q->path }, DIAG_CALIBRATE,
                   "token %" PRIu64 " of '%s' was written in cycle %" PRIu64
                   ", in which it could not be taken",
                   k, q->outputs[0], cycle);
        diag_hint(d, "is this the stimulus, and the depth, of that run?");
        return false;
    }
    return true;
}

bool fit_run_make(struct arena *a, const struct fit_request *q,
                  struct fit_run *out, struct diag *d)
{
    *out = (struct fit_run){ .name = q->path };
    return one_clock(q, d) && take_inputs(a, q, out, d) &&
           take_outputs(a, q, out, d);
}

static bool read_line(struct arena *a, const char *text, const char *key,
                      const char *path, const bool **out, uint64_t *cycles,
                      struct diag *d)
{
    const char *line = strstr(text, key);
    if (line == NULL) {
        diag_error(d, (struct place){ .file = path }, DIAG_STIMULUS,
                   "there is no line '%s 0110...'", key);
        return false;
    }
    line += strlen(key);
    line += strspn(line, " ");
    const size_t count = strspn(line, "01");
    bool *pattern = arena_new_array(a, bool, count + 1);
    for (size_t i = 0; i < count; i++)
        pattern[i] = line[i] == '1';
    *out = pattern;
    *cycles = count;
    if (line[count] == '\0' || line[count] == '\n' || line[count] == '\r')
        return true;
    diag_error(d, (struct place){ .file = path }, DIAG_STIMULUS,
               "cycle %zu of '%s' is neither 0 nor 1", count, key);
    return false;
}

bool fit_stimulus_read(struct arena *a, const char *path,
                       struct fit_stimulus *out, struct diag *d)
{
    enum { BYTES_MAX = 1 << 28, PART = 1 << 16 };
    struct byte_input *in = byte_input_open(a, path, d);
    if (in == NULL)
        return false;
    struct text *t = text_new(a);
    char *part = arena_new_array(a, char, PART);
    size_t got;
    while ((got = byte_input_read(in, part, PART)) != 0 &&
           text_length(t) <= BYTES_MAX)
        text_addn(t, part, got);
    const char *problem = byte_input_problem(in);
    byte_input_close(in);
    if (problem != NULL || text_length(t) > BYTES_MAX) {
        diag_error(d, (struct place){ .file = path }, DIAG_STIMULUS,
                   "the stimulus %s",
                   problem != NULL ? problem : "has more than 2^28 bytes");
        return false;
    }
    const char *text = text_string(t);
    return read_line(a, text, "in_valid", path, &out->offered,
                     &out->offered_cycles, d) &&
           read_line(a, text, "out_ready", path, &out->ready,
                     &out->ready_cycles, d);
}
