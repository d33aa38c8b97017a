// Compares the conversion of numbers.h with SystemC's fixed-point types.
#define SC_INCLUDE_FX
#include <systemc.h>

#include "numbers.h"

#include <cmath>
#include <cstdio>
#include <random>

using namespace rtl_test;

static double in_systemc(double v, const format &f)
{
    static const sc_q_mode q[] = { SC_TRN,      SC_TRN_ZERO, SC_RND,
                                   SC_RND_ZERO, SC_RND_INF,  SC_RND_MIN_INF,
                                   SC_RND_CONV };
    static const sc_o_mode o[] = { SC_WRAP, SC_SAT, SC_SAT_ZERO, SC_SAT_SYM,
                                   SC_WRAP_SM };
    int integer_bits = f.width - f.frac;
    if (f.is_signed) {
        sc_fix x(f.width, integer_bits, q[f.quant], o[f.overflow]);
        x = v;
        return x.to_double();
    }
    sc_ufix x(f.width, integer_bits, q[f.quant], o[f.overflow]);
    x = v;
    return x.to_double();
}

int sc_main(int argc, char **argv)
{
    unsigned seed = argc > 1 ? unsigned(std::stoul(argv[1])) : 1;
    std::mt19937 random(seed);
    long compared = 0, different = 0;
    for (int n = 0; n < 3000; n++) {
        int width = 1 + int(random() % 10);
        int frac = int(random() % 12) - 3;
        bool is_signed = random() % 2;
        format to;
        to.width = 1 + int(random() % 8);
        to.frac = int(random() % 12) - 3;
        to.is_signed = int(random() % 2);
        to.quant = int(random() % 7);
        to.overflow = int(random() % 5);
        if (to.overflow == WRAP_SM && !to.is_signed)
            continue;
        for (int i = 0; i < 50; i++) {
            wide raw = wrap(wide(random()), width, is_signed);
            double ours = std::ldexp(double(convert(raw, frac, to)), -to.frac);
            double theirs = in_systemc(std::ldexp(double(raw), -frac), to);
            compared++;
            if (ours != theirs && different++ < 10)
                std::printf("raw %ld, frac %d to w%d f%d s%d q%d o%d: "
                            "SystemC %g, numbers.h %g\n",
                            long(raw), frac, to.width, to.frac, to.is_signed,
                            to.quant, to.overflow, theirs, ours);
        }
    }
    std::printf("%-34s seed %u, %ld numbers, %ld different\n",
                "numbers.h against SystemC", seed, compared, different);
    return different ? 1 : 0;
}
