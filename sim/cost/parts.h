/* parts -- the small modules that kernels are built from, each under the
 * name of its file in hwgen/rtl. */
#ifndef HEADRACE_COST_PARTS_H
#define HEADRACE_COST_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fixed.h"

struct bill;

/* Registers. */
void parts_registers(struct bill *b, uint64_t count);

void parts_counter(struct bill *b, uint64_t count); /* wrap_counter */
void parts_window_axis(struct bill *b, uint32_t size, uint32_t kernel,
                       uint32_t stride);
void parts_pad_axis(struct bill *b, uint32_t size, uint32_t before,
                    uint32_t after);
/* run_counter, delay_valid: one register a stage. */
void parts_run_counter(struct bill *b, uint64_t count);

/* The choice of one of `count` words by an index: word_select, and among the
 * words of a memory. */
void parts_choice(struct bill *b, uint64_t width, uint64_t count);

void parts_gather(struct bill *b, uint64_t tokens, uint64_t token_width);
void parts_row_memory(struct bill *b, uint64_t width, uint64_t depth);
void parts_parameter_rom(struct bill *b, uint64_t width, uint64_t depth);
/* A parameter_rom that holds a steep function, most of whose bits hardly
 * change. */
void parts_table(struct bill *b, uint64_t width, uint64_t depth);
void parts_delay_line(struct bill *b, uint64_t width, uint64_t depth);

/* The last of `length` registers in a row that all shift at once. */
void parts_shift_register(struct bill *b, uint64_t width, uint64_t length);

/* Which one of two numbers is larger, `count` times. */
void parts_comparison(struct bill *b, uint64_t count, uint32_t width);

/* lane_max: the largest of `count` values. */
void parts_largest(struct bill *b, uint64_t count, uint64_t lanes,
                   uint32_t width);
/* lane_sum: their sum. */
void parts_sum(struct bill *b, uint64_t count, uint64_t lanes, uint32_t width);

/* The registers of a tree that joins `leaves` values two by two, one level a
 * stage, into values a bit wider each time but at most of `most` bits: those
 * behind each level, and those of the leaves if there are any.  With `adds`,
 * the adders, too.  Returns the width at the root. */
struct tree {
    uint32_t leaves, width, most;
    bool leaf_registers, adds;
};
uint32_t parts_tree(struct bill *b, const struct tree *t);

/* A number on its way through convert or rectify. */
struct number {
    uint32_t width;
    int32_t fraction;
    bool is_signed;
};

/* The number behind rectify: never negative. */
struct number parts_rectified(struct number n, bool relu);

/* convert: `count` numbers to the format `to`. */
void parts_convert(struct bill *b, uint64_t count, struct number from,
                   struct format to);
/* How many of the low bits of the number a conversion looks at ... */
uint32_t parts_convert_needs(struct number from, struct format to);
/* ... and how many of these it drops without a look. */
uint32_t parts_convert_drops(struct number from, struct format to);
/* How many bits of the result are neither constant nor copies of others. */
uint32_t parts_convert_yields(struct number from, struct format to);
/* Whether the result is only bits of the number, without logic. */
bool parts_convert_is_wires(struct number from, struct format to);
/* Whether it needs no adder, only LUTs that choose a bit or a limit. */
bool parts_convert_only_saturates(struct number from, struct format to);

/* parts_convert_needs of a number with a rectify in front of the convert. */
uint32_t parts_rectify_needs(struct number from, bool relu, struct format to);

/* rectify and convert. */
void parts_activation(struct bill *b, uint64_t count, struct number from,
                      bool relu, uint32_t relu_max, struct format to);

#endif
