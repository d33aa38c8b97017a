#include "report/explanation_figures.h"

#include "base/arena.h"
#include "report/table.h"
#include "tune/what_if.h"

#include <inttypes.h>

/* cycles / frames, rounded to hundredths if it is not whole. */
static const char *ratio(struct arena *a, uint64_t cycles, uint64_t frames)
{
    if (cycles % frames == 0)
        return number_text(a, cycles / frames);
    const uint64_t hundredths = (200 * cycles + frames) / (2 * frames);
    return arena_printf(a, "%s.%02" PRIu64, number_text(a, hundredths / 100),
                        hundredths % 100);
}

static const char *cycles_text(struct arena *a, uint64_t cycles,
                               uint64_t frames)
{
    return arena_printf(a, "%s cycle%s", ratio(a, cycles, frames),
                        cycles == frames ? "" : "s");
}

const char *explanation_interval_text(struct arena *a,
                                      const struct what_if_figures *f)
{
    return f->period == 0 ? "-" : ratio(a, f->period_cycles, f->period);
}

const char *explanation_figures_text(struct arena *a,
                                     const struct what_if_figures *f)
{
    if (f->deadlock)
        return "deadlock";
    return arena_printf(
        a,
        "interval %s%s, latency %s isolated, "
        "%s back to back",
        f->period == 0 ? "unknown" : explanation_interval_text(a, f),
        f->period == 0 ? "" : " cycles", number_text(a, f->isolated_latency),
        number_text(a, f->back_to_back_latency));
}

const char *explanation_gain_text(struct arena *a,
                                  const struct what_if_figures *now,
                                  const struct what_if_figures *better)
{
    const char *interval = "", *latency = "";
    if (what_if_compare_intervals(better, now) < 0) {
        const uint64_t frames = (uint64_t)now->period * better->period;
        const uint64_t before = now->period_cycles * better->period;
        const uint64_t after = better->period_cycles * now->period;
        const uint64_t tenths =
            (2000 * (before - after) + before) / (2 * before);
        interval =
            arena_printf(a, "%s of the interval (%" PRIu64 ".%" PRIu64 " %%)",
                         cycles_text(a, before - after, frames), tenths / 10,
                         tenths % 10);
    }
    if (better->isolated_latency < now->isolated_latency)
        latency = arena_printf(
            a, "%s of the latency of a frame alone",
            cycles_text(a, now->isolated_latency - better->isolated_latency,
                        1));
    return arena_printf(a, "%s%s%s", interval,
                        *interval != '\0' && *latency != '\0' ? " and " : "",
                        latency);
}
