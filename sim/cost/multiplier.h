/* multiplier -- which products become DSP slices.
 *
 * As Yosys' mul2dsp maps them to DSP48E2 with its 27 x 18 bit multiplier:
 * products of at least 9 bits of two factors of at least 2 bits; wider
 * factors are cut into several. */
#ifndef HEADRACE_COST_MULTIPLIER_H
#define HEADRACE_COST_MULTIPLIER_H

#include <stdbool.h>
#include <stdint.h>

struct bill;

/* `count` products of a factor of a_width bits and one of b_width bits. */
void multiplier_add(struct bill *b, uint64_t count, uint32_t a_width,
                    bool a_signed, uint32_t b_width, bool b_signed);

/* The same of two signed factors, of whose product only the last `low` bits
 * are of use. */
void multiplier_add_low(struct bill *b, uint64_t count, uint32_t a_width,
                        uint32_t b_width, uint32_t low);

/* `count` pairs of products x * w0 and x * w1 of one multiplier each
 * (docs/hardware.md, Packed multipliers). */
void multiplier_add_pairs(struct bill *b, uint64_t count, uint32_t x_width,
                          bool x_signed, uint32_t w_width, bool w_signed);

/* Bits of the product, as a signed number. */
uint32_t multiplier_product_width(uint32_t a_width, bool a_signed,
                                  uint32_t b_width, bool b_signed);

#endif
