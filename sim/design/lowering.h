/* lowering -- the parts of design_lower: what they share.  Inside of
 * sim/design. */
#ifndef HEADRACE_DESIGN_LOWERING_H
#define HEADRACE_DESIGN_LOWERING_H

#include <stdbool.h>
#include <stdint.h>

#include "design/design.h"

struct arena;
struct diag;
struct kernel_table;

/* Who reads a tensor: one stream a reader, handed out in order. */
struct readers {
    uint32_t count; /* inputs of layers, and the design's output */
    uint32_t taken;
    struct stream **streams;
};

struct lowering {
    struct arena *arena;
    const struct network *network; /* with what can be folded folded in */
    const struct network *given;   /* as the user wrote it */
    const struct hardware *hardware;
    const struct kernel_table *kernels;
    struct diag *diag;
    struct design *design;
    const char **base_names; /* by stream: its name without the copy */
    /* The copy of the network that is being lowered: its processes are named
     * NAME.copy. */
    uint32_t copies, copy;
    struct readers *readers;      /* by layer + 1; 0 is the input's */
    uint32_t board;               /* on which processes are put */
    const uint32_t *layer_boards; /* by layer of `network` */
};

/* Reports options for layers that are not there or cannot have them. */
void lowering_check_options(const struct lowering *w);
/* "the network has no layer 'LAYER' WHAT", with the one that may be meant. */
void lowering_report_no_layer(const struct lowering *w, const char *layer,
                              struct place where, const char *what);

/* Chooses the kind and depth of every FIFO, once the graph stands. */
void lowering_choose_fifos(const struct lowering *w);

/* --- boards (docs/links.md, Placement) ------------------------------------ */

/* The boards and links of the design, and where its layers are. */
void lowering_place_layers(struct lowering *w);
/* The board of a layer, or of one of `copies` of it. */
uint32_t lowering_board(const struct lowering *w, const struct layer *l,
                        uint32_t copy);
/* That of the clone behind a tensor, or of its first reader: the one that all
 * who read it are on, else `otherwise`. */
uint32_t lowering_reading_board(const struct lowering *w,
                                const struct tensor *t, uint32_t otherwise);
/* Leads the streams between boards over links, once the graph stands, and
 * orders the processes by boards. */
void lowering_cross(struct lowering *w);

/* --- building ------------------------------------------------------------ */

/* "base.suffix", with the number of the copy between the two where the
 * network has several. */
const char *lowering_name(const struct lowering *w, const char *base,
                          const char *suffix);

/* Room for the most processes and streams there can be. */
void lowering_make_room(struct lowering *w);

/* base_name: under which FIFO options find it besides its own. */
struct stream *lowering_stream(struct lowering *w, const char *name,
                               const char *base_name, struct shape shape,
                               struct format format, uint32_t lanes,
                               struct process *producer);

/* A process with room for these ports, whose inputs have to be set by
 * lowering_connect. */
struct process *lowering_process(struct lowering *w, const char *name,
                                 const char *kernel, const struct layer *l,
                                 uint32_t inputs, uint32_t outputs);
void lowering_connect(struct process *p, uint32_t port, struct stream *input);
/* The only output of p, "NAME.out"; base as for lowering_stream, a process's
 * name. */
struct stream *lowering_output(struct lowering *w, struct process *p,
                               const char *base, struct shape shape,
                               struct format format, uint32_t lanes);

/* Input `port` of layer l with these lanes: the stream itself, or what
 * width converters behind it deliver. */
struct stream *lowering_with_lanes(struct lowering *w, const struct layer *l,
                                   uint32_t port, struct stream *s,
                                   uint32_t lanes);
/* The stream under another shape of as many values. */
struct stream *lowering_with_shape(struct lowering *w, const struct layer *l,
                                   uint32_t port, struct stream *s,
                                   struct shape shape);

/* `count` streams that carry what s carries: s itself, or a clone's.  The
 * clone is named after `base`. */
void lowering_fork(struct lowering *w, const char *base, const struct layer *l,
                   struct stream *s, uint32_t count, struct stream **out);

/* Frame after frame of s to one of `copies` streams in turn, and back. */
void lowering_dispatch(struct lowering *w, const char *base,
                       const struct layer *l, struct stream *s, uint32_t copies,
                       struct stream **out);
struct stream *lowering_collect(struct lowering *w, const char *base,
                                const struct layer *l, struct stream *const *in,
                                uint32_t copies);

/* --- lanes --------------------------------------------------------------- */

/* Lanes that do not divide the channels are reported and replaced by all
 * channels, so that the rest can still be checked.  0: `otherwise`. */
uint32_t lowering_lanes(const struct lowering *w, uint32_t lanes,
                        uint32_t otherwise, uint32_t channels, const char *of,
                        struct place where);

/* Brings the inputs of layer l to the lanes that it works with; returns those
 * of its output. */
uint32_t lowering_adapt_lanes(struct lowering *w, const struct layer *l,
                              struct stream **in);

/* --- layers -------------------------------------------------------------- */

/* The stream that carries a tensor to the next of its readers. */
struct stream *lowering_take(struct lowering *w, const struct tensor *t);

/* A flattened tensor still comes in pixels: a dense takes it as it is, and so
 * does what passes tokens on. */
bool lowering_takes_flattened(const struct layer *l);

/* --- HLS families -------------------------------------------------------- */

/* As fold and check of a kernel: the reuse factor and the numbers of the
 * report. */
void lowering_fold_hls(struct lowering *w, struct process *p,
                       const struct layer_options *o);
/* Its numbers from the calibration; none if it has no row. */
void lowering_calibrate_hls(const struct lowering *w, struct process *p,
                            enum strategy strategy);
/* Takes the numbers of processes from the synthesis reports, if there are any;
 * `timing` of a layer goes before. */
void lowering_read_hls_reports(const struct lowering *w);
/* The FIFO that the tool would build; o: what is asked for it, or NULL. */
void lowering_choose_hls_fifo(const struct lowering *w, struct stream *s,
                              const struct fifo_options *o);
/* How far the numbers of all processes can be trusted. */
void lowering_trust_hls(const struct lowering *w);
/* Reports what such a design cannot have. */
void lowering_check_hls(const struct lowering *w);
/* Whether the numbers of a report that it needs are there, if any. */
bool lowering_has_hls_numbers(const struct process *p);

/* The processes of layer `index` of the network. */
void lowering_layer(struct lowering *w, uint32_t index);

#endif
