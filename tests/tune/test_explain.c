/* Chains and causes that are known, and what counts as found. */
#include "tune/explain.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/analysis.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"
#include "tune/repair.h"
#include "tune/stalls.h"

#include <string.h>

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static const struct explanation *explain(const struct design *d)
{
    return explain_design(a, d, 0, NULL);
}

static const char *stop_name(const struct explanation *e, uint32_t i)
{
    const struct link_stop *s = &e->stops[i];
    if (s->is_stream)
        return e->design->streams[s->index].name;
    if (s->index == TIMING_EDGE)
        return s->is_source ? "source" : "sink";
    return e->design->processes[s->index].name;
}

/* pipeline224: conv2 and conv1 in turn, over the FIFOs around pool1. */
START_TEST(the_chain_is_walked_in_order)
{
    static const char *const names[] = { "conv2", "pool1.out", "pool1",
                                         "conv1.out", "conv1" };
    const struct explanation *e = explain(model_case_design(a, "pipeline224"));
    ck_assert_uint_eq(e->stop_count, 5);
    uint64_t cycles = 0;
    for (uint32_t i = 0; i < 5; i++) {
        ck_assert_str_eq(stop_name(e, i), names[i]);
        cycles += e->stops[i].cycles;
        if (e->stops[i].is_stream) {
            ck_assert_uint_gt(e->stops[i].tokens, 0);
            ck_assert_uint_gt(e->stops[i].rooms, 0);
        }
    }
    ck_assert_uint_eq(cycles, e->analysis->chain->cycles);
    ck_assert(explanation_found(e));
}
END_TEST

/* Every share of a chain with branches is listed, each once. */
START_TEST(the_chain_is_complete)
{
    struct design *d = model_case_design(a, "resnet8");
    fifo_set(design_stream(d, "conv1.clone.out1"), FIFO_AUTO, 233);
    fifo_set(design_stream(d, "stage1_add.in1.widen.out"), FIFO_AUTO, 16);
    const struct explanation *e = explain_design(a, d, 3, NULL);
    ck_assert_ptr_nonnull(e->stalls);
    uint64_t cycles = 0;
    for (uint32_t i = 0; i < e->stop_count; i++) {
        cycles += e->stops[i].cycles;
        for (uint32_t k = 0; k < i; k++)
            ck_assert_str_ne(stop_name(e, i), stop_name(e, k));
    }
    ck_assert_uint_eq(cycles, e->analysis->chain->cycles);
}
END_TEST

static bool is_process(const struct explanation *e, uint32_t stop,
                       const struct process *p)
{
    const struct link_stop *s = &e->stops[stop % e->stop_count];
    return !s->is_stream && s->index == p->index;
}

/* The chain of a block whose bypass is too shallow is a closed circle: from a
 * reader that lacks a token to its writer, from a writer that lacks room to its
 * reader. */
START_TEST(the_chain_goes_to_who_is_waited_for)
{
    struct design *d = model_case_design(a, "resnet8");
    fifo_set(design_stream(d, "conv1.clone.out1"), FIFO_AUTO, 233);
    fifo_set(design_stream(d, "stage1_add.in1.widen.out"), FIFO_AUTO, 16);
    const struct explanation *e = explain_design(a, d, 3, NULL);
    uint32_t rooms = 0;
    ck_assert_uint_eq(e->stop_count, 14);
    for (uint32_t i = 1; i < e->stop_count; i += 2) {
        const struct link_stop *stop = &e->stops[i];
        ck_assert(stop->is_stream);
        ck_assert((stop->tokens == 0) != (stop->rooms == 0));
        const struct stream *s = &d->streams[stop->index];
        const bool for_room = stop->rooms != 0;
        ck_assert(is_process(e, i - 1, for_room ? s->producer : s->consumer));
        ck_assert(is_process(e, i + 1, for_room ? s->consumer : s->producer));
        rooms += for_room ? 1 : 0;
    }
    ck_assert_uint_eq(rooms, 2);
}
END_TEST

/* Who is named in the end is busy or held up most of the time, and nobody is
 * said to wait for himself. */
START_TEST(causes_lead_to_who_is_busy_or_held_up)
{
    struct design *d = model_case_design(a, "svhn");
    const struct explanation *e = explain(d);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process_time *t = explanation_time(e, i);
        const struct cause *c = &e->causes[i];
        if (t->starved == 0 || c->kind == CAUSE_SOURCE)
            continue;
        ck_assert_uint_ne(c->process, i);
        const struct process_time *of = explanation_time(e, c->process);
        const uint64_t span = of->busy + of->starved + of->blocked;
        if (c->kind == CAUSE_PACE)
            ck_assert_uint_gt(2 * of->busy + 1, span);
        if (c->kind == CAUSE_ROOM)
            ck_assert_uint_gt(2 * of->blocked + 1, span);
    }
    /* conv1 is busy all the time: all that is behind it waits for it. */
    const struct process *conv2 = design_process(d, "conv2");
    ck_assert_int_eq(e->causes[conv2->index].kind, CAUSE_PACE);
    ck_assert_str_eq(d->processes[e->causes[conv2->index].process].name,
                     "conv1");
}
END_TEST

START_TEST(a_design_that_no_depth_helps)
{
    const struct explanation *e = explain(model_case_design(a, "resnet8"));
    ck_assert_ptr_null(e->repair);
    ck_assert_int_eq(e->analysis->limit, LIMIT_PROCESS);
    ck_assert_uint_gt(e->stalls->count, 0);
    ck_assert(!explanation_found(e));
}
END_TEST

START_TEST(a_deadlock_is_found)
{
    const struct block_case c = { 4, 4, { 3, 0 }, .depth = 1, .blocks = 1 };
    const struct explanation *e = explain(block_case_design(a, &c));
    ck_assert_ptr_null(e->stalls);
    ck_assert_ptr_nonnull(e->repair);
    ck_assert(explanation_found(e));
    ck_assert_uint_eq(e->stop_count, 0);
}
END_TEST

/* The published depth of pipe_P4's bypass is 18; with 17 it stands still. */
START_TEST(the_bypass_of_pipe_p4_needs_18)
{
    struct design *d = model_case_design(a, "finn/pipe_P4");
    ck_assert(
        design_set_depth(d, "fork.out1", 17, (struct place){ 0 }, diag_new(a)));
    const struct explanation *e = explain(d);
    ck_assert_ptr_nonnull(e->repair);
    ck_assert_uint_eq(e->repair->count, 1);
    ck_assert_uint_eq(e->repair->items[0].depth, 18);
    ck_assert(e->repair->cheapest);
    ck_assert_uint_eq(e->repair->size,
                      design_stream(d, "fork.out1")->width_bits);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_chain_is_walked_in_order,
        the_chain_is_complete,
        the_chain_goes_to_who_is_waited_for,
        causes_lead_to_who_is_busy_or_held_up,
        a_design_that_no_depth_helps,
        a_deadlock_is_found,
        the_bypass_of_pipe_p4_needs_18,
        NULL,
    };
    return check_main_with("explain", tests, setup, teardown);
}
