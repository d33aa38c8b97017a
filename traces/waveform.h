/* waveform -- what a VCD and an FST file have in common: a list of signals,
 * then changes of their values in the order of time.
 *
 * A reader (vcd.h, fst.h) opens the file and has the list.  The user of the
 * waveform chooses signals by their codes and has the changes of these
 * called back.  Signals with the same code are one net under several names,
 * as tools write them for ports that are connected. */
#ifndef HEADRACE_TRACES_WAVEFORM_H
#define HEADRACE_TRACES_WAVEFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;

struct signal {
    const char *name; /* with its scopes, "tb.dut.conv1.in_valid" */
    uint64_t code;
    uint32_t bits;
    int32_t left;   /* index of the first (highest) bit, as declared */
    bool upwards;   /* declared [0:7], so the index rises from the left */
    uint16_t depth; /* scopes around it */
};

/* Called for every change of a chosen signal, `slot` being its place among
 * the chosen ones.  Times never decrease.  `bits` has `count` characters
 * 0, 1, x, z (or what else the file has), highest bit first; fewer than the
 * signal has bits where leading ones follow from the first: 0 extends 0 and
 * 1, x extends x, z extends z. */
struct waveform_sink {
    void *context;
    void (*change)(void *context, uint64_t time, uint32_t slot,
                   const char *bits, size_t count);
};

struct waveform {
    struct arena *arena;
    const char *path;
    uint64_t unit_fs; /* femtoseconds of one step of time; 0: not known */
    uint32_t count;
    struct signal *signals; /* in the order of their names */
    bool is_truncated;      /* after read: the file broke off */

    /* The reader's.  read: false: said why in d; may be called once. */
    bool (*read)(struct waveform *w, const uint64_t *codes, uint32_t count,
                 const struct waveform_sink *sink, struct diag *d);
    void (*close)(struct waveform *w);
};

enum { WAVEFORM_NONE = -1 };
enum { WAVEFORM_BITS_MAX = 1 << 20, WAVEFORM_NAME_MAX = 1 << 14 };

static inline bool waveform_read(struct waveform *w, const uint64_t *codes,
                                 uint32_t count,
                                 const struct waveform_sink *sink,
                                 struct diag *d)
{
    return w->read(w, codes, count, sink, d);
}
static inline void waveform_close(struct waveform *w)
{
    if (w != NULL)
        w->close(w);
}

/* The signal of exactly this name, of `length` bytes; else WAVEFORM_NONE. */
int64_t waveform_find(const struct waveform *w, const char *name,
                      size_t length);
/* A sibling: the signal `leaf` in the scope that is the first
 * `scope_length` bytes of `path` (0: outside all scopes). */
int64_t waveform_find_in(const struct waveform *w, const char *path,
                         size_t scope_length, const char *leaf);
/* Bytes of the scope in front of the last name: 6 of "tb.dut.clk". */
size_t waveform_scope_length(const char *name);
/* In `scope` or further inside; NULL or "": everything is. */
bool waveform_is_within(const char *name, const char *scope);

/* Power of ten seconds as femtoseconds, times 1, 10 or 100; 0: out of
 * range. */
uint64_t waveform_unit_fs(int exponent, uint32_t factor);

/* For readers: the list while it grows. */
struct waveform_scopes;
struct waveform_scopes *waveform_scopes_new(struct waveform *w);
/* False: the path would be longer than WAVEFORM_NAME_MAX. */
bool waveform_scopes_enter(struct waveform_scopes *s, const char *name,
                           size_t length);
bool waveform_scopes_leave(struct waveform_scopes *s); /* false: outside all */
/* A range behind the name ("data [7:0]", "data[7:0]") becomes left and
 * upwards; an index ("lane[3]") stays part of it.  False: too long a name,
 * more than WAVEFORM_BITS_MAX bits. */
bool waveform_scopes_signal(struct waveform_scopes *s, const char *name,
                            size_t length, uint64_t code, uint64_t bits);
/* Sorts the list; the waveform has it then. */
void waveform_scopes_end(struct waveform_scopes *s);

#endif
