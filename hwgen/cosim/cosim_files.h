/* cosim_files -- the two binary files between headrace (C) and the harness
 * that runs the Verilated design (C++).  The only header both of them read.
 *
 * All fields are in the machine's own byte order: both programs run on the
 * same machine, one right after the other.
 *
 * A design with some processes at RTL and the others modelled, in SystemC, has
 * a stimulus file of its own:
 *   struct cosim_platform_head
 *   uint64_t expected[stream_count]     as below
 *   uint32_t words[stream_count]        as below
 *   uint8_t  image[image_bytes]         for headrace_platform_load
 * Its result file is the one below, of one design without output tokens: they
 * are among those of the streams, if wanted.
 *
 * Stimulus file:
 *   struct cosim_stimulus_head
 *   per design:
 *     struct cosim_stimulus_design
 *     uint64_t expected[stream_count]     tokens a complete run reads
 *     uint32_t limits[stream_count]       of the FIFOs
 *     uint32_t words[stream_count]        32-bit words of a token in `values`;
 *                                         0: not to be recorded
 *     uint32_t source_idle[input_tokens]  idle cycles before each token
 *     uint32_t input[input_tokens][input_words]
 *     uint8_t  input_last[input_tokens]   s_axis_tlast
 *     uint32_t sink_idle[output_tokens]
 *     struct cosim_clock clocks[clock_count]
 *     if there are clocks:
 *       uint32_t stream_clock[stream_count]   of the FIFO
 *       uint32_t buffer_clock[buffer_count]   of a link's stream
 *
 * Result file:
 *   struct cosim_result_head
 *   per design:
 *     struct cosim_result_design
 *     per stream:
 *       struct cosim_result_stream
 *       if the design is logged:
 *         uint64_t writes[write_count]      cycles of the handshakes
 *         uint64_t reads[read_count]
 *       uint32_t values[read_count][words]
 *     struct cosim_result_buffer[buffer_count]
 *     uint32_t output[output_tokens][output_words]
 *     uint8_t  output_last[output_tokens]   m_axis_tlast
 *   uint64_t COSIM_RESULT_END */
#ifndef HEADRACE_HWGEN_COSIM_COSIM_FILES_H
#define HEADRACE_HWGEN_COSIM_COSIM_FILES_H

#include <stdint.h>

#define COSIM_STIMULUS_MAGIC UINT64_C(0x32306d6974736872)
#define COSIM_PLATFORM_MAGIC UINT64_C(0x31306d726f667470)
#define COSIM_RESULT_MAGIC   UINT64_C(0x3230746c75736572)
#define COSIM_RESULT_END     UINT64_C(0x646e65646e65646e)

struct cosim_platform_head {
    uint64_t magic;
    uint32_t stream_count; /* of the design; the platform may have more */
    uint32_t reset_cycles; /* as below */
    uint64_t drain, cycle_limit;
    uint64_t image_bytes;
};

struct cosim_stimulus_head {
    uint64_t magic;
    uint32_t design_count;
    uint32_t reset_cycles; /* rising edges with rst high, before cycle 0 */
    uint64_t seed;         /* of what RTL draws at random */
};

/* A clock of docs/links.md: period numerator / denominator fs. */
struct cosim_clock {
    uint64_t numerator, denominator;
    uint32_t drift_ppm, drift_cycles;
};

struct cosim_stimulus_design {
    uint32_t stream_count;
    uint32_t input_words;  /* 32-bit words of a token at s_axis */
    uint32_t output_words; /* at m_axis */
    uint32_t log;          /* 1: keep the cycle of every handshake */
    uint32_t source_grid, source_phase;
    uint32_t sink_grid, sink_phase;
    uint64_t input_tokens;
    uint64_t output_tokens; /* that the sink has idle cycles for; it takes
                               more if they come, without pauses */
    uint64_t drain;         /* cycles to go on when all is read */
    uint64_t cycle_limit;   /* stop here in any case */
    uint32_t clock_count;   /* 0: the farm has one clock for all designs.  Else
                               drain, cycle_limit and the cycles of the result
                               are the sink's */
    uint32_t buffer_count;  /* streams of links */
    uint32_t source_clock, sink_clock; /* of clocks */
};

struct cosim_result_head {
    uint64_t magic;
    uint32_t design_count;
    uint32_t padding;
    uint64_t cycles;  /* simulated, after reset */
    uint64_t wall_ns; /* that took, without reading and writing files */
};

struct cosim_result_design {
    uint32_t stream_count;
    uint32_t output_words;
    uint32_t complete;    /* every stream was read as often as expected */
    uint32_t frame_error; /* the design's output of that name, at the end */
    uint32_t log;
    uint32_t padding;
    uint64_t cycles; /* that were recorded */
    uint64_t output_tokens;
};

struct cosim_result_stream {
    uint64_t write_count, read_count;
};

struct cosim_result_buffer {
    uint64_t words, packets; /* sent; a packet counts when its last word is */
    uint32_t peak;           /* words in the receive buffer */
    uint32_t overflow;       /* 1: a word was lost there */
};

/* farm_top packs the ports of its designs into wide vectors: design i has
 * word i of in_control and of out_control, and in the other vectors as many
 * words as it needs, behind those of the designs before it.  (values: the
 * tokens at the read sides of all streams, if the farm has them in view;
 * buffers: a word for each stream of its links.)  A design with clocks has as
 * many bits of `clocks`, behind those of the designs before it.  A vector is
 * never shorter than COSIM_WORDS_MIN words, so that Verilator makes an array of
 * words of each. */
enum { COSIM_WORDS_MIN = 3 };

/* Bits of a word of in_control and out_control. */
enum { COSIM_S_VALID = 1, COSIM_S_LAST = 2, COSIM_M_READY = 4 };
enum {
    COSIM_S_READY = 1,
    COSIM_M_VALID = 2,
    COSIM_M_LAST = 4,
    COSIM_FRAME_ERROR = 8
};

/* Streams per word of `monitor`: bit 2 i is the write handshake of stream i
 * of that word, bit 2 i + 1 the read handshake. */
enum { COSIM_STREAMS_PER_WORD = 16 };

/* A word of `buffers`: what is in the receive buffer, and whether a word of
 * this stream is sent, ends its packet, and one is lost. */
#define COSIM_BUFFER_FILL     UINT32_C(0x1fffffff)
#define COSIM_BUFFER_SENT     UINT32_C(0x20000000)
#define COSIM_BUFFER_PACKET   UINT32_C(0x40000000)
#define COSIM_BUFFER_OVERFLOW UINT32_C(0x80000000)

#endif
