/* systemc_parts -- the processes that are at RTL: what hwgen/rtl_parts.c writes
 * for each design, and systemc_harness.cpp puts in the place of modelled ones.
 */
#ifndef HEADRACE_SYSTEMC_PARTS_HPP
#define HEADRACE_SYSTEMC_PARTS_HPP

#include "headrace_sc_rtl.hpp"

struct rtl_part {
    size_t process;
    std::unique_ptr<headrace::block> (*make)(const headrace_platform *p);
};

extern const std::vector<rtl_part> rtl_parts;

#endif
