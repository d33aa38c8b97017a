#include "cost/multiplier.h"

#include "cost/bill.h"

enum {
    DSP_A_BITS = 27,
    DSP_B_BITS = 18,
    DSP_FACTOR_MIN = 2,
    DSP_PRODUCT_MIN = 9,
    SLICE_BITS = 17 /* of a factor that is cut; the 18th bit is a zero sign */
};

struct product {
    uint32_t a, b; /* bits of the factors, a the wider one at first */
    uint64_t dsp;
    uint64_t soft; /* bits of adders of partial products in LUTs */
    uint64_t sums; /* bits of adders that join slices */
};

/* One product of slices; their order is kept. */
static void map_slices(struct product *p, uint32_t a, uint32_t b, uint32_t y)
{
    if (a < DSP_FACTOR_MIN || b < DSP_FACTOR_MIN || y < DSP_PRODUCT_MIN) {
        uint32_t rows = a < b ? a : b;
        p->soft += (uint64_t)(rows > 1 ? rows - 1 : 1) * (a < b ? b : a);
    } else if (a > DSP_A_BITS) {
        uint32_t n = (a - DSP_A_BITS + SLICE_BITS - 1) / SLICE_BITS;
        uint32_t last = a - n * SLICE_BITS;
        for (uint32_t i = 0; i < n; i++)
            map_slices(p, SLICE_BITS + 1, b, b + SLICE_BITS + 1);
        map_slices(p, last, b, b + last);
        p->sums += (uint64_t)n * (y - SLICE_BITS);
    } else if (b > DSP_B_BITS) {
        uint32_t n = (b - DSP_B_BITS + SLICE_BITS - 1) / SLICE_BITS;
        uint32_t last = b - n * SLICE_BITS;
        for (uint32_t i = 0; i < n; i++)
            map_slices(p, a, SLICE_BITS + 1, a + SLICE_BITS + 1);
        map_slices(p, a, last, a + last);
        p->sums += (uint64_t)n * (y - SLICE_BITS);
    } else {
        p->dsp++;
    }
}

/* Both factors are read as signed numbers, if one of them is signed. */
static void add_signed(struct bill *bill, uint64_t count, uint32_t a,
                       uint32_t b, uint32_t y)
{
    struct product p = { 0 };
    if (a >= b)
        map_slices(&p, a, b, y);
    else
        map_slices(&p, b, a, y);
    bill->dsp += p.dsp * count;
    bill_add(bill, PART_SOFT_PRODUCT, p.soft * count);
    bill_add(bill, PART_ADDER_BIT, p.sums * count);
}

uint32_t multiplier_product_width(uint32_t a_width, bool a_signed,
                                  uint32_t b_width, bool b_signed)
{
    return a_width + b_width + (!a_signed && !b_signed);
}

void multiplier_add(struct bill *b, uint64_t count, uint32_t a_width,
                    bool a_signed, uint32_t b_width, bool b_signed)
{
    add_signed(b, count, a_width + !a_signed, b_width + !b_signed,
               multiplier_product_width(a_width, a_signed, b_width, b_signed));
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

void multiplier_add_low(struct bill *b, uint64_t count, uint32_t a_width,
                        uint32_t b_width, uint32_t low)
{
    add_signed(b, count, smaller(a_width, low), smaller(b_width, low),
               smaller(a_width + b_width, low));
}

void multiplier_add_pairs(struct bill *b, uint64_t count, uint32_t x_width,
                          bool x_signed, uint32_t w_width, bool w_signed)
{
    uint32_t product = x_width + w_width;
    /* The factor of both weights, and the product of both. */
    add_signed(b, count, product + w_width + 1, x_width + !x_signed,
               2 * product);
    if (w_signed) /* w1 * 2^product + w0, whose sign runs into w1 */
        bill_add(b, PART_ADDER_BIT, count * (w_width + 1));
    if (x_signed || w_signed) /* what the lower product borrowed */
        bill_add(b, PART_ADDER_BIT, count * (product + 1));
}
