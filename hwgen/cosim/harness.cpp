/* harness -- steps the Verilated designs of a farm and writes down every
 * handshake.
 *
 *   cosim STIMULUS RESULT
 *
 * It has no patterns and expects no values of its own: what the source sends
 * and how long source and sink pause before each token stands in the stimulus
 * file (cosim_files.h), as sim/design/stimulus.h defines it.  All designs
 * share the clock, or each has clocks of its own, which are stepped in the
 * order of their edges; each is recorded until it has delivered everything, or
 * to its cycle limit. */
#include "Vfarm.h"
#include "verilated.h"

#include "cosim_binary.hpp"
#include "cosim_clocks.hpp"
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

/* The streams whose FIFOs have one clock, as bits of `monitor`. */
typedef std::vector<uint32_t> Mask;

/* One design of the farm.  The places of its words in the vectors of
 * farm_top follow from the designs before it. */
struct Design {
    cosim_stimulus_design about;
    uint32_t index;
    size_t input_at, output_at, limits_at, monitor_at, values_at;
    size_t clocks_at, buffers_at;
    std::vector<uint32_t> limits, input;
    std::vector<uint8_t> input_last;
    Pauses source, sink;
    std::vector<cosim_clock> clocks;
    std::vector<uint32_t> stream_clock, buffer_clock;
    std::vector<Mask> masks; /* by clock */

    bool offering = false;
    std::vector<Stream> streams;
    uint64_t reads_to_come = 0;
    uint64_t end; /* cycle at which recording stops */
    std::vector<uint32_t> output;
    std::vector<uint8_t> output_last;
    std::vector<cosim_result_buffer> buffers;
    bool frame_error = false;

    Design(Reader &r, uint32_t number);
    void drive_source(Vfarm &top, uint64_t cycle);
    void drive_sink(Vfarm &top, uint64_t cycle);
    void sample_source(const Vfarm &top, uint64_t cycle);
    void sample_sink(const Vfarm &top, uint64_t cycle);
    void sample_streams(const Vfarm &top, const Mask &mask, uint64_t cycle,
                        uint64_t sink_cycle);
    void sample_buffers(const Vfarm &top, uint32_t clock);
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
    void handshake(uint32_t bit, size_t stream, uint64_t cycle,
                   uint64_t sink_cycle);
    void sample_values(const Vfarm &top, const Mask &mask);
    void read_clocks(Reader &r);
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
    read_clocks(r);
    source.start();
    sink.start();
    end = about.cycle_limit;
}

void Design::read_clocks(Reader &r)
{
    clocks = r.items<cosim_clock>(about.clock_count);
    if (clocks.empty())
        stream_clock.resize(streams.size());
    else
        stream_clock = r.items<uint32_t>(about.stream_count);
    if (!clocks.empty())
        buffer_clock = r.items<uint32_t>(about.buffer_count);
    buffers.resize(buffer_clock.size());
    masks.resize(clocks.empty() ? 1 : clocks.size(), Mask(monitor_words()));
    for (size_t i = 0; i < streams.size(); i++)
        masks[stream_clock[i]][i / COSIM_STREAMS_PER_WORD] |=
            3u << (2 * (i % COSIM_STREAMS_PER_WORD));
}

/* Sets the inputs of this cycle of the source's clock. */
void Design::drive_source(Vfarm &top, uint64_t cycle)
{
    uint32_t control = top.in_control[index] & COSIM_M_READY;
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
    top.in_control[index] = control;
}

/* The same of the sink's. */
void Design::drive_sink(Vfarm &top, uint64_t cycle)
{
    uint32_t control = top.in_control[index] & ~uint32_t(COSIM_M_READY);
    if (cycle >= sink.earliest &&
        Grid{ about.sink_grid, about.sink_phase }.holds(cycle))
        control |= COSIM_M_READY;
    top.in_control[index] = control;
}

void Design::handshake(uint32_t bit, size_t stream, uint64_t cycle,
                       uint64_t sink_cycle)
{
    Stream &s = streams[stream];
    bool is_read = bit % 2 != 0;
    if (is_read) {
        s.read_count++;
        if (s.expected > 0) {
            s.expected--;
            if (--reads_to_come == 0 &&
                about.cycle_limit - sink_cycle > about.drain)
                end = sink_cycle + 1 + about.drain;
        }
    } else {
        s.write_count++;
    }
    if (about.log != 0)
        (is_read ? s.reads : s.writes).push_back(cycle);
}

/* The tokens that are read in this cycle. */
void Design::sample_values(const Vfarm &top, const Mask &mask)
{
    size_t at = values_at;
    for (size_t i = 0; i < streams.size(); at += streams[i++].words) {
        size_t word = i / COSIM_STREAMS_PER_WORD;
        uint32_t bits = top.monitor[monitor_at + word] & mask[word];
        if ((bits >> (2 * (i % COSIM_STREAMS_PER_WORD) + 1) & 1) == 0)
            continue;
        for (uint32_t n = 0; n < streams[i].words; n++)
            streams[i].values.push_back(top.values[at + n]);
    }
}

/* These look at the design right before the rising edge that ends this cycle.
 */
void Design::sample_source(const Vfarm &top, uint64_t cycle)
{
    uint32_t out = top.out_control[index];
    if ((top.in_control[index] & COSIM_S_VALID) != 0 &&
        (out & COSIM_S_READY) != 0) {
        offering = false;
        source.handshake(cycle);
    }
    frame_error = (out & COSIM_FRAME_ERROR) != 0;
}

void Design::sample_sink(const Vfarm &top, uint64_t cycle)
{
    uint32_t out = top.out_control[index];
    if ((top.in_control[index] & COSIM_M_READY) == 0 ||
        (out & COSIM_M_VALID) == 0)
        return;
    for (uint32_t i = 0; i < about.output_words; i++)
        output.push_back(top.out_data[output_at + i]);
    output_last.push_back((out & COSIM_M_LAST) != 0);
    sink.handshake(cycle);
}

void Design::sample_streams(const Vfarm &top, const Mask &mask, uint64_t cycle,
                            uint64_t sink_cycle)
{
    sample_values(top, mask);
    for (size_t word = 0; word < mask.size(); word++) {
        uint32_t bits = top.monitor[monitor_at + word] & mask[word];
        while (bits != 0) {
            uint32_t bit = static_cast<uint32_t>(__builtin_ctz(bits));
            bits &= bits - 1;
            handshake(bit, word * COSIM_STREAMS_PER_WORD + bit / 2, cycle,
                      sink_cycle);
        }
    }
}

void Design::sample_buffers(const Vfarm &top, uint32_t clock)
{
    for (size_t i = 0; i < buffers.size(); i++) {
        if (buffer_clock[i] != clock)
            continue;
        cosim_result_buffer &b = buffers[i];
        uint32_t bits = top.buffers[buffers_at + i];
        uint32_t fill = bits & COSIM_BUFFER_FILL;
        b.peak = fill > b.peak ? fill : b.peak;
        b.words += (bits & COSIM_BUFFER_SENT) != 0;
        b.packets += (bits & COSIM_BUFFER_PACKET) != 0;
        b.overflow |= (bits & COSIM_BUFFER_OVERFLOW) != 0;
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
    d.cycles = clocks.empty() && cycles < end ? cycles : end;
    d.output_tokens = output_last.size();
    w.item(d);
    for (const Stream &s : streams) {
        w.item(cosim_result_stream{ s.write_count, s.read_count });
        w.items(s.writes);
        w.items(s.reads);
        w.items(s.values);
    }
    w.items(buffers);
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
    size_t clocks = 0, buffers = 0;
    for (uint32_t i = 0; i < count; i++) {
        Design d(r, i);
        d.input_at = input;
        d.output_at = output;
        d.limits_at = limits;
        d.monitor_at = monitor;
        d.values_at = values;
        d.clocks_at = clocks;
        d.buffers_at = buffers;
        input += d.about.input_words;
        output += d.about.output_words;
        limits += d.about.stream_count;
        monitor += d.monitor_words();
        values += d.values_words();
        clocks += d.clocks.size();
        buffers += d.buffers.size();
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
    check_port(top.clocks, (clocks + 31) / 32);
    check_port(top.buffers, buffers);
    return designs;
}

void step_clock(Vfarm &top)
{
    top.clk = 1;
    top.eval();
    top.clk = 0;
}

void set_clocks(Vfarm &top, uint32_t value)
{
    for (size_t i = 0; i < sizeof top.clocks / sizeof(uint32_t); i++)
        top.clocks[i] = value;
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
    set_clocks(top, 0);
    for (uint32_t i = 0; i < cycles; i++) {
        top.eval();
        set_clocks(top, UINT32_MAX);
        step_clock(top);
        set_clocks(top, 0);
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
                d.drive_source(top, cycle);
                d.drive_sink(top, cycle);
            }
        }
        if (!running)
            return cycle;
        top.eval();
        for (Design &d : designs) {
            if (cycle >= d.end)
                continue;
            d.sample_source(top, cycle);
            d.sample_sink(top, cycle);
            d.sample_streams(top, d.masks[0], cycle, cycle);
        }
        step_clock(top);
    }
}

/* The clocks of one design, which runs until its sink has seen `end`. */
struct Clocks {
    Design &design;
    std::vector<Clock> clocks;

    explicit Clocks(Design &d) : design(d)
    {
        for (const cosim_clock &c : d.clocks) {
            clocks.emplace_back();
            clocks.back().about = c;
        }
    }

    Clock &source() { return clocks[design.about.source_clock]; }
    Clock &sink() { return clocks[design.about.sink_clock]; }
    bool running() { return sink().cycle < design.end; }
    void sample(const Vfarm &top);
    void edge(Vfarm &top, bool value);
    void step(Vfarm &top);
};

void Clocks::sample(const Vfarm &top)
{
    if (source().rises)
        design.sample_source(top, source().cycle);
    if (sink().rises)
        design.sample_sink(top, sink().cycle);
    for (uint32_t i = 0; i < clocks.size(); i++) {
        if (!clocks[i].rises)
            continue;
        design.sample_streams(top, design.masks[i], clocks[i].cycle,
                              sink().cycle);
        design.sample_buffers(top, i);
    }
}

void Clocks::edge(Vfarm &top, bool value)
{
    for (size_t i = 0; i < clocks.size(); i++) {
        size_t at = design.clocks_at + i;
        uint32_t bit = uint32_t(1) << (at % 32);
        if (clocks[i].rises)
            top.clocks[at / 32] =
                value ? top.clocks[at / 32] | bit : top.clocks[at / 32] & ~bit;
    }
}

/* Begins the next cycle of the clocks that had an edge. */
void Clocks::step(Vfarm &top)
{
    for (Clock &c : clocks)
        if (c.rises)
            c.step();
    if (source().rises)
        design.drive_source(top, source().cycle);
    if (sink().rises)
        design.drive_sink(top, sink().cycle);
}

/* Returns the most cycles of a clock that it took.  The edges of all designs
 * that are at the same time are one evaluation: a register sees what the others
 * had before it. */
uint64_t simulate_clocks(Vfarm &top, std::vector<Design> &designs)
{
    std::vector<Clocks> all;
    for (Design &d : designs) {
        all.emplace_back(d);
        d.drive_source(top, 0);
        d.drive_sink(top, 0);
    }
    for (;;) {
        uint64_t time = UINT64_MAX;
        bool running = false;
        for (Clocks &c : all) {
            uint64_t next = mark_next(c.clocks);
            time = c.running() && next < time ? next : time;
            running |= c.running();
        }
        if (!running)
            break;
        top.eval();
        for (Clocks &c : all)
            for (Clock &clock : c.clocks)
                clock.rises &= clock.next == time && c.running();
        for (Clocks &c : all)
            if (c.running())
                c.sample(top);
        for (Clocks &c : all)
            c.edge(top, true);
        top.contextp()->time(time);
        top.eval();
        for (Clocks &c : all) {
            c.edge(top, false);
            c.step(top);
        }
    }
    uint64_t most = 0;
    for (Clocks &c : all)
        for (Clock &clock : c.clocks)
            most = clock.cycle > most ? clock.cycle : most;
    return most;
}

void run(const char *stimulus_path, const char *result_path)
{
    Reader r(stimulus_path);
    auto head = r.item<cosim_stimulus_head>();
    if (head.magic != COSIM_STIMULUS_MAGIC)
        throw std::runtime_error("this is no stimulus file");
    /* 31 bits, of which 0 means a seed of Verilator's own choice. */
    Verilated::threadContextp()->randSeed(
        static_cast<int>(head.seed % INT32_MAX) + 1);
    auto top = std::make_unique<Vfarm>();
    std::vector<Design> designs = read_designs(r, head.design_count, *top);
    bool clocked = !designs.empty() && !designs[0].clocks.empty();
    Writer w(result_path);

    reset(*top, head.reset_cycles, designs);
    auto start = std::chrono::steady_clock::now();
    cosim_result_head result = {};
    result.magic = COSIM_RESULT_MAGIC;
    result.design_count = head.design_count;
    result.cycles =
        clocked ? simulate_clocks(*top, designs) : simulate(*top, designs);
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
