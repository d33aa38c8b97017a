/* Clocked machines, wired together as a simulator would, against the reference
 * simulator and the engine: every token on every stream in the same cycle.
 *
 *   HEADRACE_FUZZ_SEEDS  how many random timings (600)
 *   HEADRACE_FUZZ_FIRST  the first seed (1) */
#include "engine/clocked.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "engine/region.h"
#include "engine/run.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/accuracy/measured_design.h"
#include "tests/exactness/random_design.h"
#include "tests/fuzz/timing_random.h"
#include "tests/reference/reference.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

typedef unsigned long long ull;

enum {
    SEEDS = 600,
    SUITE_SECONDS = 30, /* at full speed; the environment multiplies it */
    REGION_FRAMES = 2,
    PIPELINE_FRAMES = 2,
    CYCLE_LIMIT = 20000000
};

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

/* What both ends of a FIFO drive. */
struct wires {
    bool in_valid, in_ready, drained, out_valid, out_ready;
};

struct machine {
    struct clocked *clocked;
    struct port_signals given; /* when it was asked last */
    bool asked;                /* and nothing has happened since */
    bool awake;
    /* Where its ports are: index of stream. */
    uint32_t in_count, out_count;
    const uint32_t *ins, *outs;
    bool is_fifo; /* its input is the in side, its output the out side */
};

struct board {
    const struct timing *timing;
    uint32_t count;
    struct machine *machines;
    struct port_signals *before; /* by machine: given in the cycle before */
    struct wires *wires;         /* by stream */
    struct token_log {
        uint64_t *writes, *reads;
        uint64_t written, read, room;
    } * logs;
    struct rng rng; /* of the order in which machines are asked */
    bool sleep;     /* neither clock nor ask those for whom nothing changed */
};

static const uint32_t *one(uint32_t stream)
{
    uint32_t *index = arena_new_item(a, uint32_t);
    *index = stream;
    return index;
}

static void add(struct board *b, struct clocked *c, uint32_t in_count,
                const uint32_t *ins, uint32_t out_count, const uint32_t *outs,
                bool is_fifo)
{
    b->machines[b->count++] = (struct machine){
        .clocked = c,
        .awake = true,
        .in_count = in_count,
        .out_count = out_count,
        .ins = ins,
        .outs = outs,
        .is_fifo = is_fifo,
    };
}

static void build(struct board *b, const struct timing *t, uint32_t frames,
                  uint64_t seed, bool sleep, const uint64_t *tokens)
{
    *b = (struct board){ .timing = t, .rng = { seed }, .sleep = sleep };
    b->machines = arena_new_array(a, struct machine,
                                  t->process_count + 2 * t->stream_count);
    b->before = arena_new_array(a, struct port_signals,
                                t->process_count + 2 * t->stream_count);
    b->wires = arena_new_array(a, struct wires, t->stream_count);
    b->logs = arena_new_array(a, struct token_log, t->stream_count);
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        add(b, clocked_process(a, p, frames), p->input_count, p->inputs,
            p->output_count, p->outputs, false);
    }
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        add(b, clocked_fifo(a, s), 1, one(i), 1, one(i), true);
        if (s->producer == TIMING_EDGE)
            add(b, clocked_source(a, s, frames), 0, NULL, 1, one(i), false);
        if (s->consumer == TIMING_EDGE)
            add(b, clocked_sink(a, s, frames), 1, one(i), 0, NULL, false);
        b->logs[i].room = tokens[i] + 1;
        b->logs[i].writes = arena_new_array(a, uint64_t, tokens[i] + 1);
        b->logs[i].written = s->initial;
        b->logs[i].reads = arena_new_array(a, uint64_t, tokens[i] + 1);
    }
}

/* What a machine is given by its neighbours. */
static struct port_signals given_to(const struct board *b,
                                    const struct machine *m)
{
    struct port_signals given = { 0 };
    for (uint32_t i = 0; i < m->in_count; i++) {
        const struct wires *w = &b->wires[m->ins[i]];
        given.in |= (uint32_t)(m->is_fifo ? w->in_valid : w->out_valid) << i;
    }
    for (uint32_t o = 0; o < m->out_count; o++) {
        const struct wires *w = &b->wires[m->outs[o]];
        given.out |= (uint32_t)(m->is_fifo ? w->out_ready : w->in_ready) << o;
        given.drained |= (uint32_t)(!m->is_fifo && w->drained) << o;
    }
    return given;
}

static bool same_signals(struct port_signals x, struct port_signals y)
{
    return x.in == y.in && x.out == y.out && x.drained == y.drained;
}

static bool set(bool *wire, uint32_t bits, uint32_t port)
{
    bool to = (bits >> port & 1) != 0;
    bool changed = *wire != to;
    *wire = to;
    return changed;
}

/* Asks one machine; true if a wire changed. */
static bool drive(struct board *b, struct machine *m)
{
    bool changed = false;
    const struct port_signals given = given_to(b, m);
    if (b->sleep && m->asked && same_signals(given, m->given))
        return false;
    m->given = given;
    m->asked = true;
    const struct port_signals driven = clocked_look(m->clocked, given);
    for (uint32_t i = 0; i < m->in_count; i++) {
        struct wires *w = &b->wires[m->ins[i]];
        changed |= set(m->is_fifo ? &w->in_ready : &w->out_ready, driven.in, i);
        if (m->is_fifo)
            changed |= set(&w->drained, driven.drained, i);
    }
    for (uint32_t o = 0; o < m->out_count; o++) {
        struct wires *w = &b->wires[m->outs[o]];
        changed |=
            set(m->is_fifo ? &w->out_valid : &w->in_valid, driven.out, o);
    }
    return changed;
}

static void shuffle(struct board *b, uint32_t *order)
{
    for (uint32_t i = 0; i < b->count; i++)
        order[i] = i;
    for (uint32_t i = b->count; i > 1; i--) {
        uint32_t j = rng_below(&b->rng, i), other = order[j];
        order[j] = order[i - 1];
        order[i - 1] = other;
    }
}

/* Until no wire changes.  At most four change one after the other, for FIFOs
 * let nothing else through: a sink is ready, the FIFO before it drained, the
 * process before that ready, and what it reads from drained. */
static void settle(struct board *b, const uint32_t *order)
{
    uint32_t rounds = 0;
    for (bool changed = true; changed; rounds++) {
        changed = false;
        for (uint32_t i = 0; i < b->count; i++)
            changed |= drive(b, &b->machines[order[i]]);
        ck_assert_msg(rounds <= 4, "signals do not settle");
    }
}

static void note(uint64_t *times, uint64_t *count, uint64_t room,
                 uint64_t cycle)
{
    if (*count < room)
        times[*count] = cycle;
    ++*count;
}

static bool step(struct board *b, uint32_t *order, uint64_t cycle)
{
    shuffle(b, order);
    settle(b, order);
    bool any = false;
    for (uint32_t i = 0; i < b->timing->stream_count; i++) {
        const struct wires *w = &b->wires[i];
        struct token_log *l = &b->logs[i];
        if (w->in_valid && w->in_ready)
            note(l->writes, &l->written, l->room, cycle);
        if (w->out_valid && w->out_ready)
            note(l->reads, &l->read, l->room, cycle);
        any |= (w->in_valid && w->in_ready) || (w->out_valid && w->out_ready);
    }
    shuffle(b, order);
    for (uint32_t i = 0; i < b->count; i++) {
        struct machine *m = &b->machines[order[i]];
        struct port_signals given = given_to(b, m);
        struct port_signals was = b->before[order[i]];
        b->before[order[i]] = given;
        if (!same_signals(given, was))
            m->awake = true;
        if (m->awake || !b->sleep)
            m->awake = clocked_clock(m->clocked, given);
        if (m->awake)
            m->asked = false;
    }
    return any;
}

static const char *compare_times(const char *what, const uint64_t *got,
                                 uint64_t got_count, const uint64_t *expected,
                                 uint64_t count)
{
    for (uint64_t k = 0; k < count && k < got_count; k++)
        if (got[k] != expected[k])
            return arena_printf(a, "%s of token %llu in %llu, expected %llu",
                                what, (ull)k, (ull)got[k], (ull)expected[k]);
    if (got_count != count)
        return arena_printf(a, "%llu %ss, expected %llu", (ull)got_count, what,
                            (ull)count);
    return NULL;
}

/* NULL, or how machines and engine differ. */
static const char *run_against(const struct timing *t, uint32_t frames,
                               const struct run *r, uint64_t seed, bool sleep)
{
    uint64_t *tokens = arena_new_array(a, uint64_t, t->stream_count);
    for (uint32_t i = 0; i < t->stream_count; i++)
        tokens[i] = r->streams[i].written;
    struct board b;
    build(&b, t, frames, seed, sleep, tokens);
    uint32_t *order = arena_new_array(a, uint32_t, b.count);
    /* Whatever else moves does so soon behind the last event. */
    uint64_t end = r->cycles + 300;
    ck_assert_uint_lt(end, CYCLE_LIMIT);
    for (uint64_t cycle = 0; cycle < end; cycle++)
        step(&b, order, cycle);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct run_stream *s = &r->streams[i];
        const char *why =
            compare_times("write", b.logs[i].writes, b.logs[i].written,
                          s->write_times, s->written);
        if (why == NULL)
            why = compare_times("read", b.logs[i].reads, b.logs[i].read,
                                s->read_times, s->tokens);
        if (why != NULL)
            return arena_printf(a, "stream %u '%s': %s", i, t->streams[i].name,
                                why);
    }
    if (r->outcome == RUN_DONE)
        for (uint32_t i = 0; i < b.count; i++)
            if (!clocked_done(b.machines[i].clocked))
                return "a machine is not done";
    return NULL;
}

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

/* What the random timings had, so that they do not become dull. */
struct seen {
    uint64_t styles[3], sequential, joins, forks, turns, framed, deadlocks;
    uint64_t late, held, initial, patterns, frame_periods;
    uint64_t tokens;
};

static void count(struct seen *n, const struct timing *t, const struct run *r)
{
    bool styles[3] = { false }, framed = false;
    for (uint32_t i = 0; i < t->process_count; i++) {
        const struct timing_process *p = &t->processes[i];
        styles[p->schedule->style] = true;
        n->sequential += p->schedule->overlap == OVERLAP_SEQUENTIAL;
        n->joins += p->input_count > 1;
        n->forks += p->output_count > 1;
        n->turns += p->turns;
        n->late += p->schedule->start != 0;
        n->held += p->schedule->held != 0;
    }
    for (int i = 0; i < 3; i++)
        n->styles[i] += styles[i];
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct timing_stream *s = &t->streams[i];
        framed |= s->frame_tokens != 0;
        n->initial += s->initial != 0;
        n->patterns += s->stimulus.pattern != NULL;
        n->frame_periods += s->stimulus.frame_period != 0;
        n->tokens += r->streams[i].written;
    }
    n->framed += framed;
    n->deadlocks += r->outcome == RUN_DEADLOCK;
}

static bool *random_pattern(struct rng *rng, uint64_t cycles)
{
    bool *pattern = arena_new_array(a, bool, cycles);
    for (uint64_t i = 0; i < cycles; i++)
        pattern[i] = rng_below(rng, 3) == 0;
    return pattern;
}

/* What only timings of schedule files have: a late start, tokens in FIFOs at
 * first, recorded patterns, frame periods. */
static void vary(struct timing *t, uint64_t seed)
{
    struct rng rng = { seed };
    for (uint32_t i = 0; i < t->stream_count; i++) {
        struct timing_stream *s = &t->streams[i];
        struct stimulus *stimulus = &s->stimulus;
        if (s->producer != TIMING_EDGE && s->consumer != TIMING_EDGE) {
            if (s->frame_tokens == 0 && rng_below(&rng, 4) == 0)
                s->initial = 1 + rng_below(&rng, s->capacity);
        } else if (rng_below(&rng, 4) == 0) {
            stimulus->grid = 0;
            stimulus->pattern_cycles = 1 + rng_below(&rng, 200);
            stimulus->pattern = random_pattern(&rng, stimulus->pattern_cycles);
        } else if (rng_below(&rng, 4) == 0) {
            stimulus->frame_period = 1 + rng_below(&rng, 300);
        }
    }
    for (uint32_t i = 0; i < t->process_count; i++) {
        /* It was made for this timing and nobody else has it. */
        struct schedule *s = (struct schedule *)t->processes[i].schedule;
        if (rng_below(&rng, 4) == 0)
            s->start = rng_below(&rng, 60);
    }
}

/* The engine's times are those of the reference simulator; machines have to
 * have the same. */
static const char *check_seed(uint64_t seed, struct seen *n)
{
    uint32_t frames;
    struct timing *t = timing_random(a, seed, &frames);
    if (seed % 3 == 0)
        vary(t, seed);
    const struct run *r =
        run_timing(a, t,
                   &(struct run_options){ .frames = frames, .log = true });
    const struct reference *reference =
        reference_run(a, t, frames, CYCLE_LIMIT);
    for (uint32_t i = 0; i < t->stream_count; i++) {
        const struct reference_stream *slow = &reference->streams[i];
        const struct run_stream *fast = &r->streams[i];
        /* The engine counts initial tokens as written. */
        const uint32_t initial = t->streams[i].initial;
        const char *why =
            compare_times("write in the engine", fast->write_times + initial,
                          fast->written - initial, slow->write_times,
                          slow->written);
        if (why == NULL)
            why = compare_times("read in the engine", fast->read_times,
                                fast->tokens, slow->read_times, slow->read);
        if (why != NULL)
            return why;
    }
    count(n, t, r);
    const char *why = run_against(t, frames, r, seed, false);
    if (why == NULL && (why = run_against(t, frames, r, ~seed, true)) != NULL)
        why = arena_printf(a, "with sleep, %s", why);
    return why;
}

START_TEST(random_timings_token_by_token)
{
    uint64_t first = number_from("HEADRACE_FUZZ_FIRST", 1);
    uint64_t seeds = number_from("HEADRACE_FUZZ_SEEDS", SEEDS);
    struct seen n = { 0 };
    uint64_t different = 0;
    for (uint64_t seed = first; seed < first + seeds; seed++) {
        teardown();
        setup();
        const char *why = check_seed(seed, &n);
        if (why != NULL && different++ < 10)
            fprintf(stderr, "seed %llu: %s\n", (ull)seed, why);
    }
    printf("seeds %llu..%llu: %llu tokens; %llu deadlocks; graphs with "
           "bubbles %llu, rigid %llu, elastic %llu, frame buffers %llu; "
           "processes sequential %llu, with joins %llu, forks %llu, turns "
           "%llu, late %llu, held %llu; streams with initial tokens %llu, "
           "patterns %llu, frame periods %llu; %llu seeds different\n",
           (ull)first, (ull)(first + seeds - 1), (ull)n.tokens,
           (ull)n.deadlocks, (ull)n.styles[STALL_BUBBLES],
           (ull)n.styles[STALL_RIGID], (ull)n.styles[STALL_ELASTIC],
           (ull)n.framed, (ull)n.sequential, (ull)n.joins, (ull)n.forks,
           (ull)n.turns, (ull)n.late, (ull)n.held, (ull)n.initial,
           (ull)n.patterns, (ull)n.frame_periods, (ull)different);
    ck_assert_uint_eq(different, 0);
    if (seeds < SEEDS)
        return;
    for (int i = 0; i < 3; i++)
        ck_assert_uint_gt(n.styles[i], seeds / 4);
    ck_assert_uint_gt(n.sequential, seeds / 4);
    ck_assert_uint_gt(n.joins, seeds / 4);
    ck_assert_uint_gt(n.forks, seeds / 4);
    ck_assert_uint_gt(n.turns, seeds / 20);
    ck_assert_uint_gt(n.framed, seeds / 8);
    ck_assert_uint_gt(n.deadlocks, seeds / 20);
    ck_assert_uint_gt(n.late, seeds / 8);
    ck_assert_uint_gt(n.held, seeds / 40);
    ck_assert_uint_gt(n.initial, seeds / 8);
    ck_assert_uint_gt(n.patterns, seeds / 20);
    ck_assert_uint_gt(n.frame_periods, seeds / 20);
}
END_TEST

static const char *check_timing(const struct timing *t, uint32_t frames)
{
    const struct run *r =
        run_timing(a, t,
                   &(struct run_options){ .frames = frames, .log = true });
    return run_against(t, frames, r, 1, true);
}

/* Start FIFOs of regions, rigid pipelines that keep their tails, patient
 * steps. */
START_TEST(regions_of_hls_tools)
{
    for (const char *const *name = measured_design_names; *name != NULL;
         name++) {
        struct measured_design *m = measured_design_load(a, *name);
        m->data.streams[m->input].stimulus = (struct stimulus){ .gap = 2 };
        const char *why = check_timing(region_timing(a, &m->data, m->processes),
                                       REGION_FRAMES);
        ck_assert_msg(why == NULL, "%s: %s", *name, why);
        teardown();
        setup();
    }
}
END_TEST

/* FIFOs that are never full, and begin with tokens. */
START_TEST(pipelines_of_schedule_files)
{
    static const char *const names[] = { "pipe_P1", "pipe_P4" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path =
            arena_printf(a, HEADRACE_SOURCE_DIR "/models/finn/%s", names[i]);
        struct diag *d = diag_new(a);
        const struct kernel_table *kernels = kernels_headrace();
        const struct model *m = model_load(a, path, kernels, d);
        ck_assert_ptr_nonnull(m);
        const char *why =
            check_timing(timing_from_design(a, model_design(a, m, kernels, d)),
                         PIPELINE_FRAMES);
        ck_assert_msg(why == NULL, "%s: %s", names[i], why);
        teardown();
        setup();
    }
}
END_TEST

START_TEST(random_designs)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct random_design r = random_design_new(a, seed);
        const char *why =
            check_timing(timing_from_design(a, r.design), r.frames);
        ck_assert_msg(why == NULL, "seed %llu: %s", (ull)seed, why);
        teardown();
        setup();
    }
}
END_TEST

/* Hardware begins the next frame by itself. */
START_TEST(without_end)
{
    struct schedule *s = schedule_new(a);
    schedule_step(
        s, 2,
        &(struct step){
            .reads = 1, .writes = 1, .gap = 1, .delay = 1, .count = 1 });
    static const uint32_t port = 0;
    struct timing_process p = { .schedule = s,
                                .input_count = 1,
                                .output_count = 1,
                                .inputs = &port,
                                .outputs = &port };
    struct clocked *ends = clocked_process(a, &p, 1);
    struct clocked *endless = clocked_process(a, &p, 0);
    const struct port_signals all = { .in = 1, .out = 1 };
    uint32_t reads[2] = { 0, 0 };
    for (int cycle = 0; cycle < 10; cycle++) {
        reads[0] += clocked_look(ends, all).in;
        reads[1] += clocked_look(endless, all).in;
        clocked_clock(ends, all);
        clocked_clock(endless, all);
    }
    ck_assert_uint_eq(reads[0], 2);
    ck_assert_uint_eq(reads[1], 10);
    ck_assert(clocked_done(ends));
    ck_assert(!clocked_done(endless));
}
END_TEST

/* Valid is not a matter of ready, and the other way round, at one port. */
START_TEST(ports_ask_only_others)
{
    struct schedule *s = schedule_new(a);
    schedule_step(
        s, 1,
        &(struct step){
            .reads = 3, .writes = 3, .gap = 1, .delay = 1, .count = 1 });
    static const uint32_t ports[] = { 0, 1 };
    struct timing_process p = { .schedule = s,
                                .input_count = 2,
                                .output_count = 2,
                                .inputs = ports,
                                .outputs = ports };
    struct clocked *c = clocked_process(a, &p, 0);
    const struct port_signals none = { 0 };
    const struct port_signals left = { .in = 1, .out = 1 };
    const struct port_signals both = { .in = 3, .out = 3 };
    /* A join: ready for one input while the other one is valid. */
    ck_assert_uint_eq(clocked_look(c, none).in, 0);
    ck_assert_uint_eq(clocked_look(c, left).in, 2);
    ck_assert_uint_eq(clocked_look(c, both).in, 3);
    clocked_clock(c, both);
    /* A fork: one output is valid while the other one is ready. */
    ck_assert_uint_eq(clocked_look(c, none).out, 0);
    ck_assert_uint_eq(clocked_look(c, left).out, 2);
    ck_assert_uint_eq(clocked_look(c, both).out, 3);
    /* Held up, it does not change, and says so. */
    ck_assert(!clocked_clock(c, left));
    ck_assert_uint_eq(clocked_look(c, both).out, 3);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("clocked");
    TCase *c = tcase_create("clocked");
    tcase_set_timeout(c, SUITE_SECONDS);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, random_timings_token_by_token);
    tcase_add_test(c, regions_of_hls_tools);
    tcase_add_test(c, pipelines_of_schedule_files);
    tcase_add_test(c, random_designs);
    tcase_add_test(c, without_end);
    tcase_add_test(c, ports_ask_only_others);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
