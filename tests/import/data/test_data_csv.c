/* Frames and labels as text. */
#include "tests/import/data/data_case.h"

static bool parse(struct data_case *c, uint64_t values, const char *column,
                  const char *text, struct csv_frames *out)
{
    struct csv_request r = { "t.csv", values, column };
    return data_csv_parse(c->arena, &r, text, strlen(text), out, c->diag);
}

/* Texts of the frames (1, -2.5) and (30, 4), of classes 7 and 0, or without
 * labels. */
static const struct {
    const char *text, *column;
    bool labelled;
} good[] = {
    { "1,-2.5\n30,4\n", NULL, false },
    { "1,-2.5\n30,4", NULL, false },
    { "1.0;-25e-1\r\n3E1;+4.\r\n", NULL, false },
    { "1\t-2.5\n\n30\t4\n\n", NULL, false },
    { "a,b\n1,-2.5\n30,4\n", NULL, false },
    { "\xef\xbb\xbf"
      "a,b\n 1 , -2.5\n\"30\",\"4\"\n",
      NULL, false },
    { "label,a,b\n7,1,-2.5\n0,30,4\n", NULL, true },
    { "a;\"Y\";b\n1;7;-2.5\n30;0;4\n", NULL, true },
    { "a,b,\"the \"\"kind\"\"\"\n1,-2.5,7\n30,4,0\n", "the \"kind\"", true },
    { "1,-2.5,7\n30,4,0\n", "3", true },
    { "7,1,-2.5\n0.0,30,4\n", "1", true },
    { "y,x,x\n1,7,-2.5\n30,0,4\n", "2", true },
};

START_TEST(test_good)
{
    struct data_case c = data_case_new();
    struct csv_frames f;
    ck_assert_msg(parse(&c, 2, good[_i].column, good[_i].text, &f), "%s",
                  diag_count(c.diag) == 0 ? "" : diag_at(c.diag, 0)->text);
    ck_assert_uint_eq(f.count, 2);
    ck_assert(f.values[0] == 1 && f.values[1] == -2.5);
    ck_assert(f.values[2] == 30 && f.values[3] == 4);
    ck_assert_int_eq(f.labels != NULL, good[_i].labelled);
    ck_assert(f.labels == NULL || (f.labels[0] == 7 && f.labels[1] == 0));
    data_case_quiet(&c);
}
END_TEST

START_TEST(test_labels)
{
    static const char *const texts[] = { "7\n0\n", "class\n7\n0\n",
                                         "name,label\na,7\nb,0\n" };
    struct data_case c = data_case_new();
    struct csv_frames f;
    ck_assert(parse(&c, 0, NULL, texts[_i], &f));
    ck_assert_uint_eq(f.count, 2);
    ck_assert(f.labels[0] == 7 && f.labels[1] == 0);
    data_case_quiet(&c);
}
END_TEST

static const struct {
    uint64_t values; /* of a frame */
    const char *column, *text, *said;
} bad[] = {
    { 2, NULL, "", "t.csv: error[data]: the file is empty" },
    { 2, NULL, "\n\n", "t.csv: error[data]: the file is empty" },
    { 2, NULL, "a,b\n", "t.csv: error[data]: the file has no frames" },
    /* A first line that is no frame either is no header. */
    { 2, NULL, "1,\n3,4\n",
      "t.csv:1:3: error[data]: an empty cell is no number" },
    { 2, NULL, "NaN,2\n3,4\n", "t.csv:1:1: error[data]: 'NaN' is no number" },
    { 2, NULL, "1,5;2\n3,5;4\n", "t.csv:1:1: error[data]: '1,5' is no number" },
    { 2, NULL, "1,2\n3,x\n", "t.csv:2:3: error[data]: 'x' is no number" },
    { 2, NULL, "1,2\n3,\n",
      "t.csv:2:3: error[data]: an empty cell is no number" },
    { 2, NULL, "1,2\n3,nan\n", "t.csv:2:3: error[data]: 'nan' is no number" },
    { 2, NULL, "1,2\n3,0x1\n", "t.csv:2:3: error[data]: '0x1' is no number" },
    { 2, NULL, "1,2\n-1e999,1\n",
      "t.csv:2:1: error[data]: -1e999 is larger than any number that can be "
      "held" },
    { 2, NULL, "1,2\n\n3\n",
      "t.csv:3: error[data]: fewer than the 2 columns of the first line" },
    { 2, NULL, "1,2\n3,4,5\n",
      "t.csv:2: error[data]: more than the 2 columns of the first line" },
    { 2, NULL, "1,2,3\n",
      "t.csv:1: error[data]: 3 columns of values, not the 2 of a frame" },
    { 2, "kind", "a,b,c\n1,2,3\n",
      "t.csv:1: error[data]: there is no column 'kind' among the 3" },
    { 2, "4", "1,2,3\n",
      "t.csv:1: error[data]: there is no column '4' among the 3" },
    { 2, "0", "1,2,3\n",
      "t.csv:1: error[data]: there is no column '0' among the 3" },
    { 2, "3", "1,2,cat\n1,2,3\n1,2,dog\n",
      "t.csv:3:5: error[data]: label 'dog' is no whole number" },
    { 2, "3", "1,2,1.5\n",
      "t.csv:1:5: error[data]: label '1.5' is no whole number" },
    { 2, NULL, "1,\"2\n",
      "t.csv:1:3: error[data]: a quoted cell does not end in its line" },
    { 2, NULL, "\"1\"x,2\n",
      "t.csv:1:4: error[data]: text behind a quoted cell" },
    { 0, NULL, "a,b\n1,2\n",
      "t.csv:1: error[data]: none of the 2 columns is called 'label', 'y' or "
      "'class'" },
};

START_TEST(test_bad)
{
    struct data_case c = data_case_new();
    struct csv_frames f;
    ck_assert(!parse(&c, bad[_i].values, bad[_i].column, bad[_i].text, &f));
    data_case_said(&c, bad[_i].said);
}
END_TEST

/* Many short lines cost no more than the header allows, */
START_TEST(test_memory)
{
    struct data_case c = data_case_new();
    enum { LINES = 20000 };
    char *text = arena_alloc(c.arena, LINES, 2);
    for (size_t i = 0; i < LINES; i++)
        memcpy(text + 2 * i, "1\n", 2);
    size_t before = arena_used(c.arena);
    struct csv_request r = { "t.csv", 1, NULL };
    struct csv_frames f;
    ck_assert(data_csv_parse(c.arena, &r, text, 2 * LINES, &f, c.diag));
    ck_assert_uint_eq(f.count, LINES);
    ck_assert_uint_le(arena_used(c.arena) - before, 24 * 2 * LINES);
    data_case_quiet(&c);
}
END_TEST

/* also where a first line as long as a frame says that more is to come. */
START_TEST(test_memory_short)
{
    struct data_case c = data_case_new();
    enum { VALUES = 1000, LINES = 20000, BYTES = 2 * (VALUES + LINES) };
    char *text = arena_alloc(c.arena, BYTES, 1);
    for (size_t i = 0; i < BYTES / 2; i++)
        memcpy(text + 2 * i, i + 1 < VALUES ? "1," : "1\n", 2);
    size_t before = arena_used(c.arena);
    struct csv_request r = { "t.csv", VALUES, NULL };
    struct csv_frames f;
    ck_assert(!data_csv_parse(c.arena, &r, text, BYTES, &f, c.diag));
    ck_assert_uint_le(arena_used(c.arena) - before, 24 * BYTES);
    data_case_said(&c, "t.csv:2: error[data]: fewer than the 1000 columns of "
                       "the first line");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("data_csv");
    TCase *t = tcase_create("csv");
    tcase_add_loop_test(t, test_good, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(t, test_labels, 0, 3);
    tcase_add_loop_test(t, test_bad, 0, sizeof bad / sizeof *bad);
    tcase_add_test(t, test_memory);
    tcase_add_test(t, test_memory_short);
    suite_add_tcase(s, t);
    return data_case_run(s);
}
