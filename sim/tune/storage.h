/* storage -- what a FIFO costs by its depth: the choices worth looking at.
 *
 * A choice is dominated if a deeper one of the same kind costs no more; what
 * is left goes up in price with every step within a kind.  Counted in bits
 * every depth is a choice.  Counted in LUTs and block RAMs there are few: a
 * FIFO of 20 tokens costs what one of 32 does.
 *
 * A price is a sum of resources times weights.  It is whole: weights are
 * millionths. */
#ifndef HEADRACE_TUNE_STORAGE_H
#define HEADRACE_TUNE_STORAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "cost/cost.h"

struct arena;
struct design;
struct device;
struct stream;

/* Weights in millionths of a unit of price; a bit is one of the tokens that
 * a FIFO can hold at once (capacity x width). */
struct pricing {
    uint64_t bit, lut, ff, bram18;
    uint64_t uram; /* of an UltraRAM; only if `has_uram` */
    bool has_uram; /* a memory of block RAM may be UltraRAM instead: 4096
                      words of 72 bits each (AMD UG573), with the same
                      registered read */
};

struct pricing pricing_bits(void); /* 1 a bit, nothing else */
/* LUTs and block RAMs, each by the share of the device that it takes: the
 * whole device is 10^6 of each (so a resource that is scarce is dear). */
struct pricing pricing_of_device(const struct device *device);

/* Where the words of a FIFO are kept. */
enum storage_class {
    STORAGE_REGISTERS,
    STORAGE_LUTRAM, /* shift registers and distributed RAM */
    STORAGE_BRAM,
    STORAGE_URAM
};
const char *storage_class_name(enum storage_class c); /* "LUTRAM" */

struct choice {
    uint32_t depth;         /* in tokens; of a frame buffer in frames */
    uint32_t capacity;      /* tokens that it holds then */
    uint32_t write_latency; /* of the kind that it is then */
    enum storage_class class;
    uint64_t bits; /* capacity x width */
    uint64_t price;
    struct cost cost;
};

/* What FIFO `s` of the design is with this depth, its kind following the depth
 * if nobody chose it. */
struct choice storage_at(const struct design *d, const struct stream *s,
                         uint32_t depth, const struct pricing *p);

/* The choices of one FIFO from depth `least` to `most`, by depth. */
struct storage {
    const struct design *design;
    const struct stream *stream;
    struct pricing pricing;
    uint32_t count;         /* at least 1 */
    uint32_t least;         /* depth of choice 0 */
    const uint32_t *depths; /* by choice; NULL: every depth is one */
};
void storage_init(struct storage *out, struct arena *a, const struct design *d,
                  const struct stream *s, uint32_t least, uint32_t most,
                  const struct pricing *p);

struct choice storage_choice(const struct storage *s, uint32_t choice);
/* Only what the timing needs to know: cheap enough for every run. */
uint32_t storage_capacity(const struct storage *s, uint32_t choice,
                          uint32_t *write_latency);
uint64_t storage_price(const struct storage *s, uint32_t choice);

/* The first choice that holds at least `capacity` tokens; if none does, the
 * last. */
uint32_t storage_holding(const struct storage *s, uint32_t capacity);
/* The deepest choice that is cheaper than `choice`; false: none is. */
bool storage_cheaper(const struct storage *s, uint32_t choice, uint32_t *out);

#endif
