#include "traces/bundle.h"

#include "base/arena.h"
#include "tests/check_main.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

START_TEST(channels_from_0_on)
{
    static const char *const names[] = {
        "layer2_out_V_data_1_V",
        "layer2_out_V_data_10_V", /* no 3 to 9 */
        "layer2_out_V_data_0_V",
        "layer2_out_V_data_2_V",
        "layer4_out_V_data_0_V",
        "tb.x_data_0",
        "tb.x_data_1",
        "tb.y_data_1",
        "z_data_00",
        "z_data_01",
        "in_V_data_V",
    };
    uint32_t count;
    const struct bundle *b =
        bundles_of(a, names, sizeof names / sizeof *names, &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_uint_eq(b[0].count, 3);
    ck_assert_uint_eq(b[0].members[0], 2);
    ck_assert_uint_eq(b[0].members[1], 0);
    ck_assert_uint_eq(b[0].members[2], 3);
    ck_assert_uint_eq(b[1].count, 2);
    ck_assert_uint_eq(b[1].members[0], 5);
    ck_assert_uint_eq(b[1].members[1], 6);
}
END_TEST

START_TEST(many_channels)
{
    enum { CHANNELS = 130 };
    const char *names[CHANNELS];
    uint32_t count;
    for (uint32_t i = 0; i < CHANNELS; i++)
        names[i] = arena_printf(a, "l_V_data_%u_V_U", CHANNELS - 1 - i);
    const struct bundle *b = bundles_of(a, names, CHANNELS, &count);
    ck_assert_uint_eq(count, 1);
    ck_assert_uint_eq(b->count, CHANNELS);
    for (uint32_t i = 0; i < CHANNELS; i++)
        ck_assert_uint_eq(b->members[i], CHANNELS - 1 - i);
    bundles_of(a, names, 0, &count);
    ck_assert_uint_eq(count, 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { channels_from_0_on, many_channels, NULL };
    return check_main_with("bundle", tests, setup, teardown);
}
