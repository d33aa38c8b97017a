#include "headrace_step.h"

#include "api.h"
#include "base/arena.h"
#include "base/diag.h"
#include "import/model.h"
#include "platform.h"

#include <assert.h>

struct headrace_platform *
headrace_platform_open(const struct headrace_model *m,
                       const struct headrace_options *options,
                       const int32_t *inputs, char *messages, size_t size)
{
    static const struct headrace_options defaults = { 0 };
    if (options == NULL)
        options = &defaults;
    assert(inputs == NULL || options->frames != 0);
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct design *design = NULL;
    if (inputs == NULL || model_has_network(m->model, d))
        design = api_design(a, m, options, d);
    api_messages(d, messages, size);
    if (design != NULL)
        return platform_of_design(a, design, options->frames, inputs, NULL);
    arena_free(a);
    return NULL;
}
