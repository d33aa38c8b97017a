/* fst -- the packed waveforms that GTKWave's FST library writes, read with
 * that library, which Verilator ships (include/gtkwave, MIT licence).
 *
 * The library trusts its input: on a damaged file it reads and writes out of
 * bounds, exits, or runs for ever.  Therefore the chain of blocks is checked
 * first (fst_check.h), and the library runs in a process of its own
 * (isolated.h), once for the list of signals and once for the changes. */
#ifndef HEADRACE_TRACES_FST_H
#define HEADRACE_TRACES_FST_H

struct arena;
struct diag;
struct waveform;

/* Reads the list of signals.  NULL: said why in d (file-open, trace-syntax,
 * trace-cut, trace-time); the caller closes the waveform. */
struct waveform *fst_open(struct arena *a, const char *path, struct diag *d);

#endif
