/* For machines with AVX2: where there are such machines, this file is compiled
 * for them. */
#include "engine/lanes_group.h"

#include <stddef.h>

#ifdef __AVX2__

#include "base/cpu.h"
#include "engine/lanes_step.h"

const struct lanes_kernel *lanes_kernel_avx2(void)
{
    static const struct lanes_kernel kernel = { run_group, step_ahead, 1 };
    return cpu_has_avx2() ? &kernel : NULL;
}

#else

const struct lanes_kernel *lanes_kernel_avx2(void)
{
    return NULL;
}

#endif
