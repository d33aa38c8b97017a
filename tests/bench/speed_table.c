#include "tests/bench/speed_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/subject.h"

enum { CELL_MAX = 100 };

/* In millions of cycles a second; a contender that is not exact simulates
 * the same tokens, so the subject's cycles count. */
static double speed_of(const struct result *r, uint32_t contender)
{
    return 1e3 * (double)r->subject->cycles / (double)r->best[contender].ns;
}

static void number(char *cell, double value)
{
    int digits = value < 10 ? 2 : value < 100 ? 1 : 0;
    snprintf(cell, CELL_MAX, "%.*f", digits, value);
}

static void speed_cell(char *cell, const struct result *r, uint32_t contender)
{
    number(cell, speed_of(r, contender));
}

/* How many times the engine is faster. */
static void ratio_cell(char *cell, const struct result *r, uint32_t contender)
{
    double than = speed_of(r, contender);
    char with[CELL_MAX], without[CELL_MAX];
    number(with, speed_of(r, CONTENDER_ENGINE) / than);
    number(without, speed_of(r, CONTENDER_ENGINE_NO_STATS) / than);
    snprintf(cell, CELL_MAX, "%.20s (%.20s)", with, without);
}

/* A row for each contender, a column for each subject. */
static void print_table(const char *corner, const struct result *results,
                        uint32_t count, uint32_t first_contender,
                        void (*fill)(char *, const struct result *, uint32_t))
{
    printf("| %s |", corner);
    for (uint32_t i = 0; i < count; i++)
        printf(" %s |", results[i].subject->name);
    printf("\n|---|");
    for (uint32_t i = 0; i < count; i++)
        printf("---:|");
    printf("\n");
    for (uint32_t k = first_contender; k < contender_count; k++) {
        printf("| %s |", contenders[k].name);
        for (uint32_t i = 0; i < count; i++) {
            char cell[CELL_MAX] = "";
            if (results[i].best[k].ns != 0)
                fill(cell, &results[i], k);
            printf(" %s |", cell);
        }
        printf("\n");
    }
}

static void print_subjects(const struct result *results, uint32_t count)
{
    printf("| subject | frames | cycles | tokens | engine, ns per token | "
           "peak memory, kB | of it the run's, kB |\n"
           "|---|---:|---:|---:|---:|---:|---:|\n");
    for (uint32_t i = 0; i < count; i++) {
        const struct result *r = &results[i];
        const struct subject *s = r->subject;
        printf("| %s | %" PRIu32 " | %" PRIu64 " | %" PRIu64
               " | %.2f | %" PRIu64 " | %.1f |\n",
               s->name, s->desc->frames, s->cycles, s->tokens,
               (double)r->best[CONTENDER_ENGINE].ns / (double)s->tokens,
               r->memory_kb, (double)r->arena_bytes / 1024);
    }
}

/* Those that are not exact, and how far they are off. */
static void print_errors(const struct result *results, uint32_t count)
{
    for (uint32_t k = 0; k < contender_count; k++) {
        if (contenders[k].exact)
            continue;
        printf("\nCycles of %s against the engine's:", contenders[k].name);
        for (uint32_t i = 0; i < count; i++) {
            const struct result *r = &results[i];
            double cycles = (double)r->subject->cycles;
            printf("%s %s %+.3f %%", i == 0 ? "" : ",", r->subject->name,
                   100 * ((double)r->best[k].cycles - cycles) / cycles);
        }
        printf(". All others agree with it to the cycle.\n");
    }
}

static void print_processor(void)
{
    FILE *f = fopen("/proc/cpuinfo", "r");
    char line[256];
    static const char key[] = "model name";
    while (f != NULL && fgets(line, sizeof line, f) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, strlen(key)) == 0 && colon != NULL) {
            printf("%.*s, ", (int)strcspn(colon + 2, "\n"), colon + 2);
            break;
        }
    }
    if (f != NULL)
        fclose(f);
    printf("%ld processors", sysconf(_SC_NPROCESSORS_ONLN));
}

void speed_table_print(const struct result *results, uint32_t count,
                       const struct machine *m)
{
    printf("Million clock cycles simulated per second, one core:\n\n");
    print_table("simulator", results, count, 0, speed_cell);
    printf("\nHow many times faster the engine is, in brackets without FIFO "
           "statistics:\n\n");
    print_table("than", results, count, CONTENDER_ENGINE_NO_STATS + 1,
                ratio_cell);
    printf("\n");
    print_subjects(results, count);
    print_errors(results, count);
    printf("\nMachine: ");
    print_processor();
    printf(", load %.1f to %.1f. %s, Verilator %s, "
           "SystemC %s. Processor time, best of %" PRIu32
           " interleaved rounds.\n",
           m->load_before, m->load_after, HEADRACE_COMPILER, m->verilator,
           m->systemc, m->rounds);
}
