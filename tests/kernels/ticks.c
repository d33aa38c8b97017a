#include "tests/kernels/ticks.h"

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "kernels/schedule.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>

struct ticks *ticks_new(struct arena *a, size_t reads_max, size_t writes_max)
{
    struct ticks *t = arena_new_item(a, struct ticks);
    t->reads = arena_new_array(a, uint64_t, reads_max);
    t->writes = arena_new_array(a, uint64_t, writes_max);
    return t;
}

void ticks_add_read(struct ticks *t, uint64_t tick)
{
    t->reads[t->read_count++] = tick;
}

void ticks_add_write(struct ticks *t, uint64_t tick)
{
    t->writes[t->write_count++] = tick;
}

void port_ticks_add(struct tick_list *list, uint64_t tick)
{
    list->at[list->count++] = tick;
}

/* A round ends where every stream has carried its share of frames. */
static uint32_t frames_per_round(const struct process *p)
{
    uint32_t frames = 1;
    for (uint32_t i = 0; i < p->input_count; i++)
        if (p->inputs[i]->copies > frames)
            frames = p->inputs[i]->copies;
    for (uint32_t o = 0; o < p->output_count; o++)
        if (p->outputs[o]->copies > frames)
            frames = p->outputs[o]->copies;
    return frames;
}

uint64_t port_ticks_tokens(const struct process *p, const struct stream *s)
{
    ck_assert_uint_eq(frames_per_round(p) % s->copies, 0);
    return s->tokens_per_frame * (frames_per_round(p) / s->copies);
}

struct port_ticks *port_ticks_new(struct arena *a, const struct process *p,
                                  uint32_t rounds)
{
    struct port_ticks *t = arena_new_item(a, struct port_ticks);
    t->input_count = p->input_count;
    t->output_count = p->output_count;
    ck_assert_uint_le(t->input_count, TICKS_PORTS_MAX);
    ck_assert_uint_le(t->output_count, TICKS_PORTS_MAX);
    for (uint32_t i = 0; i < t->input_count; i++)
        t->reads[i].at =
            arena_new_array(a, uint64_t,
                            rounds * port_ticks_tokens(p, p->inputs[i]));
    for (uint32_t o = 0; o < t->output_count; o++)
        t->writes[o].at =
            arena_new_array(a, uint64_t,
                            rounds * port_ticks_tokens(p, p->outputs[o]));
    return t;
}

/* Writes down the tokens that a step at tick `at` causes; *last is the due
 * tick of the last token before. */
static void add_due(struct port_ticks *t, const struct step *step, uint64_t at,
                    uint64_t *last)
{
    if (step->count != 0)
        ck_assert_uint_ge(step->delay, 1);
    for (uint64_t i = 0; i < step->count; i++) {
        uint64_t due = at + step->delay + i * step->spacing;
        ck_assert_msg(*last == UINT64_MAX || due > *last,
                      "a token is due at %" PRIu64 ", one before it at "
                      "%" PRIu64,
                      due, *last);
        *last = due;
        for (uint32_t o = 0; o < t->output_count; o++)
            if ((step->writes >> o & 1) != 0)
                port_ticks_add(&t->writes[o], due);
    }
}

/* The first tick from `at` on in which all tokens of the step are there. */
static uint64_t when_there(const struct port_ticks *t, const struct step *step,
                           const uint64_t *const *available, uint64_t at)
{
    for (uint32_t i = 0; available != NULL && i < t->input_count; i++)
        if ((step->reads >> i & 1) != 0 && available[i][t->reads[i].count] > at)
            at = available[i][t->reads[i].count];
    return at;
}

static const struct schedule *new_schedule(struct arena *a,
                                           const struct process *p)
{
    struct schedule *s = schedule_new(a);
    p->kernel->schedule(p, s);
    ck_assert_int_eq(s->style, STALL_BUBBLES);
    ck_assert_int_eq(s->overlap, OVERLAP_PIPELINED);
    /* A round of the schedule moves the tokens of a round. */
    for (uint32_t i = 0; i < p->input_count; i++)
        ck_assert_uint_eq(schedule_reads(s, i),
                          port_ticks_tokens(p, p->inputs[i]));
    for (uint32_t o = 0; o < p->output_count; o++)
        ck_assert_uint_eq(schedule_writes(s, o),
                          port_ticks_tokens(p, p->outputs[o]));
    return s;
}

void ticks_check_compact(struct arena *a, const struct process *p)
{
    ck_assert_uint_lt(new_schedule(a, p)->count, 40);
}

struct port_ticks *port_ticks_of(struct arena *a, const struct process *p,
                                 uint32_t rounds,
                                 const uint64_t *const *available)
{
    const struct schedule *s = new_schedule(a, p);
    struct port_ticks *t = port_ticks_new(a, p, rounds);
    struct schedule_cursor c;
    schedule_start(&c, s);
    uint64_t next = 0, datapath_free = 0, last_due = UINT64_MAX;
    for (uint32_t round = 0; round < rounds;) {
        const struct step *step = schedule_peek(&c);
        ck_assert_uint_ge(step->gap, 1);
        ck_assert_uint_eq(step->reads >> p->input_count, 0);
        ck_assert_uint_eq(step->writes >> p->output_count, 0);
        uint64_t at = next == 0 ? 0 : next - 1 + step->gap;
        if (step->needs_datapath && at < datapath_free)
            at = datapath_free;
        at = when_there(t, step, available, at);
        for (uint32_t i = 0; i < p->input_count; i++)
            if ((step->reads >> i & 1) != 0)
                port_ticks_add(&t->reads[i], at);
        if (step->hold != 0)
            datapath_free = at + step->hold;
        add_due(t, step, at, &last_due);
        next = at + 1;
        if (schedule_advance(&c))
            round++;
    }
    return t;
}

struct ticks *ticks_of(struct arena *a, const struct process *p,
                       uint32_t frames, const uint64_t *available)
{
    ck_assert_uint_eq(p->input_count, 1);
    ck_assert_uint_eq(p->output_count, 1);
    const struct port_ticks *ports =
        port_ticks_of(a, p, frames, available != NULL ? &available : NULL);
    struct ticks *t = arena_new_item(a, struct ticks);
    *t = (struct ticks){
        .read_count = ports->reads[0].count,
        .write_count = ports->writes[0].count,
        .reads = ports->reads[0].at,
        .writes = ports->writes[0].at,
    };
    return t;
}

static void add_list(struct text *text, const char *name, uint32_t port,
                     const struct tick_list *list)
{
    text_printf(text, "%s%u", name, port);
    for (size_t i = 0; i < list->count; i++)
        text_printf(text, " %" PRIu64, list->at[i]);
}

char *port_ticks_text(struct arena *a, const struct port_ticks *t)
{
    struct text *text = text_new(a);
    for (uint32_t i = 0; i < t->input_count; i++) {
        add_list(text, "in", i, &t->reads[i]);
        text_add(text, " | ");
    }
    for (uint32_t o = 0; o < t->output_count; o++)
        add_list(text, o == 0 ? "out" : " | out", o, &t->writes[o]);
    return arena_strdup(a, text_string(text));
}

char *ticks_text(struct arena *a, const struct ticks *t)
{
    struct text *text = text_new(a);
    text_add(text, "reads");
    for (size_t i = 0; i < t->read_count; i++)
        text_printf(text, " %" PRIu64, t->reads[i]);
    text_add(text, " | writes");
    for (size_t i = 0; i < t->write_count; i++)
        text_printf(text, " %" PRIu64, t->writes[i]);
    return arena_strdup(a, text_string(text));
}

static void check_list(const uint64_t *got, size_t got_count,
                       const uint64_t *expected, size_t expected_count,
                       const char *list, const char *what)
{
    ck_assert_msg(got_count == expected_count, "%s: %zu %s instead of %zu",
                  what, got_count, list, expected_count);
    for (size_t i = 0; i < got_count; i++)
        ck_assert_msg(got[i] == expected[i],
                      "%s: %s[%zu] is at tick %" PRIu64 " instead of %" PRIu64,
                      what, list, i, got[i], expected[i]);
}

void ticks_check_equal(const struct ticks *got, const struct ticks *expected,
                       const char *what)
{
    check_list(got->reads, got->read_count, expected->reads,
               expected->read_count, "reads", what);
    check_list(got->writes, got->write_count, expected->writes,
               expected->write_count, "writes", what);
}

void port_ticks_check_equal(const struct port_ticks *got,
                            const struct port_ticks *expected, const char *what)
{
    char list[16];
    ck_assert_uint_eq(got->input_count, expected->input_count);
    ck_assert_uint_eq(got->output_count, expected->output_count);
    for (uint32_t i = 0; i < got->input_count; i++) {
        const struct tick_list *g = &got->reads[i], *e = &expected->reads[i];
        snprintf(list, sizeof list, "in%u", i);
        check_list(g->at, g->count, e->at, e->count, list, what);
    }
    for (uint32_t o = 0; o < got->output_count; o++) {
        const struct tick_list *g = &got->writes[o], *e = &expected->writes[o];
        snprintf(list, sizeof list, "out%u", o);
        check_list(g->at, g->count, e->at, e->count, list, what);
    }
}

uint64_t *ticks_random_arrivals(struct arena *a, struct rng *r, size_t count)
{
    static const uint32_t spreads[] = { 1, 2, 4, 12, 40 };
    uint64_t *arrivals = arena_new_array(a, uint64_t, count);
    uint32_t spread = spreads[rng_below(r, 5)];
    uint64_t tick = rng_below(r, 5);
    for (size_t i = 0; i < count; i++) {
        arrivals[i] = tick;
        tick += 1 + rng_below(r, spread) * (rng_below(r, 3) == 0);
    }
    return arrivals;
}

const uint64_t *const *port_ticks_arrivals(struct arena *a, struct rng *r,
                                           const struct process *p,
                                           uint32_t rounds)
{
    const uint64_t **arrivals =
        arena_new_array(a, const uint64_t *, p->input_count);
    for (uint32_t i = 0; i < p->input_count; i++)
        arrivals[i] =
            ticks_random_arrivals(a, r,
                                  rounds * port_ticks_tokens(p, p->inputs[i]));
    return arrivals;
}

static bool all_there(const struct process *p, const uint64_t *const *available,
                      size_t token, uint64_t tick)
{
    for (uint32_t i = 0; i < p->input_count; i++)
        if (available[i][token] > tick)
            return false;
    return true;
}

void ticks_check_token_by_token(struct arena *a, struct rng *r,
                                const struct process *p, uint32_t delay,
                                const char *what)
{
    enum { FRAMES = 2 };
    uint64_t tokens = FRAMES * p->inputs[0]->tokens_per_frame;
    const uint64_t *const *available = port_ticks_arrivals(a, r, p, FRAMES);
    struct port_ticks *expected = port_ticks_new(a, p, FRAMES);
    for (uint64_t tick = 0; expected->reads[0].count < tokens; tick++) {
        if (!all_there(p, available, expected->reads[0].count, tick))
            continue;
        for (uint32_t i = 0; i < p->input_count; i++)
            port_ticks_add(&expected->reads[i], tick);
        for (uint32_t o = 0; o < p->output_count; o++)
            port_ticks_add(&expected->writes[o], tick + delay);
    }
    port_ticks_check_equal(port_ticks_of(a, p, FRAMES, available), expected,
                           what);
}
