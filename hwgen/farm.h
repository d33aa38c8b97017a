/* farm -- many designs in one module, to be Verilated and run together.
 *
 * A Verilator build takes long and a run does not, so tests put their
 * designs side by side into one build.  `farm_top` instantiates them (tops
 * d0, d1, ... with runtime depths) and packs their ports into wide vectors
 * as hwgen/cosim/cosim_files.h says; two bits of `monitor` per stream tell
 * of its write and read handshakes.  They look into the tops from outside,
 * so the tops themselves are the same as for synthesis. */
#ifndef HEADRACE_HWGEN_FARM_H
#define HEADRACE_HWGEN_FARM_H

#include <stdbool.h>
#include <stdint.h>

struct design;
struct diag;

/* Folder, within the farm's, for the generated files. */
#define FARM_RTL_FOLDER "rtl"
/* All SystemVerilog files in it, in order. */
#define FARM_FILE_LIST "farm.f"

/* Writes folder/rtl; the folder may hold other things besides, as
 * hwgen/cosim puts them there.  The designs' depths are the largest ones
 * that a run can choose.  False: said why in diag. */
bool hwgen_farm_write(const struct design *const *designs, uint32_t count,
                      const char *folder, struct diag *diag);

/* Whether a farm of these has clocks of its own for each design: one of them
 * spans boards. */
bool hwgen_farm_is_clocked(const struct design *const *designs, uint32_t count);

/* The same with the tokens of every stream in view (cosim_job.values), not
 * only those at m_axis.  Slower to build and to run. */
bool hwgen_farm_write_values(const struct design *const *designs,
                             uint32_t count, const char *folder,
                             struct diag *diag);

#endif
