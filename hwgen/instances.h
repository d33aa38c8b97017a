/* instances -- the text of the parts of a top: streams, their FIFOs, processes
 * and the edges of the design.
 *
 * Stream `id` has its write side in id_in_data, _valid, _ready and its read
 * side in id_out_*; a process reads where FIFOs are read.  All of it has the
 * clock `clk` and the reset `rst`; parameters come from the package `pkg`. */
#ifndef HEADRACE_HWGEN_INSTANCES_H
#define HEADRACE_HWGEN_INSTANCES_H

#include <stdbool.h>
#include <stdint.h>

struct identifiers;
struct process;
struct stream;
struct text;

/* The module of the library that the FIFO of a stream is. */
const char *instance_fifo_module(const struct stream *s);

void instance_declare_stream(struct text *t, const struct stream *s,
                             const char *id, const char *pkg);
void instance_fifo(struct text *t, const struct stream *s, const char *id,
                   const char *pkg, bool runtime_depths);
void instance_process(struct text *t, const struct process *p,
                      const struct identifiers *ids, const char *pkg);
/* The same up to the ports of its streams. */
void instance_begin_process(struct text *t, const struct process *p,
                            const char *id, const char *pkg);

/* Connects one side of a process to its streams, the first one lowest. */
struct instance_side {
    const char *port;   /* of the module: "in" or "out" */
    const char *stream; /* side of the streams: "in" or "out" */
    struct stream *const *streams;
    uint32_t count;
};
/* `end` stands behind the last port: "," or "". */
void instance_connect(struct text *t, const struct instance_side *s,
                      const struct identifiers *ids, const char *end);

/* s_axis with frame_error, m_axis. */
void instance_input(struct text *t, const struct stream *s, const char *id,
                    const char *pkg);
void instance_output(struct text *t, const struct stream *s, const char *id,
                     const char *pkg);

#endif
