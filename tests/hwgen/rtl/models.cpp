#include "mac_process.h"
#include "values.h"

#include <algorithm>
#include <deque>

namespace rtl_test
{

class relu_model : public single_process
{
    using single_process::single_process;

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

class zeropad2d_model : public single_process
{
    using single_process::single_process;

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
        write_at(now + 1, reads ? in : border);
        position++;
    }

    long position = 0; // output tokens since reset
    token border =
        pack(std::vector<wide>(size_t(c.in_lanes), c.pad_value), c.in);
};

class maxpool2d_model : public token_process
{
    using token_process::token_process;

    void take(int row, int column, int channel) override
    {
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
};

class conv2d_model : public conv_process
{
    using conv_process::conv_process;

    std::vector<wide> window_values(int row, int column) const override
    {
        std::vector<wide> terms;
        for (int y = 0; y < c.kernel_h; y++)
            for (int x = 0; x < c.kernel_w; x++)
                for (int channel = 0; channel < c.in_c; channel++)
                    terms.push_back(in_frame.at(row + y, column + x, channel));
        return mac_values(c, terms);
    }
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
        write_outputs(now + r, mac_values(c, terms));
    }

    long tokens = 0;
    long free_from = 0;
};

// ---- FIFOs ----

class fifo_srl_model : public model
{
  public:
    explicit fifo_srl_model(int depth) : depth(size_t(depth)) {}

    flags out_valid(flags) const override { return !held.empty(); }
    token out_data(int) const override { return held.front(); }
    flags in_ready(flags, flags) const override { return held.size() < depth; }

    void cycle(flags in_valid, const std::vector<token> &in_data,
               flags out_ready) override
    {
        bool writes = in_valid && in_ready(in_valid, out_ready);
        if (out_ready && out_valid(out_ready))
            held.pop_front();
        if (writes)
            held.push_back(in_data[0]);
    }

  private:
    size_t depth;
    std::deque<token> held;
};

class fifo_bram_model : public model
{
  public:
    explicit fifo_bram_model(int depth) : depth(size_t(depth)) {}

    flags out_valid(flags) const override { return front_full; }
    token out_data(int) const override { return front; }
    flags in_ready(flags, flags) const override
    {
        return memory.size() < depth;
    }

    void cycle(flags in_valid, const std::vector<token> &in_data,
               flags out_ready) override
    {
        bool writes = in_valid && in_ready(in_valid, out_ready);
        if (!front_full || out_ready) {
            front_full = !memory.empty();
            if (front_full) {
                front = memory.front();
                memory.pop_front();
            }
        }
        if (writes)
            memory.push_back(in_data[0]);
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

    flags out_valid(flags) const override
    {
        return count % tokens == tokens - 1;
    }
    token out_data(int) const override { return 0; }
    flags in_ready(flags, flags) const override { return false; }

    void cycle(flags in_valid, const std::vector<token> &,
               flags out_ready) override
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

    flags out_valid(flags) const override { return failed; }

    void cycle(flags in_valid, const std::vector<token> &in_data,
               flags out_ready) override
    {
        if (in_valid && out_ready &&
            (in_data[0] & 1) != frame_marker_model::out_valid(0))
            failed = true;
        frame_marker_model::cycle(in_valid, in_data, out_ready);
    }

  private:
    bool failed = false;
};

std::unique_ptr<model> make_model(const test_case &c, int limit)
{
    if (group_of(c.kind) == group::STREAMS)
        return make_stream_model(c, limit);
    if (group_of(c.kind) == group::ARITHMETIC)
        return make_arithmetic_model(c);
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
