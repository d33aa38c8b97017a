/* timing -- what the engine evaluates: schedules joined by FIFOs.
 *
 * A design reduced to its timing.  No shapes, no numbers, no kernels: tests
 * build these directly, and the slow reference simulator reads the same
 * description.  Frames: frame f of the run passes through the streams with
 * f % copies == copy.  A process whose streams all have the same copies and
 * copy does one frame of its schedule per such frame; one that joins streams
 * of different copies (dispatch, collect) does one frame of its schedule per
 * `copies` frames of the run. */
#ifndef HEADRACE_ENGINE_TIMING_H
#define HEADRACE_ENGINE_TIMING_H

#include <stdint.h>

#include "design/stimulus.h"
#include "kernels/schedule.h"

struct arena;
struct clock;
struct design;
struct link;

enum { TIMING_EDGE = UINT32_MAX }; /* no process: an edge of the design */

struct timing_stream {
    const char *name;
    uint32_t capacity;      /* tokens it holds; at least 1 */
    uint32_t write_latency; /* cycles from write to readable; at least 1 */
    uint32_t read_latency;  /* cycles from read to room; at least 1 */
    uint32_t initial;       /* tokens in it before the first cycle, readable at
                               once; at most capacity; FIFOs only */
    uint64_t tokens_per_frame;
    uint64_t frame_tokens;       /* 0: a FIFO.  Else a frame buffer: tokens of a
                                    frame can be read once its last one has been
                                    written, a frame can be written once the last
                                    token of the frame that was in its place has
                                    been read; capacity is a multiple of this */
    uint32_t copies, copy;       /* frames it carries; 0 counts as 1 */
    uint32_t producer, consumer; /* process, or TIMING_EDGE */
    uint32_t domain;             /* whose cycles its times are */
    /* For a stream with an edge: the source or the sink there. */
    struct stimulus stimulus;
};

struct timing_process {
    const char *name;
    const struct schedule *schedule; /* NULL: a link */
    /* A link: input i, of the sender's domain as all inputs, is carried to
     * output i, of the receiver's; else NULL. */
    const struct link *link;
    uint32_t domain;       /* whose cycles its times are; of a link none */
    uint32_t copies, copy; /* frames it works on; of a dispatch or collect:
                              copies is how many frames its schedule has,
                              copy is 0; 0 copies count as 1 */
    bool turns;            /* it is a dispatch or collect */
    uint32_t input_count, output_count;
    const uint32_t *inputs, *outputs; /* streams, by port */
};

/* A region that HLS made: a frame begins when the region is started, which is
 * `start_gap` cycles and one after it was ready for the start before, and ends
 * when it is done and its last token is out. */
struct timing_region {
    uint32_t ready_stream, done_stream; /* a token per frame each, written when
                                           the region is ready, and done; read
                                           by a sink at once */
    uint32_t start_gap;
};

struct timing {
    uint32_t stream_count;
    struct timing_stream *streams;
    uint32_t process_count;
    struct timing_process *processes;
    /* NULL: frames begin and end at sources and sinks. */
    const struct timing_region *region;
    /* The clocks, by domain; 0: there is one, and no link. */
    uint32_t domain_count;
    const struct clock *domains;
};

/* How many of the first `frames` frames of a run pass through a stream, or are
 * worked on by a process, with these copies. */
static inline uint64_t timing_frames(uint32_t copies, uint32_t copy,
                                     uint64_t frames)
{
    return copies <= 1 ? frames : (frames + copies - 1 - copy) / copies;
}

/* Frames after which the turns of all copies are as they were: the least
 * common multiple of their numbers, or `limit` if that is less. */
uint32_t timing_round(const struct timing *t, uint32_t limit);

struct timing *timing_from_design(struct arena *a, const struct design *d);

#endif
