/* The top-level function: its streams, and the calls of hls4ml's library. */
#include "import/hls4ml/hls4ml_reader.h"

#include "base/arena.h"
#include "base/text.h"

#include <string.h>

static const struct cpp_token *token(const struct hls4ml_reader *r, uint32_t at)
{
    return cpp_at(r->code, at);
}

static bool sees(const struct hls4ml_reader *r, uint32_t at, const char *text)
{
    return cpp_is(token(r, at), text);
}

static bool sees_stream(const struct hls4ml_reader *r, uint32_t at)
{
    return sees(r, at, "hls") && sees(r, at + 1, "::") &&
           sees(r, at + 2, "stream") && sees(r, at + 3, "<");
}

static bool fault(struct hls4ml_reader *r, uint32_t at, const char *what)
{
    diag_error(r->diag, hls4ml_place(r->code, at), DIAG_HLS4ML, "%s", what);
    return false;
}

struct hls4ml_stream *hls4ml_stream(const struct hls4ml_reader *r,
                                    const char *name)
{
    for (uint32_t i = 0; i < r->stream_count; i++)
        if (strcmp(r->streams[i].name, name) == 0) {
            struct hls4ml_stream *s = &r->streams[i];
            return s->same != NULL ? s->same : s;
        }
    return NULL;
}

static struct hls4ml_stream *add_stream(struct hls4ml_reader *r, uint32_t at)
{
    const char *name = cpp_text(r->arena, token(r, at));
    if (r->stream_count == HLS4ML_STREAMS_MAX) {
        fault(r, at, "too many streams for a project of hls4ml");
        return NULL;
    }
    if (hls4ml_stream(r, name) != NULL) {
        diag_error(r->diag, hls4ml_place(r->code, at), DIAG_HLS4ML,
                   "stream '%s' is there twice", name);
        return NULL;
    }
    struct hls4ml_stream *s = &r->streams[r->stream_count++];
    *s = (struct hls4ml_stream){
        .name = name,
        .place = hls4ml_place(r->code, at),
        .source = UINT32_MAX,
        .sink = UINT32_MAX,
    };
    return s;
}

/* `hls::stream<T> NAME`, also with &; *at is set behind the name. */
static bool read_stream(struct hls4ml_reader *r, uint32_t *at)
{
    uint32_t in = *at + 4;
    struct hls4ml_type type;
    if (!hls4ml_type_at(r, r->code, NULL, &in, &type) || !sees(r, in, ">")) {
        fault(r, *at + 4, "the type of this stream is not known");
        return false;
    }
    in += sees(r, in + 1, "&") ? 2 : 1;
    if (token(r, in)->kind != CPP_WORD)
        return fault(r, in, "a stream without a name");
    if (sees(r, in + 1, "["))
        return fault(r, in, "arrays of streams are not read");
    struct hls4ml_stream *s = add_stream(r, in);
    if (s == NULL)
        return false;
    s->type = type;
    if (type.elements == 0)
        s->type.elements = 1; /* of version 0.5: single values */
    *at = in + 1;
    return true;
}

/* Those of the function: the first is the input, the last the output.  `at`
 * stands behind the bracket and is set behind the closing one. */
static bool read_ports(struct hls4ml_reader *r, uint32_t *at)
{
    while (!sees(r, *at, ")") && token(r, *at)->kind != CPP_END) {
        if (sees_stream(r, *at)) {
            if (!read_stream(r, at))
                return false;
            continue;
        }
        if (token(r, *at)->kind == CPP_WORD && sees(r, *at + 1, "[")) {
            fault(r, *at,
                  "the project is built with io_parallel: arrays, not streams");
            diag_hint(r->diag, "headrace is about streams; make the project "
                               "with io_type='io_stream'");
            return false;
        }
        ++*at;
    }
    if (r->stream_count == 2) {
        r->input = 0;
        r->output = 1;
        return true;
    }
    diag_error(r->diag, hls4ml_place(r->code, *at), DIAG_UNSUPPORTED,
               "function '%s' has %u streams; one input and one output are "
               "supported",
               r->top, r->stream_count);
    return false;
}

/* `#pragma HLS STREAM variable=NAME depth=N`, at the directive. */
static bool read_pragma(struct hls4ml_reader *r, uint32_t at)
{
    if (!sees(r, at, "pragma") || !sees(r, at + 1, "HLS") ||
        !sees(r, at + 2, "STREAM"))
        return true;
    const char *variable = NULL;
    double depth = 0;
    for (at += 3; token(r, at)->kind != CPP_LINE && at < r->code->count;) {
        bool is_variable = sees(r, at, "variable") && sees(r, at + 1, "=");
        bool is_depth = sees(r, at, "depth") && sees(r, at + 1, "=");
        at += is_variable || is_depth ? 2 : 1;
        if (is_variable)
            variable = cpp_text(r->arena, token(r, at));
        uint32_t value_at = at;
        if (is_depth &&
            (!hls4ml_value(r, r->code, NULL, &at, &depth) || depth < 1 ||
             depth > UINT32_MAX || depth != (double)(uint32_t)depth))
            return fault(r, value_at, "this depth is no number of tokens");
    }
    struct hls4ml_stream *s =
        variable == NULL ? NULL : hls4ml_stream(r, variable);
    if (s == NULL)
        return fault(r, at - 1, "this pragma names no stream");
    s->depth = (uint64_t)depth;
    return true;
}

/* `auto& NAME = OTHER;`, at the name. */
static bool read_alias(struct hls4ml_reader *r, uint32_t at)
{
    struct hls4ml_stream *other =
        hls4ml_stream(r, cpp_text(r->arena, token(r, at + 2)));
    if (!sees(r, at + 1, "=") || other == NULL)
        return fault(r, at, "this name stands for no stream");
    struct hls4ml_stream *s = add_stream(r, at);
    if (s != NULL)
        s->same = other;
    return s != NULL;
}

/* What stands between brackets: the first token of each part between commas.
 * `at` is behind the opening bracket; set behind the closing one. */
static bool read_list(struct hls4ml_reader *r, uint32_t *at, const char *open,
                      const char *close, uint32_t *count, uint32_t *parts)
{
    uint32_t depth = 0, start = *at;
    *count = 0;
    for (;; ++*at) {
        bool ends = depth == 0 && sees(r, *at, close);
        if (token(r, *at)->kind == CPP_END)
            return fault(r, start, "this bracket is not closed");
        if (ends && *at == start && *count == 0) {
            ++*at;
            return true;
        }
        if (ends || (depth == 0 && sees(r, *at, ","))) {
            if (*count == HLS4ML_ARGUMENTS_MAX)
                return fault(r, start, "too many arguments");
            parts[(*count)++] = start;
            start = *at + 1;
        }
        if (ends) {
            ++*at;
            return true;
        }
        if (sees(r, *at, open))
            depth++;
        if (sees(r, *at, close))
            depth--;
    }
}

/* A name for a model config: other characters become "_". */
static const char *layer_name(struct hls4ml_reader *r, const char *text)
{
    enum { NAME_MAX = 64 };
    bool starts_badly = text[0] == '\0' || (text[0] >= '0' && text[0] <= '9');
    char *name = arena_printf(r->arena, "%s%.*s", starts_badly ? "_" : "",
                              NAME_MAX - 1, text);
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz_0123456789";
    for (char *c = name; *c != '\0'; c++)
        if (strchr(allowed, *c) == NULL)
            *c = '_';
    return strcmp(name, "source") == 0 || strcmp(name, "sink") == 0
               ? arena_printf(r->arena, "%s_", name)
               : name;
}

static bool is_taken(const struct hls4ml_reader *r, const char *name)
{
    for (uint32_t i = 0; i < r->call_count; i++)
        if (strcmp(r->calls[i].layer, name) == 0)
            return true;
    return false;
}

/* The word behind the call; calls without one, and further ones of the same
 * name, are named after their line. */
static const char *name_of(struct hls4ml_reader *r, uint32_t at, uint32_t line)
{
    const struct cpp_token *t = token(r, at);
    const char *name = NULL;
    if (t->kind == CPP_COMMENT && t->line == line && t->length > 0)
        name = layer_name(r, cpp_text(r->arena, t));
    if (name == NULL)
        return arena_printf(r->arena, "line%u", line);
    return is_taken(r, name)
               ? arena_printf(r->arena, "%.40s_line%u", name, line)
               : name;
}

/* `nnet::FUNCTION<...>(...);`, at the function; *at is set behind it. */
static bool read_call(struct hls4ml_reader *r, uint32_t *at)
{
    struct hls4ml_call c = {
        .function = cpp_text(r->arena, token(r, *at)),
        .place = hls4ml_place(r->code, *at),
        .source = r->code,
    };
    uint32_t in = *at + 1;
    if (r->call_count == HLS4ML_CALLS_MAX)
        return fault(r, *at, "too many calls for a project of hls4ml");
    if (sees(r, in, "<")) {
        in++;
        if (!read_list(r, &in, "<", ">", &c.type_count, c.types))
            return false;
    }
    if (!sees(r, in, "("))
        return fault(r, in, "a call has arguments in brackets");
    in++;
    if (!read_list(r, &in, "(", ")", &c.argument_count, c.arguments))
        return false;
    uint32_t line = token(r, in)->line;
    *at = sees(r, in, ";") ? in + 1 : in;
    c.layer = name_of(r, *at, line);
    c.config = "";
    if (c.type_count > 0)
        c.config = cpp_text(r->arena, token(r, c.types[c.type_count - 1]));
    r->calls = arena_grow(r->arena, r->calls, r->call_count, sizeof *r->calls);
    r->calls[r->call_count++] = c;
    return true;
}

static bool is_ignored(const struct hls4ml_reader *r, uint32_t at)
{
    /* What C simulation alone does. */
    static const char *const names[] = { "load_weights_from_txt",
                                         "load_compressed_weights_from_txt",
                                         "load_exponent_weights_from_txt",
                                         "save_layer_output", NULL };
    for (uint32_t i = 0; names[i] != NULL; i++)
        if (sees(r, at, names[i]))
            return true;
    return false;
}

static bool read_body(struct hls4ml_reader *r, uint32_t at)
{
    bool fine = true;
    for (uint32_t depth = 1; depth > 0 && fine;) {
        const struct cpp_token *t = token(r, at);
        if (t->kind == CPP_END)
            return fault(r, at, "the function is not closed");
        if (t->kind == CPP_DIRECTIVE) {
            fine = read_pragma(r, at);
            while (token(r, at)->kind != CPP_LINE &&
                   token(r, at)->kind != CPP_END)
                at++;
        } else if (sees_stream(r, at)) {
            fine = read_stream(r, &at);
        } else if (sees(r, at, "auto") && sees(r, at + 1, "&") &&
                   token(r, at + 2)->kind == CPP_WORD) {
            fine = read_alias(r, at + 2);
            at += 5;
        } else if (sees(r, at, "nnet") && sees(r, at + 1, "::") &&
                   token(r, at + 2)->kind == CPP_WORD &&
                   !is_ignored(r, at + 2)) {
            at += 2;
            fine = read_call(r, &at);
        } else {
            depth += sees(r, at, "{");
            depth -= sees(r, at, "}");
            at++;
        }
    }
    return fine;
}

bool hls4ml_read_calls(struct hls4ml_reader *r)
{
    uint32_t streams = 2;
    for (uint32_t at = 0; at < r->code->count; at++)
        streams += sees(r, at, "stream") || sees(r, at, "auto");
    if (streams > HLS4ML_STREAMS_MAX)
        streams = HLS4ML_STREAMS_MAX;
    r->streams = arena_new_array(r->arena, struct hls4ml_stream, streams);
    for (uint32_t at = 0; at < r->code->count; at++) {
        if (!sees(r, at, r->top) || !sees(r, at + 1, "("))
            continue;
        uint32_t in = at + 2;
        if (!read_ports(r, &in))
            return false;
        if (sees(r, in + 1, "{"))
            return read_body(r, in + 2);
        return fault(r, in, "the function has no body");
    }
    diag_error(r->diag, (struct place){ .file = r->code->path }, DIAG_HLS4ML,
               "there is no function '%s'", r->top);
    return false;
}

struct hls4ml_stream *hls4ml_argument(struct hls4ml_reader *r,
                                      const struct hls4ml_call *c,
                                      uint32_t index)
{
    struct hls4ml_stream *s = NULL;
    if (index < c->argument_count)
        s = hls4ml_stream(r, cpp_text(r->arena, token(r, c->arguments[index])));
    if (s == NULL)
        hls4ml_error(r, c, DIAG_HLS4ML, "argument %u is no stream", index + 1);
    return s;
}
