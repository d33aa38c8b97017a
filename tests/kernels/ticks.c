#include "tests/kernels/ticks.h"

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "kernels/schedule.h"

#include <check.h>
#include <inttypes.h>

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

static void add_due(struct ticks *t, const struct step *step, uint64_t at)
{
    ck_assert_uint_ge(step->delay, 1);
    for (uint64_t i = 0; i < step->count; i++) {
        uint64_t due = at + step->delay + i * step->spacing;
        if (t->write_count > 0)
            ck_assert_msg(due > t->writes[t->write_count - 1],
                          "token %zu is due at %" PRIu64 ", the one before at "
                          "%" PRIu64,
                          t->write_count, due, t->writes[t->write_count - 1]);
        ticks_add_write(t, due);
    }
}

struct ticks *ticks_of(struct arena *a, const struct process *p,
                       uint32_t frames, const uint64_t *available)
{
    struct schedule *s = schedule_new(a);
    p->kernel->schedule(p, s);
    ck_assert_int_eq(s->style, STALL_BUBBLES);
    ck_assert_int_eq(s->overlap, OVERLAP_PIPELINED);
    /* Each frame of the schedule moves one frame of tokens. */
    ck_assert_uint_eq(schedule_reads(s, 0), p->inputs[0]->tokens_per_frame);
    ck_assert_uint_eq(schedule_writes(s, 0), p->outputs[0]->tokens_per_frame);

    struct ticks *t = ticks_new(a, frames * p->inputs[0]->tokens_per_frame,
                                frames * p->outputs[0]->tokens_per_frame);
    struct schedule_cursor c;
    schedule_start(&c, s);
    uint64_t next = 0, datapath_free = 0;
    for (uint32_t frame = 0; frame < frames;) {
        const struct step *step = schedule_peek(&c);
        ck_assert_uint_ge(step->gap, 1);
        uint64_t at = next == 0 ? 0 : next - 1 + step->gap;
        if (step->needs_datapath && at < datapath_free)
            at = datapath_free;
        if (step->reads != 0) {
            if (available != NULL && at < available[t->read_count])
                at = available[t->read_count];
            ticks_add_read(t, at);
        }
        if (step->hold != 0)
            datapath_free = at + step->hold;
        if (step->writes != 0)
            add_due(t, step, at);
        next = at + 1;
        if (schedule_advance(&c))
            frame++;
    }
    return t;
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
