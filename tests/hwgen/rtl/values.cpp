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

wide raw_value(const test_case &c, int width, bool is_signed, uint64_t index)
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

wide rectified(const test_case &c, wide v, int frac)
{
    if (!c.relu)
        return v;
    v = std::max(v, wide(0));
    if (!c.relu_max)
        return v;
    wide most =
        frac < 0 ? floor_div(c.relu_max, pow2(-frac)) : c.relu_max * pow2(frac);
    return std::min(v, most);
}

wide mac_value(const test_case &c, int output, const std::vector<wide> &terms)
{
    wide sum = bias_of(c, output);
    for (size_t i = 0; i < terms.size(); i++)
        sum += convert(terms[i] * weight_of(c, output, int(i)),
                       c.in.frac + c.weight.frac, c.acc);
    sum = rectified(c, wrap(sum, c.acc.width, true), c.acc.frac);
    return convert(sum, c.acc.frac, c.out);
}

std::vector<wide> mac_values(const test_case &c, const std::vector<wide> &terms)
{
    std::vector<wide> outputs;
    for (int o = 0; o < c.out_c; o++)
        outputs.push_back(mac_value(c, o, terms));
    return outputs;
}

wide relu_value(const test_case &c, wide v)
{
    return convert(rectified(c, v, c.in.frac), c.in.frac, c.out);
}

wide elementwise_value(const test_case &c, wide a, wide b)
{
    int frac = std::max(c.in.frac, c.in_b.frac);
    wide exact = 0;
    if (c.operation == 2) {
        frac = c.in.frac + c.in_b.frac;
        exact = a * b;
    } else {
        a *= pow2(frac - c.in.frac);
        b *= pow2(frac - c.in_b.frac);
        exact = c.operation == 0   ? a + b
                : c.operation == 1 ? a - b
                                   : std::max(a, b);
    }
    return convert(rectified(c, exact, frac), frac, c.out);
}

} // namespace rtl_test
