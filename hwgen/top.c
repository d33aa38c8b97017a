#include "hwgen/top.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "hwgen/board_modules.h"
#include "hwgen/identifiers.h"
#include "hwgen/instances.h"
#include "hwgen/parameters.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

uint32_t top_tdata_bits(const struct stream *s)
{
    return (s->width_bits + 7) / 8 * 8;
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
    if (p->link != NULL)
        return true;
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
        if (family_is_hls(d->family))
            diag_hint(diag, "in a model config ('headrace import' makes one) "
                            "with family \"headrace\" and without "
                            "strategies, the network gets hardware that can be "
                            "generated");
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
    if (design_has_links(d))
        return board_roots_of_all(a, d, count);
    const char **roots =
        arena_new_array(a, const char *,
                        (size_t)d->process_count + d->stream_count + 2);
    size_t n = 0;
    for (uint32_t i = 0; i < d->process_count; i++)
        roots[n++] = d->processes[i].kernel->name;
    for (uint32_t i = 0; i < d->stream_count; i++)
        roots[n++] = instance_fifo_module(&d->streams[i]);
    roots[n++] = "frame_checker";
    roots[n++] = "frame_marker";
    *count = n;
    return roots;
}

void top_axis_ports(struct text *t, const struct design *d, bool runtime_depths,
                    bool input, bool output)
{
    if (runtime_depths)
        text_printf(t,
                    ",\n    // The limit of each FIFO: tokens, of a fifo_frame "
                    "frames.\n"
                    "    input  wire logic [%" PRIu32 ":0] limits",
                    32 * d->stream_count - 1);
    if (input)
        text_printf(t,
                    ",\n    input  wire logic [%" PRIu32 ":0] s_axis_tdata"
                    ",\n    input  wire logic s_axis_tvalid"
                    ",\n    output logic s_axis_tready"
                    ",\n    input  wire logic s_axis_tlast",
                    top_tdata_bits(d->input) - 1);
    if (output)
        text_printf(t,
                    ",\n    output logic [%" PRIu32 ":0] m_axis_tdata"
                    ",\n    output logic m_axis_tvalid"
                    ",\n    input  wire logic m_axis_tready"
                    ",\n    output logic m_axis_tlast",
                    top_tdata_bits(d->output) - 1);
    if (input)
        text_add(t, ",\n    output logic frame_error");
    text_add(t, "\n);\n");
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
                "    input  wire logic rst",
                d->name, d->input->name, d->input->width_bits, d->output->name,
                d->output->width_bits, stem);
    top_axis_ports(t, d, runtime_depths, true, true);
}

struct text *top_module(struct arena *a, const struct design *d,
                        const struct identifiers *ids, bool runtime_depths)
{
    struct text *t = text_new(a);
    const char *pkg = arena_printf(a, "%s_pkg", ids->stem);
    head(t, d, ids->stem, runtime_depths);
    for (uint32_t i = 0; i < d->stream_count; i++)
        instance_declare_stream(t, &d->streams[i], ids->streams[i], pkg);
    instance_input(t, d->input, ids->streams[d->input->index], pkg);
    for (uint32_t i = 0; i < d->stream_count; i++)
        instance_fifo(t, &d->streams[i], ids->streams[i], pkg, runtime_depths);
    for (uint32_t i = 0; i < d->process_count; i++)
        instance_process(t, &d->processes[i], ids, pkg);
    instance_output(t, d->output, ids->streams[d->output->index], pkg);
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
    instance_begin_process(t, p, ids->processes[p->index],
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
