#include "design/design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "kernels/kernels.h"
#include "tests/design/chain.h"

#include <check.h>
#include <stdlib.h>

/* conv1 -> act, with a FIFO of each kind. */
static struct design *new_design(struct arena *a)
{
    static const struct layer layers[] = {
        { .name = "conv1",
          .type = LAYER_CONV2D,
          .units = 4,
          .window = { 2, 2, 1, 1, 0, 0, 0, 0 } },
        { .name = "act", .type = LAYER_RELU },
    };
    static const struct fifo_options fifos[] = {
        { .stream = "conv1.out", .depth = 8, .kind = FIFO_BRAM },
        { .stream = "act.out", .depth = 8, .kind = FIFO_SRL },
    };
    const struct hardware h = { .fifo_count = 2, .fifos = fifos };
    struct diag *d = diag_new(a);
    struct network *n = chain_new(a, (struct shape){ 4, 4, 2 }, 2, layers);
    struct design *design = design_lower(a, n, &h, kernels_headrace(), d);
    ck_assert_ptr_nonnull(design);
    return design;
}

START_TEST(test_look_up)
{
    struct arena *a = arena_new();
    struct design *design = new_design(a);
    ck_assert_ptr_eq(design_stream(design, "source.out"), design->input);
    ck_assert_ptr_eq(design_stream(design, "act.out"), design->output);
    ck_assert_ptr_null(design_stream(design, "act"));
    ck_assert_ptr_eq(design_process(design, "conv1"), &design->processes[0]);
    ck_assert_ptr_eq(design_process(design, "act"), &design->processes[1]);
    ck_assert_ptr_null(design_process(design, "act.out"));
    arena_free(a);
}
END_TEST

START_TEST(test_set_depth)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct design *design = new_design(a);
    const struct place nowhere = { 0 };
    const struct stream *source = design_stream(design, "source.out");
    const struct stream *conv1 = design_stream(design, "conv1.out");
    ck_assert_uint_eq(source->depth, 16);
    ck_assert_int_eq(source->kind, FIFO_SRL);

    /* A kind that was chosen follows the depth, there and back. */
    ck_assert(design_set_depth(design, "source.out", 65, nowhere, d));
    ck_assert_uint_eq(source->depth, 65);
    ck_assert_int_eq(source->kind, FIFO_BRAM);
    ck_assert(design_set_depth(design, "source.out", 1, nowhere, d));
    ck_assert_uint_eq(source->depth, 1);
    ck_assert_int_eq(source->kind, FIFO_SRL);
    /* One that the user named stays. */
    ck_assert(design_set_depth(design, "conv1.out", 2, nowhere, d));
    ck_assert_uint_eq(conv1->depth, 2);
    ck_assert_int_eq(conv1->kind, FIFO_BRAM);
    ck_assert(design_set_depth(design, "act.out", 100, nowhere, d));
    ck_assert_int_eq(design_stream(design, "act.out")->kind, FIFO_SRL);
    ck_assert_uint_eq(diag_count(d), 0);

    const struct place where = { "f", 5, 2 };
    ck_assert(!design_set_depth(design, "conv1.out", 1, where, d));
    ck_assert_uint_eq(conv1->depth, 2);
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FIFO);
    ck_assert_uint_eq(diag_at(d, 0)->place.line, 5);
    arena_free(a);
}
END_TEST

START_TEST(test_set_depth_of_unknown_stream)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct design *design = new_design(a);
    const struct place where = { "f", 5, 2 };
    ck_assert(!design_set_depth(design, "conv2.out", 4, where, d));
    ck_assert(!design_set_depth(design, "dense_layer", 4, where, d));
    ck_assert_uint_eq(diag_count(d), 2);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FIFO);
    ck_assert_str_eq(diag_at(d, 0)->text,
                     "there is no stream 'conv2.out'; there are: source.out, "
                     "conv1.out, act.out");
    ck_assert_pstr_eq(diag_at(d, 0)->hint, "did you mean 'conv1.out'?");
    ck_assert_uint_eq(diag_at(d, 0)->place.line, 5);
    ck_assert_pstr_eq(diag_at(d, 1)->hint, NULL);
    arena_free(a);
}
END_TEST

START_TEST(test_set_all_depths)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct design *design = new_design(a);
    const struct place nowhere = { 0 };
    ck_assert(design_set_all_depths(design, 70, nowhere, d));
    for (uint32_t i = 0; i < design->stream_count; i++)
        ck_assert_uint_eq(design->streams[i].depth, 70);
    ck_assert_int_eq(design_stream(design, "source.out")->kind, FIFO_BRAM);
    ck_assert_int_eq(design_stream(design, "act.out")->kind, FIFO_SRL);

    /* All or nothing: conv1.out cannot be 1 deep. */
    ck_assert(!design_set_all_depths(design, 1, nowhere, d));
    for (uint32_t i = 0; i < design->stream_count; i++)
        ck_assert_uint_eq(design->streams[i].depth, 70);
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert_int_eq(diag_at(d, 0)->code, DIAG_FIFO);
    arena_free(a);
}
END_TEST

/* Nothing of a copy is in the original, and it is wired alike. */
START_TEST(test_copy)
{
    struct arena *a = arena_new();
    struct design *d = new_design(a);
    struct design *copy = design_copy(a, d);
    ck_assert_ptr_eq(copy->input, design_stream(copy, "source.out"));
    ck_assert_ptr_eq(copy->output, design_stream(copy, "act.out"));
    ck_assert_ptr_ne(copy->input, d->input);
    for (uint32_t i = 0; i < copy->stream_count; i++) {
        const struct stream *s = &copy->streams[i], *o = &d->streams[i];
        ck_assert_ptr_eq(
            s->producer,
            o->producer == NULL ? NULL : &copy->processes[o->producer->index]);
        ck_assert_ptr_eq(
            s->consumer,
            o->consumer == NULL ? NULL : &copy->processes[o->consumer->index]);
    }
    for (uint32_t i = 0; i < copy->process_count; i++) {
        const struct process *p = &copy->processes[i];
        ck_assert_uint_eq(p->input_count, 1);
        ck_assert_ptr_eq(p->inputs[0]->consumer, p);
        ck_assert_ptr_eq(p->outputs[0]->producer, p);
        ck_assert_ptr_ne(p->inputs, d->processes[i].inputs);
    }
    struct diag *diag = diag_new(a);
    ck_assert(design_set_all_depths(copy, 7, (struct place){ 0 }, diag));
    ck_assert_uint_eq(copy->input->depth, 7);
    ck_assert_uint_eq(d->input->depth, 16);
    arena_free(a);
}
END_TEST

static Suite *design_suite(void)
{
    Suite *s = suite_create("design");
    TCase *t = tcase_create("design");
    tcase_add_test(t, test_look_up);
    tcase_add_test(t, test_set_depth);
    tcase_add_test(t, test_set_depth_of_unknown_stream);
    tcase_add_test(t, test_set_all_depths);
    tcase_add_test(t, test_copy);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    SRunner *sr = srunner_create(design_suite());
    srunner_run_all(sr, CK_ENV);
    int failed = srunner_ntests_failed(sr);
    srunner_free(sr);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
