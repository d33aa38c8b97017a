#include "engine/platform.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "design/token_words.h"
#include "engine/infer.h"
#include "engine/platform_image.h"

#include <string.h>

/* Takes the values of streams while infer computes them. */
struct collector {
    struct arena *arena;
    struct platform_stream *streams;
    uint32_t **values;
    const bool *wanted;
    uint32_t frames;
};

static void collect_frame(void *context, uint32_t frame, const struct stream *s,
                          const int32_t *values)
{
    struct collector *c = context;
    struct platform_stream *to = &c->streams[s->index];
    (void)frame;
    if (c->wanted != NULL && !c->wanted[s->index])
        return;
    if (to->values == NULL) {
        uint64_t frames = timing_frames(s->copies, s->copy, c->frames);
        to->words = token_words(s);
        to->values = c->values[s->index] =
            arena_new_array(c->arena, uint32_t,
                            frames * s->tokens_per_frame * to->words);
    }
    token_pack(s, values, s->tokens_per_frame,
               c->values[s->index] + to->value_tokens * to->words);
    to->value_tokens += s->tokens_per_frame;
}

struct platform *platform_of_design(struct arena *a, const struct design *d,
                                    uint32_t frames, const int32_t *inputs,
                                    const bool *wanted)
{
    struct platform *p = arena_new_item(a, struct platform);
    p->timing = timing_from_design(a, d);
    p->frames = frames;
    p->process_frames = family_is_ours(d->family) ? 0 : frames;
    uint32_t count = p->timing->stream_count;
    p->streams = arena_new_array(a, struct platform_stream, count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        p->streams[i].width_bits = s->width_bits;
        p->streams[i].lanes = s->lanes;
        p->streams[i].value_bits = s->format.width;
        p->streams[i].is_signed = s->format.is_signed;
    }
    if (inputs == NULL)
        return p;
    struct collector c = {
        .arena = a,
        .streams = p->streams,
        .values = arena_new_array(a, uint32_t *, count),
        .wanted = wanted,
        .frames = frames,
    };
    const struct infer_observer observer = { collect_frame, &c };
    infer_run(a, d, inputs, frames, &observer);
    return p;
}

static void write_name(struct text *image, const char *name)
{
    uint32_t length = (uint32_t)strlen(name);
    text_addn(image, &length, sizeof length);
    text_addn(image, name, length);
}

static void write_stream(struct text *image, const struct timing_stream *t,
                         const struct platform_stream *s)
{
    text_addn(image, t, sizeof *t);
    text_addn(image, s, sizeof *s);
    write_name(image, t->name);
    if (t->stimulus.pattern != NULL)
        text_addn(image, t->stimulus.pattern,
                  t->stimulus.pattern_cycles * sizeof *t->stimulus.pattern);
    if (s->values != NULL)
        text_addn(image, s->values,
                  s->value_tokens * s->words * sizeof *s->values);
}

static void write_process(struct text *image, const struct timing_process *p)
{
    const struct schedule *s = p->schedule;
    text_addn(image, p, sizeof *p);
    text_addn(image, s, sizeof *s);
    write_name(image, p->name);
    text_addn(image, p->inputs, p->input_count * sizeof *p->inputs);
    text_addn(image, p->outputs, p->output_count * sizeof *p->outputs);
    text_addn(image, s->instructions, s->count * sizeof *s->instructions);
}

void platform_write(const struct platform *p, struct text *image)
{
    const struct timing *t = p->timing;
    const struct image_head head = {
        .magic = IMAGE_MAGIC,
        .stream_count = t->stream_count,
        .process_count = t->process_count,
        .frames = p->frames,
        .process_frames = p->process_frames,
    };
    text_addn(image, &head, sizeof head);
    for (uint32_t i = 0; i < t->stream_count; i++)
        write_stream(image, &t->streams[i], &p->streams[i]);
    for (uint32_t i = 0; i < t->process_count; i++)
        write_process(image, &t->processes[i]);
    text_addn(image, &head.magic, sizeof head.magic);
}
