#include "design/kernel.h"

#include <stddef.h>
#include <string.h>

const struct kernel *kernel_find(const struct kernel_table *t, const char *name)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (strcmp(t->kernels[i]->name, name) == 0)
            return t->kernels[i];
    return NULL;
}
