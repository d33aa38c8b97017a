/* board_modules -- a design that spans several boards: a module for each, and
 * the system that joins them, for simulation.
 *
 * Board `name` is module stem_board_name.  Ports: clk, rst; the axis ports of
 * the design (top.h) if its input or output is on this board; with runtime
 * depths all `limits`.  Of a framed link L that begins or ends here, with its
 * clock and reset L_clk, L_rst:
 *   it begins: L_line_data, _control, _valid out, _ready in; L_back_data,
 * _valid in it ends:   L_line_data, _control, _valid in; L_back_data, _valid
 * out, _ready in; L_overflow out as link_sender.sv and link_receiver.sv say;
 * between them is the core of a transceiver.  Of a crossing: L_data, _valid,
 * _ready, a bit or a token a stream; where it ends also L_clk, L_rst, the clock
 * of the sender.
 *
 * The system is module stem: boards and lines, the ports of the design, rst,
 * and a clock of each board and framed link (board_name_clk, L_clk).  rst
 * belongs to all clocks; it ends before an edge that they have in common. */
#ifndef HEADRACE_HWGEN_BOARD_MODULES_H
#define HEADRACE_HWGEN_BOARD_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "design/link.h"

struct arena;
struct clock;
struct design;
struct identifiers;
struct stream;
struct text;

/* Whether a link is there, and has a clock of its own. */
bool board_link_has_clock(const struct link *l);

/* The clocks of the system: those of the boards, in order, then those of the
 * links that have one, in order. */
uint32_t board_clock_count(const struct design *d);
const struct clock *board_clock(const struct design *d, uint32_t index);
uint32_t board_link_clock(const struct design *d, const struct link *l);
/* Its port at the system. */
const char *board_clock_name(struct arena *a, const struct design *d,
                             const struct identifiers *ids, uint32_t index);

/* The streams of the links that have a clock, by link and port. */
uint32_t board_buffer_count(const struct design *d);

/* "stem_board_name". */
const char *board_module_name(struct arena *a, const struct identifiers *ids,
                              uint32_t board);

struct text *board_module(struct arena *a, const struct design *d,
                          uint32_t board, const struct identifiers *ids,
                          bool runtime_depths);
struct text *board_system(struct arena *a, const struct design *d,
                          const struct identifiers *ids, bool runtime_depths);

/* Modules of the library that a board instantiates, and those of all boards and
 * the system. */
const char **board_roots(struct arena *a, const struct design *d,
                         uint32_t board, size_t *count);
const char **board_roots_of_all(struct arena *a, const struct design *d,
                                size_t *count);

#endif
