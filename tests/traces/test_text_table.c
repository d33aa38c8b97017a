#include "traces/text_table.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

static const char text[] = "====\n"
                           "== One\n"
                           "====\n"
                           "* Date:   Mon 1: 2\n"
                           "+ Group: \n"
                           "    * Title: \n"
                           "    +----+-----+\n"
                           "    |    | two |\n"
                           "    |one | row |\n"
                           "    +----+-----+\n"
                           "    |a b |    1|\n"
                           "    |  c |    2|\n"
                           "    +----+-----+\n"
                           "    |sum |    3|\n"
                           "    +----+-----+\n"
                           "\n"
                           "    * Other:\n"
                           "    N/A\n"
                           "== Two\n"
                           "* Title:\n"
                           "+--+\n"
                           "|x |\n"
                           "+--+\n"
                           "|1 \n"
                           "== Three\n"
                           "|y|\n";

START_TEST(headings_and_facts)
{
    const struct text_tables *t = text_tables_read(a, "r", text, NULL);
    ck_assert(text_tables_have_section(t, "One"));
    ck_assert(text_tables_have_section(t, "Three"));
    ck_assert(!text_tables_have_section(t, "Four"));
    ck_assert_str_eq(text_fact_find(t, "Date")->value, "Mon 1: 2");
    ck_assert_uint_eq(text_fact_find(t, "Date")->place.line, 4);
    ck_assert_ptr_null(text_fact_find(t, "Time"));
    ck_assert_ptr_null(text_table_find(t, "One", "Group", "Other"));
    t = text_tables_read(a, "r", text, "Two");
    ck_assert(text_tables_have_section(t, "Two"));
    ck_assert_ptr_null(text_table_find(t, "Two", "", "Title"));
}
END_TEST

START_TEST(rows_and_cells)
{
    const struct text_tables *all = text_tables_read(a, "r", text, NULL);
    const struct text_table *t = text_table_find(all, "One", "Group", "Title");
    ck_assert_ptr_nonnull(t);
    ck_assert(t->whole);
    ck_assert_str_eq(t->header->cells[0].text, "one"); /* the last row */
    ck_assert_uint_eq(text_table_column(t, "row"), 1);
    ck_assert_uint_eq(text_table_column(t, "two"), UINT32_MAX);
    const struct text_row *r = t->rows;
    ck_assert_uint_eq(r->cell_count, 2);
    ck_assert_str_eq(r->cells[0].text, "a b");
    ck_assert_uint_eq(r->cells[0].indent, 0);
    ck_assert_uint_eq(r->cells[1].place.line, 11);
    ck_assert_uint_eq(r->cells[1].place.column, 15);
    ck_assert(!r->footer);
    ck_assert_uint_eq(r->next->cells[0].indent, 2);
    ck_assert(r->next->next->footer);
    ck_assert_ptr_null(r->next->next->next);
}
END_TEST

START_TEST(tables_that_are_cut_off)
{
    const struct text_tables *all = text_tables_read(a, "r", text, NULL);
    const struct text_table *t = text_table_find(all, "Two", "", "Title");
    ck_assert(!t->whole);
    ck_assert(!t->rows->whole);
    ck_assert_uint_eq(t->rows->cell_count, 1);
    t = text_table_find(all, "Three", "", "");
    ck_assert_ptr_null(t->rows); /* no border: a header */
}
END_TEST

START_TEST(a_heading_ends_a_table)
{
    static const char close[] = "+-+\n|a|\n+-+\n|1|\n+-+\n"
                                "+ Group:\n* Title:\n+-+\n|b|\n+-+\n|2|\n";
    const struct text_tables *all = text_tables_read(a, "r", close, NULL);
    const struct text_table *t = text_table_find(all, "", "Group", "Title");
    ck_assert_ptr_nonnull(t);
    ck_assert_str_eq(t->rows->cells[0].text, "2");
}
END_TEST

START_TEST(sizes_are_bounded)
{
    struct text *t = text_new(a);
    text_add(t, "+-+\n|a|\n+-+\n");
    for (int i = 0; i < TEXT_ROWS_MAX; i++)
        text_add(t, "|1|\n");
    const struct text_tables *all =
        text_tables_read(a, "r", text_string(t), NULL);
    ck_assert(all->too_long);
    t = text_new(a);
    for (int i = 0; i < 1000; i++)
        text_add(t, "|");
    all = text_tables_read(a, "r", text_string(t), NULL);
    ck_assert(!all->too_long);
    ck_assert_uint_eq(all->tables->header->cell_count, TEXT_CELLS_MAX);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        headings_and_facts,     rows_and_cells,    tables_that_are_cut_off,
        a_heading_ends_a_table, sizes_are_bounded, NULL,
    };
    return check_main_with("text_table", tests, setup, teardown);
}
