/* Hardware options of good models. */
#include "import/model.h"

#include "tests/import/example.h"

START_TEST(test_example_hardware)
{
    struct example e = example_new();
    struct model *m = example_load_good(&e, example_json);
    const struct hardware *h = &m->hardware;
    ck_assert_str_eq(h->family, "headrace");
    ck_assert_uint_eq(h->clock_hz, 200000000);
    ck_assert_uint_eq(h->input_lanes, 1);
    ck_assert_uint_eq(h->input_lanes_place.line, 32);
    ck_assert_uint_eq(h->fifo_depth, 16);
    ck_assert_uint_eq(h->fifo_kind, FIFO_AUTO);
    ck_assert_uint_eq(h->fifo_place.line, 33);
    ck_assert_uint_eq(h->layer_count, 2);
    ck_assert_str_eq(h->layers[0].layer, "conv1");
    ck_assert_uint_eq(h->layers[0].reuse_factor, 25);
    ck_assert_uint_eq(h->layers[0].lanes, 6);
    ck_assert_uint_eq(h->layers[0].pe, 0);
    ck_assert_uint_eq(h->layers[0].place.line, 35);
    ck_assert_uint_eq(h->layers[0].reuse_factor_place.column, 34);
    ck_assert_str_eq(h->layers[1].layer, "fc");
    ck_assert_uint_eq(h->layers[1].pe, 2);
    ck_assert_uint_eq(h->layers[1].simd, 16);
    ck_assert_uint_eq(h->fifo_count, 1);
    ck_assert_str_eq(h->fifos[0].stream, "conv1.out");
    ck_assert_uint_eq(h->fifos[0].depth, 32);
    ck_assert_uint_eq(h->fifos[0].kind, FIFO_BRAM);
    ck_assert(stimulus_is_always(&h->source));
    ck_assert_uint_eq(h->sink.random, 20);
    ck_assert_uint_eq(h->sink.seed, 5);
    example_free(&e);
}
END_TEST

START_TEST(test_all_of_a_stimulus)
{
    struct example e = example_new();
    struct model *m = example_load_good(
        &e, example_change(e.arena, example_json, "{ \"gap\": 0 }",
                           "{ \"gap\": 1, \"burst\": 2, \"pause\": 3,"
                           "\"frame_gap\": 1000000000, \"random\": 95,"
                           "\"seed\": 6, \"grid\": 7, \"phase\": 6 }"));
    const struct stimulus *s = &m->hardware.source;
    ck_assert_uint_eq(s->gap, 1);
    ck_assert_uint_eq(s->burst, 2);
    ck_assert_uint_eq(s->pause, 3);
    ck_assert_uint_eq(s->frame_gap, 1000000000);
    ck_assert_uint_eq(s->random, 95);
    ck_assert_uint_eq(s->seed, 6);
    ck_assert_uint_eq(s->grid, 7);
    ck_assert_uint_eq(s->phase, 6);
    example_free(&e);
}
END_TEST

static const struct {
    const char *mhz;
    uint64_t hz;
} clocks[] = {
    { "0.001", 1000 },          { "2000", 2000000000 },
    { "156.25", 156250000 },    { "100.000001", 100000001 },
    { "1.9999e3", 1999900000 }, { "322.265625", 322265625 },
    { "0.3", 300000 },          { "1.100001", 1100001 },
};

START_TEST(test_clocks)
{
    struct example e = example_new();
    char *clock = arena_printf(e.arena, "\"clock_mhz\": %s,", clocks[_i].mhz);
    struct model *m =
        example_load_good(&e, example_change(e.arena, example_json,
                                             "\"clock_mhz\": 200,", clock));
    ck_assert_uint_eq(m->hardware.clock_hz, clocks[_i].hz);
    example_free(&e);
}
END_TEST

/* Every number of hertz that fits is kept, to the last digit. */
START_TEST(test_no_hertz_is_lost)
{
    struct example e = example_new();
    struct rng rng = { 2024 };
    for (uint32_t i = 0; i < 300; i++) {
        uint32_t hz = 1000 + rng_below(&rng, 2000000000 - 1000);
        char *clock = arena_printf(e.arena, "\"clock_mhz\": %u.%06u,",
                                   hz / 1000000, hz % 1000000);
        struct model *m =
            example_load_good(&e, example_change(e.arena, example_json,
                                                 "\"clock_mhz\": 200,", clock));
        ck_assert_uint_eq(m->hardware.clock_hz, hz);
    }
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_hardware");
    TCase *c = tcase_create("model_hardware");
    tcase_add_test(c, test_example_hardware);
    tcase_add_test(c, test_all_of_a_stimulus);
    tcase_add_loop_test(c, test_clocks, 0, sizeof clocks / sizeof *clocks);
    tcase_add_test(c, test_no_hertz_is_lost);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
