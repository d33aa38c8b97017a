/* link_run -- a link in token time (docs/links.md).
 *
 * Tokens become words, words cross the line, words become tokens again.  Times
 * of tokens are cycles of the board they are on, those of the line are link
 * cycles, and only here one becomes another, through the edges of both clocks
 * in femtoseconds.
 *
 * What is determinate.  Packers and unpackers read and write in a fixed order,
 * like any process: whatever is known already decides.  The framer does not.
 * Which stream it chooses depends on which packets are there first, and whether
 * it may go on depends on which words the receiver has read by then.  It goes
 * on as far as what is known decides that:
 * - A stop that a word may set acts L + R link cycles and more after that word
 *   was sent.  Only when the framer comes to that cycle has it to be known
 *   whether the word stop_at places before was read in time.
 * - A packet is chosen if no other one can be there earlier.  Of a packet that
 *   is not complete the tokens that are missing come one a cycle at most, and
 *   the next one later than the last one known.
 *
 * When that does not decide.  Let every process, edge and link be stuck.  Each
 * has at most one event that would come next if nothing unknown happened
 * before: the write of a process that could drain (process.h), the word that a
 * framer would send.  Let e be the earliest of all of these in femtoseconds.
 * Claim: e happens, as it stands.  Proof: what is unknown and ever happens
 * follows in some number of steps from what is known, and the first step of it
 * that is not known yet is one of these next events, for all else is stuck for
 * want of something unknown.  That one comes no earlier than e, and whatever
 * follows from it comes later than it: a FIFO lets through nothing in the
 * cycle it came in, a synchroniser shows nothing at the edge at which it was
 * set, the line takes a cycle at least.  So nothing unknown is there before e
 * that could have changed it.  Of two events at the same time neither can have
 * changed the other.
 *
 * Frames.  A link with one stream keeps them in order, so they can be cut apart
 * like those of other processes; with several, the packets of a frame may have
 * to wait for those of the next one. */
#ifndef HEADRACE_ENGINE_LINK_RUN_H
#define HEADRACE_ENGINE_LINK_RUN_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct channel;
struct link_state;
struct process_times;
struct run_link;
struct timing;

/* The link of process `process`, which has one; its channels are those of the
 * timing's streams, its waits are counted in `times`. */
struct link_state *link_state_new(struct arena *a, const struct timing *t,
                                  uint32_t process,
                                  struct channel *const *channels,
                                  const struct process_times *times);

/* Goes on as far as times are known; true if it got anywhere. */
bool link_advance(struct link_state *l);

/* All is stuck: true, and when (in fs), if it would send something next. */
bool link_could_send(const struct link_state *l, int64_t *time);
/* Decides for that. */
void link_take_chance(struct link_state *l);

/* Nothing that was read is still inside. */
bool link_is_empty(const struct link_state *l);

/* What input and output `port` wait for: for room at the output (true) or for
 * a token at the input. */
bool link_waits_for_room(const struct link_state *l, uint32_t port);

/* Link cycles in which there was a word on the line; of a crossing the tokens
 * that went through. */
uint64_t link_busy_cycles(const struct link_state *l);

/* The least link cycles that a frame takes on the line on average, rounded up;
 * of a crossing, cycles of either side. */
uint64_t link_cycles_per_frame(const struct timing *t, uint32_t process);

/* Whether the frames of a link can be cut apart. */
bool link_is_apart(const struct timing *t, uint32_t process);

/* Everything that its future depends on, relative to these cycles of sender,
 * line and receiver; `put` takes the values one by one.  `phase`, the link
 * cycle itself, decides when the line pauses. */
struct link_reference {
    int64_t sender, line, receiver;
};
void link_put_state(const struct link_state *l,
                    const struct link_reference *reference,
                    void (*put)(void *context, int64_t value), void *context);

void link_set_result(struct arena *a, const struct link_state *l,
                     struct run_link *to);

#endif
