/* cosim_build -- Verilates a farm (hwgen/farm.h).
 *
 * In the farm's folder, rtl/ is what hwgen wrote and build/ what this makes
 * of it.  Weights are read when the design runs, so other weights, data and
 * FIFO limits need no new build; a stamp tells whether the build there is
 * still that of the files. */
#ifndef HEADRACE_HWGEN_COSIM_COSIM_BUILD_H
#define HEADRACE_HWGEN_COSIM_COSIM_BUILD_H

#include <stdbool.h>
#include <stdint.h>

struct diag;

struct cosim_build_options {
    bool fast_run; /* optimise for long runs of a large design; else for a
                      short build */
    uint32_t jobs; /* compilers at a time; 0: 2, for a fast run as many as
                      there are processors */
    const char *const *defines; /* macros for the RTL: "NAME" or "NAME=1" */
    uint32_t define_count;
};

/* Options may be NULL.  False: said why in diag (tool, file-open,
 * file-write). */
bool cosim_build(const char *folder, const struct cosim_build_options *o,
                 struct diag *diag);

/* Compilers at a time that these options mean. */
uint32_t cosim_build_jobs(const struct cosim_build_options *o);

/* Path of the program within the folder. */
#define COSIM_PROGRAM "build/obj/cosim"

#endif
