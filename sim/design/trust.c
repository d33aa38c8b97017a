#include "design/trust.h"

#include <assert.h>
#include <stddef.h>

#include "design/design.h"

const char *trust_level_name(enum trust_level l)
{
    static const char *const names[] = {
        [TRUST_EXACT] = "exact",
        [TRUST_CALIBRATED] = "calibrated",
        [TRUST_EXTRAPOLATED] = "extrapolated",
    };
    assert((size_t)l < sizeof names / sizeof *names);
    return names[l];
}

uint64_t trust_bound(const struct trust *t, uint64_t cycles_per_frame)
{
    enum { MILLION = 1000000 };
    if (t->level != TRUST_CALIBRATED)
        return 0;
    /* In two halves, so that nothing overflows. */
    const uint64_t whole = cycles_per_frame / MILLION * t->bound_ppm;
    const uint64_t part = cycles_per_frame % MILLION * t->bound_ppm;
    return t->bound_cycles + whole + (part + MILLION - 1) / MILLION;
}

struct trust_total trust_of_design(const struct design *d,
                                   const uint64_t *cycles_per_frame)
{
    struct trust_total total = { .level = TRUST_EXACT };
    uint64_t largest = 0;
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct trust *t = &d->processes[i].trust;
        const uint64_t bound = trust_bound(t, cycles_per_frame[i]);
        total.bound_cycles += bound;
        if (t->level > total.level ||
            (t->level == total.level && bound > largest)) {
            total.level = t->level;
            total.process = i;
            largest = bound;
        }
    }
    if (total.level != TRUST_CALIBRATED)
        total.bound_cycles = 0;
    return total;
}
