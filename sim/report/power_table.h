/* power_table -- what `headrace simulate` says about power: that of a board,
 * and operations a second and a watt. */
#ifndef HEADRACE_REPORT_POWER_TABLE_H
#define HEADRACE_REPORT_POWER_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "cost/power.h"

struct analysis;
struct arena;
struct device;
struct json_out;
struct text;

/* Of the processes of one board, by index in the design (NULL: all of them),
 * and of the FIFOs that these write (or, of the design's input, read); each as
 * busy as in the run.  A design that HLS made is taken as it is after
 * implementation.  lane_bits_per_second as in power_of_board. */
struct power power_of_processes(const struct analysis *x,
                                const struct power_model *m,
                                const bool *processes,
                                uint64_t lane_bits_per_second, struct arena *a);

/* Of what is on one board of a design on several, the ends of its links with
 * it, at the clock of that board. */
struct power power_of_boards_part(const struct analysis *x, uint32_t board,
                                  const struct power_model *m, struct arena *a);

/* Operations a second, two for each product of the network's convolutions and
 * dense layers; 0: the interval is not known. */
uint64_t power_operations(const struct analysis *x);

/* Lines of power and efficiency; nothing unless there is a device whose power
 * is known and the run came to an end. */
void power_table_print(const struct analysis *x, const struct device *device,
                       struct arena *a, struct text *out);

/* The same of a design on several boards, with a row for each; devices by
 * board.  The sum only if the power of all is known. */
void power_table_print_boards(const struct analysis *x,
                              const struct device *const *devices,
                              struct arena *a, struct text *out);

/* An object under "power", or null: of the device, or of all boards together
 * with an array of each. */
void power_table_add_json(struct json_out *root, const struct analysis *x,
                          const struct device *const *devices, struct arena *a);

#endif
