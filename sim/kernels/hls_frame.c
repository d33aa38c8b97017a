#include "kernels/hls_frame.h"

#include <stdbool.h>

#include "kernels/schedule.h"

void hls_frame_begin(struct hls_frame *f, struct arena *a,
                     const struct hls_process *p, const struct hls_ports *ports)
{
    *f = (struct hls_frame){ p, ports, schedule_new(a) };
    f->schedule->style = STALL_RIGID;
    f->schedule->overlap = OVERLAP_SEQUENTIAL;
    f->schedule->restart = 1;
    f->schedule->held = ports->held;
    f->schedule->held_ticks = 1;
    schedule_step(f->schedule, 1,
                  &(struct step){ .reads = ports->start,
                                  .writes = ports->starts,
                                  .gap = 1 + p->start_gap,
                                  .count = ports->starts != 0 ? 1 : 0,
                                  .patient = true });
}

/* The process is ready `gap` ticks after the step before, and done `done` ticks
 * later. */
static void end_frame(struct hls_frame *f, uint32_t gap, uint32_t done)
{
    const struct hls_ports *ports = f->ports;
    if (ports->ready != 0 || ports->done == 0) {
        schedule_step(f->schedule, 1,
                      &(struct step){ .reads = ports->started,
                                      .writes = ports->ready,
                                      .gap = gap,
                                      .count = ports->ready != 0 ? 1 : 0,
                                      .patient = true });
        gap = 0;
    }
    if (ports->done != 0)
        schedule_step(f->schedule, 1,
                      &(struct step){
                          .reads = ports->ready != 0 ? 0 : ports->started,
                          .writes = ports->done,
                          .gap = gap,
                          .delay = done,
                          .count = 1 });
}

/* The steps of one loop over pixels; a pixel that fires completes a window. */
struct pixels {
    struct hls_frame *frame;
    const struct hls_loop *loop;
    uint32_t gap; /* of the next step */
};

static bool fires_at(uint32_t at, uint32_t kernel, uint32_t stride)
{
    return at + 1 >= kernel && (at + 1 - kernel) % stride == 0;
}

static bool pixel_fires(const struct hls_process *p, uint32_t row, uint32_t col)
{
    return fires_at(row, p->kernel_h, p->stride_h) &&
           fires_at(col, p->kernel_w, p->stride_w);
}

static void add_pixels(struct pixels *x, uint32_t times, bool fires, bool last)
{
    const struct hls_loop *l = x->loop;
    const struct hls_ports *ports = x->frame->ports;
    struct step step = {
        .reads = ports->in,
        .gap = x->gap,
        .needs_datapath = true,
        .hold = last    ? 0
                : fires ? l->fire
                        : l->idle,
    };
    if (fires) {
        step.writes = ports->out;
        step.delay = l->delay;
        step.count = 1;
    }
    /* Only the very first pixel comes at its own distance. */
    if (times > 1 && x->gap != 1) {
        schedule_step(x->frame->schedule, 1, &step);
        times--;
        step.gap = 1;
    }
    schedule_step(x->frame->schedule, times, &step);
    x->gap = 1;
}

/* Columns 0 .. end - 1 of a row. */
static void add_row(struct pixels *x, uint32_t row, uint32_t end)
{
    const struct hls_process *p = x->frame->process;
    for (uint32_t col = 0, next; col < end; col = next) {
        const bool fires = pixel_fires(p, row, col);
        for (next = col + 1; next < end; next++)
            if (pixel_fires(p, row, next) != fires)
                break;
        add_pixels(x, next - col, fires, false);
    }
}

void hls_frame_loop(struct hls_frame *f, const struct hls_loop *l)
{
    const struct hls_process *p = f->process;
    if (l->held != 0)
        f->schedule->held_ticks = l->held;
    struct pixels x = { f, l, l->first };
    const uint32_t last = p->height - 1;
    for (uint32_t row = 0, next; row < last; row = next) {
        /* The first row of all begins at its own distance. */
        const bool fires = fires_at(row, p->kernel_h, p->stride_h);
        for (next = row + 1; row != 0 && next < last; next++)
            if (fires_at(next, p->kernel_h, p->stride_h) != fires)
                break;
        schedule_loop(f->schedule, next - row);
        add_row(&x, row, p->width);
        schedule_end(f->schedule);
    }
    add_row(&x, last, p->width - 1);
    const bool fires = pixel_fires(p, last, p->width - 1);
    add_pixels(&x, 1, fires, true);
    const uint32_t end = fires ? l->end_fire : l->end_idle;
    if (l->delay > end)
        f->schedule->overlap = OVERLAP_PIPELINED;
    end_frame(f, end, l->done);
}

/* `times` tokens that wait for none, the first after `gap` ticks. */
static void add_padding(struct hls_frame *f, uint32_t times, uint32_t gap)
{
    struct step step = { .writes = f->ports->out, .gap = gap, .count = 1 };
    if (times == 0)
        return;
    schedule_step(f->schedule, 1, &step);
    step.gap = 1;
    schedule_step(f->schedule, times - 1, &step);
}

static void add_copies(struct hls_frame *f, uint32_t times, uint32_t gap,
                       uint32_t delay)
{
    struct step step = { .reads = f->ports->in,
                         .writes = f->ports->out,
                         .gap = gap,
                         .delay = delay,
                         .count = 1 };
    schedule_step(f->schedule, 1, &step);
    step.gap = 1;
    schedule_step(f->schedule, times - 1, &step);
}

/* One loop over all that is copied in a function of its own: its call and
 * return are 2 cycles, and one for the state that wrote the zeros in front.
 * Behind a port a copy is written a cycle after its read (hgdream).  Zeros in
 * front wait for nothing: the first is written in the cycle in which the frame
 * begins. */
static void pad_vitis(struct hls_frame *f)
{
    const struct hls_process *p = f->process;
    const uint32_t row = p->left + p->width + p->right;
    const uint32_t before = p->top * row + p->left;
    const uint32_t delay = p->from_port ? 1 : 0;
    add_padding(f, before, 0);
    uint32_t gap = (before != 0 ? 3 : 2) - delay;
    for (uint32_t y = 0; y < p->height; y++) {
        add_copies(f, p->width, gap, delay);
        const bool is_last = y + 1 == p->height;
        const uint32_t behind =
            p->right + (is_last ? p->bottom * row : p->left);
        add_padding(f, behind, 1 + delay);
        gap = delay != 0 && behind == 0 ? 2 : 1;
    }
    end_frame(f, 0, 0);
}

/* Loops over rows and columns, with a state between one part and the next, so
 * the part behind comes 2 cycles after the last token; ready in the state after
 * the last write (conv8f). */
static void pad_vivado(struct hls_frame *f)
{
    const struct hls_process *p = f->process;
    const uint32_t row = p->left + p->width + p->right;
    uint32_t gap = 1;
    if (p->top != 0) {
        add_padding(f, p->top * row, gap);
        gap = 2;
    }
    for (uint32_t y = 0; y < p->height; y++) {
        add_padding(f, p->left, gap);
        add_copies(f, p->width, p->left != 0 ? 1 : gap, 0);
        add_padding(f, p->right, 1);
        gap = 1;
    }
    add_padding(f, p->bottom * row, 2);
    end_frame(f, 1, 0);
}

void hls_frame_pad(struct hls_frame *f)
{
    if (hls_is_vitis(f->process->tool))
        pad_vitis(f);
    else
        pad_vivado(f);
}

/* Tokens that are read and dropped, the first after *gap ticks. */
static void add_drops(struct hls_frame *f, uint32_t times, uint32_t *gap)
{
    struct step step = { .reads = f->ports->in, .gap = *gap };
    if (times == 0)
        return;
    schedule_step(f->schedule, 1, &step);
    step.gap = 1;
    schedule_step(f->schedule, times - 1, &step);
    *gap = 1;
}

static void add_cut_row(struct hls_frame *f, uint32_t *gap)
{
    const struct hls_process *p = f->process;
    add_drops(f, p->left, gap);
    add_copies(f, p->width - p->left - p->right, *gap, 0);
    *gap = 1;
    add_drops(f, p->right, gap);
}

/* The function is one pipeline whose loops are unrolled (nnet_cropping_stream.h
 * of hls4ml): it has no state in front, can read its stream once a cycle, so
 * that its interval is the tokens of a frame, and writes what it keeps in the
 * cycle of its read. */
void hls_frame_crop(struct hls_frame *f)
{
    const struct hls_process *p = f->process;
    uint32_t gap = 0;
    add_drops(f, p->top * p->width, &gap);
    add_cut_row(f, &gap);
    schedule_loop(f->schedule, p->height - p->top - p->bottom - 1);
    add_cut_row(f, &gap);
    schedule_end(f->schedule);
    add_drops(f, p->bottom * p->width, &gap);
    end_frame(f, 0, 0);
}

/* A row whose first token is read after `gap` ticks, and all but its first copy
 * again. */
static void add_wide_row(struct hls_frame *f, uint32_t gap, uint32_t again)
{
    const struct hls_process *p = f->process;
    struct step step = { .reads = f->ports->in,
                         .writes = f->ports->out,
                         .gap = gap,
                         .count = p->factor,
                         .spacing = 1 };
    schedule_step(f->schedule, 1, &step);
    step.gap = p->factor;
    schedule_step(f->schedule, p->width - 1, &step);
    add_padding(f, again, p->factor);
}

/* A token is written as often as the factor along a row says, the first time
 * in the cycle of its read (hgdream).  The row is kept and written again for
 * each further row that it becomes: a row is an iteration of a pipeline that
 * writes a token a cycle (nnet_image_stream.h of hls4ml). */
void hls_frame_upsample(struct hls_frame *f)
{
    const struct hls_process *p = f->process;
    const uint32_t again = (p->factor_h - 1) * p->factor * p->width;
    const uint32_t gap = again != 0 ? 1 : p->factor;
    add_wide_row(f, 1, again);
    schedule_loop(f->schedule, p->height - 1);
    add_wide_row(f, gap, again);
    schedule_end(f->schedule);
    end_frame(f, gap - 1, 0);
}
