/* Random designs: engine = infer = Verilated RTL on every handshake and
 * every bit.
 *
 *   HEADRACE_EXACTNESS_DESIGNS  how many (60; the full run is 300)
 *   HEADRACE_EXACTNESS_FIRST    the first seed (1)
 *   HEADRACE_EXACTNESS_VERBOSE  a line per design
 *   HEADRACE_EXACTNESS_KEEP     keep RTL and builds in this folder */
#include "tests/exactness/exactness.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DESIGNS = 60, BATCH = 30, SECONDS = 7200 };

static uint64_t number_from(const char *variable, uint64_t otherwise)
{
    const char *text = getenv(variable);
    return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

START_TEST(random_designs_agree)
{
    uint64_t first = number_from("HEADRACE_EXACTNESS_FIRST", 1);
    uint32_t count =
        (uint32_t)number_from("HEADRACE_EXACTNESS_DESIGNS", DESIGNS);
    char folder[] = "/tmp/headrace-exactness-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    const char *keep = getenv("HEADRACE_EXACTNESS_KEEP");
    struct exactness_totals t = { 0 };
    bool ran =
        exactness_run(first, count, BATCH, keep ? keep : folder, keep != NULL,
                      getenv("HEADRACE_EXACTNESS_VERBOSE") != NULL, &t);
    rmdir(folder);
    printf("seeds %" PRIu64 " to %" PRIu64 ": %" PRIu32 " designs, %" PRIu64
           " RTL cycles, %" PRIu64 " handshakes (%" PRIu64
           " different), %" PRIu64 " output values (%" PRIu64 " different)\n",
           first, first + count - 1, t.designs, t.cycles, t.handshakes,
           t.different_handshakes, t.values, t.different_values);
    printf("%" PRIu32 " of the designs deadlocked, in both alike\n",
           t.deadlocks);
    exactness_print_grid(&t);
    ck_assert(ran);
    ck_assert_uint_eq(t.designs, count);
    ck_assert_uint_eq(t.different_designs, 0);
    /* What was compared is real: designs move tokens and bring out values. */
    ck_assert_uint_gt(t.handshakes, 100 * (uint64_t)count);
    ck_assert_uint_gt(t.values, 5 * (uint64_t)count);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exactness");
    TCase *c = tcase_create("random designs");
    tcase_set_timeout(c, SECONDS);
    tcase_add_test(c, random_designs_agree);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
