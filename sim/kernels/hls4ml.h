/* hls4ml -- when the processes of an hls4ml io_stream design read and write.
 *
 * An HLS process is called once per frame.  It *begins* when it has been
 * started (and starts those behind it in the same cycle), goes through its
 * tokens, is *ready* for the next start, and is done.  In a schedule:
 *   - the first step of a frame begins it: patient, for a start;
 *   - then the steps of its tokens;
 *   - the last step is the one in whose cycle it is ready.
 * The rules, their evidence and what is not certain: docs/hls4ml.md. */
#ifndef HEADRACE_KERNELS_HLS4ML_H
#define HEADRACE_KERNELS_HLS4ML_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct schedule;

enum hls_tool {
    HLS_VIVADO_2019_2,
    HLS_VIVADO_2020_1,
    HLS_VITIS_2023_2, /* and 2023.1 */
    HLS_VITIS_2024_2
};

static inline bool hls_is_vitis(enum hls_tool t)
{
    return t >= HLS_VITIS_2023_2;
}

/* How the body of a process is built. */
enum hls_body {
    HLS_WINDOW, /* a loop over pixels with a window: convolution, pooling */
    HLS_MAP,    /* a loop that makes a token of each: activations, 1x1 */
    HLS_ONCE,   /* one token, no loop */
    HLS_GATHER, /* all tokens are read, then one is computed: dense */
    HLS_REUSE,  /* one token, a pipelined loop over the reuse factor: dense */
    HLS_REDUCE_EXP, /* one token, softmax */
    HLS_PAD,
    HLS_CROP,
    HLS_UPSAMPLE
};

/* What a synthesis report says of a process; 0 where it says nothing. */
struct hls_numbers {
    uint32_t ii, depth;  /* of its pipelined loop */
    uint32_t idle, fire; /* of its loop that is not pipelined: cycles of an
                            iteration that writes nothing, or a token */
    uint32_t latency;    /* of the whole process, the longest */
};

struct hls_process {
    enum hls_tool tool;
    enum hls_body body;
    struct hls_numbers numbers;
    bool from_port, to_port; /* it reads from, writes to an AXI4-Stream port */
    bool separable;          /* depthwise half inside a separable convolution */
    uint32_t height, width;  /* of the input */
    uint32_t kernel_h, kernel_w, stride_h, stride_w;
    uint32_t top, bottom, left, right; /* HLS_PAD, HLS_CROP */
    uint32_t factor, factor_h; /* HLS_UPSAMPLE, along a row and a column */
    uint32_t start_gap; /* ticks from ready for which no start is looked for */
};

/* Masks of ports; 0 where there is none. */
struct hls_ports {
    uint32_t in, out; /* data */
    uint32_t held;    /* of out: those with the register slice of a port */
    uint32_t start;   /* input: a start, read as the frame begins */
    uint32_t started; /* input: the same once more, read when ready: until
                         then it takes its place in the start FIFO */
    uint32_t starts;  /* outputs: starts of those behind */
    uint32_t ready;   /* output: the process is ready */
    uint32_t done;    /* output: the process is done */
};

/* Ticks, for a process that goes through pixels. */
struct hls_loop {
    uint32_t first;              /* from beginning to the first read */
    uint32_t idle, fire;         /* from read to read */
    uint32_t delay;              /* from a read to its write */
    uint32_t end_idle, end_fire; /* from the last read to ready, if that one
                                    wrote nothing, or a token */
    uint32_t done;               /* from ready to done */
    uint32_t held; /* from a write at a port to the first state that waits
                      until the beat is out; 0: the next one */
};

/* Bodies but HLS_PAD, HLS_CROP and HLS_UPSAMPLE. */
struct hls_loop hls_loop_of(const struct hls_process *p);

/* Cycles from a beat at the input port of the design to the first cycle in
 * which the process can read it. */
uint32_t hls_port_latency(const struct hls_process *p);

/* The schedule of one frame. */
struct schedule *hls_schedule(struct arena *a, const struct hls_process *p,
                              const struct hls_ports *ports);

#endif
