// Runs the links of make_links with unequal, drifting clocks under random
// stalls and looks at every token that comes out: none may be lost, come twice,
// out of order or changed, and no receive buffer may hold more than its bound.
//
//   link_bench SEED RANDOM_COUNT TOKENS
//
// TOKENS: that are carried in all, by the cases in equal parts. Clocks change
// from run to run, a reset between them. Prints one line a case; exits 1 if
// anything is wrong.

#include "Vlinks_top.h"
#include "verilated.h"

#include "hwgen/cosim/cosim_clocks.hpp"
#include "link_cases.h"

#include <cstdio>
#include <cstdlib>

using namespace rtl_test;

namespace
{

constexpr size_t WORDS = LINK_TOKEN_BITS / 32;
constexpr int RESET_EDGES = 6;
constexpr uint64_t RUN_TOKENS = 5000;    // of a stream, between resets
constexpr uint64_t QUIET_EDGES = 200000; // of its clock: it stands still

// Token i of a stream: no two that are near each other are the same.
uint32_t token_word(uint64_t stream, uint64_t i, size_t word)
{
    uint64_t x = (stream << 48) ^ (i << 2) ^ word;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return uint32_t(x ^ (x >> 31));
}

uint32_t masked(uint32_t word, size_t index, int width)
{
    int left = width - int(index) * 32;
    return left >= 32  ? word
           : left <= 0 ? 0
                       : word & ((uint32_t(1) << left) - 1);
}

template <typename words> bool bit(const words &w, size_t n)
{
    return w[n / 32] >> (n % 32) & 1;
}

template <typename words> void set_bit(words &w, size_t n, bool value)
{
    uint32_t mask = uint32_t(1) << (n % 32);
    w[n / 32] = value ? w[n / 32] | mask : w[n / 32] & ~mask;
}

// When a side is willing: always, now and then, or in bursts.
class pattern
{
  public:
    void start(std::mt19937 &random)
    {
        style = random() % 3;
        percent = 2 + random() % 97;
        left = 0;
        on = false;
    }
    bool next(std::mt19937 &random)
    {
        if (style == 0)
            return true;
        if (style == 1)
            return random() % 100 < percent;
        if (left-- == 0) {
            on = !on;
            left = random() % (random() % 4 ? 20 : 400);
        }
        return on;
    }

  private:
    unsigned style = 0, percent = 0, left = 0;
    bool on = false;
};

struct stream_state {
    size_t index;        // in the top
    uint64_t tokens = 0; // of a run, whole frames
    uint64_t sent = 0, got = 0;
    bool offering = false;
    pattern source, sink;
    uint32_t peak = 0;
};

class running_case
{
  public:
    running_case(const link_case &c, size_t number, size_t first)
        : c(c), number(number), streams(c.streams.size())
    {
        for (size_t k = 0; k < streams.size(); k++) {
            uint64_t frame = uint64_t(c.streams[k].tokens);
            streams[k].index = first + k;
            streams[k].tokens = (RUN_TOKENS + frame - 1) / frame * frame;
        }
    }

    void start(std::mt19937 &random)
    {
        for (stream_state &s : streams) {
            total += s.got;
            s.sent = s.got = 0;
            s.offering = false;
            s.source.start(random);
            s.sink.start(random);
        }
        quiet = 0;
    }

    bool running() const
    {
        if (failed)
            return false;
        for (const stream_state &s : streams)
            if (s.got < s.tokens)
                return true;
        return false;
    }

    void drive_source(Vlinks_top &top, std::mt19937 &random)
    {
        for (size_t k = 0; k < streams.size(); k++) {
            stream_state &s = streams[k];
            if (!s.offering && s.sent < s.tokens && s.source.next(random)) {
                s.offering = true;
                for (size_t w = 0; w < WORDS; w++)
                    top.in_data[s.index * WORDS + w] =
                        masked(token_word(s.index, s.sent, w), w,
                               c.streams[k].token_width);
            }
            set_bit(top.in_valid, s.index, s.offering);
        }
    }

    void drive_sink(Vlinks_top &top, std::mt19937 &random)
    {
        for (stream_state &s : streams)
            set_bit(top.out_ready, s.index, s.sink.next(random));
    }

    void sample(const Vlinks_top &top, const std::vector<Clock> &clocks)
    {
        if (clocks[2].rises && ++quiet > QUIET_EDGES)
            fail("it stands still");
        for (size_t k = 0; k < streams.size(); k++) {
            stream_state &s = streams[k];
            if (clocks[0].rises && s.offering && bit(top.in_ready, s.index)) {
                s.offering = false;
                s.sent++;
            }
            if (clocks[1].rises && !c.crossing) {
                uint32_t fill = top.fill[s.index];
                s.peak = fill > s.peak ? fill : s.peak;
            }
            if (clocks[2].rises)
                sample_sink(top, k);
        }
        if (bit(top.overflow, number))
            fail("a receive buffer overflowed");
    }

    bool report()
    {
        for (stream_state &s : streams)
            total += s.got;
        std::string peaks;
        for (size_t k = 0; k < streams.size() && !c.crossing; k++) {
            const link_stream &s = c.streams[k];
            peaks += " " + std::to_string(streams[k].peak) + "/" +
                     std::to_string(s.stop_at + s.in_flight);
            if (streams[k].peak > uint32_t(s.stop_at + s.in_flight))
                fail("a receive buffer held more than its bound");
        }
        std::printf("%-4s %-20s %10llu tokens, peak%s%s%s\n",
                    failed ? "FAIL" : "ok", c.name.c_str(),
                    (unsigned long long)total,
                    peaks.empty() ? " -" : peaks.c_str(), failed ? ": " : "",
                    failure.c_str());
        return !failed;
    }

    const link_case &c;
    size_t number;

  private:
    void sample_sink(const Vlinks_top &top, size_t k)
    {
        stream_state &s = streams[k];
        if (!bit(top.out_valid, s.index) || !bit(top.out_ready, s.index))
            return;
        quiet = 0;
        for (size_t w = 0; w < WORDS; w++)
            if (top.out_data[s.index * WORDS + w] !=
                masked(token_word(s.index, s.got, w), w,
                       c.streams[k].token_width))
                fail("token " + std::to_string(s.got) + " of stream " +
                     std::to_string(k) + " is another one");
        s.got++;
        if (s.got > s.tokens)
            fail("a token came twice");
    }

    void fail(const std::string &why)
    {
        failure = failed ? failure : why;
        failed = true;
    }

    std::vector<stream_state> streams;
    uint64_t total = 0;
    uint64_t quiet = 0; // edges of the receiver without a token
    bool failed = false;
    std::string failure;
};

template <typename ports> void fill_words(ports &p, uint32_t value)
{
    for (auto &word : p.m_storage)
        word = value;
}

void set_clocks(Vlinks_top &top, const bool (&value)[3])
{
    top.clk = value[0];
    top.link_clk = value[1];
    top.out_clk = value[2];
}

void reset(Vlinks_top &top)
{
    top.rst = 1;
    fill_words(top.in_valid, 0);
    fill_words(top.out_ready, 0);
    set_clocks(top, { false, false, false });
    for (int i = 0; i < RESET_EDGES; i++) {
        top.eval();
        set_clocks(top, { true, true, true });
        top.eval();
        set_clocks(top, { false, false, false });
    }
    top.rst = 0;
}

// Of sender, link and receiver: whole ratios and nearly equal clocks as well as
// any others.
std::vector<Clock> draw_clocks(std::mt19937 &random)
{
    std::vector<Clock> clocks(3);
    uint64_t base = 2000000 + random() % 8000000;
    for (Clock &k : clocks) {
        k.about.denominator = 1 + random() % 7;
        k.about.numerator = base * k.about.denominator;
        switch (random() % 4) {
        case 0:
            k.about.numerator *= 1 + random() % 4;
            break;
        case 1:
            k.about.numerator += random() % 1000;
            break;
        default:
            k.about.numerator += random() % k.about.numerator;
        }
        k.about.drift_ppm = random() % 3 ? uint32_t(random() % 2000) : 0;
        k.about.drift_cycles = 1 + uint32_t(random() % 3000);
    }
    return clocks;
}

bool any_running(const std::vector<running_case> &cases)
{
    for (const running_case &c : cases)
        if (c.running())
            return true;
    return false;
}

void run(Vlinks_top &top, std::vector<running_case> &cases,
         std::mt19937 &random)
{
    std::vector<Clock> clocks = draw_clocks(random);
    for (running_case &c : cases) {
        c.start(random);
        c.drive_source(top, random);
        c.drive_sink(top, random);
    }
    while (any_running(cases)) {
        top.contextp()->time(mark_next(clocks));
        top.eval();
        for (running_case &c : cases)
            if (c.running())
                c.sample(top, clocks);
        set_clocks(top, { clocks[0].rises, clocks[1].rises, clocks[2].rises });
        top.eval();
        set_clocks(top, { false, false, false });
        for (Clock &k : clocks)
            if (k.rises)
                k.step();
        for (running_case &c : cases) {
            if (clocks[0].rises)
                c.drive_source(top, random);
            if (clocks[2].rises)
                c.drive_sink(top, random);
        }
    }
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: link_bench SEED RANDOM_COUNT TOKENS\n");
        return 2;
    }
    unsigned seed = unsigned(std::atoi(argv[1]));
    auto cases = link_cases(seed, std::atoi(argv[2]));
    uint64_t tokens = std::strtoull(argv[3], nullptr, 10);
    std::mt19937 random(seed);
    Verilated::threadContextp()->randSeed(int(seed) + 1);
    Vlinks_top top;
    std::vector<running_case> running;
    size_t first = 0;
    for (size_t n = 0; n < cases.size(); n++) {
        running.emplace_back(cases[n], n, first);
        first += cases[n].streams.size();
    }
    uint64_t runs = (tokens + first * RUN_TOKENS - 1) / (first * RUN_TOKENS);
    for (uint64_t i = 0; i < runs; i++) {
        reset(top);
        run(top, running, random);
    }
    size_t failures = 0;
    for (running_case &c : running)
        failures += !c.report();
    std::printf("seed %u, %llu tokens in %llu runs: %zu of %zu links wrong\n",
                seed, (unsigned long long)(runs * first * RUN_TOKENS),
                (unsigned long long)runs, failures, running.size());
    return failures == 0 ? 0 : 1;
}
