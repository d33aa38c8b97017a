#include "cli/fit_runs.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"

struct opening {
    struct arena *arena;
    struct diag *diag;
    const struct fit_runs_request *request;
    struct fit_runs *out;
};

static const struct place command_line = { 0 };

/* One KEY=VALUE behind the file. */
static bool set_key(struct opening *o, char *word, struct fit_request *q,
                    struct recording_options *r)
{
    struct fit_stimulus *s = &q->stimulus;
    const struct {
        const char *key;
        uint32_t *to;
        uint32_t min;
    } numbers[] = {
        { "source.grid", &s->source_grid, 1 },
        { "source.phase", &s->source_phase, 0 },
        { "sink.grid", &s->sink_grid, 1 },
        { "sink.phase", &s->sink_phase, 0 },
        { "latency", &s->latency, 1 },
        { "depth", &s->depth, 1 },
    };
    char *equals = strchr(word, '=');
    if (equals != NULL)
        *equals = '\0';
    const char *value = equals == NULL ? "" : equals + 1;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uint64_t number;
        if (strcmp(word, numbers[i].key) != 0)
            continue;
        if (!options_number(word, value, numbers[i].min, 1000000000, &number,
                            o->diag))
            return false;
        *numbers[i].to = (uint32_t)number;
        return true;
    }
    if (strcmp(word, "run") == 0) {
        r->run = value;
        return true;
    }
    if (strcmp(word, "stimulus") == 0)
        return fit_stimulus_read(o->arena, value, s, o->diag);
    diag_error(o->diag, command_line, DIAG_OPTION,
               "'%s' behind a run is none of: run, stimulus, source.grid, "
               "source.phase, sink.grid, sink.phase, depth, latency",
               word);
    return false;
}

static bool check_phases(struct opening *o, const struct fit_stimulus *s)
{
    const bool ok =
        (s->source_phase == 0 || s->source_phase < s->source_grid) &&
        (s->sink_phase == 0 || s->sink_phase < s->sink_grid);
    if (!ok)
        diag_error(o->diag, command_line, DIAG_STIMULUS,
                   "a phase is below its grid");
    return ok;
}

/* Without names, a trace of two streams says itself which they are. */
static bool choose_streams(struct opening *o, struct fit_request *q)
{
    const struct option_list *in = o->request->inputs;
    const struct option_list *out = o->request->outputs;
    q->input_count = in->count;
    q->output_count = out->count;
    q->inputs = (const char *const *)in->items;
    q->outputs = (const char *const *)out->items;
    if (in->count != 0 && out->count != 0)
        return true;
    const struct recording *r = q->recording;
    if (in->count == 0 && out->count == 0 && r->stream_count == 2) {
        const char **names = arena_new_array(o->arena, const char *, 2);
        names[0] = r->streams[0].name;
        names[1] = r->streams[1].name;
        q->inputs = names;
        q->outputs = names + 1;
        q->input_count = q->output_count = 1;
        return true;
    }
    diag_error(o->diag, (struct place){ .file = q->path }, DIAG_CALIBRATE,
               "the trace has %u streams, and which of them the process reads "
               "and writes was not told",
               r->stream_count);
    diag_hint(o->diag, "name them: --input STREAM --output STREAM");
    return false;
}

static bool open_run(struct opening *o, const char *spec, bool is_check)
{
    char *rest = arena_strdup(o->arena, spec);
    char *comma = strchr(rest, ',');
    if (comma != NULL)
        *comma = '\0';
    struct fit_request q = { .path = rest };
    struct recording_options recording = o->request->recording;
    while (comma != NULL) {
        char *word = comma + 1;
        comma = strchr(word, ',');
        if (comma != NULL)
            *comma = '\0';
        if (!set_key(o, word, &q, &recording))
            return false;
    }
    if (!check_phases(o, &q.stimulus))
        return false;
    q.recording = recording_read(o->arena, q.path, &recording, o->diag);
    if (q.recording == NULL || !choose_streams(o, &q))
        return false;
    struct fit_run *r = &o->out->runs[o->out->count];
    if (!fit_run_make(o->arena, &q, r, o->diag))
        return false;
    if (recording.run != NULL)
        r->name = arena_printf(o->arena, "%s:%s", q.path, recording.run);
    r->is_check = is_check;
    o->out->count++;
    o->out->input_count = q.input_count;
    o->out->output_count = q.output_count;
    return true;
}

bool fit_runs_open(struct arena *a, const struct fit_runs_request *q,
                   struct fit_runs *out, struct diag *d)
{
    *out = (struct fit_runs){ 0 };
    if (q->fit->count == 0) {
        diag_error(d, command_line, DIAG_OPTION, "there is no run to fit");
        diag_hint(d, "name one at least: --fit FILE");
        return false;
    }
    struct opening o = { a, d, q, out };
    out->runs =
        arena_new_array(a, struct fit_run, q->fit->count + q->check->count);
    bool ok = true;
    for (uint32_t i = 0; i < q->fit->count; i++)
        ok &= open_run(&o, q->fit->items[i], false);
    for (uint32_t i = 0; i < q->check->count; i++)
        ok &= open_run(&o, q->check->items[i], true);
    return ok;
}
