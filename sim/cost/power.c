#include "cost/power.h"

#include <assert.h>

const char *power_part_name(enum power_part p)
{
    static const char *const names[] = {
        [POWER_STATIC] = "static", [POWER_PROCESSORS] = "processors",
        [POWER_CLOCKS] = "clocks", [POWER_LOGIC] = "logic",
        [POWER_NETS] = "nets",     [POWER_DSP] = "DSP",
        [POWER_BRAM] = "BRAM",     [POWER_URAM] = "URAM",
        [POWER_LINKS] = "links",
    };
    return names[p];
}

/* value * numerator / divisor, rounded down twice; numerator * divisor is below
 * 2^64. */
static uint64_t scale(uint64_t value, uint64_t numerator, uint64_t divisor)
{
    return value / divisor * numerator + value % divisor * numerator / divisor;
}

/* Femtojoules a cycle: 1 fJ * 1 GHz is 1 uW. */
static uint64_t microwatts(uint64_t femtojoules, uint64_t hz)
{
    return scale(femtojoules, hz, 1000000000);
}

static void add_load(struct power *p, const struct power_model *m,
                     const struct power_load *l)
{
    assert(l->busy_ppm <= POWER_BUSY_ALWAYS);
    const struct cost *c = &l->cost;
    const struct {
        enum power_part part;
        uint64_t femtojoules;
    } busy[] = {
        { POWER_LOGIC, c->lut * m->lut_fj },
        { POWER_NETS, (c->lut + c->ff) * m->net_fj },
        { POWER_DSP, c->dsp * m->dsp_fj },
        { POWER_BRAM, c->bram18 * m->bram18_fj },
        { POWER_URAM, c->uram * m->uram_fj },
    };
    p->parts_uw[POWER_CLOCKS] += microwatts(c->ff * m->clock_fj, l->clock_hz);
    for (unsigned i = 0; i < sizeof busy / sizeof *busy; i++)
        p->parts_uw[busy[i].part] +=
            scale(microwatts(busy[i].femtojoules, l->clock_hz), l->busy_ppm,
                  POWER_BUSY_ALWAYS);
}

static struct power_range range_of(const struct power_model *m,
                                   enum power_part p)
{
    switch (p) {
    case POWER_STATIC:
        return m->static_range;
    case POWER_PROCESSORS:
        return m->processors_range;
    case POWER_LINKS:
        return m->lane_range;
    default:
        return m->dynamic_range;
    }
}

struct power power_of_board(const struct power_model *m,
                            const struct power_load *loads, uint32_t count,
                            uint64_t lane_bits_per_second)
{
    struct power p = { 0 };
    p.parts_uw[POWER_STATIC] = m->static_mw * 1000;
    p.parts_uw[POWER_PROCESSORS] =
        m->processors_on ? m->processors_mw * 1000 : 0;
    p.parts_uw[POWER_LINKS] =
        scale(lane_bits_per_second, m->lane_fj, 1000000000);
    for (uint32_t i = 0; i < count; i++)
        add_load(&p, m, &loads[i]);
    for (int i = 0; i < POWER_PART_COUNT; i++) {
        const struct power_range range = range_of(m, (enum power_part)i);
        p.total_uw += p.parts_uw[i];
        p.least_uw += scale(p.parts_uw[i], range.least, 100);
        p.most_uw += scale(p.parts_uw[i], range.most, 100);
    }
    return p;
}

struct power power_sum(struct power a, struct power b)
{
    for (int i = 0; i < POWER_PART_COUNT; i++)
        a.parts_uw[i] += b.parts_uw[i];
    a.total_uw += b.total_uw;
    a.least_uw += b.least_uw;
    a.most_uw += b.most_uw;
    return a;
}
