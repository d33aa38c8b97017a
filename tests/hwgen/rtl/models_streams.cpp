#include "process.h"
#include "values.h"

namespace rtl_test
{

// ---- several streams ----

class clone_model : public process
{
    using process::process;

    flags reads() const override { return 1; }

    void tick(flags read, const std::vector<token> &in) override
    {
        if (read)
            write_at(now + 1, in[0], all_flags(c.outputs));
    }
};

class elementwise_model : public process
{
    using process::process;

    flags reads() const override { return 3; }

    void tick(flags read, const std::vector<token> &in) override
    {
        if (!read)
            return;
        auto a = unpack(in[0], c.in_lanes, c.in);
        auto b = unpack(in[1], c.in_lanes, c.in_b);
        std::vector<wide> results;
        for (size_t lane = 0; lane < a.size(); lane++)
            results.push_back(elementwise_value(c, a[lane], b[lane]));
        write_at(now + 2, pack(results, c.out));
    }
};

class concat_serial_model : public process
{
    using process::process;

    int due() const
    {
        int tokens = c.out_c / c.out_lanes;
        int channel = int(count % tokens) * c.out_lanes;
        int input = 0;
        while (channel >= c.parts[size_t(input)])
            channel -= c.parts[size_t(input++)];
        return input;
    }

    flags reads() const override { return stream_flag(due()); }

    void tick(flags read, const std::vector<token> &in) override
    {
        if (!read)
            return;
        write_at(now + 1, in[size_t(due())]);
        count++;
    }

    long count = 0; // output tokens since reset
};

class concat_parallel_model : public process
{
    using process::process;

    flags reads() const override { return all_flags(c.inputs); }

    void tick(flags read, const std::vector<token> &in) override
    {
        if (!read)
            return;
        std::vector<wide> all;
        for (size_t i = 0; i < in.size(); i++)
            for (wide v : unpack(in[i], c.parts[i], c.in))
                all.push_back(v);
        write_at(now + 1, pack(all, c.out));
    }
};

class dispatch_model : public process
{
    using process::process;

    flags reads() const override { return 1; }

    void tick(flags read, const std::vector<token> &in) override
    {
        if (!read)
            return;
        write_at(now + 1, in[0],
                 stream_flag(int(count / c.tokens % c.outputs)));
        count++;
    }

    long count = 0; // tokens since reset
};

class collect_model : public process
{
    using process::process;

    int turn() const { return int(count / c.tokens % c.inputs); }

    flags reads() const override { return stream_flag(turn()); }

    void tick(flags read, const std::vector<token> &in) override
    {
        if (!read)
            return;
        write_at(now + 1, in[size_t(turn())]);
        count++;
    }

    long count = 0; // tokens since reset
};

// ---- one stream ----

class width_converter_model : public single_process
{
    using single_process::single_process;

    bool may_read() const override { return now >= free_from; }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        for (wide v : unpack(in, c.in_lanes, c.in))
            values.push_back(v);
        int parts = int(values.size()) / c.out_lanes;
        for (int i = 0; i < parts; i++) {
            auto first = values.begin() + i * c.out_lanes;
            write_at(now + 1 + i, pack({ first, first + c.out_lanes }, c.out));
        }
        if (parts) {
            values.clear();
            free_from = now + parts;
        }
    }

    std::vector<wide> values; // read, but not written yet
    long free_from = 0;
};

class reshape_model : public single_process
{
    using single_process::single_process;

    bool may_read() const override { return true; }

    void step(bool reads, token in) override
    {
        if (reads)
            write_at(now + 1, in);
    }
};

class crop2d_model : public single_process
{
    using single_process::single_process;

    bool may_read() const override { return true; }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        long pixel = count++ / (c.in_c / c.in_lanes) % (c.in_w * c.in_h);
        long row = pixel / c.in_w;
        long column = pixel % c.in_w;
        if (row >= c.pad_top && row < c.in_h - c.pad_bottom &&
            column >= c.pad_left && column < c.in_w - c.pad_right)
            write_at(now + 1, in);
    }

    long count = 0; // tokens since reset
};

class upsample2d_model : public single_process
{
    using single_process::single_process;

    // Position of the next output token since reset.
    int tokens() const { return c.in_c / c.in_lanes; }
    long column() const { return count / tokens() % (c.in_w * c.scale_w); }
    long row() const { return count / tokens() / (c.in_w * c.scale_w); }

    bool may_read() const override
    {
        return row() % c.scale_h == 0 && column() % c.scale_w == 0;
    }

    void step(bool reads, token in) override
    {
        if (may_read() && !reads)
            return;
        if (reads)
            read.push_back(in);
        long pixel = row() / c.scale_h * c.in_w + column() / c.scale_w;
        write_at(now + 2, read.at(size_t(pixel * tokens() + count % tokens())));
        count++;
    }

    long count = 0;
    std::vector<token> read; // all tokens since reset
};

// ---- frames ----

class fifo_frame_model : public model
{
  public:
    fifo_frame_model(const test_case &c, int banks)
        : tokens(size_t(c.tokens)), banks(size_t(banks))
    {
    }

    flags out_valid(flags) const override
    {
        size_t f = read / tokens;
        return f < written_at.size() && now >= written_at[f] + 2;
    }

    token out_data(int) const override { return written.at(read); }

    flags in_ready(flags, flags) const override
    {
        size_t f = written.size() / tokens;
        return f < banks ||
               (f - banks < read_at.size() && now >= read_at[f - banks] + 1);
    }

    void cycle(flags in_valid, const std::vector<token> &in_data,
               flags out_ready) override
    {
        bool reads = out_valid(out_ready) && out_ready;
        bool writes = in_ready(in_valid, out_ready) && in_valid;
        if (reads && ++read % tokens == 0)
            read_at.push_back(now);
        if (writes) {
            written.push_back(in_data[0]);
            if (written.size() % tokens == 0)
                written_at.push_back(now);
        }
        now++;
    }

  private:
    size_t tokens, banks;
    std::vector<token> written;            // since reset
    size_t read = 0;                       // tokens of these
    std::vector<long> written_at, read_at; // last token of every frame
    long now = 0;
};

std::unique_ptr<model> make_stream_model(const test_case &c, int limit)
{
    switch (c.kind) {
    case kind::clone:
        return std::make_unique<clone_model>(c);
    case kind::elementwise:
        return std::make_unique<elementwise_model>(c);
    case kind::concat:
        if (c.parallel)
            return std::make_unique<concat_parallel_model>(c);
        return std::make_unique<concat_serial_model>(c);
    case kind::dispatch:
        return std::make_unique<dispatch_model>(c);
    case kind::collect:
        return std::make_unique<collect_model>(c);
    case kind::width_converter:
        return std::make_unique<width_converter_model>(c);
    case kind::reshape:
        return std::make_unique<reshape_model>(c);
    case kind::crop2d:
        return std::make_unique<crop2d_model>(c);
    case kind::upsample2d:
        return std::make_unique<upsample2d_model>(c);
    default:
        return std::make_unique<fifo_frame_model>(c, limit);
    }
}

} // namespace rtl_test
