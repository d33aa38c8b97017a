/* headrace_sc -- a headrace design as SystemC modules: every process, every
 * FIFO, every source and sink, around the schedules of the C core.
 *
 * Take single parts and wire them to your own modules, or a whole platform
 * without those parts that you bring yourself.  docs/systemc.md has the
 * handshake, what the data of a modelled part are, and an example.
 *
 * Signals.  clk and rst (synchronous, active high) are shared.  A port is
 * valid, ready and data as in AXI4-Stream: a token passes at a rising edge of
 * clk at which valid and ready are high; an offer stays until it is taken;
 * valid never waits for ready of the same port, nor ready for valid.  At the
 * input of a FIFO there is `drained` as well, for processes that wait until
 * what they wrote has been read; nobody else needs it. Everything is sampled at
 * the rising edge and driven by signals only, so the order in which SystemC
 * runs its processes does not matter; what you drive must change behind the
 * edge, not together with it. */
#ifndef HEADRACE_SC_HPP
#define HEADRACE_SC_HPP

#include "headrace_sc_token.hpp"
#include "headrace_step.h"

#include <systemc>

#include <cassert>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace headrace
{

/* One side of a stream. */
struct wires {
    sc_core::sc_signal<bool> valid, ready;
    sc_core::sc_signal<bool> drained; /* driven by the FIFO of a held stream */
    sc_core::sc_signal<token> data;
};

struct in_port {
    sc_core::sc_in<bool> valid;
    sc_core::sc_out<bool> ready, drained;
    sc_core::sc_in<token> data;

    void bind(wires &w)
    {
        valid.bind(w.valid);
        ready.bind(w.ready);
        drained.bind(w.drained);
        data.bind(w.data);
    }
};

struct out_port {
    sc_core::sc_out<bool> valid;
    sc_core::sc_in<bool> ready, drained;
    sc_core::sc_out<token> data;

    void bind(wires &w)
    {
        valid.bind(w.valid);
        ready.bind(w.ready);
        drained.bind(w.drained);
        data.bind(w.data);
    }
};

/* What all modules here look like from outside. */
class block : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> clk, rst;

    in_port &in(size_t port = 0) { return *ins_.at(port); }
    out_port &out(size_t port = 0) { return *outs_.at(port); }
    size_t in_count() const { return ins_.size(); }
    size_t out_count() const { return outs_.size(); }

  protected:
    block(const sc_core::sc_module_name &name, size_t ins, size_t outs)
        : sc_module(name), clk("clk"), rst("rst")
    {
        for (size_t i = 0; i < ins; i++)
            ins_.push_back(std::make_unique<in_port>());
        for (size_t o = 0; o < outs; o++)
            outs_.push_back(std::make_unique<out_port>());
    }

  private:
    std::vector<std::unique_ptr<in_port>> ins_;
    std::vector<std::unique_ptr<out_port>> outs_;
};

/* Numbers the cycles for all who log: 0 is the first rising edge at which rst
 * is low.  A signal, so that everybody sees the same number at an edge. */
class cycle_counter : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> clk, rst;

    SC_HAS_PROCESS(cycle_counter);
    explicit cycle_counter(const sc_core::sc_module_name &name)
        : sc_module(name), clk("clk"), rst("rst")
    {
        SC_METHOD(edge);
        sensitive << clk.pos();
        dont_initialize();
    }

    uint64_t now() const { return cycle_.read(); }

  private:
    void edge() { cycle_.write(rst.read() ? 0 : cycle_.read() + 1); }

    sc_core::sc_signal<uint64_t> cycle_;
};

/* A machine of headrace_step.h with signals around it.  `settle` answers
 * whatever its neighbours drive, `edge` lets time pass; while nothing can
 * happen, the module is not even woken by the clock. */
class machine : public block
{
  public:
    ~machine() override { headrace_machine_free(machine_); }

  protected:
    SC_HAS_PROCESS(machine);
    /* held: bits of a FIFO's input, of a process's outputs, at which somebody
     * looks at `drained`. */
    machine(const sc_core::sc_module_name &name, headrace_machine *m,
            size_t ins, size_t outs, uint32_t held)
        : block(name, ins, outs), machine_(m), held_(held),
          stale_(outs == 0 ? 0 : ~uint32_t(0) >> (32 - outs))
    {
        SC_METHOD(settle);
        for (size_t i = 0; i < ins; i++)
            sensitive << in(i).valid;
        for (size_t o = 0; o < outs; o++)
            sensitive << out(o).ready;
        for (size_t o = 0; o < outs; o++)
            if ((held >> o & 1) != 0)
                sensitive << out(o).drained;
        sensitive << rst << ticked_;
        SC_METHOD(edge);
        sensitive << clk.pos();
        dont_initialize();
    }

    /* A token passes at this edge. */
    virtual void has_read(size_t port, const token &t) = 0;
    virtual void has_written(size_t port) = 0;
    /* What port `port` offers next. */
    virtual token offer(size_t port) = 0;
    virtual void clear() = 0;

    /* An offer has changed without a handshake at its port. */
    void renew_offer(size_t port) { stale_ |= uint32_t(1) << port; }

  private:
    void gather()
    {
        given_ = headrace_given();
        for (size_t i = 0; i < in_count(); i++)
            given_.in_valid |= uint32_t(in(i).valid.read()) << i;
        for (size_t o = 0; o < out_count(); o++) {
            given_.out_ready |= uint32_t(out(o).ready.read()) << o;
            given_.out_drained |= uint32_t(out(o).drained.read()) << o;
        }
    }

    /* The only one that drives signals: SystemC wants one driver for each. */
    void settle()
    {
        gather();
        driven_ = headrace_machine_look(machine_, given_);
        driven_.in_drained &= held_;
        for (size_t i = 0; i < in_count(); i++) {
            in(i).ready.write((driven_.in_ready >> i & 1) != 0);
            in(i).drained.write((driven_.in_drained >> i & 1) != 0);
        }
        for (size_t o = 0; o < out_count(); o++)
            out(o).valid.write((driven_.out_valid >> o & 1) != 0);
        for (; stale_ != 0; stale_ &= stale_ - 1) {
            size_t port = size_t(__builtin_ctz(stale_));
            out(port).data.write(offer(port));
        }
        if (asleep_)
            wake_.notify();
    }

    void reset()
    {
        if (!clean_) {
            headrace_machine_reset(machine_);
            clear();
        }
        clean_ = true;
        for (size_t o = 0; o < out_count(); o++)
            renew_offer(o);
        ticked_.notify(sc_core::SC_ZERO_TIME);
    }

    void edge()
    {
        if (asleep_) { /* woken by a signal, between two edges */
            asleep_ = false;
            return;
        }
        if (rst.read())
            return reset();
        clean_ = false;
        uint32_t read = given_.in_valid & driven_.in_ready;
        uint32_t written = given_.out_ready & driven_.out_valid;
        for (; read != 0; read &= read - 1) {
            size_t port = size_t(__builtin_ctz(read));
            has_read(port, in(port).data.read());
        }
        for (; written != 0; written &= written - 1) {
            size_t port = size_t(__builtin_ctz(written));
            has_written(port);
            renew_offer(port);
        }
        if (!headrace_machine_clock(machine_, given_)) {
            asleep_ = true;
            next_trigger(wake_);
            return;
        }
        const headrace_driven next = headrace_machine_look(machine_, given_);
        if (next.in_ready != driven_.in_ready ||
            next.out_valid != driven_.out_valid ||
            (next.in_drained & held_) != driven_.in_drained || stale_ != 0)
            ticked_.notify(sc_core::SC_ZERO_TIME);
    }

    headrace_machine *machine_;
    uint32_t held_;
    headrace_given given_ = {};   /* by the neighbours */
    headrace_driven driven_ = {}; /* here */
    uint32_t stale_;              /* ports whose data are to be written */
    bool clean_ = false;          /* as reset leaves it */
    bool asleep_ = false;
    sc_core::sc_event ticked_; /* the edge changed what is driven */
    sc_core::sc_event wake_;
};

/* A process.  The values it writes are those that inference gives for the
 * frames of the platform, whatever it reads; what it reads is compared with
 * them. */
class process : public machine
{
  public:
    process(const sc_core::sc_module_name &name, const headrace_platform *p,
            size_t index)
        : machine(name, headrace_process_machine(p, index),
                  headrace_process(p, index).input_count,
                  headrace_process(p, index).output_count,
                  held_outputs(p, headrace_process(p, index))),
          platform_(p), about_(headrace_process(p, index))
    {
        clear();
    }

    const headrace_process_info &about() const { return about_; }

    /* Tokens whose value was not the expected one (only where both are
     * known). */
    uint64_t wrong_tokens() const { return wrong_; }

  private:
    static uint32_t held_outputs(const headrace_platform *p,
                                 const headrace_process_info &about)
    {
        uint32_t held = 0;
        for (size_t o = 0; o < about.output_count; o++)
            held |= uint32_t(headrace_stream(p, about.outputs[o]).held) << o;
        return held;
    }
    token expected(size_t stream, uint64_t number) const
    {
        const uint32_t *words = headrace_token(platform_, stream, number);
        size_t bits = headrace_stream(platform_, stream).width_bits;
        return words == nullptr ? token() : token(words, (bits + 31) / 32);
    }
    void has_read(size_t port, const token &t) override
    {
        token e = expected(about_.inputs[port], read_[port]++);
        if (!e.empty() && !t.empty() && t != e)
            wrong_++;
    }
    void has_written(size_t port) override { written_[port]++; }
    token offer(size_t port) override
    {
        return expected(about_.outputs[port], written_[port]);
    }
    void clear() override
    {
        read_.assign(about_.input_count, 0);
        written_.assign(about_.output_count, 0);
        wrong_ = 0;
    }

    const headrace_platform *platform_;
    headrace_process_info about_;
    std::vector<uint64_t> read_, written_; /* tokens, by port */
    uint64_t wrong_ = 0;
};

/* The handshakes at a FIFO. */
struct fifo_log {
    uint64_t write_count = 0, read_count = 0;
    std::vector<uint64_t> writes, reads; /* cycles; empty: not logged */
    std::vector<token> tokens;           /* as read; empty: not kept */
};

/* The FIFO, or frame buffer, of a stream. */
class fifo : public machine
{
  public:
    fifo(const sc_core::sc_module_name &name, const headrace_platform *p,
         size_t stream)
        : machine(name, headrace_fifo_machine(p, stream), 1, 1,
                  headrace_stream(p, stream).held),
          about_(headrace_stream(p, stream)), tokens_(about_.initial)
    {
    }

    const headrace_stream_info &about() const { return about_; }

    /* From now on, keep the cycles of all handshakes, and the tokens read. */
    void keep_log(const cycle_counter &clock, bool tokens)
    {
        clock_ = &clock;
        keep_tokens_ = tokens;
    }
    const fifo_log &log() const { return log_; }

    /* Called at every read; for whoever waits for a number of them. */
    std::function<void()> on_read;

  private:
    void has_read(size_t, const token &t) override
    {
        if (tokens_.empty())
            renew_offer(0);
        tokens_.push_back(t);
        log_.write_count++;
        if (clock_ != nullptr)
            log_.writes.push_back(clock_->now());
    }
    void has_written(size_t) override
    {
        log_.read_count++;
        if (clock_ != nullptr)
            log_.reads.push_back(clock_->now());
        if (keep_tokens_)
            log_.tokens.push_back(tokens_.front());
        tokens_.pop_front();
        if (on_read)
            on_read();
    }
    token offer(size_t) override
    {
        return tokens_.empty() ? token() : tokens_.front();
    }
    void clear() override
    {
        tokens_.assign(about_.initial, token());
        log_ = fifo_log();
    }

    headrace_stream_info about_;
    std::deque<token> tokens_;
    const cycle_counter *clock_ = nullptr;
    bool keep_tokens_ = false;
    fifo_log log_;
};

/* Sends the frames of the platform into a stream, with the pauses of the
 * model file. */
class source : public machine
{
  public:
    source(const sc_core::sc_module_name &name, const headrace_platform *p,
           size_t stream)
        : machine(name, headrace_source_machine(p, stream), 0, 1, 0),
          platform_(p), stream_(stream),
          words_((headrace_stream(p, stream).width_bits + 31) / 32)
    {
    }

  private:
    void has_read(size_t, const token &) override {}
    void has_written(size_t) override { written_++; }
    token offer(size_t) override
    {
        const uint32_t *words = headrace_token(platform_, stream_, written_);
        return words == nullptr ? token() : token(words, words_);
    }
    void clear() override { written_ = 0; }

    const headrace_platform *platform_;
    size_t stream_, words_;
    uint64_t written_ = 0;
};

/* Takes what comes out of a stream, with the pauses of the model file. */
class sink : public machine
{
  public:
    sink(const sc_core::sc_module_name &name, const headrace_platform *p,
         size_t stream)
        : machine(name, headrace_sink_machine(p, stream), 1, 0, 0)
    {
    }

    /* Called with every token. */
    std::function<void(const token &)> on_token;

  private:
    void has_read(size_t, const token &t) override
    {
        if (on_token)
            on_token(t);
    }
    void has_written(size_t) override {}
    token offer(size_t) override { return token(); }
    void clear() override {}
};

/* A whole design, but for the processes named in `without` (and "source" or
 * "sink" for those of its data): place your own modules there. */
class platform : public sc_core::sc_module
{
  public:
    sc_core::sc_in<bool> clk, rst;

    platform(const sc_core::sc_module_name &name, const headrace_platform *p,
             const std::set<std::string> &without = {})
        : sc_module(name), clk("clk"), rst("rst"), platform_(p),
          counter_("cycles"), write_sides_(headrace_stream_count(p)),
          read_sides_(headrace_stream_count(p))
    {
        counter_.clk(clk);
        counter_.rst(rst);
        for (size_t i = 0; i < headrace_stream_count(p); i++)
            add_stream(i, without);
        for (size_t i = 0; i < headrace_process_count(p); i++)
            if (without.count(headrace_process(p, i).name) == 0)
                add_process(i);
    }

    const headrace_platform *about() const { return platform_; }
    const cycle_counter &cycles() const { return counter_; }

    /* By the numbers of headrace_step.h. */
    fifo &stream(size_t index) { return *fifos_.at(index); }
    wires &write_side(size_t stream) { return write_sides_.at(stream); }
    wires &read_side(size_t stream) { return read_sides_.at(stream); }
    /* Those that are modelled. */
    std::vector<std::unique_ptr<process>> &processes() { return processes_; }

    /* Connects a module in the place of a process that was left out. */
    void place(size_t index, block &b)
    {
        headrace_process_info about = headrace_process(platform_, index);
        assert(b.in_count() == about.input_count &&
               b.out_count() == about.output_count);
        b.clk(clk);
        b.rst(rst);
        for (size_t i = 0; i < about.input_count; i++)
            b.in(i).bind(read_side(about.inputs[i]));
        for (size_t o = 0; o < about.output_count; o++)
            b.out(o).bind(write_side(about.outputs[o]));
    }

    /* SystemC wants no dots in names. */
    static std::string module_name(std::string name, const char *ending)
    {
        for (char &c : name)
            if (c == '.')
                c = '_';
        return name + ending;
    }

  private:
    template <class Part> Part &add(std::unique_ptr<Part> part)
    {
        part->clk(clk);
        part->rst(rst);
        Part &added = *part;
        parts_.push_back(std::move(part));
        return added;
    }

    template <class Part>
    std::unique_ptr<Part> make(size_t i, const char *name, const char *ending)
    {
        return std::make_unique<Part>(module_name(name, ending).c_str(),
                                      platform_, i);
    }

    void add_stream(size_t i, const std::set<std::string> &without)
    {
        headrace_stream_info s = headrace_stream(platform_, i);
        fifos_.push_back(make<fifo>(i, s.name, "_fifo"));
        fifos_.back()->clk(clk);
        fifos_.back()->rst(rst);
        fifos_.back()->in().bind(write_sides_[i]);
        fifos_.back()->out().bind(read_sides_[i]);
        if (s.producer == HEADRACE_NONE && without.count("source") == 0)
            add(make<source>(i, s.name, "_source")).out().bind(write_sides_[i]);
        /* The signals of an HLS region have sinks of their own. */
        if (s.consumer == HEADRACE_NONE &&
            (without.count("sink") == 0 || s.lanes == 0))
            add(make<sink>(i, s.name, "_sink")).in().bind(read_sides_[i]);
    }

    void add_process(size_t i)
    {
        const char *name = headrace_process(platform_, i).name;
        processes_.push_back(make<process>(i, name, "_process"));
        place(i, *processes_.back());
    }

    const headrace_platform *platform_;
    cycle_counter counter_;
    std::vector<wires> write_sides_, read_sides_; /* by stream */
    std::vector<std::unique_ptr<fifo>> fifos_;
    std::vector<std::unique_ptr<process>> processes_;
    std::vector<std::unique_ptr<block>> parts_; /* sources and sinks */
};

} // namespace headrace

#endif
