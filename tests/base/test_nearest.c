#include "base/nearest.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
    "frames", "fifo-depth", "random-stalls", "json",
    "output", "conv1",      "conv2",         NULL,
};

static const struct {
    const char *text, *nearest;
} cases[] = {
    { "frames", "frames" },
    { "frame", "frames" },   /* left out */
    { "framess", "frames" }, /* put in */
    { "framas", "frames" },  /* changed */
    { "rfames", "frames" },  /* swapped: one edit */
    { "josn", "json" },
    { "jsno", "json" },
    { "fifo_dephts", "fifo-depth" },
    { "Frames", "frames" },
    { "conv", "conv1" }, /* the first of equals */
    { "conv3", "conv1" },
    { "", NULL },
    { "x", NULL },
    { "verbose", NULL },
    { "jxxx", NULL },
    { "stalls", NULL },
};

START_TEST(test_cases)
{
    const char *got = nearest_word(words, cases[_i].text);
    if (cases[_i].nearest == NULL)
        ck_assert_ptr_null(got);
    else
        ck_assert_str_eq(got, cases[_i].nearest);
}
END_TEST

START_TEST(test_no_words)
{
    const char *const none[] = { NULL };
    ck_assert_ptr_null(nearest_word(none, "a"));
}
END_TEST

/* 80 letters are compared, 81 are not. */
START_TEST(test_long_words)
{
    char text[100], word[100];
    memset(text, 'a', sizeof text);
    memset(word, 'a', sizeof word);
    text[80] = word[80] = '\0';
    text[3] = 'b';
    const char *const list[] = { word, NULL };
    ck_assert_ptr_eq(nearest_word(list, text), word);
    word[80] = 'a';
    word[81] = '\0';
    ck_assert_ptr_null(nearest_word(list, text));
    ck_assert_ptr_null(nearest_word(list, word));
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("nearest");
    TCase *c = tcase_create("core");
    tcase_add_loop_test(c, test_cases, 0, sizeof cases / sizeof *cases);
    tcase_add_test(c, test_no_words);
    tcase_add_test(c, test_long_words);
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
