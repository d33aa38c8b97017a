/* hls_frame -- the steps of one frame of an hls4ml process. */
#ifndef HEADRACE_KERNELS_HLS_FRAME_H
#define HEADRACE_KERNELS_HLS_FRAME_H

#include "kernels/hls4ml.h"

struct hls_frame {
    const struct hls_process *process;
    const struct hls_ports *ports;
    struct schedule *schedule;
};

/* The step that begins the frame. */
void hls_frame_begin(struct hls_frame *f, struct arena *a,
                     const struct hls_process *p,
                     const struct hls_ports *ports);
/* All that follows; one of these. */
void hls_frame_loop(struct hls_frame *f, const struct hls_loop *l);
void hls_frame_pad(struct hls_frame *f);
void hls_frame_crop(struct hls_frame *f);
void hls_frame_upsample(struct hls_frame *f);

#endif
