/* capacity -- what a device has of all that a design costs. */
#ifndef HEADRACE_COST_CAPACITY_H
#define HEADRACE_COST_CAPACITY_H

#include <stdbool.h>

#include "cost/cost.h"

struct power_model;

struct device {
    const char *name;        /* "xczu9eg" */
    const char *description; /* for people; NULL: none */
    struct cost capacity;
    uint64_t clock_hz_max;           /* of a global clock; 0: not known */
    const struct power_model *power; /* power.h; NULL: not known */
};

/* The resources in the order of struct cost. */
enum resource {
    RESOURCE_LUT,
    RESOURCE_FF,
    RESOURCE_DSP,
    RESOURCE_BRAM18,
    RESOURCE_URAM,
    RESOURCE_COUNT
};
const char *resource_name(enum resource r); /* "LUT" */
uint64_t resource_of(const struct cost *c, enum resource r);

/* No resource of the cost is above the device's. */
bool capacity_fits(const struct device *d, const struct cost *c);

#endif
