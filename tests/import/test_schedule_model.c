/* Model configs of processes with schedule files: the design they become, and
 * all that may be wrong in how they are joined. */
#include "import/schedule_model.h"

#include "design/design.h"
#include "tests/import/expect.h"

/* A process that moves four tokens a frame, over a stream inside it. */
static const char process[] =
    "{ \"headrace_schedule\": 1, \"name\": \"move\",\n"
    "  \"inputs\": [{ \"name\": \"in\", \"tokens_per_frame\": 4 }],\n"
    "  \"outputs\": [{ \"name\": \"out\", \"tokens_per_frame\": 4 }],\n"
    "  \"streams\": [{ \"name\": \"data\", \"capacity\": 9,\n"
    "    \"latency\": 3, \"initial\": 2 }],\n"
    "  \"stages\": [\n"
    "    { \"name\": \"a\", \"style\": \"patient\", \"program\": [\n"
    "      { \"times\": 4, \"read\": [\"in\"], \"write\": [\"data\"] }] },\n"
    "    { \"name\": \"b\", \"style\": \"patient\", \"program\": [\n"
    "      { \"times\": 4, \"read\": [\"data\"], \"write\": [\"out\"] }] }]\n"
    "}\n";

static const char good[] =
    "{ 'headrace': 1, 'name': 'm', 'processes': [\n"
    "  { 'name': 'p', 'schedule': 'p.json', 'inputs': ['source.out'] },\n"
    "  { 'name': 'q', 'schedule': 'p.json', 'inputs': ['p.out'] }],\n"
    "  'hardware': { 'family': 'schedule', 'fifo': { 'depth': 5 } } }\n";

static const struct design *load(const struct example *e, const char *text)
{
    const char *json = expect_quoted(e, text);
    example_write(e, "p.json", process, strlen(process));
    example_write(e, "model.json", json, strlen(json));
    const struct model *m = model_load(e->arena, example_path(e, "model.json"),
                                       kernels_headrace(), e->diag);
    return m == NULL ? NULL
                     : model_design(e->arena, m, kernels_headrace(), e->diag);
}

START_TEST(stages_become_processes)
{
    struct example e = example_new();
    const struct design *d = load(&e, good);
    ck_assert_msg(d != NULL, "%s", example_messages(&e));
    ck_assert_uint_eq(d->process_count, 4);
    ck_assert_str_eq(d->processes[1].name, "p.b");
    ck_assert_str_eq(d->input->name, "source.out");
    ck_assert_uint_eq(d->input->tokens_per_frame, 4);
    ck_assert_str_eq(d->output->name, "q.out");
    ck_assert_uint_eq(d->output->depth, 5);
    const struct stream *inner = d->processes[0].outputs[0];
    ck_assert_str_eq(inner->name, "p.data");
    ck_assert(inner->inner);
    ck_assert_uint_eq(inner->depth, 9);
    ck_assert_uint_eq(inner->latency, 3);
    ck_assert_uint_eq(inner->initial, 2);
    ck_assert_ptr_eq(inner->consumer, &d->processes[1]);
    example_free(&e);
}
END_TEST

static const struct broken broken[] = {
    { { { "'name': 'q'", "'name': 'p'" } },
      { { 3, 3, DIAG_NAME, "there is another process 'p'", NULL } } },
    { { { "'name': 'q'", "'name': 'sink'" } },
      { { 3, 13, DIAG_NAME, "'sink' is an end of the design", NULL } } },
    { { { "['p.out']", "['p.out', 'p.out']" } },
      { { 3, 50, DIAG_SCHEDULE, "'move' has 1 inputs, not 2", NULL } } },
    { { { "['p.out']", "['p.data']" } },
      { { 3, 51, DIAG_FIFO,
          "there is no stream 'p.data'; there are: source.out, p.out, q.out",
          NULL } } },
    { { { "['p.out']", "['r.out']" } },
      { { 3, 51, DIAG_FIFO,
          "there is no stream 'r.out'; there are: source.out, p.out, q.out",
          "did you mean 'p.out'?" } } },
    { { { "['p.out']", "['source.out']" } },
      { { 3, 51, DIAG_SCHEDULE, "'source.out' is read by 'p.a' already",
          NULL } } },
    { { { "['source.out']", "['q.out']" } },
      { { 0, 0, DIAG_SCHEDULE,
          "no process reads 'source.out', the input of the design", NULL } } },
    { { { "'inputs': ['p.out']", "'colour': 1" } },
      { { 3, 40, DIAG_JSON_KEY, "unknown key 'colour' in 'processes[1]'",
          NULL } } },
};

START_TEST(broken_models)
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

int main(void)
{
    Suite *s = suite_create("schedule_model");
    TCase *t = tcase_create("schedule_model");
    tcase_add_test(t, stages_become_processes);
    tcase_add_loop_test(t, broken_models, 0, sizeof broken / sizeof *broken);
    suite_add_tcase(s, t);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_NORMAL);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
