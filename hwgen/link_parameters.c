#include "hwgen/link_parameters.h"

#include "base/text.h"
#include "design/design.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

static uint32_t streams(const struct link *l)
{
    return l->process->input_count;
}

static uint32_t token_bits(const struct link *l)
{
    uint32_t bits = 0;
    for (uint32_t i = 0; i < streams(l); i++)
        bits += l->process->inputs[i]->width_bits;
    return bits;
}

static uint32_t word_bits(const struct link *l)
{
    return l->type->word_bits;
}

static uint32_t packet_words(const struct link *l)
{
    return l->packet_words;
}

static uint32_t header_words(const struct link *l)
{
    return l->type->header_words;
}

static uint32_t trailer_words(const struct link *l)
{
    return l->type->trailer_words;
}

static uint32_t priority(const struct link *l)
{
    return l->order == LINK_PRIORITY;
}

static uint32_t store_forward(const struct link *l)
{
    return l->store_and_forward;
}

static uint32_t stages(const struct link *l)
{
    return l->type->synchroniser;
}

static uint32_t active(const struct link *l)
{
    return l->type->active;
}

static uint32_t active_of(const struct link *l)
{
    return l->type->active_of;
}

static uint32_t pause_cycles(const struct link *l)
{
    return l->type->compensation_cycles;
}

static uint32_t pause_period(const struct link *l)
{
    return l->type->compensation_period;
}

static uint32_t latency(const struct link *l)
{
    return l->latency;
}

static uint32_t return_latency(const struct link *l)
{
    return l->return_latency;
}

static uint32_t token_width(const struct link *l, uint32_t i)
{
    return l->process->inputs[i]->width_bits;
}

static uint32_t tokens(const struct link *l, uint32_t i)
{
    return (uint32_t)l->process->inputs[i]->tokens_per_frame;
}

static uint32_t send_words(const struct link *l, uint32_t i)
{
    return l->streams[i].send_words;
}

static uint32_t receive_words(const struct link *l, uint32_t i)
{
    return l->streams[i].receive_words;
}

static uint32_t stop_at(const struct link *l, uint32_t i)
{
    return l->streams[i].stop_at;
}

static uint32_t go_at(const struct link *l, uint32_t i)
{
    return l->streams[i].go_at;
}

enum {
    S = LINK_PART_SENDER,
    R = LINK_PART_RECEIVER,
    L = LINK_PART_LINE,
    C = LINK_PART_CROSSING
};

/* A number, or an item a stream. */
static const struct row {
    const char *name;
    unsigned parts; /* that have it */
    uint32_t (*number)(const struct link *l);
    uint32_t (*item)(const struct link *l, uint32_t stream);
} rows[] = {
    { "STREAMS", S | R | L | C, streams, NULL },
    { "TOKEN_BITS", S | R | C, token_bits, NULL },
    { "WORD_WIDTH", S | R | L, word_bits, NULL },
    { "PACKET_WORDS", S, packet_words, NULL },
    { "HEADER_WORDS", S, header_words, NULL },
    { "TRAILER_WORDS", S, trailer_words, NULL },
    { "PRIORITY", S, priority, NULL },
    { "STORE_FORWARD", S, store_forward, NULL },
    { "STAGES", S | R | C, stages, NULL },
    { "TOKEN_WIDTHS", S | R | C, NULL, token_width },
    { "TOKENS", S | R, NULL, tokens },
    { "SEND_WORDS", S | C, NULL, send_words },
    { "RECEIVE_WORDS", R, NULL, receive_words },
    { "STOP_AT", R, NULL, stop_at },
    { "GO_AT", R, NULL, go_at },
    { "ACTIVE", L, active, NULL },
    { "ACTIVE_OF", L, active_of, NULL },
    { "PAUSE_CYCLES", L, pause_cycles, NULL },
    { "PAUSE_PERIOD", L, pause_period, NULL },
    { "LATENCY", L, latency, NULL },
    { "RETURN_LATENCY", L, return_latency, NULL },
};

enum { ROWS = sizeof rows / sizeof *rows };

const char *link_module(enum link_part part)
{
    switch (part) {
    case LINK_PART_SENDER:
        return "link_sender";
    case LINK_PART_RECEIVER:
        return "link_receiver";
    case LINK_PART_LINE:
        return "link_line";
    case LINK_PART_CROSSING:
        return "link_crossing";
    }
    assert(false);
    return NULL;
}

static void add_list(struct text *t, const struct link *l,
                     const struct row *row, const char *id)
{
    text_printf(t, "    localparam logic [%" PRIu32 ":0] %s__%s = {",
                32 * streams(l) - 1, id, row->name);
    for (uint32_t i = streams(l); i-- > 0;)
        text_printf(t, "\n        32'd%" PRIu32 "%s", row->item(l, i),
                    i > 0 ? "," : "\n    };\n");
}

void link_package_rows(struct text *t, const struct link *l, const char *id)
{
    const bool crossing = l->type->kind == LINK_CROSSING;
    const unsigned parts = crossing ? C : S | R | L;
    text_printf(t, "\n    // %s: link of type %s\n", l->name, l->type->name);
    for (int i = 0; i < ROWS; i++) {
        if ((rows[i].parts & parts) == 0)
            continue;
        if (rows[i].item != NULL)
            add_list(t, l, &rows[i], id);
        else
            text_printf(t, "    localparam int %s__%s = %" PRIu32 ";\n", id,
                        rows[i].name, rows[i].number(l));
    }
}

void link_begin_instance(struct text *t, enum link_part part, const char *id,
                         const char *pkg)
{
    text_printf(t, "    %s #(", link_module(part));
    const char *comma = "";
    for (int i = 0; i < ROWS; i++) {
        if ((rows[i].parts & part) == 0)
            continue;
        text_printf(t, "%s\n        .%s(%s::%s__%s)", comma, rows[i].name, pkg,
                    id, rows[i].name);
        comma = ",";
    }
    text_add(t, "\n    )");
}
