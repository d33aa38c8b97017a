/* Measured hls4ml designs against the model fed with their synthesis reports:
 * every token, frame and fill there is.  Prints how far each run is off. */
#include "tests/accuracy/measured_design.h"
#include "tests/accuracy/prediction.h"
#include "tests/accuracy/table_file.h"

#include "base/arena.h"
#include "tests/check_main.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { EVENTS_LEAST = 150000, FRAMES_LEAST = 150 };

static void print_row(const struct measured_design *m,
                      const struct prediction *p, const struct deviation *d)
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

START_TEST(test_every_token)
{
    uint64_t events = 0, frames = 0;
    printf("%-13s %-9s %8s %8s  frames  %s  %s  peaks\n", "design", "run",
           "off", "events", "latency off   ", "interval off  ");
    for (const char *const *name = measured_design_names; *name != NULL;
         name++) {
        struct arena *a = arena_new();
        const struct measured_design *m = measured_design_load(a, *name);
        for (uint32_t row = 0; row < m->runs->rows; row++) {
            const struct prediction *p = predict(a, m, row);
            const struct deviation *d = deviate(a, m, p);
            print_row(m, p, d);
            ck_assert_uint_eq(d->events_off, 0);
            ck_assert_uint_eq(d->frames_off, 0);
            ck_assert_uint_eq(d->peaks_off, 0);
            events += d->events;
            frames += d->frames;
        }
        arena_free(a);
    }
    /* So that it was worth something. */
    ck_assert_uint_ge(events, EVENTS_LEAST);
    ck_assert_uint_ge(frames, FRAMES_LEAST);
    printf("%" PRIu64 " handshakes, %" PRIu64 " frames\n", events, frames);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { test_every_token, NULL };
    return check_main("hls4ml", tests);
}
