/* rtl_parts -- single processes of a design, each a module of its own, to be
 * Verilated into SystemC modules that take the places of modelled ones.
 *
 * Process `conv1` becomes module conv1_part with the ports of its kernel
 * (several streams side by side, hwgen/rtl/README.md), around the instance
 * conv1_process that the top has as well, with the parameters of package
 * conv1_part_pkg.  A change of another process changes no file of this one, so
 * that its build can be kept. */
#ifndef HEADRACE_HWGEN_RTL_PARTS_H
#define HEADRACE_HWGEN_RTL_PARTS_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;

/* Processes of a design, by index, in order. */
struct part_list {
    const struct design *design;
    uint32_t count;
    const uint32_t *processes;
};

/* Folder, within the one that is given, for the generated files. */
#define PARTS_RTL_FOLDER "rtl"

/* Names of the modules ("conv1_part"); the arena's. */
const char **parts_names(struct arena *a, const struct part_list *l);

/* Writes folder/rtl: per module its files and NAME.f, the list of those, the
 * last one the module itself; all memory files; the SystemC harness and the C
 * core that it uses.  False: said why in diag (unsupported: an HLS family). */
bool hwgen_parts_write(const struct part_list *l, const char *folder,
                       struct diag *diag);

#endif
