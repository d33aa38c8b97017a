#include "design/accumulator.h"

#include "base/diag.h"
#include "design/design.h"

#include <assert.h>

/* A range of raw values, as two magnitudes: -low .. high. */
struct range {
    uint64_t low, high;
};

enum { MAGNITUDE_BITS = FIXED_WIDTH_MAX - 1 };

/* Of what fixed_cast takes. */
enum { FRACTION_MAX = 126 };

/* False once a bound needs more bits than any accumulator has. */
static bool bounded(uint64_t x)
{
    return x <= UINT64_C(1) << MAGNITUDE_BITS;
}

static bool multiply(uint64_t a, uint64_t b, uint64_t *product)
{
    if (a != 0 && b > UINT64_MAX / a)
        return false;
    *product = a * b;
    return bounded(*product);
}

static bool shift_left(uint64_t x, int by, uint64_t *shifted)
{
    if (x == 0) {
        *shifted = 0;
        return true;
    }
    return by < 64 && multiply(x, UINT64_C(1) << by, shifted);
}

static struct range format_range(struct format f)
{
    int64_t min = format_min(f);
    int64_t max = format_max(f);
    return (struct range){
        .low = min < 0 ? (uint64_t)-min : 0,
        .high = max > 0 ? (uint64_t)max : 0,
    };
}

/* Each bound of a product is the larger of two corners. */
static bool multiply_ranges(struct range a, struct range b, struct range *out)
{
    uint64_t low_high, high_low, low_low, high_high;
    if (!multiply(a.low, b.high, &low_high) ||
        !multiply(a.high, b.low, &high_low) ||
        !multiply(a.low, b.low, &low_low) ||
        !multiply(a.high, b.high, &high_high))
        return false;
    out->low = low_high > high_low ? low_high : high_low;
    out->high = low_low > high_high ? low_low : high_high;
    return true;
}

static bool scale_range(struct range *r, uint64_t factor, int shift)
{
    return multiply(r->low, factor, &r->low) &&
           multiply(r->high, factor, &r->high) &&
           shift_left(r->low, shift, &r->low) &&
           shift_left(r->high, shift, &r->high);
}

/* Bits of the narrowest signed integer that holds the whole range. */
static int signed_width(struct range r)
{
    int width = 1;
    while (r.low > UINT64_C(1) << (width - 1) ||
           r.high > (UINT64_C(1) << (width - 1)) - 1)
        width++;
    return width;
}

struct format design_exact_accumulator(struct format input,
                                       struct format weight, struct format bias,
                                       uint64_t terms)
{
    const struct format none = { 0 };
    assert(input.width != 0 && weight.width != 0 && terms > 0);

    int product_fraction = format_fraction(input) + format_fraction(weight);
    int fraction = product_fraction;
    if (bias.width != 0 && format_fraction(bias) > fraction)
        fraction = format_fraction(bias);

    struct range sum;
    if (!multiply_ranges(format_range(input), format_range(weight), &sum) ||
        !scale_range(&sum, terms, fraction - product_fraction))
        return none;
    if (bias.width != 0) {
        struct range b = format_range(bias);
        if (!scale_range(&b, 1, fraction - format_fraction(bias)))
            return none;
        sum.low += b.low;
        sum.high += b.high;
    }

    int width = signed_width(sum);
    int integer = width - fraction;
    if (width > FIXED_WIDTH_MAX || integer < -64 || integer > 64)
        return none;
    return (struct format){
        .width = (uint8_t)width,
        .integer = (int16_t)integer,
        .is_signed = true,
        .quant = FIXED_TRN,
        .overflow = FIXED_WRAP,
    };
}

static uint64_t terms_of(const struct process *p)
{
    const struct layer *l = p->layer;
    if (l->type == LAYER_DENSE)
        return shape_count(p->inputs[0]->shape);
    uint64_t window = (uint64_t)p->window.kernel_h * p->window.kernel_w;
    if (l->type == LAYER_DEPTHWISE_CONV2D)
        return window;
    return window * p->inputs[0]->shape.c;
}

/* Products that are rounded have to be such that fixed_cast can do it. */
static bool check_rounding(const struct process *p, struct diag *d)
{
    struct format in = p->inputs[0]->format;
    int fraction = format_fraction(in) + format_fraction(p->weight);
    if (format_fraction(p->accumulator) >= fraction)
        return true; /* nothing to round */
    int width = in.width + p->weight.width;
    if (width <= FIXED_WIDTH_MAX && fraction <= FRACTION_MAX &&
        fraction >= -FRACTION_MAX)
        return true;
    diag_error(d, p->layer->place, DIAG_UNSUPPORTED,
               "the accumulator of '%s' rounds products of %d bits, %d of them "
               "fraction: above %d bits or %d of fraction it cannot",
               p->layer->name, width, fraction, FIXED_WIDTH_MAX, FRACTION_MAX);
    return false;
}

bool accumulator_choose(struct process *p, struct diag *d)
{
    const struct layer *l = p->layer;
    p->accumulator = l->accumulator;
    if (p->accumulator.width == 0)
        p->accumulator =
            design_exact_accumulator(p->inputs[0]->format, p->weight, p->bias,
                                     terms_of(p));
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

bool accumulator_holds_limit(struct format accumulator, uint32_t limit)
{
    int fraction = format_fraction(accumulator);
    uint64_t max = (uint64_t)format_max(accumulator);
    if (fraction >= 0)
        return fraction < 64 && limit <= max >> fraction;
    if (fraction <= -32)
        return limit == 0;
    return (limit & ((UINT32_C(1) << -fraction) - 1)) == 0 &&
           limit >> -fraction <= max;
}
