/* inline -- for the few helpers in hot loops that must be inlined so that
 * the state they are given stays in registers. */
#ifndef HEADRACE_BASE_INLINE_H
#define HEADRACE_BASE_INLINE_H

#define ALWAYS_INLINE static inline __attribute__((always_inline))

#endif
