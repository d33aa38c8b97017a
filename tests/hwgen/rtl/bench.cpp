// Runs the test top of make_top under many stall patterns and compares every
// port with the models in every cycle.
//
//   bench SEED RANDOM_COUNT RUNS [handshakes]
//
// 'handshakes' leaves the data out of the comparison (control-only build).
// Prints one line a case; exits 1 if anything differs.

#include "Vtop.h"

#include "models.h"

#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

using namespace rtl_test;

constexpr int CYCLES_PER_RUN = 2500;
constexpr size_t WORDS = DATA_BITS / 32;

// When one side of a stream is willing.
class pattern
{
  public:
    enum style { ALWAYS, SCATTERED, BURSTS, STYLES };

    pattern(style s, unsigned seed) : s(s), random(seed)
    {
        percent = 5 + int(random() % 91);
    }

    bool next()
    {
        switch (s) {
        case ALWAYS:
            return true;
        case SCATTERED:
            return int(random() % 100) < percent;
        default:
            if (left-- == 0) {
                on = !on;
                left = int(random() % (random() % 4 ? 12 : 120));
            }
            return on;
        }
    }

  private:
    style s;
    std::mt19937 random;
    int percent;
    int left = 0;
    bool on = false;
};

static std::string hex(token t)
{
    char text[40];
    std::snprintf(text, sizeof text, "%016llx%016llx",
                  (unsigned long long)(t >> 64), (unsigned long long)t);
    return text;
}

// One case over all runs.
class checked_case
{
  public:
    checked_case(const test_case &c, size_t index) : c(c), index(index) {}

    void start(int run, unsigned seed)
    {
        this->run = run;
        random.seed(seed);
        auto any = [this] {
            return pattern::style(random() % pattern::STYLES);
        };
        // First the pure patterns: free flow, a stalled sink, a slow source.
        pattern::style in = run < 2 ? pattern::ALWAYS : any();
        pattern::style out = run == 0 || run == 2 ? pattern::ALWAYS : any();
        source = std::make_unique<pattern>(in, random());
        sink = std::make_unique<pattern>(out, random());
        int least = c.kind == kind::fifo_bram ? 2 : 1;
        limit =
            run % 3 == 0 ? c.depth : least + int(random() % unsigned(c.depth));
        limit = limit > c.depth ? c.depth : limit;
        behaviour = make_model(c, limit);
        offering = false;
        cycle = 0;
        watched = 0;
    }

    // Sets the inputs of the cycle that begins.
    void drive(Vtop &top)
    {
        // In every second run an offer may be withdrawn, as no FIFO does.
        bool keeps = offering && run % 2 == 0;
        if (!keeps) {
            offering = source->next();
            data = token(random()) << 96 | token(random()) << 64 |
                   token(random()) << 32 | token(random());
            if (c.kind == kind::frame_checker) {
                bool last = watched % c.tokens == c.tokens - 1;
                bool wrong = run % 2 == 1 && random() % 50 == 0;
                data = last != wrong;
            } else if (c.in_token_bits() < DATA_BITS) {
                data &= (token(1) << c.in_token_bits()) - 1;
            }
        }
        taking = sink->next();
        set_bit(top.in_valid, offering);
        set_bit(top.out_ready, taking);
        top.limit[index] = uint32_t(limit);
        for (size_t w = 0; w < WORDS; w++)
            top.in_data[index * WORDS + w] = uint32_t(data >> (32 * w));
    }

    // Compares the outputs of the cycle and ends it.
    void check(const Vtop &top, bool with_data)
    {
        if (failed)
            return;
        bool valid = bit(top.out_valid);
        bool ready = bit(top.in_ready);
        token shown = 0;
        for (size_t w = WORDS; w-- > 0;)
            shown = shown << 32 | top.out_data[index * WORDS + w];
        if (valid != behaviour->out_valid())
            fail("out_valid", behaviour->out_valid(), valid);
        else if (ready != behaviour->in_ready(taking))
            fail("in_ready", behaviour->in_ready(taking), ready);
        else if (valid && with_data && shown != behaviour->out_data())
            fail("out_data", behaviour->out_data(), shown);
        bool read = offering && ready;
        if (valid && taking) {
            changes += shown != previous;
            previous = shown;
        }
        tokens_in += read;
        tokens_out += valid && taking;
        watched += offering && taking;
        behaviour->cycle(offering, data, taking);
        // A watched stream (frame_*) has its handshake at the other side.
        offering =
            offering && !read && !(c.kind == kind::frame_checker && taking);
        cycle++;
        cycles++;
    }

    bool report(bool with_data)
    {
        // Something must have come out for the comparison to mean anything;
        // ports of frame_* have no data.
        bool has_data = with_data && c.kind != kind::frame_marker &&
                        c.kind != kind::frame_checker;
        if (!failed && (tokens_out == 0 || (has_data && changes < 2))) {
            failed = true;
            failure = "tokens or values did not change";
        }
        std::printf("%-4s %-62s %7ld cycles %6ld in %6ld out%s%s\n",
                    failed ? "FAIL" : "ok", c.name.c_str(), cycles, tokens_in,
                    tokens_out, failed ? ": " : "", failure.c_str());
        return !failed;
    }

  private:
    template <typename words> void set_bit(words &w, bool value)
    {
        uint32_t mask = uint32_t(1) << (index % 32);
        w[index / 32] = value ? w[index / 32] | mask : w[index / 32] & ~mask;
    }

    template <typename words> bool bit(const words &w) const
    {
        return w[index / 32] >> (index % 32) & 1;
    }

    void fail(const char *port, token expected, token got)
    {
        failed = true;
        failure = std::string(port) + " in run " + std::to_string(run) +
                  ", cycle " + std::to_string(cycle) + " is " + hex(got) +
                  " instead of " + hex(expected);
    }

    const test_case &c;
    size_t index;
    std::unique_ptr<model> behaviour;
    std::unique_ptr<pattern> source, sink;
    std::mt19937 random;
    int limit = 1;
    int run = 0;
    bool offering = false, taking = false;
    token data = 0;
    long watched = 0; // handshakes of a stream watched by frame_*
    long cycle = 0, cycles = 0, tokens_in = 0, tokens_out = 0;
    token previous = 0;
    long changes = 0;
    bool failed = false;
    std::string failure;
};

static void clock_edge(Vtop &top)
{
    top.clk = 1;
    top.eval();
    top.clk = 0;
}

static bool check_conversions(Vtop &top)
{
    auto cases = convert_cases();
    std::vector<long> wrong(cases.size());
    for (int in = 0; in < 1 << CONVERT_IN_BITS; in++) {
        top.convert_in = SData(in);
        top.eval();
        for (size_t n = 0; n < cases.size(); n++) {
            const convert_case &c = cases[n];
            wide raw = wrap(in, c.from.width, c.from.is_signed);
            wide mask = pow2(c.to.width) - 1;
            uint32_t expected =
                uint32_t(convert(raw, c.from.frac, c.to) & mask);
            wrong[n] += top.convert_out[n] != expected;
        }
    }
    bool good = true;
    for (size_t n = 0; n < cases.size(); n++) {
        const convert_case &c = cases[n];
        if (wrong[n] == 0)
            continue;
        good = false;
        std::printf("FAIL convert w%d f%d s%d to w%d f%d s%d q%d o%d: "
                    "%ld of %d results differ\n",
                    c.from.width, c.from.frac, c.from.is_signed, c.to.width,
                    c.to.frac, c.to.is_signed, c.to.quant, c.to.overflow,
                    wrong[n], 1 << CONVERT_IN_BITS);
    }
    std::printf("%-4s convert, %zu format pairs, all %d inputs\n",
                good ? "ok" : "FAIL", cases.size(), 1 << CONVERT_IN_BITS);
    return good;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        std::fprintf(stderr,
                     "usage: bench SEED RANDOM_COUNT RUNS [handshakes]\n");
        return 2;
    }
    unsigned seed = unsigned(std::atoi(argv[1]));
    auto cases = all_cases(seed, std::atoi(argv[2]));
    int runs = std::atoi(argv[3]);
    bool with_data = argc < 5;
    std::printf("seed %u, %zu cases, %d runs of %d cycles%s\n", seed,
                cases.size(), runs, CYCLES_PER_RUN,
                with_data ? "" : ", handshakes only");

    Verilated::randReset(2); // what is not reset begins with anything
    Verilated::randSeed(int(seed));
    Vtop top;
    std::mt19937 random(seed);
    std::vector<checked_case> checked;
    for (size_t n = 0; n < cases.size(); n++)
        checked.emplace_back(cases[n], n);

    for (int run = 0; run < runs; run++) {
        for (checked_case &c : checked)
            c.start(run, unsigned(random()));
        top.rst = 1;
        for (unsigned i = 0; i <= random() % 3; i++) {
            for (auto &word : top.in_valid.m_storage)
                word = uint32_t(random());
            for (auto &word : top.out_ready.m_storage)
                word = uint32_t(random());
            top.eval();
            clock_edge(top);
        }
        top.rst = 0;
        for (int cycle = 0; cycle < CYCLES_PER_RUN; cycle++) {
            for (checked_case &c : checked)
                c.drive(top);
            top.eval();
            for (checked_case &c : checked)
                c.check(top, with_data);
            clock_edge(top);
        }
    }

    bool good = !with_data || check_conversions(top);
    size_t failures = 0;
    for (checked_case &c : checked)
        failures += !c.report(with_data);
    std::printf("%zu of %zu cases differ\n", failures, checked.size());
    return good && failures == 0 ? 0 : 1;
}
