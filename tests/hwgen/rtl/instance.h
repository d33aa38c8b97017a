// instance -- text of a module instance: its parameters and the memory files
// they name.
#ifndef TESTS_HWGEN_RTL_INSTANCE_H
#define TESTS_HWGEN_RTL_INSTANCE_H

#include "cases.h"

#include <cstdio>

namespace rtl_test
{

class parameter_list
{
  public:
    void add(const std::string &name, int value);
    void add_text(const std::string &name, const std::string &value);
    void add_file(const std::string &name, const std::string &path);

    // PREFIX_WIDTH, PREFIX_FRAC, PREFIX_SIGNED (not of ACC), and with the modes
    // PREFIX_QUANT, PREFIX_OVERFLOW.
    void add_format(const std::string &prefix, const format &f, bool quant,
                    bool overflow);

    const std::string &text() const { return all; }

  private:
    std::string all;
};

// A file for $readmemh. A word is put together from values, the first lowest.
class memory_writer
{
  public:
    explicit memory_writer(const std::string &path);
    ~memory_writer();
    memory_writer(const memory_writer &) = delete;
    memory_writer &operator=(const memory_writer &) = delete;

    void append(wide value, int width);
    void end_word();

  private:
    FILE *f;
    std::vector<bool> bits;
};

FILE *open_or_die(const std::string &path);

} // namespace rtl_test

#endif
