#include "engine/platform.h"

#include "base/arena.h"
#include "engine/platform_image.h"

#include <string.h>

struct image_reader {
    struct arena *arena;
    const char *bytes;
    size_t left;
    bool ok; /* nothing was missing so far */
};

static void read_item(struct image_reader *r, void *item, size_t size)
{
    r->ok = r->ok && size <= r->left;
    if (!r->ok)
        return;
    memcpy(item, r->bytes, size);
    r->bytes += size;
    r->left -= size;
}

/* The arena's; NULL if they are not all there. */
static void *read_items(struct image_reader *r, uint64_t count, size_t size)
{
    r->ok = r->ok && count <= r->left / size;
    if (!r->ok)
        return NULL;
    void *items = arena_alloc(r->arena, (size_t)count, size);
    if (count != 0)
        read_item(r, items, (size_t)count * size);
    return items;
}

static const char *read_name(struct image_reader *r)
{
    uint32_t length = 0;
    read_item(r, &length, sizeof length);
    if (!r->ok || length > r->left) {
        r->ok = false;
        return "";
    }
    char *name = arena_new_array(r->arena, char, (size_t)length + 1);
    if (length != 0)
        read_item(r, name, length);
    return name;
}

static void read_stream(struct image_reader *r, struct timing_stream *t,
                        struct platform_stream *s)
{
    read_item(r, t, sizeof *t);
    read_item(r, s, sizeof *s);
    t->name = read_name(r);
    struct stimulus *stimulus = &t->stimulus;
    if (stimulus->pattern != NULL)
        stimulus->pattern =
            read_items(r, stimulus->pattern_cycles, sizeof *stimulus->pattern);
    s->values = s->value_tokens == 0 ? NULL
                                     : read_items(r, s->value_tokens,
                                                  s->words * sizeof *s->values);
}

static void read_process(struct image_reader *r, struct timing_process *p)
{
    struct schedule *s = arena_new_item(r->arena, struct schedule);
    read_item(r, p, sizeof *p);
    read_item(r, s, sizeof *s);
    p->name = read_name(r);
    p->inputs = read_items(r, p->input_count, sizeof *p->inputs);
    p->outputs = read_items(r, p->output_count, sizeof *p->outputs);
    s->instructions = read_items(r, s->count, sizeof *s->instructions);
    s->arena = r->arena;
    p->schedule = s;
}

/* False: something is missing, or too much. */
static bool read_platform(struct image_reader *r, struct platform *p)
{
    struct image_head head = { 0 };
    uint64_t end = 0;
    read_item(r, &head, sizeof head);
    if (!r->ok || head.magic != IMAGE_MAGIC)
        return false;
    p->frames = head.frames;
    p->process_frames = head.process_frames;
    struct timing *t = arena_new_item(r->arena, struct timing);
    p->timing = t;
    t->stream_count = head.stream_count;
    t->process_count = head.process_count;
    t->streams =
        arena_new_array(r->arena, struct timing_stream, head.stream_count);
    p->streams =
        arena_new_array(r->arena, struct platform_stream, head.stream_count);
    t->processes =
        arena_new_array(r->arena, struct timing_process, head.process_count);
    for (uint32_t i = 0; r->ok && i < t->stream_count; i++)
        read_stream(r, &t->streams[i], &p->streams[i]);
    for (uint32_t i = 0; r->ok && i < t->process_count; i++)
        read_process(r, &t->processes[i]);
    read_item(r, &end, sizeof end);
    return r->ok && end == IMAGE_MAGIC && r->left == 0;
}

struct platform *platform_load(struct arena *a, const void *image, size_t size)
{
    struct platform *p = arena_new_item(a, struct platform);
    struct image_reader r = { a, image, size, true };
    return read_platform(&r, p) ? p : NULL;
}
