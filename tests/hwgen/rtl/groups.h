// groups -- what the files of the groups of modules have for cases.cpp and
// make_top.cpp; the models are in models.h.
#ifndef TESTS_HWGEN_RTL_GROUPS_H
#define TESTS_HWGEN_RTL_GROUPS_H

#include "draw.h"
#include "instance.h"

namespace rtl_test
{

// Appends the fixed table, then 'random_count' drawn cases. A name is the
// module and what is special; the shape is appended by all_cases.
void add_stream_cases(std::vector<test_case> &all, random_engine &r,
                      int random_count);
void add_arithmetic_cases(std::vector<test_case> &all, random_engine &r,
                          int random_count);

// The shape of a case in a few words.
std::string stream_shape(const test_case &c);
std::string arithmetic_shape(const test_case &c);

// Parameters of the instance; memory files, if any, are base + "_NAME.hex".
void add_stream_parameters(parameter_list &list, const test_case &c);
void add_arithmetic_parameters(parameter_list &list, const test_case &c,
                               const std::string &base);
void write_arithmetic_memories(const test_case &c, const std::string &base);

} // namespace rtl_test

#endif
