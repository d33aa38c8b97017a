/* "power" of a device file: read whole, and with all that may be wrong. */
#include "import/device_power.h"

#include "cost/power.h"
#include "import/device.h"
#include "tests/import/expect.h"

static const char good[] =
    "{ 'name': 'tiny', 'lut': 1, 'ff': 1, 'dsp': 0, 'bram18': 0, 'uram': 0,\n"
    "  'power': { 'clock_fj': 1, 'lut_fj': 2, 'net_fj': 3, 'dsp_fj': 4,\n"
    "    'bram18_fj': 5, 'uram_fj': 6, 'dynamic_percent': [70, 180],\n"
    "    'static_mw': 7, 'static_percent': [90, 140],\n"
    "    'processors': { 'on': true, 'mw': 8, 'percent': [60, 110] },\n"
    "    'lane': { 'fj_per_bit': 9, 'percent': [80, 120] },\n"
    "    'sources': ['none'] },\n"
    "  'sources': ['none'] }";

/* Writes the text, whose ' become ", as model.json and loads that. */
static const struct device *load(const struct example *e, const char *text)
{
    char *json = arena_printf(e->arena, "%s", text);
    for (char *c = json; *c != '\0'; c++)
        if (*c == '\'')
            *c = '"';
    example_write(e, "model.json", json, strlen(json));
    return device_load(e->arena, example_path(e, "model.json"),
                       (struct place){ 0 }, e->diag);
}

START_TEST(all_of_it)
{
    struct example e = example_new();
    const struct device *d = load(&e, good);
    ck_assert_msg(d != NULL, "%s", example_messages(&e));
    const struct power_model *m = d->power;
    ck_assert_ptr_nonnull(m);
    ck_assert_uint_eq(m->clock_fj, 1);
    ck_assert_uint_eq(m->lut_fj, 2);
    ck_assert_uint_eq(m->net_fj, 3);
    ck_assert_uint_eq(m->dsp_fj, 4);
    ck_assert_uint_eq(m->bram18_fj, 5);
    ck_assert_uint_eq(m->uram_fj, 6);
    ck_assert_uint_eq(m->static_mw, 7);
    ck_assert_uint_eq(m->processors_mw, 8);
    ck_assert(m->processors_on);
    ck_assert_uint_eq(m->lane_fj, 9);
    const struct power_range ranges[] = { m->dynamic_range, m->static_range,
                                          m->processors_range, m->lane_range };
    static const uint32_t due[][2] = {
        { 70, 180 }, { 90, 140 }, { 60, 110 }, { 80, 120 }
    };
    for (size_t i = 0; i < sizeof due / sizeof *due; i++) {
        ck_assert_uint_eq(ranges[i].least, due[i][0]);
        ck_assert_uint_eq(ranges[i].most, due[i][1]);
    }
    example_free(&e);
}
END_TEST

START_TEST(without_processors_and_transceivers)
{
    struct example e = example_new();
    char *json = example_change(
        e.arena, good,
        "    'processors': { 'on': true, 'mw': 8, 'percent': [60, 110] },\n"
        "    'lane': { 'fj_per_bit': 9, 'percent': [80, 120] },\n",
        "");
    const struct device *d = load(&e, json);
    ck_assert_msg(d != NULL, "%s", example_messages(&e));
    ck_assert(!d->power->processors_on);
    ck_assert_uint_eq(d->power->processors_mw, 0);
    ck_assert_uint_eq(d->power->lane_fj, 0);
    example_free(&e);
}
END_TEST

static const struct broken broken[] = {
    { { { "'clock_fj': 1, ", "" } },
      { { 2, 12, DIAG_JSON_MISSING, "'power' has no 'clock_fj'", NULL } } },
    { { { "'dsp_fj': 4", "'dsp_fj': -4" } },
      { { 2, 65, DIAG_JSON_RANGE, "'power.dsp_fj' is -4, outside 0..1000000000",
          NULL } } },
    { { { "'dynamic_percent': [70, 180]", "'dynamic_percent': [120, 180]" } },
      { { 3, 55, DIAG_JSON_RANGE,
          "'power.dynamic_percent[0]' is 120, outside 0..100", NULL } } },
    { { { "'static_percent': [90, 140]", "'static_percent': [90, 99]" } },
      { { 4, 44, DIAG_JSON_RANGE,
          "'power.static_percent[1]' is 99, outside 100..10000", NULL } } },
    { { { "'static_percent': [90, 140]", "'static_percent': [90]" } },
      { { 4, 39, DIAG_JSON_RANGE,
          "'power.static_percent' has 1 elements, not 2", NULL } } },
    { { { "'on': true", "'on': 1" } },
      { { 5, 27, DIAG_JSON_TYPE,
          "'power.processors.on' is 1, not true or false", NULL } } },
    { { { "'mw': 8", "'mw': 0" } },
      { { 5, 39, DIAG_JSON_RANGE,
          "'power.processors.mw' is 0, outside 1..1000000", NULL } } },
    { { { "'lane': { 'fj_per_bit': 9, ", "'lane': { " } },
      { { 6, 13, DIAG_JSON_MISSING, "'power.lane' has no 'fj_per_bit'",
          NULL } } },
    { { { "    'sources': ['none'] },", "    'sources': [] }," } },
      { { 7, 16, DIAG_JSON_RANGE,
          "'power.sources' has 0 elements, fewer than 1", NULL } } },
};

START_TEST(broken_files)
{
    const struct broken *b = &broken[_i];
    struct example e = example_new();
    char *json =
        example_change(e.arena, good, b->edits[0].find, b->edits[0].replace);
    ck_assert_ptr_null(load(&e, json));
    expect_check(&e, b->expects, json);
    example_free(&e);
}
END_TEST

START_TEST(the_catalogue_knows_the_power_of_each)
{
    struct example e = example_new();
    static const struct {
        const char *name;
        bool processors, lanes;
    } due[] = {
        { "xc7a100t", false, false }, { "xc7z020", true, false },
        { "xcku115", false, true },   { "xcu200", false, true },
        { "xcu250", false, true },    { "xczu7ev", true, true },
        { "xczu9eg", true, true },
    };
    for (size_t i = 0; i < sizeof due / sizeof *due; i++) {
        const struct device *d =
            device_load(e.arena, due[i].name, (struct place){ 0 }, e.diag);
        ck_assert_ptr_nonnull(d->power);
        ck_assert(d->power->processors_on == due[i].processors);
        ck_assert((d->power->lane_fj != 0) == due[i].lanes);
        /* A flip-flop takes less than a DSP slice. */
        ck_assert_uint_lt(d->power->clock_fj, d->power->dsp_fj);
    }
    example_free(&e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("device_power");
    TCase *t = tcase_create("device_power");
    tcase_add_test(t, all_of_it);
    tcase_add_test(t, without_processors_and_transceivers);
    tcase_add_loop_test(t, broken_files, 0, sizeof broken / sizeof *broken);
    tcase_add_test(t, the_catalogue_knows_the_power_of_each);
    suite_add_tcase(s, t);
    return example_run(s);
}
