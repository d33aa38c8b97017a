/* timing_build -- puts a timing together process by process, and takes it
 * apart again.
 *
 * Streams that no process reads in the end go to a sink. */
#ifndef HEADRACE_TESTS_FUZZ_TIMING_BUILD_H
#define HEADRACE_TESTS_FUZZ_TIMING_BUILD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/timing.h"

struct arena;

enum { BUILD_STREAMS_MAX = 256, BUILD_PROCESSES_MAX = 96 };

struct timing_builder {
    struct arena *arena;
    uint32_t copies, copy; /* of what is added from now on; 0: not in a copy */
    uint32_t stream_count, process_count;
    struct timing_stream streams[BUILD_STREAMS_MAX];
    struct timing_process processes[BUILD_PROCESSES_MAX];
};

void timing_build_start(struct timing_builder *b, struct arena *a);
/* A stream from a source; FIFO properties and stimulus are the least. */
uint32_t timing_build_source(struct timing_builder *b, uint64_t tokens);
/* Streams of its outputs are made, with the tokens that the schedule
 * writes; returns the first of them, the others follow. */
uint32_t timing_build_process(struct timing_builder *b, const char *name,
                              const struct schedule *s, uint32_t input_count,
                              const uint32_t *inputs, uint32_t output_count);
/* The same for a dispatch (one input) to, or a collect (one output) from,
 * `copies` streams: the schedule has a frame for each of them. */
uint32_t timing_build_turns(struct timing_builder *b, const char *name,
                            const struct schedule *s, uint32_t input_count,
                            const uint32_t *inputs, uint32_t output_count);
struct timing *timing_build_end(struct timing_builder *b);

/* True if both ends of every stream move the same tokens in the same frames,
 * every schedule is legal and every process has an input and an output. */
bool timing_is_legal(struct arena *a, const struct timing *t);

/* A copy that may be changed, schedules included. */
struct timing *timing_copy(struct arena *a, const struct timing *t);
/* Copies without one part; NULL if that leaves nothing. */
struct timing *timing_without_process(struct arena *a, const struct timing *t,
                                      uint32_t process);
struct timing *timing_without_stream(struct arena *a, const struct timing *t,
                                     uint32_t stream);

/* All there is to know about it, for someone who must find a fault. */
void timing_dump(FILE *to, const struct timing *t);

#endif
