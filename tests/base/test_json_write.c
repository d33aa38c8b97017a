#include "base/json_write.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "tests/check_main.h"

START_TEST(what_is_written_can_be_read)
{
    struct arena *a = arena_new();
    struct json_out *root = json_out_new(a);
    json_add_u64(root, "large", UINT64_C(9007199254740993)); /* 2^53 + 1 */
    json_add_i64(root, "negative", -5);
    json_add_ratio(root, "whole", 12, 4);
    json_add_ratio(root, "part", 13, 4);
    json_add_double(root, "tenth", 0.1);
    json_add_bool(root, "yes", true);
    json_add_string(root, "text", "a \"quoted\" \n line");
    json_add_null(root, "nothing");
    struct json_out *list = json_add_array(root, "list");
    json_add_u64(list, NULL, 1);
    json_add_string(json_add_object(list, NULL), "key", "value");
    struct text *t = text_new(a);
    json_out_print(root, t);

    struct diag *d = diag_new(a);
    struct json j = json_parse(a, "written", text_string(t), text_length(t), d);
    ck_assert(json_exists(j));
    uint64_t large = 0, whole = 0;
    double part = 0;
    bool yes = false;
    ck_assert(json_read_u64(json_need(j, "large"), 0, UINT64_MAX, &large));
    ck_assert(large == UINT64_C(9007199254740993));
    ck_assert(json_read_u64(json_need(j, "whole"), 0, 9, &whole));
    ck_assert_uint_eq(whole, 3);
    ck_assert(json_read_double(json_need(j, "part"), 0, 9, &part));
    ck_assert(part == 3.25);
    ck_assert(json_read_double(json_need(j, "tenth"), 0, 9, &part));
    ck_assert(part == 0.1);
    ck_assert(json_read_bool(json_need(j, "yes"), &yes));
    ck_assert(yes);
    ck_assert_str_eq(json_read_string(json_need(j, "text")),
                     "a \"quoted\" \n line");
    ck_assert_int_eq(json_kind(json_need(j, "nothing")), JSON_NULL);
    struct json read_list = json_need(j, "list");
    ck_assert_uint_eq(json_length(read_list), 2);
    ck_assert_str_eq(json_read_string(json_need(json_at(read_list, 1), "key")),
                     "value");
    ck_assert_uint_eq(diag_count(d), 0);
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { what_is_written_can_be_read, NULL };
    return check_main("json_write", tests);
}
