#include "mac_process.h"
#include "values_arithmetic.h"

#include <algorithm>

namespace rtl_test
{

class depthwise_conv2d_model : public conv_process
{
    using conv_process::conv_process;

    std::vector<wide> window_values(int row, int column) const override
    {
        std::vector<wide> outputs;
        for (int channel = 0; channel < c.in_c; channel++) {
            std::vector<wide> terms;
            for (int y = 0; y < c.kernel_h; y++)
                for (int x = 0; x < c.kernel_w; x++)
                    terms.push_back(in_frame.at(row + y, column + x, channel));
            outputs.push_back(mac_value(c, channel, terms));
        }
        return outputs;
    }
};

class avgpool2d_model : public token_process
{
    using token_process::token_process;

    void take(int row, int column, int channel) override
    {
        if (!ends_window(row, c.kernel_h, c.stride_h) ||
            !ends_window(column, c.kernel_w, c.stride_w))
            return;
        std::vector<wide> means;
        for (int i = 0; i < c.in_lanes; i++) {
            wide sum = 0;
            int some = 0;
            for (int y = 0; y < c.kernel_h; y++)
                for (int x = 0; x < c.kernel_w; x++) {
                    if (c.is_pad(row - y, column - x))
                        continue;
                    sum += in_frame.at(row - y, column - x, channel + i);
                    some++;
                }
            means.push_back(
                mean_of_some(c, sum, some, c.kernel_h * c.kernel_w));
        }
        write_at(now + 4, pack(means, c.out));
    }
};

class global_pool_model : public token_process
{
    using token_process::token_process;

    void take(int row, int column, int channel) override
    {
        if (row != c.in_h - 1 || column != c.in_w - 1)
            return;
        std::vector<wide> results;
        for (int i = 0; i < c.in_lanes; i++) {
            wide sum = 0, most = in_frame.at(0, 0, channel + i);
            for (int y = 0; y < c.in_h; y++)
                for (int x = 0; x < c.in_w; x++) {
                    sum += in_frame.at(y, x, channel + i);
                    most = std::max(most, in_frame.at(y, x, channel + i));
                }
            bool is_max = c.kind == kind::global_maxpool;
            results.push_back(is_max ? most
                                     : mean_value(c, sum, c.in_h * c.in_w));
        }
        write_at(now + (c.kind == kind::global_maxpool ? 2 : 4),
                 pack(results, c.out));
    }
};

// A token becomes a token some ticks later.
class value_model : public token_process
{
    using token_process::token_process;

    wide value(wide x, int channel) const
    {
        switch (c.kind) {
        case kind::batchnorm:
            return batchnorm_value(c, x, channel);
        case kind::prelu:
            return prelu_value(c, x, channel);
        default:
            return lookup_value(c, x);
        }
    }

    void take(int row, int column, int channel) override
    {
        std::vector<wide> values;
        for (int i = 0; i < c.in_lanes; i++)
            values.push_back(
                value(in_frame.at(row, column, channel + i), channel + i));
        write_at(now + (c.kind == kind::lookup ? 2 : 3), pack(values, c.out));
    }
};

class argmax_model : public token_process
{
    using token_process::token_process;

    void take(int row, int column, int channel) override
    {
        if (channel != c.in_c - c.in_lanes)
            return;
        std::vector<wide> pixel;
        for (int i = 0; i < c.in_c; i++)
            pixel.push_back(in_frame.at(row, column, i));
        write_at(now + 2 + ceil_log2(c.in_lanes),
                 pack({ argmax_value(pixel) }, c.out));
    }
};

class softmax_model : public single_process
{
    using single_process::single_process;

    bool may_read() const override
    {
        return pixel.size() + size_t(c.in_lanes) < size_t(c.in_c) ||
               now >= free_from;
    }

    void step(bool reads, token in) override
    {
        if (!reads)
            return;
        for (wide x : unpack(in, c.in_lanes, c.in))
            pixel.push_back(x);
        if (pixel.size() < size_t(c.in_c))
            return;
        int n = c.in_c / c.in_lanes;
        free_from = now + n;
        std::vector<wide> values = softmax_values(c, pixel);
        for (int j = 0; j < n; j++) {
            auto lanes = values.begin() + j * c.in_lanes;
            write_at(now + n + 7 + ceil_log2(c.in_lanes) + j,
                     pack({ lanes, lanes + c.in_lanes }, c.out));
        }
        pixel.clear();
    }

    std::vector<wide> pixel; // as far as it is read
    long free_from = 0;
};

std::unique_ptr<model> make_arithmetic_model(const test_case &c)
{
    switch (c.kind) {
    case kind::depthwise_conv2d:
        return std::make_unique<depthwise_conv2d_model>(c);
    case kind::avgpool2d:
        return std::make_unique<avgpool2d_model>(c);
    case kind::global_maxpool:
    case kind::global_avgpool:
        return std::make_unique<global_pool_model>(c);
    case kind::batchnorm:
    case kind::prelu:
    case kind::lookup:
        return std::make_unique<value_model>(c);
    case kind::argmax:
        return std::make_unique<argmax_model>(c);
    case kind::softmax:
        return std::make_unique<softmax_model>(c);
    default:
        return nullptr;
    }
}

} // namespace rtl_test
