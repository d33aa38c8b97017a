/* headrace_sc_token -- what crosses a stream in one handshake, as the type of
 * a SystemC signal. */
#ifndef HEADRACE_SC_TOKEN_HPP
#define HEADRACE_SC_TOKEN_HPP

#include "headrace_step.h"

#include <systemc>

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace headrace
{

/* The bits of a token; empty: it has no value, only a time. */
class token
{
  public:
    token() = default;
    token(const uint32_t *words, size_t count) : words_(words, words + count) {}

    bool empty() const { return words_.empty(); }
    size_t words() const { return words_.size(); }
    /* 0 beyond the end. */
    uint32_t word(size_t i) const { return i < words_.size() ? words_[i] : 0; }

    /* Bits `at` .. `at` + count - 1, count at most 32. */
    uint32_t bits(size_t at, unsigned count) const
    {
        uint64_t two = word(at / 32) | uint64_t(word(at / 32 + 1)) << 32;
        return uint32_t(two >> at % 32 & ((uint64_t(1) << count) - 1));
    }

    /* Value of a lane, raw in the format of the stream. */
    int64_t value(const headrace_stream_info &s, unsigned lane) const
    {
        int64_t raw = bits(size_t(lane) * s.value_bits, s.value_bits);
        bool negative = s.is_signed && (raw >> (s.value_bits - 1) & 1) != 0;
        return negative ? raw - (int64_t(1) << s.value_bits) : raw;
    }

    bool operator==(const token &other) const { return words_ == other.words_; }
    bool operator!=(const token &other) const { return words_ != other.words_; }

  private:
    std::vector<uint32_t> words_;
};

/* A token of these values, one a lane. */
inline token make_token(const headrace_stream_info &s,
                        const std::vector<int64_t> &values)
{
    std::vector<uint32_t> words((s.width_bits + 31) / 32 + 1);
    for (size_t lane = 0; lane < values.size(); lane++) {
        size_t at = lane * s.value_bits;
        uint64_t raw =
            uint64_t(values[lane]) & ((uint64_t(1) << s.value_bits) - 1);
        words[at / 32] |= uint32_t(raw << at % 32);
        words[at / 32 + 1] |= uint32_t(raw << at % 32 >> 32);
    }
    return token(words.data(), (s.width_bits + 31) / 32);
}

inline std::ostream &operator<<(std::ostream &to, const token &t)
{
    for (size_t i = t.words(); i-- > 0;)
        to << std::hex << t.word(i) << (i > 0 ? "_" : "") << std::dec;
    return to;
}

inline void sc_trace(sc_core::sc_trace_file *file, const token &t,
                     const std::string &name)
{
    sc_core::sc_trace(file, t.word(0), name);
}

} // namespace headrace

#endif
