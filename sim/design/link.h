/* link -- what carries streams from one board to another (docs/links.md). */
#ifndef HEADRACE_DESIGN_LINK_H
#define HEADRACE_DESIGN_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "design/clock.h"

struct process;
struct stream;

enum link_kind { LINK_CROSSING, LINK_FRAMED };
enum link_order { LINK_ROUND_ROBIN, LINK_PRIORITY };

/* The kind of a link, from the catalogue (models/links) or a file.  Of a
 * crossing only `synchroniser` and `send_words`. */
struct link_type {
    const char *name;        /* "aurora-64b66b-10g" */
    const char *description; /* for people; NULL: none */
    enum link_kind kind;
    struct clock clock; /* link clock */
    uint32_t word_bits;
    uint32_t active, active_of; /* of so many cycles so many are usable */
    uint32_t compensation_cycles, compensation_period; /* 0: none */
    uint32_t latency, return_latency; /* link cycles, without cable */
    uint32_t header_words, trailer_words, packet_words;
    uint32_t synchroniser; /* registers, 2 or 3 */
    uint32_t send_words;   /* of the send FIFO; 0: as few as work well */
    uint64_t hz_numerator, hz_denominator; /* of the link clock */
    /* Of the vendor's core at one end, which is no part of our RTL; 0: none, or
     * not known. */
    uint64_t core_lut, core_ff, core_bram18;
};

/* One stream of a link: inputs[i] of its process is carried to outputs[i]. */
struct link_stream {
    uint32_t tokens_per_word, words_per_token; /* one of them is 1 */
    uint32_t send_words, receive_words;        /* powers of two */
    uint32_t stop_at, go_at;                   /* words in the buffer */
    uint32_t in_flight; /* most words that arrive after stop_at is reached */
};

/* A link of a design: the process of kernel "link" has one. */
struct link {
    const char *name;
    uint32_t index; /* in design.links */
    const struct link_type *type;
    uint32_t from, to; /* boards */
    uint32_t cable_cycles;
    uint32_t latency, return_latency; /* with the cable: L and R */
    enum link_order order;
    bool store_and_forward;
    uint32_t packet_words, send_words;
    struct process *process;     /* NULL: it carries nothing */
    struct link_stream *streams; /* by port of the process, in the order of
                                    priority */
};

/* ceil(N / g), or N * q. */
uint64_t link_words_per_frame(const struct stream *s,
                              const struct link_stream *k);

/* Whether a word can be sent in cycle n of the link clock. */
static inline bool link_type_is_usable(const struct link_type *t, uint64_t n)
{
    return (n % t->active_of * t->active) % t->active_of < t->active &&
           (t->compensation_period == 0 ||
            n % t->compensation_period <
                t->compensation_period - t->compensation_cycles);
}

/* Cycles after which the pattern of usable ones repeats. */
uint64_t link_type_pattern(const struct link_type *t);
/* Patterns that repeat later are refused when a type is read: what follows
 * looks at a whole one. */
enum { LINK_PATTERN_MAX = 1 << 20 };

/* The most usable cycles in any stretch of `cycles` ones; and the longest run
 * of unusable ones. */
uint32_t link_type_most_usable(const struct link_type *t, uint32_t cycles);
uint32_t link_type_longest_pause(const struct link_type *t);

/* Link cycles that a cable of so many picoseconds takes, rounded up. */
uint32_t link_type_cable_cycles(const struct link_type *t, uint64_t cable_ps);

/* A FIFO on a link and its buffer hold at most so many words. */
enum { LINK_WORDS_MAX = 1 << 20 };

/* What the user asks of a link; 0: as few as work well. */
struct link_sizes {
    uint32_t send_words, receive_words, stop_at, go_at;
};

enum link_fault {
    LINK_FITS,
    LINK_SEND_WORDS,    /* fewer than two packets, or than 4 */
    LINK_RECEIVE_WORDS, /* fewer than stop_at + in_flight */
    LINK_GO_AT,         /* not below stop_at */
};

/* Sets the streams of a link whose other fields and process are set: all that
 * follows from the width of its tokens (docs/links.md, Words and Receive
 * buffer).  Else the fault of stream *at, whose in_flight is set, and the least
 * (of go_at: the most) that would do in *bound. */
enum link_fault link_size(struct link *l, const struct link_sizes *asked,
                          uint32_t *at, uint32_t *bound);

#endif
