/* cosim_clocks -- several clocks in the order of their edges (docs/links.md,
 * Clocks). */
#ifndef HEADRACE_HWGEN_COSIM_COSIM_CLOCKS_HPP
#define HEADRACE_HWGEN_COSIM_COSIM_CLOCKS_HPP

#include "cosim_files.h"

#include <cstddef>
#include <cstdint>
#include <vector>

__extension__ typedef unsigned __int128 wide;

/* Edge n in fs; each is rounded down by itself. */
inline uint64_t clock_edge_time(const cosim_clock &c, uint64_t n)
{
    const uint64_t k = c.drift_cycles, million = 1000000;
    if (k == 0 || c.drift_ppm == 0)
        return static_cast<uint64_t>(wide(n) * c.numerator / c.denominator);
    /* All in millionths of the period: turns of 2 K edges, first the fast
     * half, then the slow one. */
    const uint64_t i = n % (2 * k);
    wide parts = wide(n - i) * million;
    parts += wide(i < k ? i : k) * (million - c.drift_ppm);
    parts += wide(i > k ? i - k : 0) * (million + c.drift_ppm);
    return static_cast<uint64_t>(parts * c.numerator / c.denominator / million);
}

/* One running clock. */
struct Clock {
    cosim_clock about;
    uint64_t cycle = 0; /* that ends with the next edge */
    uint64_t next = 0;  /* when that is, in fs */
    bool rises = false; /* with the edge at hand */

    void step() { next = clock_edge_time(about, ++cycle); }
};

/* When the next edge of all is; marks the clocks that have it. */
inline uint64_t mark_next(std::vector<Clock> &clocks)
{
    uint64_t time = clocks[0].next;
    for (const Clock &c : clocks)
        time = c.next < time ? c.next : time;
    for (Clock &c : clocks)
        c.rises = c.next == time;
    return time;
}

#endif
