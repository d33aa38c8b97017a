#include "design/accumulator.h"

#include "base/diag.h"
#include "design/design.h"
#include "design/exact.h"

#include <assert.h>
#include <stddef.h>

/* Bits of the narrowest signed integer that holds all values. */
static int signed_width(struct exact e)
{
    int width = 1;
    while (e.low > UINT64_C(1) << (width - 1) ||
           e.high > (UINT64_C(1) << (width - 1)) - 1)
        width++;
    return width;
}

struct format design_exact_accumulator(struct format input,
                                       struct format weight, struct format bias,
                                       uint64_t terms)
{
    const struct format none = { 0 };
    assert(input.width != 0 && weight.width != 0 && terms > 0);

    struct exact sum =
        exact_times(exact_multiply(exact_of(input), exact_of(weight)), terms);
    if (bias.width != 0)
        sum = exact_add(sum, exact_of(bias));
    if (exact_fault(sum) != NULL)
        return none;
    int width = signed_width(sum);
    int integer = width - sum.fraction;
    if (integer < -64 || integer > 64)
        return none;
    return (struct format){
        .width = (uint8_t)width,
        .integer = (int16_t)integer,
        .is_signed = true,
        .quant = FIXED_TRN,
        .overflow = FIXED_WRAP,
    };
}

struct format accumulator_of(const struct layer *l)
{
    if (l->accumulator.width != 0)
        return l->accumulator;
    return design_exact_accumulator(l->inputs[0]->format, l->weight,
                                    l->bias.width != 0 ? l->bias : l->weight,
                                    layer_terms(l));
}

/* Products that are rounded have to be such that fixed_cast can do it. */
static bool check_rounding(const struct process *p, struct diag *d)
{
    struct format in = p->inputs[0]->format;
    int fraction = format_fraction(in) + format_fraction(p->weight);
    if (format_fraction(p->accumulator) >= fraction)
        return true; /* nothing to round */
    int width = in.width + p->weight.width;
    if (width <= FIXED_WIDTH_MAX && fraction <= EXACT_FRACTION_MAX &&
        fraction >= -EXACT_FRACTION_MAX)
        return true;
    diag_error(d, p->layer->place, DIAG_UNSUPPORTED,
               "the accumulator of '%s' rounds products of %d bits, %d of them "
               "fraction: above %d bits or %d of fraction it cannot",
               p->layer->name, width, fraction, FIXED_WIDTH_MAX,
               EXACT_FRACTION_MAX);
    return false;
}

bool accumulator_choose(struct process *p, struct diag *d)
{
    const struct layer *l = p->layer;
    p->accumulator = accumulator_of(l);
    if (p->accumulator.width == 0) {
        diag_error(d, l->place, DIAG_FORMAT,
                   "an exact accumulator of '%s' would be wider than %d bits",
                   l->name, FIXED_WIDTH_MAX);
        diag_hint(d, "give an accumulator_format");
        return false;
    }
    if (!p->accumulator.is_signed || p->accumulator.overflow != FIXED_WRAP) {
        char text[FORMAT_TEXT_SIZE];
        diag_error(d, l->place, DIAG_FORMAT,
                   "accumulator %s of '%s' is not signed with overflow WRAP",
                   format_print(p->accumulator, text), l->name);
        return false;
    }
    return check_rounding(p, d);
}
