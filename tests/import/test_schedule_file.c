/* Schedule files: what they say, and all that may be wrong around their
 * programs. */
#include "import/schedule_file.h"

#include "kernels/schedule.h"
#include "tests/import/schedule_case.h"

static const char good[] =
    "{ 'headrace_schedule': 1, 'name': 'half',\n"
    "  'inputs': [{ 'name': 'in', 'tokens_per_frame': 4 }],\n"
    "  'outputs': [{ 'name': 'out', 'tokens_per_frame': 2 }],\n"
    "  'streams': [\n"
    "    { 'name': 'data', 'capacity': 9, 'latency': 3, 'initial': 1 }],\n"
    "  'stages': [\n"
    "    { 'name': 'a', 'style': 'patient', 'program': [\n"
    "      { 'times': 2, 'read': ['in'] },\n"
    "      { 'times': 2, 'read': ['in'], 'write': ['data'] }] },\n"
    "    { 'name': 'b', 'style': 'rigid', 'start': 7, 'program': [\n"
    "      { 'times': 2, 'read': ['data'], 'write': ['out'], 'delay': 5 }] }]\n"
    "}\n";

START_TEST(a_file_says_what_a_process_does)
{
    struct example e = example_new();
    const struct schedule_file *f = schedule_case_read(&e, good);
    ck_assert_msg(f != NULL, "%s", example_messages(&e));
    ck_assert_uint_eq(f->stream_count, 3);
    ck_assert_uint_eq(f->stage_count, 2);
    const struct schedule_stream *data = &f->streams[2];
    ck_assert_int_eq(data->kind, SCHEDULE_INNER);
    ck_assert_uint_eq(data->capacity, 9);
    ck_assert_uint_eq(data->latency, 3);
    ck_assert_uint_eq(data->initial, 1);
    ck_assert_uint_eq(data->tokens_per_frame, 2);
    ck_assert_uint_eq(data->writer, 0);
    ck_assert_uint_eq(data->reader, 1);
    ck_assert_uint_eq(f->stages[1].schedule->start, 7);
    ck_assert_int_eq(f->trust.level, TRUST_EXTRAPOLATED);
    example_free(&e);
}
END_TEST

static const struct broken broken[] = {
    { { { "'headrace_schedule': 1", "'headrace_schedule': 2" } },
      { { 1, 24, DIAG_JSON_RANGE, "'headrace_schedule' is 2, not 1", NULL } } },
    { { { "'name': 'half'", "'name': 'a half'" } },
      { { 1, 35, DIAG_NAME,
          "a name has 1 to 64 letters, digits and '_'; this one has others, or "
          "more",
          NULL } } },
    { { { "'name': 'data'", "'name': 'out'" } },
      { { 5, 15, DIAG_NAME, "there is another stream 'out'", NULL } } },
    { { { "'name': 'b'", "'name': 'a'" } },
      { { 10, 15, DIAG_NAME, "there is another stage 'a'", NULL } } },
    { { { "'capacity': 9, ", "" } },
      { { 5, 5, DIAG_JSON_MISSING, "'streams[0]' has no 'capacity'", NULL } } },
    { { { "'latency': 3", "'latency': 0" } },
      { { 5, 49, DIAG_JSON_RANGE,
          "'streams[0].latency' is 0, outside 1..1000000", NULL } } },
    { { { "'initial': 1", "'initial': 10" } },
      { { 5, 63, DIAG_JSON_RANGE, "'streams[0].initial' is 10, outside 0..9",
          NULL } } },
    { { { "'times': 2, 'read': ['data']", "'times': 3, 'read': ['data']" } },
      { { 3, 15, DIAG_SCHEDULE,
          "3 tokens of 'out' are written in a frame and 2 read", NULL },
        { 5, 5, DIAG_SCHEDULE,
          "2 tokens of 'data' are written in a frame and 3 read", NULL } } },
    { { { "'times': 2, 'read': ['in'] }", "'times': 2 }" } },
      { { 2, 14, DIAG_SCHEDULE,
          "4 tokens of 'in' are written in a frame and 2 read", NULL } } },
    { { { "'read': ['data'], 'write'", "'write'" } },
      { { 5, 5, DIAG_SCHEDULE, "no stage reads 'data'", NULL } } },
    { { { "'read': ['data'], ", "'read': ['data', 'in'], " } },
      { { 2, 14, DIAG_SCHEDULE, "'in' is read by two stages, 'a' and 'b'",
          NULL } } },
    { { { "}]\n}", "}], 'colour': 1\n}" } },
      { { 11, 75, DIAG_JSON_KEY, "unknown key 'colour' in the document",
          NULL } } },
};

START_TEST(broken_files)
{
    schedule_case_check(good, &broken[_i]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("schedule_file");
    TCase *t = tcase_create("schedule_file");
    tcase_add_test(t, a_file_says_what_a_process_does);
    tcase_add_loop_test(t, broken_files, 0, sizeof broken / sizeof *broken);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
