#include "cli/options.h"

#include "base/arena.h"
#include "base/diag.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

struct shared {
    struct option_u32 frames;
    struct option_u64 seed;
};

struct values {
    bool json;
    bool quiet;
    const char *output;
    struct option_list depths;
    struct option_u32 level;
    struct shared shared;
};

static const struct option_row shared_rows[] = {
    { .name = "frames",
      .letter = 'n',
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct shared, frames),
      .min = 1,
      .help = "frames" },
    { .name = "seed",
      .kind = OPTION_U64,
      .argument = "SEED",
      .offset = offsetof(struct shared, seed),
      .help = "seed" },
    { .name = NULL },
};

static const struct option_row rows[] = {
    { .name = "json",
      .letter = 'j',
      .kind = OPTION_FLAG,
      .offset = offsetof(struct values, json),
      .help = "JSON" },
    { .name = "quiet",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct values, quiet),
      .help = "quiet" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct values, output),
      .help = "output" },
    { .name = "fifo-depth",
      .kind = OPTION_LIST,
      .argument = "N|NAME=N",
      .offset = offsetof(struct values, depths),
      .help = "depths" },
    { .name = "level",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct values, level),
      .min = 3,
      .max = 9,
      .help = "level" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Run", shared_rows, offsetof(struct values, shared) },
    { "Other", rows, 0 },
    { NULL, NULL, 0 },
};

static const struct usage one_file = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .options_size = sizeof(struct values),
    .groups = groups,
};

static struct arena *arena;
static struct diag *diag;
static struct values values;
static struct operands operands;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    memset(&values, 0, sizeof values);
    memset(&operands, 0, sizeof operands);
}

static void teardown(void)
{
    arena_free(arena);
}

static void again(void)
{
    teardown();
    setup();
}

/* Parses words parted by single blanks; "" stands for an empty word. */
static enum options_result parse(const struct usage *usage, const char *line)
{
    enum { WORDS_MAX = 20 };
    static char name[] = "simulate";
    char *argv[WORDS_MAX + 1] = { name };
    int argc = 1;
    char *s = arena_strdup(arena, line);
    while (*s != '\0') {
        size_t length = strcspn(s, " ");
        bool last = s[length] == '\0';
        s[length] = '\0';
        ck_assert_int_lt(argc, WORDS_MAX);
        if (strcmp(s, "\"\"") == 0)
            *s = '\0';
        argv[argc++] = s;
        s += length + (last ? 0 : 1);
    }
    return options_parse(usage, argc, argv, arena, &values, &operands, diag);
}

START_TEST(test_nothing)
{
    ck_assert_int_eq(parse(&one_file, "m.json"), OPTIONS_OK);
    ck_assert(!values.json && !values.quiet && values.output == NULL);
    ck_assert(!values.shared.frames.given && !values.shared.seed.given);
    ck_assert_uint_eq(values.depths.count, 0);
    ck_assert_uint_eq(operands.count, 1);
    ck_assert_str_eq(operands.items[0], "m.json");
}
END_TEST

START_TEST(test_everything)
{
    ck_assert_int_eq(
        parse(&one_file,
              "--json --frames 7 m.json --seed=18446744073709551615 "
              "--fifo-depth 4 -o out.json --fifo-depth=conv1.out=8 --level 9"),
        OPTIONS_OK);
    ck_assert(values.json && !values.quiet);
    ck_assert(values.shared.frames.given);
    ck_assert_uint_eq(values.shared.frames.value, 7);
    ck_assert(values.shared.seed.given);
    ck_assert(values.shared.seed.value == UINT64_MAX);
    ck_assert_uint_eq(values.level.value, 9);
    ck_assert_str_eq(values.output, "out.json");
    ck_assert_uint_eq(values.depths.count, 2);
    ck_assert_str_eq(values.depths.items[0], "4");
    ck_assert_str_eq(values.depths.items[1], "conv1.out=8");
    ck_assert_uint_eq(operands.count, 1);
    ck_assert_str_eq(operands.items[0], "m.json");
    ck_assert_uint_eq(diag_count(diag), 0);
}
END_TEST

START_TEST(test_letters)
{
    ck_assert_int_eq(parse(&one_file, "-jn5 -oout m"), OPTIONS_OK);
    ck_assert(values.json);
    ck_assert_uint_eq(values.shared.frames.value, 5);
    ck_assert_str_eq(values.output, "out");
}
END_TEST

START_TEST(test_zero_is_given)
{
    ck_assert_int_eq(parse(&one_file, "--seed 0 m"), OPTIONS_OK);
    ck_assert(values.shared.seed.given);
    ck_assert(values.shared.seed.value == 0);
}
END_TEST

START_TEST(test_end_of_options)
{
    ck_assert_int_eq(parse(&one_file, "--json -- --seed"), OPTIONS_OK);
    ck_assert_str_eq(operands.items[0], "--seed");
    ck_assert(!values.shared.seed.given);
}
END_TEST

/* A lone dash is a file name: standard input or output. */
START_TEST(test_dash)
{
    ck_assert_int_eq(parse(&one_file, "-o - -"), OPTIONS_OK);
    ck_assert_str_eq(values.output, "-");
    ck_assert_str_eq(operands.items[0], "-");
}
END_TEST

START_TEST(test_help)
{
    const char *const lines[] = { "--help", "-h", "-jh --nonsense",
                                  "m --frames x --help more" };
    ck_assert_int_eq(parse(&one_file, lines[_i]), OPTIONS_HELP);
    ck_assert_uint_eq(diag_count(diag), 0);
}
END_TEST

/* Every line, and what is said: a NULL text ends a list. */
static const struct {
    const char *line;
    const char *texts[3];
    const char *hint; /* of the first text */
} faults[] = {
    { "", { "'simulate' needs FILE: 0 given" }, NULL },
    { "a b", { "'simulate' takes FILE, but 'b' follows" }, NULL },
    { "m --fames 3",
      { "unknown option '--fames'" },
      "did you mean '--frames'?" },
    { "m --fames=3",
      { "unknown option '--fames'" },
      "did you mean '--frames'?" },
    { "m --zzz", { "unknown option '--zzz'" }, NULL },
    { "m --fifo_depth 3",
      { "unknown option '--fifo_depth'" },
      "did you mean '--fifo-depth'?" },
    /* Abbreviations, of which getopt_long knows several kinds. */
    { "m --fra 3", { "unknown option '--fra'" }, NULL },
    { "m --fra=3", { "unknown option '--fra'" }, NULL },
    { "m --jso", { "unknown option '--jso'" }, "did you mean '--json'?" },
    { "m --jso=3", { "unknown option '--jso'" }, "did you mean '--json'?" },
    { "m --f", { "unknown option '--f'" }, NULL },
    { "m --leve", { "unknown option '--leve'" }, "did you mean '--level'?" },
    { "m --hel", { "unknown option '--hel'" }, "did you mean '--help'?" },
    { "m -x", { "unknown option '-x'" }, NULL },
    { "m -jx", { "unknown option '-x'" }, NULL },
    { "m --json=yes",
      { "option '--json' takes no value, but 'yes' was given" },
      NULL },
    { "m --json=",
      { "option '--json' takes no value, but '' was given" },
      NULL },
    { "m --frames", { "option '--frames' needs a value: N" }, NULL },
    { "m -n", { "option '--frames' needs a value: N" }, NULL },
    { "m --fifo-depth",
      { "option '--fifo-depth' needs a value: N|NAME=N" },
      NULL },
    { "m --output \"\"", { "--output: the value is empty" }, NULL },
    { "m --output=", { "--output: the value is empty" }, NULL },
    { "m --frames=", { "--frames: the value is empty" }, NULL },
    { "m --fifo-depth \"\"", { "--fifo-depth: the value is empty" }, NULL },
    { "m --frames 3x",
      { "--frames: '3x' is not a whole number without sign" },
      NULL },
    { "m --frames x3",
      { "--frames: 'x3' is not a whole number without sign" },
      NULL },
    { "m --frames 0x10",
      { "--frames: '0x10' is not a whole number without sign" },
      NULL },
    { "m --frames 1.5",
      { "--frames: '1.5' is not a whole number without sign" },
      NULL },
    { "m --frames 1e3",
      { "--frames: '1e3' is not a whole number without sign" },
      NULL },
    { "m --frames -3",
      { "--frames: '-3' is not a whole number without sign" },
      NULL },
    { "m --frames +3",
      { "--frames: '+3' is not a whole number without sign" },
      NULL },
    { "m --frames 0", { "--frames: 0 is outside 1..4294967295" }, NULL },
    { "m --frames 4294967296",
      { "--frames: 4294967296 is outside 1..4294967295" },
      NULL },
    { "m --seed 18446744073709551616",
      { "--seed: 18446744073709551616 is outside 0..18446744073709551615" },
      NULL },
    { "m --seed 99999999999999999999999",
      { "--seed: 99999999999999999999999 is outside 0..18446744073709551615" },
      NULL },
    { "m --level 2", { "--level: 2 is outside 3..9" }, NULL },
    { "m --level 10", { "--level: 10 is outside 3..9" }, NULL },
    { "m --frames 1 --frames 1",
      { "option '--frames' is given more than once" },
      NULL },
    { "m -n 1 --frames 2",
      { "option '--frames' is given more than once" },
      NULL },
    { "m --json -j", { "option '--json' is given more than once" }, NULL },
    { "m -o a -o b", { "option '--output' is given more than once" }, NULL },
    /* All are reported, in the order of the command line. */
    { "--fames 1 --level 1",
      { "unknown option '--fames'", "--level: 1 is outside 3..9" },
      "did you mean '--frames'?" },
    /* But operands only if the options are right. */
    { "--level x",
      { "--level: 'x' is not a whole number without sign" },
      NULL },
};

START_TEST(test_faults)
{
    ck_assert_int_eq(parse(&one_file, faults[_i].line), OPTIONS_BAD);
    size_t count = 0;
    for (; count < 3 && faults[_i].texts[count] != NULL; count++) {
        ck_assert_msg(count < diag_count(diag), "'%s': nothing after %zu",
                      faults[_i].line, count);
        const struct diag_message *m = diag_at(diag, count);
        ck_assert_str_eq(m->text, faults[_i].texts[count]);
        ck_assert_int_eq(m->code, DIAG_OPTION);
        ck_assert_int_eq(m->severity, DIAG_ERROR);
    }
    ck_assert_msg(diag_count(diag) == count, "'%s': also says '%s'",
                  faults[_i].line, diag_at(diag, count)->text);
    const char *hint = diag_at(diag, 0)->hint;
    if (faults[_i].hint == NULL)
        ck_assert_msg(hint == NULL, "'%s': hint '%s'", faults[_i].line, hint);
    else
        ck_assert_str_eq(hint, faults[_i].hint);
}
END_TEST

START_TEST(test_operand_counts)
{
    struct usage usage = one_file;
    usage.operands = NULL;
    usage.operand_min = usage.operand_max = 0;
    ck_assert_int_eq(parse(&usage, "--json"), OPTIONS_OK);
    again();
    ck_assert_int_eq(parse(&usage, "a"), OPTIONS_BAD);
    ck_assert_str_eq(diag_at(diag, 0)->text,
                     "'simulate' takes no operand, but 'a' follows");
    usage.operands = "A B";
    usage.operand_min = usage.operand_max = 2;
    again();
    ck_assert_int_eq(parse(&usage, "a"), OPTIONS_BAD);
    ck_assert_str_eq(diag_at(diag, 0)->text, "'simulate' needs A B: 1 given");
    again();
    ck_assert_int_eq(parse(&usage, "a --json b"), OPTIONS_OK);
    ck_assert_str_eq(operands.items[0], "a");
    ck_assert_str_eq(operands.items[1], "b");
}
END_TEST

/* For options whose value has parts. */
START_TEST(test_number)
{
    uint64_t n = 0;
    ck_assert(options_number("--x", "007", 1, 7, &n, diag));
    ck_assert_uint_eq(n, 7);
    ck_assert(!options_number("--x", "", 1, 7, &n, diag));
    ck_assert(!options_number("--x", "8", 1, 7, &n, diag));
    ck_assert(!options_number("--x", " 7", 1, 7, &n, diag));
    ck_assert_uint_eq(n, 7);
    ck_assert_uint_eq(diag_error_count(diag), 3);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("options");
    TCase *c = tcase_create("core");
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, test_nothing);
    tcase_add_test(c, test_everything);
    tcase_add_test(c, test_letters);
    tcase_add_test(c, test_zero_is_given);
    tcase_add_test(c, test_end_of_options);
    tcase_add_test(c, test_dash);
    tcase_add_loop_test(c, test_help, 0, 4);
    tcase_add_loop_test(c, test_faults, 0, sizeof faults / sizeof *faults);
    tcase_add_test(c, test_operand_counts);
    tcase_add_test(c, test_number);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
