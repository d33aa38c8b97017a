#include "cost/bill.h"

static const uint64_t prices[PART_COUNT] = {
#define COEFFICIENT(name, millilut) [PART_##name] = (millilut),
#include "cost/coefficients.def"
#undef COEFFICIENT
};

const char *part_name(enum part p)
{
    static const char *const names[PART_COUNT] = {
#define COEFFICIENT(name, millilut) [PART_##name] = #name,
#include "cost/coefficients.def"
#undef COEFFICIENT
    };
    return names[p];
}

void bill_add_times(struct bill *b, const struct bill *a, uint64_t n)
{
    for (int i = 0; i < PART_COUNT; i++)
        b->parts[i] += a->parts[i] * n;
    b->memory_lut += a->memory_lut * n;
    b->ff += a->ff * n;
    b->dsp += a->dsp * n;
    b->bram18 += a->bram18 * n;
    b->uram += a->uram * n;
}

struct cost bill_cost(const struct bill *b)
{
    uint64_t millilut = 0;
    for (int i = 0; i < PART_COUNT; i++)
        millilut += b->parts[i] * prices[i];
    return (struct cost){
        .lut = b->memory_lut + (millilut + 500) / 1000,
        .ff = b->ff,
        .dsp = b->dsp,
        .bram18 = b->bram18,
        .uram = b->uram,
    };
}
