/* Hardware options. */
#include "import/model.h"

#include "tests/import/expect.h"

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

START_TEST(test_new_options)
{
    struct example e = example_new();
    char *json =
        example_change(e.arena, example_json, "\"clock_mhz\": 200,",
                       "\"buffering\": \"frame\", \"fold_layers\": false,\n"
                       "\"multipliers\": \"packed\", \"copies\": 32,");
    json = example_change(e.arena, json, "\"reuse_factor\": 25",
                          "\"multipliers\": \"plain\", \"copies\": 3");
    json = example_change(e.arena, json, "\"depth\": 32, \"kind\": \"bram\"",
                          "\"depth\": 2, \"kind\": \"frame\"");
    const struct hardware *h = &example_load_good(&e, json)->hardware;
    ck_assert_uint_eq(h->buffering, BUFFERING_FRAME);
    ck_assert(h->keep_layers);
    ck_assert_uint_eq(h->multipliers, MULTIPLIERS_PACKED);
    ck_assert_uint_eq(h->copies, 32);
    ck_assert_uint_eq(h->copies_place.line, 32);
    ck_assert_uint_eq(h->layers[0].multipliers, MULTIPLIERS_PLAIN);
    ck_assert_uint_eq(h->layers[0].multipliers_place.line, 36);
    ck_assert_uint_eq(h->layers[0].copies, 3);
    ck_assert_uint_eq(h->layers[0].copies_place.column, 52);
    ck_assert_uint_eq(h->layers[1].multipliers, MULTIPLIERS_DEFAULT);
    ck_assert_uint_eq(h->layers[1].copies, 0);
    ck_assert_uint_eq(h->fifos[0].kind, FIFO_FRAME);
    ck_assert_uint_eq(h->fifos[0].depth, 2);

    h = &example_load_good(&e, example_json)->hardware;
    ck_assert_uint_eq(h->buffering, BUFFERING_STREAM);
    ck_assert(!h->keep_layers);
    ck_assert_uint_eq(h->multipliers, MULTIPLIERS_DEFAULT);
    ck_assert_uint_eq(h->copies, 0);
    example_free(&e);
}
END_TEST

START_TEST(test_slack_instead_of_a_depth)
{
    struct example e = example_new();
    struct model *m = example_load_good(
        &e, example_change(e.arena, example_json, "\"fifo\": { \"depth\": 16",
                           "\"fifo\": { \"slack\": 500"));
    ck_assert_uint_eq(m->hardware.fifo_slack, 500);
    ck_assert_uint_eq(m->hardware.fifo_depth, 0);
    ck_assert_uint_eq(m->hardware.fifo_place.line, 33);
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

static const struct broken broken[] = {
    { { { "\"family\": \"headrace\"", "\"family\": \"hls4ml\"" } },
      { { 30, 15, DIAG_UNSUPPORTED,
          "kernel family 'hls4ml' is not supported; these are: headrace, "
          "hls4ml/vivado-2019.2, hls4ml/vivado-2020.1, hls4ml/vitis-2023.2, "
          "hls4ml/vitis-2024.2, schedule",
          "another version of an HLS tool is a family \"hls4ml/TOOL\" that a "
          "file of your own, \"calibration\", describes (docs/hls4ml.md)" } } },
    { { { "\"clock_mhz\": 200", "\"clock_mhz\": 0" } },
      { { 31, 18, DIAG_JSON_RANGE,
          "'hardware.clock_mhz' is 0, outside 0.001..2000", NULL } } },
    { { { "\"clock_mhz\": 200", "\"clock_mhz\": 200.0000001" } },
      { { 31, 18, DIAG_JSON_RANGE,
          "clock_mhz 200.0000001 is not a whole number of hertz", NULL } } },
    { { { "\"clock_mhz\": 200", "\"clock_mhz\": \"200\"" } },
      { { 31, 18, DIAG_JSON_TYPE,
          "'hardware.clock_mhz' is \"200\", not a number", NULL } } },
    { { { "\"clock_mhz\": 200", "\"clock\": 200" } },
      { { 31, 5, DIAG_JSON_KEY, "unknown key 'clock' in 'hardware'", NULL } } },
    { { { "\"input_lanes\": 1", "\"input_lanes\": 0" } },
      { { 32, 20, DIAG_JSON_RANGE,
          "'hardware.input_lanes' is 0, outside 1..4294967295", NULL } } },
    { { { "\"depth\": 16", "\"depth\": 0" } },
      { { 33, 24, DIAG_JSON_RANGE,
          "'hardware.fifo.depth' is 0, outside 1..16777216", NULL } } },
    { { { "\"depth\": 16", "\"depth\": 16777217" } },
      { { 33, 24, DIAG_JSON_RANGE,
          "'hardware.fifo.depth' is 16777217, outside 1..16777216", NULL } } },
    { { { "\"depth\": 16", "\"slack\": 7, \"depth\": 9" } },
      { { 33, 24, DIAG_VALUE,
          "slack is for FIFOs without a depth, but all have depth 9",
          "give one of the two" } } },
    { { { "\"depth\": 16", "\"slack\": 0" } },
      { { 33, 24, DIAG_JSON_RANGE,
          "'hardware.fifo.slack' is 0, outside 1..16777216", NULL } } },
    { { { "\"kind\": \"auto\"", "\"kind\": \"lutram\"" } },
      { { 33, 36, DIAG_VALUE,
          "FIFO kind 'lutram' is not 'auto', 'srl', 'bram' or 'frame'",
          NULL } } },
    { { { "\"kind\": \"auto\"", "\"type\": \"auto\"" } },
      { { 33, 28, DIAG_JSON_KEY, "unknown key 'type' in 'hardware.fifo'",
          NULL } } },
    { { { "\"reuse_factor\": 25", "\"reuse_factor\": 0" } },
      { { 35, 34, DIAG_JSON_RANGE,
          "'hardware.layers.conv1.reuse_factor' is 0, outside 1..4294967295",
          NULL } } },
    { { { "\"reuse_factor\": 25", "\"reuse\": 25" } },
      { { 35, 18, DIAG_JSON_KEY,
          "unknown key 'reuse' in 'hardware.layers.conv1'", NULL } } },
    { { { "\"fc\": { \"pe\": 2, \"simd\": 16 }", "\"fc\": 2" } },
      { { 36, 13, DIAG_JSON_TYPE, "'hardware.layers.fc' is 2, not an object",
          NULL } } },
    { { { "{ \"depth\": 32, \"kind\": \"bram\" }",
          "{ \"depth\": 32.5, \"kind\": \"ram\" }" } },
      { { 38, 40, DIAG_JSON_TYPE,
          "'hardware.fifos[\"conv1.out\"].depth' is 32.5, not a whole number",
          NULL },
        { 38, 54, DIAG_VALUE,
          "FIFO kind 'ram' is not 'auto', 'srl', 'bram' or 'frame'",
          "did you mean 'bram'?" } } },
    { { { "{ \"depth\": 32, \"kind\": \"bram\" }", "[]" } },
      { { 38, 29, DIAG_JSON_TYPE,
          "'hardware.fifos[\"conv1.out\"]' is an array, not an object",
          NULL } } },
    { { { "\"random\": 20", "\"random\": 96" } },
      { { 40, 25, DIAG_JSON_RANGE,
          "'hardware.sink.random' is 96, outside 0..95", NULL } } },
    { { { "\"random\": 20", "\"probability\": 20" } },
      { { 40, 15, DIAG_JSON_KEY, "unknown key 'probability' in 'hardware.sink'",
          NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"gap\": 1000000001 }" } },
      { { 39, 24, DIAG_JSON_RANGE,
          "'hardware.source.gap' is 1000000001, outside 0..1000000000",
          NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"phase\": 1 }" } },
      { { 39, 26, DIAG_STIMULUS, "phase 1 is not below the grid, 0", NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"grid\": 4, \"phase\": 4 }" } },
      { { 39, 37, DIAG_STIMULUS, "phase 4 is not below the grid, 4", NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"pause\": 4 }" } },
      { { 39, 26, DIAG_STIMULUS,
          "pause 4 follows each burst, but no 'burst' is given", NULL } } },
    { { { "{ \"gap\": 0 }", "{ \"burst\": 4 }" } },
      { { 39, 26, DIAG_STIMULUS,
          "burst 4 is followed by a pause, but no 'pause' is given", NULL } } },
    { { { "{ \"gap\": 0 }", "true" } },
      { { 39, 15, DIAG_JSON_TYPE, "'hardware.source' is true, not an object",
          NULL } } },
    { { { "\"clock_mhz\": 200", "\"buffering\": \"frames\"" } },
      { { 31, 18, DIAG_VALUE, "buffering 'frames' is not 'stream' or 'frame'",
          "did you mean 'frame'?" } } },
    { { { "\"clock_mhz\": 200", "\"fold_layers\": \"no\"" } },
      { { 31, 20, DIAG_JSON_TYPE,
          "'hardware.fold_layers' is \"no\", not true or false", NULL } } },
    { { { "\"clock_mhz\": 200", "\"multipliers\": \"dsp\"" } },
      { { 31, 20, DIAG_VALUE, "multipliers 'dsp' is not 'plain' or 'packed'",
          NULL } } },
    { { { "\"clock_mhz\": 200", "\"copies\": 33" } },
      { { 31, 15, DIAG_JSON_RANGE, "'hardware.copies' is 33, outside 1..32",
          NULL } } },
    { { { "\"reuse_factor\": 25", "\"copies\": 0, \"multipliers\": 2" } },
      { { 35, 46, DIAG_JSON_TYPE,
          "'hardware.layers.conv1.multipliers' is 2, not a string", NULL },
        { 35, 28, DIAG_JSON_RANGE,
          "'hardware.layers.conv1.copies' is 0, outside 1..32", NULL } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_hardware");
    TCase *c = tcase_create("model_hardware");
    tcase_add_test(c, test_example_hardware);
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    tcase_add_test(c, test_new_options);
    tcase_add_test(c, test_slack_instead_of_a_depth);
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
