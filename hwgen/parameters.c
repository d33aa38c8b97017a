#include "hwgen/parameters.h"

#include "design/kernel.h"
#include "hwgen/parameter_rows.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

static const struct module *const families[] = {
    modules_multipliers,
    modules_values,
    modules_streams,
    modules_pixels,
};

const struct module *module_find(const char *kernel)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        for (const struct module *m = families[i]; m->name != NULL; m++)
            if (strcmp(m->name, kernel) == 0)
                return m;
    return NULL;
}

void module_parameters(const struct process *p, struct parameters *l)
{
    const struct module *m = module_find(p->kernel->name);
    assert(m != NULL);
    l->count = 0;
    l->list_count = 0;
    m->list(p, l);
    for (int i = 0; i < MODULE_MEMORIES_MAX; i++)
        if (m->memories[i].parameter != NULL)
            parameters_file(l, m->memories[i].parameter, m->memories[i].suffix);
}
