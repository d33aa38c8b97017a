/* harness -- steps the Verilated designs of a farm and writes down every
 * handshake.
 *
 *   cosim STIMULUS RESULT
 *
 * It has no patterns and expects no values of its own: what the source sends
 * and how long source and sink pause before each token stands in the stimulus
 * file (cosim_files.h), as sim/design/stimulus.h defines it.  All designs
 * share the clock; each is recorded until it has delivered everything, or to
 * its cycle limit. */
#include "Vfarm.h"
#include "verilated.h"

#include "cosim_binary.hpp"
#include "cosim_files.h"

#include <chrono>
#include <cstdio>
#include <limits>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

/* What is done to a design from outside */

struct Grid {
    uint32_t grid, phase;

    bool holds(uint64_t cycle) const
    {
        return grid <= 1 || cycle % grid == phase;
    }
};

/* The cycle from which token k may be offered or taken, given the handshake
 * of token k - 1; idle(k) is 0 beyond the end of the list. */
struct Pauses {
    std::vector<uint32_t> idle;
    uint64_t next = 0;     /* token */
    uint64_t earliest = 0; /* cycle for it */

    void start() { earliest = idle.empty() ? 0 : idle[0]; }
    void handshake(uint64_t cycle)
    {
        next++;
        earliest = cycle + 1 + (next < idle.size() ? idle[next] : 0);
    }
};

struct Stream {
    uint64_t expected = 0; /* reads still to come */
    uint64_t write_count = 0, read_count = 0;
    std::vector<uint64_t> writes, reads;
    uint32_t words = 0; /* of a token in `values`; 0: not recorded */
    std::vector<uint32_t> values;
};

/* One design of the farm.  The places of its words in the vectors of
 * farm_top follow from the designs before it. */
struct Design {
    cosim_stimulus_design about;
    uint32_t index;
    size_t input_at, output_at, limits_at, monitor_at, values_at;
    std::vector<uint32_t> limits, input;
    std::vector<uint8_t> input_last;
    Pauses source, sink;

    bool offering = false;
    std::vector<Stream> streams;
    uint64_t reads_to_come = 0;
    uint64_t end; /* cycle at which recording stops */
    std::vector<uint32_t> output;
    std::vector<uint8_t> output_last;
    bool frame_error = false;

    Design(Reader &r, uint32_t number);
    void drive(Vfarm &top, uint64_t cycle);
    void sample(const Vfarm &top, uint64_t cycle);
    void write(Writer &w, uint64_t cycles) const;

    size_t monitor_words() const
    {
        return (streams.size() + COSIM_STREAMS_PER_WORD - 1) /
               COSIM_STREAMS_PER_WORD;
    }

    size_t values_words() const
    {
        size_t words = 0;
        for (const Stream &s : streams)
            words += s.words;
        return words;
    }

  private:
    void handshake(uint32_t bit, size_t stream, uint64_t cycle);
    void sample_values(const Vfarm &top);
};

Design::Design(Reader &r, uint32_t number)
    : about(r.item<cosim_stimulus_design>()), index(number)
{
    streams.resize(about.stream_count);
    for (Stream &s : streams) {
        s.expected = r.item<uint64_t>();
        reads_to_come += s.expected;
    }
    limits = r.items<uint32_t>(about.stream_count);
    for (Stream &s : streams)
        s.words = r.item<uint32_t>();
    source.idle = r.items<uint32_t>(about.input_tokens);
    input = r.items<uint32_t>(about.input_tokens * about.input_words);
    input_last = r.items<uint8_t>(about.input_tokens);
    sink.idle = r.items<uint32_t>(about.output_tokens);
    source.start();
    sink.start();
    end = about.cycle_limit;
}

/* Sets the inputs of this cycle. */
void Design::drive(Vfarm &top, uint64_t cycle)
{
    uint32_t control = 0;
    if (!offering && source.next < about.input_tokens &&
        cycle >= source.earliest &&
        Grid{ about.source_grid, about.source_phase }.holds(cycle)) {
        offering = true;
        for (uint32_t i = 0; i < about.input_words; i++)
            top.in_data[input_at + i] =
                input[source.next * about.input_words + i];
    }
    if (offering)
        control |= COSIM_S_VALID;
    if (offering && input_last[source.next] != 0)
        control |= COSIM_S_LAST;
    if (cycle >= sink.earliest &&
        Grid{ about.sink_grid, about.sink_phase }.holds(cycle))
        control |= COSIM_M_READY;
    top.in_control[index] = control;
}

void Design::handshake(uint32_t bit, size_t stream, uint64_t cycle)
{
    Stream &s = streams[stream];
    bool is_read = bit % 2 != 0;
    if (is_read) {
        s.read_count++;
        if (s.expected > 0) {
            s.expected--;
            if (--reads_to_come == 0 && about.cycle_limit - cycle > about.drain)
                end = cycle + 1 + about.drain;
        }
    } else {
        s.write_count++;
    }
    if (about.log != 0)
        (is_read ? s.reads : s.writes).push_back(cycle);
}

/* The tokens that are read in this cycle. */
void Design::sample_values(const Vfarm &top)
{
    size_t at = values_at;
    for (size_t i = 0; i < streams.size(); at += streams[i++].words) {
        uint32_t bits = top.monitor[monitor_at + i / COSIM_STREAMS_PER_WORD];
        if ((bits >> (2 * (i % COSIM_STREAMS_PER_WORD) + 1) & 1) == 0)
            continue;
        for (uint32_t word = 0; word < streams[i].words; word++)
            streams[i].values.push_back(top.values[at + word]);
    }
}

/* Looks at the design right before the rising edge that ends this cycle. */
void Design::sample(const Vfarm &top, uint64_t cycle)
{
    uint32_t in = top.in_control[index];
    uint32_t out = top.out_control[index];
    if ((in & COSIM_S_VALID) != 0 && (out & COSIM_S_READY) != 0) {
        offering = false;
        source.handshake(cycle);
    }
    if ((in & COSIM_M_READY) != 0 && (out & COSIM_M_VALID) != 0) {
        for (uint32_t i = 0; i < about.output_words; i++)
            output.push_back(top.out_data[output_at + i]);
        output_last.push_back((out & COSIM_M_LAST) != 0);
        sink.handshake(cycle);
    }
    frame_error = (out & COSIM_FRAME_ERROR) != 0;
    sample_values(top);
    for (size_t word = 0; word < monitor_words(); word++) {
        uint32_t bits = top.monitor[monitor_at + word];
        while (bits != 0) {
            uint32_t bit = static_cast<uint32_t>(__builtin_ctz(bits));
            bits &= bits - 1;
            handshake(bit, word * COSIM_STREAMS_PER_WORD + bit / 2, cycle);
        }
    }
}

void Design::write(Writer &w, uint64_t cycles) const
{
    cosim_result_design d = {};
    d.stream_count = about.stream_count;
    d.output_words = about.output_words;
    d.complete = reads_to_come == 0;
    d.frame_error = frame_error;
    d.log = about.log;
    d.cycles = end < cycles ? end : cycles;
    d.output_tokens = output_last.size();
    w.item(d);
    for (const Stream &s : streams) {
        w.item(cosim_result_stream{ s.write_count, s.read_count });
        w.items(s.writes);
        w.items(s.reads);
        w.items(s.values);
    }
    w.items(output);
    w.items(output_last);
}

/* The farm */

template <typename Port> void check_port(const Port &port, size_t words)
{
    size_t least = words < COSIM_WORDS_MIN ? COSIM_WORDS_MIN : words;
    if (sizeof port != least * sizeof(uint32_t))
        throw std::runtime_error("the stimulus file is for other designs");
}

std::vector<Design> read_designs(Reader &r, uint32_t count, const Vfarm &top)
{
    std::vector<Design> designs;
    size_t input = 0, output = 0, limits = 0, monitor = 0, values = 0;
    for (uint32_t i = 0; i < count; i++) {
        Design d(r, i);
        d.input_at = input;
        d.output_at = output;
        d.limits_at = limits;
        d.monitor_at = monitor;
        d.values_at = values;
        input += d.about.input_words;
        output += d.about.output_words;
        limits += d.about.stream_count;
        monitor += d.monitor_words();
        values += d.values_words();
        designs.push_back(std::move(d));
    }
    if (!r.at_end())
        throw std::runtime_error("the stimulus file is too long");
    check_port(top.in_control, count);
    check_port(top.out_control, count);
    check_port(top.in_data, input);
    check_port(top.out_data, output);
    check_port(top.limits, limits);
    check_port(top.monitor, monitor);
    check_port(top.values, values);
    return designs;
}

void step_clock(Vfarm &top)
{
    top.clk = 1;
    top.eval();
    top.clk = 0;
}

void reset(Vfarm &top, uint32_t cycles, const std::vector<Design> &designs)
{
    for (size_t i = 0; i < sizeof top.in_control / sizeof(uint32_t); i++)
        top.in_control[i] = 0;
    for (const Design &d : designs)
        for (size_t i = 0; i < d.limits.size(); i++)
            top.limits[d.limits_at + i] = d.limits[i];
    top.rst = 1;
    top.clk = 0;
    for (uint32_t i = 0; i < cycles; i++) {
        top.eval();
        step_clock(top);
    }
    top.rst = 0;
}

/* Returns the cycles it took until every design had reached its end. */
uint64_t simulate(Vfarm &top, std::vector<Design> &designs)
{
    for (uint64_t cycle = 0;; cycle++) {
        bool running = false;
        for (Design &d : designs) {
            if (cycle < d.end) {
                running = true;
                d.drive(top, cycle);
            }
        }
        if (!running)
            return cycle;
        top.eval();
        for (Design &d : designs)
            if (cycle < d.end)
                d.sample(top, cycle);
        step_clock(top);
    }
}

void run(const char *stimulus_path, const char *result_path)
{
    Reader r(stimulus_path);
    auto head = r.item<cosim_stimulus_head>();
    if (head.magic != COSIM_STIMULUS_MAGIC)
        throw std::runtime_error("this is no stimulus file");
    auto top = std::make_unique<Vfarm>();
    std::vector<Design> designs = read_designs(r, head.design_count, *top);
    Writer w(result_path);

    reset(*top, head.reset_cycles, designs);
    auto start = std::chrono::steady_clock::now();
    cosim_result_head result = {};
    result.magic = COSIM_RESULT_MAGIC;
    result.design_count = head.design_count;
    result.cycles = simulate(*top, designs);
    auto took = std::chrono::steady_clock::now() - start;
    result.wall_ns = static_cast<uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(took).count());
    top->final();

    w.item(result);
    for (const Design &d : designs)
        d.write(w, result.cycles);
    w.item(COSIM_RESULT_END);
    w.close();
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: cosim STIMULUS RESULT\n");
        return 2;
    }
    try {
        run(argv[1], argv[2]);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 2;
    }
    return 0;
}
