#include "traces/frame_fit.h"

#include "base/diag.h"
#include "traces/pairing.h"
#include "traces/recording.h"
#include "traces/side.h"

#include <inttypes.h>

static bool models_fit(const struct side *a, const struct side *b,
                       const struct pairing *p, struct diag *d)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const struct side_stream *l = &a->streams[p->pairs[i].a];
        const struct side_stream *r = &b->streams[p->pairs[i].b];
        if (l->tokens_per_frame == r->tokens_per_frame &&
            side_copies(l) == side_copies(r))
            continue;
        diag_error(d, (struct place){ .file = b->path }, DIAG_COMPARE,
                   "a frame has %" PRIu64 " tokens in '%s', and %" PRIu64
                   " in '%s' of '%s'",
                   r->tokens_per_frame, r->times.name, l->tokens_per_frame,
                   l->times.name, a->path);
        return false;
    }
    return true;
}

/* A recording beside a model */

/* The stream of the recording that is `stream` of the model; NULL: none. */
static const struct side_stream *recorded(const struct side *recording,
                                          const struct pairing *p,
                                          bool model_is_a, uint32_t stream)
{
    const struct pair *pair =
        model_is_a ? pairing_of_a(p, stream) : pairing_of_b(p, stream);
    return pair == NULL ? NULL
                        : &recording->streams[model_is_a ? pair->b : pair->a];
}

static uint64_t frames_begun(const struct side_stream *s)
{
    uint64_t tokens = side_tokens_seen(s), per_frame = s->tokens_per_frame;
    return (tokens + per_frame - 1) / per_frame * side_copies(s);
}

/* Those that came in, or if the input was not watched, those that the stream
 * with the fewest has begun. */
static uint64_t frames_held(const struct side *model,
                            const struct side *recording,
                            const struct pairing *p, bool model_is_a)
{
    uint64_t least = 0, in = 0;
    for (uint32_t i = 0; i < model->stream_count; i++) {
        const struct side_stream *s = recorded(recording, p, model_is_a, i);
        if (s == NULL || side_tokens_seen(s) == 0)
            continue;
        uint64_t frames = frames_begun(s);
        if (model->streams[i].writer == SIDE_EDGE && frames > in)
            in = frames;
        if (least == 0 || frames < least)
            least = frames;
    }
    return in > 0 ? in : least;
}

/* A process reads a frame while it writes it or the one before, and may
 * begin another. */
static bool counts_apart(const struct side_stream *in,
                         const struct side_stream *out)
{
    if (!in->reads_seen || !out->writes_seen)
        return false;
    uint64_t read = in->times.read_count / in->tokens_per_frame;
    uint64_t written = out->times.write_count / out->tokens_per_frame;
    read *= side_copies(in);
    written *= side_copies(out);
    uint64_t apart = read > written ? read - written : written - read;
    return apart > 1 + side_copies(in) + side_copies(out);
}

static bool process_fits(const struct side *model, const struct side *recording,
                         const struct pairing *p, bool model_is_a,
                         const struct side_process *process, struct diag *d)
{
    for (uint32_t i = 0; i < process->input_count; i++) {
        for (uint32_t o = 0; o < process->output_count; o++) {
            const struct side_stream *in =
                recorded(recording, p, model_is_a, process->inputs[i]);
            const struct side_stream *out =
                recorded(recording, p, model_is_a, process->outputs[o]);
            if (in == NULL || out == NULL || !counts_apart(in, out))
                continue;
            diag_error(d, (struct place){ .file = recording->path },
                       DIAG_COMPARE,
                       "the token counts are not those of '%s': '%s' would "
                       "have read %" PRIu64 " tokens of '%s', %" PRIu64
                       " a frame, and written %" PRIu64 " to '%s', %" PRIu64
                       " a frame",
                       model->path, process->name, in->times.read_count,
                       in->times.name, in->tokens_per_frame,
                       out->times.write_count, out->times.name,
                       out->tokens_per_frame);
            return false;
        }
    }
    return true;
}

static bool recording_fits(struct side *model, struct side *recording,
                           const struct pairing *p, bool model_is_a,
                           uint32_t told, struct diag *d)
{
    for (uint32_t i = 0; i < p->count; i++) {
        const struct pair *pair = &p->pairs[i];
        const struct side_stream *from =
            &model->streams[model_is_a ? pair->a : pair->b];
        struct side_stream *to =
            &recording->streams[model_is_a ? pair->b : pair->a];
        to->tokens_per_frame = from->tokens_per_frame;
        to->copies = from->copies;
        to->copy = from->copy;
    }
    for (uint32_t i = 0; i < model->process_count; i++)
        if (!process_fits(model, recording, p, model_is_a, &model->processes[i],
                          d))
            return false;
    uint64_t held = frames_held(model, recording, p, model_is_a);
    if (held == 0 || held > UINT32_MAX) {
        diag_error(d, (struct place){ .file = recording->path }, DIAG_COMPARE,
                   "its streams in common with '%s' hold %" PRIu64
                   " frames, which is outside 1..%" PRIu32,
                   model->path, held, UINT32_MAX);
        return false;
    }
    model->frames = recording->frames = told != 0 ? told : (uint32_t)held;
    return true;
}

/* Two recordings */

/* As often as every process of both has ended; 0: there are none, or they
 * differ by more than what was under way. */
static uint32_t frames_of_processes(const struct side *a, const struct side *b)
{
    uint64_t least = UINT64_MAX, most = 0;
    for (int side = 0; side < 2; side++) {
        const struct recording *r = (side == 0 ? a : b)->recording;
        if (r->process_count == 0)
            return 0;
        for (uint32_t i = 0; i < r->process_count; i++) {
            uint64_t dones = r->processes[i].done_count;
            least = dones < least ? dones : least;
            most = dones > most ? dones : most;
        }
    }
    return least == most && most <= UINT32_MAX ? (uint32_t)most : 0;
}

/* The smaller of two counts that are so many frames; 0: none is. */
static uint64_t shorter(uint64_t a, uint64_t b, uint32_t frames)
{
    uint64_t less = a < b ? a : b, more = a < b ? b : a;
    return less % frames == 0 && less > 0 ? less
           : more % frames == 0           ? more
                                          : 0;
}

static bool recordings_fit(struct side *a, struct side *b,
                           const struct pairing *p, uint32_t told,
                           struct diag *d)
{
    uint32_t frames = told != 0 ? told : frames_of_processes(a, b);
    if (frames == 0)
        return true;
    bool fits = true;
    for (uint32_t i = 0; i < p->count && fits; i++) {
        struct side_stream *l = &a->streams[p->pairs[i].a];
        struct side_stream *r = &b->streams[p->pairs[i].b];
        uint64_t tokens =
            shorter(side_tokens_seen(l), side_tokens_seen(r), frames);
        fits = tokens > 0;
        l->tokens_per_frame = r->tokens_per_frame = tokens / frames;
        if (fits || told == 0)
            continue;
        diag_error(d, (struct place){ .file = a->path }, DIAG_COMPARE,
                   "'%s' has %" PRIu64 " tokens, and %" PRIu64
                   " in '%s': neither is %" PRIu32 " whole frames",
                   l->times.name, side_tokens_seen(l), side_tokens_seen(r),
                   b->path, frames);
    }
    if (fits)
        a->frames = b->frames = frames;
    for (uint32_t i = 0; i < p->count && !fits; i++)
        a->streams[p->pairs[i].a].tokens_per_frame =
            b->streams[p->pairs[i].b].tokens_per_frame = 0;
    return fits || told == 0;
}

bool frame_fit(struct side *a, struct side *b, const struct pairing *p,
               uint32_t told, struct diag *d)
{
    if (a->kind == SIDE_MODEL && b->kind == SIDE_MODEL) {
        a->frames = b->frames = told != 0 ? told : FRAMES_DEFAULT;
        return models_fit(a, b, p, d);
    }
    if (a->kind == SIDE_MODEL)
        return recording_fits(a, b, p, true, told, d);
    if (b->kind == SIDE_MODEL)
        return recording_fits(b, a, p, false, told, d);
    return recordings_fit(a, b, p, told, d);
}

bool frame_cut(struct side *recording, uint32_t frames)
{
    if (frames == 0 || recording->stream_count == 0)
        return false;
    for (uint32_t i = 0; i < recording->stream_count; i++) {
        uint64_t tokens = side_tokens_seen(&recording->streams[i]);
        if (tokens == 0 || tokens % frames != 0)
            return false;
    }
    for (uint32_t i = 0; i < recording->stream_count; i++) {
        struct side_stream *s = &recording->streams[i];
        s->tokens_per_frame = side_tokens_seen(s) / frames;
    }
    recording->frames = frames;
    return true;
}
