#include "design/fuse.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "engine/infer.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/design/chain.h"
#include "tests/kernels/kernel_case.h"

#include <string.h>

static struct arena *arena;
static struct diag *diag;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

static struct layer conv(const char *output, const char *accumulator)
{
    return (struct layer){
        .name = "conv",
        .type = LAYER_CONV2D,
        .units = 2,
        .window = make_window(1, 1, 1, 1),
        .weight = make_format("fixed<8,8>"),
        .accumulator = make_format(accumulator),
        .output = { .format = make_format(output) },
    };
}

static struct layer sum(enum layer_type type, const char *output)
{
    return (struct layer){
        .name = "sum",
        .type = type,
        .output = { .format = make_format(output) },
    };
}

static struct layer relu(uint32_t max)
{
    return (struct layer){
        .name = "act", .type = LAYER_RELU, .relu = true, .relu_max = max
    };
}

/* Behind an input of 2 x 1 x 2 values of this format. */
static struct network *new_network(const char *input, uint32_t count,
                                   const struct layer *layers)
{
    struct network *n = arena_new_item(arena, struct network);
    *n = *chain_new(arena, (struct shape){ 2, 1, 2 }, count, layers);
    ck_assert(format_equal(n->input.format, make_format("ufixed<8,8>")) ||
              input != NULL);
    return n;
}

/* "conv<relu6> act": the layers that are left. */
static const char *fused(uint32_t count, const struct layer *layers,
                         const struct hardware *h)
{
    static const struct hardware none = { 0 };
    const struct network *n = fuse_layers(
        arena, new_network("", count, layers), h != NULL ? h : &none, diag);
    struct text *t = text_new(arena);
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const struct layer *l = &n->layers[i];
        text_printf(t, "%s%s", i == 0 ? "" : " ", l->name);
        if (l->relu && l->type != LAYER_RELU)
            text_printf(t, "<relu%u>", l->relu_max);
        /* Who reads whom stays in the new network. */
        if (i > 0)
            ck_assert_ptr_eq(l->inputs[0], &n->layers[i - 1].output);
    }
    ck_assert_ptr_eq(n->output, &n->layers[n->layer_count - 1].output);
    return text_string(t);
}

/* --- relu ----------------------------------------------------------------- */
