/* fixed_systemc -- fixed_cast against SystemC's sc_fix, mode by mode.
 *
 * Every format of 1 to 6 bits with -2 to 8 integer bits, all rounding and
 * overflow modes, and all source values from far below to far above its
 * range; then random values in random formats of up to 62 bits.  Prints the
 * number of comparisons; exit status 1 if one differs. */
#define SC_INCLUDE_FX
#include <systemc>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>

extern "C" {
#include "base/fixed.h"
#include "base/rng.h"
}

namespace
{

const sc_dt::sc_q_mode quants[] = {
    sc_dt::SC_TRN,      sc_dt::SC_TRN_ZERO, sc_dt::SC_RND,
    sc_dt::SC_RND_ZERO, sc_dt::SC_RND_INF,  sc_dt::SC_RND_MIN_INF,
    sc_dt::SC_RND_CONV,
};
const sc_dt::sc_o_mode overflows[] = {
    sc_dt::SC_WRAP,    sc_dt::SC_SAT,     sc_dt::SC_SAT_ZERO,
    sc_dt::SC_SAT_SYM, sc_dt::SC_WRAP_SM,
};
constexpr int quant_count = sizeof quants / sizeof *quants;
constexpr int overflow_count = sizeof overflows / sizeof *overflows;

uint64_t comparisons, differences;

/* value * 2^power, exactly. */
sc_dt::sc_fxval scaled(const sc_dt::sc_fxval &value, int power)
{
    return power >= 0 ? value << power : value >> -power;
}

/* Bit by bit: to_int64 of SystemC 2.3.4 gives 0 for some large values. */
int64_t raw_of(const sc_dt::sc_fxnum &number, struct format f)
{
    uint64_t bits = 0;
    for (int i = f.width - 1; i >= 0; i--)
        bits = bits << 1 | (number[i] ? 1 : 0);
    if (f.is_signed && number[f.width - 1])
        bits |= ~UINT64_C(0) << f.width;
    return static_cast<int64_t>(bits);
}

int64_t systemc_cast(int64_t raw, int fraction, struct format f)
{
    sc_dt::sc_fxval value =
        scaled(sc_dt::sc_fxval(static_cast<sc_dt::int64>(raw)), -fraction);
    if (f.is_signed) {
        sc_dt::sc_fix cast(value, f.width, f.integer, quants[f.quant],
                           overflows[f.overflow], 0);
        return raw_of(cast, f);
    }
    sc_dt::sc_ufix cast(value, f.width, f.integer, quants[f.quant],
                        overflows[f.overflow], 0);
    return raw_of(cast, f);
}

void compare(int64_t raw, int fraction, struct format f)
{
    int64_t ours = fixed_cast(raw, fraction, f);
    int64_t theirs = systemc_cast(raw, fraction, f);
    comparisons++;
    if (ours == theirs)
        return;
    char text[FORMAT_TEXT_SIZE];
    if (differences++ < 20)
        std::printf("%" PRId64 " * 2^%d to %s: fixed_cast %" PRId64
                    ", SystemC %" PRId64 "\n",
                    raw, -fraction, format_print(f, text), ours, theirs);
}

/* WRAP_SM does not exist for unsigned formats. */
bool legal(struct format f)
{
    return f.is_signed || f.overflow != FIXED_WRAP_SM;
}

/* Sources with from 3 bits less to 5 bits more behind the point than f, over
 * three times its range; capped, as long shifts add only more of the same. */
void compare_all_values(struct format f)
{
    constexpr int cap = 260;
    for (int shift = -3; shift <= 5; shift++) {
        int limit = 3 << (f.width - 1 + (shift > 0 ? shift : 0));
        if (limit > cap)
            limit = cap;
        for (int raw = -limit; raw <= limit; raw++)
            compare(raw, f.width - f.integer + shift, f);
    }
}

void compare_small_formats()
{
    for (int width = 1; width <= 6; width++)
        for (int integer = -2; integer <= 8; integer++)
            for (int sign = 0; sign < 2; sign++)
                for (int q = 0; q < quant_count; q++)
                    for (int o = 0; o < overflow_count; o++) {
                        struct format f = format();
                        f.width = static_cast<uint8_t>(width);
                        f.integer = static_cast<int16_t>(integer);
                        f.is_signed = sign != 0;
                        f.quant = static_cast<uint8_t>(q);
                        f.overflow = static_cast<uint8_t>(o);
                        if (legal(f))
                            compare_all_values(f);
                    }
}

void compare_random_formats(uint64_t seed, int count)
{
    struct rng rng = { seed };
    for (int i = 0; i < count; i++) {
        struct format f = format();
        f.width = static_cast<uint8_t>(1 + rng_below(&rng, FIXED_WIDTH_MAX));
        f.integer =
            static_cast<int16_t>(static_cast<int>(rng_below(&rng, 129)) - 64);
        f.is_signed = rng_below(&rng, 2) != 0;
        f.quant = static_cast<uint8_t>(rng_below(&rng, quant_count));
        f.overflow = static_cast<uint8_t>(rng_below(&rng, overflow_count));
        if (!legal(f))
            continue;
        /* Of any size below 2^62, and often with its ones or zeros in a row
         * at the end, so that ties occur. */
        int64_t raw =
            static_cast<int64_t>(rng_next(&rng)) >> (2 + rng_below(&rng, 62));
        unsigned cleared = rng_below(&rng, 3) == 0 ? rng_below(&rng, 60) : 0;
        raw &= ~((INT64_C(1) << cleared) - 1);
        int fraction =
            f.width - f.integer + static_cast<int>(rng_below(&rng, 140)) - 70;
        if (fraction < -126 || fraction > 126)
            continue;
        compare(raw, fraction, f);
    }
}

} // namespace

int sc_main(int, char **)
{
    constexpr uint64_t seed = 1;
    compare_small_formats();
    uint64_t small = comparisons;
    compare_random_formats(seed, 400000);
    std::printf("fixed_cast against SystemC: %" PRIu64 " comparisons (%" PRIu64
                " in random formats, seed %" PRIu64 "), %" PRIu64
                " differences\n",
                comparisons, comparisons - small, seed, differences);
    return comparisons > 0 && differences == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
