/* cosim -- runs designs as Verilated RTL and tells the cycle of every
 * handshake.
 *
 * Order of use: hwgen_farm_write (hwgen/farm.h), cosim_build, cosim_run; all
 * with the same folder and the same designs in the same order.  A second run
 * with other data, FIFO limits or pauses needs no new build. */
#ifndef HEADRACE_HWGEN_COSIM_COSIM_H
#define HEADRACE_HWGEN_COSIM_COSIM_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;
struct stream;
struct text;

/* What one design of the farm has to do.  Source and sink pause as the
 * design says. */
struct cosim_job {
    const struct design *design;
    const uint32_t *limits; /* of the FIFOs, by stream; NULL: their depths */
    uint32_t frames;
    const int32_t *inputs; /* raw values, frame by frame in (row, column,
                              channel) order */
    uint64_t cycle_limit;  /* what stands still is given up then */
    uint64_t drain;        /* cycles to watch when all is done; 0:
                              COSIM_DRAIN, with links COSIM_DRAIN_LINKS */
    uint64_t seed;         /* of what RTL with HEADRACE_METASTABLE draws
                              (synchroniser.sv); that of the first job counts */
    bool no_log;           /* count handshakes, keep no cycles: for speed */
    bool values;           /* keep the tokens of every stream: of all jobs or
                              none, as hwgen_farm_write_values or
                              hwgen_farm_write was used */
    const bool *value_streams; /* with values: of these alone; NULL: of all
                                  (cosim_systemc.h) */
};
enum { COSIM_DRAIN = 64, COSIM_DRAIN_LINKS = 1024, COSIM_RESET_CYCLES = 4 };

/* Of one stream.  A process may begin another frame than the last by itself
 * (zeropad2d does), so a stream can have more tokens than the frames. */
struct cosim_stream {
    uint64_t write_count, read_count;
    const uint64_t *writes, *reads; /* cycles; NULL if not logged */
    uint32_t words;                 /* of a token; 0: not kept */
    const uint32_t *values;         /* tokens as they were read, lowest word
                                       first */
};

/* Of a stream of a link that has a clock. */
struct cosim_buffer {
    uint64_t words, packets; /* that were sent */
    uint32_t peak;           /* words in the receive buffer, as its writing side
                                sees it */
    bool overflow;           /* a word was lost there */
};

/* Cycles of a stream are those of its board; `cycles`, and cycle_limit and
 * drain of the job, are those of the board of the design's output. */
struct cosim_result {
    bool complete;    /* every stream was read as often as the frames need */
    bool frame_error; /* the design's output of that name */
    uint64_t cycles;  /* that were watched */
    uint32_t stream_count;
    struct cosim_stream *streams; /* by stream */
    uint32_t buffer_count;
    struct cosim_buffer *buffers; /* by link and port (board_modules.h) */
    uint64_t output_tokens;
    uint32_t output_words;      /* of a token */
    const uint32_t *output;     /* tokens as they came, lowest word first */
    const uint8_t *output_last; /* m_axis_tlast of each token */
};

struct cosim_run {
    uint64_t cycles;  /* simulated */
    uint64_t wall_ns; /* that this took, start and files apart */
    uint32_t count;
    struct cosim_result *results; /* by job */
};

/* NULL: said why in diag (tool, file-open, file-write, data). */
struct cosim_run *cosim_run(struct arena *a, const char *folder,
                            const struct cosim_job *jobs, uint32_t count,
                            struct diag *diag);

/* Removes what runs in this folder left that failed or were interrupted.  Only
 * while none can be going on there. */
void cosim_clean(struct arena *a, const char *folder);

/* The output tokens as raw values; room for output_tokens * lanes. */
void cosim_output_values(const struct design *d, const struct cosim_result *r,
                         int32_t *values);

/* Tokens of this stream are kept: words of one; 0: they are not. */
uint32_t cosim_value_words(const struct cosim_job *job, const struct stream *s);
/* Tokens that a complete run reads from the stream. */
uint64_t cosim_expected(const struct cosim_job *job, const struct stream *s);

/* The same for a program with another stimulus file. */
struct cosim_run *cosim_run_with(struct arena *a, const char *folder,
                                 const struct text *stimulus,
                                 const struct cosim_job *jobs, uint32_t count,
                                 struct diag *diag);

/* The two halves of cosim_run around the program (cosim_files.h). */
bool cosim_write_stimulus(const char *path, const struct cosim_job *jobs,
                          uint32_t count, struct diag *diag);
struct cosim_run *cosim_read_result(struct arena *a, const char *path,
                                    const struct cosim_job *jobs,
                                    uint32_t count, struct diag *diag);

#endif
