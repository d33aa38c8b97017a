#include "cli/verification.h"

#include <assert.h>

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "design/token_words.h"
#include "engine/infer.h"
#include "engine/platform.h"
#include "engine/run.h"
#include "hwgen/cosim/cosim.h"
#include "hwgen/cosim/cosim_build.h"
#include "hwgen/cosim/cosim_systemc.h"
#include "hwgen/farm.h"
#include "hwgen/rtl_parts.h"

/* In fs, longer than a period of 0.5 MHz: every change that is new at an edge
 * of the other clock may come late. */
#define METASTABLE "HEADRACE_METASTABLE=2000000000"

/* The RTL is watched so much longer than predicted, so that lateness shows
 * as lateness and not as tokens that are missing. */
static uint64_t cycle_limit(const struct run *r)
{
    return r->cycles + r->cycles / 2 + 1000;
}

static bool inner_equal(const struct verification *v)
{
    for (uint32_t i = 0; v->inner != NULL && i < v->stream_count; i++)
        if (v->inner[i].different != 0)
            return false;
    return true;
}

bool verification_equal(const struct verification *v)
{
    return inner_equal(v) && v->handshakes_different == 0 &&
           v->handshakes_beyond == 0 && v->values_different == 0 &&
           !v->last_wrong && !v->frame_error && !v->overflow;
}

static const uint32_t *limits_of(struct arena *a, const struct design *d)
{
    uint32_t *limits = arena_new_array(a, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        limits[i] = d->streams[i].depth;
    return limits;
}

static void check_built(const struct verification_job *job)
{
    const struct design *d = job->design, *b = job->built;
    assert(d->stream_count == b->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        assert(d->streams[i].kind == b->streams[i].kind);
        assert(d->streams[i].depth <= b->streams[i].depth);
    }
}

static uint64_t above(uint64_t count, uint64_t limit)
{
    return count > limit ? count - limit : 0;
}

static void compare_times(const char *name, const struct run_stream *s,
                          const struct cosim_stream *c,
                          struct times_difference *out)
{
    const struct token_times model = { name, s->written, s->tokens,
                                       s->write_times, s->read_times };
    const struct token_times hardware = { name, c->write_count, c->read_count,
                                          c->writes, c->reads };
    times_compare(&model, &hardware, out);
}

static void compare_streams(struct verification *v, struct arena *a,
                            const struct run *run,
                            const struct cosim_result *rtl)
{
    const struct design *d = v->design;
    v->stream_count = d->stream_count;
    v->streams = arena_new_array(a, struct times_difference, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct run_stream *s = &run->streams[i];
        const struct cosim_stream *c = &rtl->streams[i];
        compare_times(d->streams[i].name, s, c, &v->streams[i]);
        v->handshakes += v->streams[i].compared;
        v->handshakes_different += v->streams[i].different;
        v->handshakes_beyond += above(c->write_count, s->written_ever) +
                                above(c->read_count, s->tokens_ever);
    }
}

/* The same where times may differ: what the model has, in counts, has to be
 * there. */
static void compare_counts(struct verification *v, struct arena *a,
                           const struct run *run,
                           const struct cosim_result *rtl)
{
    const struct design *d = v->design;
    v->stream_count = d->stream_count;
    v->streams = arena_new_array(a, struct times_difference, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct run_stream *s = &run->streams[i];
        const struct cosim_stream *c = &rtl->streams[i];
        struct times_difference times = { 0 };
        compare_times(d->streams[i].name, s, c, &times);
        v->moved += times.different;
        v->streams[i].compared = s->written + s->tokens;
        v->streams[i].different =
            above(s->written, c->write_count) + above(s->tokens, c->read_count);
        v->handshakes += v->streams[i].compared;
        v->handshakes_different += v->streams[i].different;
        v->handshakes_beyond += above(c->write_count, s->written_ever) +
                                above(c->read_count, s->tokens_ever);
    }
}

static void set_buffers(struct verification *v, const struct cosim_result *rtl)
{
    v->buffer_count = rtl->buffer_count;
    v->buffers = rtl->buffers;
    for (uint32_t i = 0; i < rtl->buffer_count; i++)
        v->overflow |= rtl->buffers[i].overflow;
}

/* Compares the values of all streams while infer computes them. */
struct inner_comparison {
    struct arena *scratch;
    const struct run *run;
    const struct cosim_result *rtl;
    struct values_difference *streams;
};

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void compare_frame(void *context, uint32_t frame, const struct stream *s,
                          const int32_t *expected)
{
    struct inner_comparison *n = context;
    (void)frame;
    const struct cosim_stream *c = &n->rtl->streams[s->index];
    struct values_difference *v = &n->streams[s->index];
    /* Of what was read in both: times tell what is missing. */
    if (c->values == NULL)
        return;
    uint64_t begin = v->compared / s->lanes;
    uint64_t read = smaller(n->run->streams[s->index].tokens, c->read_count);
    if (begin >= read)
        return;
    uint64_t tokens = smaller(read - begin, s->tokens_per_frame);
    int32_t *got = arena_new_array(n->scratch, int32_t, tokens * s->lanes);
    token_unpack(s, c->values + begin * c->words, tokens, got);
    for (uint64_t i = 0; i < tokens * s->lanes; i++, v->compared++) {
        if (got[i] == expected[i])
            continue;
        if (v->different++ == 0) {
            v->first = v->compared;
            v->expected = expected[i];
            v->got = got[i];
        }
    }
}

static void count_inner(struct verification *v)
{
    for (uint32_t i = 0; i < v->stream_count; i++) {
        v->values += v->inner[i].compared;
        v->values_different += v->inner[i].different;
    }
}

static void compare_values(struct verification *v, struct arena *a,
                           const struct verification_job *job,
                           const struct run *run,
                           const struct cosim_result *rtl, bool inner)
{
    const struct design *d = v->design;
    const struct stream *s = d->output;
    uint64_t per_frame = infer_output_count(d);
    uint64_t got_tokens = rtl->output_tokens;
    int32_t *got = arena_new_array(a, int32_t, got_tokens * s->lanes);
    cosim_output_values(d, rtl, got);
    struct inner_comparison n = { arena_new(), run, rtl, NULL };
    const struct infer_observer observer = { compare_frame, &n };
    if (inner)
        v->inner = n.streams =
            arena_new_array(a, struct values_difference, d->stream_count);
    const int32_t *expected =
        infer_run(a, d, job->inputs, job->frames, inner ? &observer : NULL);
    arena_free(n.scratch);
    if (job->rtl_count != 0) {
        count_inner(v);
        return;
    }
    uint64_t expected_tokens = run->streams[s->index].tokens;
    v->values = expected_tokens * s->lanes;
    assert(v->values <= per_frame * job->frames);
    for (uint64_t i = 0; i < v->values; i++) {
        bool there = i < got_tokens * s->lanes;
        if (there && got[i] == expected[i])
            continue;
        if (v->values_different++ == 0) {
            v->first_value = i;
            v->first_expected = expected[i];
            v->first_got = there ? got[i] : 0;
        }
    }
    for (uint64_t i = 0; i < got_tokens; i++) {
        bool last = (i + 1) % s->tokens_per_frame == 0;
        if ((rtl->output_last[i] != 0) != last)
            v->last_wrong = true;
    }
}

static void set_ends(struct verification *v, const struct run *run,
                     const struct cosim_result *rtl)
{
    const struct stream *s = v->design->output;
    const struct cosim_stream *c = &rtl->streams[s->index];
    uint64_t tokens = s->tokens_per_frame;
    uint32_t frames = run->frames;
    if (frames == 0 || c->read_count < frames * tokens)
        return;
    v->model_last_end = run->frame_end[frames - 1];
    v->rtl_last_end = c->reads[frames * tokens - 1];
    if (frames > 1) {
        v->model_previous_end = run->frame_end[frames - 2];
        v->rtl_previous_end = c->reads[(frames - 1) * tokens - 1];
    }
}

static void step(const struct verification_options *o, const char *what)
{
    if (o->progress != NULL)
        o->progress(o->context, what);
}

static struct run *predict(struct arena *a, const struct verification_job *job)
{
    return run_timing(a, timing_from_design(a, job->design),
                      &(struct run_options){
                          .frames = job->frames, .log = true, .beyond = true });
}

/* Compares what the model said with what was seen. */
static void compare_all(struct verification *v, struct arena *a,
                        const struct verification_job *job,
                        const struct run *run, const struct cosim_result *rtl,
                        bool inner, bool order_only)
{
    v->design = job->design;
    v->order_only = order_only;
    v->model = run;
    v->model_cycles = run->cycles;
    v->rtl_cycles = rtl->cycles;
    v->deadlock = run->outcome == RUN_DEADLOCK;
    v->rtl_complete = rtl->complete;
    v->frame_error = rtl->frame_error;
    if (order_only)
        compare_counts(v, a, run, rtl);
    else
        compare_streams(v, a, run, rtl);
    set_buffers(v, rtl);
    compare_values(v, a, job, run, rtl, inner);
    set_ends(v, run, rtl);
}

struct verification *verify_designs(struct arena *a,
                                    const struct verification_job *jobs,
                                    uint32_t count,
                                    const struct verification_options *o,
                                    struct diag *d)
{
    const struct design **designs =
        arena_new_array(a, const struct design *, count);
    struct cosim_job *cosim = arena_new_array(a, struct cosim_job, count);
    struct run **runs = arena_new_array(a, struct run *, count);
    const bool inner = o->inner || o->metastable;
    const char *const defines[] = { METASTABLE };
    const struct cosim_build_options build = {
        .fast_run = o->fast_run,
        .defines = defines,
        .define_count = o->metastable ? 1 : 0,
    };

    step(o, "model");
    for (uint32_t i = 0; i < count; i++) {
        const struct verification_job *job = &jobs[i];
        designs[i] = job->built != NULL ? job->built : job->design;
        if (job->built != NULL)
            check_built(job);
        runs[i] = predict(a, job);
        cosim[i] = (struct cosim_job){
            .design = job->design,
            .limits = limits_of(a, job->design),
            .frames = job->frames,
            .inputs = job->inputs,
            .cycle_limit = cycle_limit(runs[i]),
            .values = inner,
            .seed = o->seed,
        };
    }
    step(o, "generate");
    if (!(inner ? hwgen_farm_write_values : hwgen_farm_write)(designs, count,
                                                              o->folder, d))
        return NULL;
    step(o, "build");
    if (!cosim_build(o->folder, &build, d))
        return NULL;
    step(o, "run");
    struct cosim_run *rtl = cosim_run(a, o->folder, cosim, count, d);
    if (rtl == NULL)
        return NULL;
    step(o, "compare");
    struct verification *v = arena_new_array(a, struct verification, count);
    for (uint32_t i = 0; i < count; i++)
        compare_all(&v[i], a, &jobs[i], runs[i], &rtl->results[i], inner,
                    o->metastable);
    return v;
}

struct verification *verify_in_systemc(struct arena *a,
                                       const struct verification_job *job,
                                       const struct verification_options *o,
                                       struct diag *d)
{
    const struct design *design = job->design;
    const struct part_list parts = { design, job->rtl_count, job->rtl };
    bool *is_rtl = arena_new_array(a, bool, design->process_count);
    for (uint32_t i = 0; i < job->rtl_count; i++)
        is_rtl[job->rtl[i]] = true;
    /* RTL needs real tokens; what it makes of them is looked at. */
    bool *given = arena_new_array(a, bool, design->stream_count);
    bool *made = arena_new_array(a, bool, design->stream_count);
    for (uint32_t i = 0; i < design->stream_count; i++) {
        const struct stream *s = &design->streams[i];
        made[i] = s->producer != NULL && is_rtl[s->producer->index];
        given[i] =
            !made[i] && s->consumer != NULL && is_rtl[s->consumer->index];
    }
    step(o, "model");
    const struct run *run = predict(a, job);
    const struct cosim_job cosim = {
        .design = design,
        .frames = job->frames,
        .cycle_limit = cycle_limit(run),
        .values = true,
        .value_streams = made,
    };
    step(o, "generate");
    if (!hwgen_parts_write(&parts, o->folder, d))
        return NULL;
    step(o, "build");
    if (!cosim_systemc_build(
            o->folder, &parts,
            &(struct cosim_build_options){ .fast_run = o->fast_run }, d))
        return NULL;
    step(o, "run");
    struct text *image = text_new(a);
    platform_write(
        platform_of_design(a, design, job->frames, job->inputs, given), image);
    const struct cosim_run *rtl =
        cosim_systemc_run(a, o->folder, &cosim, image, d);
    if (rtl == NULL)
        return NULL;
    step(o, "compare");
    struct verification *v = arena_new_item(a, struct verification);
    compare_all(v, a, job, run, &rtl->results[0], true, false);
    return v;
}
