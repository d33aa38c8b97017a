// process -- the stall rule: what all processes have in common.
#ifndef TESTS_HWGEN_RTL_PROCESS_H
#define TESTS_HWGEN_RTL_PROCESS_H

#include "models.h"

#include <map>

namespace rtl_test
{

std::vector<wide> unpack(token t, int lanes, const format &f);
token pack(const std::vector<wide> &values, const format &f);

inline flags stream_flag(int stream)
{
    return flags(1) << stream;
}

inline flags all_flags(int streams)
{
    return streams == MOST_STREAMS ? ~flags(0) : stream_flag(streams) - 1;
}

// Ticks, a front whose steps may read several inputs at once, and output tokens
// at known ticks.
class process : public model
{
  public:
    explicit process(const test_case &c) : c(c) {}

    flags out_valid(flags out_ready) const final;
    token out_data(int) const final { return due.at(now).data; }
    flags in_ready(flags in_valid, flags out_ready) const final;
    void cycle(flags in_valid, const std::vector<token> &in_data,
               flags out_ready) final;

  protected:
    // The inputs that the step of this tick has to read; none if it reads
    // nothing or if there may be no step yet.
    virtual flags reads() const = 0;

    // A tick. 'read' is what reads() says, or nothing if not all of these
    // inputs are valid.
    virtual void tick(flags read, const std::vector<token> &in) = 0;

    void write_at(long tick, token t, flags outputs = 1);

    const test_case &c;
    long now = 0; // in ticks

  private:
    struct output {
        flags outputs;
        token data;
    };

    flags pending() const { return due.count(now) ? due.at(now).outputs : 0; }
    bool ticks(flags out_ready) const { return !(pending() & ~out_ready); }

    std::map<long, output> due;
};

// A process with one input and one output.
class single_process : public process
{
    using process::process;

  protected:
    virtual bool may_read() const = 0;
    virtual void step(bool reads, token in) = 0; // called in every tick

  private:
    flags reads() const final { return may_read() ? 1 : 0; }

    void tick(flags read, const std::vector<token> &in) final
    {
        step(read != 0, in[0]);
    }
};

// Values of the frame that is coming in.
class frame
{
  public:
    explicit frame(const test_case &c) : c(c) {}

    void add(token in);

    wide at(int row, int column, int channel) const
    {
        return values.at((size_t(row) * c.in_w + column) * c.in_c + channel);
    }

    int size() const { return int(values.size()); }

  private:
    const test_case &c;
    std::vector<wide> values;
};

// A process that may read a token in any tick.
class token_process : public single_process
{
  public:
    explicit token_process(const test_case &c) : single_process(c), in_frame(c)
    {
    }

  protected:
    // A token was read; its first value is at this place of in_frame.
    virtual void take(int row, int column, int channel) = 0;

    frame in_frame;

  private:
    bool may_read() const override { return true; }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        in_frame.add(in);
        int place = in_frame.size() - c.in_lanes;
        take(place / c.in_c / c.in_w, place / c.in_c % c.in_w, place % c.in_c);
    }
};

// Whether position is the last of a window at a stride position.
bool ends_window(int position, int kernel, int stride);

} // namespace rtl_test

#endif
