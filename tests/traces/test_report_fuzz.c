/* Damaged reports: whatever is done to a file, reading it ends in a report or
 * in messages, never in a crash or a hang, and NULL always says why.
 *
 *     test_report_fuzz [SECONDS [SEED]]
 *
 * Without arguments a short run for the tests.  The seed is printed. */
#include "traces/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "tests/check_main.h"
#include "tests/traces/report_case.h"

static const char *const names[] = {
    "vivado_2019_2_conv_csynth.xml",
    "vitis_2024_2_conv_csynth.xml",
    "vitis_2023_2_csynth.xml",
    "vitis_2023_2_top_csynth.rpt",
    "vitis_2024_2_top_csynth.rpt",
    "vivado_2019_2_conv_csynth.rpt",
    "vivado_2020_1_conv_csynth.rpt",
    "vitis_2023_2_csynth.rpt",
    "vitis_cosim.rpt",
    "vivado_cosim.rpt",
    "lat.rpt",
    "transactions.rpt",
    "hls4ml.json",
    "hls4ml_flat.json",
    "max_depth.json",
    "fifo_depths.json",
    "profile/channel_info.csv",
    "profile/channel_depth_info/chan_status1.csv",
    "finn_rtlsim.json",
    "finn_network.json",
    "finn_cycles.json",
    "finn_resources.json",
};
enum { NAMES = sizeof names / sizeof *names };

static double seconds = 1.5;
static uint64_t seed = 20261121;

/* Reads all of a report, so that the sanitizers see what is not there. */
static uint64_t touch(const struct report *r)
{
    uint64_t sum = r->estimate.latency.max + r->measured.total;
    for (uint32_t i = 0; i < r->module_count; i++) {
        const struct report_module *m = &r->modules[i];
        sum += strlen(m->name) + m->interval.min;
        for (uint32_t k = 0; k < m->loop_count; k++)
            sum +=
                strlen(m->loops[k].name) + m->loops[k].ii + m->loops[k].level;
    }
    for (uint32_t i = 0; i < r->instance_count; i++)
        sum += strlen(r->instances[i].name) + strlen(r->instances[i].module) +
               r->instances[i].resources.lut;
    for (uint32_t i = 0; i < r->fifo_count; i++)
        sum += strlen(r->fifos[i].name) + r->fifos[i].depth;
    for (uint32_t i = 0; i < r->frame_count; i++)
        sum += r->frame[i].latency;
    return sum;
}

static void read_damaged(const char *path, const char *bytes, size_t length)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct report *r = report_parse(a, path, bytes, length, d);
    if (r == NULL) {
        ck_assert_uint_ge(diag_error_count(d), 1);
    } else {
        ck_assert_uint_eq(diag_error_count(d), 0);
        ck_assert(r->outcome == REPORT_DONE || diag_count(d) > 0);
        volatile uint64_t all = touch(r);
        (void)all;
    }
    for (size_t i = 0; i < diag_count(d); i++)
        ck_assert_uint_gt(strlen(diag_format(diag_at(d, i), a)), 0);
    arena_free(a);
}

/* Bytes that mean something to one of the readers. */
static char telling_byte(struct rng *rng)
{
    static const char some[] = "|+-~<>/\"{}[],:. \n0123456789xNA?&;=\0\xff";
    return some[rng_below(rng, sizeof some - 1)];
}

/* One to eight changes: a byte set, put in or taken out, a part doubled,
 * dropped or cut off; `bytes` has room for twice `length`. */
static size_t damage(struct rng *rng, char *bytes, size_t length, size_t room)
{
    uint32_t changes = 1 + rng_below(rng, 8);
    for (uint32_t i = 0; i < changes && length > 1; i++) {
        size_t at = rng_below(rng, (uint32_t)length);
        size_t part = 1 + rng_below(rng, 80);
        if (part > length - at)
            part = length - at;
        switch (rng_below(rng, 8)) {
        case 0:
            bytes[at] = (char)rng_next(rng);
            break;
        case 1:
        case 2:
            bytes[at] = telling_byte(rng);
            break;
        case 3:
            if (length < room) {
                memmove(bytes + at + 1, bytes + at, length - at);
                bytes[at] = telling_byte(rng);
                length++;
            }
            break;
        case 4:
            memmove(bytes + at, bytes + at + 1, length - at - 1);
            length--;
            break;
        case 5:
            memmove(bytes + at, bytes + at + part, length - at - part);
            length -= part;
            break;
        case 6:
            if (part <= room - length) {
                memmove(bytes + at + part, bytes + at, length - at);
                length += part;
            }
            break;
        default:
            if (rng_below(rng, 8) == 0)
                length = at;
        }
    }
    return length;
}

START_TEST(cut_at_every_length)
{
    struct arena *a = arena_new();
    for (int i = 0; i < NAMES; i++) {
        size_t length;
        const char *text = sample_text(a, names[i], &length);
        const char *path = sample_path(a, names[i]);
        size_t step = 1 + length / 700;
        for (size_t cut = 0; cut < length; cut += step)
            read_damaged(path, text, cut);
    }
    arena_free(a);
}
END_TEST

START_TEST(damaged_bytes)
{
    printf("seed %llu\n", (unsigned long long)seed);
    fflush(stdout);
    struct rng rng = { seed };
    struct arena *a = arena_new();
    const char *texts[NAMES];
    size_t lengths[NAMES], longest = 0;
    for (int i = 0; i < NAMES; i++) {
        texts[i] = sample_text(a, names[i], &lengths[i]);
        if (lengths[i] > longest)
            longest = lengths[i];
    }
    char *bytes = arena_new_array(a, char, 2 * longest);
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    uint64_t count = 0;
    do {
        uint32_t i = rng_below(&rng, NAMES);
        memcpy(bytes, texts[i], lengths[i]);
        size_t length = damage(&rng, bytes, lengths[i], 2 * longest);
        read_damaged(sample_path(a, names[i]), bytes, length);
        count++;
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - start.tv_sec) +
                 1e-9 * (double)(now.tv_nsec - start.tv_nsec) <
             seconds);
    printf("%llu damaged reports\n", (unsigned long long)count);
    arena_free(a);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc > 1) {
        seconds = atof(argv[1]);
        seed = argc > 2 ? strtoull(argv[2], NULL, 0) : seed;
        setenv("CK_DEFAULT_TIMEOUT", "0", 1);
    }
    const TTest *const tests[] = { cut_at_every_length, damaged_bytes, NULL };
    return check_main("report_fuzz", tests);
}
