/* Laws of the cost: that of the program, and what may be wrong in others. */
#include "import/cost_laws.h"

#include "design/hls_laws.h"
#include "import/calibration_files.h"
#include "tests/check_main.h"
#include "tests/import/expect.h"

static const char good[] =
    "{ 'processes': [\n"
    "  { 'resource': 'lut', 'kernels': ['dense'], 'strategy': 'resource',\n"
    "    'product': 1500, 'designs': 'a', 'residual': '1 %' }],\n"
    "  'fifos': [ { 'tool': 'vitis', 'kind': 'ram', 'ff_constant': 7,\n"
    "    'designs': 'a', 'residual': '0' } ],\n"
    "  'implemented_percent': { 'lut': 50 },\n"
    "  'left_out_percent': { 'ff': 20 } }";

/* Reads the text, whose ' become ". */
static const struct hls_laws *parse(const struct example *e, const char *text)
{
    const char *json = expect_quoted(e, text);
    return cost_laws_read(e->arena, json_parse(e->arena, "laws.json", json,
                                               strlen(json), e->diag));
}

START_TEST(laws_are_read)
{
    struct example e = example_new();
    const struct hls_laws *l = parse(&e, good);
    ck_assert_uint_eq(diag_count(e.diag), 0);
    ck_assert_uint_eq(l->law_count, 1);
    ck_assert(!l->laws[0].ff);
    ck_assert(!l->laws[0].any_strategy);
    ck_assert_int_eq(l->laws[0].strategy, STRATEGY_RESOURCE);
    ck_assert_str_eq(l->laws[0].kernels[0], "dense");
    ck_assert_uint_eq(l->laws[0].milli[HLS_PRODUCT], 1500);
    ck_assert_uint_eq(l->laws[0].milli[HLS_CONSTANT], 0);
    ck_assert_uint_eq(l->fifo_count, 1);
    ck_assert(l->fifos[0].vitis && l->fifos[0].ram);
    ck_assert_uint_eq(l->fifos[0].ff_constant_milli, 7);
    ck_assert_uint_eq(l->lut_percent, 50);
    ck_assert_uint_eq(l->ff_residual_percent, 20);
    example_free(&e);
}
END_TEST

START_TEST(those_of_the_program_are_good)
{
    struct example e = example_new();
    bool found = false;
    for (size_t i = 0; i < calibration_file_count; i++) {
        const struct embedded_file *f = &calibration_files[i];
        if (strcmp(f->name, COST_LAWS_FILE) != 0)
            continue;
        const struct hls_laws *l = cost_laws_read(
            e.arena, json_parse(e.arena, f->name, f->text, f->length, e.diag));
        found = l->law_count > 0 && l->fifo_count > 0 && l->lut_percent > 0 &&
                l->lut_residual_percent > 0;
    }
    ck_assert(found);
    ck_assert_msg(diag_count(e.diag) == 0, "%s", example_messages(&e));
    example_free(&e);
}
END_TEST

static const struct {
    const char *from, *to, *message;
} broken[] = {
    { "'lut', 'k", "'bram', 'k",
      "resource 'bram' is neither \"ff\" nor \"lut\"" },
    { "'resource',", "'speed',",
      "strategy 'speed' is neither \"latency\" nor \"resource\"" },
    { "['dense']", "[]", "kernels' has 0 elements, fewer than 1" },
    { "'product'", "'produce'", "produce" },
    { "1500", "-1", "outside 0..1000000000" },
    { "'vitis'", "'quartus'", "neither \"vitis\" nor \"vivado\"" },
    { "'ff': 20", "'f': 20", "'f'" },
    { "'left_out_percent'", "'left_percent'", "left_out_percent" },
};

START_TEST(what_is_wrong_is_said)
{
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct example e = example_new();
        const char *at = strstr(good, broken[i].from);
        ck_assert_ptr_nonnull(at);
        parse(&e, arena_printf(e.arena, "%.*s%s%s", (int)(at - good), good,
                               broken[i].to, at + strlen(broken[i].from)));
        ck_assert_msg(strstr(example_messages(&e), broken[i].message) != NULL,
                      "no '%s' in: %s", broken[i].message,
                      example_messages(&e));
        example_free(&e);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        laws_are_read,
        those_of_the_program_are_good,
        what_is_wrong_is_said,
        NULL,
    };
    return check_main("cost_laws", tests);
}
