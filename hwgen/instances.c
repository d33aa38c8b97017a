#include "hwgen/instances.h"

#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "hwgen/identifiers.h"
#include "hwgen/parameters.h"
#include "hwgen/top.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>

const char *instance_fifo_module(const struct stream *s)
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

static const char *end_name(const struct process *p, const char *edge)
{
    return p == NULL ? edge : p->name;
}

void instance_declare_stream(struct text *t, const struct stream *s,
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

void instance_fifo(struct text *t, const struct stream *s, const char *id,
                   const char *pkg, bool runtime_depths)
{
    text_printf(t,
                "\n    %s #(\n"
                "        .WIDTH(%s::%s__WIDTH),\n",
                instance_fifo_module(s), pkg, id);
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

static void connect_port(struct text *t, const struct instance_side *s,
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

void instance_connect(struct text *t, const struct instance_side *s,
                      const struct identifiers *ids, const char *end)
{
    connect_port(t, s, ids, "data", ",");
    connect_port(t, s, ids, "valid", ",");
    connect_port(t, s, ids, "ready", end);
}

void instance_begin_process(struct text *t, const struct process *p,
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

void instance_process(struct text *t, const struct process *p,
                      const struct identifiers *ids, const char *pkg)
{
    const struct instance_side in = { "in", "out", p->inputs, p->input_count };
    const struct instance_side out = { "out", "in", p->outputs,
                                       p->output_count };
    instance_begin_process(t, p, ids->processes[p->index], pkg);
    instance_connect(t, &in, ids, ",");
    instance_connect(t, &out, ids, "");
    text_add(t, "    );\n");
}

void instance_input(struct text *t, const struct stream *s, const char *id,
                    const char *pkg)
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

void instance_output(struct text *t, const struct stream *s, const char *id,
                     const char *pkg)
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
