/* memory -- where a memory of the RTL goes: block RAM, distributed RAM, LUTs
 * or registers.
 *
 * By the rule of Yosys' memory_libmap with its description of UltraScale
 * memories: of all shapes that a memory can be put together from, the
 * cheapest, where a block RAM of 18 Kbit costs 129, a distributed RAM of 8
 * LUTs 16, a bit in registers 1, a bit of a read-only memory in LUTs 1/64, and
 * choosing among banks 1/2 a bit. */
#ifndef HEADRACE_COST_MEMORY_H
#define HEADRACE_COST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct bill;

/* One write and one read port. */
struct memory {
    uint64_t width, depth;
    uint64_t unused;    /* bits of a word that nobody looks at */
    bool read_only;     /* no write port, contents known */
    bool combinational; /* read without a register */
};

enum memory_kind { MEMORY_LOGIC, MEMORY_LUTRAM, MEMORY_BRAM };

struct memory_map {
    enum memory_kind kind;
    uint64_t banks;  /* one behind the other */
    uint64_t cells;  /* distributed RAMs of 8 LUTs */
    uint64_t bram18; /* block RAMs of 18 Kbit */
};

struct memory_map memory_map(const struct memory *m);

/* Adds a memory with all that chooses among its banks. */
void memory_add(struct bill *b, const struct memory *m);

/* The same of one that is read without a register in another clock than it is
 * written in, where a block RAM cannot stand for it. */
void memory_add_between_clocks(struct bill *b, uint64_t width, uint64_t depth);

#endif
