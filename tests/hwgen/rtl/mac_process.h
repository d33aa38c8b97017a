// mac_process -- what the convolutions and dense have in common: when a window
// or a frame comes out.
#ifndef TESTS_HWGEN_RTL_MAC_PROCESS_H
#define TESTS_HWGEN_RTL_MAC_PROCESS_H

#include "process.h"

namespace rtl_test
{

class mac_process : public single_process
{
  public:
    explicit mac_process(const test_case &c) : single_process(c), in_frame(c) {}

  protected:
    // Latency from a slot to the output handshake.
    long latency() const
    {
        long levels = 0;
        while ((1 << levels) < c.simd)
            levels++;
        return 4 + levels;
    }

    // Writes all output channels of one window. Group 0 is complete at tick
    // 'first', every further group SF ticks later.
    void write_outputs(long first, const std::vector<wide> &outputs)
    {
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

class conv_process : public mac_process
{
    using mac_process::mac_process;

  protected:
    // All output channels of the window whose first element is there.
    virtual std::vector<wide> window_values(int row, int column) const = 0;

  private:
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
        write_outputs(now + c.sf(), window_values(row - c.kernel_h + 1,
                                                  column - c.kernel_w + 1));
    }

    long tokens = 0;
    long free_from = 0;
};

} // namespace rtl_test

#endif
