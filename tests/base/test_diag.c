#include "base/diag.h"

#include "base/arena.h"
#include "base/text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;
static struct diag *diag;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *formatted(size_t i)
{
    return diag_format(diag_at(diag, i), arena);
}

START_TEST(a_new_diag_is_empty)
{
    ck_assert_uint_eq(diag_count(diag), 0);
    ck_assert_uint_eq(diag_error_count(diag), 0);
}
END_TEST

START_TEST(messages_keep_their_order_and_parts)
{
    struct place here = { "lenet.json", 14, 19 };
    diag_error(diag, here, DIAG_JSON_RANGE, "stride %d is outside 1..%d", 0,
               28);
    diag_warning(diag, (struct place){ 0 }, DIAG_FIFO, "'%s' is shallow",
                 "conv1.out");
    ck_assert_uint_eq(diag_count(diag), 2);
    ck_assert_uint_eq(diag_error_count(diag), 1);

    const struct diag_message *m = diag_at(diag, 0);
    ck_assert_str_eq(m->place.file, "lenet.json");
    ck_assert_uint_eq(m->place.line, 14);
    ck_assert_uint_eq(m->place.column, 19);
    ck_assert_int_eq(m->severity, DIAG_ERROR);
    ck_assert_int_eq(m->code, DIAG_JSON_RANGE);
    ck_assert_str_eq(m->text, "stride 0 is outside 1..28");
    ck_assert_ptr_null(m->hint);

    m = diag_at(diag, 1);
    ck_assert_ptr_null(m->place.file);
    ck_assert_int_eq(m->severity, DIAG_WARNING);
    ck_assert_int_eq(m->code, DIAG_FIFO);
    ck_assert_str_eq(m->text, "'conv1.out' is shallow");
}
END_TEST

START_TEST(format_leaves_out_what_is_unknown)
{
    diag_error(diag, (struct place){ "a.json", 14, 19 }, DIAG_SHAPE, "x");
    diag_error(diag, (struct place){ "a.json", 14, 0 }, DIAG_SHAPE, "x");
    diag_error(diag, (struct place){ "a.json", 0, 0 }, DIAG_SHAPE, "x");
    diag_warning(diag, (struct place){ NULL, 0, 0 }, DIAG_OPTION, "x");
    ck_assert_str_eq(formatted(0), "a.json:14:19: error[shape]: x");
    ck_assert_str_eq(formatted(1), "a.json:14: error[shape]: x");
    ck_assert_str_eq(formatted(2), "a.json: error[shape]: x");
    ck_assert_str_eq(formatted(3), "warning[option]: x");
}
END_TEST

START_TEST(a_hint_goes_to_the_last_message)
{
    struct place here = { "a.json", 1, 2 };
    diag_error(diag, here, DIAG_JSON_KEY, "unknown key 'strid'");
    diag_error(diag, here, DIAG_JSON_KEY, "unknown key 'paddin'");
    diag_hint(diag, "did you mean '%s'?", "padding");
    ck_assert_ptr_null(diag_at(diag, 0)->hint);
    ck_assert_str_eq(formatted(1),
                     "a.json:1:2: error[json-key]: unknown key 'paddin'\n"
                     "    hint: did you mean 'padding'?");
    diag_hint(diag, "or leave it out");
    ck_assert_str_eq(diag_at(diag, 1)->hint,
                     "did you mean 'padding'?; or leave it out");
}
END_TEST

START_TEST(many_messages)
{
    enum { MANY = 1000 };
    for (int i = 0; i < MANY; i++) {
        diag_error(diag, (struct place){ "f", (uint32_t)i + 1, 1 }, DIAG_NAME,
                   "message %d", i);
        diag_hint(diag, "hint %d", i);
    }
    ck_assert_uint_eq(diag_count(diag), MANY);
    for (int i = 0; i < MANY; i++) {
        const struct diag_message *m = diag_at(diag, (size_t)i);
        ck_assert_uint_eq(m->place.line, i + 1);
        ck_assert_str_eq(m->text, arena_printf(arena, "message %d", i));
        ck_assert_str_eq(m->hint, arena_printf(arena, "hint %d", i));
    }
}
END_TEST

START_TEST(the_file_name_is_copied)
{
    char name[] = "first.json";
    diag_error(diag, (struct place){ name, 1, 1 }, DIAG_NAME, "x");
    strcpy(name, "other.json");
    diag_error(diag, (struct place){ name, 1, 1 }, DIAG_NAME, "x");
    ck_assert_str_eq(diag_at(diag, 0)->place.file, "first.json");
    ck_assert_str_eq(diag_at(diag, 1)->place.file, "other.json");
}
END_TEST

START_TEST(long_texts_are_whole)
{
    char *name = arena_new_array(arena, char, 10001);
    memset(name, 'n', 10000);
    diag_error(diag, (struct place){ 0 }, DIAG_NAME, "'%s'", name);
    ck_assert_uint_eq(strlen(diag_at(diag, 0)->text), 10002);
    ck_assert_uint_eq(strlen(formatted(0)), strlen("error[name]: ") + 10002);
}
END_TEST

START_TEST(control_characters_do_not_reach_the_terminal)
{
    diag_error(diag, (struct place){ "a\nb", 1, 0 }, DIAG_NAME,
               "'\033[31m\x7f' \xc3\xa9");
    diag_hint(diag, "tab\there");
    ck_assert_str_eq(formatted(0), "a\\x0ab:1: error[name]: '\\x1b[31m\\x7f' "
                                   "\xc3\xa9\n    hint: tab\\x09here");
}
END_TEST

START_TEST(code_names_are_distinct_words)
{
    for (int i = 0; i < DIAG_CODE_COUNT; i++) {
        const char *name = diag_code_name((enum diag_code)i);
        ck_assert_uint_gt(strlen(name), 0);
        ck_assert_uint_eq(strspn(name, "abcdefghijklmnopqrstuvwxyz-"),
                          strlen(name));
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(name, diag_code_name((enum diag_code)j));
    }
    ck_assert_str_eq(diag_code_name(DIAG_JSON_SYNTAX), "json-syntax");
}
END_TEST

/* The manual */

static char *manual(void)
{
    size_t length = 0;
    char *text = file_read(arena, HEADRACE_SOURCE_DIR "/docs/diagnostics.md",
                           1 << 20, &length, diag);
    ck_assert_msg(text != NULL, "docs/diagnostics.md cannot be read");
    return text;
}

static int code_called(const char *name, size_t length)
{
    for (int i = 0; i < DIAG_CODE_COUNT; i++) {
        const char *code = diag_code_name((enum diag_code)i);
        if (strlen(code) == length && memcmp(code, name, length) == 0)
            return i;
    }
    return -1;
}

/* Every code has one entry, in the order of diag_codes.def, with an example
 * that shows the code and with a remedy; no other entries. */
START_TEST(every_code_has_a_manual_entry)
{
    int next = 0;
    for (char *at = strstr(manual(), "\n## "); at != NULL;) {
        char *heading = at + strlen("\n## ");
        size_t length = strcspn(heading, "\n");
        char *end = strstr(heading, "\n## ");
        char *body = arena_printf(
            arena, "%.*s",
            end == NULL ? (int)strlen(heading) : (int)(end - heading), heading);
        char *name = arena_printf(arena, "%.*s", (int)length, heading);
        ck_assert_msg(code_called(name, length) == next,
                      "'## %s' is no code, or not in its order", name);
        char *shown = arena_printf(arena, "[%s]: ", name);
        ck_assert_msg(strstr(body, shown) != NULL, "no example of %s", name);
        ck_assert_msg(strstr(body, "\nRemedy: ") != NULL, "no remedy for %s",
                      name);
        next++;
        at = end;
    }
    ck_assert_msg(next == DIAG_CODE_COUNT, "no entry for '%s'",
                  next < DIAG_CODE_COUNT ? diag_code_name((enum diag_code)next)
                                         : "");
}
END_TEST

static Suite *diag_suite(void)
{
    Suite *s = suite_create("diag");
    TCase *tc = tcase_create("diag");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_new_diag_is_empty);
    tcase_add_test(tc, messages_keep_their_order_and_parts);
    tcase_add_test(tc, format_leaves_out_what_is_unknown);
    tcase_add_test(tc, a_hint_goes_to_the_last_message);
    tcase_add_test(tc, many_messages);
    tcase_add_test(tc, the_file_name_is_copied);
    tcase_add_test(tc, long_texts_are_whole);
    tcase_add_test(tc, control_characters_do_not_reach_the_terminal);
    tcase_add_test(tc, code_names_are_distinct_words);
    tcase_add_test(tc, every_code_has_a_manual_entry);
    suite_add_tcase(s, tc);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(diag_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
