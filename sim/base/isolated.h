/* isolated -- runs a function in a process of its own and reads what it
 * writes.
 *
 * For code that cannot be trusted with damaged files: whatever it does, ends,
 * crashes, prints or runs on without end, happens to the child alone.  Limits
 * on processor time and memory hold there.  The child is a copy of this
 * process, so the function sees all data as they are at the start; it hands
 * back bytes only.  It does not outlive this process (under Linux).  Not to be
 * used while other threads of this process hold
 * locks that the function needs. */
#ifndef HEADRACE_BASE_ISOLATED_H
#define HEADRACE_BASE_ISOLATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct isolated;
struct isolated_out;

struct isolated_work {
    bool (*run)(void *context, struct isolated_out *out);
    void *context;
    uint64_t seconds_max; /* of processor time; lower limits of this process
                             hold, too */
    uint64_t bytes_max;   /* of memory beyond what is there at the start; not
                             under the address sanitizer */
};

/* NULL with errno set: no process could be started. */
struct isolated *isolated_start(struct arena *a,
                                const struct isolated_work *work);
/* False: no `count` bytes came any more.  Who asks for more than the function
 * wrote may get a byte of ours, and isolated_end returns false. */
bool isolated_read(struct isolated *p, void *to, size_t count);
/* Waits for the end, which it brings about if there are bytes left.  True:
 * the function returned true and everything it wrote was read. */
bool isolated_end(struct isolated *p);

/* For the function: bytes to hand back. */
void isolated_write(struct isolated_out *out, const void *bytes, size_t count);

#endif
