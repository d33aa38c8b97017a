#include "import/schedule_file.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "import/schedule_program.h"
#include "kernels/schedule.h"

enum {
    VERSION = 1,
    NAME_MAX_LENGTH = 64,
    CAPACITY_MAX = 1 << 30,
    LATENCY_MAX = 1000000,
    RUNS_MAX = 1000
};

/* Tokens of a frame: so many are counted in 31 bits elsewhere. */
#define TOKENS_MAX (UINT64_C(1) << 31)

struct reading {
    struct arena *arena;
    struct diag *diag;
    struct schedule_file *file;
};

/* Letters, digits and '_', as in a model; NULL: said why. */
static const char *read_name(struct json j)
{
    const char *s = json_read_string(j);
    if (s == NULL)
        return NULL;
    const size_t length = strlen(s);
    const size_t legal =
        strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                  "0123456789_");
    if (length >= 1 && length <= NAME_MAX_LENGTH && legal == length)
        return s;
    json_error(j, DIAG_NAME,
               "a name has 1 to %d letters, digits and '_'; this one has "
               "others, or more",
               (int)NAME_MAX_LENGTH);
    return NULL;
}

static bool is_taken(const struct schedule_file *f, struct json j,
                     const char *name)
{
    for (uint32_t i = 0; i < f->stream_count; i++) {
        if (strcmp(f->streams[i].name, name) == 0) {
            json_error(j, DIAG_NAME, "there is another stream '%s'", name);
            return true;
        }
    }
    return false;
}

static struct schedule_stream *add_stream(struct reading *r, struct json j,
                                          enum schedule_stream_kind kind)
{
    struct schedule_file *f = r->file;
    if (!json_is_object(j))
        return NULL;
    struct json name_value = json_need(j, "name");
    const char *name = json_exists(name_value) ? read_name(name_value) : NULL;
    if (name == NULL || is_taken(f, name_value, name))
        return NULL;
    struct schedule_stream *s = &f->streams[f->stream_count++];
    *s = (struct schedule_stream){ .name = name,
                                   .place = json_place(j),
                                   .kind = kind,
                                   .writer = UINT32_MAX,
                                   .reader = UINT32_MAX };
    return s;
}

static bool read_port(struct reading *r, struct json j,
                      enum schedule_stream_kind kind)
{
    struct schedule_stream *s = add_stream(r, j, kind);
    if (s == NULL)
        return false;
    struct json tokens = json_need(j, "tokens_per_frame");
    bool ok = json_exists(tokens) &&
              json_read_u64(tokens, 1, TOKENS_MAX, &s->tokens_per_frame);
    struct json bits = json_get(j, "width_bits");
    if (json_exists(bits))
        ok &= json_read_u32(bits, 1, 1 << 20, &s->width_bits);
    return json_no_more_keys(j) && ok;
}

static bool read_inner(struct reading *r, struct json j)
{
    struct schedule_stream *s = add_stream(r, j, SCHEDULE_INNER);
    if (s == NULL)
        return false;
    struct json capacity = json_need(j, "capacity");
    bool ok = json_exists(capacity) &&
              json_read_u32(capacity, 1, CAPACITY_MAX, &s->capacity);
    s->latency = 1;
    struct json latency = json_get(j, "latency");
    if (json_exists(latency))
        ok &= json_read_u32(latency, 1, LATENCY_MAX, &s->latency);
    struct json initial = json_get(j, "initial");
    if (json_exists(initial) && s->capacity != 0)
        ok &= json_read_u32(initial, 0, s->capacity, &s->initial);
    return json_no_more_keys(j) && ok;
}

static bool read_ports(struct reading *r, struct json root, const char *key,
                       enum schedule_stream_kind kind, uint32_t *count)
{
    struct json list = json_need(root, key);
    if (!json_exists(list) || !json_is_array(list, 1, DESIGN_PORTS_MAX / 2))
        return false;
    bool ok = true;
    for (size_t i = 0; i < json_length(list); i++)
        ok &= read_port(r, json_at(list, i), kind);
    *count = (uint32_t)json_length(list);
    return ok;
}

static bool read_streams(struct reading *r, struct json root)
{
    struct schedule_file *f = r->file;
    bool ok = read_ports(r, root, "inputs", SCHEDULE_INPUT, &f->input_count);
    ok &= read_ports(r, root, "outputs", SCHEDULE_OUTPUT, &f->output_count);
    struct json list = json_get(root, "streams");
    if (!ok || !json_exists(list))
        return ok;
    if (!json_is_array(list, 0, DESIGN_PORTS_MAX))
        return false;
    for (size_t i = 0; i < json_length(list); i++)
        ok &= read_inner(r, json_at(list, i));
    return ok;
}

static bool read_stages(struct reading *r, struct json root)
{
    struct schedule_file *f = r->file;
    struct json list = json_need(root, "stages");
    if (!json_exists(list) || !json_is_array(list, 1, SCHEDULE_STAGES_MAX))
        return false;
    f->stages =
        arena_new_array(r->arena, struct schedule_stage, json_length(list));
    for (size_t i = 0; i < json_length(list); i++) {
        struct json j = json_at(list, i);
        struct schedule_stage *s = &f->stages[f->stage_count];
        if (!json_is_object(j))
            return false;
        struct json name = json_need(j, "name");
        s->name = json_exists(name) ? read_name(name) : NULL;
        if (s->name == NULL)
            return false;
        for (uint32_t k = 0; k < f->stage_count; k++) {
            if (strcmp(f->stages[k].name, s->name) == 0) {
                json_error(name, DIAG_NAME, "there is another stage '%s'",
                           s->name);
                return false;
            }
        }
        if (!schedule_program_read(r->arena, j, f, s) || !json_no_more_keys(j))
            return false;
        f->stage_count++;
    }
    return true;
}

/* Notes which stage is at an end of a stream; one only. */
static bool join_end(struct reading *r, uint32_t *end, uint32_t stage,
                     const struct schedule_stream *s, const char *does)
{
    if (*end != UINT32_MAX) {
        diag_error(r->diag, s->place, DIAG_SCHEDULE,
                   "'%s' is %s by two stages, '%s' and '%s'", s->name, does,
                   r->file->stages[*end].name, r->file->stages[stage].name);
        return false;
    }
    *end = stage;
    return true;
}

static bool join(struct reading *r)
{
    struct schedule_file *f = r->file;
    bool ok = true;
    for (uint32_t i = 0; i < f->stage_count; i++) {
        const struct schedule_stage *s = &f->stages[i];
        for (uint32_t k = 0; k < s->input_count; k++) {
            struct schedule_stream *t = &f->streams[s->inputs[k]];
            ok &= join_end(r, &t->reader, i, t, "read");
        }
        for (uint32_t k = 0; k < s->output_count; k++) {
            struct schedule_stream *t = &f->streams[s->outputs[k]];
            ok &= join_end(r, &t->writer, i, t, "written");
        }
    }
    return ok;
}

static uint64_t stage_reads(const struct schedule_stage *s, uint32_t stream)
{
    uint32_t port = 0;
    while (s->inputs[port] != stream)
        port++;
    return schedule_reads(s->schedule, port);
}

static uint64_t stage_writes(const struct schedule_stage *s, uint32_t stream)
{
    uint32_t port = 0;
    while (s->outputs[port] != stream)
        port++;
    return schedule_writes(s->schedule, port);
}

/* Both ends of a stream, as far as it has them, move as many tokens a frame. */
static bool check_tokens(struct reading *r, uint32_t stream)
{
    struct schedule_file *f = r->file;
    struct schedule_stream *s = &f->streams[stream];
    if ((s->kind != SCHEDULE_INPUT && s->writer == UINT32_MAX) ||
        (s->kind != SCHEDULE_OUTPUT && s->reader == UINT32_MAX)) {
        diag_error(r->diag, s->place, DIAG_SCHEDULE, "no stage %s '%s'",
                   s->kind != SCHEDULE_INPUT && s->writer == UINT32_MAX
                       ? "writes"
                       : "reads",
                   s->name);
        return false;
    }
    uint64_t written = s->tokens_per_frame, read = s->tokens_per_frame;
    if (s->kind != SCHEDULE_INPUT)
        written = stage_writes(&f->stages[s->writer], stream);
    if (s->kind != SCHEDULE_OUTPUT)
        read = stage_reads(&f->stages[s->reader], stream);
    s->tokens_per_frame = written;
    if (written == read)
        return true;
    diag_error(r->diag, s->place, DIAG_SCHEDULE,
               "%" PRIu64 " tokens of '%s' are written in a frame and %" PRIu64
               " read",
               written, s->name, read);
    return false;
}

/* How far the runs that it was fitted to and checked with were off. */
static bool read_measured(struct reading *r, struct json j)
{
    struct trust *t = &r->file->trust;
    *t = (struct trust){ .level = TRUST_EXTRAPOLATED,
                         .reason = "its schedule names no measurement" };
    if (!json_exists(j))
        return true;
    if (!json_is_object(j))
        return false;
    struct json source = json_get(j, "source");
    bool ok = !json_exists(source) || json_read_string(source) != NULL;
    struct json runs = json_need(j, "runs");
    if (!json_exists(runs) || !json_is_array(runs, 1, RUNS_MAX))
        return false;
    for (size_t i = 0; i < json_length(runs); i++) {
        struct json run = json_at(runs, i);
        if (!json_is_object(run))
            return false;
        uint32_t largest = 0;
        uint64_t events, different;
        struct json value = json_need(run, "largest");
        ok &=
            json_exists(value) && json_read_u32(value, 0, UINT32_MAX, &largest);
        ok &= json_read_u64(json_get(run, "events"), 0, UINT64_MAX, &events);
        ok &= json_read_u64(json_get(run, "different"), 0, UINT64_MAX,
                            &different);
        ok &= json_read_string(json_get(run, "run")) != NULL;
        ok &= json_read_string(json_get(run, "use")) != NULL;
        ok &= json_no_more_keys(run);
        if (largest > t->bound_cycles)
            t->bound_cycles = largest;
    }
    t->level = TRUST_CALIBRATED;
    t->reason = arena_printf(r->arena, "%zu runs in %s", json_length(runs),
                             r->file->path);
    struct json open = json_get(j, "undetermined");
    if (json_exists(open) && json_is_array(open, 0, RUNS_MAX)) {
        for (size_t i = 0; i < json_length(open); i++) {
            const char *s = json_read_string(json_at(open, i));
            ok &= s != NULL;
            if (i == 0 && s != NULL)
                *t = (struct trust){
                    .level = TRUST_EXTRAPOLATED,
                    .reason = arena_printf(r->arena, "not determined: %s", s)
                };
        }
    }
    return json_no_more_keys(j) && ok;
}

static bool read_root(struct reading *r, struct json root)
{
    struct schedule_file *f = r->file;
    if (!json_is_object(root))
        return false;
    uint32_t version;
    struct json v = json_need(root, "headrace_schedule");
    if (!json_exists(v) || !json_read_u32(v, VERSION, VERSION, &version))
        return false;
    struct json name = json_need(root, "name");
    f->name = json_exists(name) ? read_name(name) : NULL;
    if (f->name == NULL || !read_streams(r, root) || !read_stages(r, root) ||
        !read_measured(r, json_get(root, "measured")) ||
        !json_no_more_keys(root) || !join(r))
        return false;
    bool ok = true;
    for (uint32_t i = 0; i < f->stream_count; i++)
        ok &= check_tokens(r, i);
    return ok;
}

const struct schedule_file *schedule_file_read(struct arena *a,
                                               const char *path, struct diag *d)
{
    struct json root = json_load(a, path, d);
    if (!json_exists(root))
        return NULL;
    struct schedule_file *f = arena_new_item(a, struct schedule_file);
    f->path = path;
    f->streams =
        arena_new_array(a, struct schedule_stream, SCHEDULE_STREAMS_MAX);
    struct reading r = { a, d, f };
    return read_root(&r, root) ? f : NULL;
}
