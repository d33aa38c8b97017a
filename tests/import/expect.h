/* expect -- broken models with every diagnostic that they give: missing and
 * extra ones fail. */
#ifndef HEADRACE_TESTS_IMPORT_EXPECT_H
#define HEADRACE_TESTS_IMPORT_EXPECT_H

#include "tests/import/example.h"

/* The layer types as a message lists them. */
#define EXPECT_TYPES                                                           \
    "'conv2d', 'depthwise_conv2d', 'separable_conv2d', 'conv1d', "             \
    "'depthwise_conv1d', 'separable_conv1d', 'dense', 'maxpool2d', "           \
    "'avgpool2d', 'maxpool1d', 'avgpool1d', 'global_maxpool', "                \
    "'global_avgpool', 'add', 'subtract', 'multiply', 'maximum', 'concat', "   \
    "'batchnorm', 'relu', 'relu6', 'leaky_relu', 'prelu', 'linear', "          \
    "'sigmoid', 'tanh', 'hard_sigmoid', 'hard_tanh', 'lookup', 'softmax', "    \
    "'argmax', 'upsample2d', 'upsample1d', 'crop2d', 'crop1d', 'zeropad2d', "  \
    "'zeropad1d', 'flatten', 'reshape' or 'transpose'"

struct expect {
    uint32_t line, column;
    enum diag_code code;
    const char *text;
    const char *hint; /* NULL: none */
};

static inline void expect_check(const struct example *e,
                                const struct expect *expects, const char *what)
{
    size_t count = 0;
    for (; expects[count].text != NULL; count++) {
        const struct expect *x = &expects[count];
        ck_assert_msg(count < diag_count(e->diag), "%s: no '%s' in\n%s", what,
                      x->text, example_messages(e));
        const struct diag_message *m = diag_at(e->diag, count);
        bool same_hint = x->hint == NULL || m->hint == NULL
                             ? x->hint == m->hint
                             : strcmp(x->hint, m->hint) == 0;
        ck_assert_msg(m->place.line == x->line &&
                          m->place.column == x->column && m->code == x->code &&
                          m->severity == DIAG_ERROR &&
                          strcmp(m->text, x->text) == 0 && same_hint,
                      "%s: expected %u:%u: [%s]: %s (hint: %s), got\n%s", what,
                      x->line, x->column, diag_code_name(x->code), x->text,
                      x->hint != NULL ? x->hint : "none", example_messages(e));
        ck_assert_str_eq(m->place.file, example_path(e, "model.json"));
    }
    ck_assert_msg(diag_count(e->diag) == count, "%s: more than %zu in\n%s",
                  what, count, example_messages(e));
}

/* --- changes to the example ---------------------------------------------- */

struct edit {
    const char *find, *replace;
};

struct broken {
    struct edit edits[3];
    struct expect expects[5];
};

static inline void expect_broken(const struct broken *b)
{
    struct example e = example_new();
    const char *json = example_json;
    for (uint32_t i = 0; i < 3 && b->edits[i].find != NULL; i++)
        json = example_change(e.arena, json, b->edits[i].find,
                              b->edits[i].replace);
    ck_assert_ptr_null(example_load(&e, json));
    expect_check(&e, b->expects, b->edits[0].replace);
    example_free(&e);
}

/* --- layers of their own -------------------------------------------------- */

/* A diagnostic at the first place in the layers where `at` stands. */
struct fault {
    const char *at;
    enum diag_code code;
    const char *text;
    const char *hint; /* NULL: none */
};

/* Layers behind an input 'in' of 8 x 8 x 4 values of fixed<8,3>, or of
 * another shape; in single quotes instead of double ones. */
struct broken_layers {
    const char *shape; /* NULL: "8, 8, 4" */
    const char *layers;
    struct fault faults[5];
};

enum { EXPECT_LAYERS_LINE = 4 };

/* The text, whose ' become ". */
static inline char *expect_quoted(const struct example *e, const char *text)
{
    char *json = arena_strdup(e->arena, text);
    for (char *c = json; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    return json;
}

static inline char *expect_layers_json(const struct example *e,
                                       const char *shape, const char *layers)
{
    char *json = arena_printf(
        e->arena,
        "{ 'headrace': 1, 'name': 'm', 'network': {\n"
        "'input': { 'name': 'in', 'shape': [%s], 'format': 'fixed<8,3>' },\n"
        "'layers': [\n%s\n] } }\n",
        shape != NULL ? shape : "8, 8, 4", layers);
    return expect_quoted(e, json);
}

static inline void expect_broken_layers(const struct broken_layers *b)
{
    struct example e = example_new();
    struct expect expects[6] = { 0 };
    for (uint32_t i = 0; i < 5 && b->faults[i].text != NULL; i++) {
        const struct fault *f = &b->faults[i];
        const char *at = strstr(b->layers, f->at);
        ck_assert_msg(at != NULL, "%s: no '%s'", b->layers, f->at);
        expects[i] =
            (struct expect){ EXPECT_LAYERS_LINE, 1, f->code, f->text, f->hint };
        for (const char *c = b->layers; c < at; c++) {
            expects[i].column = *c == '\n' ? 1 : expects[i].column + 1;
            expects[i].line += *c == '\n';
        }
    }
    ck_assert_ptr_null(
        example_load(&e, expect_layers_json(&e, b->shape, b->layers)));
    expect_check(&e, expects, b->layers);
    example_free(&e);
}

static inline struct model *expect_good_layers(const struct example *e,
                                               const char *shape,
                                               const char *layers)
{
    return example_load_good(e, expect_layers_json(e, shape, layers));
}

#endif
