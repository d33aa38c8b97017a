#include "process.h"

namespace rtl_test
{

std::vector<wide> unpack(token t, int lanes, const format &f)
{
    std::vector<wide> values;
    for (int i = 0; i < lanes; i++)
        values.push_back(
            wrap(wide(t >> (i * f.width) & token(pow2(f.width) - 1)), f.width,
                 f.is_signed));
    return values;
}

token pack(const std::vector<wide> &values, const format &f)
{
    token t = 0;
    for (size_t i = 0; i < values.size(); i++)
        t |= (token(values[i]) & token(pow2(f.width) - 1))
             << (int(i) * f.width);
    return t;
}

// ---- the stall rule ----

// Whether all streams of 'set' but 'one' itself have their flag.
static bool all_others(flags set, flags have, flags one)
{
    return (set & ~one & ~have) == 0;
}

flags process::out_valid(flags out_ready) const
{
    flags valid = 0;
    for (int i = 0; i < c.outputs; i++) {
        flags one = stream_flag(i);
        if ((pending() & one) && all_others(pending(), out_ready, one))
            valid |= one;
    }
    return valid;
}

flags process::in_ready(flags in_valid, flags out_ready) const
{
    flags ready = 0;
    for (int i = 0; i < c.inputs; i++) {
        flags one = stream_flag(i);
        if ((reads() & one) && all_others(reads(), in_valid, one))
            ready |= one;
    }
    return ticks(out_ready) ? ready : 0;
}

void process::cycle(flags in_valid, const std::vector<token> &in_data,
                    flags out_ready)
{
    if (!ticks(out_ready))
        return;
    tick((reads() & ~in_valid) == 0 ? reads() : 0, in_data);
    due.erase(now);
    now++;
}

void process::write_at(long tick, token t, flags outputs)
{
    assert(tick > now && !due.count(tick));
    due[tick] = { outputs, t };
}

// ---- frames ----

void frame::add(token in)
{
    if (values.size() == size_t(c.in_h) * c.in_w * c.in_c)
        values.clear();
    for (wide v : unpack(in, c.in_lanes, c.in))
        values.push_back(v);
}

bool ends_window(int position, int kernel, int stride)
{
    return position >= kernel - 1 && (position - (kernel - 1)) % stride == 0;
}

} // namespace rtl_test
