/* lanes_group -- the state of the configurations that are evaluated at once,
 * a lane each.  Inside the engine.
 *
 * Shared by all lanes are what has been done: steps, tokens, places in
 * schedules.  A lane has its own capacities and times.  Whatever is done is
 * done in all lanes, so a write has to wait until the place for it is known in
 * all of them: the least capacity decides.  A lane that nobody wants to know
 * about any more gets the capacities of another one and goes on with that.
 *
 * Times are cycles of the lane, from its own first frame on, in 32 bits.  A
 * visit to a process or an edge takes it no further than to the end of a
 * frame.  What happens then comes after everything that happened before by no
 * more than all of its gaps, holds, delays, spacings and idle cycles of one
 * frame, for while none of them counts down it waits for what has happened.
 * These are at most GROUP_VISIT_MAX.  So if after a visit nobody's last event
 * is later than GROUP_TIME_MAX, then after the next one all times are below
 * GROUP_TIME_MAX + 2 * GROUP_VISIT_MAX, but for a few latencies; and if some
 * are later, the group stops (`late`). */
#ifndef HEADRACE_ENGINE_LANES_GROUP_H
#define HEADRACE_ENGINE_LANES_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/simd.h"
#include "design/stimulus.h"
#include "kernels/schedule.h"

struct arena;
struct timing;
struct timing_process;

enum {
    GROUP_LANES = SIMD_LANES,
    GROUP_PORTS_MAX = 32, /* a bit each in a step */
    GROUP_TIME_MAX = 1 << 30,
    GROUP_VISIT_MAX = 1 << 28,
    GROUP_NEVER = -(1 << 20),        /* as CHANNEL_NEVER */
    GROUP_WRITE_LATENCY_MAX = 1 << 8 /* far above any FIFO's */
};

/* A number for each lane. */
struct lane_row {
    int32_t at[GROUP_LANES];
};

/* Lanes whose capacity of a stream is the same. */
struct lane_alike {
    uint64_t capacity;
    struct simd_where where;
};

/* Token k has row k & mask: first the cycle from which it can be read, then
 * that from which its place can be written again.  There are at least as many
 * rows as the largest capacity. */
struct lane_stream {
    struct lane_row *rows;
    uint64_t mask;
    uint64_t written, read; /* tokens so far */
    uint64_t least;         /* capacity, over all lanes */
    uint32_t alike_count;
    struct lane_alike alike[GROUP_LANES];
    uint32_t capacity[GROUP_LANES];
    struct lane_row write_latency;
    int32_t read_latency;
    struct lane_row last_write;
};

/* A freeze that a write placed ahead of the front will cause. */
struct lane_freeze {
    struct lane_row at;     /* cycle in which it begins, counting all freezes
                               before it; ascending in each lane */
    struct lane_row cycles; /* 0: none in this lane, or over */
};

/* What a step caused and is not placed. */
struct lane_pending {
    struct lane_row due; /* cycle of the next token, counting all freezes placed
                            so far */
    uint32_t left, spacing, outputs; /* as in struct pending */
};

/* How many inputs and outputs, if that is usual. */
enum lane_ports {
    LANE_PORTS_MANY,
    LANE_PORTS_1_TO_1,
    LANE_PORTS_1_TO_2,
    LANE_PORTS_2_TO_1
};

struct lane_process {
    const struct schedule *schedule;
    struct schedule_cursor cursor;
    uint32_t input_count, output_count;
    enum lane_ports ports;
    struct lane_stream **inputs, **outputs;
    uint64_t frames, frame_limit;
    bool at_frame_start;
    int32_t before;       /* cycle of the step before the first one */
    struct lane_row time; /* of the last step */
    struct lane_row free; /* from which the datapath is free */
    struct lane_row skew; /* cycles frozen that a write sees and the front
                             does not yet */
    struct lane_freeze *freezes; /* a ring */
    uint32_t freeze_mask, freeze_head, freeze_count;
    struct lane_pending *pending; /* the same */
    uint32_t pending_mask, pending_head, pending_count;
    /* What it lacks to go on: this many places there, or, if 0, a token; NULL:
     * nothing, as far as is known. */
    const struct lane_stream *lack;
    uint32_t lack_places;
    bool full; /* one of the rings had no room for more: times are wrong */
};

struct lane_edge {
    struct lane_stream *stream;
    bool is_source, always;
    const struct stimulus *stimulus;
    struct stimulus_cursor cursor;
    uint64_t tokens_per_frame, tokens, token_limit, in_frame;
    int64_t idle;                /* of the next token; -1: not drawn yet */
    struct lane_row previous;    /* cycle of the handshake before */
    struct lane_row frame_first; /* of the last first token of a frame */
};

struct group {
    uint32_t stream_count, process_count, edge_count;
    struct lane_stream *streams;
    struct lane_process *processes;
    struct lane_edge *edges;
    uint64_t row_count; /* of all streams */
    bool late; /* some time is above GROUP_TIME_MAX, or a process is full */
};

/* NULL: not a timing for lanes. */
struct group *group_new(struct arena *a, const struct timing *t);

/* As before the first cycle; no lane has anything yet. */
void group_reset(struct group *g);

/* All streams are empty: lane `lane` begins, with these capacities and
 * latencies.  group_update is due before anything moves. */
struct lane_setting {
    const uint32_t *capacities, *write_latencies;
};
void group_begin_lane(struct group *g, struct arena *a, uint32_t lane,
                      const struct lane_setting *s);
/* Rows that stream `stream` then needs more than it has, for `capacity`. */
uint64_t group_more_rows(const struct group *g, uint32_t stream,
                         uint32_t capacity);
/* Nobody wants to know about lane `lane`; it goes on like lane `other`. */
void group_follow_lane(struct group *g, uint32_t lane, uint32_t other);
/* Finds what all lanes have in common after any of these. */
void group_update(struct group *g);

/* Whether a lane can begin when others have done some frames: the stalls of
 * source and sink are then where they were in the beginning. */
bool group_can_refill(const struct group *g);

void group_set_limits(struct group *g, uint64_t frames);
/* Everything has done what the limits allow. */
bool group_is_complete(const struct group *g);

/* The latest cycle in a lane so far, of an edge or the front of a process. */
int32_t group_latest(const struct group *g, uint32_t lane);

/* The evaluation, compiled for one set of instructions. */
struct lanes_kernel {
    /* Goes on until nothing moves, or it is late. */
    void (*run)(struct group *g);
    /* Takes the next step of a process, whose tokens are known, though what it
     * writes, or what steps before it wrote, cannot be placed. */
    void (*step_ahead)(struct lane_process *p);
    uint32_t alone_max; /* so few lanes are evaluated faster one by one */
};
extern const struct lanes_kernel lanes_kernel_plain;
/* NULL: not for this kind of machine. */
const struct lanes_kernel *lanes_kernel_avx2(void);
const struct lanes_kernel *lanes_kernel_avx512(void);

#endif
