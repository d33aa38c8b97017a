#include "tests/cost/measured_hls.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "import/model.h"
#include "kernels/kernels.h"

#include <check.h>

struct design *measured_hls_design(struct arena *a, const char *name)
{
    const char *path =
        arena_printf(a, "%s/models/hls4ml/%s", HEADRACE_SOURCE_DIR, name);
    struct model *m = model_load(a, path, kernels_headrace(), diag_new(a));
    ck_assert_ptr_nonnull(m);
    struct design *d = design_lower(a, &m->network, &m->hardware,
                                    kernels_headrace(), diag_new(a));
    ck_assert_ptr_nonnull(d);
    return d;
}
