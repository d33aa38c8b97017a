/* Kinds of links: the catalogue against what its sources publish, and files
 * with all that may be wrong in them. */
#include "import/link_type.h"

#include <math.h>

#include "import/link_files.h"
#include "tests/import/expect.h"

static const struct link_type *of_catalogue(const struct example *e,
                                            const char *name)
{
    const struct link_type *t =
        link_type_load(e->arena, name, (struct place){ 0 }, e->diag);
    ck_assert_msg(t != NULL, "%s", example_messages(e));
    return t;
}

/* Payload of a packet without end, in Mbit/s. */
static double payload_mbit(const struct link_type *t)
{
    const uint32_t pattern = (uint32_t)link_type_pattern(t);
    return (double)t->hz_numerator / (double)t->hz_denominator / 1e6 *
           t->word_bits * link_type_most_usable(t, pattern) / pattern;
}

/* Published figures are met within 2 %, what follows from a clock exactly. */
static void check_near(double is, double published)
{
    ck_assert_msg(fabs(is - published) <= published / 50, "%.2f, not %.2f", is,
                  published);
}

/* Words that can arrive after the buffer told its sender to stop: as
 * link_size has them, without cable. */
static uint32_t in_flight(const struct link_type *t)
{
    return link_type_most_usable(t, t->latency + t->return_latency +
                                        link_type_longest_pause(t) + 2);
}

START_TEST(all_of_the_catalogue_can_be_read)
{
    struct example e = example_new();
    for (size_t i = 0; i < link_file_count; i++) {
        const char *file = link_files[i].name;
        const char *name =
            arena_printf(e.arena, "%.*s", (int)strcspn(file, "."), file);
        ck_assert_str_eq(of_catalogue(&e, name)->name, name);
    }
    ck_assert_str_eq(link_type_names(e.arena),
                     "100gbe-udp, aurora-64b66b-10g, aurora-64b66b-4x25g, "
                     "crossing, lvds, serial-10g");
    example_free(&e);
}
END_TEST

START_TEST(clocks_are_exact)
{
    struct example e = example_new();
    const struct link_type *t = of_catalogue(&e, "aurora-64b66b-10g");
    ck_assert_uint_eq(t->hz_numerator, 322265625); /* 10.3125 GHz / 64 */
    ck_assert_uint_eq(t->hz_denominator, 2);
    t = of_catalogue(&e, "aurora-64b66b-4x25g");
    ck_assert_uint_eq(t->hz_numerator, 1611328125); /* 25.78125 GHz / 64 */
    ck_assert_uint_eq(t->hz_denominator, 4);
    example_free(&e);
}
END_TEST

/* AMD PG074: pause of 1 in 33, compensation of 8 in 4,992, 54 to 55 cycles. */
START_TEST(aurora_is_as_its_manual_says)
{
    struct example e = example_new();
    const struct link_type *t = of_catalogue(&e, "aurora-64b66b-10g");
    ck_assert_uint_eq(link_type_most_usable(t, 33), 32);
    uint32_t usable = 0;
    for (uint32_t n = 0; n < 4992 * 11; n++)
        usable += link_type_is_usable(t, n);
    const uint32_t bursts = 11, of_gearbox = 4992 * 11 / 33;
    /* Where both fall into one cycle it is lost once. */
    ck_assert_uint_ge(usable, 4992 * 11 - 8 * bursts - of_gearbox);
    ck_assert_uint_le(usable, 4992 * 11 - 8 * bursts - of_gearbox + bursts);
    check_near(t->latency, 54.5);
    example_free(&e);
}
END_TEST

/* AuroraFlow (HEART 2025, doi 10.1145/3728179.3728190). */
START_TEST(auroraflow_is_as_published)
{
    struct example e = example_new();
    const struct link_type *t = of_catalogue(&e, "aurora-64b66b-4x25g");
    check_near(payload_mbit(t), 95030);
    check_near(in_flight(t), 250);
    /* 0.51 us from application to application: with about 11 user clocks in
     * FIFOs and synchronisers. */
    const double cycle_ns =
        1e9 * (double)t->hz_denominator / (double)t->hz_numerator;
    check_near((t->latency + 11) * cycle_ns, 510);
    example_free(&e);
}
END_TEST

START_TEST(other_rates_follow_from_their_sources)
{
    struct example e = example_new();
    ck_assert_double_eq(payload_mbit(of_catalogue(&e, "serial-10g")), 10000);
    ck_assert_double_eq(payload_mbit(of_catalogue(&e, "lvds")), 8000);
    ck_assert_double_eq_tol(payload_mbit(of_catalogue(&e, "100gbe-udp")),
                            100000, 1e-6);
    /* The published transfer: 392 Kbit in at most 40 us. */
    check_near(392.0 * 1024 / 10000, 40);
    example_free(&e);
}
END_TEST

/* --- files -----------------------------------------------------------------
 */

static const char good[] =
    "{ 'name': 'mine', 'kind': 'framed', 'clock_mhz': 100.5,\n"
    "  'word_bits': 32, 'active': [3, 4],\n"
    "  'compensation': { 'cycles': 2, 'period': 100 },\n"
    "  'latency': 10, 'packet_words': 16, 'synchroniser': 3,\n"
    "  'core': { 'lut': 1, 'ff': 2 }, 'sources': ['none'] }";

/* Writes the text, whose ' become ", as model.json and loads that. */
static const struct link_type *load(const struct example *e, const char *text)
{
    char *json = arena_printf(e->arena, "%s", text);
    for (char *c = json; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    example_write(e, "model.json", json, strlen(json));
    return link_type_load(e->arena, example_path(e, "model.json"),
                          (struct place){ 0 }, e->diag);
}

START_TEST(a_file_says_what_a_link_is)
{
    struct example e = example_new();
    const struct link_type *t = load(&e, good);
    ck_assert_msg(t != NULL, "%s", example_messages(&e));
    ck_assert_str_eq(t->name, "mine");
    ck_assert_int_eq(t->kind, LINK_FRAMED);
    ck_assert_uint_eq(t->hz_numerator, 100500000);
    ck_assert_uint_eq(t->hz_denominator, 1);
    ck_assert_uint_eq(t->word_bits, 32);
    ck_assert_uint_eq(t->active, 3);
    ck_assert_uint_eq(t->active_of, 4);
    ck_assert_uint_eq(t->compensation_cycles, 2);
    ck_assert_uint_eq(t->compensation_period, 100);
    ck_assert_uint_eq(t->latency, 10);
    ck_assert_uint_eq(t->return_latency, 10);
    ck_assert_uint_eq(t->header_words + t->trailer_words, 0);
    ck_assert_uint_eq(t->packet_words, 16);
    ck_assert_uint_eq(t->synchroniser, 3);
    ck_assert_uint_eq(t->send_words, 0);
    ck_assert_uint_eq(t->core_lut, 1);
    ck_assert_uint_eq(t->core_ff, 2);
    ck_assert_uint_eq(t->core_bram18, 0);
    example_free(&e);
}
END_TEST

static const struct broken broken[] = {
    { { { "'mine'", "'Mine'" } },
      { { 1, 11, DIAG_NAME,
          "the name of a kind of links is 1 to 64 small letters, digits, '_' "
          "and '-'",
          NULL } } },
    { { { "'framed'", "'wire'" } },
      { { 1, 27, DIAG_VALUE, "kind 'wire' is not 'crossing' or 'framed'",
          NULL } } },
    { { { "100.5", "0" } },
      { { 1, 50, DIAG_JSON_RANGE, "'clock_mhz' is 0, outside 0.001..2000",
          NULL } } },
    { { { "[3, 4]", "[5, 4]" } },
      { { 2, 31, DIAG_JSON_RANGE, "'active[0]' is 5, outside 1..4", NULL } } },
    { { { "'cycles': 2", "'cycles': 100" } },
      { { 3, 31, DIAG_JSON_RANGE, "'compensation.cycles' is 100, outside 1..99",
          NULL } } },
    { { { "[3, 4]", "[3, 999983]" } },
      { { 2, 30, DIAG_LINK,
          "the usable cycles repeat every 99998300 cycles only, and 1048576 "
          "is the most",
          NULL } } },
    { { { "'latency': 10, ", "" } },
      { { 1, 1, DIAG_JSON_MISSING, "the document has no 'latency'", NULL } } },
    { { { "'synchroniser': 3", "'synchroniser': 1" } },
      { { 4, 54, DIAG_JSON_RANGE, "'synchroniser' is 1, outside 2..3",
          NULL } } },
    { { { "'synchroniser': 3", "'send_words': 24" } },
      { { 4, 52, DIAG_LINK, "send_words 24 is no power of two", NULL } } },
    { { { "['none']", "[]" } },
      { { 5, 45, DIAG_JSON_RANGE, "'sources' has 0 elements, fewer than 1",
          NULL } } },
};

START_TEST(what_is_wrong_in_a_file_is_said)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        const struct broken *b = &broken[i];
        struct example e = example_new();
        const char *text = example_change(e.arena, good, b->edits[0].find,
                                          b->edits[0].replace);
        ck_assert_ptr_null(load(&e, text));
        expect_check(&e, b->expects, b->edits[0].replace);
        example_free(&e);
    }
}
END_TEST

START_TEST(a_crossing_has_no_line)
{
    struct example e = example_new();
    const struct link_type *t =
        load(&e, "{ 'name': 'x', 'kind': 'crossing', 'send_words': 32,\n"
                 "  'sources': ['none'] }");
    ck_assert_msg(t != NULL, "%s", example_messages(&e));
    ck_assert_uint_eq(t->synchroniser, 2);
    ck_assert_uint_eq(t->send_words, 32);
    ck_assert_ptr_null(load(&e,
                            "{ 'name': 'x', 'kind': 'crossing', 'latency': 3,\n"
                            "  'sources': ['none'] }"));
    ck_assert_str_eq(diag_at(e.diag, 0)->text,
                     "unknown key 'latency' in the document");
    example_free(&e);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("link_type");
    TCase *t = tcase_create("link_type");
    tcase_add_test(t, all_of_the_catalogue_can_be_read);
    tcase_add_test(t, clocks_are_exact);
    tcase_add_test(t, aurora_is_as_its_manual_says);
    tcase_add_test(t, auroraflow_is_as_published);
    tcase_add_test(t, other_rates_follow_from_their_sources);
    tcase_add_test(t, a_file_says_what_a_link_is);
    tcase_add_test(t, what_is_wrong_in_a_file_is_said);
    tcase_add_test(t, a_crossing_has_no_line);
    suite_add_tcase(s, t);
    return example_run(s);
}
