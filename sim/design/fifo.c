#include "design/fifo.h"

#include "base/arena.h"
#include "base/nearest.h"
#include "base/text.h"
#include "design/design.h"

#include <assert.h>
#include <stddef.h>

enum {
    /* From these sizes on the tool takes RAM: bits of a FIFO (Vitis: seen up to
     * 750 and from 1026 on), entries (Vivado: up to 36 and from 169 on). */
    VITIS_RAM_BITS = 1000,
    VIVADO_RAM_DEPTH = 100
};

static uint32_t least_depth(enum fifo_kind kind)
{
    return kind == FIFO_BRAM ? 2 : 1;
}

bool fifo_check(const char *stream, enum fifo_kind kind, uint32_t depth,
                struct place where, struct diag *d)
{
    uint32_t least = least_depth(kind);
    if (depth >= least && depth <= FIFO_DEPTH_MAX)
        return true;
    diag_error(d, where, DIAG_FIFO,
               "depth %u of '%s' is outside %u..%u for FIFO kind '%s'", depth,
               stream, least, (uint32_t)FIFO_DEPTH_MAX, fifo_kind_name(kind));
    if (kind == FIFO_BRAM && depth == 1)
        diag_hint(d, "kind 'srl' or 'auto' can be 1 token deep");
    return false;
}

static enum fifo_kind kind_by_rule(const struct stream *s)
{
    switch (s->rule) {
    case FIFO_RULE_OURS:
        return s->depth <= FIFO_AUTO_SRL_MAX ? FIFO_SRL : FIFO_BRAM;
    case FIFO_RULE_VITIS:
        return s->depth > 1 &&
                       (uint64_t)s->depth * s->width_bits >= VITIS_RAM_BITS
                   ? FIFO_RAM
                   : FIFO_SRL;
    case FIFO_RULE_VIVADO:
        return s->depth >= VIVADO_RAM_DEPTH ? FIFO_BRAM : FIFO_SRL;
    case FIFO_RULE_PORT:
        return FIFO_SRL;
    }
    assert(false && "no such rule");
    return FIFO_SRL;
}

void fifo_set(struct stream *s, enum fifo_kind kind, uint32_t depth)
{
    assert(depth >= least_depth(kind) && depth <= FIFO_DEPTH_MAX);
    s->auto_kind = kind == FIFO_AUTO;
    s->depth = depth;
    s->kind = kind == FIFO_AUTO ? kind_by_rule(s) : kind;
}

bool fifo_is_chosen(const struct stream *s)
{
    return !s->inner && s->rule != FIFO_RULE_PORT;
}

void fifo_report_unknown(const struct design *design, const char *name,
                         struct place where, struct diag *d)
{
    struct arena *scratch = arena_new();
    const char **names =
        arena_new_array(scratch, const char *, design->stream_count + 1);
    struct text *list = text_new(scratch);
    uint32_t count = 0;
    for (uint32_t i = 0; i < design->stream_count; i++) {
        if (!fifo_is_chosen(&design->streams[i]))
            continue;
        text_printf(list, "%s%s", count == 0 ? "" : ", ",
                    design->streams[i].name);
        names[count++] = design->streams[i].name;
    }
    const char *nearest = nearest_word(names, name);
    diag_error(d, where, DIAG_FIFO, "there is no stream '%s'; there are: %s",
               name, text_string(list));
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    arena_free(scratch);
}

struct stream *fifo_find(const struct design *design, const char *name,
                         struct place where, struct diag *d)
{
    struct stream *s = design_stream(design, name);
    if (s != NULL && fifo_is_chosen(s))
        return s;
    if (s != NULL && !s->inner)
        diag_error(d, where, DIAG_FIFO,
                   "'%s' is a port: HLS puts a register slice of %u tokens "
                   "there, whatever is asked for",
                   name, s->depth);
    else
        fifo_report_unknown(design, name, where, d);
    return NULL;
}

uint32_t stream_tokens_per_pixel(const struct stream *s)
{
    return s->shape.c / s->lanes;
}

/* As many whole frames as can be counted. */
static uint32_t frames_capacity(const struct stream *s)
{
    assert(s->tokens_per_frame >= 1 && s->tokens_per_frame <= UINT32_MAX);
    uint32_t most = (uint32_t)(UINT32_MAX / s->tokens_per_frame);
    return (s->depth < most ? s->depth : most) * (uint32_t)s->tokens_per_frame;
}

/* The block-RAM kind has an output register in front of its memory. */
uint32_t stream_capacity(const struct stream *s)
{
    if (s->kind == FIFO_FRAME)
        return frames_capacity(s);
    return s->kind == FIFO_BRAM ? s->depth + 1 : s->depth;
}

uint32_t stream_write_latency(const struct stream *s)
{
    if (s->latency != 0)
        return s->latency;
    return s->kind == FIFO_SRL ? 1 : 2;
}

uint32_t stream_read_latency(const struct stream *s)
{
    (void)s; /* one cycle, whatever the kind */
    return 1;
}
