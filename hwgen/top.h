/* top -- the module of a whole design.
 *
 * Ports of the module: clk, rst (synchronous, active high), s_axis_* and
 * m_axis_* (AXI4-Stream with tdata, tvalid, tready, tlast) and frame_error.
 * tdata is the token of the edge stream, padded with zeros to whole bytes
 * at the top; streams inside are not padded.  With runtime depths there is
 * also `limits`, 32 bits a stream in the order of design.streams. */
#ifndef HEADRACE_HWGEN_TOP_H
#define HEADRACE_HWGEN_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;
struct identifiers;
struct process;
struct stream;
struct text;

/* False if the design has something that there is no hardware for (said
 * what in diag). */
bool top_check(const struct design *d, struct diag *diag);

/* Ports of a module after its clocks: limits, those of s_axis with frame_error,
 * those of m_axis; to the end of the list. */
void top_axis_ports(struct text *t, const struct design *d, bool runtime_depths,
                    bool input, bool output);

/* Of a design without links; with links see board_modules.h. */
struct text *top_module(struct arena *a, const struct design *d,
                        const struct identifiers *ids, bool runtime_depths);

/* Module `name` around one process: clk, rst, and the ports of its kernel with
 * all streams side by side.  Parameters come from package name_pkg. */
struct text *top_part(struct arena *a, const struct process *p,
                      const struct identifiers *ids, const char *name);

/* Modules of the library that the top instantiates; the names are lent. */
const char **top_roots(struct arena *a, const struct design *d, size_t *count);

/* Bits of tdata for the tokens of a stream: whole bytes. */
uint32_t top_tdata_bits(const struct stream *s);

#endif
