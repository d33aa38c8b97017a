/* reference_link -- a link as docs/links.md has it, register by register.
 *
 * Three clocked parts: sender, line, receiver.  Each is evaluated and committed
 * at the edges of its own clock; whatever goes from one to another goes through
 * a chain of registers clocked by the other. */
#ifndef HEADRACE_TESTS_REFERENCE_LINK_H
#define HEADRACE_TESTS_REFERENCE_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/reference/reference_fifo.h"

struct arena;
struct link;
struct link_stream;
struct timing;

/* A counter seen through registers of another clock. */
struct reference_seen {
    uint32_t registers;
    uint64_t chain[4]; /* the last of `registers` is what is seen */
    uint64_t next;     /* eval: what the first takes */
};

struct reference_way {
    const struct link_stream *stream;
    struct reference_fifo *in, *out;
    uint64_t tokens_per_frame, words_per_frame;

    /* Sender. */
    uint32_t tokens;             /* in the register, which is not full */
    uint32_t words_left;         /* of a full register; 0: it is not full */
    uint64_t frame_tokens;       /* read of the frame */
    uint64_t frame_words;        /* written of the frame */
    uint64_t written;            /* words, ever: the write pointer */
    uint64_t complete;           /* packets, ever */
    struct reference_seen freed; /* send_read as the sender sees it */

    /* Line, sending. */
    uint64_t send_read;  /* words: the read pointer */
    uint64_t line_words; /* of the frame */
    uint64_t chosen;     /* packets begun */
    bool halted;
    struct reference_seen arrived_here, complete_here;
    /* Line, receiving. */
    struct cycle_list on_the_way; /* arrival cycles */
    uint64_t received;            /* words: the write pointer */
    bool stop, told;
    struct reference_seen taken; /* unpacked as the line sees it */

    /* Receiver. */
    uint64_t unpacked;           /* words: the read pointer */
    struct reference_seen there; /* received as the receiver sees it */
    uint32_t words_in;           /* of a token that is not complete */
    uint32_t tokens_left;        /* in a full register; 0: it is empty */
    uint64_t out_tokens;         /* of the frame, in registers that were full */

    uint32_t send_peak, receive_peak;
    /* What eval found. */
    bool reads, writes_word, sends, receives, next_stop, takes_word,
        writes_token;
};

struct reference_told {
    uint64_t cycle; /* from which on it is so */
    uint32_t stops;
};

struct reference_link {
    const struct link *link;
    struct arena *arena;
    uint32_t way_count;
    struct reference_way *ways;
    uint32_t sender, receiver; /* domains */
    bool crossing;

    bool inside; /* a packet of `way` */
    uint32_t way;
    uint32_t headers, words, trailers; /* to go */
    uint32_t last;                     /* chosen */
    struct reference_told *tellings;   /* on the way back */
    uint32_t telling_count;
    uint64_t line_count; /* words of any kind */
    /* What eval found. */
    bool begins, line_busy, tells;
    uint32_t chosen;
};

void reference_link_start(struct reference_link *l, struct arena *a,
                          const struct timing *t, uint32_t process,
                          struct reference_fifo *fifos);

/* At an edge of the clock of each part; commits follow when all that have an
 * edge at that time are evaluated.  Commits tell whether a token moved
 * (sender, receiver), and whether anything did. */
void reference_link_eval_sender(struct reference_link *l, uint64_t cycle);
void reference_link_eval_line(struct reference_link *l, uint64_t cycle);
void reference_link_eval_receiver(struct reference_link *l, uint64_t cycle);
struct reference_moved {
    bool token, anything;
};
struct reference_moved reference_link_commit_sender(struct reference_link *l,
                                                    uint64_t cycle);
struct reference_moved reference_link_commit_line(struct reference_link *l,
                                                  uint64_t cycle);
struct reference_moved reference_link_commit_receiver(struct reference_link *l,
                                                      uint64_t cycle);

/* Nothing is inside. */
bool reference_link_done(const struct reference_link *l);
/* Cycles, of the slowest of its clocks, in which something can be under way
 * without anything moving. */
uint64_t reference_link_patience(const struct reference_link *l);

#endif
