#include "report/table.h"

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"

START_TEST(columns_are_as_wide_as_their_widest_cell)
{
    struct arena *a = arena_new();
    struct table *t = table_new(a, "<name|cycles|share|<");
    table_row(t);
    table_cell(t, "a");
    table_cell_number(t, 1234567);
    table_cell_percent(t, 1, 3);
    table_row(t);
    table_cell(t, "longer");
    table_cell_number(t, 12);
    table_cell_percent(t, 1, 0);
    table_cell(t, "note");
    struct text *out = text_new(a);
    table_print(t, out);
    ck_assert_str_eq(text_string(out), "name       cycles  share\n"
                                       "a       1,234,567   33 %\n"
                                       "longer         12      -  note\n");
    arena_free(a);
}
END_TEST

START_TEST(numbers_are_grouped_in_threes)
{
    struct arena *a = arena_new();
    ck_assert_str_eq(number_text(a, 0), "0");
    ck_assert_str_eq(number_text(a, 999), "999");
    ck_assert_str_eq(number_text(a, 1000), "1,000");
    ck_assert_str_eq(number_text(a, UINT64_MAX), "18,446,744,073,709,551,615");
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        columns_are_as_wide_as_their_widest_cell,
        numbers_are_grouped_in_threes,
        NULL,
    };
    return check_main("table", tests);
}
