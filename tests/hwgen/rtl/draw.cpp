#include "draw.h"

#include "values.h"

#include <algorithm>

namespace rtl_test
{

int draw(random_engine &r, int least, int most)
{
    return least + int(r() % unsigned(most - least + 1));
}

int divisor(random_engine &r, int of, int most)
{
    std::vector<int> all;
    for (int d = 1; d <= of && d <= most; d++)
        if (of % d == 0)
            all.push_back(d);
    return all[r() % all.size()];
}

static void draw_modes(random_engine &r, format &f)
{
    f.quant = draw(r, 0, 6);
    f.overflow = draw(r, 0, f.is_signed ? 4 : 3);
}

format draw_format(random_engine &r, int most_width)
{
    format f;
    f.width = draw(r, 1, most_width);
    f.frac = draw(r, -3, most_width + 3);
    f.is_signed = draw(r, 0, 1);
    draw_modes(r, f);
    return f;
}

wide draw_value(random_engine &r, const format &f)
{
    return wrap(wide(r()), f.width, f.is_signed);
}

int draw_limit(random_engine &r, int width, int frac)
{
    int bits = std::min(width - 1 - frac, 20);
    return draw(r, 0, 2) ? draw(r, 1, bits > 0 ? 1 << bits : 1) : 0;
}

bool has_life(const std::function<std::vector<wide>()> &sample)
{
    constexpr int SAMPLES = 32;
    std::vector<wide> first = sample();
    std::vector<int> different(first.size());
    for (int n = 1; n < SAMPLES; n++) {
        std::vector<wide> out = sample();
        for (size_t o = 0; o < out.size(); o++)
            different[o] += out[o] != first[o];
    }
    auto alive = [](int d) { return d >= SAMPLES / 4; };
    auto lively = std::count_if(different.begin(), different.end(), alive);
    return 2 * size_t(lively) > different.size();
}

void draw_mac_formats(random_engine &r, test_case &c)
{
    auto sample = [&] {
        std::vector<wide> in(size_t(c.terms()));
        for (wide &v : in)
            v = draw_value(r, c.in);
        return mac_values(c, in);
    };
    do {
        c.values_seed = unsigned(r());
        c.in = draw_format(r, 8);
        c.weight = draw_format(r, 8);
        int exact = c.in.frac + c.weight.frac;
        int growth = 1;
        while (1 << growth < c.terms())
            growth++;
        // Mostly wide enough; sometimes it has to wrap, sometimes to round.
        c.acc.is_signed = 1;
        c.acc.overflow = WRAP;
        c.acc.quant = draw(r, 0, 6);
        c.acc.frac = draw(r, 0, 2) ? exact : exact + draw(r, -5, 3);
        c.acc.width = c.in.width + c.weight.width + c.acc.frac - exact +
                      growth + draw(r, -4, 6);
        c.acc.width = std::max(c.acc.width, 2);
        c.relu = draw(r, 0, 1);
        c.relu_max = draw_limit(r, c.acc.width, c.acc.frac);
        c.out = draw_format(r, 10);
        c.out.frac = c.acc.frac + c.out.width - c.acc.width + draw(r, 0, 6);
    } while (!has_life(sample));
}

} // namespace rtl_test
