#include "values.h"

#include <algorithm>

namespace rtl_test
{

static uint64_t scramble(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

static wide raw_value(const test_case &c, int width, bool is_signed,
                      uint64_t index)
{
    return wrap(wide(scramble(c.values_seed + (index << 20))), width,
                is_signed);
}

wide weight_of(const test_case &c, int output, int term)
{
    return raw_value(c, c.weight.width, c.weight.is_signed,
                     uint64_t(output) * 4096 + uint64_t(term));
}

wide bias_of(const test_case &c, int output)
{
    // Of the size of a product, so that it does not hide the sum.
    int width = std::min(c.acc.width, c.in.width + c.weight.width);
    return raw_value(c, width, true, (uint64_t(1) << 32) + uint64_t(output));
}

std::vector<wide> mac_values(const test_case &c, const std::vector<wide> &terms)
{
    std::vector<wide> outputs;
    for (int o = 0; o < c.out_c; o++) {
        wide sum = bias_of(c, o);
        for (size_t i = 0; i < terms.size(); i++)
            sum += convert(terms[i] * weight_of(c, o, int(i)),
                           c.in.frac + c.weight.frac, c.acc);
        sum = wrap(sum, c.acc.width, true);
        if (c.relu && sum < 0)
            sum = 0;
        outputs.push_back(convert(sum, c.acc.frac, c.out));
    }
    return outputs;
}

wide relu_value(const test_case &c, wide v)
{
    return convert(v > 0 ? v : 0, c.in.frac, c.out);
}

} // namespace rtl_test
