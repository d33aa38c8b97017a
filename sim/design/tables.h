/* tables -- functions that hardware looks up: sigmoid, tanh, their hard
 * variants, and the two tables of a softmax (docs/hardware.md, Numbers).
 *
 * The tables are part of the design: the model and the RTL both take their
 * entries from here. */
#ifndef HEADRACE_DESIGN_TABLES_H
#define HEADRACE_DESIGN_TABLES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fixed.h"

struct arena;
struct diag;
struct process;

enum {
    TABLE_BITS_MIN = 2,        /* with one, a table is a comparison */
    TABLE_BITS_MAX = 15,       /* behind the leading one of a softmax's sum */
    TABLE_GIVEN_BITS_MAX = 16, /* of a table that the model gives: an entry for
                                  each value of 16 bits */
    TABLE_BITS_DEFAULT = 10,   /* 16-bit entries fill one small block RAM */
    SOFTMAX_ONE = 1 << 15      /* of the exponentials */
};

/* The input is converted to `index`, whose raw value, taken as an unsigned
 * number of index.width bits, is the address of the entry.
 *
 * index: the input's own format if that has at most table_bits bits. Else
 * table_bits bits with saturation (SAT) and truncation (TRN), signed as the
 * input is, and integer bits such that it reaches as far as the input does,
 * but no further than 8 (sigmoid, hard_sigmoid) or 4 (tanh, hard_tanh) --
 * beyond, these functions are flat.
 * Entry: the function of the number the index stands for -- if fraction bits
 * of the input were cut off, of the middle of the numbers that lead to it --
 * converted to the output's format, the nearest value, ties to even,
 * saturated.  Both are the model's if it gives a table. */
struct lookup_table {
    struct format index;
    uint32_t count;        /* 2^index.width */
    const int32_t *values; /* raw in the output's format, by address */
};

/* With f the input's fraction bits:
 * exp: 2^bits entries; entry 0 is SOFTMAX_ONE, entry a > 0 is
 * exp(-x) * SOFTMAX_ONE, rounded to nearest, where x is the middle of the
 * differences that lead to it: (a * 2^drop + (2^drop - 1) / 2) * 2^-f.
 * drop is the smallest for which the table reaches as far as differences can
 * (2^W - 1 of a W-bit input), or to 11.1 = ln 2^16, beyond which every
 * exponential is 0.
 * inverse: 2^bits entries; entry u is 2^16 / (1 + (u + 1/2) / 2^bits),
 * rounded to nearest. */
struct softmax_tables {
    uint32_t bits, drop;
    const int32_t *exp, *inverse;
};

/* Sets p->lookup from its layer; its streams are set.  False: format, said
 * why in d. */
bool table_choose_lookup(struct arena *a, struct process *p, struct diag *d);

/* Sets p->softmax.  False: the table is so small that neighbouring entries
 * differ by more than a quarter (2^drop * 2^-f > 1/4) or reach less far than
 * the numbers, said why in d. */
bool table_choose_softmax(struct arena *a, struct process *p, struct diag *d);

#endif
