#include "tests/accuracy/measured_design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "tests/accuracy/table_file.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

const char *const measured_design_names[] = {
    "lenet5",    "hgdream", "alezsmall", "conv8f", "pq_mnist_rf1",
    "pq_m3relu", "pq_m4",   "dsconv",    "t753",   NULL
};

enum { PROCESSES_MAX = 64, STREAMS_MAX = 128, PORT_DEPTH = 2 };

struct loader {
    struct arena *arena;
    struct measured_design *design;
    enum hls_tool tool;
    struct table_file *functions, *loops, *fifos, *inner;
};

static enum hls_tool tool_of(const char *text)
{
    if (strstr(text, "2019") != NULL)
        return HLS_VIVADO_2019_2;
    if (strstr(text, "2020") != NULL)
        return HLS_VIVADO_2020_1;
    return strstr(text, "2024") != NULL ? HLS_VITIS_2024_2 : HLS_VITIS_2023_2;
}

static uint32_t number(struct json of, const char *key, uint32_t otherwise)
{
    uint32_t value = otherwise;
    struct json j = json_get(of, key);
    if (json_exists(j) && json_kind(j) == JSON_NUMBER)
        json_read_u32(j, 0, UINT32_MAX, &value);
    return value;
}

static const char *text(struct json of, const char *key)
{
    return json_read_string(json_get(of, key));
}

static uint32_t stream_index(struct loader *l, const char *name)
{
    struct timing *t = &l->design->data;
    for (uint32_t i = 0; i < t->stream_count; i++)
        if (strcmp(t->streams[i].name, name) == 0)
            return i;
    ck_assert_uint_lt(t->stream_count, STREAMS_MAX);
    t->streams[t->stream_count] = (struct timing_stream){
        .name = name,
        .write_latency = 1,
        .read_latency = 1,
        .producer = TIMING_EDGE,
        .consumer = TIMING_EDGE,
    };
    return t->stream_count++;
}

static void set_fifo(struct loader *l, struct timing_stream *s)
{
    const struct table_file *f = l->fifos;
    for (uint32_t row = 0; row < f->rows; row++) {
        if (!table_is(f, row, "fifo", s->name))
            continue;
        s->tokens_per_frame = table_number(f, row, "tokens_per_frame");
        if (table_is(f, row, "kind", "A") || table_is(f, row, "kind", "S"))
            s->capacity = (uint32_t)table_number(f, row, "capacity");
        else
            s->capacity = PORT_DEPTH;
        if (table_is(f, row, "kind", "A"))
            s->write_latency = 2;
        return;
    }
    ck_abort_msg("%s: no FIFO %s", l->design->name, s->name);
}

/* Numbers of the loops of function `row`, of the outermost one. */
static bool loop_numbers(const struct loader *l, uint32_t function,
                         struct hls_numbers *n, uint32_t *trips)
{
    for (uint32_t i = 0; i < l->loops->rows; i++) {
        if (table_number(l->loops, i, "row") != function)
            continue;
        *trips = (uint32_t)table_number(l->loops, i, "trip_max");
        const uint32_t least =
            (uint32_t)table_number(l->loops, i, "iteration_min");
        const uint32_t most =
            (uint32_t)table_number(l->loops, i, "iteration_max");
        if (table_is(l->loops, i, "pipelined", "yes")) {
            n->ii = (uint32_t)table_number(l->loops, i, "ii");
            n->depth = most;
        } else {
            n->idle = least;
            n->fire = most;
        }
        return true;
    }
    return false;
}

/* The row of the process itself in csynth.csv. */
static uint32_t function_row(const struct loader *l, const char *process)
{
    for (uint32_t i = 0; i < l->functions->rows; i++)
        if (table_is(l->functions, i, "process", process) &&
            table_number(l->functions, i, "level") == 1)
            return (uint32_t)table_number(l->functions, i, "row");
    ck_abort_msg("%s: no report of %s", l->design->name, process);
}

static uint32_t latency_of(const struct loader *l, uint32_t row)
{
    return (uint32_t)table_number(l->functions, row, "latency_max");
}

static void set_window(struct hls_process *p, struct json of)
{
    p->height = number(of, "in_height", 1);
    p->width = number(of, "in_width", 1);
    p->kernel_h = number(of, "filt_height", 1);
    p->kernel_w = number(of, "filt_width", 1);
    p->stride_h = number(of, "stride_height", 1);
    p->stride_w = number(of, "stride_width", 1);
}

static void set_tokens(struct hls_process *p, uint32_t tokens, uint32_t kernel)
{
    p->height = p->kernel_h = p->stride_h = p->stride_w = 1;
    p->width = tokens;
    p->kernel_w = kernel;
}

static bool begins(const char *word, const char *with)
{
    return strncmp(word, with, strlen(with)) == 0;
}

static void set_body(struct loader *l, struct json j, struct hls_process *p)
{
    const char *kind = text(j, "kind");
    const uint32_t row = function_row(l, text(j, "name"));
    const struct json of = json_get(j, "parameters");
    uint32_t tokens = 1, trips = 0;
    json_read_u32(json_at(json_get(j, "tokens_in"), 0), 1, UINT32_MAX, &tokens);
    p->tool = l->tool;
    p->numbers.latency = latency_of(l, row);
    const bool loops = loop_numbers(l, row, &p->numbers, &trips);
    set_tokens(p, tokens, 1);
    if (begins(kind, "zeropad")) {
        p->body = HLS_PAD;
        p->height = number(of, "in_height", 1);
        p->width = number(of, "in_width", 1);
        p->top = number(of, "pad_top", 0);
        p->bottom = number(of, "pad_bottom", 0);
        p->left = number(of, "pad_left", 0);
        p->right = number(of, "pad_right", 0);
    } else if (begins(kind, "upsample")) {
        p->body = HLS_UPSAMPLE;
        p->factor = number(of, "upsample_factor", 2);
        p->factor_h = 1;
    } else if (begins(kind, "conv") || begins(kind, "pooling")) {
        p->body = HLS_WINDOW;
        set_window(p, of);
    } else if (begins(kind, "dense") && tokens > 1) {
        p->body = HLS_GATHER;
        set_tokens(p, tokens, tokens);
    } else if (begins(kind, "dense") && loops && p->numbers.ii == 1) {
        p->body = HLS_REUSE;
        p->numbers.ii = trips;
    } else if (begins(kind, "softmax")) {
        p->body = HLS_REDUCE_EXP;
    } else {
        p->body = loops ? HLS_MAP : HLS_ONCE;
    }
}

static struct timing_process *new_process(struct loader *l, const char *name)
{
    struct timing *t = &l->design->data;
    ck_assert_uint_lt(t->process_count, PROCESSES_MAX);
    struct timing_process *p = &t->processes[t->process_count++];
    *p = (struct timing_process){ .name = name };
    return p;
}

static uint32_t last_process(const struct loader *l)
{
    return l->design->data.process_count - 1;
}

static void join(struct loader *l, struct timing_process *p, uint32_t input,
                 uint32_t output)
{
    uint32_t *ports = arena_new_array(l->arena, uint32_t, 2);
    ports[0] = input;
    ports[1] = output;
    p->input_count = p->output_count = 1;
    p->inputs = ports;
    p->outputs = ports + 1;
    struct timing_stream *streams = l->design->data.streams;
    streams[input].consumer = last_process(l);
    streams[output].producer = last_process(l);
}

/* The FIFO between the halves: RAM if it is deep. */
static uint32_t inner_fifo(struct loader *l, const char *name, uint32_t tokens)
{
    const uint32_t s =
        stream_index(l, arena_printf(l->arena, "%s.depthwise", name));
    struct timing_stream *to = &l->design->data.streams[s];
    for (uint32_t row = 0; row < l->inner->rows; row++) {
        if (!table_is(l->inner, row, "process", name))
            continue;
        to->capacity = (uint32_t)table_number(l->inner, row, "depth");
        if (to->capacity > 36) {
            to->write_latency = 2;
            to->capacity++;
        }
    }
    to->tokens_per_frame = tokens;
    return s;
}

/* Function rows of the two halves: the one with a loop over the input is the
 * depthwise one, the other the pointwise one. */
static void set_halves(struct loader *l, const char *name, uint32_t tokens_in,
                       struct hls_process *depthwise,
                       struct hls_process *pointwise)
{
    for (uint32_t i = 0; i < l->functions->rows; i++) {
        if (!table_is(l->functions, i, "process", name) ||
            table_number(l->functions, i, "level") != 2)
            continue;
        struct hls_numbers n = { .latency = latency_of(l, i) };
        uint32_t trips = 0;
        const bool loops =
            loop_numbers(l, (uint32_t)table_number(l->functions, i, "row"), &n,
                         &trips);
        if (loops && trips == tokens_in)
            depthwise->numbers = n;
        else
            pointwise->numbers = n;
        if (!loops)
            pointwise->body = HLS_ONCE;
    }
}

static void add_separable(struct loader *l, struct json j, uint32_t input,
                          uint32_t output)
{
    const char *name = text(j, "name");
    const struct json of = json_get(j, "parameters");
    struct hls_process depthwise = { .tool = l->tool,
                                     .body = HLS_WINDOW,
                                     .separable = true };
    set_window(&depthwise, json_get(of, "depthwise"));
    struct hls_process pointwise = { .tool = l->tool, .body = HLS_MAP };
    uint32_t tokens = 1;
    json_read_u32(json_at(json_get(j, "tokens_out"), 0), 1, UINT32_MAX,
                  &tokens);
    set_tokens(&pointwise, tokens, 1);
    set_halves(l, name, depthwise.height * depthwise.width, &depthwise,
               &pointwise);
    const uint32_t between = inner_fifo(l, name, tokens);
    struct timing_process *p =
        new_process(l, arena_printf(l->arena, "%s.depthwise", name));
    join(l, p, input, between);
    l->design->processes[last_process(l)] = depthwise;
    join(l, new_process(l, name), between, output);
    l->design->processes[last_process(l)] = pointwise;
}

static void add_process(struct loader *l, struct json j)
{
    const uint32_t input =
        stream_index(l, json_read_string(json_at(json_get(j, "inputs"), 0)));
    const uint32_t output =
        stream_index(l, json_read_string(json_at(json_get(j, "outputs"), 0)));
    set_fifo(l, &l->design->data.streams[input]);
    set_fifo(l, &l->design->data.streams[output]);
    if (begins(text(j, "kind"), "separable")) {
        add_separable(l, j, input, output);
        return;
    }
    join(l, new_process(l, text(j, "name")), input, output);
    set_body(l, j, &l->design->processes[last_process(l)]);
}

static void find_ports(struct measured_design *m)
{
    struct timing *t = &m->data;
    for (uint32_t i = 0; i < t->process_count; i++) {
        const uint32_t in = t->processes[i].inputs[0];
        const uint32_t out = t->processes[i].outputs[0];
        if (t->streams[in].producer == TIMING_EDGE) {
            m->processes[i].from_port = true;
            m->input = in;
            t->streams[in].write_latency = hls_port_latency(&m->processes[i]);
        }
        if (t->streams[out].consumer == TIMING_EDGE) {
            m->processes[i].to_port = true;
            m->output = out;
        }
    }
}

struct measured_design *measured_design_load(struct arena *a, const char *name)
{
    struct measured_design *m = arena_new_item(a, struct measured_design);
    m->name = name;
    m->folder =
        arena_printf(a, HEADRACE_SOURCE_DIR "/tests/accuracy/data/%s", name);
    m->processes = arena_new_array(a, struct hls_process, PROCESSES_MAX);
    m->data.processes =
        arena_new_array(a, struct timing_process, PROCESSES_MAX);
    m->data.streams = arena_new_array(a, struct timing_stream, STREAMS_MAX);
    struct diag *d = diag_new(a);
    const struct json j =
        json_load(a, arena_printf(a, "%s/design.json", m->folder), d);
    ck_assert(json_exists(j));
    m->tool = text(j, "tool");
    struct loader l = { a, m, tool_of(m->tool), NULL, NULL, NULL, NULL };
    struct {
        const char *name;
        struct table_file **to;
    } files[] = {
        { "runs", &m->runs },         { "frames", &m->frames },
        { "peaks", &m->peaks },       { "csynth", &l.functions },
        { "csynth_loops", &l.loops }, { "fifos", &l.fifos },
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        *files[i].to = table_file_read(
            a, arena_printf(a, "%s/%s.csv", m->folder, files[i].name));
    if (strcmp(name, "dsconv") == 0)
        l.inner = table_file_read(a, arena_printf(a, "%s/inner_fifos.csv",
                                                  m->folder));
    const struct json processes = json_get(j, "processes");
    for (size_t i = 0; i < json_length(processes); i++)
        add_process(&l, json_at(processes, i));
    find_ports(m);
    return m;
}
