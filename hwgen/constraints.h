/* constraints -- XDC of one board of a design with links: its clock, those of
 * its links, and the paths between them (board_modules.h). */
#ifndef HEADRACE_HWGEN_CONSTRAINTS_H
#define HEADRACE_HWGEN_CONSTRAINTS_H

#include <stdint.h>

struct arena;
struct design;
struct identifiers;
struct text;

struct text *constraints_of_board(struct arena *a, const struct design *d,
                                  uint32_t board,
                                  const struct identifiers *ids);

#endif
