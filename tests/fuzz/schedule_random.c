#include "tests/fuzz/schedule_random.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/rng.h"
#include "kernels/schedule.h"
#include "tests/fuzz/schedule_legal.h"

enum { LOOPS_MAX = 4 };

/* What the steps of one schedule have in common. */
struct habit {
    struct rng *rng;
    struct schedule *schedule;
    uint32_t inputs, outputs;
    uint32_t gap_max, delay_max, hold_max, count_max, spacing_max;
    uint64_t delay;        /* of most steps */
    uint32_t delay_varies; /* percent */
    uint32_t datapath;     /* percent of steps that need it */
    uint32_t idle;         /* percent of steps that read nothing */
    bool in_step;          /* reads whatever it can at once */
    uint32_t patient;      /* percent of steps, of a rigid process */
    uint32_t same_tick;    /* percent of steps that may follow in one tick */
};

static bool percent(struct rng *rng, uint32_t chance)
{
    return rng_below(rng, 100) < chance;
}

/* Mostly 1, rarely up to max. */
static uint32_t small(struct rng *rng, uint32_t max)
{
    return percent(rng, 60) ? 1 : 1 + rng_below(rng, max);
}

static void choose_habit(struct habit *h)
{
    struct rng *r = h->rng;
    h->gap_max = small(r, 4);
    h->delay_max = small(r, 14);
    h->count_max = small(r, 6);
    h->spacing_max = small(r, 4);
    h->delay_varies = percent(r, 60) ? 0 : rng_below(r, 100);
    h->datapath = percent(r, 50) ? 0 : rng_below(r, 100);
    h->hold_max = h->datapath == 0 ? 0 : 1 + rng_below(r, 12);
    h->idle = percent(r, 70) ? 0 : rng_below(r, 40);
    h->in_step = percent(r, 60);
    h->delay = rng_below(r, h->delay_max + 1);
    bool rigid = h->schedule->style == STALL_RIGID;
    h->patient = rigid && percent(r, 50) ? rng_below(r, 60) : 0;
    h->same_tick = rigid && percent(r, 50) ? rng_below(r, 60) : 0;
}

/* A random choice among the ports that have tokens left. */
static uint32_t choose_ports(struct habit *h, const uint32_t *left,
                             uint32_t count, bool all)
{
    uint32_t ports = 0;
    for (uint32_t i = 0; i < count; i++)
        if (left[i] > 0 && (all || percent(h->rng, 50)))
            ports |= UINT32_C(1) << i;
    return ports;
}

static uint32_t least_left(uint32_t ports, const uint32_t *left, uint32_t count,
                           uint32_t least)
{
    for (uint32_t i = 0; i < count; i++)
        if ((ports >> i & 1) != 0 && left[i] < least)
            least = left[i];
    return least;
}

static bool any_left(const uint32_t *left, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        if (left[i] > 0)
            return true;
    return false;
}

/* May `step` be taken in the same tick as the one before it, so far the last of
 * the schedule?  A stream has one token a cycle. */
static bool may_share_tick(const struct step *before, uint64_t times,
                           const struct step *step)
{
    return times == 1 && before->gap != 0 && before->hold == 0 &&
           (before->reads & step->reads) == 0 &&
           (before->writes & step->writes) == 0;
}

/* Steps without loops until no token of left (inputs, then outputs) is. */
static void add_steps(struct habit *h, uint32_t *left)
{
    uint32_t *writes_left = left + h->inputs;
    const struct instruction *before = NULL;
    while (any_left(left, h->inputs + h->outputs)) {
        struct step step = { .gap = 1 + rng_below(h->rng, h->gap_max) };
        if (!percent(h->rng, h->idle))
            step.reads = choose_ports(h, left, h->inputs, h->in_step);
        step.writes =
            choose_ports(h, writes_left, h->outputs, percent(h->rng, 50));
        if (step.reads == 0 && step.writes == 0 && percent(h->rng, 90))
            continue;
        uint32_t times = 40;
        if (step.writes != 0) {
            uint32_t least =
                least_left(step.writes, writes_left, h->outputs, h->count_max);
            step.count = 1 + rng_below(h->rng, least);
            step.spacing = 1 + rng_below(h->rng, h->spacing_max);
            step.delay = percent(h->rng, h->delay_varies)
                             ? rng_below(h->rng, h->delay_max + 1)
                             : h->delay;
            times = least_left(step.writes, writes_left, h->outputs, 200) /
                    step.count;
        }
        times = least_left(step.reads, left, h->inputs, times);
        if (step.reads == 0 && step.writes == 0)
            times = 1 + rng_below(h->rng, 3);
        else if (percent(h->rng, 70))
            times = 1 + rng_below(h->rng, times);
        step.needs_datapath = percent(h->rng, h->datapath);
        if (h->hold_max > 0 && percent(h->rng, 50))
            step.hold = rng_below(h->rng, h->hold_max + 1);
        if (h->patient != 0 && percent(h->rng, h->patient)) {
            step.patient = true;
            step.delay = 0;
        }
        if (h->same_tick != 0 && before != NULL &&
            percent(h->rng, h->same_tick) &&
            may_share_tick(&before->step, times, &step))
            step.gap = 0;
        if (step.patient && step.count > 1) {
            step.patient = false;
            step.gap = 1;
        }
        schedule_step(h->schedule, times, &step);
        before = &h->schedule->instructions[h->schedule->count - 1];
        for (uint32_t i = 0; i < h->inputs; i++)
            if ((step.reads >> i & 1) != 0)
                left[i] -= times;
        for (uint32_t o = 0; o < h->outputs; o++)
            if ((step.writes >> o & 1) != 0)
                writes_left[o] -= times * step.count;
    }
}

/* Steps with all tokens of left, the most of them in nested loops. */
static void add_part(struct habit *h, uint32_t *left, uint32_t depth)
{
    uint32_t ports = h->inputs + h->outputs;
    uint32_t most = 0;
    for (uint32_t i = 0; i < ports; i++)
        if (left[i] > most)
            most = left[i];
    if (depth == LOOPS_MAX || most < 4 || percent(h->rng, 20)) {
        add_steps(h, left);
        return;
    }
    uint32_t rounds = 2 + rng_below(h->rng, most / 2 < 12 ? most / 2 - 1 : 11);
    uint32_t body[2 * RANDOM_PORTS_MAX], before[2 * RANDOM_PORTS_MAX];
    uint32_t after[2 * RANDOM_PORTS_MAX];
    for (uint32_t i = 0; i < ports; i++) {
        body[i] = left[i] / rounds;
        uint32_t rest = left[i] - body[i] * rounds;
        before[i] = rng_below(h->rng, rest + 1);
        after[i] = rest - before[i];
    }
    add_part(h, before, LOOPS_MAX);
    schedule_loop(h->schedule, rounds);
    add_part(h, body, depth + 1);
    schedule_end(h->schedule);
    add_part(h, after, LOOPS_MAX);
}

void schedule_random_manner(struct rng *rng, struct schedule *s)
{
    uint32_t style = rng_below(rng, 100);
    s->style = style < 45   ? STALL_BUBBLES
               : style < 75 ? STALL_RIGID
                            : STALL_ELASTIC;
    s->overlap = percent(rng, 25) ? OVERLAP_SEQUENTIAL : OVERLAP_PIPELINED;
    s->restart = percent(rng, 50) ? rng_below(rng, 3) : rng_below(rng, 20);
    s->credits = percent(rng, 50) ? 1 : 1 + rng_below(rng, 12);
}

struct schedule *schedule_random(struct arena *a, struct rng *rng,
                                 const struct schedule_ports *ports)
{
    struct schedule *s = schedule_new(a);
    schedule_random_manner(rng, s);
    struct habit h = {
        .rng = rng,
        .schedule = s,
        .inputs = ports->input_count,
        .outputs = ports->output_count,
    };
    choose_habit(&h);
    uint32_t left[2 * RANDOM_PORTS_MAX];
    assert(h.inputs <= RANDOM_PORTS_MAX && h.outputs <= RANDOM_PORTS_MAX);
    for (uint32_t i = 0; i < h.inputs; i++)
        left[i] = ports->reads[i];
    for (uint32_t o = 0; o < h.outputs; o++)
        left[h.inputs + o] = ports->writes[o];
    add_part(&h, left, 0);
    schedule_make_legal(a, rng, s);
    return s;
}
