/* vcd -- value change dump (IEEE 1364-2005, clause 18), read as a stream.
 *
 * Memory is that of the list of signals and of a few buffers, whatever the
 * length of the file, which may be packed (byte_input.h).  All of $dumpvars,
 * $dumpall, $dumpoff and $dumpon are plain changes at their time: during
 * $dumpoff signals are x, so no edge of a clock is made up.  Changes of type
 * real and string are passed over.  A file that breaks off gives what is
 * whole and a warning (trace-cut). */
#ifndef HEADRACE_TRACES_VCD_H
#define HEADRACE_TRACES_VCD_H

struct arena;
struct diag;
struct waveform;

/* Reads the header.  NULL: said why in d (file-open, trace-syntax,
 * trace-cut, trace-time); the caller closes the waveform. */
struct waveform *vcd_open(struct arena *a, const char *path, struct diag *d);

#endif
