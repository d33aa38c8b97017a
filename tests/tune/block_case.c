#include "tests/tune/block_case.h"

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "engine/slack.h"
#include "import/model.h"
#include "kernels/kernels.h"

#include <check.h>

static const struct format byte_format = { .width = 8,
                                           .integer = 3,
                                           .is_signed = true };

struct builder {
    struct arena *arena;
    struct network *network;
    const struct block_case *c;
};

static struct layer *next_layer(struct builder *b, enum layer_type type,
                                uint32_t inputs)
{
    struct network *n = b->network;
    struct layer *l = &n->layers[n->layer_count];
    const char *name =
        arena_printf(b->arena, "l%u", (unsigned)n->layer_count++);
    *l = (struct layer){
        .name = name,
        .type = type,
        .input_count = inputs,
        .inputs = arena_new_array(b->arena, const struct tensor *, inputs),
        .output = { name, { b->c->h, b->c->w, 1 }, byte_format },
    };
    return l;
}

static const struct tensor *add_conv(struct builder *b,
                                     const struct tensor *from, uint32_t k)
{
    static const int32_t ones[9] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
    struct layer *l = next_layer(b, LAYER_CONV2D, 1);
    const uint32_t pad = k / 2;
    ((const struct tensor **)l->inputs)[0] = from;
    l->window = (struct window){ k, k, 1, 1, pad, pad, pad, pad };
    l->units = 1;
    l->weight = l->bias = byte_format;
    l->weights = l->biases = ones;
    return &l->output;
}

/* What reports would say. */
static void give_timing(const struct builder *b, struct hardware *h)
{
    const struct network *n = b->network;
    struct layer_options *options =
        arena_new_array(b->arena, struct layer_options, n->layer_count);
    h->layers = options;
    h->layer_count = n->layer_count;
    for (uint32_t i = 0; i < n->layer_count; i++) {
        const bool is_add = n->layers[i].type == LAYER_ADD;
        struct hls_timing t = { .given = true, .ii = 1, .depth = 3 };
        if (!is_add && b->c->ii != 0)
            t.depth = (t.ii = b->c->ii) + 3;
        else if (!is_add)
            t = (struct hls_timing){ .given = true, .idle = 3, .fire = 7 };
        options[i] =
            (struct layer_options){ .layer = n->layers[i].name, .timing = t };
    }
}

struct design *block_case_design(struct arena *a, const struct block_case *c)
{
    struct network *n = arena_new_item(a, struct network);
    struct builder b = { a, n, c };
    const uint32_t blocks = c->blocks == 0 ? 1 : c->blocks;
    n->name = "blocks";
    n->input = (struct tensor){ "image", { c->h, c->w, 1 }, byte_format };
    n->layers =
        arena_new_array(a, struct layer,
                        (size_t)blocks * (BLOCK_CONVS_MAX + c->shortcut + 1));
    const struct tensor *at = &n->input;
    for (uint32_t i = 0; i < blocks; i++) {
        const struct tensor *branch = at;
        for (uint32_t k = 0; k < BLOCK_CONVS_MAX; k++)
            if (c->kernels[k] != 0)
                branch = add_conv(&b, branch, c->kernels[k]);
        const struct tensor *around = at;
        for (uint32_t k = 0; k < c->shortcut; k++)
            around = add_conv(&b, around, 1);
        struct layer *join = next_layer(&b, LAYER_ADD, 2);
        ((const struct tensor **)join->inputs)[0] = branch;
        ((const struct tensor **)join->inputs)[1] = around;
        at = &join->output;
    }
    n->output = at;
    struct diag *d = diag_new(a);
    struct hardware h = { .fifo_depth = c->depth };
    if (family_is_hls(c->family)) {
        h.family = family_name(c->family);
        give_timing(&b, &h);
    }
    struct design *design = design_lower(a, n, &h, kernels_headrace(), d);
    ck_assert_msg(design != NULL, "%s",
                  diag_count(d) > 0 ? diag_format(diag_at(d, 0), a) : "");
    return design;
}

struct design *model_case_design(struct arena *a, const char *name)
{
    struct diag *d = diag_new(a);
    const char *path =
        arena_printf(a, "%s/models/%s", HEADRACE_SOURCE_DIR, name);
    const struct kernel_table *kernels = kernels_headrace();
    struct model *m = model_load(a, path, kernels, d);
    ck_assert_ptr_nonnull(m);
    struct design *design = model_design(a, m, kernels, d);
    ck_assert_ptr_nonnull(design);
    slack_fit(design);
    return design;
}
