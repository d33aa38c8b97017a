#include "report/board_table.h"

#include "base/json.h"
#include "base/json_write.h"
#include "cost/capacity.h"
#include "cost/cost.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "import/device.h"
#include "tests/import/example.h"

/* Two layers on two boards. */
static const char cut[] =
    "{ \"headrace\": 1, \"name\": \"cut\", \"network\": {\n"
    "\"input\": { \"name\": \"in\", \"shape\": [8, 8, 2],\n"
    "  \"format\": \"fixed<8,3>\" }, \"layers\": [\n"
    "{ \"name\": \"conv\", \"type\": \"conv2d\", \"input\": \"in\",\n"
    "  \"filters\": 4, \"kernel\": [3, 3], \"weights\": { \"seed\": 1 },\n"
    "  \"weight_format\": \"fixed<8,1>\", \"output_format\": \"fixed<8,3>\" "
    "},\n"
    "{ \"name\": \"pool\", \"type\": \"maxpool2d\", \"input\": \"conv\",\n"
    "  \"kernel\": [2, 2] } ] },\n"
    "\"hardware\": { \"boards\": [\n"
    "{ \"name\": \"b1\", \"layers\": [\"conv\"], \"device\": \"xc7z020\" },\n"
    "{ \"name\": \"b2\", \"layers\": [\"pool\"], \"clock_mhz\": 161.1328125 } "
    "],\n"
    "\"links\": [ { \"name\": \"l1\", \"type\": \"aurora-64b66b-10g\",\n"
    "  \"from\": \"b1\", \"to\": \"b2\" } ] } }\n";

struct boards {
    const struct run *run;
    struct example example;
    struct design *design;
    const struct device *devices[2];
};

static struct boards boards_new(void)
{
    struct boards b = { .example = example_new() };
    const struct example *e = &b.example;
    struct model *m = example_load_good(e, cut);
    b.design = model_design(e->arena, m, kernels_headrace(), e->diag);
    ck_assert_msg(b.design != NULL, "%s", example_messages(e));
    b.devices[0] = device_load(e->arena, b.design->boards[0].device,
                               (struct place){ 0 }, e->diag);
    b.run = analyse_design(e->arena, b.design, 0)->run;
    return b;
}

START_TEST(boards_together_cost_what_the_design_does)
{
    struct boards b = boards_new();
    const struct cost all = cost_of_design(b.design);
    const struct cost sum =
        cost_sum(cost_of_board(b.design, 0), cost_of_board(b.design, 1));
    ck_assert_uint_eq(sum.ff, all.ff);
    ck_assert_uint_eq(sum.dsp, all.dsp);
    ck_assert_uint_eq(sum.bram18, all.bram18);
    /* Prices are added and rounded by board: a LUT more or less. */
    ck_assert_uint_le(sum.lut, all.lut + 1);
    ck_assert_uint_ge(sum.lut + 1, all.lut);
    ck_assert_uint_gt(cost_of_board(b.design, 0).dsp, 0);
    ck_assert_uint_eq(cost_of_board(b.design, 1).dsp, 0);
    example_free(&b.example);
}
END_TEST

START_TEST(each_board_is_held_against_its_device)
{
    struct boards b = boards_new();
    struct arena *a = b.example.arena;
    struct text *t = text_new(a);
    board_table_print(b.design, b.devices, b.run, a, t);
    ck_assert(board_table_fits(b.design, b.devices));
    ck_assert_ptr_nonnull(strstr(text_string(t), "b1: fits           xc7z020"));
    ck_assert_ptr_nonnull(strstr(text_string(t), "161.133"));
    ck_assert_ptr_null(strstr(text_string(t), "b2: "));

    struct device tiny = *b.devices[0];
    tiny.name = "tiny";
    tiny.capacity.dsp = 0;
    b.devices[0] = &tiny;
    b.devices[1] = &tiny; /* which needs none */
    t = text_new(a);
    board_table_print(b.design, b.devices, b.run, a, t);
    ck_assert(!board_table_fits(b.design, b.devices));
    ck_assert_ptr_nonnull(strstr(text_string(t), "b1: does not fit   tiny\n"
                                                 "DSP            "));
    ck_assert_ptr_nonnull(strstr(text_string(t), "'conv' takes"));
    ck_assert_ptr_nonnull(strstr(text_string(t), "b2: fits           tiny"));
    example_free(&b.example);
}
END_TEST

START_TEST(json_has_boards_and_links)
{
    struct boards b = boards_new();
    struct arena *a = b.example.arena;
    struct json_out *out = json_out_new(a);
    struct text *t = text_new(a);
    board_table_add_json(out, b.design, b.devices, b.run);
    json_out_print(out, t);
    struct json root =
        json_parse(a, "out", text_string(t), text_length(t), b.example.diag);
    struct json b2 = json_at(json_get(root, "boards"), 1);
    uint64_t n, d;
    ck_assert(json_read_decimal(json_get(b2, "clock_mhz"), 0, 2000, &n, &d));
    ck_assert_uint_eq(n, 1611328125);
    ck_assert_int_eq(json_kind(json_get(b2, "device")), JSON_NULL);
    struct json link = json_at(json_get(root, "links"), 0);
    ck_assert_str_eq(json_read_string(json_get(link, "from")), "b1");
    struct json s = json_at(json_get(link, "streams"), 0);
    ck_assert_str_eq(json_read_string(json_get(s, "name")), "conv.out");
    uint32_t words;
    ck_assert(
        json_read_u32(json_get(s, "words_per_frame"), 0, UINT32_MAX, &words));
    ck_assert_uint_eq(words, 18); /* 36 tokens of 32 bits */
    uint32_t peak, bound;
    ck_assert(json_read_u32(json_get(s, "receive_peak"), 1, UINT32_MAX, &peak));
    ck_assert(
        json_read_u32(json_get(s, "receive_words"), 1, UINT32_MAX, &bound));
    ck_assert_uint_le(peak, bound);
    ck_assert_uint_eq(diag_count(b.example.diag), 0);
    example_free(&b.example);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("board_table");
    TCase *t = tcase_create("board_table");
    tcase_add_test(t, boards_together_cost_what_the_design_does);
    tcase_add_test(t, each_board_is_held_against_its_device);
    tcase_add_test(t, json_has_boards_and_links);
    suite_add_tcase(s, t);
    return example_run(s);
}
