/* headrace_sc_rtl -- a module that `verilator --sc` made of a kernel of
 * hwgen/rtl, in the place of a process.
 *
 * Verilated has the ports of hwgen/rtl/README.md -- clk, rst, in_data,
 * in_valid, in_ready, out_data, out_valid, out_ready, several streams side by
 * side, the first lowest -- of the types that --pins-bv 2 gives them; those of
 * Verilator's defaults work as well. */
#ifndef HEADRACE_SC_RTL_HPP
#define HEADRACE_SC_RTL_HPP

#include "headrace_sc.hpp"

#include <type_traits>

namespace headrace
{

/* Bits in 32-bit words to the type of a Verilated port, and back. */
using port_words = std::vector<uint32_t>;

template <class T>
std::enable_if_t<std::is_integral<T>::value, T>
port_value(const port_words &words)
{
    uint64_t low = words[0];
    if (words.size() > 1)
        low |= uint64_t(words[1]) << 32;
    return static_cast<T>(low);
}

template <class T>
std::enable_if_t<!std::is_integral<T>::value, T>
port_value(const port_words &words)
{
    T value;
    for (size_t i = 0; i < words.size() && int(i) < value.size(); i++)
        value.set_word(int(i), words[i]);
    return value;
}

template <class T>
std::enable_if_t<std::is_integral<T>::value> get_words(const T &value,
                                                       port_words &words)
{
    words[0] = uint32_t(value);
    if (words.size() > 1)
        words[1] = uint32_t(uint64_t(value) >> 32);
}

template <class T>
std::enable_if_t<!std::is_integral<T>::value> get_words(const T &value,
                                                        port_words &words)
{
    for (size_t i = 0; i < words.size() && int(i) < value.size(); i++)
        words[i] = uint32_t(value.get_word(int(i)));
}

template <class Port>
using port_type = typename std::remove_reference_t<Port>::data_type;

template <class Verilated> class rtl_process : public block
{
  public:
    Verilated rtl;

    SC_HAS_PROCESS(rtl_process);
    rtl_process(const sc_core::sc_module_name &name, const headrace_platform *p,
                size_t index)
        : block(name, headrace_process(p, index).input_count,
                headrace_process(p, index).output_count),
          rtl("rtl")
    {
        headrace_process_info about = headrace_process(p, index);
        for (size_t i = 0; i < in_count(); i++)
            in_bits_.push_back(headrace_stream(p, about.inputs[i]).width_bits);
        for (size_t o = 0; o < out_count(); o++)
            out_bits_.push_back(
                headrace_stream(p, about.outputs[o]).width_bits);
        rtl.clk(clk);
        rtl.rst(rst);
        rtl.in_data(in_data_);
        rtl.in_valid(in_valid_);
        rtl.in_ready(in_ready_);
        rtl.out_data(out_data_);
        rtl.out_valid(out_valid_);
        rtl.out_ready(out_ready_);
        SC_METHOD(gather);
        for (size_t i = 0; i < in_count(); i++)
            sensitive << in(i).valid << in(i).data;
        for (size_t o = 0; o < out_count(); o++)
            sensitive << out(o).ready;
        SC_METHOD(scatter);
        sensitive << in_ready_ << out_valid_ << out_data_;
    }

  private:
    static port_words words_for(const std::vector<uint32_t> &bits)
    {
        size_t all = 0;
        for (uint32_t b : bits)
            all += b;
        return port_words((all + 31) / 32);
    }

    static port_words mask_word() { return port_words(1); }

    /* Bits of a token to their place among those of the others. */
    static void insert(port_words &all, size_t at, const token &t,
                       uint32_t width)
    {
        for (uint32_t done = 0; done < width; done += 32) {
            unsigned count = width - done < 32 ? width - done : 32;
            uint64_t part = uint64_t(t.bits(done, count)) << (at + done) % 32;
            all[(at + done) / 32] |= uint32_t(part);
            if (part >> 32 != 0)
                all[(at + done) / 32 + 1] |= uint32_t(part >> 32);
        }
    }

    void gather()
    {
        port_words data = words_for(in_bits_), valid = mask_word(),
                   ready = mask_word();
        size_t at = 0;
        for (size_t i = 0; i < in_count(); at += in_bits_[i++]) {
            insert(data, at, in(i).data.read(), in_bits_[i]);
            valid[0] |= uint32_t(in(i).valid.read()) << i;
        }
        for (size_t o = 0; o < out_count(); o++)
            ready[0] |= uint32_t(out(o).ready.read()) << o;
        in_data_.write(port_value<in_data_type>(data));
        in_valid_.write(port_value<in_mask>(valid));
        out_ready_.write(port_value<out_mask>(ready));
    }

    void scatter()
    {
        port_words data = words_for(out_bits_), valid = mask_word(),
                   ready = mask_word();
        get_words(in_ready_.read(), ready);
        get_words(out_valid_.read(), valid);
        get_words(out_data_.read(), data);
        token all(data.data(), data.size());
        for (size_t i = 0; i < in_count(); i++)
            in(i).ready.write((ready[0] >> i & 1) != 0);
        size_t at = 0;
        for (size_t o = 0; o < out_count(); at += out_bits_[o++]) {
            bool is_valid = (valid[0] >> o & 1) != 0;
            out(o).valid.write(is_valid);
            if (is_valid)
                out(o).data.write(part(all, at, out_bits_[o]));
        }
    }

    static token part(const token &all, size_t at, uint32_t width)
    {
        port_words words((width + 31) / 32);
        for (uint32_t done = 0; done < width; done += 32)
            words[done / 32] =
                all.bits(at + done, width - done < 32 ? width - done : 32);
        return token(words.data(), words.size());
    }

    using in_data_type = port_type<decltype(Verilated::in_data)>;
    using in_mask = port_type<decltype(Verilated::in_valid)>;
    using out_mask = port_type<decltype(Verilated::out_ready)>;

    std::vector<uint32_t> in_bits_, out_bits_; /* of a token, by port */
    sc_core::sc_signal<in_data_type> in_data_;
    sc_core::sc_signal<in_mask> in_valid_;
    sc_core::sc_signal<port_type<decltype(Verilated::in_ready)>> in_ready_;
    sc_core::sc_signal<port_type<decltype(Verilated::out_data)>> out_data_;
    sc_core::sc_signal<port_type<decltype(Verilated::out_valid)>> out_valid_;
    sc_core::sc_signal<out_mask> out_ready_;
};

} // namespace headrace

#endif
