/* identifiers -- the names that a design's parts get in SystemVerilog.
 *
 * Names of processes and streams ("conv1", "conv1.pad.out") become
 * identifiers with '_' for '.' and whatever else an identifier cannot have;
 * where two would be the same, the later one gets a number.  Generated code
 * only uses them with a suffix (_process, _fifo, _in_data, __WIDTH), so that no
 * keyword and no port can be hit.  Only the stem -- the name of the top module
 * -- stands alone; it is changed if it is a keyword or the name of a library
 * module. */
#ifndef HEADRACE_HWGEN_IDENTIFIERS_H
#define HEADRACE_HWGEN_IDENTIFIERS_H

struct arena;
struct design;

struct identifiers {
    const char *stem;       /* top module; also stem_pkg, stem_tb, files */
    const char **processes; /* by process index */
    const char **streams;   /* by stream index */
    const char **boards;    /* by board index: "board_name" */
};

/* `name` of the top module; NULL: the design's. */
struct identifiers *identifiers_new(struct arena *a, const struct design *d,
                                    const char *name);

#endif
