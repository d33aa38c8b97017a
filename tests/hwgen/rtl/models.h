// models -- what each module has to do, cycle by cycle, written from
// docs/hardware.md: the time of every token follows from the time at which the
// tokens before it were read; no register of the RTL appears here.
#ifndef TESTS_HWGEN_RTL_MODELS_H
#define TESTS_HWGEN_RTL_MODELS_H

#include "cases.h"

#include <memory>

namespace rtl_test
{

using token = unsigned __int128;

// A bit a stream, input or output 0 lowest.
using flags = uint32_t;

class model
{
  public:
    virtual ~model() = default;

    // What the ports show in the present cycle.
    virtual flags out_valid(flags out_ready) const = 0;
    virtual token out_data(int output) const = 0; // of a valid output
    virtual flags in_ready(flags in_valid, flags out_ready) const = 0;

    // The present cycle ends.
    virtual void cycle(flags in_valid, const std::vector<token> &in_data,
                       flags out_ready) = 0;
};

// A model in the state after reset. 'limit' is the run-time depth of a FIFO.
std::unique_ptr<model> make_model(const test_case &c, int limit);

// The same for the cases of one group.
std::unique_ptr<model> make_stream_model(const test_case &c, int limit);
std::unique_ptr<model> make_arithmetic_model(const test_case &c);

} // namespace rtl_test

#endif
