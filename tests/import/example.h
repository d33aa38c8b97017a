/* example -- the model of docs/model-config.md in a folder of its own, for
 * the tests of the import.  Every test starts from it and changes a little. */
#ifndef HEADRACE_TESTS_IMPORT_EXAMPLE_H
#define HEADRACE_TESTS_IMPORT_EXAMPLE_H

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "import/model.h"
#include "kernels/kernels.h"

static const char example_json[] =
    "{\n"
    "  \"headrace\": 1,\n"
    "  \"name\": \"example\",\n"
    "  \"network\": {\n"
    "    \"input\": { \"name\": \"image\", \"shape\": [28, 28, 1],\n"
    "      \"format\": \"ufixed<8,0>\" },\n"
    "    \"layers\": [\n"
    "      { \"name\": \"conv1\", \"type\": \"conv2d\", \"input\": \"image\",\n"
    "        \"filters\": 6, \"kernel\": [5, 5], \"stride\": [1, 1],\n"
    "        \"padding\": \"valid\", \"activation\": \"relu\",\n"
    "        \"weight_format\": \"fixed<8,1>\",\n"
    "        \"bias_format\": \"fixed<8,1>\",\n"
    "        \"accumulator_format\": \"fixed<24,8>\",\n"
    "        \"output_format\": \"ufixed<8,3,RND,SAT>\",\n"
    "        \"weights\": { \"kernel\": \"conv1_kernel.npy\",\n"
    "                     \"bias\": \"conv1_bias.npy\" } },\n"
    "      { \"name\": \"pool1\", \"type\": \"maxpool2d\",\n"
    "        \"input\": \"conv1\",\n"
    "        \"kernel\": [2, 2], \"stride\": [2, 2] },\n"
    "      { \"name\": \"flat\", \"type\": \"flatten\",\n"
    "        \"input\": \"pool1\" },\n"
    "      { \"name\": \"fc\", \"type\": \"dense\", \"input\": \"flat\",\n"
    "        \"units\": 10, \"weight_format\": \"fixed<8,1>\",\n"
    "        \"output_format\": \"fixed<16,6>\",\n"
    "        \"weights\": { \"seed\": 7 } }\n"
    "    ],\n"
    "    \"output\": \"fc\"\n"
    "  },\n"
    "  \"hardware\": {\n"
    "    \"family\": \"headrace\",\n"
    "    \"clock_mhz\": 200,\n"
    "    \"input_lanes\": 1,\n"
    "    \"fifo\": { \"depth\": 16, \"kind\": \"auto\" },\n"
    "    \"layers\": {\n"
    "      \"conv1\": { \"reuse_factor\": 25, \"lanes\": 6 },\n"
    "      \"fc\": { \"pe\": 2, \"simd\": 16 }\n"
    "    },\n"
    "    \"fifos\": { \"conv1.out\": { \"depth\": 32, \"kind\": \"bram\" } },\n"
    "    \"source\": { \"gap\": 0 },\n"
    "    \"sink\": { \"random\": 20, \"seed\": 5 }\n"
    "  },\n"
    "  \"data\": { \"inputs\": \"images.npy\",\n"
    "            \"labels\": \"labels.npy\" }\n"
    "}\n";

enum { CONV1_WEIGHTS = 5 * 5 * 1 * 6, CONV1_BIASES = 6 };

/* A folder below the system's one for temporary files. */
struct example {
    char folder[64];
    struct arena *arena;
    struct diag *diag;
};

static inline char *example_path(const struct example *e, const char *name)
{
    return file_join(e->arena, e->folder, name);
}

static inline void example_write(const struct example *e, const char *name,
                                 const void *bytes, size_t count)
{
    /* Some file systems flush a file that is emptied and written anew, a
     * hundred times slower than a new one. */
    unlink(example_path(e, name));
    FILE *f = fopen(example_path(e, name), "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, count, f), count);
    ck_assert_int_eq(fclose(f), 0);
}

/* descr as in NumPy, "<f4"; shape "(5, 5, 1, 6)". */
static inline void example_write_npy(const struct example *e, const char *name,
                                     const char *descr, const char *shape,
                                     const void *bytes, size_t count)
{
    struct text *t = text_new(e->arena);
    char *header =
        arena_printf(e->arena,
                     "{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
                     descr, shape);
    /* Padded with blanks and a line end so that the data is aligned. */
    size_t length = (10 + strlen(header) + 1 + 63) / 64 * 64 - 10;
    unsigned char start[10] = { 0x93,
                                'N',
                                'U',
                                'M',
                                'P',
                                'Y',
                                1,
                                0,
                                (unsigned char)(length & 0xff),
                                (unsigned char)(length >> 8) };
    text_addn(t, start, sizeof start);
    text_printf(t, "%-*s\n", (int)length - 1, header);
    text_addn(t, bytes, count);
    example_write(e, name, text_string(t), text_length(t));
}

static inline int8_t example_kernel_value(uint32_t i)
{
    return (int8_t)((int)(i * 37 % 256) - 128);
}

static inline void example_write_conv1(const struct example *e)
{
    int8_t kernel[CONV1_WEIGHTS];
    for (uint32_t i = 0; i < CONV1_WEIGHTS; i++)
        kernel[i] = example_kernel_value(i);
    example_write_npy(e, "conv1_kernel.npy", "|i1", "(5, 5, 1, 6)", kernel,
                      sizeof kernel);
    static const float bias[CONV1_BIASES] = { -1.0F,  0.5F, 0.25F,
                                              -0.75F, 0.0F, 0.9921875F };
    example_write_npy(e, "conv1_bias.npy", "<f4", "(6,)", bias, sizeof bias);
}

static inline struct example example_new(void)
{
    struct example e = { .folder = "/tmp/headrace_import_XXXXXX" };
    ck_assert_ptr_nonnull(mkdtemp(e.folder));
    e.arena = arena_new();
    e.diag = diag_new(e.arena);
    example_write_conv1(&e);
    return e;
}

static inline void example_free(struct example *e)
{
    char *command = arena_printf(e->arena, "rm -rf '%s'", e->folder);
    ck_assert_int_eq(system(command), 0);
    arena_free(e->arena);
}

/* `text` with the only occurrence of `find` replaced; the arena's. */
static inline char *example_change(struct arena *a, const char *text,
                                   const char *find, const char *replace)
{
    const char *at = strstr(text, find);
    ck_assert_msg(at != NULL, "'%s' is not in the model", find);
    ck_assert_msg(strstr(at + 1, find) == NULL, "'%s' is there twice", find);
    return arena_printf(a, "%.*s%s%s", (int)(at - text), text, replace,
                        at + strlen(find));
}

/* Loads the text as model.json; diagnostics go to e->diag. */
static inline struct model *example_load(const struct example *e,
                                         const char *json)
{
    example_write(e, "model.json", json, strlen(json));
    return model_load(e->arena, e->folder, kernels_headrace(), e->diag);
}

static inline const char *example_messages(const struct example *e)
{
    struct text *t = text_new(e->arena);
    for (size_t i = 0; i < diag_count(e->diag); i++)
        text_printf(t, "%s\n", diag_format(diag_at(e->diag, i), e->arena));
    return text_string(t);
}

/* The same for a model that must be good. */
static inline struct model *example_load_good(const struct example *e,
                                              const char *json)
{
    struct model *m = example_load(e, json);
    ck_assert_msg(m != NULL && diag_count(e->diag) == 0, "%s",
                  example_messages(e));
    return m;
}

static inline int example_run(Suite *s)
{
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static inline const struct layer *example_layer(const struct model *m,
                                                const char *name)
{
    const struct layer *l = network_layer(&m->network, name);
    ck_assert_ptr_nonnull(l);
    return l;
}

/* A network of one dense layer `name` over n inputs; the rest of its keys
 * are given. */
static inline const char *example_dense(const struct example *e,
                                        const char *name, uint32_t n,
                                        const char *keys)
{
    return arena_printf(
        e->arena,
        "{ \"headrace\": 1, \"name\": \"m\", \"network\": {\n"
        "\"input\": { \"name\": \"in\", \"shape\": [1, 1, %u],\n"
        "\"format\": \"fixed<8,4>\" }, \"layers\": [\n"
        "{ \"name\": \"%s\", \"type\": \"dense\", \"input\": \"in\",\n"
        "\"output_format\": \"fixed<16,8>\", %s } ] } }\n",
        n, name, keys);
}

#endif
