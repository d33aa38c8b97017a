#include "hwgen/board_modules.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "design/kernel.h"
#include "hwgen/identifiers.h"
#include "hwgen/instances.h"
#include "hwgen/link_parameters.h"
#include "hwgen/top.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

bool board_link_has_clock(const struct link *l)
{
    return l->process != NULL && l->type->kind == LINK_FRAMED;
}

uint32_t board_clock_count(const struct design *d)
{
    uint32_t count = d->board_count;
    for (uint32_t i = 0; i < d->link_count; i++)
        count += board_link_has_clock(&d->links[i]);
    return count;
}

uint32_t board_link_clock(const struct design *d, const struct link *l)
{
    uint32_t index = d->board_count;
    for (uint32_t i = 0; i < l->index; i++)
        index += board_link_has_clock(&d->links[i]);
    return index;
}

/* NULL: it is a board's. */
static const struct link *link_of_clock(const struct design *d, uint32_t index)
{
    for (uint32_t i = 0; i < d->link_count; i++)
        if (board_link_has_clock(&d->links[i]) &&
            board_link_clock(d, &d->links[i]) == index)
            return &d->links[i];
    return NULL;
}

const struct clock *board_clock(const struct design *d, uint32_t index)
{
    const struct link *l = link_of_clock(d, index);
    return l == NULL ? &d->boards[index].clock : &l->type->clock;
}

uint32_t board_buffer_count(const struct design *d)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < d->link_count; i++)
        if (board_link_has_clock(&d->links[i]))
            count += d->links[i].process->input_count;
    return count;
}

static const char *link_id(const struct identifiers *ids, const struct link *l)
{
    return ids->processes[l->process->index];
}

const char *board_clock_name(struct arena *a, const struct design *d,
                             const struct identifiers *ids, uint32_t index)
{
    const struct link *l = link_of_clock(d, index);
    return arena_printf(a, "%s_clk",
                        l == NULL ? ids->boards[index] : link_id(ids, l));
}

const char *board_module_name(struct arena *a, const struct identifiers *ids,
                              uint32_t board)
{
    return arena_printf(a, "%s_%s", ids->stem, ids->boards[board]);
}

/* The ports of one end of a link */

enum width { BIT, WORD, STREAMS, TOKENS };

struct port {
    const char *name; /* of the board's port, behind the link's name */
    const char *of;   /* of the module within the board; NULL: no module */
    bool output;
    enum width width;
};

static const struct port sender_ports[] = {
    { "clk", "link_clk", false, BIT },
    { "rst", "link_rst", false, BIT },
    { "line_data", "line_data", true, WORD },
    { "line_control", "line_control", true, BIT },
    { "line_valid", "line_valid", true, BIT },
    { "line_ready", "line_ready", false, BIT },
    { "back_data", "back_data", false, STREAMS },
    { "back_valid", "back_valid", false, BIT },
    { NULL, NULL, false, BIT },
};

static const struct port receiver_ports[] = {
    { "clk", "link_clk", false, BIT },
    { "rst", "link_rst", false, BIT },
    { "line_data", "line_data", false, WORD },
    { "line_control", "line_control", false, BIT },
    { "line_valid", "line_valid", false, BIT },
    { "back_data", "back_data", true, STREAMS },
    { "back_valid", "back_valid", true, BIT },
    { "back_ready", "back_ready", false, BIT },
    { "overflow", "overflow", true, BIT },
    { NULL, NULL, false, BIT },
};

static const struct port from_ports[] = {
    { "data", NULL, true, TOKENS },
    { "valid", NULL, true, STREAMS },
    { "ready", NULL, false, STREAMS },
    { NULL, NULL, false, BIT },
};

static const struct port to_ports[] = {
    { "clk", "in_clk", false, BIT },
    { "rst", "in_rst", false, BIT },
    { "data", "in_data", false, TOKENS },
    { "valid", "in_valid", false, STREAMS },
    { "ready", "in_ready", true, STREAMS },
    { NULL, NULL, false, BIT },
};

static const struct port *ports_of(const struct link *l, bool sends)
{
    if (l->type->kind == LINK_CROSSING)
        return sends ? from_ports : to_ports;
    return sends ? sender_ports : receiver_ports;
}

/* Whether the link has an end on the board, and which. */
static bool has_end(const struct link *l, uint32_t board, bool *sends)
{
    *sends = l->from == board;
    return l->process != NULL && (l->from == board || l->to == board);
}

static void add_width(struct text *t, enum width width, const char *id,
                      const char *pkg)
{
    static const char *const names[] = { NULL, "WORD_WIDTH", "STREAMS",
                                         "TOKEN_BITS" };
    if (names[width] != NULL)
        text_printf(t, "[%s::%s__%s-1:0] ", pkg, id, names[width]);
}

static void add_link_ports(struct text *t, const struct link *l, bool sends,
                           const char *id, const char *pkg)
{
    text_printf(t, ",\n    // Link '%s', which %s here.\n", l->name,
                sends ? "begins" : "ends");
    const char *comma = "";
    for (const struct port *p = ports_of(l, sends); p->name != NULL; p++) {
        text_printf(t, "%s    %s logic ", comma,
                    p->output ? "output" : "input  wire");
        add_width(t, p->width, id, pkg);
        text_printf(t, "%s_%s", id, p->name);
        comma = ",\n";
    }
}

/* One end of a link within its board. */

static void connect_ports(struct text *t, const struct port *p, const char *id)
{
    for (; p->name != NULL; p++)
        if (p->of != NULL)
            text_printf(t, "        .%s(%s_%s),\n", p->of, id, p->name);
}

static void add_sender(struct text *t, const struct link *l,
                       const struct identifiers *ids, const char *pkg)
{
    const struct process *p = l->process;
    const char *id = link_id(ids, l);
    const struct instance_side in = { "in", "out", p->inputs, p->input_count };
    link_begin_instance(t, LINK_PART_SENDER, id, pkg);
    text_printf(t,
                " %s_sender (\n"
                "        .clk(clk),\n"
                "        .rst(rst),\n",
                id);
    connect_ports(t, sender_ports, id);
    instance_connect(t, &in, ids, "");
    text_add(t, "    );\n");
}

static void add_receiver(struct text *t, const struct link *l,
                         const struct identifiers *ids, const char *pkg)
{
    const struct process *p = l->process;
    const char *id = link_id(ids, l);
    const struct instance_side out = { "out", "in", p->outputs,
                                       p->output_count };
    text_printf(t,
                "    logic [%s::%s__STREAMS*32-1:0] %s_fill;\n"
                "    logic unused_%s_fill;\n"
                "    assign unused_%s_fill = &{ 1'b0, %s_fill };\n",
                pkg, id, id, id, id, id);
    link_begin_instance(t, LINK_PART_RECEIVER, id, pkg);
    text_printf(t,
                " %s_receiver (\n"
                "        .clk(clk),\n"
                "        .rst(rst),\n"
                "        .fill(%s_fill),\n",
                id, id);
    connect_ports(t, receiver_ports, id);
    instance_connect(t, &out, ids, "");
    text_add(t, "    );\n");
}

/* A crossing has its FIFOs where it ends. */
static void add_crossing_from(struct text *t, const struct link *l,
                              const struct identifiers *ids)
{
    const struct process *p = l->process;
    const char *id = link_id(ids, l);
    static const char *const names[] = { "data", "valid" };
    for (int n = 0; n < 2; n++) {
        text_printf(t, "    assign %s_%s = {", id, names[n]);
        for (uint32_t i = p->input_count; i-- > 0;)
            text_printf(t, "\n        %s_out_%s%s",
                        ids->streams[p->inputs[i]->index], names[n],
                        i > 0 ? "," : "\n    };\n");
    }
    for (uint32_t i = 0; i < p->input_count; i++)
        text_printf(t, "    assign %s_out_ready = %s_ready[%" PRIu32 "];\n",
                    ids->streams[p->inputs[i]->index], id, i);
}

static void add_crossing_to(struct text *t, const struct link *l,
                            const struct identifiers *ids, const char *pkg)
{
    const struct process *p = l->process;
    const char *id = link_id(ids, l);
    const struct instance_side out = { "out", "in", p->outputs,
                                       p->output_count };
    link_begin_instance(t, LINK_PART_CROSSING, id, pkg);
    text_printf(t,
                " %s_crossing (\n"
                "        .out_clk(clk),\n"
                "        .out_rst(rst),\n",
                id);
    connect_ports(t, to_ports, id);
    instance_connect(t, &out, ids, "");
    text_add(t, "    );\n");
}

static void add_end(struct text *t, const struct link *l, bool sends,
                    const struct identifiers *ids, const char *pkg)
{
    text_printf(t, "\n    // %s\n", l->name);
    if (l->type->kind == LINK_CROSSING && sends)
        add_crossing_from(t, l, ids);
    else if (l->type->kind == LINK_CROSSING)
        add_crossing_to(t, l, ids, pkg);
    else if (sends)
        add_sender(t, l, ids, pkg);
    else
        add_receiver(t, l, ids, pkg);
}

/* The board */

static void board_head(struct arena *a, struct text *t, const struct design *d,
                       uint32_t board, const struct identifiers *ids,
                       const char *pkg, bool runtime_depths)
{
    text_printf(t,
                "// Board '%s' of network '%s'.  Generated by headrace; do not "
                "edit.\n"
                "//\n"
                "// link_sender.sv, link_receiver.sv and link_crossing.sv say "
                "what the ports of\n"
                "// links do.  Resets are synchronous, each to its clock, and "
                "all of a link are\n"
                "// high together for some cycles of the slower clock.\n\n"
                "`default_nettype none\n\n"
                "module %s (\n"
                "    input  wire logic clk,\n"
                "    input  wire logic rst",
                d->boards[board].name, d->name,
                board_module_name(a, ids, board));
    for (uint32_t i = 0; i < d->link_count; i++) {
        bool sends;
        if (has_end(&d->links[i], board, &sends))
            add_link_ports(t, &d->links[i], sends, link_id(ids, &d->links[i]),
                           pkg);
    }
    top_axis_ports(t, d, runtime_depths, d->input->board == board,
                   d->output->board == board);
}

struct text *board_module(struct arena *a, const struct design *d,
                          uint32_t board, const struct identifiers *ids,
                          bool runtime_depths)
{
    struct text *t = text_new(a);
    const char *pkg = arena_printf(a, "%s_pkg", ids->stem);
    board_head(a, t, d, board, ids, pkg, runtime_depths);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].board == board)
            instance_declare_stream(t, &d->streams[i], ids->streams[i], pkg);
    if (d->input->board == board)
        instance_input(t, d->input, ids->streams[d->input->index], pkg);
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].board == board)
            instance_fifo(t, &d->streams[i], ids->streams[i], pkg,
                          runtime_depths);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        if (p->link == NULL && p->board == board)
            instance_process(t, p, ids, pkg);
    }
    for (uint32_t i = 0; i < d->link_count; i++) {
        bool sends;
        if (has_end(&d->links[i], board, &sends))
            add_end(t, &d->links[i], sends, ids, pkg);
    }
    if (d->output->board == board)
        instance_output(t, d->output, ids->streams[d->output->index], pkg);
    if (runtime_depths)
        text_add(t, "\n    // The limits of all boards come here.\n"
                    "    logic unused_limits;\n"
                    "    assign unused_limits = &{ 1'b0, limits };\n");
    text_add(t, "\nendmodule\n\n`default_nettype wire\n");
    return t;
}

/* The system */

/* Name of the wire at a port of one end: a crossing has the same wires at both
 * ends, between those of a framed link is the line. */
static const char *end_prefix(const struct link *l, bool sends)
{
    if (l->type->kind == LINK_CROSSING)
        return "";
    return sends ? "sent_" : "came_";
}

static bool is_own(const struct port *p)
{
    return strcmp(p->name, "clk") != 0 && strcmp(p->name, "rst") != 0;
}

static void declare_end(struct text *t, const struct link *l, bool sends,
                        const char *id, const char *pkg)
{
    for (const struct port *p = ports_of(l, sends); p->name != NULL; p++) {
        if (!is_own(p))
            continue;
        text_add(t, "    logic ");
        add_width(t, p->width, id, pkg);
        text_printf(t, "%s_%s%s;\n", id, end_prefix(l, sends), p->name);
    }
}

static void add_line(struct text *t, const struct link *l, const char *id,
                     const char *pkg)
{
    static const char *const ports[][2] = {
        { "in_data", "sent_line_data" },
        { "in_control", "sent_line_control" },
        { "in_valid", "sent_line_valid" },
        { "in_ready", "sent_line_ready" },
        { "out_data", "came_line_data" },
        { "out_control", "came_line_control" },
        { "out_valid", "came_line_valid" },
        { "back_in_data", "came_back_data" },
        { "back_in_valid", "came_back_valid" },
        { "back_in_ready", "came_back_ready" },
        { "back_out_data", "sent_back_data" },
        { "back_out_valid", "sent_back_valid" },
    };
    text_printf(t, "\n    // %s\n", l->name);
    declare_end(t, l, true, id, pkg);
    declare_end(t, l, false, id, pkg);
    link_begin_instance(t, LINK_PART_LINE, id, pkg);
    text_printf(t,
                " %s_line (\n"
                "        .clk(%s_clk),\n"
                "        .rst(rst)",
                id, id);
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++)
        text_printf(t, ",\n        .%s(%s_%s)", ports[i][0], id, ports[i][1]);
    text_printf(t,
                "\n    );\n"
                "    logic unused_%s_overflow;\n"
                "    assign unused_%s_overflow = %s_came_overflow;\n",
                id, id, id);
}

static void add_end_wires(struct text *t, const struct link *l, bool sends,
                          const struct identifiers *ids)
{
    const char *id = link_id(ids, l);
    for (const struct port *p = ports_of(l, sends); p->name != NULL; p++) {
        if (is_own(p))
            text_printf(t, ",\n        .%s_%s(%s_%s%s)", id, p->name, id,
                        end_prefix(l, sends), p->name);
        else if (strcmp(p->name, "rst") == 0)
            text_printf(t, ",\n        .%s_rst(rst)", id);
        else if (l->type->kind == LINK_CROSSING)
            text_printf(t, ",\n        .%s_clk(%s_clk)", id,
                        ids->boards[l->from]);
        else
            text_printf(t, ",\n        .%s_clk(%s_clk)", id, id);
    }
}

static void add_board(struct arena *a, struct text *t, const struct design *d,
                      uint32_t board, const struct identifiers *ids,
                      bool runtime_depths)
{
    static const char *const in[] = { "s_axis_tdata", "s_axis_tvalid",
                                      "s_axis_tready", "s_axis_tlast",
                                      "frame_error" };
    static const char *const out[] = { "m_axis_tdata", "m_axis_tvalid",
                                       "m_axis_tready", "m_axis_tlast" };
    const char *id = ids->boards[board];
    text_printf(t,
                "\n    %s %s (\n"
                "        .clk(%s_clk),\n"
                "        .rst(rst)",
                board_module_name(a, ids, board), id, id);
    for (uint32_t i = 0; i < d->link_count; i++) {
        bool sends;
        if (has_end(&d->links[i], board, &sends))
            add_end_wires(t, &d->links[i], sends, ids);
    }
    if (runtime_depths)
        text_add(t, ",\n        .limits(limits)");
    for (size_t i = 0; d->input->board == board && i < sizeof in / sizeof *in;
         i++)
        text_printf(t, ",\n        .%s(%s)", in[i], in[i]);
    for (size_t i = 0;
         d->output->board == board && i < sizeof out / sizeof *out; i++)
        text_printf(t, ",\n        .%s(%s)", out[i], out[i]);
    text_add(t, "\n    );\n");
}

struct text *board_system(struct arena *a, const struct design *d,
                          const struct identifiers *ids, bool runtime_depths)
{
    struct text *t = text_new(a);
    const char *pkg = arena_printf(a, "%s_pkg", ids->stem);
    text_printf(t,
                "// The boards of network '%s' and the lines between them, for "
                "simulation.\n"
                "// Generated by headrace; do not edit.\n"
                "//\n"
                "// rst is that of all clocks; they have a rising edge in "
                "common right behind it,\n"
                "// which is edge 0 of each.\n\n"
                "`default_nettype none\n\n"
                "module %s (\n",
                d->name, ids->stem);
    for (uint32_t i = 0; i < board_clock_count(d); i++)
        text_printf(t, "    input  wire logic %s,\n",
                    board_clock_name(a, d, ids, i));
    text_add(t, "    input  wire logic rst");
    top_axis_ports(t, d, runtime_depths, true, true);
    for (uint32_t i = 0; i < d->link_count; i++) {
        const struct link *l = &d->links[i];
        if (board_link_has_clock(l)) {
            add_line(t, l, link_id(ids, l), pkg);
        } else if (l->process != NULL) {
            text_printf(t, "\n    // %s\n", l->name);
            declare_end(t, l, true, link_id(ids, l), pkg);
        }
    }
    for (uint32_t i = 0; i < d->board_count; i++)
        add_board(a, t, d, i, ids, runtime_depths);
    text_add(t, "\nendmodule\n\n`default_nettype wire\n");
    return t;
}

const char **board_roots(struct arena *a, const struct design *d,
                         uint32_t board, size_t *count)
{
    const char **roots = arena_new_array(
        a, const char *,
        (size_t)d->process_count + d->stream_count + d->link_count + 2);
    size_t n = 0;
    for (uint32_t i = 0; i < d->process_count; i++)
        if (d->processes[i].link == NULL && d->processes[i].board == board)
            roots[n++] = d->processes[i].kernel->name;
    for (uint32_t i = 0; i < d->stream_count; i++)
        if (d->streams[i].board == board)
            roots[n++] = instance_fifo_module(&d->streams[i]);
    for (uint32_t i = 0; i < d->link_count; i++) {
        bool sends;
        if (!has_end(&d->links[i], board, &sends))
            continue;
        if (board_link_has_clock(&d->links[i]))
            roots[n++] =
                link_module(sends ? LINK_PART_SENDER : LINK_PART_RECEIVER);
        else if (!sends)
            roots[n++] = link_module(LINK_PART_CROSSING);
    }
    if (d->input->board == board)
        roots[n++] = "frame_checker";
    if (d->output->board == board)
        roots[n++] = "frame_marker";
    *count = n;
    return roots;
}

const char **board_roots_of_all(struct arena *a, const struct design *d,
                                size_t *count)
{
    const char **roots = arena_new_array(a, const char *, 1);
    roots[0] = link_module(LINK_PART_LINE);
    *count = 1;
    for (uint32_t i = 0; i < d->board_count; i++) {
        size_t more = 0;
        const char **add = board_roots(a, d, i, &more);
        const char **all = arena_new_array(a, const char *, *count + more);
        memcpy(all, roots, *count * sizeof *all);
        memcpy(all + *count, add, more * sizeof *all);
        roots = all;
        *count += more;
    }
    return roots;
}
