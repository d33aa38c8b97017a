/* platform_image -- a platform as bytes, from one program to another on the
 * same machine:
 *   struct image_head
 *   per stream: struct timing_stream, struct platform_stream (their pointers
 *     mean nothing), name, the stimulus's pattern_cycles bools, value_tokens *
 *     words words
 *   per process: struct timing_process, struct schedule, name, streams of the
 *     inputs and outputs, instructions
 *   uint64_t IMAGE_MAGIC
 * A name is its uint32_t length and its characters. */
#ifndef HEADRACE_ENGINE_PLATFORM_IMAGE_H
#define HEADRACE_ENGINE_PLATFORM_IMAGE_H

#include <stdint.h>

#define IMAGE_MAGIC UINT64_C(0x32306d6c70736872)

struct image_head {
    uint64_t magic;
    uint32_t stream_count, process_count;
    uint32_t frames, process_frames;
};

#endif
