#include "models.h"

#include "values.h"

#include <deque>
#include <map>

namespace rtl_test
{

// ---- tokens ----

static std::vector<wide> unpack(token t, int lanes, const format &f)
{
    std::vector<wide> values;
    for (int i = 0; i < lanes; i++)
        values.push_back(
            wrap(wide(t >> (i * f.width) & token(pow2(f.width) - 1)), f.width,
                 f.is_signed));
    return values;
}

static token pack(const std::vector<wide> &values, const format &f)
{
    token t = 0;
    for (size_t i = 0; i < values.size(); i++)
        t |= (token(values[i]) & token(pow2(f.width) - 1))
             << (int(i) * f.width);
    return t;
}

// ---- the stall rule ----

// A process: ticks, a front that reads at most one token in a tick, and output
// tokens at known ticks.
class process : public model
{
  public:
    explicit process(const test_case &c) : c(c) {}

    bool out_valid() const override { return due.count(now) != 0; }
    token out_data() const override { return due.at(now); }

    bool in_ready(bool out_ready) const override
    {
        return ticks(out_ready) && may_read();
    }

    void cycle(bool in_valid, token in_data, bool out_ready) override
    {
        if (!ticks(out_ready))
            return;
        bool reads = in_valid && may_read();
        step(reads, in_data);
        due.erase(now);
        now++;
    }

  protected:
    virtual bool may_read() const = 0;
    virtual void step(bool reads, token in) = 0;

    void write_at(long tick, token t)
    {
        assert(tick > now && !due.count(tick));
        due[tick] = t;
    }

    const test_case &c;
    long now = 0;

  private:
    bool ticks(bool out_ready) const { return !out_valid() || out_ready; }

    std::map<long, token> due;
};

class relu_model : public process
{
    using process::process;

    bool may_read() const override { return true; }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        auto values = unpack(in, c.in_lanes, c.in);
        for (wide &v : values)
            v = relu_value(c, v);
        write_at(now + 1, pack(values, c.out));
    }
};

class zeropad2d_model : public process
{
    using process::process;

    bool may_read() const override
    {
        long width = c.pad_left + c.in_w + c.pad_right;
        long height = c.pad_top + c.in_h + c.pad_bottom;
        long pixel = position / (c.in_c / c.in_lanes) % (width * height);
        long row = pixel / width - c.pad_top;
        long column = pixel % width - c.pad_left;
        return row >= 0 && row < c.in_h && column >= 0 && column < c.in_w;
    }

    void step(bool reads, token in) override
    {
        if (may_read() && !reads)
            return;
        write_at(now + 1, reads ? in : 0);
        position++;
    }

    long position = 0; // output tokens since reset
};

// Values of the frame that is coming in.
class frame
{
  public:
    explicit frame(const test_case &c) : c(c) {}

    void add(token in)
    {
        if (values.size() == size_t(c.in_h) * c.in_w * c.in_c)
            values.clear();
        for (wide v : unpack(in, c.in_lanes, c.in))
            values.push_back(v);
    }

    wide at(int row, int column, int channel) const
    {
        return values.at((size_t(row) * c.in_w + column) * c.in_c + channel);
    }

    int size() const { return int(values.size()); }

  private:
    const test_case &c;
    std::vector<wide> values;
};

// Whether position is the last of a window at a stride position.
static bool ends_window(int position, int kernel, int stride)
{
    return position >= kernel - 1 && (position - (kernel - 1)) % stride == 0;
}

class maxpool2d_model : public process
{
  public:
    explicit maxpool2d_model(const test_case &c) : process(c), in_frame(c) {}

  private:
    bool may_read() const override { return true; }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        in_frame.add(in);
        int last = in_frame.size() - c.in_lanes;
        int row = last / c.in_c / c.in_w;
        int column = last / c.in_c % c.in_w;
        int channel = last % c.in_c;
        if (!ends_window(row, c.kernel_h, c.stride_h) ||
            !ends_window(column, c.kernel_w, c.stride_w))
            return;
        std::vector<wide> largest;
        for (int i = 0; i < c.in_lanes; i++) {
            wide most = in_frame.at(row, column, channel + i);
            for (int y = 0; y < c.kernel_h; y++)
                for (int x = 0; x < c.kernel_w; x++)
                    most = std::max(most, in_frame.at(row - y, column - x,
                                                      channel + i));
            largest.push_back(most);
        }
        write_at(now + 2, pack(largest, c.out));
    }

    frame in_frame;
};

// What conv2d and dense have in common.
class mac_process : public process
{
  public:
    explicit mac_process(const test_case &c) : process(c), in_frame(c) {}

  protected:
    // Latency from a slot to the output handshake.
    long latency() const
    {
        long levels = 0;
        while ((1 << levels) < c.simd)
            levels++;
        return 4 + levels;
    }

    // Writes all outputs of one window. Group 0 is complete at tick 'first',
    // every further group SF ticks later.
    void write_outputs(long first, const std::vector<wide> &terms)
    {
        std::vector<wide> outputs = mac_values(c, terms);
        for (int j = 0; j < c.out_c / c.out_lanes; j++) {
            std::vector<wide> lanes(outputs.begin() + j * c.out_lanes,
                                    outputs.begin() + (j + 1) * c.out_lanes);
            int group = ((j + 1) * c.out_lanes - 1) / c.pe;
            int part = c.pe > c.out_lanes ? j % (c.pe / c.out_lanes) : 0;
            write_at(first + long(group) * c.sf() + part + latency(),
                     pack(lanes, c.out));
        }
    }

    frame in_frame;
};

class conv2d_model : public mac_process
{
    using mac_process::mac_process;

    bool may_read() const override
    {
        return tokens % (c.in_c / c.in_lanes) != c.in_c / c.in_lanes - 1 ||
               now >= free_from;
    }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        in_frame.add(in);
        tokens++;
        if (tokens % (c.in_c / c.in_lanes) != 0)
            return;
        int pixel = in_frame.size() / c.in_c - 1;
        int row = pixel / c.in_w;
        int column = pixel % c.in_w;
        if (!ends_window(row, c.kernel_h, c.stride_h) ||
            !ends_window(column, c.kernel_w, c.stride_w)) {
            free_from = now + 1;
            return;
        }
        free_from = now + long(c.nf()) * c.sf();
        std::vector<wide> terms;
        for (int y = 0; y < c.kernel_h; y++)
            for (int x = 0; x < c.kernel_w; x++)
                for (int channel = 0; channel < c.in_c; channel++)
                    terms.push_back(in_frame.at(row - c.kernel_h + 1 + y,
                                                column - c.kernel_w + 1 + x,
                                                channel));
        write_outputs(now + c.sf(), terms);
    }

    long tokens = 0;
    long free_from = 0;
};

class dense_model : public mac_process
{
    using mac_process::mac_process;

    int tokens_per_fold() const
    {
        return c.simd > c.in_lanes ? c.simd / c.in_lanes : 1;
    }

    bool may_read() const override
    {
        return (tokens + 1) % tokens_per_fold() != 0 || now >= free_from;
    }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        in_frame.add(in);
        tokens++;
        if (tokens % tokens_per_fold() != 0)
            return;
        long r = c.simd < c.in_lanes ? c.in_lanes / c.simd : 1;
        free_from = now + r;
        if (in_frame.size() < c.in_c)
            return;
        free_from = now + r + long(c.nf() - 1) * c.sf();
        std::vector<wide> terms;
        for (int i = 0; i < c.in_c; i++)
            terms.push_back(in_frame.at(0, 0, i));
        write_outputs(now + r, terms);
    }

    long tokens = 0;
    long free_from = 0;
};

// ---- FIFOs ----

class fifo_srl_model : public model
{
  public:
    explicit fifo_srl_model(int depth) : depth(size_t(depth)) {}

    bool out_valid() const override { return !held.empty(); }
    token out_data() const override { return held.front(); }
    bool in_ready(bool) const override { return held.size() < depth; }

    void cycle(bool in_valid, token in_data, bool out_ready) override
    {
        bool writes = in_valid && in_ready(out_ready);
        if (out_ready && out_valid())
            held.pop_front();
        if (writes)
            held.push_back(in_data);
    }

  private:
    size_t depth;
    std::deque<token> held;
};

class fifo_bram_model : public model
{
  public:
    explicit fifo_bram_model(int depth) : depth(size_t(depth)) {}

    bool out_valid() const override { return front_full; }
    token out_data() const override { return front; }
    bool in_ready(bool) const override { return memory.size() < depth; }

    void cycle(bool in_valid, token in_data, bool out_ready) override
    {
        bool writes = in_valid && in_ready(out_ready);
        if (!front_full || out_ready) {
            front_full = !memory.empty();
            if (front_full) {
                front = memory.front();
                memory.pop_front();
            }
        }
        if (writes)
            memory.push_back(in_data);
    }

  private:
    size_t depth;
    std::deque<token> memory;
    token front = 0;
    bool front_full = false;
};

// ---- frames ----

// Ports as in the test top: in_valid and out_ready are those of the watched
// stream, bit 0 of in_data its last flag, out_valid the result.
class frame_marker_model : public model
{
  public:
    explicit frame_marker_model(int tokens) : tokens(tokens) {}

    bool out_valid() const override { return count % tokens == tokens - 1; }
    token out_data() const override { return 0; }
    bool in_ready(bool) const override { return false; }

    void cycle(bool in_valid, token, bool out_ready) override
    {
        count += in_valid && out_ready;
    }

  protected:
    long tokens;
    long count = 0;
};

class frame_checker_model : public frame_marker_model
{
  public:
    using frame_marker_model::frame_marker_model;

    bool out_valid() const override { return failed; }

    void cycle(bool in_valid, token in_data, bool out_ready) override
    {
        if (in_valid && out_ready &&
            bool(in_data & 1) != frame_marker_model::out_valid())
            failed = true;
        frame_marker_model::cycle(in_valid, in_data, out_ready);
    }

  private:
    bool failed = false;
};

std::unique_ptr<model> make_model(const test_case &c, int limit)
{
    switch (c.kind) {
    case kind::relu:
        return std::make_unique<relu_model>(c);
    case kind::zeropad2d:
        return std::make_unique<zeropad2d_model>(c);
    case kind::maxpool2d:
        return std::make_unique<maxpool2d_model>(c);
    case kind::conv2d:
        return std::make_unique<conv2d_model>(c);
    case kind::dense:
        return std::make_unique<dense_model>(c);
    case kind::fifo_srl:
        return std::make_unique<fifo_srl_model>(limit);
    case kind::fifo_bram:
        return std::make_unique<fifo_bram_model>(limit);
    case kind::frame_marker:
        return std::make_unique<frame_marker_model>(c.tokens);
    default:
        return std::make_unique<frame_checker_model>(c.tokens);
    }
}

} // namespace rtl_test
