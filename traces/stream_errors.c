#include "traces/stream_errors.h"

#include "base/arena.h"
#include "base/bits.h"
#include "traces/side.h"

#include <assert.h>

struct records {
    const struct errors_desc *desc;
    enum token_event event;
    const uint64_t *a, *b;
    uint64_t a_count, b_count;
    uint64_t limit; /* tokens compared */
    uint64_t per_frame;
};

static int64_t error_of(const struct records *r, uint64_t token)
{
    return (int64_t)(r->b[token] - r->a[token]) - r->desc->offset;
}

const struct divergence *divergence_first(const struct divergence *a,
                                          const struct divergence *b)
{
    if (!a->there || !b->there)
        return b->there ? b : a;
    return b->time < a->time ? b : a;
}

/* B's cycle as one of A's; before A's first one, that. */
static uint64_t in_a(const struct errors_desc *e, uint64_t cycle_b)
{
    int64_t cycle = (int64_t)cycle_b - e->offset;
    return cycle < 0 ? 0 : (uint64_t)cycle;
}

static void note(struct stream_errors *s, const struct records *r,
                 uint64_t token, bool in_both)
{
    const struct errors_desc *e = r->desc;
    struct divergence x = { .there = true,
                            .event = r->event,
                            .token = token,
                            .cycle_a = ERROR_NEVER,
                            .cycle_b = ERROR_NEVER,
                            .time = UINT64_MAX };
    if (in_both || token < r->a_count)
        x.time = x.cycle_a = r->a[token];
    if (in_both || token < r->b_count) {
        x.cycle_b = r->b[token];
        if (in_a(e, x.cycle_b) < x.time)
            x.time = in_a(e, x.cycle_b);
    }
    struct divergence *first = r->event == TOKEN_WRITE ? &s->write : &s->read;
    *first = *divergence_first(first, &x);
    s->different++;
}

static struct frame_errors *frame_of(struct stream_errors *s,
                                     const struct records *r, uint64_t token)
{
    if (s->frame_count == 0)
        return NULL;
    uint64_t frame = token / r->per_frame;
    return frame < s->frame_count ? &s->frames[frame] : NULL;
}

static void compare_both(struct stream_errors *s, const struct records *r,
                         uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        int64_t error = error_of(r, i);
        bool differs = bits_magnitude(error) > r->desc->tolerance;
        struct frame_errors *f = frame_of(s, r, i);
        s->compared++;
        s->sum += bits_magnitude(error);
        if (bits_magnitude(error) > bits_magnitude(s->largest))
            s->largest = error;
        if (differs)
            note(s, r, i, true);
        if (f == NULL)
            continue;
        f->compared++;
        f->different += differs;
        f->last = error;
        if (bits_magnitude(error) > bits_magnitude(f->largest))
            f->largest = error;
    }
}

/* Handshakes that only one side has. */
static void compare_rest(struct stream_errors *s, const struct records *r,
                         uint64_t from)
{
    const struct errors_desc *e = r->desc;
    bool only_a = r->a_count > from;
    uint64_t to = only_a ? r->a_count : r->b_count;
    for (uint64_t i = from; i < to; i++) {
        /* As text, a recording ends with its last handshake. */
        bool watched =
            only_a ? (int64_t)(r->a[i]) + e->offset < (int64_t)e->b->end ||
                         e->b->end == UINT64_MAX
                   : in_a(e, r->b[i]) < e->a->end;
        if (i >= r->limit || !watched) {
            s->beyond += to - i;
            return;
        }
        struct frame_errors *f = frame_of(s, r, i);
        s->compared++;
        if (only_a)
            s->missing_b++;
        else
            s->missing_a++;
        note(s, r, i, false);
        if (f != NULL) {
            f->compared++;
            f->different++;
        }
    }
}

static uint64_t both_count(const struct records *r)
{
    uint64_t count = r->a_count < r->b_count ? r->a_count : r->b_count;
    return count < r->limit ? count : r->limit;
}

static void compare(struct stream_errors *s, const struct records *r)
{
    uint64_t both = both_count(r);
    compare_both(s, r, both);
    compare_rest(s, r, both);
}

static void set_deciles(struct stream_errors *s, const struct records *r)
{
    uint64_t per_frame = s->frame_count > 0 ? r->per_frame : both_count(r);
    uint64_t begin = s->drift_frame * per_frame;
    if (per_frame == 0 || begin + per_frame > both_count(r))
        return;
    for (uint64_t i = 0; i < ERROR_DECILES; i++) {
        uint64_t tenths = ERROR_DECILES - 1;
        uint64_t along = (per_frame - 1) / tenths * i +
                         (per_frame - 1) % tenths * i / tenths;
        s->deciles[i] = error_of(r, begin + along);
    }
    s->has_deciles = true;
}

/* Among frames that both sides have whole. */
static uint32_t worst_frame(const struct stream_errors *s,
                            const struct records *r)
{
    uint32_t worst = 0;
    for (uint32_t f = 1; f < s->frame_count; f++)
        if ((f + UINT64_C(1)) * r->per_frame <= both_count(r) &&
            bits_magnitude(s->frames[f].largest) >
                bits_magnitude(s->frames[worst].largest))
            worst = f;
    return worst;
}

struct stream_errors stream_errors(struct arena *arena,
                                   const struct errors_desc *desc)
{
    const struct side_stream *a = &desc->a->streams[desc->stream_a];
    const struct side_stream *b = &desc->b->streams[desc->stream_b];
    assert(a->tokens_per_frame == b->tokens_per_frame);
    struct stream_errors s = { 0 };
    uint64_t limit =
        desc->a->frames == 0 ? UINT64_MAX : side_tokens(a, desc->a->frames);
    if (limit != UINT64_MAX && a->tokens_per_frame > 0) {
        s.frame_count = (uint32_t)(limit / a->tokens_per_frame);
        s.frames = arena_new_array(arena, struct frame_errors, s.frame_count);
    }
    const struct token_times *ta = &a->times, *tb = &b->times;
    struct records writes = { desc,       TOKEN_WRITE,        ta->writes,
                              tb->writes, ta->write_count,    tb->write_count,
                              limit,      a->tokens_per_frame };
    struct records reads = { desc,      TOKEN_READ,         ta->reads,
                             tb->reads, ta->read_count,     tb->read_count,
                             limit,     a->tokens_per_frame };
    bool has_writes = a->writes_seen && b->writes_seen;
    bool has_reads = a->reads_seen && b->reads_seen;
    if (has_writes)
        compare(&s, &writes);
    if (has_reads)
        compare(&s, &reads);
    const struct records *along = has_writes ? &writes : &reads;
    if (has_writes || has_reads) {
        s.drift_frame = worst_frame(&s, along);
        set_deciles(&s, along);
    }
    return s;
}
