/* vcd_speed -- how fast a large VCD is read, and in how much memory.
 *
 *   vcd_speed make FILE MEGABYTES   writes a VCD as a simulator dumps a design
 *                                   of 40 HLS FIFOs: 681 signals, their
 *                                   handshakes, data buses, counters
 *   vcd_speed read FILE             reads it, prints MB/s of wall time and the
 *                                   peak memory of this process
 *
 * The file is read once before, so that it comes from memory and not from the
 * disk, if there is enough of it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "traces/recording.h"

enum { FIFOS = 40, COUNTERS = 10, DATA_BITS = 64, COUNTER_BITS = 16 };
enum { HANDSHAKES = 4, BITS_MAX = 64 }; /* of each FIFO */

static const char *const handshakes[HANDSHAKES] = { "if_write", "if_full_n",
                                                    "if_read", "if_empty_n" };

/* What one FIFO shows. */
struct fifo {
    bool shown[HANDSHAKES], now[HANDSHAKES];
    uint64_t data[2]; /* in, out */
    uint64_t counters[COUNTERS];
    uint32_t period, fill;
};

/* A short name of printable letters, as all simulators make them. */
static const char *code(uint32_t number)
{
    static char text[8];
    size_t i = 0;
    do {
        text[i++] = (char)('!' + number % 94);
        number /= 94;
    } while (number > 0);
    text[i] = '\0';
    return text;
}

enum { CODES_OF_FIFO = HANDSHAKES + 2 + COUNTERS + 1 };

static uint32_t code_of(uint32_t fifo, uint32_t item)
{
    return 1 + fifo * CODES_OF_FIFO + item;
}

static void put_header(FILE *f)
{
    fprintf(f, "$version vcd_speed $end\n$timescale 1ps $end\n"
               "$scope module tb $end\n$var wire 1 ! ap_clk $end\n");
    for (uint32_t i = 0; i < FIFOS; i++) {
        fprintf(f, "$scope module layer%" PRIu32 "_out_U $end\n", i);
        uint32_t item = 0;
        for (; item < HANDSHAKES; item++)
            fprintf(f, "$var wire 1 %s %s $end\n", code(code_of(i, item)),
                    handshakes[item]);
        for (int out = 0; out < 2; out++, item++)
            fprintf(f, "$var wire %d %s if_d%s [%d:0] $end\n", DATA_BITS,
                    code(code_of(i, item)), out ? "out" : "in", DATA_BITS - 1);
        for (uint32_t k = 0; k < COUNTERS; k++, item++)
            fprintf(f, "$var reg %d %s count%" PRIu32 " [%d:0] $end\n",
                    COUNTER_BITS, code(code_of(i, item)), k, COUNTER_BITS - 1);
        fprintf(f, "$var wire 1 %s ap_clk $end\n$upscope $end\n", code(0));
    }
    fprintf(f, "$upscope $end\n$enddefinitions $end\n");
}

static void put_vector(FILE *f, uint64_t value, uint32_t bits,
                       uint32_t code_number)
{
    char text[BITS_MAX + 1];
    for (uint32_t b = 0; b < bits; b++)
        text[b] = value >> (bits - 1 - b) & 1 ? '1' : '0';
    text[bits] = '\0';
    fprintf(f, "b%s %s\n", text, code(code_number));
}

/* The cycle of one FIFO: what changes is written. */
static void put_fifo(FILE *f, struct fifo *x, uint32_t i, uint64_t cycle,
                     struct rng *rng)
{
    enum { DEPTH = 16 };
    bool write = cycle % x->period == 0 && x->fill < DEPTH;
    bool read = x->fill > 0 && rng_below(rng, x->period) == 0;
    x->now[0] = write;
    x->now[1] = x->fill < DEPTH;
    x->now[2] = read;
    x->now[3] = x->fill > 0;
    x->fill += write;
    x->fill -= read;
    for (uint32_t k = 0; k < HANDSHAKES; k++) {
        if (x->now[k] != x->shown[k] || cycle == 0)
            fprintf(f, "%d%s\n", x->now[k], code(code_of(i, k)));
        x->shown[k] = x->now[k];
    }
    if (write || cycle == 0)
        put_vector(f, x->data[0] = rng_next(rng), DATA_BITS,
                   code_of(i, HANDSHAKES));
    if (read || cycle == 0)
        put_vector(f, x->data[1] = rng_next(rng), DATA_BITS,
                   code_of(i, HANDSHAKES + 1));
    for (uint32_t k = 0; k < COUNTERS; k++)
        if ((cycle >> k) % x->period == 0)
            put_vector(f, ++x->counters[k], COUNTER_BITS,
                       code_of(i, HANDSHAKES + 2 + k));
}

static int make(const char *path, uint64_t bytes)
{
    static struct fifo fifos[FIFOS];
    struct rng rng = { 1 };
    FILE *f = fopen(path, "w");
    if (f == NULL) {
        perror(path);
        return EXIT_FAILURE;
    }
    put_header(f);
    for (uint32_t i = 0; i < FIFOS; i++)
        fifos[i].period = 1 + i % 7;
    const uint64_t period = 5000;
    uint64_t cycle = 0;
    for (; (uint64_t)ftell(f) < bytes; cycle++) {
        fprintf(f, "#%" PRIu64 "\n1!\n", cycle * period);
        /* Registers change with the edge: it is the next one that sees it. */
        for (uint32_t i = 0; i < FIFOS; i++)
            put_fifo(f, &fifos[i], i, cycle, &rng);
        fprintf(f, "#%" PRIu64 "\n0!\n", cycle * period + period / 2);
    }
    if (fclose(f) != 0) {
        perror(path);
        return EXIT_FAILURE;
    }
    printf("%s: %" PRIu64 " cycles\n", path, cycle);
    return EXIT_SUCCESS;
}

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void warm(const char *path)
{
    static char buffer[1 << 20];
    FILE *f = fopen(path, "r");
    while (f != NULL && fread(buffer, 1, sizeof buffer, f) > 0)
        continue;
    if (f != NULL)
        fclose(f);
}

static int measure(const char *path)
{
    struct stat s;
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    warm(path);
    double begin = seconds(CLOCK_MONOTONIC);
    double used = seconds(CLOCK_PROCESS_CPUTIME_ID);
    const struct recording *r = recording_read(a, path, NULL, d);
    double taken = seconds(CLOCK_MONOTONIC) - begin;
    used = seconds(CLOCK_PROCESS_CPUTIME_ID) - used;
    for (size_t i = 0; i < diag_count(d); i++)
        fprintf(stderr, "%s\n", diag_format(diag_at(d, i), a));
    if (r == NULL || stat(path, &s) != 0)
        return EXIT_FAILURE;
    uint64_t handshakes_read = 0;
    for (uint32_t i = 0; i < r->stream_count; i++)
        handshakes_read += r->streams[i].write_count + r->streams[i].read_count;
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    printf("%s: %.0f MB in %.2f s, %.0f MB/s (%.2f s of processor time); "
           "%" PRIu32 " streams, %" PRIu64
           " handshakes; %ld MB at most, %" PRIu64 " MB of it cycles\n",
           path, 1e-6 * (double)s.st_size, taken,
           1e-6 * (double)s.st_size / taken, used, r->stream_count,
           handshakes_read, u.ru_maxrss / 1000, handshakes_read * 8 / 1000000);
    arena_free(a);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 4 && strcmp(argv[1], "make") == 0)
        return make(argv[2], strtoull(argv[3], NULL, 10) * 1000000);
    if (argc == 3 && strcmp(argv[1], "read") == 0)
        return measure(argv[2]);
    fprintf(stderr, "usage: vcd_speed make FILE MEGABYTES | read FILE\n");
    return EXIT_FAILURE;
}
