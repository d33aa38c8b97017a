#include "design/hls_laws.h"

#include "tests/check_main.h"

static const struct hls_law laws[] = {
    { .ff = true,
      .kernel_count = 1,
      .kernels = { "dense" },
      .any_strategy = true },
    { .kernel_count = 2,
      .kernels = { "dense", "conv2d" },
      .strategy = STRATEGY_RESOURCE },
    { .kernel_count = 1, .kernels = { "dense" } },
};
static const struct hls_fifo_law fifos[] = {
    { .vitis = true, .ram = true },
    { .ram = true },
};
static const struct hls_laws all = {
    .law_count = 3, .laws = laws, .fifo_count = 2, .fifos = fifos
};

START_TEST(the_law_of_kernel_and_strategy_is_found)
{
    const enum strategy latency = STRATEGY_LATENCY;
    const enum strategy resource = STRATEGY_RESOURCE;
    ck_assert_ptr_eq(hls_law_find(&all, true, "dense", latency), &laws[0]);
    ck_assert_ptr_eq(hls_law_find(&all, true, "dense", resource), &laws[0]);
    ck_assert_ptr_eq(hls_law_find(&all, false, "dense", resource), &laws[1]);
    ck_assert_ptr_eq(hls_law_find(&all, false, "conv2d", resource), &laws[1]);
    ck_assert_ptr_eq(hls_law_find(&all, false, "dense", latency), &laws[2]);
    ck_assert_ptr_null(hls_law_find(&all, false, "conv2d", latency));
    ck_assert_ptr_null(hls_law_find(&all, true, "relu", latency));
    ck_assert_ptr_null(hls_law_find(NULL, true, "dense", latency));
}
END_TEST

START_TEST(the_law_of_tool_and_kind_is_found)
{
    ck_assert_ptr_eq(hls_fifo_law_find(&all, true, true), &fifos[0]);
    ck_assert_ptr_eq(hls_fifo_law_find(&all, false, true), &fifos[1]);
    ck_assert_ptr_null(hls_fifo_law_find(&all, false, false));
    ck_assert_ptr_null(hls_fifo_law_find(NULL, true, true));
}
END_TEST

START_TEST(every_feature_has_a_name)
{
    for (int f = 0; f < HLS_FEATURE_COUNT; f++)
        ck_assert_ptr_nonnull(hls_feature_name((enum hls_feature)f));
    ck_assert_str_eq(hls_feature_name(HLS_HELD_BIT), "held_bit");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        the_law_of_kernel_and_strategy_is_found,
        the_law_of_tool_and_kind_is_found,
        every_feature_has_a_name,
        NULL,
    };
    return check_main("hls_laws", tests);
}
