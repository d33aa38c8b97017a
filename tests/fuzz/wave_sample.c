#include "tests/fuzz/wave_sample.h"

#include "base/rng.h"
#include "tests/traces/wave_build.h"

struct wave *wave_sample(struct arena *a)
{
    static const char *const paths[] = {
        "tb.rst",           "tb.a_in_valid",  "tb.a_in_ready",
        "tb.a_out_valid",   "tb.a_out_ready", "tb.f_U.if_write",
        "tb.f_U.if_full_n", "tb.f_U.if_read", "tb.f_U.if_empty_n",
        "tb.u.ap_start",    "tb.u.ap_ready",  "tb.u.ap_done",
    };
    enum { SIGNALS = sizeof paths / sizeof *paths, CYCLES = 60 };
    struct wave *w = wave_new(a);
    struct rng rng = { 3 };
    uint32_t clk = wave_signal(w, "tb.clk", 1);
    uint32_t data = wave_signal(w, "tb.data [2:0]", 3);
    wave_alias(w, "tb.f_U.clk", clk);
    wave_set(w, clk, "0");
    wave_set(w, data, "x01");
    for (int i = 0; i < SIGNALS; i++)
        wave_set(w, wave_signal(w, paths[i], 1), "0");
    for (int i = 0; i < CYCLES; i++) {
        wave_cycle(w, clk);
        wave_set(w, data, i % 2 == 0 ? "101" : "010");
        /* Signal 3 is the first of `paths`, the reset, which rests. */
        wave_set(w, 4 + rng_below(&rng, SIGNALS - 1),
                 rng_below(&rng, 2) == 0 ? "0" : "1");
    }
    return w;
}
