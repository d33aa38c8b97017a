/* Boards and links in a model config, up to the design. */
#include "design/design.h"

#include "cost/cost.h"
#include "design/kernel.h"
#include "engine/infer.h"
#include "tests/import/example.h"

/* Four layers on three boards, the last of them by default. */
static const char cut[] =
    "{ 'headrace': 1, 'name': 'cut', 'network': {\n"
    "'input': { 'name': 'in', 'shape': [8, 8, 2], 'format': 'fixed<8,3>' },\n"
    "'layers': [\n"
    "{ 'name': 'conv1', 'type': 'conv2d', 'input': 'in', 'filters': 4,\n"
    "  'kernel': [3, 3], 'padding': 'same', 'activation': 'relu',\n"
    "  'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3,RND,SAT>',\n"
    "  'weights': { 'seed': 1 } },\n"
    "{ 'name': 'conv2', 'type': 'conv2d', 'input': 'conv1', 'filters': 4,\n"
    "  'kernel': [3, 3], 'padding': 'same',\n"
    "  'weight_format': 'fixed<8,1>', 'output_format': 'fixed<8,3,RND,SAT>',\n"
    "  'weights': { 'seed': 2 } },\n"
    "{ 'name': 'sum', 'type': 'add', 'inputs': ['conv1', 'conv2'],\n"
    "  'output_format': 'fixed<8,3,RND,SAT>' },\n"
    "{ 'name': 'pool', 'type': 'maxpool2d', 'input': 'sum',\n"
    "  'kernel': [2, 2] } ] },\n"
    "'hardware': { 'clock_mhz': 200, 'boards': [\n"
    "{ 'name': 'b1', 'layers': ['conv1'] },\n"
    "{ 'name': 'b2', 'layers': ['conv2'], 'clock_mhz': 161.1328125,\n"
    "  'device': 'xczu9eg' },\n"
    "{ 'name': 'b3', 'layers': ['sum'],\n"
    "  'drift': { 'ppm': 50, 'cycles': 1000 } } ],\n"
    "'links': [\n"
    "{ 'name': 'l1', 'type': 'aurora-64b66b-10g', 'from': 'b1', 'to': 'b2',\n"
    "  'cable_ns': 10 },\n"
    "{ 'name': 'l2', 'type': 'crossing', 'from': 'b2', 'to': 'b3' } ] } }\n";

static struct design *lower(const struct example *e, const char *text)
{
    char *json = arena_printf(e->arena, "%s", text);
    for (char *c = json; *c != '\0'; c++)
        *c = *c == '\'' ? '"' : *c;
    struct model *m = example_load(e, json);
    return m == NULL ? NULL
                     : model_design(e->arena, m, kernels_headrace(), e->diag);
}

static struct design *lower_good(const struct example *e, const char *text)
{
    struct design *d = lower(e, text);
    ck_assert_msg(d != NULL && diag_count(e->diag) == 0, "%s",
                  example_messages(e));
    return d;
}

static const char *print_design(struct arena *a, const struct design *d)
{
    struct text *t = text_new(a);
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *p = &d->processes[i];
        ck_assert_uint_eq(p->index, i);
        ck_assert(p->link == NULL || p->link->process == p);
        text_printf(t, "%s@%s", p->name, d->boards[p->board].name);
        for (uint32_t k = 0; k < p->input_count; k++) {
            const struct stream *s = p->inputs[k];
            ck_assert_ptr_eq(s->consumer, p);
            ck_assert(s->producer == NULL || s->producer->index < i);
            ck_assert_uint_eq(s->board, p->board);
            text_printf(t, " <%s", s->name);
        }
        for (uint32_t k = 0; k < p->output_count; k++) {
            ck_assert_ptr_eq(p->outputs[k]->producer, p);
            ck_assert_uint_eq(p->outputs[k]->board,
                              p->link != NULL ? p->link->to : p->board);
            text_printf(t, " >%s", p->outputs[k]->name);
        }
        text_add(t, "\n");
    }
    return text_string(t);
}

START_TEST(streams_between_boards_cross_the_fewest_links)
{
    struct example e = example_new();
    const struct design *d = lower_good(&e, cut);
    ck_assert_str_eq(
        print_design(e.arena, d),
        "conv1.pad@b1 <source.out >conv1.pad.out\n"
        "conv1@b1 <conv1.pad.out >conv1.out\n"
        "conv1.clone@b1 <conv1.out >conv1.clone.out0 >conv1.clone.out1\n"
        "l1@b1 <conv1.clone.out0 <conv1.clone.out1 >l1.conv1.clone.out0 "
        ">l1.conv1.clone.out1\n"
        "conv2.pad@b2 <l1.conv1.clone.out0 >conv2.pad.out\n"
        "conv2@b2 <conv2.pad.out >conv2.out\n"
        "l2@b2 <l1.conv1.clone.out1 <conv2.out >l2.conv1.clone.out1 "
        ">l2.conv2.out\n"
        "sum@b3 <l2.conv1.clone.out1 <l2.conv2.out >sum.out\n"
        "pool@b3 <sum.out >pool.out\n");
    ck_assert_uint_eq(d->board_count, 3);
    ck_assert_uint_eq(d->clock_hz, 200000000);
    const struct board *b2 = &d->boards[1];
    ck_assert_uint_eq(b2->hz_numerator, 322265625);
    ck_assert_uint_eq(b2->hz_denominator, 2);
    ck_assert_str_eq(b2->device, "xczu9eg");
    const struct clock exact = clock_of_hz(322265625, 2);
    ck_assert(clock_is_same(&b2->clock, &exact));
    ck_assert_uint_eq(d->boards[2].clock.drift_ppm, 50);
    ck_assert_uint_eq(d->boards[2].clock.drift_cycles, 1000);
    ck_assert_ptr_null(d->boards[2].device);
    /* Two streams: whole packets, and a header that the type has not. */
    const struct link *l1 = &d->links[0];
    ck_assert(l1->store_and_forward);
    ck_assert_uint_eq(l1->type->header_words, 1);
    ck_assert_uint_eq(l1->cable_cycles, 2); /* of 6.2 ns */
    ck_assert_uint_eq(l1->latency, 57);
    ck_assert_uint_eq(l1->return_latency, 57);
    ck_assert_uint_eq(l1->streams[1].tokens_per_word, 2); /* of 32 bits */
    example_free(&e);
}
END_TEST

/* The numbers are those of the network on one board. */
START_TEST(a_cut_changes_no_bit)
{
    enum { FRAMES = 3 };
    struct example e = example_new();
    const struct design *d = lower_good(&e, cut);
    const char *whole = example_change(e.arena, cut, ", 'boards': [\n", "} }");
    whole = arena_printf(e.arena, "%.*s",
                         (int)(strstr(whole, "} }{") + 3 - whole), whole);
    const struct design *one = lower_good(&e, whole);
    ck_assert_uint_eq(one->board_count, 0);
    struct dataset data;
    model_random_data(e.arena, one->network, FRAMES, 5, &data);
    const int32_t *a = infer_run(e.arena, d, data.inputs, FRAMES, NULL);
    const int32_t *b = infer_run(e.arena, one, data.inputs, FRAMES, NULL);
    ck_assert_mem_eq(a, b, FRAMES * infer_output_count(d) * sizeof *a);
    example_free(&e);
}
END_TEST

/* Each board a region; FIFOs as deep as a frame, the clock the board's. */
START_TEST(designs_that_hls_made_can_be_cut)
{
    struct example e = example_new();
    const char *text = example_change(
        e.arena, cut, "'clock_mhz': 200,",
        "'clock_mhz': 200, 'family': 'hls4ml/vitis-2023.2', 'layers': {\n"
        "'conv1': { 'timing': { 'ii': 1, 'depth': 9 } },\n"
        "'conv2': { 'timing': { 'ii': 1, 'depth': 9 } },\n"
        "'sum': { 'timing': { 'ii': 1, 'depth': 3 } },\n"
        "'pool': { 'timing': { 'ii': 1, 'depth': 3 } } },");
    const struct design *d = lower_good(&e, text);
    ck_assert_uint_eq(design_process(d, "l1")->input_count, 2);
    ck_assert_uint_eq(design_stream(d, "l2.conv2.out")->depth, 64);
    ck_assert_uint_gt(cost_of_board(d, 1).lut, 0);
    example_free(&e);
}
END_TEST

START_TEST(frames_are_buffered_at_both_ends_of_a_link)
{
    struct example e = example_new();
    const char *text = example_change(e.arena, cut, "'clock_mhz': 200,",
                                      "'buffering': 'frame',");
    const struct design *d = lower_good(&e, text);
    ck_assert_int_eq(design_stream(d, "conv2.out")->kind, FIFO_FRAME);
    ck_assert_int_eq(design_stream(d, "l2.conv2.out")->kind, FIFO_FRAME);
    /* It only passes b2. */
    ck_assert_int_ne(design_stream(d, "l1.conv1.clone.out1")->kind, FIFO_FRAME);
    ck_assert_int_eq(design_stream(d, "l2.conv1.clone.out1")->kind, FIFO_FRAME);
    example_free(&e);
}
END_TEST

START_TEST(a_copy_of_such_a_design_stands_alone)
{
    struct example e = example_new();
    const struct design *d = lower_good(&e, cut);
    struct design *copy = design_copy(e.arena, d);
    ck_assert_str_eq(print_design(e.arena, copy), print_design(e.arena, d));
    ck_assert_ptr_ne(copy->links, d->links);
    ck_assert_ptr_eq(copy->links[0].process, design_process(copy, "l1"));
    ck_assert_ptr_eq(design_process(copy, "l1")->link, &copy->links[0]);
    ck_assert_ptr_eq(design_process(d, "l1")->link, &d->links[0]);
    example_free(&e);
}
END_TEST

START_TEST(a_clone_is_where_all_its_readers_are)
{
    struct example e = example_new();
    const char *text =
        example_change(e.arena, cut, "'b2', 'layers': ['conv2'],",
                       "'b2', 'layers': ['conv2', 'sum'],");
    text = example_change(e.arena, text, "'layers': ['sum'],",
                          "'layers': ['pool'],");
    ck_assert_str_eq(
        print_design(e.arena, lower_good(&e, text)),
        "conv1.pad@b1 <source.out >conv1.pad.out\n"
        "conv1@b1 <conv1.pad.out >conv1.out\n"
        "l1@b1 <conv1.out >l1.conv1.out\n"
        "conv1.clone@b2 <l1.conv1.out >conv1.clone.out0 >conv1.clone.out1\n"
        "conv2.pad@b2 <conv1.clone.out0 >conv2.pad.out\n"
        "conv2@b2 <conv2.pad.out >conv2.out\n"
        "sum@b2 <conv1.clone.out1 <conv2.out >sum.out\n"
        "l2@b2 <sum.out >l2.sum.out\n"
        "pool@b3 <l2.sum.out >pool.out\n");
    example_free(&e);
}
END_TEST

START_TEST(copies_of_a_layer_may_be_on_boards_of_their_own)
{
    struct example e = example_new();
    const char *text = example_change(
        e.arena, cut, "'clock_mhz': 200,",
        "'layers': { 'pool': { 'copies': 2, 'boards': ['b2', 'b3'] } },");
    text = example_change(e.arena, text, "'layers': ['sum'],", "");
    text = example_change(e.arena, text, "['conv2']", "['conv2', 'sum']");
    ck_assert_str_eq(
        print_design(e.arena, lower_good(&e, text)),
        "conv1.pad@b1 <source.out >conv1.pad.out\n"
        "conv1@b1 <conv1.pad.out >conv1.out\n"
        "l1@b1 <conv1.out >l1.conv1.out\n"
        "conv1.clone@b2 <l1.conv1.out >conv1.clone.out0 >conv1.clone.out1\n"
        "conv2.pad@b2 <conv1.clone.out0 >conv2.pad.out\n"
        "conv2@b2 <conv2.pad.out >conv2.out\n"
        "sum@b2 <conv1.clone.out1 <conv2.out >sum.out\n"
        "pool.dispatch@b2 <sum.out >pool.dispatch.out0 >pool.dispatch.out1\n"
        "pool.0@b2 <pool.dispatch.out0 >pool.0.out\n"
        "l2@b2 <pool.dispatch.out1 <pool.0.out >l2.pool.dispatch.out1 "
        ">l2.pool.0.out\n"
        "pool.1@b3 <l2.pool.dispatch.out1 >pool.1.out\n"
        "pool.collect@b3 <l2.pool.0.out <pool.1.out >pool.collect.out\n");
    example_free(&e);
}
END_TEST

START_TEST(copies_of_the_network_may_be_on_boards_of_their_own)
{
    struct example e = example_new();
    const char *text =
        example_change(e.arena, cut, "'clock_mhz': 200,",
                       "'copies': 2, 'copy_boards': ['b1', 'b2'],");
    text = example_change(e.arena, text, ", 'layers': ['conv1']", "");
    text = example_change(e.arena, text, "'layers': ['conv2'], ", "");
    text = example_change(e.arena, text, "'layers': ['sum'],", "");
    const struct design *d = lower(&e, text);
    ck_assert_ptr_nonnull(d);
    /* One diagnostic: nothing is on b3. */
    ck_assert_uint_eq(diag_count(e.diag), 1);
    ck_assert_str_eq(diag_at(e.diag, 0)->text, "no layer is on board 'b3'");
    ck_assert_int_eq(diag_at(e.diag, 0)->severity, DIAG_WARNING);
    ck_assert_uint_eq(design_process(d, "source.dispatch")->board, 0);
    ck_assert_uint_eq(design_process(d, "conv1.0")->board, 0);
    ck_assert_uint_eq(design_process(d, "conv1.1")->board, 1);
    ck_assert_uint_eq(design_process(d, "sink.collect")->board, 1);
    const struct process *l1 = design_process(d, "l1");
    ck_assert_uint_eq(l1->input_count, 2);
    ck_assert_str_eq(l1->inputs[0]->name, "source.dispatch.out1");
    ck_assert_str_eq(l1->inputs[1]->name, "pool.0.out");
    ck_assert_uint_eq(l1->outputs[1]->copies, 2);
    ck_assert_uint_eq(l1->outputs[1]->copy, 0);
    example_free(&e);
}
END_TEST

START_TEST(a_link_may_say_which_streams_it_carries)
{
    struct example e = example_new();
    const char *text =
        example_change(e.arena, cut, "'from': 'b1', 'to': 'b2',\n",
                       "'from': 'b1', 'to': 'b2', 'order': 'priority',\n"
                       "'streams': ['conv1.clone.out1', 'conv1.clone.out0'],");
    const struct design *d = lower_good(&e, text);
    const struct process *l1 = design_process(d, "l1");
    ck_assert_str_eq(l1->inputs[0]->name, "conv1.clone.out1");
    ck_assert_str_eq(l1->inputs[1]->name, "conv1.clone.out0");
    ck_assert_int_eq(l1->link->order, LINK_PRIORITY);
    /* A second link takes what the first may not carry, and straight to b3
     * is shorter. */
    text = example_change(e.arena, cut, "'from': 'b1', 'to': 'b2',\n",
                          "'from': 'b1', 'to': 'b2', "
                          "'streams': ['conv1.clone.out0'],\n");
    text = example_change(e.arena, text, "'links': [\n",
                          "'links': [ { 'name': 'l3', 'type': 'lvds', "
                          "'from': 'b1', 'to': 'b3' },\n");
    d = lower_good(&e, text);
    ck_assert_str_eq(design_process(d, "l3")->inputs[0]->name,
                     "conv1.clone.out1");
    ck_assert_uint_eq(design_process(d, "l1")->input_count, 1);
    ck_assert_uint_eq(design_process(d, "l2")->input_count, 1);
    ck_assert(!design_process(d, "l1")->link->store_and_forward);
    example_free(&e);
}
END_TEST

/* --- what is refused ------------------------------------------------------ */

struct refused {
    struct {
        const char *find, *replace;
    } edits[3];
    const char *says; /* the messages behind the name of the file */
};

static const struct refused refused[] = {
    { { { "'from': 'b2', 'to': 'b3' }", "'from': 'b2', 'to': 'b4' }" } },
      "model.json:25:57: error[board]: there is no board 'b4'; there are: b1, "
      "b2, b3\n"
      "    hint: did you mean 'b1'?\n" },
    { { { "'from': 'b2', 'to': 'b3' }", "'from': 'b3', 'to': 'b3' }" } },
      "model.json:25:57: error[link]: link 'l2' leads from board 'b3' to "
      "itself\n"
      "    hint: within a board streams need no link\n" },
    { { { "'to': 'b3' } ]", "'to': 'b3' },\n{ 'name': 'l3', 'type': 'lvds', "
                            "'from': 'b3', 'to': 'b1' } ]" } },
      "model.json:23:11: error[link]: links form a loop: link 'l1' leads from "
      "board 'b1' to 'b2', from where others lead back to 'b1'\n"
      "    hint: streams go one way: order the boards, and leave out the links "
      "back\n" },
    { { { "'name': 'b3'", "'name': 'b2'" } },
      "model.json:20:11: error[board]: there are two boards 'b2'; the first is "
      "on line 18\n"
      "    hint: give one of them another name\n"
      "model.json:25:57: error[board]: there is no board 'b3'; there are: b1, "
      "b2, b2\n"
      "    hint: did you mean 'b1'?\n" },
    { { { "'name': 'l2'", "'name': 'l1'" } },
      "model.json:25:11: error[link]: there are two links 'l1'; the first is "
      "on line 23\n"
      "    hint: give one of them another name\n" },
    { { { "'name': 'l2'", "'name': 'pool'" } },
      "model.json:25:11: error[name]: link 'pool' has the name of a layer, or "
      "of the source or sink\n"
      "    hint: choose another one: streams are named after it\n" },
    { { { "'layers': ['sum']", "'layers': ['sum', 'conv2']" } },
      "model.json:20:35: error[board]: layer 'conv2' is named for board 'b3', "
      "and for 'b2' before\n"
      "    hint: a layer is on one board: name it once\n" },
    { { { "'layers': ['sum']", "'layers': ['sum', 'sum']" } },
      "model.json:20:35: error[board]: layer 'sum' is named twice for board "
      "'b3'\n"
      "    hint: a layer is on one board: name it once\n" },
    { { { "'layers': ['sum']", "'layers': ['summ']" } },
      "model.json:20:28: error[name]: the network has no layer 'summ' to be on "
      "a board\n"
      "    hint: did you mean 'sum'?\n" },
    { { { "'name': 'l2', 'type': 'crossing', 'from': 'b2', 'to': 'b3'",
          "'name': 'l2', 'type': 'crossing', 'from': 'b1', 'to': 'b3'" } },
      "model.json:18:11: error[link]: 'conv2.out' goes from board 'b2' to "
      "board 'b3', and no links that may carry it lead from one to the other\n"
      "    hint: add a link from 'b2' to 'b3', or put 'sum' on 'b2'\n" },
    { { { "'clock_mhz': 161.1328125", "'clock_mhz': 0" } },
      "model.json:18:51: error[json-range]: 'hardware.boards[1].clock_mhz' is "
      "0, outside 0.001..2000\n" },
    { { { "'clock_mhz': 161.1328125", "'clock_mhz': 900" } },
      "model.json:18:51: error[board]: a clock of 900 MHz is above the 891 MHz "
      "that 'xczu9eg' allows\n"
      "    hint: that is what its clock trees can carry (max_clock_mhz); "
      "designs reach much less\n" },
    { { { "'clock_mhz': 161.1328125", "'clock_mhz': 161.13281250001" } },
      "model.json:18:51: error[json-range]: 'hardware.boards[1].clock_mhz' is "
      "161.13281250001, which has more than 9 digits behind the point\n" },
    { { { "'clock_mhz': 200,", "'device': 'xc7z020', 'clock_mhz': 700," } },
      "model.json:16:49: error[board]: a clock of 700 MHz is above the 628 MHz "
      "that 'xc7z020' allows\n"
      "    hint: that is what its clock trees can carry (max_clock_mhz); "
      "designs reach much less\n" },
    { { { "'clock_mhz': 161.1328125", "'clock_mhz': 'fast'" } },
      "model.json:18:51: error[json-type]: 'hardware.boards[1].clock_mhz' is "
      "\"fast\", not a number\n" },
    { { { "'cable_ns': 10", "'receive_words': 64" } },
      "model.json:24:20: error[link]: a receive buffer of 64 words is too "
      "small for 'conv1.clone.out0' on 'l1': with stop_at 1 and 372 words in "
      "flight it needs 512\n"
      "    hint: receive_words 512, or a smaller stop_at\n" },
    { { { "'cable_ns': 10", "'receive_words': 100" } },
      "model.json:24:20: error[link]: receive_words 100 is no power of two\n" },
    { { { "'cable_ns': 10", "'stop_at': 100, 'go_at': 100" } },
      "model.json:24:28: error[link]: go_at 100 of 'l1' is not below stop_at "
      "100: 99 is the most\n" },
    { { { "'cable_ns': 10", "'send_words': 64" } },
      "model.json:24:17: error[link]: the send FIFOs of 'l1' have 64 words, "
      "fewer than two packets of 256: 512 are needed\n"
      "    hint: give it smaller packets (packet_words), or leave send_words "
      "out\n" },
    { { { "'cable_ns': 10", "'cable_ns': 0.0001" } },
      "model.json:24:15: error[json-range]: cable_ns is finer than "
      "picoseconds: at most 3 digits behind the point\n" },
    { { { "'crossing', 'from'", "'crossing', 'packet_words': 4, 'from'" } },
      "model.json:25:53: error[link]: 'packet_words' is of framed links; 'l2' "
      "is a crossing\n"
      "    hint: leave it out: a crossing has send_words\n" },
    { { { "'crossing', 'from'", "'crosing', 'from'" } },
      "model.json:25:25: error[value]: there is no kind of links 'crosing' in "
      "the catalogue, which has 100gbe-udp, aurora-64b66b-10g, "
      "aurora-64b66b-4x25g, crossing, lvds, serial-10g\n"
      "    hint: did you mean 'crossing'?\n" },
    { { { "'crossing', 'from'", "'crossing', 'streams': ['conv2.out', "
                                "'conv3.out', 'conv1.out'], 'from'" } },
      "model.json:17:11: error[link]: 'conv1.clone.out1' goes from board 'b1' "
      "to board 'b3', and no links that may carry it lead from one to the "
      "other\n"
      "    hint: add a link from 'b1' to 'b3', or put 'sum' on 'b1'\n"
      "model.json:25:62: error[link]: there is no stream 'conv3.out' that link "
      "'l2' could carry\n"
      "    hint: did you mean 'conv1.out'?\n"
      "model.json:25:75: error[link]: 'conv1.out' does not cross link 'l2'\n" },
    { { { "'crossing', 'from'",
          "'crossing', 'streams': ['conv2.out'], 'from'" } },
      "model.json:17:11: error[link]: 'conv1.clone.out1' goes from board 'b1' "
      "to board 'b3', and no links that may carry it lead from one to the "
      "other\n"
      "    hint: add a link from 'b1' to 'b3', or put 'sum' on 'b1'\n" },
    { { { "'cable_ns': 10", "'order': 'fair'" } },
      "model.json:24:12: error[value]: order 'fair' is not 'round_robin' or "
      "'priority'\n" },
    { { { "'cycles': 1000", "'cycles': 0" } },
      "model.json:21:35: error[json-range]: 'hardware.boards[2].drift.cycles' "
      "is 0, outside 1..1000000000\n" },
    { { { "'clock_mhz': 200,",
          "'layers': { 'pool': { 'copies': 2, 'boards': ['b3'] } }," } },
      "model.json:16:60: error[json-range]: 'hardware.layers.pool.boards' has "
      "1 elements, not 2\n" },
    { { { "'clock_mhz': 200,",
          "'layers': { 'sum': { 'reuse_factor': 2 }, 'pool': { 'copies': 2, "
          "'boards': ['b2', 'b3'] } }," },
        { "'layers': ['sum']", "'layers': ['pool']" } },
      "model.json:16:52: error[folding]: 'sum' is of type add, which cannot be "
      "folded\n"
      "model.json:20:28: error[board]: the copies of 'pool' have boards of "
      "their own; it cannot be on board 'b3' as well\n"
      "    hint: leave it out here\n" },
    { { { "'boards': [\n", "'x': [\n" } },
      "model.json:22:10: error[link]: links are between 'boards', and there "
      "are none\n"
      "model.json:16:33: error[json-key]: unknown key 'x' in 'hardware'\n" },
    { { { "'clock_mhz': 200,", "'copies': 2, 'copy_boards': ['b1', 'b9']," } },
      "model.json:16:50: error[board]: there is no board 'b9'; there are: b1, "
      "b2, b3\n"
      "    hint: did you mean 'b1'?\n" },
};

/* The messages without the folder. */
static const char *messages(const struct example *e)
{
    struct text *t = text_new(e->arena);
    const size_t folder = strlen(e->folder) + 1;
    for (size_t i = 0; i < diag_count(e->diag); i++) {
        const char *m = diag_format(diag_at(e->diag, i), e->arena);
        bool in_folder = strncmp(m, e->folder, folder - 1) == 0;
        text_printf(t, "%s\n", in_folder ? m + folder : m);
    }
    return text_string(t);
}

START_TEST(what_cannot_be_is_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const struct refused *r = &refused[i];
        struct example e = example_new();
        const char *text = cut;
        for (size_t k = 0; k < 3 && r->edits[k].find != NULL; k++)
            text = example_change(e.arena, text, r->edits[k].find,
                                  r->edits[k].replace);
        ck_assert_ptr_null(lower(&e, text));
        ck_assert_str_eq(messages(&e), r->says);
        example_free(&e);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("model_boards");
    TCase *t = tcase_create("model_boards");
    tcase_add_test(t, streams_between_boards_cross_the_fewest_links);
    tcase_add_test(t, a_cut_changes_no_bit);
    tcase_add_test(t, designs_that_hls_made_can_be_cut);
    tcase_add_test(t, frames_are_buffered_at_both_ends_of_a_link);
    tcase_add_test(t, a_copy_of_such_a_design_stands_alone);
    tcase_add_test(t, a_clone_is_where_all_its_readers_are);
    tcase_add_test(t, copies_of_a_layer_may_be_on_boards_of_their_own);
    tcase_add_test(t, copies_of_the_network_may_be_on_boards_of_their_own);
    tcase_add_test(t, a_link_may_say_which_streams_it_carries);
    tcase_add_test(t, what_cannot_be_is_refused);
    suite_add_tcase(s, t);
    return example_run(s);
}
