/* cosim_systemc -- builds and runs a design in SystemC: some processes as
 * Verilated RTL (hwgen/rtl_parts.h), all else -- the other processes, FIFOs,
 * source and sink -- modelled by the C core.
 *
 * Order of use: hwgen_parts_write, cosim_systemc_build, cosim_systemc_run; all
 * with the same folder and the same processes.  Every process has a build of
 * its own, which is kept as long as its RTL is the same; so does the program
 * around them. */
#ifndef HEADRACE_HWGEN_COSIM_COSIM_SYSTEMC_H
#define HEADRACE_HWGEN_COSIM_COSIM_SYSTEMC_H

#include <stdbool.h>

struct arena;
struct cosim_build_options;
struct cosim_job;
struct cosim_run;
struct diag;
struct part_list;
struct text;

/* Options may be NULL (defines are not for this).  False: said why in diag
 * (tool: also if SystemC is not installed; file-open, file-write). */
bool cosim_systemc_build(const char *folder, const struct part_list *parts,
                         const struct cosim_build_options *o,
                         struct diag *diag);

/* `image` is what headrace_platform_load takes: the design as modelled, with
 * the values of what RTL reads.  The limits and inputs of the job are not used:
 * they are in the image.  NULL: said why in diag. */
struct cosim_run *cosim_systemc_run(struct arena *a, const char *folder,
                                    const struct cosim_job *job,
                                    const struct text *image,
                                    struct diag *diag);

#endif
