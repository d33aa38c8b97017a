// Runs the test top of make_top under many stall patterns and compares every
// port with the models in every cycle.
//
//   bench SEED RANDOM_COUNT RUNS values|handshakes [NAME]
//
// 'handshakes' leaves the data out of the comparison (control-only build). NAME
// is that of make_top.
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

    // With several streams beside it each is willing more often, so that
    // all of them together are.
    pattern(style s, unsigned seed, int streams)
        : s(s), streams(streams), random(seed)
    {
        percent = 100 - (5 + int(random() % 91)) / streams;
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
                left *= on ? streams : 1;
            }
            return on;
        }
    }

  private:
    style s;
    int streams;
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
    checked_case(const test_case &c, size_t index, const streams &at)
        : c(c), index(index), at(at), offers(size_t(c.inputs)),
          previous(size_t(c.outputs))
    {
    }

    void start(int run, unsigned seed)
    {
        this->run = run;
        random.seed(seed);
        auto any = [this] {
            return pattern::style(random() % pattern::STYLES);
        };
        // First the pure patterns: free flow, a stalled sink, a slow source.
        sources.clear();
        sinks.clear();
        for (int i = 0; i < c.inputs; i++)
            sources.emplace_back(run < 2 ? pattern::ALWAYS : any(),
                                 unsigned(random()), c.inputs);
        for (int i = 0; i < c.outputs; i++)
            sinks.emplace_back(run == 0 || run == 2 ? pattern::ALWAYS : any(),
                               unsigned(random()), c.outputs);
        int least = c.kind == kind::fifo_bram ? 2 : 1;
        limit =
            run % 3 == 0 ? c.depth : least + int(random() % unsigned(c.depth));
        limit = limit > c.depth ? c.depth : limit;
        behaviour = make_model(c, limit);
        offering = 0;
        cycle = 0;
        watched = read_in_run = 0;
    }

    // Sets the inputs of the cycle that begins.
    void drive(Vtop &top)
    {
        for (int i = 0; i < c.inputs; i++) {
            flags one = flags(1) << i;
            size_t stream = at.first_input + size_t(i);
            // In every second run an offer may be withdrawn, as no FIFO does.
            if (!(offering & one) || run % 2 != 0) {
                bool offers_now = sources[size_t(i)].next();
                offering = offers_now ? offering | one : offering & ~one;
                offers[size_t(i)] = new_token(i);
            }
            set_bit(top.in_valid, stream, offering & one);
            for (size_t w = 0; w < WORDS; w++)
                top.in_data[stream * WORDS + w] =
                    uint32_t(offers[size_t(i)] >> (32 * w));
        }
        taking = 0;
        for (int i = 0; i < c.outputs; i++) {
            bool takes = sinks[size_t(i)].next();
            taking |= flags(takes) << i;
            set_bit(top.out_ready, at.first_output + size_t(i), takes);
        }
        top.limit[index] = uint32_t(limit);
    }

    // Compares the outputs of the cycle and ends it.
    void check(const Vtop &top, bool with_data)
    {
        if (failed)
            return;
        flags valid = bits(top.out_valid, at.first_output, c.outputs);
        flags ready = bits(top.in_ready, at.first_input, c.inputs);
        flags expected_valid = behaviour->out_valid(taking);
        flags expected_ready = behaviour->in_ready(offering, taking);
        if (valid != expected_valid)
            fail("out_valid", expected_valid, valid);
        else if (ready != expected_ready)
            fail("in_ready", expected_ready, ready);
        for (int i = 0; i < c.outputs && !failed; i++)
            if (valid >> i & 1)
                check_token(top, i, with_data);
        flags read = offering & ready;
        tokens_in += __builtin_popcount(read);
        read_in_run += read != 0;
        watched += offering && taking;
        behaviour->cycle(offering, offers, taking);
        // A watched stream (frame_*) has its handshake at the other side.
        if (c.kind == kind::frame_checker && taking)
            offering = 0;
        offering &= ~read;
        cycle++;
        cycles++;
    }

    bool report(bool with_data)
    {
        // Something must have come out for the comparison to mean anything;
        // ports of frame_* have no data.
        bool has_data = with_data && c.kind != kind::frame_marker &&
                        c.kind != kind::frame_checker && !c.is_constant();
        flags all =
            c.outputs == MOST_STREAMS ? ~flags(0) : (flags(1) << c.outputs) - 1;
        if (!failed && (seen != all || (has_data && changed != all))) {
            failed = true;
            failure = "tokens or values did not change";
        }
        std::printf("%-4s %-62s %7ld cycles %6ld in %6ld out%s%s\n",
                    failed ? "FAIL" : "ok", c.name.c_str(), cycles, tokens_in,
                    tokens_out, failed ? ": " : "", failure.c_str());
        return !failed;
    }

  private:
    token new_token(int input)
    {
        token data = token(random()) << 96 | token(random()) << 64 |
                     token(random()) << 32 | token(random());
        if (c.kind == kind::frame_checker) {
            bool last = watched % c.tokens == c.tokens - 1;
            bool wrong = run % 2 == 1 && random() % 50 == 0;
            return last != wrong;
        }
        if (c.kind == kind::avgpool2d) {
            int pixel =
                int(read_in_run / (c.in_c / c.in_lanes) % (c.in_h * c.in_w));
            if (c.is_pad(pixel / c.in_w, pixel % c.in_w))
                return 0;
        }
        if (c.in_token_bits(input) < DATA_BITS)
            data &= (token(1) << c.in_token_bits(input)) - 1;
        return data;
    }

    void check_token(const Vtop &top, int output, bool with_data)
    {
        token shown = 0;
        for (size_t w = WORDS; w-- > 0;)
            shown =
                shown << 32 |
                top.out_data[(at.first_output + size_t(output)) * WORDS + w];
        if (with_data && shown != behaviour->out_data(output))
            fail("out_data", behaviour->out_data(output), shown);
        flags one = flags(1) << output;
        if (!(taking & one))
            return;
        tokens_out++;
        changed |= (seen & one) && shown != previous[size_t(output)] ? one : 0;
        seen |= one;
        previous[size_t(output)] = shown;
    }

    template <typename words>
    static void set_bit(words &w, size_t n, bool value)
    {
        uint32_t mask = uint32_t(1) << (n % 32);
        w[n / 32] = value ? w[n / 32] | mask : w[n / 32] & ~mask;
    }

    template <typename words>
    static flags bits(const words &w, size_t first, int count)
    {
        flags all = 0;
        for (size_t i = 0; i < size_t(count); i++)
            all |= (w[(first + i) / 32] >> ((first + i) % 32) & 1) << i;
        return all;
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
    streams at;
    std::unique_ptr<model> behaviour;
    std::vector<pattern> sources, sinks;
    std::mt19937 random;
    int limit = 1;
    int run = 0;
    flags offering = 0, taking = 0;
    std::vector<token> offers;
    long watched = 0;     // handshakes of a stream watched by frame_*
    long read_in_run = 0; // steps that read
    long cycle = 0, cycles = 0, tokens_in = 0, tokens_out = 0;
    std::vector<token> previous;
    flags seen = 0, changed = 0; // outputs with a token, with another one
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
    if (argc < 5) {
        std::fprintf(stderr, "usage: bench SEED RANDOM_COUNT RUNS "
                             "values|handshakes [NAME]\n");
        return 2;
    }
    unsigned seed = unsigned(std::atoi(argv[1]));
    auto cases = all_cases(seed, std::atoi(argv[2]), argc > 5 ? argv[5] : "");
    int runs = std::atoi(argv[3]);
    bool with_data = std::string(argv[4]) == "values";
    std::printf("seed %u, %zu cases, %d runs of %d cycles%s\n", seed,
                cases.size(), runs, CYCLES_PER_RUN,
                with_data ? "" : ", handshakes only");

    Verilated::randReset(2); // what is not reset begins with anything
    Verilated::randSeed(int(seed));
    Vtop top;
    std::mt19937 random(seed);
    std::vector<checked_case> checked;
    auto at = all_streams(cases);
    for (size_t n = 0; n < cases.size(); n++)
        checked.emplace_back(cases[n], n, at[n]);

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
