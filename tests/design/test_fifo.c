#include "design/fifo.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"

#include <check.h>
#include <stdlib.h>

static const struct {
    enum fifo_kind kind;
    uint32_t depth;
    enum fifo_kind chosen;
    uint32_t capacity, write_latency;
} settings[] = {
    { FIFO_SRL, 1, FIFO_SRL, 1, 1 },
    { FIFO_SRL, 1000, FIFO_SRL, 1000, 1 },
    { FIFO_BRAM, 2, FIFO_BRAM, 3, 2 },
    { FIFO_BRAM, FIFO_DEPTH_MAX, FIFO_BRAM, FIFO_DEPTH_MAX + 1, 2 },
    { FIFO_AUTO, 1, FIFO_SRL, 1, 1 },
    { FIFO_AUTO, 64, FIFO_SRL, 64, 1 },
    { FIFO_AUTO, 65, FIFO_BRAM, 66, 2 },
};

START_TEST(test_set)
{
    struct stream s = { 0 };
    fifo_set(&s, settings[_i].kind, settings[_i].depth);
    ck_assert_uint_eq(s.depth, settings[_i].depth);
    ck_assert_int_eq(s.kind, settings[_i].chosen);
    ck_assert_int_eq(s.auto_kind, settings[_i].kind == FIFO_AUTO);
    ck_assert_uint_eq(stream_capacity(&s), settings[_i].capacity);
    ck_assert_uint_eq(stream_write_latency(&s), settings[_i].write_latency);
    ck_assert_uint_eq(stream_read_latency(&s), 1);
}
END_TEST

/* As HLS tools choose: 16 bits a token. */
static const struct {
    enum fifo_rule rule;
    uint32_t depth;
    enum fifo_kind chosen;
    uint32_t capacity, write_latency;
} by_rule[] = {
    { FIFO_RULE_VITIS, 1, FIFO_SRL, 1, 1 },
    { FIFO_RULE_VITIS, 62, FIFO_SRL, 62, 1 },
    { FIFO_RULE_VITIS, 63, FIFO_RAM, 63, 2 },
    { FIFO_RULE_VIVADO, 99, FIFO_SRL, 99, 1 },
    { FIFO_RULE_VIVADO, 100, FIFO_BRAM, 101, 2 },
    { FIFO_RULE_PORT, 2, FIFO_SRL, 2, 1 },
};

START_TEST(test_rules)
{
    struct stream s = { .rule = by_rule[_i].rule, .width_bits = 16 };
    fifo_set(&s, FIFO_AUTO, by_rule[_i].depth);
    ck_assert_int_eq(s.kind, by_rule[_i].chosen);
    ck_assert(s.auto_kind);
    ck_assert_uint_eq(stream_capacity(&s), by_rule[_i].capacity);
    ck_assert_uint_eq(stream_write_latency(&s), by_rule[_i].write_latency);
    ck_assert_int_eq(fifo_is_chosen(&s), s.rule != FIFO_RULE_PORT);
    /* What the user asked for stays. */
    fifo_set(&s, FIFO_SRL, 1000);
    ck_assert_int_eq(s.kind, FIFO_SRL);
}
END_TEST

START_TEST(test_ports_are_not_chosen)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct stream streams[] = {
        { .name = "source.out", .rule = FIFO_RULE_PORT, .depth = 2 },
        { .name = "a.out" },
    };
    const struct design design = { .stream_count = 2, .streams = streams };
    const struct place where = { "f", 7, 3 };
    ck_assert_ptr_eq(fifo_find(&design, "a.out", where, d), &streams[1]);
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_ptr_null(fifo_find(&design, "source.out", where, d));
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "'source.out' is a port: HLS puts a register slice of 2 "
                     "tokens there, whatever is asked for");
    ck_assert_ptr_null(fifo_find(&design, "b.out", where, d));
    ck_assert_str_eq(diag_at(d, 1)->text,
                     "there is no stream 'b.out'; there are: a.out");
    arena_free(a);
}
END_TEST

START_TEST(test_tokens_per_pixel)
{
    const struct stream s = { .shape = { 2, 3, 8 }, .lanes = 2 };
    ck_assert_uint_eq(stream_tokens_per_pixel(&s), 4);
}
END_TEST

static const struct {
    enum fifo_kind kind;
    uint32_t depth;
    const char *text, *hint; /* NULL: legal */
} checks[] = {
    { FIFO_AUTO, 1, NULL, NULL },
    { FIFO_SRL, 1, NULL, NULL },
    { FIFO_BRAM, 2, NULL, NULL },
    { FIFO_AUTO, FIFO_DEPTH_MAX, NULL, NULL },
    { FIFO_AUTO, 0,
      "depth 0 of 'a.out' is outside 1..16777216 for FIFO kind 'auto'", NULL },
    { FIFO_SRL, 16777217,
      "depth 16777217 of 'a.out' is outside 1..16777216 for FIFO kind 'srl'",
      NULL },
    { FIFO_BRAM, 0,
      "depth 0 of 'a.out' is outside 2..16777216 for FIFO kind 'bram'", NULL },
    { FIFO_BRAM, 1,
      "depth 1 of 'a.out' is outside 2..16777216 for FIFO kind 'bram'",
      "kind 'srl' or 'auto' can be 1 token deep" },
};

START_TEST(test_check)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct place where = { "f", 7, 3 };
    bool legal =
        fifo_check("a.out", checks[_i].kind, checks[_i].depth, where, d);
    ck_assert_int_eq(legal, checks[_i].text == NULL);
    ck_assert_uint_eq(diag_count(d), legal ? 0 : 1);
    if (!legal) {
        ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FIFO);
        ck_assert_str_eq(diag_at(d, 0)->text, checks[_i].text);
        ck_assert_pstr_eq(diag_at(d, 0)->hint, checks[_i].hint);
        ck_assert_uint_eq(diag_at(d, 0)->place.line, 7);
    }
    arena_free(a);
}
END_TEST

static Suite *fifo_suite(void)
{
    Suite *s = suite_create("fifo");
    TCase *t = tcase_create("fifo");
    tcase_add_loop_test(t, test_set, 0, sizeof settings / sizeof settings[0]);
    tcase_add_loop_test(t, test_check, 0, sizeof checks / sizeof checks[0]);
    tcase_add_loop_test(t, test_rules, 0, sizeof by_rule / sizeof by_rule[0]);
    tcase_add_test(t, test_ports_are_not_chosen);
    tcase_add_test(t, test_tokens_per_pixel);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(fifo_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
