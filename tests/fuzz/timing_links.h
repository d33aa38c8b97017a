/* timing_links -- cuts a random timing over clock domains and joins the parts
 * by random links.
 *
 * Clocks are equal, related, unrelated or drifting; links cross, are cut
 * through, or store and forward with one stream or several; buffers are as
 * small as docs/links.md allows, or larger. */
#ifndef HEADRACE_TESTS_FUZZ_TIMING_LINKS_H
#define HEADRACE_TESTS_FUZZ_TIMING_LINKS_H

#include <stdint.h>

struct arena;
struct timing;

/* Of the streams between processes those get a link whose ends come to be in
 * different domains, and a few more.  NULL: nothing to cut. */
struct timing *timing_cut(struct arena *a, const struct timing *t,
                          uint64_t seed);

#endif
