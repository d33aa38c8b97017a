#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "cli/depth_output.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/partition_options.h"
#include "cli/progress.h"
#include "cli/terminal.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "partition/partition.h"
#include "report/partition_model.h"
#include "report/partition_table.h"

struct partition_command {
    struct foreign_switches foreign;
    struct partition_switches what;
    bool json, time;
    const char *svg, *output;
};

static const struct option_row output_rows[] = {
    { .name = "json",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct partition_command, json),
      .help = "print the result as JSON (schema: partition.schema.json)" },
    { .name = "output",
      .letter = 'o',
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct partition_command, output),
      .help = "write to FILE instead of standard output" },
    { .name = "svg",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct partition_command, svg),
      .help = "draw boards, cuts and the loads of links" },
    { .name = "write",
      .kind = OPTION_STRING,
      .argument = "FILE",
      .offset = offsetof(struct partition_command, what.write),
      .help = "write the model with these boards, foldings and depths; it "
              "belongs into the model's folder" },
    { .name = "time",
      .kind = OPTION_FLAG,
      .offset = offsetof(struct partition_command, time),
      .help = "tell on standard error how long it took" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows,
      offsetof(struct partition_command, foreign) },
    { "Boards", partition_board_rows,
      offsetof(struct partition_command, what) },
    { "Goal", partition_goal_rows, offsetof(struct partition_command, what) },
    { "Output", output_rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage partition_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details =
        "Spreads a network over FPGAs in a row, joined by links: chooses the\n"
        "board of every layer and the folding of every one, such that all\n"
        "boards hold what is on them and no link carries too much.  Boards\n"
        "and links are those of the model, or as many as --boards says.\n"
        "Shows what each board and each link bears, and the simulated\n"
        "interval and latency.\n"
        "\n"
        "Ctrl-C ends the search with the best so far, a second one at once.\n"
        "Exit status 1: it cannot be done, which is then explained, it misses\n"
        "--max-interval, or the search was interrupted.",
    .options_size = sizeof(struct partition_command),
    .groups = groups,
};

/* --- what is seen of it on a terminal --------------------------------------
 */

struct watch {
    struct progress bar;
    char label[96];
    uint64_t steps;
};

static bool show(void *context, const char *stage, uint64_t interval)
{
    struct watch *w = context;
    snprintf(w->label, sizeof w->label, "%s, interval %" PRIu64, stage,
             interval);
    w->bar.label = w->label;
    progress_show(&w->bar, ++w->steps);
    return !interrupt_seen();
}

static uint64_t milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static struct partition *search(struct arena *a, const struct model *m,
                                struct partition_options *o, struct diag *d)
{
    struct watch w = { .steps = 0 };
    const struct partition_observer observer = { show, &w };
    o->observer = &observer;
    progress_start(&w.bar, "partition", 0);
    interrupt_catch();
    struct partition *p = partition_network(a, &m->network, &m->hardware,
                                            kernels_headrace(), o, d);
    interrupt_release();
    progress_end(&w.bar);
    o->observer = NULL;
    return p;
}

/* --- results ---------------------------------------------------------------
 */

static bool write_files(const struct partition_command *s,
                        const struct partition_report *r, const struct model *m,
                        struct arena *a, struct diag *d)
{
    struct text *model = text_new(a), *svg = text_new(a);
    if (s->what.write != NULL) {
        if (!partition_model_print(a, r->partition, m->path, model, d))
            return false;
        depth_output_check_folder(s->what.write, m, a, d);
        if (!terminal_write(s->what.write, model, d))
            return false;
    }
    if (s->svg == NULL)
        return true;
    partition_plot(r, a, svg);
    return terminal_write(s->svg, svg, d);
}

int cmd_partition(struct invocation *in, const void *options)
{
    const struct partition_command *s = options;
    struct arena *a = in->arena;
    struct model *m =
        load_model(a, in->operands.items[0], &s->foreign, in->diag);
    if (m == NULL || !model_has_network(m, in->diag))
        return COMMAND_FAILED;
    if (s->what.write != NULL && !depth_output_has_config(m, in->diag))
        return COMMAND_FAILED;
    struct partition_options o = { .goal = PARTITION_INTERVAL };
    if (!partition_options_read(&s->what, m, a, &o, in->diag))
        return COMMAND_FAILED;
    const uint64_t start = milliseconds();
    struct partition_report r = {
        .name = m->network.name,
        .options = &o,
        .partition = search(a, m, &o, in->diag),
    };
    if (r.partition == NULL)
        return COMMAND_FAILED;
    const uint64_t ms = milliseconds() - start;
    struct text *out = text_new(a);
    if (s->json)
        partition_print_json(&r, a, out);
    else
        partition_print(&r, a, out);
    if (!terminal_write(s->output, out, in->diag))
        return COMMAND_FAILED;
    if (r.partition->outcome != PARTITION_INFEASIBLE &&
        !write_files(s, &r, m, a, in->diag))
        return COMMAND_FAILED;
    if (s->time)
        fprintf(stderr, "search %" PRIu64 ".%03" PRIu64 " s\n", ms / 1000,
                ms % 1000);
    return r.partition->outcome == PARTITION_DONE ? COMMAND_DONE
                                                  : COMMAND_FOUND;
}
