#include "hwgen/cosim/cosim.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "design/token_words.h"
#include "hwgen/board_modules.h"
#include "hwgen/cosim/cosim_build.h"
#include "hwgen/cosim/cosim_files.h"
#include "hwgen/cosim/tool.h"
#include "hwgen/farm.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of `frames` frames, those that go through the stream. */
static uint64_t frames_through(const struct stream *s, uint32_t frames)
{
    assert(s->copy < s->copies);
    return ((uint64_t)frames + s->copies - 1 - s->copy) / s->copies;
}

uint64_t cosim_expected(const struct cosim_job *job, const struct stream *s)
{
    return frames_through(s, job->frames) * s->tokens_per_frame;
}

uint32_t cosim_value_words(const struct cosim_job *job, const struct stream *s)
{
    bool kept = job->values &&
                (job->value_streams == NULL || job->value_streams[s->index]);
    return kept ? token_words(s) : 0;
}

/* Stimulus file */

static void add_u32(struct text *t, uint32_t value)
{
    text_addn(t, &value, sizeof value);
}

static void add_idle(struct text *t, const struct stimulus *s,
                     uint64_t tokens_per_frame, uint64_t tokens)
{
    struct stimulus_cursor cursor;
    stimulus_start(&cursor, s, tokens_per_frame);
    for (uint64_t i = 0; i < tokens; i++)
        add_u32(t, stimulus_next(&cursor));
}

static void add_input(struct arena *a, struct text *t,
                      const struct cosim_job *job)
{
    const struct stream *s = job->design->input;
    uint64_t tokens = job->frames * s->tokens_per_frame;
    uint32_t *words = arena_new_array(a, uint32_t, token_words(s));
    for (uint64_t i = 0; i < tokens; i++) {
        token_pack(s, job->inputs + i * s->lanes, 1, words);
        text_addn(t, words, token_words(s) * sizeof *words);
    }
    for (uint64_t i = 0; i < tokens; i++) {
        uint8_t last = (i + 1) % s->tokens_per_frame == 0;
        text_addn(t, &last, sizeof last);
    }
}

static void add_clock(struct text *t, const struct clock *c)
{
    const struct cosim_clock clock = {
        .numerator = c->numerator,
        .denominator = c->denominator,
        .drift_ppm = c->drift_ppm,
        .drift_cycles = c->drift_cycles,
    };
    text_addn(t, &clock, sizeof clock);
}

/* In a farm with clocks for each design. */
static void add_clocks(struct text *t, const struct design *d)
{
    if (!design_has_links(d)) {
        const struct clock own = clock_of_hz(d->clock_hz, 1);
        add_clock(t, d->board_count == 0 ? &own : &d->boards[0].clock);
    }
    for (uint32_t i = 0; design_has_links(d) && i < board_clock_count(d); i++)
        add_clock(t, board_clock(d, i));
    /* The clocks of the boards come first. */
    for (uint32_t i = 0; i < d->stream_count; i++)
        add_u32(t, d->streams[i].board);
    for (uint32_t i = 0; i < d->link_count; i++) {
        const struct link *l = &d->links[i];
        if (!board_link_has_clock(l))
            continue;
        for (uint32_t k = 0; k < l->process->input_count; k++)
            add_u32(t, board_link_clock(d, l));
    }
}

/* A token that comes too much may be on a link while all others are done. */
static uint64_t drain_cycles(const struct cosim_job *job)
{
    if (job->drain != 0)
        return job->drain;
    return design_has_links(job->design) ? COSIM_DRAIN_LINKS : COSIM_DRAIN;
}

static void add_job(struct arena *a, struct text *t,
                    const struct cosim_job *job, bool clocked)
{
    const struct design *d = job->design;
    assert(d->input->copies == 1 && d->output->copies == 1);
    const struct cosim_stimulus_design about = {
        .stream_count = d->stream_count,
        .input_words = token_words(d->input),
        .output_words = token_words(d->output),
        .log = !job->no_log,
        .source_grid = d->source.grid,
        .source_phase = d->source.phase,
        .sink_grid = d->sink.grid,
        .sink_phase = d->sink.phase,
        .input_tokens = job->frames * d->input->tokens_per_frame,
        .output_tokens = job->frames * d->output->tokens_per_frame,
        .drain = drain_cycles(job),
        .cycle_limit = job->cycle_limit,
        .clock_count = !clocked              ? 0
                       : design_has_links(d) ? board_clock_count(d)
                                             : 1,
        .buffer_count = board_buffer_count(d),
        .source_clock = d->input->board,
        .sink_clock = d->output->board,
    };
    text_addn(t, &about, sizeof about);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        uint64_t expected = cosim_expected(job, &d->streams[i]);
        text_addn(t, &expected, sizeof expected);
    }
    for (uint32_t i = 0; i < d->stream_count; i++) {
        uint32_t depth = d->streams[i].depth;
        assert(job->limits == NULL ||
               (job->limits[i] > 0 && job->limits[i] <= depth));
        add_u32(t, job->limits == NULL ? depth : job->limits[i]);
    }
    for (uint32_t i = 0; i < d->stream_count; i++)
        add_u32(t, cosim_value_words(job, &d->streams[i]));
    add_idle(t, &d->source, d->input->tokens_per_frame, about.input_tokens);
    add_input(a, t, job);
    add_idle(t, &d->sink, d->output->tokens_per_frame, about.output_tokens);
    if (clocked)
        add_clocks(t, d);
}

static struct text *stimulus_text(struct arena *a, const struct cosim_job *jobs,
                                  uint32_t count)
{
    struct text *t = text_new(a);
    const struct cosim_stimulus_head head = {
        .magic = COSIM_STIMULUS_MAGIC,
        .design_count = count,
        .reset_cycles = COSIM_RESET_CYCLES,
        .seed = count > 0 ? jobs[0].seed : 0,
    };
    text_addn(t, &head, sizeof head);
    bool clocked = false;
    for (uint32_t i = 0; i < count; i++)
        clocked |= design_has_links(jobs[i].design);
    for (uint32_t i = 0; i < count; i++)
        add_job(a, t, &jobs[i], clocked);
    return t;
}

bool cosim_write_stimulus(const char *path, const struct cosim_job *jobs,
                          uint32_t count, struct diag *diag)
{
    struct arena *a = arena_new();
    bool ok = file_write_text(path, stimulus_text(a, jobs, count), diag);
    arena_free(a);
    return ok;
}

/* Result file */

struct reader {
    struct arena *arena;
    const char *bytes;
    size_t left;
    bool ok; /* nothing was missing so far */
};

static void read_item(struct reader *r, void *item, size_t size)
{
    r->ok = r->ok && size <= r->left;
    if (!r->ok)
        return;
    memcpy(item, r->bytes, size);
    r->bytes += size;
    r->left -= size;
}

/* The arena's; NULL if they are not all there. */
static void *read_items(struct reader *r, uint64_t count, size_t size)
{
    r->ok = r->ok && count <= r->left / size;
    if (!r->ok)
        return NULL;
    void *items = arena_alloc(r->arena, (size_t)count, size);
    read_item(r, items, (size_t)count * size);
    return items;
}

static void read_stream(struct reader *r, bool log, uint32_t words,
                        struct cosim_stream *s)
{
    struct cosim_result_stream head = { 0 };
    read_item(r, &head, sizeof head);
    s->write_count = head.write_count;
    s->read_count = head.read_count;
    s->words = words;
    if (log) {
        s->writes = read_items(r, s->write_count, sizeof *s->writes);
        s->reads = read_items(r, s->read_count, sizeof *s->reads);
    }
    if (words != 0)
        s->values = read_items(r, s->read_count, words * sizeof *s->values);
}

static void read_design(struct reader *r, const struct cosim_job *job,
                        struct cosim_result *result)
{
    struct cosim_result_design head = { 0 };
    read_item(r, &head, sizeof head);
    r->ok = r->ok && head.stream_count == job->design->stream_count &&
            (head.output_tokens == 0 ||
             head.output_words == token_words(job->design->output)) &&
            head.log == !job->no_log;
    if (!r->ok)
        return;
    *result = (struct cosim_result){
        .complete = head.complete != 0,
        .frame_error = head.frame_error != 0,
        .cycles = head.cycles,
        .stream_count = head.stream_count,
        .streams =
            arena_new_array(r->arena, struct cosim_stream, head.stream_count),
        .output_tokens = head.output_tokens,
        .output_words = head.output_words,
    };
    for (uint32_t i = 0; i < head.stream_count; i++)
        read_stream(r, head.log != 0,
                    cosim_value_words(job, &job->design->streams[i]),
                    &result->streams[i]);
    result->buffer_count = board_buffer_count(job->design);
    result->buffers =
        arena_new_array(r->arena, struct cosim_buffer, result->buffer_count);
    for (uint32_t i = 0; i < result->buffer_count; i++) {
        struct cosim_result_buffer b = { 0 };
        read_item(r, &b, sizeof b);
        result->buffers[i] = (struct cosim_buffer){ b.words, b.packets, b.peak,
                                                    b.overflow != 0 };
    }
    if (head.output_tokens == 0)
        return;
    result->output = read_items(r, head.output_tokens,
                                head.output_words * sizeof *result->output);
    result->output_last = read_items(r, head.output_tokens, 1);
}

struct cosim_run *cosim_read_result(struct arena *a, const char *path,
                                    const struct cosim_job *jobs,
                                    uint32_t count, struct diag *diag)
{
    struct arena *scratch = arena_new();
    struct reader r = { .arena = a, .ok = true };
    r.bytes = file_read(scratch, path, SIZE_MAX, &r.left, diag);
    if (r.bytes == NULL) {
        arena_free(scratch);
        return NULL;
    }
    struct cosim_result_head head = { 0 };
    read_item(&r, &head, sizeof head);
    r.ok =
        r.ok && head.magic == COSIM_RESULT_MAGIC && head.design_count == count;
    struct cosim_run *run = arena_new_item(a, struct cosim_run);
    run->cycles = head.cycles;
    run->wall_ns = head.wall_ns;
    run->count = count;
    run->results = arena_new_array(a, struct cosim_result, count);
    for (uint32_t i = 0; r.ok && i < count; i++)
        read_design(&r, &jobs[i], &run->results[i]);
    uint64_t end = 0;
    read_item(&r, &end, sizeof end);
    bool ok = r.ok && end == COSIM_RESULT_END && r.left == 0;
    arena_free(scratch);
    if (ok)
        return run;
    diag_error(diag, (struct place){ .file = path }, DIAG_DATA,
               "is truncated, or not the result of these designs");
    return NULL;
}

void cosim_output_values(const struct design *d, const struct cosim_result *r,
                         int32_t *values)
{
    token_unpack(d->output, r->output, r->output_tokens, values);
}

/* The run */

static const char run_prefix[] = "run-";
static const char stimulus_name[] = "stimulus.bin";
static const char result_name[] = "result.bin";
static const char log_name[] = "cosim.log";

/* A new folder in `folder` for the files of one run; NULL: said why. */
static char *make_run_folder(struct arena *a, const char *folder,
                             struct diag *diag)
{
    enum { ATTEMPTS = 1000 };
    for (int i = 0; i < ATTEMPTS; i++) {
        char *name = arena_printf(a, "%s%ld-%d", run_prefix, (long)getpid(), i);
        if (mkdir(file_join(a, folder, name), S_IRWXU | S_IRWXG | S_IRWXO) == 0)
            return name;
        if (errno != EEXIST)
            break;
    }
    diag_error(diag, (struct place){ .file = folder }, DIAG_FILE_WRITE,
               "cannot create a folder: %s", strerror(errno));
    return NULL;
}

struct cosim_run *cosim_run(struct arena *a, const char *folder,
                            const struct cosim_job *jobs, uint32_t count,
                            struct diag *diag)
{
    struct arena *scratch = arena_new();
    struct cosim_run *run =
        cosim_run_with(a, folder, stimulus_text(scratch, jobs, count), jobs,
                       count, diag);
    arena_free(scratch);
    return run;
}

struct cosim_run *cosim_run_with(struct arena *a, const char *folder,
                                 const struct text *stimulus_bytes,
                                 const struct cosim_job *jobs, uint32_t count,
                                 struct diag *diag)
{
    const char *name = make_run_folder(a, folder, diag);
    if (name == NULL)
        return NULL;
    const char *run_folder = file_join(a, folder, name);
    const char *stimulus = file_join(a, run_folder, stimulus_name);
    const char *result = file_join(a, run_folder, result_name);
    /* The program runs in rtl/, where its memory files are. */
    const char *const arguments[] = {
        "../" COSIM_PROGRAM,
        arena_printf(a, "../%s/%s", name, stimulus_name),
        arena_printf(a, "../%s/%s", name, result_name),
        NULL,
    };
    const struct tool program = {
        .arguments = arguments,
        .folder = file_join(a, folder, FARM_RTL_FOLDER),
        .log = file_join(a, run_folder, log_name),
    };
    struct cosim_run *run = NULL;
    bool ok = file_write_text(stimulus, stimulus_bytes, diag) &&
              tool_run(&program, diag);
    if (ok)
        run = cosim_read_result(a, result, jobs, count, diag);
    unlink(stimulus);
    unlink(result);
    /* After a failure the log stays: the diagnostic names it. */
    if (ok)
        unlink(program.log);
    rmdir(run_folder);
    return run;
}

void cosim_clean(struct arena *a, const char *folder)
{
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return;
    for (struct dirent *e; (e = readdir(entries)) != NULL;) {
        if (strncmp(e->d_name, run_prefix, strlen(run_prefix)) != 0)
            continue;
        const char *run = file_join(a, folder, e->d_name);
        unlink(file_join(a, run, stimulus_name));
        unlink(file_join(a, run, result_name));
        unlink(file_join(a, run, log_name));
        rmdir(run); /* only if nothing else is in it */
    }
    closedir(entries);
}
