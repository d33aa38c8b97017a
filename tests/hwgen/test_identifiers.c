#include "hwgen/identifiers.h"

#include "base/arena.h"
#include "design/design.h"

#include <check.h>
#include <stdlib.h>

static struct identifiers *identify(struct arena *a, const char *name)
{
    static struct process processes[] = { { .name = "a.pad" },
                                          { .name = "a_pad" },
                                          { .name = "output" } };
    static struct stream streams[] = { { .name = "source.out" },
                                       { .name = "a.pad.out" },
                                       { .name = "a_pad.out" } };
    struct design *d = arena_new_item(a, struct design);
    d->name = "net";
    d->processes = processes;
    d->process_count = 3;
    d->streams = streams;
    d->stream_count = 3;
    return identifiers_new(a, d, name);
}

START_TEST(test_parts)
{
    struct arena *a = arena_new();
    const struct identifiers *ids = identify(a, NULL);
    ck_assert_str_eq(ids->processes[0], "a_pad");
    ck_assert_str_eq(ids->processes[1], "a_pad_2");
    ck_assert_str_eq(ids->processes[2], "output");
    ck_assert_str_eq(ids->streams[0], "source_out");
    ck_assert_str_eq(ids->streams[1], "a_pad_out");
    ck_assert_str_eq(ids->streams[2], "a_pad_out_2");
    arena_free(a);
}
END_TEST

static const struct {
    const char *name, *stem;
} stems[] = {
    { NULL, "net" },
    { "lenet5", "lenet5" },
    { "xor", "xor_design" },             /* the last keyword */
    { "accept_on", "accept_on_design" }, /* the first */
    { "out", "out" },                    /* the beginning of one */
    { "conv2d", "conv2d_design" },       /* a module of the library */
    { "farm", "farm" },
};

START_TEST(test_stem)
{
    struct arena *a = arena_new();
    ck_assert_str_eq(identify(a, stems[_i].name)->stem, stems[_i].stem);
    arena_free(a);
}
END_TEST

static Suite *identifiers_suite(void)
{
    Suite *s = suite_create("identifiers");
    TCase *t = tcase_create("identifiers");
    tcase_add_test(t, test_parts);
    tcase_add_loop_test(t, test_stem, 0, sizeof stems / sizeof stems[0]);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(identifiers_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
