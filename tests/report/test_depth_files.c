#include "report/depth_files.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/text.h"
#include "design/design.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/hwgen/sample_design.h"

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

/* A residual block: 3x3 convolutions with padding, the second one at two lanes
 * of four, whose stream is widened in front of the sum. */
static struct design *residual(void)
{
    static const struct sample_layer layers[] = {
        { .name = "conv1",
          .type = LAYER_CONV2D,
          .units = 4,
          .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
          .weight = "fixed<4,1>" },
        { .name = "conv2",
          .type = LAYER_CONV2D,
          .units = 4,
          .lanes = 2,
          .window = { 3, 3, 1, 1, 1, 1, 1, 1 },
          .weight = "fixed<4,1>" },
        { .name = "sum",
          .type = LAYER_ADD,
          .inputs = { "conv1", "conv2" },
          .lanes = 4 },
    };
    return sample_design(arena, &(struct sample){ .input = { 6, 6, 2 },
                                                  .format = "fixed<8,3>",
                                                  .layers = layers,
                                                  .layer_count = 3,
                                                  .seed = 1 });
}

/* 11, 12, 13 ... by stream. */
static uint32_t *numbered(const struct design *d)
{
    uint32_t *depths = arena_new_array(arena, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        depths[i] = 11 + i;
    return depths;
}

static uint32_t depth_of(const struct design *d, const uint32_t *depths,
                         const char *stream)
{
    const struct stream *s = design_stream(d, stream);
    ck_assert_msg(s != NULL, "no stream '%s'", stream);
    return depths[s->index];
}

static struct json parse(const struct text *t)
{
    const struct json root =
        json_parse(arena, "written", text_string(t), text_length(t), diag);
    ck_assert(json_exists(root));
    return root;
}

static void check_list(struct json list, const uint32_t *expected, size_t count)
{
    ck_assert_uint_eq(json_length(list), count);
    for (size_t i = 0; i < count; i++) {
        uint32_t value;
        ck_assert(json_read_u32(json_at(list, i), 0, UINT32_MAX, &value));
        ck_assert_uint_eq(value, expected[i]);
    }
}

START_TEST(hls4ml_gets_pixels_by_layer)
{
    const struct design *d = residual();
    const uint32_t *depths = numbered(d);
    struct text *t = text_new(arena);
    ck_assert(depth_files_hls4ml(arena, d, depths, t, diag));
    const struct json root = parse(t);
    const uint32_t pad1[] = { depth_of(d, depths, "conv1.pad.out") };
    check_list(json_get(root, "zp2d_conv1"), pad1, 1);
    const uint32_t conv1[] = { depth_of(d, depths, "conv1.out") };
    check_list(json_get(root, "conv1"), conv1, 1);
    const uint32_t clone[] = { depth_of(d, depths, "conv1.clone.out0"),
                               depth_of(d, depths, "conv1.clone.out1") };
    check_list(json_get(root, "clone_conv1"), clone, 2);
    const uint32_t pad2[] = { depth_of(d, depths, "conv2.pad.out") };
    check_list(json_get(root, "zp2d_conv2"), pad2, 1);
    /* Two tokens a pixel in front of the converter, one behind. */
    const uint32_t conv2[] = { (depth_of(d, depths, "conv2.out") + 1) / 2 +
                               depth_of(d, depths, "sum.in1.widen.out") };
    check_list(json_get(root, "conv2"), conv2, 1);
    /* Not the sum: its stream leaves the design; nor the source's. */
    ck_assert(json_no_more_keys(root));
}
END_TEST

START_TEST(finn_gets_both_ends_of_a_stream)
{
    const struct design *d = residual();
    const uint32_t *depths = numbered(d);
    struct text *t = text_new(arena);
    ck_assert(depth_files_finn(arena, d, depths, t, diag));
    const struct json root = parse(t);
    ck_assert_uint_eq(json_length(root), 1 + d->process_count);
    ck_assert_uint_eq(json_length(json_get(root, "Defaults")), 0);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        const struct json node = json_get(root, p->name);
        uint32_t list[2];
        for (uint32_t k = 0; k < p->input_count; k++)
            list[k] = depths[p->inputs[k]->index];
        check_list(json_get(node, "inFIFODepths"), list, p->input_count);
        for (uint32_t k = 0; k < p->output_count; k++)
            list[k] = depths[p->outputs[k]->index];
        check_list(json_get(node, "outFIFODepths"), list, p->output_count);
    }
}
END_TEST

/* FINN's own pipeline: a node has several stages in the model. */
START_TEST(finn_gets_nodes_not_stages)
{
    struct model *m =
        model_load(arena, HEADRACE_SOURCE_DIR "/models/finn/pipe_P4",
                   kernels_headrace(), diag);
    ck_assert_ptr_nonnull(m);
    struct design *d = model_design(arena, m, kernels_headrace(), diag);
    ck_assert_ptr_nonnull(d);
    uint32_t *depths = arena_new_array(arena, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++)
        depths[i] = 1;
    depths[design_stream(d, "fork.out1")->index] = 20;
    struct text *t = text_new(arena);
    ck_assert(depth_files_finn(arena, d, depths, t, diag));
    const struct json root = parse(t);
    static const char *const nodes[] = { "Defaults", "pad0", "swg0", "mvu0",
                                         "thr0",     "fork", "pad1", "swg1",
                                         "mvu1",     "thr1", "dwc0", "add" };
    ck_assert_uint_eq(json_length(root), sizeof nodes / sizeof *nodes);
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
        ck_assert_str_eq(json_key(json_at(root, i)), nodes[i]);
    const struct json fork = json_get(root, "fork");
    check_list(json_get(fork, "inFIFODepths"), (uint32_t[]){ 2 }, 1);
    check_list(json_get(fork, "outFIFODepths"), (uint32_t[]){ 2, 20 }, 2);
    const struct json add = json_get(root, "add");
    check_list(json_get(add, "inFIFODepths"), (uint32_t[]){ 2, 20 }, 2);
}
END_TEST

START_TEST(what_they_have_not_is_told)
{
    static const struct sample_layer layers[] = {
        { .name = "conv1",
          .type = LAYER_CONV2D,
          .units = 2,
          .copies = 2,
          .window = { 1, 1, 1, 1, 0, 0, 0, 0 },
          .weight = "fixed<4,1>" },
    };
    struct sample s = { .input = { 4, 4, 2 },
                        .format = "fixed<8,3>",
                        .layers = layers,
                        .layer_count = 1,
                        .seed = 1 };
    const struct design *d = sample_design(arena, &s);
    struct text *t = text_new(arena);
    ck_assert(!depth_files_hls4ml(arena, d, numbered(d), t, diag));
    struct design *e = residual();
    e->streams[1].kind = FIFO_FRAME;
    ck_assert(!depth_files_finn(arena, e, numbered(e), t, diag));
    ck_assert_uint_eq(text_length(t), 0);
    ck_assert_uint_eq(diag_count(diag), 2);
    ck_assert_int_eq(diag_at(diag, 0)->code, DIAG_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(diag_at(diag, 0)->text, "several copies"));
    ck_assert_ptr_nonnull(strstr(diag_at(diag, 1)->text, "whole frames"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        hls4ml_gets_pixels_by_layer,
        finn_gets_both_ends_of_a_stream,
        finn_gets_nodes_not_stages,
        what_they_have_not_is_told,
        NULL,
    };
    return check_main_with("depth_files", tests, setup, teardown);
}
