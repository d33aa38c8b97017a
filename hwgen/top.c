#include "hwgen/top.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "hwgen/identifiers.h"
#include "hwgen/parameters.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

uint32_t top_tdata_bits(const struct stream *s)
{
    return (s->width_bits + 7) / 8 * 8;
}

static const char *fifo_module(const struct stream *s)
{
    switch (s->kind) {
    case FIFO_SRL:
        return "fifo_srl";
    case FIFO_BRAM:
        return "fifo_bram";
    case FIFO_FRAME:
        return "fifo_frame";
    case FIFO_AUTO:
    case FIFO_RAM: /* of an HLS family */
        break;
    }
    assert(false);
    return NULL;
}

/* Parameters are 32-bit integers in the RTL. */
static bool fits(uint64_t value, const char *what, const char *owner,
                 struct diag *diag)
{
    if (value <= INT32_MAX)
        return true;
    diag_error(diag, (struct place){ 0 }, DIAG_UNSUPPORTED,
               "'%s' has %" PRIu64 " %s, the hardware counts to %" PRId32,
               owner, value, what, INT32_MAX);
    return false;
}

static bool check_stream(const struct stream *s, struct diag *diag)
{
    if (!fits(s->tokens_per_frame, "tokens a frame", s->name, diag))
        return false;
    return s->kind != FIFO_FRAME ||
           fits(s->tokens_per_frame * s->depth, "tokens in its frame buffer",
                s->name, diag);
}

static bool check_process(const struct process *p, struct diag *diag)
{
    if (module_find(p->kernel->name) == NULL) {
        struct place where = { 0 };
        diag_error(diag, p->layer == NULL ? where : p->layer->place,
                   DIAG_UNSUPPORTED,
                   "there is no hardware for kernel '%s' of '%s'",
                   p->kernel->name, p->name);
        return false;
    }
    assert(p->input_count >= 1 && p->output_count >= 1);
    for (uint32_t i = 0; i < p->input_count; i++)
        if (!fits(shape_count(p->inputs[i]->shape), "values a frame", p->name,
                  diag))
            return false;
    return fits(p->reuse_factor, "weight words", p->name, diag) &&
           fits(p->relu_max, "as the limit of its ReLU", p->name, diag);
}

bool top_check(const struct design *d, struct diag *diag)
{
    if (!family_is_ours(d->family)) {
        diag_error(diag, (struct place){ 0 }, DIAG_UNSUPPORTED,
                   "design '%s' is of family %s, for which no RTL can be "
                   "generated: that is made by the tool itself",
                   d->name, design_family_name(d));
        return false;
    }
    if (d->source.pattern != NULL || d->sink.pattern != NULL ||
        d->source.frame_period != 0 || d->sink.frame_period != 0) {
        diag_error(diag, (struct place){ 0 }, DIAG_UNSUPPORTED,
                   "source or sink of '%s' have a 'pattern' or "
                   "'frame_period', which the generated testbench has not",
                   d->name);
        return false;
    }
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (!check_stream(&d->streams[i], diag))
            return false;
    for (uint32_t i = 0; i < d->process_count; i++)
        if (!check_process(&d->processes[i], diag))
            return false;
    return true;
}

const char **top_roots(struct arena *a, const struct design *d, size_t *count)
{
    const char **roots =
        arena_new_array(a, const char *,
                        (size_t)d->process_count + d->stream_count + 2);
    size_t n = 0;
    for (uint32_t i = 0; i < d->process_count; i++)
        roots[n++] = d->processes[i].kernel->name;
    for (uint32_t i = 0; i < d->stream_count; i++)
        roots[n++] = fifo_module(&d->streams[i]);
    roots[n++] = "frame_checker";
    roots[n++] = "frame_marker";
    *count = n;
    return roots;
}

/* The module.  Stream `id` has its write side in id_in_data, _valid, _ready
 * and its read side in id_out_*. */

static const char *end_name(const struct process *p, const char *edge)
{
    return p == NULL ? edge : p->name;
}

static void declare_stream(struct text *t, const struct stream *s,
                           const char *id, const char *pkg)
{
    static const char *const sides[] = { "in", "out" };
    text_printf(t, "\n    // %s: from %s to %s\n", s->name,
                end_name(s->producer, "s_axis"),
                end_name(s->consumer, "m_axis"));
    for (int i = 0; i < 2; i++)
        text_printf(t,
                    "    logic [%s::%s__WIDTH-1:0] %s_%s_data;\n"
                    "    logic %s_%s_valid, %s_%s_ready;\n",
                    pkg, id, id, sides[i], id, sides[i], id, sides[i]);
}

static void instantiate_fifo(struct text *t, const struct stream *s,
                             const char *id, const char *pkg,
                             bool runtime_depths)
{
    text_printf(t,
                "\n    %s #(\n"
                "        .WIDTH(%s::%s__WIDTH),\n",
                fifo_module(s), pkg, id);
    if (s->kind == FIFO_FRAME)
        text_printf(t,
                    "        .TOKENS(%s::%s__TOKENS),\n"
                    "        .BANKS(%s::%s__DEPTH)\n",
                    pkg, id, pkg, id);
    else
        text_printf(t, "        .DEPTH(%s::%s__DEPTH)\n", pkg, id);
    text_printf(t,
                "    ) %s_fifo (\n"
                "        .clk(clk),\n"
                "        .rst(rst),\n",
                id);
    if (runtime_depths)
        text_printf(t, "        .limit(limits[%" PRIu32 "*32 +: 32]),\n",
                    s->index);
    else
        text_printf(t, "        .limit(%s::%s__DEPTH),\n", pkg, id);
    text_printf(t,
                "        .in_data(%s_in_data),\n"
                "        .in_valid(%s_in_valid),\n"
                "        .in_ready(%s_in_ready),\n"
                "        .out_data(%s_out_data),\n"
                "        .out_valid(%s_out_valid),\n"
                "        .out_ready(%s_out_ready)\n"
                "    );\n",
                id, id, id, id, id, id);
}

/* Connects one side of a process to its streams, which have their other side
 * there: a process reads where FIFOs are read. */
struct side {
    const char *port, *stream; /* "in", "out" */
    struct stream *const *streams;
    uint32_t count;
};

static void connect_port(struct text *t, const struct side *s,
                         const struct identifiers *ids, const char *signal,
                         const char *end)
{
    text_printf(t, "        .%s_%s(", s->port, signal);
    if (s->count > 1)
        text_add(t, "{");
    for (uint32_t i = s->count; i-- > 0;) {
        if (s->count > 1)
            text_add(t, "\n            ");
        text_printf(t, "%s_%s_%s%s", ids->streams[s->streams[i]->index],
                    s->stream, signal, i > 0 ? "," : "");
    }
    text_printf(t, "%s)%s\n", s->count > 1 ? "\n        }" : "", end);
}

static void connect_side(struct text *t, const struct side *s,
                         const struct identifiers *ids, const char *end)
{
    connect_port(t, s, ids, "data", ",");
    connect_port(t, s, ids, "valid", ",");
    connect_port(t, s, ids, "ready", end);
}

/* Up to the ports of its streams. */
static void begin_process(struct text *t, const struct process *p,
                          const char *id, const char *pkg)
{
    struct parameters l;
    module_parameters(p, &l);
    text_printf(t, "\n    // %s\n    %s #(\n", p->name, p->kernel->name);
    for (uint32_t i = 0; i < l.count; i++)
        text_printf(t, "        .%s(%s::%s__%s)%s\n", l.items[i].name, pkg, id,
                    l.items[i].name, i + 1 < l.count ? "," : "");
    text_printf(t,
                "    ) %s_process (\n"
                "        .clk(clk),\n"
                "        .rst(rst),\n",
                id);
}

static void instantiate_process(struct text *t, const struct process *p,
                                const struct identifiers *ids, const char *pkg)
{
    const struct side in = { "in", "out", p->inputs, p->input_count };
    const struct side out = { "out", "in", p->outputs, p->output_count };
    begin_process(t, p, ids->processes[p->index], pkg);
    connect_side(t, &in, ids, ",");
    connect_side(t, &out, ids, "");
    text_add(t, "    );\n");
}

static void connect_input(struct text *t, const struct stream *s,
                          const char *id, const char *pkg)
{
    uint32_t tdata_bits = top_tdata_bits(s);
    text_printf(t,
                "\n    // s_axis is the write side of %s.\n"
                "    assign %s_in_data = s_axis_tdata[%" PRIu32 ":0];\n"
                "    assign %s_in_valid = s_axis_tvalid;\n"
                "    assign s_axis_tready = %s_in_ready;\n",
                s->name, id, s->width_bits - 1, id, id);
    if (tdata_bits > s->width_bits)
        text_printf(t,
                    "    logic unused_tdata;\n"
                    "    assign unused_tdata = &{ 1'b0, "
                    "s_axis_tdata[%" PRIu32 ":%" PRIu32 "] };\n",
                    tdata_bits - 1, s->width_bits);
    text_printf(t,
                "    frame_checker #(\n"
                "        .TOKENS(%s::%s__TOKENS)\n"
                "    ) s_axis_checker (\n"
                "        .clk(clk),\n"
                "        .rst(rst),\n"
                "        .valid(s_axis_tvalid),\n"
                "        .ready(s_axis_tready),\n"
                "        .last(s_axis_tlast),\n"
                "        .frame_error(frame_error)\n"
                "    );\n",
                pkg, id);
}

static void connect_output(struct text *t, const struct stream *s,
                           const char *id, const char *pkg)
{
    uint32_t padding = top_tdata_bits(s) - s->width_bits;
    text_printf(t, "\n    // m_axis is the read side of %s.\n", s->name);
    if (padding > 0)
        text_printf(t,
                    "    assign m_axis_tdata = { %" PRIu32
                    "'b0, %s_out_data };\n",
                    padding, id);
    else
        text_printf(t, "    assign m_axis_tdata = %s_out_data;\n", id);
    text_printf(t,
                "    assign m_axis_tvalid = %s_out_valid;\n"
                "    assign %s_out_ready = m_axis_tready;\n"
                "    frame_marker #(\n"
                "        .TOKENS(%s::%s__TOKENS)\n"
                "    ) m_axis_marker (\n"
                "        .clk(clk),\n"
                "        .rst(rst),\n"
                "        .valid(m_axis_tvalid),\n"
                "        .ready(m_axis_tready),\n"
                "        .last(m_axis_tlast)\n"
                "    );\n",
                id, id, pkg, id);
}

static void head(struct text *t, const struct design *d, const char *stem,
                 bool runtime_depths)
{
    text_printf(t,
                "// Network '%s' as hardware.  Generated by headrace; do not "
                "edit.\n"
                "//\n"
                "// s_axis takes the tokens of %s (%" PRIu32 " bits), m_axis "
                "delivers those\n"
                "// of %s (%" PRIu32 " bits).  tdata is padded at the top to "
                "whole bytes:\n"
                "// ignored on the way in, zero on the way out.  frame_error "
                "goes and stays\n"
                "// high when s_axis_tlast does not agree with the length of a "
                "frame.\n"
                "//\n"
                "// Streams first, each with the write side (in) and the read "
                "side (out) of its\n"
                "// FIFO, then the FIFOs, then the processes.  Where several "
                "streams stand side\n"
                "// by side at a port, the first one stands last, in the "
                "lowest bits.\n\n"
                "`default_nettype none\n\n"
                "module %s (\n"
                "    input  wire logic clk,\n"
                "    input  wire logic rst,\n",
                d->name, d->input->name, d->input->width_bits, d->output->name,
                d->output->width_bits, stem);
    if (runtime_depths)
        text_printf(t,
                    "    // The limit of each FIFO: tokens, of a fifo_frame "
                    "frames.\n"
                    "    input  wire logic [%" PRIu32 ":0] limits,\n",
                    32 * d->stream_count - 1);
    text_printf(t,
                "    input  wire logic [%" PRIu32 ":0] s_axis_tdata,\n"
                "    input  wire logic s_axis_tvalid,\n"
                "    output logic s_axis_tready,\n"
                "    input  wire logic s_axis_tlast,\n"
                "    output logic [%" PRIu32 ":0] m_axis_tdata,\n"
                "    output logic m_axis_tvalid,\n"
                "    input  wire logic m_axis_tready,\n"
                "    output logic m_axis_tlast,\n"
                "    output logic frame_error\n"
                ");\n",
                top_tdata_bits(d->input) - 1, top_tdata_bits(d->output) - 1);
}

struct text *top_module(struct arena *a, const struct design *d,
                        const struct identifiers *ids, bool runtime_depths)
{
    struct text *t = text_new(a);
    const char *pkg = arena_printf(a, "%s_pkg", ids->stem);
    head(t, d, ids->stem, runtime_depths);
    for (uint32_t i = 0; i < d->stream_count; i++)
        declare_stream(t, &d->streams[i], ids->streams[i], pkg);
    connect_input(t, d->input, ids->streams[d->input->index], pkg);
    for (uint32_t i = 0; i < d->stream_count; i++)
        instantiate_fifo(t, &d->streams[i], ids->streams[i], pkg,
                         runtime_depths);
    for (uint32_t i = 0; i < d->process_count; i++)
        instantiate_process(t, &d->processes[i], ids, pkg);
    connect_output(t, d->output, ids->streams[d->output->index], pkg);
    text_add(t, "\nendmodule\n\n`default_nettype wire\n");
    return t;
}

static uint64_t width_of(struct stream *const *streams, uint32_t count)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < count; i++)
        bits += streams[i]->width_bits;
    return bits;
}

struct text *top_part(struct arena *a, const struct process *p,
                      const struct identifiers *ids, const char *name)
{
    struct text *t = text_new(a);
    text_printf(
        t,
        "// Process '%s' alone.  Generated by headrace; do not edit.\n\n"
        "`default_nettype none\n\n"
        "module %s (\n"
        "    input  wire logic clk,\n"
        "    input  wire logic rst,\n"
        "    input  wire logic [%" PRIu64 ":0] in_data,\n"
        "    input  wire logic [%" PRIu32 ":0] in_valid,\n"
        "    output logic [%" PRIu32 ":0] in_ready,\n"
        "    output logic [%" PRIu64 ":0] out_data,\n"
        "    output logic [%" PRIu32 ":0] out_valid,\n"
        "    input  wire logic [%" PRIu32 ":0] out_ready\n"
        ");\n",
        p->name, name, width_of(p->inputs, p->input_count) - 1,
        p->input_count - 1, p->input_count - 1,
        width_of(p->outputs, p->output_count) - 1, p->output_count - 1,
        p->output_count - 1);
    begin_process(t, p, ids->processes[p->index],
                  arena_printf(a, "%s_pkg", name));
    text_add(t, "        .in_data(in_data),\n"
                "        .in_valid(in_valid),\n"
                "        .in_ready(in_ready),\n"
                "        .out_data(out_data),\n"
                "        .out_valid(out_valid),\n"
                "        .out_ready(out_ready)\n"
                "    );\n"
                "\nendmodule\n\n`default_nettype wire\n");
    return t;
}
