/* reference_fifo -- a FIFO as the tokens in it and the places left in it.
 *
 * Every token carries the cycle from which it is readable, every place the
 * cycle from which it can be written.  A write turns the oldest place into a
 * token, a read turns the oldest token into a place.  In a frame buffer the
 * tokens of a frame appear all at once with the write of the last of them, and
 * so do its places with the read of the last of them.  The questions look at
 * committed state only; the simulator asks them all before it commits. */
#ifndef HEADRACE_TESTS_REFERENCE_FIFO_H
#define HEADRACE_TESTS_REFERENCE_FIFO_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct timing_stream;

/* Cycles in the order in which they came: taken from the front or kept. */
struct cycle_list {
    struct arena *arena;
    uint64_t *cycles;
    uint64_t first; /* index of the oldest one not taken */
    uint64_t count; /* index after the last one */
    uint64_t room;
};
void cycle_list_append(struct cycle_list *l, uint64_t cycle);
static inline bool cycle_list_empty(const struct cycle_list *l)
{
    return l->first == l->count;
}
/* The oldest one that was not taken; the list is not empty. */
static inline uint64_t cycle_list_front(const struct cycle_list *l)
{
    return l->cycles[l->first];
}
void cycle_list_take(struct cycle_list *l);

struct reference_fifo {
    uint32_t write_latency, read_latency;
    uint64_t frame_tokens;    /* that become tokens, or places, together; FIFO:
                                 1 */
    struct cycle_list tokens; /* readable from */
    struct cycle_list places; /* writable from */
    struct cycle_list writes; /* every write so far */
    struct cycle_list reads;  /* every read so far */
    uint32_t peak;            /* most tokens held after an edge */
    bool leaves;              /* a sink takes a token in this cycle */
};

void reference_fifo_start(struct reference_fifo *f, struct arena *a,
                          const struct timing_stream *s);

static inline bool reference_fifo_readable(const struct reference_fifo *f,
                                           uint64_t cycle)
{
    return !cycle_list_empty(&f->tokens) &&
           cycle_list_front(&f->tokens) <= cycle;
}
static inline bool reference_fifo_has_room(const struct reference_fifo *f,
                                           uint64_t cycle)
{
    return !cycle_list_empty(&f->places) &&
           cycle_list_front(&f->places) <= cycle;
}
static inline uint64_t reference_fifo_held(const struct reference_fifo *f)
{
    return f->writes.count - f->reads.count;
}

void reference_fifo_write(struct reference_fifo *f, uint64_t cycle);
void reference_fifo_read(struct reference_fifo *f, uint64_t cycle);
/* After all writes and reads of a cycle. */
void reference_fifo_sample(struct reference_fifo *f);

#endif
