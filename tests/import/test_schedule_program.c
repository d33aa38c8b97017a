/* Programs of schedule files: the steps they become, and all that may be wrong
 * in them. */
#include "import/schedule_program.h"

#include "kernels/schedule.h"
#include "tests/import/schedule_case.h"

static const char good[] =
    "{ 'headrace_schedule': 1, 'name': 'half',\n"
    "  'inputs': [{ 'name': 'in', 'tokens_per_frame': 4 }],\n"
    "  'outputs': [{ 'name': 'out', 'tokens_per_frame': 2 }],\n"
    "  'stages': [{ 'name': 'a', 'style': 'rigid', 'program': [\n"
    "    { 'gap': 3, 'patient': true, 'read': ['in'] },\n"
    "    { 'loop': 1, 'steps': [\n"
    "      { 'read': ['in'], 'write': ['out'], 'delay': 4 }] },\n"
    "    { 'read': ['in'], 'hold': 2, 'needs_datapath': true },\n"
    "    { 'read': ['in'], 'write': ['out'], 'delay': 4 }] }]\n"
    "}\n";

START_TEST(steps_are_as_the_file_says)
{
    struct example e = example_new();
    const struct schedule_file *f = schedule_case_read(&e, good);
    ck_assert_msg(f != NULL, "%s", example_messages(&e));
    const struct schedule *s = f->stages[0].schedule;
    ck_assert_int_eq(s->style, STALL_RIGID);
    ck_assert_uint_eq(schedule_steps(s), 4);
    struct schedule_cursor c;
    schedule_start(&c, s);
    const struct step *step = schedule_peek(&c);
    ck_assert_uint_eq(step->gap, 3);
    ck_assert(step->patient);
    ck_assert_uint_eq(step->writes, 0);
    schedule_advance(&c);
    step = schedule_peek(&c);
    ck_assert(!step->patient);
    ck_assert_uint_eq(step->gap, 1);
    ck_assert_uint_eq(step->delay, 4);
    ck_assert_uint_eq(step->count, 1);
    schedule_advance(&c);
    step = schedule_peek(&c);
    ck_assert(step->needs_datapath);
    ck_assert_uint_eq(step->hold, 2);
    example_free(&e);
}
END_TEST

static const struct broken broken[] = {
    { { { "'rigid'", "'stiff'" } },
      { { 4, 38, DIAG_VALUE,
          "style 'stiff' is none of: patient, bubbles, rigid, elastic",
          NULL } } },
    { { { "'rigid'", "'elastic'" } },
      { { 4, 14, DIAG_JSON_MISSING, "'stages[0]' has no 'credits'", NULL } } },
    { { { "'rigid'", "'bubbles'" } },
      { { 5, 5, DIAG_SCHEDULE,
          "a patient step is only possible in a rigid stage", NULL } } },
    { { { "'rigid'", "'patient'" } },
      { { 7, 7, DIAG_SCHEDULE, "a patient step writes one token, at once",
          NULL } } },
    { { { "'rigid'", "'rigid', 'overlap': 'never'" } },
      { { 4, 58, DIAG_VALUE,
          "overlap 'never' is none of: pipelined, sequential", NULL } } },
    { { { "'rigid'", "'bubbles'" },
        { "'gap': 3, 'patient': true", "'gap': 0" } },
      { { 5, 5, DIAG_SCHEDULE,
          "gap 0 is only possible in a rigid or patient stage", NULL } } },
    { { { "'read': ['in'] }", "'read': ['out'] }" } },
      { { 5, 43, DIAG_SCHEDULE, "output 'out' cannot be read", NULL } } },
    { { { "'read': ['in'] }", "'read': ['inn'] }" } },
      { { 5, 43, DIAG_SCHEDULE, "the process has no stream 'inn'", NULL } } },
    { { { "'read': ['in'] }", "'read': ['in', 'in'] }" } },
      { { 5, 42, DIAG_SCHEDULE, "'in' stands here twice", NULL } } },
    { { { "'loop': 1", "'loop': 0" } },
      { { 6, 15, DIAG_JSON_RANGE,
          "'stages[0].program[1].loop' is 0, outside 1..4294967296", NULL } } },
    { { { "'loop': 1", "'loop': 4294967296" }, { "'gap': 3", "'times': 2" } },
      { { 7, 7, DIAG_SCHEDULE, "a frame has more than 2^32 steps", NULL } } },
    { { { "'delay': 4 }] },", "'delay': 9 }] }," } },
      { { 4, 58, DIAG_SCHEDULE,
          "in stage 'a' a token of a later step is due no later than one of an "
          "earlier step",
          NULL } } },
    { { { "'hold': 2", "'hold': -2" } },
      { { 8, 31, DIAG_JSON_RANGE,
          "'stages[0].program[2].hold' is -2, outside 0..1000000000",
          NULL } } },
    { { { "'hold': 2", "'delay': 2" } },
      { { 8, 23, DIAG_JSON_KEY, "unknown key 'delay' in 'stages[0].program[2]'",
          NULL } } },
};

START_TEST(broken_programs)
{
    schedule_case_check(good, &broken[_i]);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("schedule_program");
    TCase *t = tcase_create("schedule_program");
    tcase_add_test(t, steps_are_as_the_file_says);
    tcase_add_loop_test(t, broken_programs, 0, sizeof broken / sizeof *broken);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
