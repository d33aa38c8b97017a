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

class model
{
  public:
    virtual ~model() = default;

    // What the ports show in the present cycle.
    virtual bool out_valid() const = 0;
    virtual token out_data() const = 0;
    virtual bool in_ready(bool out_ready) const = 0;

    // The present cycle ends.
    virtual void cycle(bool in_valid, token in_data, bool out_ready) = 0;
};

// A model in the state after reset. 'limit' is the run-time depth of a FIFO.
std::unique_ptr<model> make_model(const test_case &c, int limit);

} // namespace rtl_test

#endif
