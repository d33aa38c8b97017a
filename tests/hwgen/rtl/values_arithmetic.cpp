#include "values_arithmetic.h"

#include <algorithm>

namespace rtl_test
{

int ceil_log2(int n)
{
    int k = 0;
    while (1 << k < n)
        k++;
    return k;
}

// ---- what stands in memories ----

wide scale_of(const test_case &c, int channel)
{
    return weight_of(c, channel, 0);
}

wide offset_of(const test_case &c, int channel)
{
    return raw_value(c, c.acc.width, c.acc.is_signed,
                     (uint64_t(1) << 32) + uint64_t(channel));
}

wide alpha_of(const test_case &c, int channel)
{
    return weight_of(c, c.shared ? 0 : channel, 0);
}

wide lookup_entry(const test_case &c, int address)
{
    return raw_value(c, c.out.width, c.out.is_signed, uint64_t(address));
}

constexpr int ONE = 1 << 15; // of exponentials

wide exp_entry(const test_case &c, int address)
{
    return address == 0
               ? ONE
               : raw_value(c, 16, false, uint64_t(address)) % (ONE + 1);
}

wide inverse_entry(const test_case &c, int address)
{
    return raw_value(c, 16, false, (uint64_t(1) << 32) + uint64_t(address));
}

// ---- arithmetic ----

int reciprocal_frac(int count)
{
    return 16 + ceil_log2(count);
}

int reciprocal_of(int count)
{
    return int(floor_div(2 * pow2(reciprocal_frac(count)) + count, 2 * count));
}

wide mean_value(const test_case &c, wide sum, int count)
{
    return mean_of_some(c, sum, count, count);
}

wide mean_of_some(const test_case &c, wide sum, int some, int count)
{
    int frac = reciprocal_frac(count);
    wide reciprocal = floor_div(2 * pow2(frac) + some, 2 * some);
    return convert(sum * reciprocal, c.in.frac + frac, c.out);
}

wide batchnorm_value(const test_case &c, wide x, int channel)
{
    int product_frac = c.in.frac + c.weight.frac;
    int frac = std::max(product_frac, c.acc.frac);
    wide sum = x * scale_of(c, channel) * pow2(frac - product_frac) +
               offset_of(c, channel) * pow2(frac - c.acc.frac);
    return convert(sum, frac, c.out);
}

wide prelu_value(const test_case &c, wide x, int channel)
{
    if (x >= 0)
        return convert(x, c.in.frac, c.out);
    return convert(x * alpha_of(c, channel), c.in.frac + c.weight.frac, c.out);
}

wide lookup_value(const test_case &c, wide x)
{
    wide index = convert(x, c.in.frac, c.acc);
    return lookup_entry(c, int(wrap(index, c.acc.width, false)));
}

int argmax_value(const std::vector<wide> &pixel)
{
    return int(std::max_element(pixel.begin(), pixel.end()) - pixel.begin());
}

std::vector<wide> softmax_values(const test_case &c,
                                 const std::vector<wide> &pixel)
{
    wide most = *std::max_element(pixel.begin(), pixel.end());
    std::vector<wide> exponentials;
    wide sum = 0;
    for (wide x : pixel) {
        wide a = floor_div(most - x, pow2(c.drop));
        a = std::min(a, pow2(c.table_bits) - 1);
        exponentials.push_back(exp_entry(c, int(a)));
        sum += exponentials.back();
    }
    int p = 0;
    while (pow2(p + 1) <= sum)
        p++;
    wide behind = sum - pow2(p);
    wide u = floor_div(behind * pow2(c.table_bits), pow2(p));
    wide v = inverse_entry(c, int(u));
    int most_p = 15 + ceil_log2(int(pixel.size()));
    std::vector<wide> values;
    for (wide e : exponentials)
        values.push_back(convert(e * v * pow2(most_p - p), 16 + most_p, c.out));
    return values;
}

} // namespace rtl_test
