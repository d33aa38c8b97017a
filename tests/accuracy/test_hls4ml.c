/* Measured hls4ml designs against the model fed with their synthesis reports:
 * every token, frame and fill there is.  Prints the scoreboard. */
#include "tests/accuracy/measured.h"
#include "tests/accuracy/prediction.h"
#include "tests/accuracy/table_file.h"

#include "base/arena.h"
#include "tests/check_main.h"

#include <inttypes.h>
#include <stdio.h>

static void print_row(const struct measured *m, const struct prediction *p,
                      const struct deviation *d)
{
    printf("%-13s %-9s %8" PRIu64 " %8" PRIu64 "  %2" PRIu64 "/%2" PRIu64
           "  %+6" PRId64 " of %6" PRIu64 "  %+6" PRId64 " of %6" PRIu64
           "  %2" PRIu64 "/%2" PRIu64,
           m->name, p->run, d->events_off, d->events, d->frames_off, d->frames,
           d->latency_off, d->latency, d->interval_off, d->interval,
           d->peaks_off, d->peaks);
    if (d->first_stream != NULL)
        printf("  first: %s %c %" PRIu64 " measured %" PRIu64
               " predicted %" PRIu64,
               d->first_stream, d->first_side, d->first_token,
               d->first_measured, d->first_predicted);
    putchar('\n');
}

START_TEST(test_designs)
{
    printf("%-13s %-9s %8s %8s  frames  %s  %s  peaks\n", "design", "run",
           "off", "events", "latency off   ", "interval off  ");
    for (const char *const *name = measured_designs; *name != NULL; name++) {
        struct arena *a = arena_new();
        const struct measured *m = measured_load(a, *name);
        for (uint32_t row = 0; row < m->runs->rows; row++) {
            const struct prediction *p = predict(a, m, row);
            print_row(m, p, deviate(a, m, p));
        }
        arena_free(a);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_designs, NULL };
    return check_main("hls4ml", tests);
}
