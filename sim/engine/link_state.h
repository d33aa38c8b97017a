/* link_state -- a link while it is evaluated.  Inside the engine; see
 * link_run.h for what it does and why that is right.
 *
 * The words of a stream are counted from 0 for ever.  What is to be known of
 * word j stands in rings at j modulo their size: as many words as the FIFO in
 * question holds, or more. */
#ifndef HEADRACE_ENGINE_LINK_STATE_H
#define HEADRACE_ENGINE_LINK_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "design/clock.h"
#include "design/link.h"
#include "engine/channel.h"
#include "engine/line.h"

struct arena;

/* A register of one clock seen in another. */
struct crossing {
    const struct clock *from, *to;
    int64_t synchroniser;
    bool same; /* one clock */
};

/* The first cycle of the other clock in which something that happens in
 * `cycle` is seen. */
static inline int64_t crossing_seen(const struct crossing *c, int64_t cycle)
{
    if (c->same)
        return cycle + 1 + c->synchroniser;
    return clock_edge_after(c->to, clock_edge(c->from, cycle)) +
           c->synchroniser;
}

/* The receiver's end of flow control as the framer sees it.  A stop comes with
 * a word that arrives, and goes with one that is read; both are looked at only
 * when the framer comes to the cycle in which they could matter. */
struct flow {
    struct line back;
    bool stopped;       /* and nothing clears it before halt_until */
    int64_t halt_until; /* not halted from that link cycle on, up to the next
                           stop */
    uint64_t checked;   /* words that are known to set no stop */
    uint64_t arrived;   /* stopped: words written before the read looked at */
    uint64_t clearing;  /* stopped: the read that may clear it */
};

struct link_way {
    const struct link_stream *stream;
    struct channel *in, *out;
    uint64_t tokens_per_frame, words_per_frame;

    /* Packer, in cycles of the sender. */
    int64_t token_from;    /* first cycle in which the register can take one */
    uint64_t packed_frame; /* tokens of the frame that were read */
    uint32_t in_word;      /* tokens in a word that is not full */
    uint32_t words_due;    /* in a full register */
    int64_t due_from;      /* first cycle in which the next can be written */
    uint64_t packed;       /* words in the send FIFO so far */

    /* Send FIFO: when word j is written, seen by the framer, and when its
     * place is seen to be free. */
    uint64_t send_mask;
    int64_t *written_at, *seen_at, *free_at;
    uint32_t send_peak;

    /* Framer. */
    uint64_t sent;
    uint64_t sent_frame; /* words of the frame that were sent */
    struct flow flow;

    /* Receive buffer: the link cycle in which word j arrives, when it can be
     * read, and the link cycle in which that read is seen. */
    uint64_t receive_mask;
    int64_t *arrives_at, *readable_at, *read_seen_at;
    uint32_t receive_peak;

    /* Unpacker, in cycles of the receiver. */
    uint64_t unpacked;       /* words read */
    int64_t word_from;       /* first cycle in which it can take a word */
    uint32_t words_in;       /* of a token that is not complete */
    uint64_t unpacked_frame; /* tokens of the frame that were in full words */
    uint32_t tokens_due;     /* in a full register */
    int64_t token_due_from;  /* first cycle in which the next can be written */
};

struct link_state {
    const struct link *link;
    uint32_t way_count;
    struct link_way *ways;
    struct crossing to_line, to_sender, to_receiver, from_receiver;
    uint64_t *starved_by, *blocked_by; /* those of the process */

    struct line line;
    int64_t now;      /* next link cycle in which a word may be sent */
    uint32_t last;    /* the way chosen last */
    bool in_packet;   /* of that way */
    bool payload;     /* more of it to come */
    uint32_t headers; /* to go */
    uint32_t trailers;
    uint64_t in_this; /* payload words of the packet sent */
    uint64_t line_words;
    /* What would be sent next if nothing unknown happened before. */
    bool could_send;
    int64_t could_cycle;
    uint32_t could_way;
};

/* Tokens as far as times are known; true if any. */
bool link_pack(struct link_state *l, uint32_t way);
bool link_unpack(struct link_state *l, uint32_t way);
/* A token across, of a link of kind crossing. */
bool link_cross(struct link_state *l, uint32_t way);
/* Words over the line as far as it is known which. */
bool link_frame(struct link_state *l);

/* Is the way halted in cycle n of the link clock?  HALTED: until *until at
 * least.  Cycles do not go back behind words that were sent. */
enum halt { HALT_NONE, HALT_ON, HALT_UNKNOWN };
enum halt link_halt(const struct link_state *l, struct link_way *w, int64_t n,
                    int64_t *until);

/* The earliest that a word which is not packed yet can be seen by the framer,
 * `ahead` words after the next one. */
int64_t link_word_bound(const struct link_state *l, const struct link_way *w,
                        uint64_t ahead);

#endif
