/* ONNX files that are right, and what is said of those that are not. */
#include "import/onnx/onnx.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "import/graph/graph_lower.h"
#include "import/graph/graph_simplify.h"
#include "tests/check_main.h"
#include "tests/fuzz/damage.h"
#include "tests/fuzz/onnx_fuzz.h"
#include "tests/import/onnx/onnx_build.h"

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

#define SIZES(...) ((int64_t[]){ __VA_ARGS__, 0 })

/* A convolution and a ReLU; more nodes may be put between and behind. */
static struct onnx_build small(void)
{
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(1, 2, 5, 5));
    onnx_build_constant(&b, "w", SIZES(3, 2, 3, 3), 0.5F);
    onnx_build_node(&b, "Conv", "x w", "c", NULL);
    return b;
}

static struct graph *parse(const struct onnx_build *b)
{
    const struct text *t = onnx_build_file(b);
    struct onnx_options o = { 0 };
    return onnx_parse(arena, "built.onnx", (const uint8_t *)text_string(t),
                      text_length(t), &o, diag);
}

static struct sketch *lower(const struct onnx_build *b)
{
    struct graph *g = parse(b);
    if (g == NULL)
        return NULL;
    struct format standard = { .width = 16, .integer = 6, .is_signed = true };
    graph_simplify(g);
    return graph_lower(g, standard);
}

static void expect(enum diag_code code, const char *text)
{
    ck_assert_msg(diag_count(diag) > 0, "nothing is said of '%s'", text);
    const struct diag_message *m = diag_at(diag, 0);
    ck_assert_msg(m->code == code && strstr(m->text, text) != NULL,
                  "instead of '%s': %s", text, diag_format(m, arena));
}

START_TEST(a_right_file_is_a_graph)
{
    struct onnx_build b = small();
    onnx_build_node(&b, "Relu", "c", "y", NULL);
    onnx_build_output(&b, "y");
    const struct graph *g = parse(&b);
    ck_assert_msg(g != NULL, "%s", diag_format(diag_at(diag, 0), arena));
    ck_assert_uint_eq(g->node_count, 2);
    ck_assert_str_eq(graph_dims_text(&g->output->dims, arena), "1x3x3x3");
}
END_TEST

/* Around the 16 bytes from which on data stay in the file (onnx_wire.h). */
START_TEST(constants_of_few_bytes)
{
    for (int64_t count = 1; count <= 9; count++) {
        struct onnx_build b = onnx_build_new(arena);
        onnx_build_input(&b, "x", SIZES(1, count));
        onnx_build_constant(&b, "w", SIZES(count), 0.75F);
        onnx_build_node(&b, "Add", "x w", "y", NULL);
        onnx_build_output(&b, "y");
        const struct graph *g = parse(&b);
        ck_assert_msg(g != NULL, "%s", diag_format(diag_at(diag, 0), arena));
        for (int64_t i = 0; i < count; i++)
            ck_assert_double_eq(
                graph_element(g->nodes[0]->inputs[1], (uint64_t)i), 0.75);
    }
}
END_TEST

START_TEST(weights_stay_in_the_bytes_of_the_file)
{
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(1, 64, 5, 5));
    onnx_build_constant(&b, "w", SIZES(256, 64, 3, 3), 0.5F);
    onnx_build_node(&b, "Conv", "x w", "y", NULL);
    onnx_build_output(&b, "y");
    const struct text *t = onnx_build_file(&b);
    const uint8_t *bytes = (const uint8_t *)text_string(t);
    struct onnx_options o = { 0 };
    size_t before = arena_used(arena);
    struct graph *g =
        onnx_parse(arena, "built.onnx", bytes, text_length(t), &o, diag);
    ck_assert_ptr_nonnull(g);
    const uint8_t *data = g->nodes[0]->inputs[1]->data;
    ck_assert(data > bytes && data < bytes + text_length(t));
    ck_assert_uint_lt(arena_used(arena) - before, text_length(t) / 4);
}
END_TEST

START_TEST(all_unknown_operators_are_named_at_once)
{
    struct onnx_build b = small();
    onnx_build_node(&b, "Foo", "c", "d", NULL);
    onnx_build_node(&b, "Bar", "d", "e", NULL);
    onnx_build_node(&b, "Foo", "e", "y", NULL);
    onnx_build_output(&b, "y");
    parse(&b);
    ck_assert_uint_eq(diag_count(diag), 1);
    expect(DIAG_OPERATOR, "'Foo' (2 nodes, the first is 'd_node'), 'Bar' "
                          "(node 'e_node')");
}
END_TEST

START_TEST(unknown_operators_come_with_their_remedy)
{
    struct onnx_build b = small();
    onnx_build_node(&b, "Erf", "c", "d", NULL);
    onnx_build_node(&b, "LSTM", "d", "e", NULL);
    onnx_build_node(&b, "GRU", "e", "y", NULL);
    onnx_build_output(&b, "y");
    parse(&b);
    ck_assert_str_eq(diag_at(diag, 0)->hint,
                     "the form with tanh is read: "
                     "torch.nn.GELU(approximate='tanh'); recurrent layers "
                     "have no hardware");
}
END_TEST

/* Also those beside an unknown operator, but none that reads what was
 * refused. */
START_TEST(all_refused_nodes_are_named_at_once)
{
    struct onnx_build b = small();
    onnx_build_constant(&b, "five", SIZES(1), 5);
    onnx_build_node(&b, "Foo", "c", "d", NULL);
    onnx_build_node(&b, "Pow", "c five", "e", NULL);
    onnx_build_node(&b, "BatchNormalization", "c w w", "f", NULL);
    onnx_build_node(&b, "Add", "d e", "g", NULL);
    onnx_build_node(&b, "Add", "f g", "y", NULL);
    onnx_build_output(&b, "y");
    parse(&b);
    ck_assert_uint_eq(diag_count(diag), 3);
    ck_assert_ptr_nonnull(strstr(diag_at(diag, 1)->text, "the power 5"));
    ck_assert_ptr_nonnull(strstr(diag_at(diag, 2)->text, "3 inputs"));
}
END_TEST

START_TEST(training_mode_has_a_remedy)
{
    struct onnx_build b = small();
    b.opset = 6;
    onnx_build_node(&b, "Dropout", "c", "y", NULL);
    onnx_build_output(&b, "y");
    parse(&b);
    expect(DIAG_UNSUPPORTED, "training mode is not supported");
    ck_assert_ptr_nonnull(strstr(diag_at(diag, 0)->hint, "model.eval()"));
}
END_TEST

/* (steps, channels), as a matrix says that reads it. */
START_TEST(a_sequence_has_its_channels_last_for_a_matrix)
{
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(1, 10, 8));
    onnx_build_constant(&b, "w", SIZES(8, 3), 0.5F);
    onnx_build_node(&b, "MatMul", "x w", "y", NULL);
    onnx_build_output(&b, "y");
    const struct sketch *s = lower(&b);
    ck_assert_msg(s != NULL, "%s", diag_format(diag_at(diag, 0), arena));
    ck_assert_uint_eq(s->input->shape.w, 10);
    ck_assert_uint_eq(s->input->shape.c, 8);
}
END_TEST

/* What tf2onnx makes of the transpose of a grey image. */
START_TEST(one_channel_is_turned_by_a_reshape)
{
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(1, 9, 7, 1));
    onnx_build_constant(&b, "like", SIZES(1, 1, 9, 7), 0);
    onnx_build_constant(&b, "w", SIZES(3, 1, 3, 3), 0.5F);
    onnx_build_node(&b, "Shape", "like", "s", NULL);
    onnx_build_node(&b, "Reshape", "x s", "u", NULL);
    onnx_build_node(&b, "Conv", "u w", "y", NULL);
    onnx_build_output(&b, "y");
    const struct sketch *s = lower(&b);
    ck_assert_msg(s != NULL, "%s", diag_format(diag_at(diag, 0), arena));
    ck_assert_uint_eq(s->input->shape.h, 9);
    ck_assert_uint_eq(s->input->shape.w, 7);
    ck_assert_uint_eq(s->input->shape.c, 1);
}
END_TEST

START_TEST(gaps_in_kernels_are_said)
{
    struct onnx_build b = small();
    struct text *t = text_new(arena);
    onnx_build_ints(t, "dilations", 2, (int64_t[]){ 1, 2 });
    onnx_build_constant(&b, "v", SIZES(2, 3, 2, 2), 0.5F);
    onnx_build_node(&b, "Conv", "c v", "y", t);
    onnx_build_output(&b, "y");
    const struct sketch *s = lower(&b);
    ck_assert_ptr_nonnull(s);
    ck_assert_uint_eq(s->layers[1]->window.kernel_h, 2);
    ck_assert_uint_eq(s->layers[1]->window.kernel_w, 3);
    expect(DIAG_UNSUPPORTED, "1 convolution has gaps in the kernel (the first "
                             "is 'y_node')");
}
END_TEST

START_TEST(opsets_newer_than_known_are_warned_of)
{
    struct onnx_build b = small();
    onnx_build_output(&b, "c");
    b.opset = 28;
    ck_assert_ptr_nonnull(parse(&b));
    ck_assert_uint_eq(diag_count(diag), 0);
    b.opset = 29;
    ck_assert_ptr_nonnull(parse(&b));
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_uint_eq(diag_error_count(diag), 0);
    expect(DIAG_UNSUPPORTED, "opset 29 is newer than 28");
}
END_TEST

START_TEST(shapes_that_are_not_fixed)
{
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(-1, 2, -1, 5));
    onnx_build_node(&b, "Relu", "x", "y", NULL);
    onnx_build_output(&b, "y");
    parse(&b);
    expect(DIAG_SHAPE, "dimension 2 ('n') of input 'x' is dynamic");
    ck_assert_ptr_nonnull(
        strstr(diag_at(diag, 0)->hint, "--input-shape 1,2,?,5 with numbers"));
}
END_TEST

START_TEST(a_batch_that_is_not_fixed_is_one)
{
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(-1, 2, 4, 5));
    onnx_build_node(&b, "Relu", "x", "y", NULL);
    onnx_build_output(&b, "y");
    const struct graph *g = parse(&b);
    ck_assert_ptr_nonnull(g);
    ck_assert_uint_eq(g->input->dims.size[0], 1);
}
END_TEST

START_TEST(two_inputs_or_outputs_are_refused)
{
    struct onnx_build b = small();
    onnx_build_output(&b, "c");
    onnx_build_output(&b, "x");
    parse(&b);
    expect(DIAG_UNSUPPORTED, "the graph has 2 outputs");
    diag = diag_new(arena);
    b = small();
    onnx_build_input(&b, "z", SIZES(1, 2));
    onnx_build_output(&b, "c");
    parse(&b);
    expect(DIAG_UNSUPPORTED, "'z' is a second input, beside 'x'");
}
END_TEST

START_TEST(nodes_that_hang_loose)
{
    struct onnx_build b = small();
    onnx_build_node(&b, "Relu", "c", "loose", NULL);
    onnx_build_output(&b, "c");
    parse(&b);
    expect(DIAG_GRAPH_UNUSED, "nobody reads its output 'loose'");
    diag = diag_new(arena);
    b = small();
    onnx_build_node(&b, "Add", "c nothing", "y", NULL);
    onnx_build_output(&b, "y");
    parse(&b);
    expect(DIAG_GRAPH_INPUT, "input 'nothing' is no tensor");
}
END_TEST

START_TEST(weights_that_are_no_numbers)
{
    struct onnx_build b = small();
    onnx_build_constant(&b, "v", SIZES(2, 2), NAN);
    onnx_build_output(&b, "c");
    parse(&b);
    expect(DIAG_WEIGHTS_RANGE,
           "tensor 'v' holds nan at element 0 (4 such of 4)");
}
END_TEST

START_TEST(tensors_that_are_too_large)
{
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(1, 70000, 70000));
    onnx_build_node(&b, "Relu", "x", "y", NULL);
    onnx_build_output(&b, "y");
    parse(&b);
    expect(DIAG_SHAPE_OVERFLOW, "more than 2^31 elements");
}
END_TEST

/* An index of a tiny negative fraction is 0 as an integer, and one behind the
 * last as a sum with the size. */
START_TEST(indices_that_are_no_integers)
{
    struct onnx_build b = small();
    onnx_build_constant(&b, "at", SIZES(1), -1e-20F);
    onnx_build_node(&b, "Gather", "w at", "g", NULL);
    onnx_build_output(&b, "c");
    parse(&b);
    expect(DIAG_SHAPE, "its indices are float32, not integers");
}
END_TEST

START_TEST(attributes_that_are_no_numbers)
{
    static const float values[] = { NAN, INFINITY };
    for (size_t i = 0; i < 2; i++) {
        struct onnx_build b = small();
        struct text *alpha = text_new(arena);
        onnx_build_float(alpha, "alpha", values[i]);
        onnx_build_node(&b, "LeakyRelu", "c", "y", alpha);
        onnx_build_output(&b, "y");
        diag = diag_new(arena);
        lower(&b);
        expect(DIAG_WEIGHTS_RANGE, i == 0 ? "alpha nan" : "alpha inf");
    }
}
END_TEST

START_TEST(data_outside_stays_in_the_folder)
{
    static const char *const bad[] = { "../w.bin", "/etc/passwd", "a/../../b",
                                       "" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        diag = diag_new(arena);
        struct onnx_build b = small();
        onnx_build_external(&b, "v", SIZES(2), bad[i]);
        onnx_build_output(&b, "c");
        parse(&b);
        expect(DIAG_ONNX, "tensor 'v' is in");
    }
}
END_TEST

START_TEST(data_outside_is_read)
{
    char folder[] = "/tmp/headrace-onnx-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    const float data[] = { 1.5F, -2 };
    const char *data_path = file_join(arena, folder, "w.bin");
    const char *path = file_join(arena, folder, "m.onnx");
    ck_assert(file_write(data_path, data, sizeof data, diag));
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(1, 2));
    onnx_build_external(&b, "v", SIZES(2), "w.bin");
    onnx_build_node(&b, "Add", "x v", "y", NULL);
    onnx_build_output(&b, "y");
    ck_assert(file_write_text(path, onnx_build_file(&b), diag));
    struct onnx_options o = { 0 };
    const struct graph *g = onnx_load(arena, path, &o, diag);
    ck_assert_ptr_nonnull(g);
    ck_assert(graph_element(g->nodes[0]->inputs[1], 1) == -2);
    /* And one that is too short. */
    ck_assert(file_write(data_path, data, 4, diag));
    ck_assert_ptr_null(onnx_load(arena, path, &o, diag));
    expect(DIAG_ONNX, "has 8 bytes at 0 of 'w.bin', which has 4");
    unlink(data_path);
    diag = diag_new(arena);
    ck_assert_ptr_null(onnx_load(arena, path, &o, diag));
    expect(DIAG_FILE_OPEN, "cannot open");
    ck_assert_ptr_nonnull(strstr(diag_at(diag, 0)->hint, "lie beside it"));
    unlink(path);
    rmdir(folder);
}
END_TEST

/* A link may not lead to where a path may not; but model and data may both be
 * links to files that lie side by side, as in a cache. */
START_TEST(links_do_not_leave_the_folder)
{
    char folder[] = "/tmp/headrace-onnx-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    const float data[] = { 1.5F, -2 };
    const char *inner = file_join(arena, folder, "inner");
    const char *names[] = { "w.bin", "m.onnx", "inner/w.bin", "inner/m.onnx" };
    for (size_t i = 0; i < 4; i++)
        names[i] = file_join(arena, folder, names[i]);
    ck_assert(file_make_folder(inner, diag));
    ck_assert(file_write(names[0], data, sizeof data, diag));
    ck_assert_int_eq(symlink("../w.bin", names[2]), 0);
    struct onnx_build b = onnx_build_new(arena);
    onnx_build_input(&b, "x", SIZES(1, 2));
    onnx_build_external(&b, "v", SIZES(2), "w.bin");
    onnx_build_node(&b, "Add", "x v", "y", NULL);
    onnx_build_output(&b, "y");
    struct onnx_options o = { 0 };
    ck_assert(file_write_text(names[3], onnx_build_file(&b), diag));
    ck_assert_ptr_null(onnx_load(arena, names[3], &o, diag));
    expect(DIAG_ONNX, "'w.bin' is a link that leads out of the model's folder");
    ck_assert_int_eq(rename(names[3], names[1]), 0);
    ck_assert_int_eq(symlink("../m.onnx", names[3]), 0);
    ck_assert_ptr_nonnull(onnx_load(arena, names[3], &o, diag));
    for (size_t i = 0; i < 4; i++)
        unlink(names[i]);
    rmdir(inner);
    rmdir(folder);
}
END_TEST

START_TEST(what_hardware_has_no_word_for)
{
    struct onnx_build b = onnx_build_new(arena);
    struct text *t = text_new(arena);
    onnx_build_ints(t, "dilations", 2, (int64_t[]){ 1, 9 });
    onnx_build_input(&b, "x", SIZES(1, 2, 29, 29));
    onnx_build_constant(&b, "w", SIZES(3, 2, 3, 3), 1);
    onnx_build_node(&b, "Conv", "x w", "y", t);
    onnx_build_output(&b, "y");
    lower(&b);
    expect(DIAG_UNSUPPORTED, "node 'y_node' (Conv): dilation 9");
}
END_TEST

START_TEST(messages_that_are_too_deep)
{
    struct text *inner = text_new(arena);
    for (uint32_t i = 0; i < 100; i++) {
        struct text *attribute = text_new(arena), *node = text_new(arena);
        struct text *graph = text_new(arena);
        proto_message(attribute, 6, inner);
        proto_message(node, 5, attribute);
        proto_message(graph, 1, node);
        inner = graph;
    }
    struct text *file = text_new(arena);
    proto_message(file, 7, inner);
    struct onnx_options o = { 0 };
    ck_assert_ptr_null(onnx_parse(arena, "deep.onnx",
                                  (const uint8_t *)text_string(file),
                                  text_length(file), &o, diag));
    expect(DIAG_ONNX, "messages are more than 32 deep");
}
END_TEST

START_TEST(a_file_cut_anywhere_is_refused)
{
    struct onnx_build b = small();
    onnx_build_output(&b, "c");
    const struct text *t = onnx_build_file(&b);
    for (size_t i = 0; i < text_length(t); i++)
        ck_assert_int_eq(onnx_fuzz("built.onnx",
                                   (const uint8_t *)text_string(t), i),
                         READ_FUZZ_REFUSED);
}
END_TEST

START_TEST(damaged_files_are_read_or_refused)
{
    struct onnx_build b = small();
    onnx_build_node(&b, "Relu", "c", "y", NULL);
    onnx_build_output(&b, "y");
    const struct text *t = onnx_build_file(&b);
    size_t room = text_length(t) + 20 * DAMAGE_MORE;
    uint8_t *bytes = arena_alloc(arena, room, 1);
    struct rng rng = { 20261122 };
    for (uint32_t i = 0; i < 3000; i++) {
        memcpy(bytes, text_string(t), text_length(t));
        size_t length = damage_some(&rng, bytes, text_length(t), room,
                                    "\x01\x02\x08\x0a\x12\x7f\xff", 4);
        ck_assert_int_ne(onnx_fuzz("built.onnx", bytes, length),
                         READ_FUZZ_WRONG);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_right_file_is_a_graph,
        constants_of_few_bytes,
        weights_stay_in_the_bytes_of_the_file,
        all_unknown_operators_are_named_at_once,
        unknown_operators_come_with_their_remedy,
        all_refused_nodes_are_named_at_once,
        training_mode_has_a_remedy,
        a_sequence_has_its_channels_last_for_a_matrix,
        one_channel_is_turned_by_a_reshape,
        gaps_in_kernels_are_said,
        opsets_newer_than_known_are_warned_of,
        shapes_that_are_not_fixed,
        a_batch_that_is_not_fixed_is_one,
        two_inputs_or_outputs_are_refused,
        nodes_that_hang_loose,
        weights_that_are_no_numbers,
        tensors_that_are_too_large,
        indices_that_are_no_integers,
        attributes_that_are_no_numbers,
        data_outside_stays_in_the_folder,
        data_outside_is_read,
        links_do_not_leave_the_folder,
        what_hardware_has_no_word_for,
        messages_that_are_too_deep,
        a_file_cut_anywhere_is_refused,
        damaged_files_are_read_or_refused,
        NULL,
    };
    return check_main_with("onnx_graph", tests, setup, teardown);
}
