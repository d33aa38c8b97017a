#include "traces/compact.h"

#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "traces/recording.h"

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

static const uint64_t few[] = { 0, 1, UINT64_MAX - 1, UINT64_MAX };

enum { MANY = 20000 };

static struct recording *sample(void)
{
    static struct clock_seen clocks[] = { { "tb.clk", 1000, 5000000, 42 },
                                          { "tb.fast", 7, 0, 0 } };
    static struct process_times processes[] = {
        { "u", 1, 0, 4, few, NULL, few, 1 },
    };
    static struct stream_source sources[] = {
        { STREAM_HLS_FIFO, 0, 1 },
        { STREAM_AXI, 1, 1 },
        { STREAM_UNTOLD, NO_CLOCK, NO_CLOCK },
    };
    struct recording *r = arena_new_item(c.arena, struct recording);
    uint64_t *many = arena_new_array(c.arena, uint64_t, MANY);
    struct rng rng = { 4 };
    for (uint64_t i = 0, cycle = 3; i < MANY; i++)
        many[i] = cycle += 1 + rng_below(&rng, 5);
    r->streams = arena_new_array(c.arena, struct token_times, 3);
    r->streams[0] = (struct token_times){ "a", MANY, 4, many, few };
    r->streams[1] = (struct token_times){ "b", 4, 4, few, few };
    r->streams[2] = (struct token_times){ "\xc3\xa4, \"x\"", 0, 0, NULL, few };
    r->stream_count = 3;
    r->sources = sources;
    r->clock_count = 2;
    r->clocks = clocks;
    r->process_count = 1;
    r->processes = processes;
    r->run = "b2b";
    return r;
}

static void expect_same(const struct recording *got, const struct recording *r)
{
    ck_assert_uint_eq(got->stream_count, r->stream_count);
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct token_times *g = &got->streams[i], *s = &r->streams[i];
        ck_assert_str_eq(g->name, s->name);
        expect_cycles(g->writes, g->write_count, s->writes, s->write_count,
                      s->name);
        expect_cycles(g->reads, g->read_count, s->reads, s->read_count,
                      s->name);
        ck_assert_int_eq(got->sources[i].kind, r->sources[i].kind);
        ck_assert_uint_eq(got->sources[i].write_clock,
                          r->sources[i].write_clock);
        ck_assert_uint_eq(got->sources[i].read_clock, r->sources[i].read_clock);
    }
    ck_assert(got->streams[1].reads == got->streams[1].writes);
    ck_assert_uint_eq(got->clock_count, r->clock_count);
    for (uint32_t i = 0; i < r->clock_count; i++) {
        ck_assert_str_eq(got->clocks[i].name, r->clocks[i].name);
        ck_assert_uint_eq(got->clocks[i].cycles, r->clocks[i].cycles);
        ck_assert_uint_eq(got->clocks[i].period_fs, r->clocks[i].period_fs);
        ck_assert_uint_eq(got->clocks[i].zero_fs, r->clocks[i].zero_fs);
    }
    ck_assert_uint_eq(got->process_count, 1);
    const struct process_times *p = &got->processes[0], *q = &r->processes[0];
    ck_assert_str_eq(p->name, q->name);
    ck_assert_uint_eq(p->clock, q->clock);
    expect_cycles(p->starts, p->start_count, q->starts, q->start_count, "s");
    expect_cycles(p->readys, p->ready_count, q->readys, q->ready_count, "r");
    expect_cycles(p->dones, p->done_count, q->dones, q->done_count, "d");
    ck_assert_str_eq(got->run, r->run);
}

START_TEST(round_trip)
{
    const struct recording *r = sample();
    const char *path = file_join(c.arena, c.folder, "x.hrt");
    size_t length = 0;
    ck_assert(compact_write(path, r, c.diag));
    struct recording *got = compact_read(c.arena, path, c.diag);
    ck_assert_ptr_nonnull(got);
    trace_case_expect_none(&c);
    expect_same(got, r);
    /* 2.3 bits of entropy a token. */
    ck_assert_ptr_nonnull(file_read(c.arena, path, 1 << 20, &length, c.diag));
    ck_assert_uint_lt(length, MANY / 2);
    /* Written again it is the same file. */
    const char *again = file_join(c.arena, c.folder, "y.hrt");
    ck_assert(compact_write(again, got, c.diag));
    size_t length_again = 0;
    char *x = file_read(c.arena, path, 1 << 20, &length, c.diag);
    char *y = file_read(c.arena, again, 1 << 20, &length_again, c.diag);
    ck_assert_uint_eq(length, length_again);
    ck_assert_mem_eq(x, y, length);
}
END_TEST

START_TEST(nothing_at_all)
{
    const char *path = file_join(c.arena, c.folder, "x.hrt");
    ck_assert(compact_write(path, &(struct recording){ 0 }, c.diag));
    struct recording *r = compact_read(c.arena, path, c.diag);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->stream_count + r->process_count + r->clock_count, 0);
    ck_assert_ptr_null(r->run);
}
END_TEST

/* Every cut is found, and every change of a byte, but for the few bits of
 * deflate that mean nothing. */
START_TEST(damage_is_found)
{
    const char *path = file_join(c.arena, c.folder, "x.hrt");
    size_t length = 0;
    struct recording *r = sample();
    r->streams[0].write_count = 50;
    ck_assert(compact_write(path, r, c.diag));
    char *bytes = file_read(c.arena, path, 1 << 20, &length, c.diag);
    size_t unread = 0;
    for (size_t i = 0; i < length; i++) {
        path = trace_case_file(&c, "cut", bytes, i);
        ck_assert_ptr_null(compact_read(c.arena, path, c.diag));
        trace_case_expect(&c, DIAG_ERROR,
                          i < 7 ? DIAG_TRACE_SYNTAX : DIAG_TRACE_CUT, "");
        bytes[i] ^= 0x10;
        path = trace_case_file(&c, "bad", bytes, length);
        struct recording *got = compact_read(c.arena, path, c.diag);
        if (got == NULL)
            trace_case_expect(&c, DIAG_ERROR, diag_at(c.diag, 0)->code, "");
        else
            expect_same(got, r);
        unread += got == NULL;
        bytes[i] ^= 0x10;
    }
    ck_assert_uint_ge(unread + 1, length);
    bytes[7] = 2;
    ck_assert_ptr_null(compact_read(
        c.arena, trace_case_file(&c, "new", bytes, length), c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_TRACE_SYNTAX, "version 2");
    ck_assert(!compact_write("/no/such/x", r, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_FILE_WRITE, "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { round_trip, nothing_at_all, damage_is_found,
                                   NULL };
    return check_main_with("compact", tests, setup, teardown);
}
