#include "report/model_text.h"

#include <string.h>

#include "tests/check_main.h"

START_TEST(places_count_from_one)
{
    const char *text = "{\n \"a\": 3\n}";
    ck_assert_uint_eq(model_text_offset(text, (struct place){ "x", 1, 1 }), 0);
    ck_assert_uint_eq(model_text_offset(text, (struct place){ "x", 2, 7 }), 8);
}
END_TEST

/* What stands in a string is no part of the structure. */
START_TEST(a_value_ends_where_json_says)
{
    static const struct {
        const char *text, *rest;
    } rows[] = {
        { "3, 4", ", 4" },
        { "true}", "}" },
        { "\"a\", 1", ", 1" },
        { "\"a\\\"b\\\\\", 1", ", 1" },
        { "{\"a\": [1, {}]} x", " x" },
        { "[{\"device\": \"a]}.json\"}], 1", ", 1" },
        { "{\"a\\\"}\": 1}]", "]" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        ck_assert_str_eq(rows[i].text + model_text_end(rows[i].text, 0),
                         rows[i].rest);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        places_count_from_one,
        a_value_ends_where_json_says,
        NULL,
    };
    return check_main("model_text", tests);
}
