/* Devices: the catalogue, and files with all that may be wrong in them. */
#include "import/device.h"

#include "tests/import/expect.h"

static const char good[] = "{ 'name': 'tiny', 'description': 'for tests',\n"
                           "  'lut': 1000, 'ff': 2000, 'dsp': 0,\n"
                           "  'bram18': 4, 'uram': 0,\n"
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

START_TEST(a_file_says_what_a_device_has)
{
    struct example e = example_new();
    const struct device *d = load(&e, good);
    ck_assert_msg(d != NULL, "%s", example_messages(&e));
    ck_assert_str_eq(d->name, "tiny");
    ck_assert_str_eq(d->description, "for tests");
    ck_assert_uint_eq(d->capacity.lut, 1000);
    ck_assert_uint_eq(d->capacity.ff, 2000);
    ck_assert_uint_eq(d->capacity.dsp, 0);
    ck_assert_uint_eq(d->capacity.bram18, 4);
    ck_assert_uint_eq(d->capacity.uram, 0);
    ck_assert_ptr_null(d->power);
    example_free(&e);
}
END_TEST

START_TEST(a_device_may_say_how_fast_its_clocks_are)
{
    struct example e = example_new();
    const struct place here = { "m", 1, 2 };
    const struct device *d = load(&e, good);
    ck_assert_uint_eq(d->clock_hz_max, 0);
    ck_assert(device_check_clock(d, 2000000000, here, e.diag));
    d = load(&e, example_change(e.arena, good, "'uram': 0,",
                                "'uram': 0, 'max_clock_mhz': 500,"));
    ck_assert_uint_eq(d->clock_hz_max, 500000000);
    ck_assert(device_check_clock(d, 500000000, here, e.diag));
    ck_assert_uint_eq(diag_count(e.diag), 0);
    ck_assert(!device_check_clock(d, 500000001, here, e.diag));
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "a clock of 500.000001 MHz is above the 500 MHz that "
                     "'tiny' allows");
    example_free(&e);
}
END_TEST

static const struct broken broken[] = {
    { { { "'tiny'", "'Tiny'" } },
      { { 1, 11, DIAG_NAME,
          "the name of a device is 1 to 64 small letters, digits, '_' and "
          "'-' and begins with a letter",
          NULL } } },
    { { { "'lut': 1000", "'lut': 0" } },
      { { 2, 10, DIAG_JSON_RANGE, "'lut' is 0, outside 1..1000000000",
          NULL } } },
    { { { "'dsp': 0", "'dsp': -1" } },
      { { 2, 35, DIAG_JSON_RANGE, "'dsp' is -1, outside 0..1000000000",
          NULL } } },
    { { { "'bram18': 4", "'bram18': 4.5" } },
      { { 3, 13, DIAG_JSON_TYPE, "'bram18' is 4.5, not a whole number",
          NULL } } },
    { { { ", 'uram': 0", "" } },
      { { 1, 1, DIAG_JSON_MISSING, "the document has no 'uram'", NULL } } },
    { { { "['none']", "[]" } },
      { { 4, 14, DIAG_JSON_RANGE, "'sources' has 0 elements, fewer than 1",
          NULL } } },
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

START_TEST(the_catalogue_has_what_it_lists)
{
    struct example e = example_new();
    ck_assert_str_eq(device_names(e.arena),
                     "xc7a100t, xc7z020, xcku115, xcu200, xcu250, xczu7ev, "
                     "xczu9eg");
    for (const char *c = device_names(e.arena); *c != '\0';) {
        char *name = arena_printf(e.arena, "%.*s", (int)strcspn(c, ","), c);
        const struct device *d =
            device_load(e.arena, name, (struct place){ 0 }, e.diag);
        ck_assert_msg(d != NULL, "%s", example_messages(&e));
        ck_assert_str_eq(d->name, name);
        ck_assert_ptr_nonnull(d->description);
        /* Each LUT has two registers. */
        ck_assert_uint_eq(d->capacity.ff, 2 * d->capacity.lut);
        c += strlen(name);
        c += strspn(c, ", ");
    }
    example_free(&e);
}
END_TEST

static const struct {
    const char *name, *hint;
} unknown[] = {
    { "xczu9eq", "did you mean 'xczu9eg'?" },
    { "XCZU9EG", "did you mean 'xczu9eg'?" },
    { "xczu7ev-ffvc1156-2-e", "did you mean 'xczu7ev'?" },
    { "cyclone", "a file can be given instead, as ./cyclone.json" },
};

START_TEST(an_unknown_name_lists_the_catalogue)
{
    struct example e = example_new();
    const char *name = unknown[_i].name;
    ck_assert_ptr_null(
        device_load(e.arena, name, (struct place){ NULL, 3, 4 }, e.diag));
    ck_assert_uint_eq(diag_count(e.diag), 1);
    const struct diag_message *m = diag_at(e.diag, 0);
    ck_assert_int_eq(m->code, DIAG_VALUE);
    ck_assert_uint_eq(m->place.line, 3);
    ck_assert_str_eq(m->text,
                     arena_printf(e.arena,
                                  "there is no device '%s' in the catalogue, "
                                  "which has %s",
                                  name, device_names(e.arena)));
    ck_assert_str_eq(m->hint, unknown[_i].hint);
    example_free(&e);
}
END_TEST

START_TEST(names_and_files_are_told_apart)
{
    ck_assert(!device_is_path("xczu9eg"));
    ck_assert(!device_is_path(".json"));
    ck_assert(device_is_path("board.json"));
    ck_assert(device_is_path("boards/mine"));
}
END_TEST

int main(void)
{
    Suite *s = suite_create("device");
    TCase *t = tcase_create("device");
    tcase_add_test(t, a_file_says_what_a_device_has);
    tcase_add_test(t, a_device_may_say_how_fast_its_clocks_are);
    tcase_add_loop_test(t, broken_files, 0, sizeof broken / sizeof *broken);
    tcase_add_test(t, the_catalogue_has_what_it_lists);
    tcase_add_loop_test(t, an_unknown_name_lists_the_catalogue, 0,
                        sizeof unknown / sizeof *unknown);
    tcase_add_test(t, names_and_files_are_told_apart);
    suite_add_tcase(s, t);
    return example_run(s);
}
