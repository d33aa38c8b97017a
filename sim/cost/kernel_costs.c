#include "cost/kernel_costs.h"

#include "design/design.h"

#include <string.h>

const struct kernel_cost *kernel_cost_find(const char *kernel)
{
    static const struct kernel_cost *const families[] = {
        costs_links,   costs_multipliers, costs_pixels,
        costs_streams, costs_values,
    };
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (const struct kernel_cost *k = families[i]; k->kernel; k++)
            if (strcmp(k->kernel, kernel) == 0)
                return k;
    return NULL;
}
