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
#include "base/rng.h"
#include "tests/check_main.h"
#include "tests/fuzz/damage.h"
#include "tests/fuzz/read_fuzz.h"
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

/* Bytes that mean something to one of the readers. */
static const char letters[] = "|+-~<>/\"{}[],:. \n0123456789xNA?&;=\xff";

static void read_damaged(const char *path, const char *bytes, size_t length)
{
    ck_assert_int_ne(read_fuzz_report(path, (const uint8_t *)bytes, length),
                     READ_FUZZ_WRONG);
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
    enum { DAMAGES_MAX = 8 };
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
        size_t length = damage_some(&rng, (uint8_t *)bytes, lengths[i],
                                    2 * longest, letters, DAMAGES_MAX);
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
