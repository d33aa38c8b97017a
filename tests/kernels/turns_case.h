/* turns_case -- dispatch and collect, which hand frames out and in by turns:
 * one stream at one end, as many as copies at the other. */
#ifndef HEADRACE_TESTS_KERNELS_TURNS_CASE_H
#define HEADRACE_TESTS_KERNELS_TURNS_CASE_H

#include "tests/kernels/kernel_case.h"

/* A case of "dispatch" or "collect" with so many streams at the other end. */
struct kernel_case turns_case(const char *kernel, struct shape shape,
                              uint32_t lanes, uint32_t copies);

/* Compares schedules under random late inputs, and values, of random cases
 * with the page. */
void turns_case_check_random(const char *kernel);

/* Whether the schedule of large frames is short. */
void turns_case_check_compact(const char *kernel);

#endif
