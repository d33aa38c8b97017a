/* For machines with AVX-512: where there are such machines, this file is
 * compiled for them. */
#include "engine/lanes_group.h"

#include <stddef.h>

#ifdef __AVX512F__

#include "base/cpu.h"
#include "engine/lanes_step.h"

const struct lanes_kernel *lanes_kernel_avx512(void)
{
    static const struct lanes_kernel kernel = { run_group, step_ahead, 0 };
    return cpu_has_avx512() ? &kernel : NULL;
}

#else

const struct lanes_kernel *lanes_kernel_avx512(void)
{
    return NULL;
}

#endif
