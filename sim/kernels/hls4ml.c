#include "kernels/hls4ml.h"

#include "kernels/hls_frame.h"
#include "kernels/schedule.h"

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

/* a - b, but not below 0: reports are read, not invented, and may be odd. */
static uint32_t less(uint32_t a, uint32_t b)
{
    return a > b ? a - b : 0;
}

static void set_end(struct hls_loop *l, uint32_t end)
{
    l->end_idle = l->end_fire = end;
}

/* One pixel after the other, each in a state machine of its own.  The first one
 * is read a cycle after the call, in Vivado 2019.2 two (conv8f: one more state
 * before the loop).  Its last state writes, so a token comes `fire` - 1 after
 * the read.  Vivado is ready in the last state of the last pixel, Vitis leaves
 * the loop first (pq_m3relu, t753).  A port takes the token a state earlier, of
 * Vivado 2019.2 three (conv8f: its slice is filled by states of its own). */
static struct hls_loop sequential(const struct hls_process *p)
{
    const struct hls_numbers *n = &p->numbers;
    struct hls_loop l = {
        .first = p->tool == HLS_VIVADO_2019_2 ? 2 : 1,
        .idle = n->idle,
        .fire = n->fire,
        .delay = less(n->fire, 1),
        .end_idle = n->idle,
        .end_fire = n->fire,
    };
    if (!hls_is_vitis(p->tool)) {
        l.end_idle = less(n->idle, 1);
        l.end_fire = less(n->fire, 1);
    }
    if (p->to_port)
        l.delay = less(n->fire, p->tool == HLS_VIVADO_2019_2 ? 4 : 2);
    return l;
}

/* Vivado: a state before the loop and one behind it.  Of `depth` states the
 * first reads and the last but one writes (depth - 2 ticks between them); it is
 * ready when the pipeline is empty, a state later (depth - 1), but not before
 * the next II (pq_mnist_rf1, pq_m3relu, dsconv). */
static struct hls_loop pipelined_vivado(const struct hls_process *p)
{
    const struct hls_numbers *n = &p->numbers;
    struct hls_loop l = { .first = 2, .idle = n->ii, .fire = n->ii };
    l.delay = less(n->depth, 2);
    set_end(&l, larger(less(n->depth, 1), n->ii));
    if (p->from_port) { /* a stage earlier */
        l.first--;
        l.delay++;
        set_end(&l, l.end_fire + 1);
    }
    /* The call of the inner region, and of the half inside of it: two states
     * each (dsconv, the only one measured). */
    if (p->from_port && p->separable) {
        l.first = 4;
        l.delay = less(n->depth, 4);
        set_end(&l, less(n->ii, 2));
    }
    if (p->to_port)
        l.delay = less(l.delay, 1);
    return l;
}

/* A window keeps its frames apart: it is ready when its last token is written
 * (depth - 2 after the read), but not before the next II (lenet5, hgdream). */
static struct hls_loop window_vitis(const struct hls_process *p)
{
    const struct hls_numbers *n = &p->numbers;
    struct hls_loop l = { .first = 1, .idle = n->ii, .fire = n->ii };
    l.delay = less(n->depth, 2);
    set_end(&l, larger(l.delay, n->ii));
    if (p->to_port)
        l.delay = less(l.delay, 1);
    return l;
}

/* The loop is all there is: it is ready with the last read, and what is left
 * inside leaves when no start is pending or with the next frame's tokens. */
static struct hls_loop map_vitis(const struct hls_process *p)
{
    const struct hls_numbers *n = &p->numbers;
    struct hls_loop l = { .first = 1, .idle = n->ii, .fire = n->ii };
    l.delay = less(n->depth, 2);
    /* A loop of one state is read in the very state of the call (t753). */
    if (p->tool == HLS_VITIS_2024_2 && n->depth == 1)
        l.first = 0;
    if (p->to_port) {
        l.done = l.delay;
        l.delay = less(l.delay, 1);
    }
    return l;
}

/* No loop: read with the call, written `latency` states later, all one after
 * the other (lenet5, alezsmall, dsconv); a port takes the token a state
 * earlier. */
static struct hls_loop once(const struct hls_process *p)
{
    const uint32_t latency = p->numbers.latency;
    struct hls_loop l = { .idle = 1, .fire = 1, .delay = latency };
    set_end(&l, latency);
    if (p->to_port)
        l.delay = less(latency, 1);
    return l;
}

/* Vitis: the call of the inner function takes a state before it and one behind
 * (lenet5, at a port, whose write is two states before the last). */
static struct hls_loop softmax(const struct hls_process *p)
{
    struct hls_loop l = once(p);
    if (!hls_is_vitis(p->tool))
        return l;
    l.first = 1;
    l.delay = less(p->numbers.latency, p->to_port ? 3 : 1);
    set_end(&l, less(p->numbers.latency, 1));
    l.held = l.end_fire - l.delay; /* its last state */
    return l;
}

/* The latency of the process counts the tokens it reads, one a cycle, and the
 * states around that loop: before it, behind it and, in Vitis, of the loop's
 * own function (3 in all); in Vivado 1 (lenet5, t753; pq_*).  The read comes
 * after the call and the entry of the loop: 2. */
static struct hls_loop gather(const struct hls_process *p)
{
    const bool vitis = hls_is_vitis(p->tool);
    const uint32_t reading = p->height * p->width + (vitis ? 3 : 1);
    struct hls_loop l = { .first = 2, .idle = 1, .fire = 1 };
    l.delay = less(p->numbers.latency, reading);
    set_end(&l, l.delay);
    if (p->to_port && vitis)
        set_end(&l, l.delay + 1);
    else if (p->to_port)
        l.delay = less(l.delay, 1);
    return l;
}

/* The loop over the reuse factor is all there is: the token is read in its
 * first round, the result leaves with its last one, ii - 1 rounds and depth - 2
 * states later; the next token can be read in the round after (alezsmall).
 * Ready two states before that round, as a loop that is rewound. */
static struct hls_loop reuse(const struct hls_process *p)
{
    const struct hls_numbers *n = &p->numbers;
    struct hls_loop l = { .first = 1, .idle = 1, .fire = 1 };
    if (p->from_port && p->start_gap != 0)
        l.first++; /* it had come to rest */
    l.delay = n->ii - 1 + less(n->depth, 2);
    set_end(&l, less(n->ii, 2));
    if (p->to_port) {
        l.done = l.delay - l.end_fire;
        l.delay = less(l.delay, 1);
    }
    return l;
}

/* A beat passes the register slice in a cycle; the loop over the reuse factor
 * looks for it a state before it reads (alezsmall). */
uint32_t hls_port_latency(const struct hls_process *p)
{
    return p->body == HLS_REUSE ? 2 : 1;
}

struct hls_loop hls_loop_of(const struct hls_process *p)
{
    const bool vitis = hls_is_vitis(p->tool);
    switch (p->body) {
    case HLS_WINDOW:
    case HLS_MAP:
        if (p->numbers.ii == 0)
            return sequential(p);
        if (!vitis)
            return pipelined_vivado(p);
        return p->body == HLS_WINDOW ? window_vitis(p) : map_vitis(p);
    case HLS_GATHER:
        return gather(p);
    case HLS_REUSE:
        return reuse(p);
    case HLS_REDUCE_EXP:
        return softmax(p);
    case HLS_ONCE:
    case HLS_PAD:
    case HLS_CROP:
    case HLS_UPSAMPLE:
        break;
    }
    return once(p);
}

struct schedule *hls_schedule(struct arena *a, const struct hls_process *p,
                              const struct hls_ports *ports)
{
    struct hls_frame f;
    hls_frame_begin(&f, a, p, ports);
    if (p->body == HLS_PAD) {
        hls_frame_pad(&f);
    } else if (p->body == HLS_CROP) {
        hls_frame_crop(&f);
    } else if (p->body == HLS_UPSAMPLE) {
        hls_frame_upsample(&f);
    } else {
        const struct hls_loop l = hls_loop_of(p);
        hls_frame_loop(&f, &l);
    }
    return f.schedule;
}
