/* Damaged traces: whatever happens to the bytes, reading them neither crashes
 * nor hangs nor fails without a word.  HEADRACE_FUZZ_ROUNDS sets how many
 * damages each kind of file gets, HEADRACE_FUZZ_SEED the first seed. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/fuzz/damage.h"
#include "tests/fuzz/read_fuzz.h"
#include "tests/fuzz/wave_sample.h"
#include "tests/traces/trace_case.h"
#include "tests/traces/wave_build.h"
#include "traces/compact.h"
#include "traces/events.h"
#include "traces/recording.h"

static uint64_t seed = 20261121;
static uint32_t rounds = 1500;

static struct trace_case c;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    trace_case_end(&c);
}

/* Bytes that mean something to one of the readers. */
static const char letters[] = "01xz#$b!\n ,wrWIO-9\xff\x80";

static void fuzz(const char *kind, const char *path, uint32_t count)
{
    enum { DAMAGES_MAX = 4, MORE = DAMAGES_MAX * DAMAGE_MORE };
    size_t length = 0;
    uint32_t read = 0;
    const char *whole = file_read(c.arena, path, 1 << 24, &length, c.diag);
    const char *target = file_join(c.arena, c.folder, "damaged");
    uint8_t *bytes = arena_new_array(c.arena, uint8_t, length + MORE);
    ck_assert_ptr_nonnull(whole);
    ck_assert_int_eq(read_fuzz_trace(target, (const uint8_t *)whole, length),
                     READ_FUZZ_READ);
    for (uint64_t round = 0; round < count; round++) {
        struct rng rng = { seed + round };
        memcpy(bytes, whole, length);
        size_t now = damage_some(&rng, bytes, length, length + MORE, letters,
                                 DAMAGES_MAX);
        enum read_fuzz result = read_fuzz_trace(target, bytes, now);
        ck_assert_msg(result != READ_FUZZ_WRONG, "%s, seed %" PRIu64, kind,
                      seed + round);
        read += result == READ_FUZZ_READ;
    }
    printf("%s: %" PRIu32 " damages from seed %" PRIu64 ", %" PRIu32
           " still read\n",
           kind, count, seed, read);
}

START_TEST(damaged_vcd)
{
    fuzz("vcd", trace_case_text(&c, "x.vcd", wave_vcd(wave_sample(c.arena))),
         rounds);
}
END_TEST

/* Each one starts processes. */
START_TEST(damaged_fst)
{
    const char *path = file_join(c.arena, c.folder, "x.fst");
    wave_write_fst(wave_sample(c.arena), path);
    fuzz("fst", path, rounds / 5 + 1);
}
END_TEST

static const struct recording *recorded(void)
{
    const char *vcd =
        trace_case_text(&c, "x.vcd", wave_vcd(wave_sample(c.arena)));
    const struct recording *r = recording_read(c.arena, vcd, NULL, c.diag);
    ck_assert_ptr_nonnull(r);
    ck_assert_uint_eq(r->stream_count, 2);
    ck_assert_uint_eq(r->process_count, 1);
    return r;
}

START_TEST(damaged_events)
{
    static const char *const names[] = { "x.csv", "x.csv.gz" };
    const struct recording *r = recorded();
    const char *path = file_join(c.arena, c.folder, names[_i]);
    ck_assert(events_write(path, r->streams, r->stream_count, c.diag));
    fuzz(names[_i], path, rounds);
}
END_TEST

START_TEST(damaged_xz)
{
    fuzz("xz",
         HEADRACE_SOURCE_DIR
         "/tests/accuracy/data/conv8f/events_isolated.csv.xz",
         rounds);
}
END_TEST

/* The checksum is made right again in every second round, so that the damage
 * gets behind it. */
START_TEST(damaged_compact)
{
    enum { HEAD = 20, SUM_AT = 16, BODY_MAX = 1 << 14 };
    size_t length = 0;
    const char *path = file_join(c.arena, c.folder, "x.hrt");
    ck_assert(compact_write(path, recorded(), c.diag));
    fuzz("compact", path, rounds);
    const uint8_t *file =
        (uint8_t *)file_read(c.arena, path, 1 << 24, &length, c.diag);
    uint8_t body[BODY_MAX + DAMAGE_MORE], packed[2 * BODY_MAX];
    uLongf whole = BODY_MAX;
    ck_assert_int_eq(uncompress(body, &whole, file + HEAD, length - HEAD),
                     Z_OK);
    const uint8_t *kept =
        memcpy(arena_new_array(c.arena, uint8_t, whole), body, whole);
    for (uint64_t round = 0; round < rounds; round++) {
        struct rng rng = { seed + round };
        memcpy(body, kept, whole);
        size_t now = damage(&rng, body, whole, sizeof body, letters);
        uLongf room = sizeof packed - HEAD;
        memcpy(packed, file, HEAD);
        ck_assert_int_eq(compress(packed + HEAD, &room, body, now), Z_OK);
        uint64_t sum = crc32(0, body, (uInt)now);
        for (size_t i = 0; i < 8; i++)
            packed[8 + i] = (uint8_t)((uint64_t)now >> (8 * i));
        for (size_t i = 0; i < 4; i++)
            packed[SUM_AT + i] = (uint8_t)(sum >> (8 * i));
        ck_assert_msg(read_fuzz_trace(path, packed, HEAD + room) !=
                          READ_FUZZ_WRONG,
                      "compact body, seed %" PRIu64, seed + round);
    }
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("recording_fuzz");
    TCase *t = tcase_create("recording_fuzz");
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_set_timeout(t, 60.0 + rounds / 10.0);
    tcase_add_test(t, damaged_vcd);
    tcase_add_test(t, damaged_fst);
    tcase_add_loop_test(t, damaged_events, 0, 2);
    tcase_add_test(t, damaged_xz);
    tcase_add_test(t, damaged_compact);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    const char *more = getenv("HEADRACE_FUZZ_ROUNDS");
    const char *first = getenv("HEADRACE_FUZZ_SEED");
    if (more != NULL)
        rounds = (uint32_t)strtoul(more, NULL, 10);
    if (first != NULL)
        seed = strtoull(first, NULL, 10);
    printf("fuzz seeds from %" PRIu64 "\n", seed);
    fflush(stdout);
    SRunner *r = srunner_create(suite());
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
