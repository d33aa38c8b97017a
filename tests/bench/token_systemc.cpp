/* token_systemc -- the token model that one writes in SystemC in an
 * afternoon: an SC_THREAD for each process, an sc_fifo for each stream, one
 * token for each handshake, time passing in wait().
 *
 *   token_systemc NET FRAMES RESULT
 *
 * Reads a net (token_net.h), runs it until every sink has its tokens, and
 * writes to RESULT: the cycles from reset to the last token out, the
 * nanoseconds of processor time that took without reading the net, and the
 * version of SystemC.
 *
 * It is not exact.  sc_fifo has no latency: a token can be read, and a place
 * be written, in the time in which it came.  And a thread that reads, waits
 * and writes is no pipeline: it writes when its datapath is free, not when
 * the stages behind it have passed, and it cannot drain while it waits for a
 * token.  More threads or events would cure that and cost time. */
#include <systemc>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

using fifo = sc_core::sc_fifo<bool>;

uint64_t now()
{
    return sc_core::sc_time_stamp().value();
}

/* One unit of SystemC's time is a cycle. */
void wait_cycles(uint64_t cycles)
{
    if (cycles != 0)
        sc_core::wait(sc_core::sc_time::from_value(cycles));
}

void wait_until(uint64_t cycle)
{
    uint64_t present = now();
    if (cycle > present)
        wait_cycles(cycle - present);
}

struct Run {
    uint64_t times, reads, writes, gap, hold, needs_datapath, delay, count,
        spacing;
};

/* Threads */

class Process : public sc_core::sc_module
{
  public:
    Process(sc_core::sc_module_name name, std::vector<fifo *> inputs,
            std::vector<fifo *> outputs, std::vector<Run> runs, uint64_t frames)
        : sc_module(name), inputs_(std::move(inputs)),
          outputs_(std::move(outputs)), runs_(std::move(runs)), frames_(frames)
    {
        SC_HAS_PROCESS(Process);
        SC_THREAD(work);
    }

  private:
    void work();
    void step(const Run &r);

    std::vector<fifo *> inputs_, outputs_;
    std::vector<Run> runs_;
    uint64_t frames_;
    uint64_t gone_on_ = 0; /* cycle in which the step before was taken */
    uint64_t free_ = 0;    /* cycle from which the datapath is free */
    bool first_ = true;
};

void Process::step(const Run &r)
{
    uint64_t earliest = first_ ? 0 : gone_on_ + r.gap;
    first_ = false;
    if (r.needs_datapath != 0)
        earliest = std::max(earliest, free_);
    wait_until(earliest);
    for (size_t i = 0; i < inputs_.size(); i++)
        if ((r.reads >> i & 1) != 0)
            inputs_[i]->read();
    gone_on_ = now();
    if (r.hold != 0)
        free_ = gone_on_ + r.hold;
    if (r.writes == 0)
        return;
    wait_cycles(std::min(r.delay, std::max(r.gap, r.hold)));
    for (uint64_t token = 0; token < r.count; token++) {
        if (token != 0)
            wait_cycles(r.spacing);
        for (size_t o = 0; o < outputs_.size(); o++)
            if ((r.writes >> o & 1) != 0)
                outputs_[o]->write(true);
    }
}

void Process::work()
{
    for (uint64_t frame = 0; frame < frames_; frame++)
        for (const Run &r : runs_)
            for (uint64_t i = 0; i < r.times; i++)
                step(r);
}

/* Source and sink: a token a cycle, if it can. */
class Source : public sc_core::sc_module
{
  public:
    Source(sc_core::sc_module_name name, fifo &out, uint64_t tokens)
        : sc_module(name), out_(out), tokens_(tokens)
    {
        SC_HAS_PROCESS(Source);
        SC_THREAD(work);
    }

  private:
    void work()
    {
        for (uint64_t i = 0; i < tokens_; i++) {
            out_.write(true);
            wait_cycles(1);
        }
    }

    fifo &out_;
    uint64_t tokens_;
};

class Sink : public sc_core::sc_module
{
  public:
    Sink(sc_core::sc_module_name name, fifo &in, uint64_t tokens)
        : sc_module(name), in_(in), tokens_(tokens)
    {
        SC_HAS_PROCESS(Sink);
        SC_THREAD(work);
    }
    uint64_t end() const { return end_; } /* cycles, if it has all */

  private:
    void work()
    {
        for (uint64_t i = 0; i < tokens_; i++) {
            if (i != 0)
                wait_cycles(1);
            in_.read();
        }
        end_ = now() + 1;
    }

    fifo &in_;
    uint64_t tokens_;
    uint64_t end_ = 0;
};

/* The net */

class Reader
{
  public:
    explicit Reader(const char *path) : file_(path)
    {
        if (!file_)
            throw std::runtime_error("cannot open the net");
    }

    void word(const char *expected)
    {
        std::string got;
        if (!(file_ >> got) || got != expected)
            throw std::runtime_error("no '" + std::string(expected) +
                                     "' where the net should have one");
    }
    template <typename T> T number()
    {
        T value;
        if (!(file_ >> value))
            throw std::runtime_error("the net lacks a number");
        return value;
    }
    uint64_t natural() { return number<uint64_t>(); }

  private:
    std::ifstream file_;
};

struct Net {
    std::vector<std::unique_ptr<fifo>> fifos;
    std::vector<std::unique_ptr<Process>> processes;
    std::vector<std::unique_ptr<Source>> sources;
    std::vector<std::unique_ptr<Sink>> sinks;

    Net(Reader &r, uint64_t frames);

  private:
    std::vector<fifo *> read_ports(Reader &r, const char *word, uint64_t count);
};

std::string numbered(const char *word, size_t i)
{
    return word + std::to_string(i);
}

std::vector<fifo *> Net::read_ports(Reader &r, const char *word, uint64_t count)
{
    std::vector<fifo *> ports;
    r.word(word);
    for (uint64_t i = 0; i < count; i++)
        ports.push_back(fifos.at(r.natural()).get());
    return ports;
}

Run read_run(Reader &r)
{
    Run run = {};
    r.word("run");
    for (uint64_t *field :
         { &run.times, &run.reads, &run.writes, &run.gap, &run.hold,
           &run.needs_datapath, &run.delay, &run.count, &run.spacing })
        *field = r.natural();
    return run;
}

Net::Net(Reader &r, uint64_t frames)
{
    r.word("streams");
    uint64_t stream_count = r.natural();
    for (uint64_t i = 0; i < stream_count; i++) {
        r.word("stream");
        int capacity = r.number<int>();
        uint64_t tokens = r.natural() * frames;
        fifos.push_back(
            std::make_unique<fifo>(numbered("fifo", i).c_str(), capacity));
        if (r.number<int64_t>() < 0)
            sources.push_back(std::make_unique<Source>(
                numbered("source", i).c_str(), *fifos[i], tokens));
        if (r.number<int64_t>() < 0)
            sinks.push_back(std::make_unique<Sink>(numbered("sink", i).c_str(),
                                                   *fifos[i], tokens));
    }
    r.word("processes");
    uint64_t process_count = r.natural();
    for (uint64_t i = 0; i < process_count; i++) {
        r.word("process");
        uint64_t input_count = r.natural(), output_count = r.natural();
        uint64_t run_count = r.natural();
        std::vector<fifo *> inputs = read_ports(r, "inputs", input_count);
        std::vector<fifo *> outputs = read_ports(r, "outputs", output_count);
        std::vector<Run> runs;
        for (uint64_t k = 0; k < run_count; k++)
            runs.push_back(read_run(r));
        processes.push_back(std::make_unique<Process>(
            numbered("process", i).c_str(), std::move(inputs),
            std::move(outputs), std::move(runs), frames));
    }
}

uint64_t cpu_ns()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<uint64_t>(t.tv_sec) * 1000000000 +
           static_cast<uint64_t>(t.tv_nsec);
}

void simulate(const char *net_path, uint64_t frames, const char *result_path)
{
    sc_core::sc_set_time_resolution(1, sc_core::SC_NS);
    Reader r(net_path);
    Net net(r, frames);
    sc_core::sc_start(sc_core::SC_ZERO_TIME); /* initialisation */
    uint64_t start = cpu_ns();
    sc_core::sc_start();
    uint64_t took = cpu_ns() - start;
    uint64_t cycles = 0;
    for (const auto &sink : net.sinks) {
        if (sink->end() == 0)
            throw std::runtime_error("the net came to a stop");
        cycles = std::max(cycles, sink->end());
    }
    std::ofstream result(result_path);
    result << cycles << ' ' << took << ' ' << sc_core::sc_version_major << '.'
           << sc_core::sc_version_minor << '.' << sc_core::sc_version_patch
           << '\n';
    result.close();
    if (!result)
        throw std::runtime_error("cannot write the result");
}

} // namespace

int sc_main(int argc, char **argv)
{
    if (argc != 4) {
        std::fprintf(stderr, "usage: token_systemc NET FRAMES RESULT\n");
        return 2;
    }
    try {
        simulate(argv[1], std::stoull(argv[2]), argv[3]);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 2;
    }
    return 0;
}
