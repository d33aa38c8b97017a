#include "cli/commands.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/text.h"
#include "cli/build_folder.h"
#include "cli/depth_proof.h"
#include "cli/load.h"
#include "cli/progress.h"
#include "cli/stall_option.h"
#include "cli/terminal.h"
#include "cli/verification.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/run.h"
#include "hwgen/cosim/cosim.h"
#include "import/model.h"
#include "report/table.h"

struct verify_options {
    struct design_switches design;
    struct data_switches data;
    struct stall_switches stalls;
    struct option_u32 frames;
    struct option_u64 seed;
    struct option_list rtl;
    struct option_list cheaper;
    struct option_u64 metastable;
    const char *build_dir;
};

static const struct option_row rows[] = {
    { .name = "frames",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct verify_options, frames),
      .min = 1,
      .max = 100000,
      .help = "frames to run back to back (default: 3)" },
    { .name = "random-data",
      .kind = OPTION_U64,
      .argument = "SEED",
      .offset = offsetof(struct verify_options, seed),
      .help = "random frames instead of the model's data" },
    { .name = "rtl",
      .kind = OPTION_LIST,
      .argument = "NAMES",
      .offset = offsetof(struct verify_options, rtl),
      .help = "only these processes at RTL (conv1,conv2), the rest modelled, "
              "in SystemC; may be repeated" },
    { .name = "cheaper",
      .kind = OPTION_LIST,
      .argument = "FIFO=N",
      .offset = offsetof(struct verify_options, cheaper),
      .help = "run also with this FIFO alone at depth N, and show what that "
              "does to interval and latency; may be repeated" },
    { .name = "metastable",
      .kind = OPTION_U64,
      .argument = "SEED",
      .offset = offsetof(struct verify_options, metastable),
      .help = "of a design on several boards: registers between clocks take "
              "changes one edge late at random; tokens and their order are "
              "compared, no times" },
    { .name = "build-dir",
      .kind = OPTION_STRING,
      .argument = "FOLDER",
      .offset = offsetof(struct verify_options, build_dir),
      .help = "where RTL and build go, to be used again by the next run "
              "(default: in the user's cache)" },
    { .name = NULL },
};

static const struct option_group groups[] = {
    { "Model", foreign_switch_rows,
      offsetof(struct verify_options, design.foreign) },
    { "Folding", fold_switch_rows,
      offsetof(struct verify_options, design.foreign) },
    { "Design", design_switch_rows, offsetof(struct verify_options, design) },
    { "Data", data_switch_rows, offsetof(struct verify_options, data) },
    { "Source and sink", stall_switch_rows,
      offsetof(struct verify_options, stalls) },
    { "Run", rows, 0 },
    { NULL, NULL, 0 },
};

const struct usage verify_usage = {
    .operands = "FILE",
    .operand_min = 1,
    .operand_max = 1,
    .details =
        "Generates the RTL of a model, Verilates it, runs it on real frames,\n"
        "and compares the cycle of every handshake on every stream with the\n"
        "model's and every output bit with those of infer.  Needs Verilator\n"
        "and a C++ compiler.  A recorded pattern at source or sink "
        "(file:PATH)\n"
        "is refused: the testbench has none.  Exit status 1: something "
        "differs.\n"
        "\n"
        "With --rtl only the named processes are Verilated; FIFOs, source,\n"
        "sink and all other processes run as models beside them, in SystemC.\n"
        "That still compares every handshake, and the values of every stream\n"
        "that a named process writes.  Needs SystemC as well.\n"
        "\n"
        "Of a design on several boards every board and link has its own "
        "clock,\n"
        "with the drift that the model says, and the cycles of each stream "
        "are\n"
        "those of its board.\n"
        "\n"
        "With --cheaper the same RTL also runs with single FIFOs at a lower\n"
        "depth, one at a time: when frames come out then, in the model and in\n"
        "the RTL, back to back and alone.",
    .options_size = sizeof(struct verify_options),
    .groups = groups,
};

enum { FRAMES_DEFAULT = 3 };

/* The design whose RTL serves this one: that of the model file if only
 * depths differ and become smaller, so that a second run with other depths
 * needs no second build. */
static const struct design *built_for(const struct design *design,
                                      const struct design *plain)
{
    for (uint32_t i = 0; i < design->stream_count; i++) {
        if (design->streams[i].kind != plain->streams[i].kind ||
            design->streams[i].depth > plain->streams[i].depth)
            return design;
    }
    return plain;
}

static void print_streams(const struct verification *v, struct arena *a,
                          struct text *out)
{
    struct table *t =
        table_new(a, "<stream|handshakes|different|largest|<first difference");
    for (uint32_t i = 0; i < v->stream_count; i++) {
        const struct times_difference *s = &v->streams[i];
        table_row(t);
        table_cell(t, "%s", v->design->streams[i].name);
        table_cell_number(t, s->compared);
        table_cell_number(t, s->different);
        table_cell(t, "%" PRId64, s->largest);
        if (s->different == 0)
            continue;
        const char *event = s->event == TOKEN_WRITE ? "write" : "read";
        if (s->cycle_b == UINT64_MAX)
            table_cell(t,
                       "%s of token %" PRIu64 ": model %" PRIu64 ", RTL never",
                       event, s->token, s->cycle_a);
        else
            table_cell(t,
                       "%s of token %" PRIu64 ": model %" PRIu64
                       ", RTL %" PRIu64,
                       event, s->token, s->cycle_a, s->cycle_b);
    }
    table_print(t, out);
}

/* Of each board, what was compared on its streams. */
static void print_boards(const struct verification *v, struct arena *a,
                         struct text *out)
{
    const struct design *d = v->design;
    struct table *t = table_new(a, "<board|MHz|cycles|handshakes|different");
    for (uint32_t i = 0; i < d->board_count; i++) {
        const struct board *b = &d->boards[i];
        uint64_t compared = 0, different = 0, cycles = 0;
        for (uint32_t n = 0; n < d->stream_count; n++) {
            if (d->streams[n].board != i)
                continue;
            const struct run_stream *s = &v->model->streams[n];
            compared += v->streams[n].compared;
            different += v->streams[n].different;
            if (s->written > 0 && s->write_times[s->written - 1] >= cycles)
                cycles = s->write_times[s->written - 1] + 1;
            if (s->tokens > 0 && s->read_times[s->tokens - 1] >= cycles)
                cycles = s->read_times[s->tokens - 1] + 1;
        }
        table_row(t);
        table_cell(t, "%s", b->name);
        table_cell(t, "%.3f",
                   (double)b->hz_numerator / (double)b->hz_denominator / 1e6);
        table_cell_number(t, cycles);
        table_cell_number(t, compared);
        table_cell_number(t, different);
    }
    text_add(out, "\n");
    table_print(t, out);
}

/* Of each stream of a link, what the RTL sent and held. */
static void print_links(const struct verification *v, struct arena *a,
                        struct text *out)
{
    const struct design *d = v->design;
    struct table *t =
        table_new(a, "<link|<stream|words|packets|peak|bound|buffer");
    uint32_t at = 0;
    for (uint32_t i = 0; i < d->link_count; i++) {
        const struct link *l = &d->links[i];
        if (l->process == NULL || l->type->kind != LINK_FRAMED)
            continue;
        for (uint32_t k = 0; k < l->process->input_count; k++, at++) {
            assert(at < v->buffer_count);
            const struct cosim_buffer *b = &v->buffers[at];
            table_row(t);
            table_cell(t, "%s", l->name);
            table_cell(t, "%s", l->process->inputs[k]->name);
            table_cell_number(t, b->words);
            table_cell_number(t, b->packets);
            table_cell_number(t, b->peak);
            table_cell_number(t,
                              l->streams[k].stop_at + l->streams[k].in_flight);
            table_cell_number(t, l->streams[k].receive_words);
        }
    }
    if (at == 0)
        return;
    text_add(out, "\n");
    table_print(t, out);
}

static void print_rtl(const struct verification_job *job, struct text *out)
{
    text_add(out, "at RTL:");
    for (uint32_t i = 0; i < job->rtl_count; i++)
        text_printf(out, "%s %s", i == 0 ? "" : ",",
                    job->design->processes[job->rtl[i]].name);
    text_add(out, "; all else is modelled\n");
}

/* Of each stream whose values were looked at, the first that differs. */
static void print_inner(const struct verification *v, struct text *out)
{
    for (uint32_t i = 0; v->inner != NULL && i < v->stream_count; i++) {
        const struct values_difference *d = &v->inner[i];
        const struct stream *s = &v->design->streams[i];
        if (d->different != 0)
            text_printf(out,
                        "               '%s', token %" PRIu64 ", lane %" PRIu64
                        ": infer %" PRId32 ", RTL %" PRId32 " (%" PRIu64
                        " different)\n",
                        s->name, d->first / s->lanes, d->first % s->lanes,
                        d->expected, d->got, d->different);
    }
}

static void print_values(const struct verification *v, struct arena *a,
                         struct text *out)
{
    text_printf(out, "output values  %s compared, %s different\n",
                number_text(a, v->values), number_text(a, v->values_different));
    if (v->values_different != 0)
        text_printf(out,
                    "               first: value %" PRIu64 ", infer %" PRId32
                    ", RTL %" PRId32 "\n",
                    v->first_value, v->first_expected, v->first_got);
}

static void print_result(const struct verification *v,
                         const struct verification_job *job, struct arena *a,
                         struct text *out)
{
    const uint32_t frames = job->frames;

    text_printf(out,
                "%s: %" PRIu32 " frames, %s cycles in the model, "
                "%s watched in %s\n",
                v->design->name, frames, number_text(a, v->model_cycles),
                number_text(a, v->rtl_cycles),
                job->rtl_count == 0 ? "the RTL" : "SystemC");
    if (job->rtl_count != 0)
        print_rtl(job, out);
    text_add(out, "\n");
    print_streams(v, a, out);
    if (design_has_links(v->design)) {
        print_boards(v, a, out);
        print_links(v, a, out);
    }
    text_printf(out, "\nhandshakes     %s compared, %s different\n",
                number_text(a, v->handshakes),
                number_text(a, v->handshakes_different));
    if (v->handshakes_beyond != 0)
        text_printf(
            out, "               %s more in the RTL, behind the last frame\n",
            number_text(a, v->handshakes_beyond));
    if (v->order_only)
        text_printf(out, "               %s of them in another cycle\n",
                    number_text(a, v->moved));
    if (job->rtl_count != 0)
        text_printf(out, "values of RTL  %s compared, %s different\n",
                    number_text(a, v->values),
                    number_text(a, v->values_different));
    else
        print_values(v, a, out);
    print_inner(v, out);
    if (v->model_previous_end != 0) {
        text_printf(out,
                    "interval       %s cycles in the model, "
                    "%s in %s (last two frames)\n",
                    number_text(a, v->model_last_end - v->model_previous_end),
                    number_text(a, v->rtl_last_end - v->rtl_previous_end),
                    job->rtl_count == 0 ? "the RTL" : "SystemC");
    }
    if (v->last_wrong)
        text_add(out, "m_axis_tlast   wrong on some token\n");
    if (v->frame_error)
        text_add(out, "frame_error    raised by the RTL\n");
    if (v->deadlock)
        text_add(out, "deadlock       in the model\n");
    if (v->overflow)
        text_add(out, "receive buffer a word was lost\n");
    if (!verification_equal(v))
        text_add(out, "DIFFERENT\n");
    else if (v->order_only)
        text_add(out, "equal: every token in its order, whatever its time\n");
    else
        text_add(out, "equal: every handshake and every bit\n");
}

/* Model and RTL log every token, 48 bytes each in all. */
static bool logs_fit(const struct design *design, uint32_t frames,
                     struct diag *d)
{
    const uint64_t tokens_max = UINT64_C(1) << 26;
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < design->stream_count; i++)
        tokens += design->streams[i].tokens_per_frame;
    assert(tokens > 0);
    if (frames <= tokens_max / tokens)
        return true;
    diag_error(d, (struct place){ 0 }, DIAG_DATA,
               "%" PRIu32 " frames of %" PRIu64
               " tokens each are more than the 2^26 tokens that can be "
               "compared at once",
               frames, tokens);
    if (tokens <= tokens_max)
        diag_hint(d, "at most %" PRIu64 " frames fit", tokens_max / tokens);
    return false;
}

/* NULL: said why. */
static const struct process *find_rtl(const struct design *design,
                                      const char *name, struct arena *a,
                                      struct diag *d)
{
    const struct process *p = design_process(design, name);
    if (p != NULL)
        return p;
    const char **names =
        arena_new_array(a, const char *, (size_t)design->process_count + 1);
    for (uint32_t i = 0; i < design->process_count; i++)
        names[i] = design->processes[i].name;
    diag_error(d, (struct place){ 0 }, DIAG_NAME,
               "--rtl: '%s' has no process '%s'", design->name, name);
    const char *nearest = nearest_word(names, name);
    if (nearest != NULL) {
        diag_hint(d, "did you mean '%s'?", nearest);
    } else {
        struct text *t = text_new(a);
        for (uint32_t i = 0; i < design->process_count; i++)
            text_printf(t, "%s%s", i == 0 ? "" : ", ", names[i]);
        diag_hint(d, "there are: %s", text_string(t));
    }
    return NULL;
}

/* The processes named by --rtl, in the order of the design.  False: said
 * why. */
static bool set_rtl(struct verification_job *job, const struct option_list *l,
                    struct arena *a, struct diag *d)
{
    const struct design *design = job->design;
    bool *chosen = arena_new_array(a, bool, design->process_count);
    bool ok = true;
    for (uint32_t i = 0; i < l->count; i++) {
        char *rest = NULL, *names = arena_strdup(a, l->items[i]);
        char *name = strtok_r(names, ",", &rest);
        if (name == NULL) {
            diag_error(d, (struct place){ 0 }, DIAG_OPTION,
                       "--rtl names no process");
            ok = false;
        }
        for (; name != NULL; name = strtok_r(NULL, ",", &rest)) {
            const struct process *p = find_rtl(design, name, a, d);
            ok = ok && p != NULL;
            if (p != NULL)
                chosen[p->index] = true;
        }
    }
    uint32_t *rtl = arena_new_array(a, uint32_t, design->process_count);
    for (uint32_t i = 0; i < design->process_count; i++)
        if (chosen[i])
            rtl[job->rtl_count++] = i;
    job->rtl = rtl;
    return ok;
}

/* A design that is only built for this one has not been checked for it. */
static bool testbench_can(const struct design *design, struct diag *d)
{
    if (design->source.pattern == NULL && design->sink.pattern == NULL)
        return true;
    diag_error(d, (struct place){ 0 }, DIAG_UNSUPPORTED,
               "source or sink of '%s' have a recorded pattern, which the "
               "generated testbench has not",
               design->name);
    return false;
}

struct steps {
    struct progress bar;
    uint64_t done;
};

static void show_step(void *context, const char *step)
{
    struct steps *s = context;
    s->bar.label = step;
    progress_announce(&s->bar, s->done++);
}

/* FIFO=N.  False: said why. */
static bool read_step(const struct design *design, const char *text,
                      struct depth_step *out, struct arena *a, struct diag *d)
{
    const struct place command_line = { 0 };
    const char *equals = strrchr(text, '=');
    if (equals == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--cheaper: '%s' is not FIFO=N", text);
        return false;
    }
    const char *name = arena_printf(a, "%.*s", (int)(equals - text), text);
    const struct stream *s = design_stream(design, name);
    if (s == NULL || s->inner) {
        fifo_report_unknown(design, name, command_line, d);
        return false;
    }
    uint64_t depth;
    if (!options_number("--cheaper", equals + 1, 1, FIFO_DEPTH_MAX, &depth, d))
        return false;
    *out = (struct depth_step){ .stream = s->index, .depth = (uint32_t)depth };
    if (depth < s->depth)
        return fifo_check(s->name, s->auto_kind ? FIFO_AUTO : s->kind,
                          out->depth, command_line, d);
    diag_error(d, command_line, DIAG_OPTION,
               "--cheaper: depth %" PRIu64
               " of '%s' is not below the chosen %u",
               depth, s->name, s->depth);
    return false;
}

/* NULL: said why, or there are none. */
static const struct depth_step *read_steps(const struct design *design,
                                           const struct option_list *l,
                                           struct arena *a, struct diag *d)
{
    struct depth_step *steps = arena_new_array(a, struct depth_step, l->count);
    bool ok = l->count > 0;
    for (uint32_t i = 0; i < l->count; i++)
        ok &= read_step(design, l->items[i], &steps[i], a, d);
    return ok ? steps : NULL;
}

static void show_trial(void *context, const char *what, uint64_t done,
                       uint64_t total)
{
    struct steps *s = context;
    s->bar.label = what;
    s->bar.total = total;
    progress_announce(&s->bar, done);
}

int cmd_verify(struct invocation *in, const void *options)
{
    const struct verify_options *o = options;
    const char *file = in->operands.items[0];
    struct arena *a = in->arena;
    struct model *model;
    struct design_switches switches = o->design;
    switches.foreign.reads_data = true;
    struct design *design = load_design(a, file, &switches, &model, in->diag);
    if (design == NULL ||
        !stall_switches_apply(a, &o->stalls, &o->design, design, in->diag) ||
        !load_data_switches(&o->data, &o->design.foreign, model, in->diag))
        return COMMAND_FAILED;
    /* What there is to say of the file was said. */
    const struct design_switches alone = { .foreign = switches.foreign };
    struct design *plain = load_design(a, file, &alone, NULL, diag_new(a));
    if (plain == NULL)
        return COMMAND_FAILED;

    uint32_t frames = o->frames.given ? o->frames.value : FRAMES_DEFAULT;
    struct option_u64 seed = o->seed;
    if (model->data_inputs == NULL && !seed.given)
        seed = (struct option_u64){ .given = true, .value = 1 };
    struct dataset data = { 0 };
    if (!load_data(a, model, frames, &seed, &data, in->diag) ||
        !logs_fit(design, data.count, in->diag))
        return COMMAND_FAILED;
    struct verification_job job = {
        .design = design,
        .built = built_for(design, plain),
        .frames = data.count,
        .inputs = data.inputs,
    };
    if (!set_rtl(&job, &o->rtl, a, in->diag) ||
        !testbench_can(design, in->diag))
        return COMMAND_FAILED;
    if (o->rtl.count != 0 && !load_is_on_one_board(design, "--rtl", in->diag))
        return COMMAND_FAILED;
    if (o->cheaper.count != 0 &&
        !load_is_on_one_board(design, "--cheaper", in->diag))
        return COMMAND_FAILED;
    if (o->metastable.given && !design_has_links(design)) {
        diag_error(in->diag, (struct place){ 0 }, DIAG_OPTION,
                   "--metastable is for designs on several boards, and '%s' "
                   "has one clock",
                   design->name);
        return COMMAND_FAILED;
    }
    const struct depth_step *cheaper =
        read_steps(design, &o->cheaper, a, in->diag);
    if (o->cheaper.count != 0 && cheaper == NULL)
        return COMMAND_FAILED;
    if (cheaper != NULL && job.rtl_count != 0) {
        diag_error(in->diag, (struct place){ 0 }, DIAG_OPTION,
                   "--cheaper is for designs that are RTL throughout, --rtl "
                   "for others");
        return COMMAND_FAILED;
    }
    struct build_folder folder;
    if (!build_folder_open(&folder, a, o->build_dir, file, design->name,
                           in->diag))
        return COMMAND_FAILED;
    /* All kinds of build stay, each in a folder of its own. */
    const bool mixed = job.rtl_count != 0;
    const char *path = mixed ? file_join(a, folder.path, "systemc")
                       : o->metastable.given
                           ? file_join(a, folder.path, "metastable")
                           : folder.path;
    cosim_clean(a, path);

    struct steps steps = { .done = 0 };
    progress_start(&steps.bar, "verify", 5);
    const struct verification_options verify = {
        .folder = path,
        .fast_run = true,
        .metastable = o->metastable.given,
        .seed = o->metastable.value,
        .progress = show_step,
        .context = &steps,
    };
    const struct verification *v =
        mixed ? verify_in_systemc(a, &job, &verify, in->diag)
              : verify_designs(a, &job, 1, &verify, in->diag);
    const struct depth_proof_options prove = {
        .folder = path,
        .built = job.built,
        .other_kinds = true,
        .frames = o->frames.value,
        .inputs = data.inputs,
        .input_frames = data.count,
        .progress = show_trial,
        .context = &steps,
    };
    const struct depth_proof *proof = NULL;
    if (v != NULL && cheaper != NULL)
        proof = depth_proof_run(a, design, cheaper, o->cheaper.count, &prove,
                                in->diag);
    progress_end(&steps.bar);
    build_folder_close(&folder);
    if (v == NULL || (cheaper != NULL && proof == NULL))
        return COMMAND_FAILED;
    struct text *out = text_new(a);
    if (seed.given)
        text_printf(out, "random data, seed %" PRIu64 "\n", seed.value);
    if (o->design.random_stalls.given)
        text_printf(out, "random stalls, seed %" PRIu64 "\n",
                    o->design.random_stalls.value);
    if (o->metastable.given)
        text_printf(out, "metastable synchronisers, seed %" PRIu64 "\n",
                    o->metastable.value);
    print_result(v, &job, a, out);
    if (proof != NULL) {
        text_add(out, "\n");
        depth_proof_print(proof, a, out);
    }
    if (!terminal_write(NULL, out, in->diag))
        return COMMAND_FAILED;
    return verification_equal(v) && (proof == NULL || depth_proof_equal(proof))
               ? COMMAND_DONE
               : COMMAND_FOUND;
}
