/* cpu -- which instructions this machine has, of those that some file is
 * compiled for. */
#ifndef HEADRACE_BASE_CPU_H
#define HEADRACE_BASE_CPU_H

#include <stdbool.h>

static inline bool cpu_has_avx512(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f");
#else
    return false;
#endif
}

static inline bool cpu_has_avx2(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

#endif
