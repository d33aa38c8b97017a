/* package -- the SystemVerilog package with all parameters of a design.
 *
 * Process `conv1` has one localparam conv1__NAME for each parameter of its
 * module, stream `conv1.out` has conv1_out__WIDTH and __DEPTH and, if it is
 * at an edge of the design or its FIFO holds whole frames, __TOKENS (of one
 * frame).  Nothing generated repeats a number that stands here. */
#ifndef HEADRACE_HWGEN_PACKAGE_H
#define HEADRACE_HWGEN_PACKAGE_H

#include <stdint.h>

struct arena;
struct design;
struct identifiers;
struct process;
struct text;

/* Package stem_pkg. */
struct text *package_text(struct arena *a, const struct design *d,
                          const struct identifiers *ids);

/* Package `name` with the parameters of one process alone. */
struct text *package_process_text(struct arena *a, const struct process *p,
                                  const struct identifiers *ids,
                                  const char *name);

/* "stem_conv1_weights.mem"; the arena's. */
char *package_memory_name(struct arena *a, const struct identifiers *ids,
                          uint32_t process, const char *suffix);

#endif
