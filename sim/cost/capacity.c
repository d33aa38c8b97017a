#include "cost/capacity.h"

#include <assert.h>

const char *resource_name(enum resource r)
{
    static const char *const names[] = {
        [RESOURCE_LUT] = "LUT",   [RESOURCE_FF] = "FF",
        [RESOURCE_DSP] = "DSP",   [RESOURCE_BRAM18] = "BRAM18",
        [RESOURCE_URAM] = "URAM",
    };
    return names[r];
}

uint64_t resource_of(const struct cost *c, enum resource r)
{
    switch (r) {
    case RESOURCE_LUT:
        return c->lut;
    case RESOURCE_FF:
        return c->ff;
    case RESOURCE_DSP:
        return c->dsp;
    case RESOURCE_BRAM18:
        return c->bram18;
    case RESOURCE_URAM:
        return c->uram;
    case RESOURCE_COUNT:
        break;
    }
    assert(false);
    return 0;
}

bool capacity_fits(const struct device *d, const struct cost *c)
{
    for (int r = 0; r < RESOURCE_COUNT; r++)
        if (resource_of(c, (enum resource)r) >
            resource_of(&d->capacity, (enum resource)r))
            return false;
    return true;
}
