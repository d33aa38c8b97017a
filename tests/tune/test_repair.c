/* Repairs that are known by reasoning, and against all others that cost
 * less. */
#include "tune/repair.h"

#include "base/arena.h"
#include "base/rng.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/timing.h"
#include "tests/check_main.h"
#include "tests/import/example.h"
#include "tests/tune/block_case.h"

#include <stdio.h>

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

/* A 3x3 window over a padded picture gives its first pixel when it has two rows
 * of it and two pixels: so much is on the shortcut, and the convolution and the
 * FIFOs on its way hold none of it back. */
START_TEST(a_shortcut_gets_as_deep_as_the_window_reads)
{
    for (uint32_t width = 3; width < 9; width++) {
        const struct block_case c = { 4, width, { 3, 0 }, .depth = 1 };
        struct what_if *w = what_if_new(a, block_case_design(a, &c));
        const struct repair *r = repair_find(a, w, 4);
        ck_assert(r->possible);
        ck_assert_uint_eq(r->count, 1);
        ck_assert_str_eq(w->design->streams[r->items[0].stream].name,
                         "source.clone.out1");
        ck_assert(r->items[0].one_less_deadlocks);
        ck_assert(r->cheapest);
        ck_assert_uint_eq(r->size, UINT64_C(8) * (r->items[0].depth - 1));
        ck_assert_uint_eq(r->size_at_least, r->size);
        /* One row and two pixels are read before the first one is written;
         * what the window unit takes before it is held up is more. */
        ck_assert_uint_ge(r->items[0].depth, 2);
        ck_assert_uint_le(r->items[0].depth, width + 2);
        ck_assert(!r->figures.deadlock);
        ck_assert(what_if_runs(w, 20));
    }
}
END_TEST

/* Whether any depths above those of the design that add less than `limit` bits
 * come through; from FIFO `at` on. */
static bool any_cheaper(struct what_if *w, uint32_t at, uint64_t added,
                        uint64_t limit)
{
    if (at == w->design->stream_count)
        return what_if_runs(w, 4);
    const struct stream *s = &w->design->streams[at];
    bool found = false;
    for (uint32_t depth = s->depth; !found; depth++) {
        const uint64_t more =
            what_if_size(w, at, depth) - what_if_size(w, at, s->depth);
        if (added + more >= limit)
            break;
        what_if_set(w, at, depth);
        found = any_cheaper(w, at + 1, added + more, limit);
    }
    what_if_restore(w, at);
    return found;
}

/* Small blocks of all kinds: no depths that add less come through. */
START_TEST(nothing_cheaper_comes_through)
{
    enum { SEED = 20, CASES = 100, TRIED_MAX = 6 * 8 };
    struct rng rng = { SEED };
    uint32_t deadlocks = 0, all_tried = 0, many = 0;
    printf("repair: seed %d\n", SEED);
    for (uint32_t i = 0; i < CASES; i++) {
        struct arena *each = arena_new();
        const struct block_case c = {
            .h = 3 + rng_below(&rng, 2),
            .w = 2 + rng_below(&rng, 3),
            .kernels = { rng_below(&rng, 2) == 0 ? 3 : 1,
                         rng_below(&rng, 3) == 0 ? 3 : 0 },
            .depth = 1 + rng_below(&rng, 2),
            .blocks = 1 + rng_below(&rng, 2),
            .shortcut = rng_below(&rng, 3),
        };
        struct what_if *w = what_if_new(each, block_case_design(each, &c));
        if (!what_if_runs(w, 4)) {
            const struct repair *r = repair_find(each, w, 4);
            deadlocks++;
            ck_assert(r->possible);
            ck_assert(what_if_runs(w, 12));
            ck_assert_msg(r->cheapest, "case %u", i);
            what_if_restore_all(w);
            many += r->count > 1 ? 1 : 0;
            all_tried += r->size <= TRIED_MAX ? 1 : 0;
            /* All ways to add up to five tokens are some thousands. */
            const uint64_t limit = r->size < TRIED_MAX ? r->size : TRIED_MAX;
            ck_assert_msg(!any_cheaper(w, 0, 0, limit), "case %u", i);
        }
        arena_free(each);
    }
    printf("repair: %u deadlocks repaired, %u with several FIFOs; of %u all "
           "that costs less was tried\n",
           deadlocks, many, all_tried);
    ck_assert_uint_gt(many, 10);
    ck_assert_uint_gt(all_tried, 25);
}
END_TEST

/* Blocks one after the other need one repair each, found in one go. */
START_TEST(every_block_is_repaired)
{
    const struct block_case c = { 4, 4, { 3, 0 }, .depth = 1, .blocks = 3 };
    struct what_if *w = what_if_new(a, block_case_design(a, &c));
    const struct repair *r = repair_find(a, w, 0);
    ck_assert(r->possible && r->cheapest);
    ck_assert_uint_eq(r->count, 3);
    for (uint32_t i = 0; i < r->count; i++) {
        ck_assert_uint_eq(r->items[i].depth, r->items[0].depth);
        ck_assert(r->items[i].one_less_deadlocks);
    }
}
END_TEST

/* What the repair says is what a design with these depths does. */
START_TEST(the_repaired_design_does_what_was_said)
{
    struct design *d = model_case_design(a, "resnet8");
    struct diag *diag = diag_new(a);
    ck_assert(
        design_set_depth(d, "conv1.clone.out1", 8, (struct place){ 0 }, diag));
    ck_assert(design_set_depth(d, "stage1_add.in1.widen.out", 8,
                               (struct place){ 0 }, diag));
    struct what_if *w = what_if_new(a, d);
    const struct repair *r = repair_find(a, w, 4);
    ck_assert(r->possible);
    for (uint32_t i = 0; i < r->count; i++)
        fifo_set(&d->streams[r->items[i].stream], FIFO_AUTO, r->items[i].depth);
    const struct run *run = run_timing(a, timing_from_design(a, d),
                                       &(struct run_options){ .frames = 4 });
    ck_assert_int_eq(run->outcome, RUN_DONE);
    ck_assert_uint_eq(run->period_cycles, r->figures.period_cycles);
    ck_assert_uint_eq(run_latency(run, 0), r->figures.isolated_latency);
}
END_TEST

static struct design *loop_design(struct example *e, const char *process)
{
    static const char model[] =
        "{'headrace':1,'name':'loop','hardware':{'family':'schedule'},"
        "'processes':[{'name':'p','schedule':'p.json',"
        "'inputs':['source.out']}]}";
    *e = example_new();
    const char *const texts[2] = { model, process };
    for (uint32_t i = 0; i < 2; i++) {
        char *json = arena_strdup(e->arena, texts[i]);
        for (char *c = json; *c != '\0'; c++)
            *c = *c == '\'' ? '"' : *c;
        example_write(e, i == 0 ? "model.json" : "p.json", json, strlen(json));
    }
    struct model *m = model_load(e->arena, example_path(e, "model.json"),
                                 kernels_headrace(), e->diag);
    ck_assert_ptr_nonnull(m);
    struct design *d = model_design(e->arena, m, kernels_headrace(), e->diag);
    ck_assert_ptr_nonnull(d);
    return d;
}

/* Two stages that wait for a token of each other; none is there to begin
 * with. */
START_TEST(a_circle_without_a_token_cannot_be_repaired)
{
    struct example e;
    struct design *d =
        loop_design(&e,
                    "{'headrace_schedule':1,'name':'p',"
                    "'inputs':[{'name':'in','tokens_per_frame':4}],"
                    "'outputs':[{'name':'out','tokens_per_frame':4}],"
                    "'streams':[{'name':'go','capacity':4},"
                    "{'name':'back','capacity':4}],"
                    "'stages':[{'name':'a','style':'patient','program':"
                    "[{'times':4,'read':['in','back'],'write':['go']}]},"
                    "{'name':'b','style':'patient','program':"
                    "[{'times':4,'read':['go'],'write':['back','out']}]}]}");
    const struct repair *r = repair_find(a, what_if_new(a, d), 3);
    ck_assert(!r->possible);
    ck_assert_uint_eq(r->stuck_unbounded->wait_count, 2);
    for (uint32_t i = 0; i < 2; i++)
        ck_assert(!r->stuck_unbounded->waits[i].for_room);
    example_free(&e);
}
END_TEST

/* Room that lacks inside of a process is not that of a FIFO. */
START_TEST(room_inside_a_process_cannot_be_repaired)
{
    struct example e;
    struct design *d =
        loop_design(&e, "{'headrace_schedule':1,'name':'p',"
                        "'inputs':[{'name':'in','tokens_per_frame':4}],"
                        "'outputs':[{'name':'out','tokens_per_frame':4}],"
                        "'streams':[{'name':'kept','capacity':2},"
                        "{'name':'end','capacity':1}],"
                        "'stages':[{'name':'a','style':'patient','program':"
                        "[{'times':4,'read':['in'],'write':['kept']},"
                        "{'times':1,'write':['end']}]},"
                        "{'name':'b','style':'patient','program':"
                        "[{'times':1,'read':['end']},"
                        "{'times':4,'read':['kept'],'write':['out']}]}]}");
    struct what_if *w = what_if_new(a, d);
    const struct repair *r = repair_find(a, w, 3);
    ck_assert(!r->possible);
    uint32_t rooms = 0;
    for (uint32_t i = 0; i < r->stuck_unbounded->wait_count; i++) {
        const struct run_wait *wait = &r->stuck_unbounded->waits[i];
        ck_assert(!repair_can_help(w, wait));
        rooms += wait->for_room ? 1 : 0;
    }
    ck_assert_uint_eq(rooms, 1);
    example_free(&e);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_shortcut_gets_as_deep_as_the_window_reads,
        nothing_cheaper_comes_through,
        every_block_is_repaired,
        the_repaired_design_does_what_was_said,
        a_circle_without_a_token_cannot_be_repaired,
        room_inside_a_process_cannot_be_repaired,
        NULL,
    };
    return check_main_with("repair", tests, setup, teardown);
}
