#include "headrace_step.h"

#include "api.h"
#include "base/arena.h"
#include "base/diag.h"
#include "engine/platform.h"
#include "import/model.h"

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
    if (design == NULL) {
        arena_free(a);
        return NULL;
    }
    struct headrace_platform *p = arena_new_item(a, struct headrace_platform);
    p->arena = a;
    p->inside = platform_of_design(a, design, options->frames, inputs, NULL);
    return p;
}
