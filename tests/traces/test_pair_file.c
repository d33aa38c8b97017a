#include "traces/pair_file.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"

static struct trace_case c;
static const char *left_names[] = { "conv1.out", "pool1.out" };
static const char *right_names[] = { "layer2_out", "layer3_out", "layer4_out" };
static uint32_t left_partner[2], right_partner[3];
static struct pair_names left = { 2, left_names, left_partner };
static struct pair_names right = { 3, right_names, right_partner };

static void setup(void)
{
    trace_case_begin(&c);
    for (int i = 0; i < 2; i++)
        left_partner[i] = PAIR_NONE;
    for (int i = 0; i < 3; i++)
        right_partner[i] = PAIR_NONE;
}

static void teardown(void)
{
    trace_case_end(&c);
}

static bool read(const char *text)
{
    const char *path = trace_case_text(&c, "pairs.json", text);
    return pair_file_read(c.arena, path, &left, &right, c.diag);
}

START_TEST(pairs_are_set_on_both_sides)
{
    ck_assert(read("{\"streams\": {\"pool1.out\": \"layer2_out\"}}"));
    trace_case_expect_none(&c);
    ck_assert_uint_eq(left_partner[0], PAIR_NONE);
    ck_assert_uint_eq(left_partner[1], 0);
    ck_assert_uint_eq(right_partner[0], 1);
    ck_assert_uint_eq(right_partner[1], PAIR_NONE);
}
END_TEST

START_TEST(faults_are_told)
{
    static const struct {
        const char *text;
        enum diag_code code;
        const char *words;
    } rows[] = {
        { "{\"streams\": {\"conv1out\": \"layer2_out\"}}", DIAG_NAME,
          "A has no stream 'conv1out'" },
        { "{\"streams\": {\"conv1out\": \"layer2_out\"}}", DIAG_NAME,
          "did you mean 'conv1.out'?" },
        { "{\"streams\": {\"conv1.out\": \"layer9\"}}", DIAG_NAME,
          "B has no stream 'layer9'" },
        { "{\"streams\": {\"conv1.out\": \"layer2_out\", "
          "\"pool1.out\": \"layer2_out\"}}",
          DIAG_NAME, "stream 'layer2_out' of B is paired twice" },
        { "{\"streams\": {\"conv1.out\": 3}}", DIAG_JSON_TYPE, "conv1.out" },
        { "{\"streams\": []}", DIAG_JSON_TYPE, "streams" },
        { "{\"streams\": {}, \"more\": 1}", DIAG_JSON_KEY, "more" },
        { "{}", DIAG_JSON_MISSING, "streams" },
        { "[]", DIAG_JSON_TYPE, "" },
        { "{", DIAG_JSON_SYNTAX, "" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        for (int k = 0; k < 3; k++)
            right_partner[k] = PAIR_NONE;
        left_partner[0] = left_partner[1] = PAIR_NONE;
        ck_assert(!read(rows[i].text));
        trace_case_expect(&c, DIAG_ERROR, rows[i].code, rows[i].words);
    }
}
END_TEST

START_TEST(a_file_that_is_not_there)
{
    ck_assert(!pair_file_read(c.arena, "/nowhere.json", &left, &right, c.diag));
    trace_case_expect(&c, DIAG_ERROR, DIAG_FILE_OPEN, "");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        pairs_are_set_on_both_sides,
        faults_are_told,
        a_file_that_is_not_there,
        NULL,
    };
    return check_main_with("pair_file", tests, setup, teardown);
}
