/* systemc_harness -- runs a design in SystemC, with some of its processes as
 * Verilated RTL and all else modelled, and writes down every handshake.
 *
 *   cosim STIMULUS RESULT
 *
 * It expects nothing of its own: what is modelled comes with the stimulus file
 * (cosim_files.h), and what is at RTL was built into this program. */
#include "cosim_binary.hpp"
#include "cosim_files.h"
#include "systemc_parts.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace
{

/* Of one stream. */
struct Watched {
    uint64_t expected; /* reads still to come */
    uint32_t words;    /* of a token that is kept; 0: none is */
};

struct Job {
    cosim_platform_head about;
    std::vector<Watched> streams;
    uint64_t reads_to_come = 0;
    headrace_platform *parts;
};

Job read_job(const char *path)
{
    Reader r(path);
    Job job;
    job.about = r.item<cosim_platform_head>();
    if (job.about.magic != COSIM_PLATFORM_MAGIC)
        throw std::runtime_error("this is no stimulus file");
    auto expected = r.items<uint64_t>(job.about.stream_count);
    auto words = r.items<uint32_t>(job.about.stream_count);
    for (size_t i = 0; i < expected.size(); i++) {
        job.streams.push_back({ expected[i], words[i] });
        job.reads_to_come += expected[i];
    }
    auto image = r.items<char>(job.about.image_bytes);
    job.parts = headrace_platform_load(image.data(), image.size());
    if (job.parts == nullptr || !r.at_end() ||
        headrace_stream_count(job.parts) < job.streams.size())
        throw std::runtime_error("the stimulus file is damaged");
    return job;
}

/* Ends the simulation: some cycles after the last token that is expected, or
 * at the limit. */
class Watch : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> clk;
    uint64_t end;

    SC_HAS_PROCESS(Watch);
    Watch(const sc_core::sc_module_name &name, Job &job,
          const headrace::cycle_counter &cycles)
        : sc_module(name), end(job.about.cycle_limit), job_(job),
          cycles_(cycles)
    {
        SC_METHOD(edge);
        sensitive << clk.pos();
        dont_initialize();
    }

    void has_read(size_t stream)
    {
        uint64_t &expected = job_.streams[stream].expected;
        if (expected == 0)
            return;
        expected--;
        uint64_t now = cycles_.now();
        if (--job_.reads_to_come == 0 &&
            job_.about.cycle_limit - now > job_.about.drain)
            end = now + 1 + job_.about.drain;
    }

  private:
    void edge()
    {
        if (cycles_.now() >= end)
            sc_core::sc_stop();
    }

    Job &job_;
    const headrace::cycle_counter &cycles_;
};

/* Those before `end`. */
std::vector<uint64_t> before(const std::vector<uint64_t> &cycles, uint64_t end)
{
    return { cycles.begin(),
             std::lower_bound(cycles.begin(), cycles.end(), end) };
}

void write_result(const char *path, const Job &job,
                  headrace::platform &platform, uint64_t end, uint64_t wall_ns)
{
    Writer w(path);
    cosim_result_head head = {};
    head.magic = COSIM_RESULT_MAGIC;
    head.design_count = 1;
    head.cycles = end;
    head.wall_ns = wall_ns;
    w.item(head);
    cosim_result_design design = {};
    design.stream_count = job.about.stream_count;
    design.complete = job.reads_to_come == 0;
    design.log = 1;
    design.cycles = end;
    w.item(design);
    for (size_t i = 0; i < job.streams.size(); i++) {
        const headrace::fifo_log &log = platform.stream(i).log();
        auto writes = before(log.writes, end), reads = before(log.reads, end);
        w.item(cosim_result_stream{ writes.size(), reads.size() });
        w.items(writes);
        w.items(reads);
        std::vector<uint32_t> values;
        for (size_t k = 0; job.streams[i].words != 0 && k < reads.size(); k++)
            for (uint32_t word = 0; word < job.streams[i].words; word++)
                values.push_back(log.tokens[k].word(word));
        w.items(values);
    }
    w.item(COSIM_RESULT_END);
    w.close();
}

void run(const char *stimulus_path, const char *result_path)
{
    Job job = read_job(stimulus_path);
    /* A rising edge in the middle of each nanosecond. */
    sc_core::sc_clock clk("clk", 1, sc_core::SC_NS, 0.5, 0.5, sc_core::SC_NS);
    sc_core::sc_signal<bool> rst("rst");
    std::set<std::string> names;
    for (const rtl_part &part : rtl_parts)
        names.insert(headrace_process(job.parts, part.process).name);
    headrace::platform platform("design", job.parts, names);
    platform.clk(clk);
    platform.rst(rst);
    std::vector<std::unique_ptr<headrace::block>> rtl;
    for (const rtl_part &part : rtl_parts) {
        rtl.push_back(part.make(job.parts));
        platform.place(part.process, *rtl.back());
    }
    Watch watch("watch", job, platform.cycles());
    watch.clk(clk);
    for (size_t i = 0; i < job.streams.size(); i++) {
        platform.stream(i).keep_log(platform.cycles(),
                                    job.streams[i].words != 0);
        platform.stream(i).on_read = [&watch, i] { watch.has_read(i); };
    }
    rst.write(true);
    sc_core::sc_start(static_cast<double>(job.about.reset_cycles),
                      sc_core::SC_NS);
    rst.write(false);
    auto start = std::chrono::steady_clock::now();
    sc_core::sc_start();
    auto took = std::chrono::steady_clock::now() - start;
    write_result(result_path, job, platform, watch.end,
                 static_cast<uint64_t>(
                     std::chrono::duration_cast<std::chrono::nanoseconds>(took)
                         .count()));
}

} // namespace

int sc_main(int argc, char **argv)
{
    if (argc != 3) {
        std::fprintf(stderr, "usage: cosim STIMULUS RESULT\n");
        return 2;
    }
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO,
                                            sc_core::SC_DO_NOTHING);
    try {
        run(argv[1], argv[2]);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 2;
    }
    return 0;
}
