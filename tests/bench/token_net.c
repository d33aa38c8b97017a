#include "tests/bench/token_net.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/timing.h"
#include "tests/bench/step_runs.h"

static int64_t end_of(uint32_t process)
{
    return process == TIMING_EDGE ? -1 : (int64_t)process;
}

static void add_stream(struct text *text, const struct timing_stream *s)
{
    assert(stimulus_is_always(&s->stimulus));
    text_printf(text,
                "stream %" PRIu32 " %" PRIu64 " %" PRId64 " %" PRId64 "\n",
                s->capacity, s->tokens_per_frame, end_of(s->producer),
                end_of(s->consumer));
}

static void add_ports(struct text *text, const char *word, uint32_t count,
                      const uint32_t *streams)
{
    text_add(text, word);
    for (uint32_t i = 0; i < count; i++)
        text_printf(text, " %" PRIu32, streams[i]);
    text_add(text, "\n");
}

static void add_run(struct text *text, const struct step_run *r)
{
    const struct step *s = &r->step;
    text_printf(text,
                "run %" PRIu64 " %" PRIu32 " %" PRIu32 " %" PRIu32 " %" PRIu64
                " %d %" PRIu64 " %" PRIu32 " %" PRIu32 "\n",
                r->times, s->reads, s->writes, s->gap, s->hold,
                s->needs_datapath, s->delay, s->count, s->spacing);
}

bool token_net_write(const struct timing *t, const char *path, struct diag *d)
{
    struct arena *a = arena_new();
    struct text *text = text_new(a);
    text_printf(text, "streams %" PRIu32 "\n", t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++)
        add_stream(text, &t->streams[i]);
    text_printf(text, "processes %" PRIu32 "\n", t->process_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        struct step_runs runs = step_runs_of(a, p->schedule);
        text_printf(text, "process %" PRIu32 " %" PRIu32 " %" PRIu32 "\n",
                    p->input_count, p->output_count, runs.count);
        add_ports(text, "inputs", p->input_count, p->inputs);
        add_ports(text, "outputs", p->output_count, p->outputs);
        for (uint32_t k = 0; k < runs.count; k++)
            add_run(text, &runs.items[k]);
    }
    bool ok = file_write_text(path, text, d);
    arena_free(a);
    return ok;
}
