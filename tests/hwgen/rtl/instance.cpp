#include "instance.h"

#include <cstdlib>

namespace rtl_test
{

void parameter_list::add_text(const std::string &name, const std::string &value)
{
    all += (all.empty() ? "." : ", .") + name + "(" + value + ")";
}

void parameter_list::add(const std::string &name, int value)
{
    add_text(name, std::to_string(value));
}

void parameter_list::add_file(const std::string &name, const std::string &path)
{
    add_text(name, "\"" + path + "\"");
}

void parameter_list::add_format(const std::string &prefix, const format &f,
                                bool quant, bool overflow)
{
    add(prefix + "_WIDTH", f.width);
    add(prefix + "_FRAC", f.frac);
    if (prefix != "ACC")
        add(prefix + "_SIGNED", f.is_signed);
    if (quant)
        add(prefix + "_QUANT", f.quant);
    if (overflow)
        add(prefix + "_OVERFLOW", f.overflow);
}

FILE *open_or_die(const std::string &path)
{
    FILE *f = std::fopen(path.c_str(), "w");
    if (!f) {
        std::perror(path.c_str());
        std::exit(2);
    }
    return f;
}

memory_writer::memory_writer(const std::string &path) : f(open_or_die(path)) {}

memory_writer::~memory_writer()
{
    std::fclose(f);
}

void memory_writer::append(wide value, int width)
{
    for (int b = 0; b < width; b++)
        bits.push_back(value >> b & 1);
}

void memory_writer::end_word()
{
    for (size_t digit = (bits.size() + 3) / 4; digit-- > 0;) {
        int v = 0;
        for (size_t b = 0; b < 4; b++)
            if (digit * 4 + b < bits.size() && bits[digit * 4 + b])
                v |= 1 << b;
        std::fprintf(f, "%x", v);
    }
    std::fputc('\n', f);
    bits.clear();
}

} // namespace rtl_test
