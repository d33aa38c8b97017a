// Whole designs as SystemC modules against the engine: every handshake of
// every stream in the same cycle, every value as inference has it.
#include "hwgen/cosim/headrace_sc.hpp"

extern "C" {
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/platform.h"
#include "engine/run.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/exactness/random_design.h"
}

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace
{

enum { FIRST_SEED = 1, SEEDS = 24, RESET_CYCLES = 3, BEYOND = 40 };

struct testbench {
    std::string name;
    struct arena *arena;
    headrace_platform *parts;
    const run *expected;
    std::unique_ptr<headrace::platform> platform;
};

bool differs(const testbench &t, const char *what, size_t stream,
             const std::vector<uint64_t> &got, const uint64_t *times,
             uint64_t count, uint64_t ever)
{
    const char *name = headrace_stream(t.parts, stream).name;
    if (got.size() < count || got.size() > ever) {
        std::printf("%s: %s: %zu %s, expected %ju\n", t.name.c_str(), name,
                    got.size(), what, static_cast<uintmax_t>(count));
        return true;
    }
    for (uint64_t k = 0; k < count; k++) {
        if (got[k] == times[k])
            continue;
        std::printf("%s: %s: token %ju in %ju, expected %ju (%s)\n",
                    t.name.c_str(), name, static_cast<uintmax_t>(k),
                    static_cast<uintmax_t>(got[k]),
                    static_cast<uintmax_t>(times[k]), what);
        return true;
    }
    return false;
}

// Number of streams and processes that differ; adds the handshakes compared.
int check(testbench &t, uint64_t &handshakes)
{
    int wrong = 0;
    for (size_t i = 0; i < headrace_stream_count(t.parts); i++) {
        const run_stream &s = t.expected->streams[i];
        const headrace::fifo_log &log = t.platform->stream(i).log();
        // The engine counts those that were there at first as written.
        const uint64_t initial = headrace_stream(t.parts, i).initial;
        handshakes += s.written - initial + s.tokens;
        wrong += differs(t, "writes", i, log.writes, s.write_times + initial,
                         s.written - initial, s.written_ever - initial);
        wrong += differs(t, "reads", i, log.reads, s.read_times, s.tokens,
                         s.tokens_ever);
        uint64_t k = 0;
        for (const headrace::token &got : log.tokens) {
            const uint32_t *words = headrace_token(t.parts, i, k++);
            if (words != nullptr &&
                got != headrace::token(words, got.words())) {
                std::printf("%s: stream %zu: another value\n", t.name.c_str(),
                            i);
                wrong++;
                break;
            }
        }
    }
    for (auto &p : t.platform->processes())
        wrong += p->wrong_tokens() != 0;
    return wrong;
}

// Through bytes and back, as the program of `headrace verify --rtl` gets it.
headrace_platform *handed_over(arena *a, const platform *p)
{
    text *image = text_new(a);
    platform_write(p, image);
    const char *bytes = text_string(image);
    if (headrace_platform_load(bytes, text_length(image) - 1) != nullptr ||
        headrace_platform_load(bytes + 1, text_length(image) - 1) != nullptr) {
        std::printf("half a platform was taken for one\n");
        std::exit(1);
    }
    return headrace_platform_load(bytes, text_length(image));
}

// Takes the arena; inputs may be NULL.
testbench new_testbench(const std::string &name, arena *a, const design *d,
                        uint32_t frames, const int32_t *inputs)
{
    testbench t;
    t.name = name;
    t.arena = a;
    run_options o = {};
    o.frames = frames;
    o.log = true;
    o.beyond = true;
    t.expected = run_timing(a, timing_from_design(a, d), &o);
    t.parts = handed_over(a, platform_of_design(a, d, frames, inputs, nullptr));
    t.platform = std::make_unique<headrace::platform>(
        sc_core::sc_gen_unique_name("design"), t.parts);
    for (size_t i = 0; i < headrace_stream_count(t.parts); i++)
        t.platform->stream(i).keep_log(t.platform->cycles(), true);
    return t;
}

testbench random_testbench(uint64_t seed)
{
    arena *a = arena_new();
    random_design r = random_design_new(a, seed);
    return new_testbench("seed " + std::to_string(seed), a, r.design, r.frames,
                         r.inputs);
}

// A model for its times alone.
testbench model_testbench(const std::string &name)
{
    arena *a = arena_new();
    const std::string path = HEADRACE_SOURCE_DIR "/models/" + name;
    const model *m =
        model_load(a, path.c_str(), kernels_headrace(), diag_new(a));
    if (m == nullptr)
        std::abort();
    const design *d = model_design(a, m, kernels_headrace(), diag_new(a));
    return new_testbench(name, a, d, 2, nullptr);
}

} // namespace

int sc_main(int, char **)
{
    sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING,
                                            sc_core::SC_DO_NOTHING);
    sc_core::sc_clock clk("clk", 10, sc_core::SC_NS, 0.5, 10, sc_core::SC_NS);
    sc_core::sc_signal<bool> rst("rst");
    std::vector<testbench> all;
    uint64_t longest = 0;
    // All at once: SystemC has one simulation in a program.
    for (uint64_t seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++)
        all.push_back(random_testbench(seed));
    // With a region: start FIFOs, rigid pipelines, a register slice.
    all.push_back(model_testbench("hls4ml/lenet5"));
    // Schedules from files, with FIFOs that hold tokens at first.
    all.push_back(model_testbench("finn/pipe_P4"));
    for (testbench &t : all) {
        t.platform->clk(clk);
        t.platform->rst(rst);
        longest = std::max<uint64_t>(longest, t.expected->cycles);
    }
    int wrong = 0;
    uint64_t handshakes = 0;
    // The second time from a reset in the middle of it all.
    for (int round = 0; round < 2; round++) {
        rst.write(true);
        sc_core::sc_start(RESET_CYCLES * 10, sc_core::SC_NS);
        rst.write(false);
        sc_core::sc_start(static_cast<double>(longest + BEYOND) * 10,
                          sc_core::SC_NS);
        for (testbench &t : all)
            wrong += check(t, handshakes);
    }
    std::printf("%zu designs, seeds from %d: %ju handshakes, %d streams or "
                "processes different\n",
                all.size(), FIRST_SEED, static_cast<uintmax_t>(handshakes),
                wrong);
    for (testbench &t : all) {
        t.platform.reset();
        headrace_platform_close(t.parts);
        arena_free(t.arena);
    }
    return wrong == 0 && handshakes != 0 ? 0 : 1;
}
