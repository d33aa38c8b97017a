#include "cost/hls_cost.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/hls_laws.h"
#include "tests/check_main.h"
#include "tests/cost/measured_hls.h"

static struct arena *arena;

static void setup(void)
{
    arena = arena_new();
}

static void teardown(void)
{
    arena_free(arena);
}

START_TEST(fifos_of_vivado_are_one_a_channel)
{
    struct design *d = measured_hls_design(arena, "pq_m4");
    struct stream *s = design_stream(d, "conv2d_2.out");
    struct cost c = hls_cost_of_stream(d, s);
    ck_assert_uint_eq(c.bram18, 4);
    ck_assert_uint_eq(c.ff, 193); /* 192 in the report */
    /* 36 x 16 bits are charged as RAM although built as a shift register; 35
     * of them nobody has seen; 16 are not. */
    s = design_stream(d, "pool_4.out");
    ck_assert_uint_eq(hls_cost_of_stream(d, s).bram18, 4);
    s = design_stream(d, "conv2d_5.out");
    ck_assert_uint_eq(hls_cost_of_stream(d, s).bram18, 0);
    ck_assert_uint_eq(hls_cost_of_stream(d, s).ff, 53);
    /* A port is no FIFO of the design. */
    ck_assert_uint_eq(hls_cost_of_stream(d, d->input).ff, 0);
    ck_assert_uint_eq(hls_cost_of_stream(d, d->output).lut, 0);
}
END_TEST

START_TEST(a_design_is_its_processes_and_fifos)
{
    struct design *d = measured_hls_design(arena, "lenet5");
    struct cost sum = { 0 };
    for (uint32_t i = 0; i < d->process_count; i++)
        sum = cost_sum(sum, hls_cost_of_process(d, &d->processes[i]));
    for (uint32_t i = 0; i < d->stream_count; i++)
        sum = cost_sum(sum, hls_cost_of_stream(d, &d->streams[i]));
    const struct cost all = cost_of_design(d);
    ck_assert_uint_eq(all.lut, sum.lut);
    ck_assert_uint_eq(all.ff, sum.ff);
    ck_assert_uint_eq(all.bram18, 59); /* 58 in the report */
}
END_TEST

START_TEST(without_laws_there_are_rules_only)
{
    struct design *d = measured_hls_design(arena, "pq_m3relu");
    d->laws = NULL;
    const struct cost c = cost_of_design(d);
    ck_assert_uint_eq(c.lut, 0);
    ck_assert_uint_eq(c.ff, 0);
    ck_assert_uint_eq(c.dsp, 164);
    ck_assert_uint_eq(c.bram18, 80);
    ck_assert_uint_eq(hls_cost_implemented(d, c).dsp, 164);
}
END_TEST

START_TEST(implementation_leaves_a_share)
{
    const struct hls_laws laws = { .lut_percent = 50,
                                   .ff_percent = 77,
                                   .dsp_percent = 99,
                                   .bram18_percent = 43 };
    const struct design d = { .laws = &laws };
    const struct cost report = { 1000, 1000, 1000, 1000, 0 };
    const struct cost c = hls_cost_implemented(&d, report);
    ck_assert_uint_eq(c.lut, 500);
    ck_assert_uint_eq(c.ff, 770);
    ck_assert_uint_eq(c.dsp, 990);
    ck_assert_uint_eq(c.bram18, 430);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        fifos_of_vivado_are_one_a_channel,
        a_design_is_its_processes_and_fifos,
        without_laws_there_are_rules_only,
        implementation_leaves_a_share,
        NULL,
    };
    return check_main_with("hls_cost", tests, setup, teardown);
}
