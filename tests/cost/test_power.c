#include "cost/power.h"

#include "tests/check_main.h"

static const struct power_model model = {
    .clock_fj = 30,
    .lut_fj = 50,
    .net_fj = 20,
    .dsp_fj = 2000,
    .bram18_fj = 4000,
    .uram_fj = 30000,
    .dynamic_range = { 50, 200 },
    .static_mw = 700,
    .static_range = { 90, 140 },
    .processors_mw = 2400,
    .processors_on = true,
    .processors_range = { 60, 110 },
    .lane_fj = 30000,
    .lane_range = { 70, 140 },
};

static const struct power_load load = {
    .cost = { .lut = 1000, .ff = 2000, .dsp = 10, .bram18 = 5, .uram = 1 },
    .clock_hz = 200000000,
    .busy_ppm = POWER_BUSY_ALWAYS,
};

START_TEST(every_part_has_its_name)
{
    ck_assert_str_eq(power_part_name(POWER_STATIC), "static");
    ck_assert_str_eq(power_part_name(POWER_LINKS), "links");
    for (int i = 0; i < POWER_PART_COUNT; i++)
        ck_assert_ptr_nonnull(power_part_name((enum power_part)i));
}
END_TEST

/* Femtojoules times 0.2 GHz are microwatts. */
START_TEST(energy_times_clock)
{
    const struct power p = power_of_board(&model, &load, 1, 0);
    ck_assert_uint_eq(p.parts_uw[POWER_STATIC], 700000);
    ck_assert_uint_eq(p.parts_uw[POWER_PROCESSORS], 2400000);
    ck_assert_uint_eq(p.parts_uw[POWER_CLOCKS], 2000 * 30 / 5);
    ck_assert_uint_eq(p.parts_uw[POWER_LOGIC], 1000 * 50 / 5);
    ck_assert_uint_eq(p.parts_uw[POWER_NETS], 3000 * 20 / 5);
    ck_assert_uint_eq(p.parts_uw[POWER_DSP], 10 * 2000 / 5);
    ck_assert_uint_eq(p.parts_uw[POWER_BRAM], 5 * 4000 / 5);
    ck_assert_uint_eq(p.parts_uw[POWER_URAM], 30000 / 5);
    ck_assert_uint_eq(p.parts_uw[POWER_LINKS], 0);
    const uint64_t dynamic = 12000 + 10000 + 12000 + 4000 + 4000 + 6000;
    ck_assert_uint_eq(p.total_uw, 3100000 + dynamic);
    ck_assert_uint_eq(p.least_uw, 630000 + 1440000 + dynamic / 2);
    ck_assert_uint_eq(p.most_uw, 980000 + 2640000 + dynamic * 2);
}
END_TEST

/* Its clock tree takes what it takes. */
START_TEST(what_stands_still_has_a_clock)
{
    struct power_load idle = load;
    idle.busy_ppm = 0;
    const struct power p = power_of_board(&model, &idle, 1, 0);
    ck_assert_uint_eq(p.parts_uw[POWER_CLOCKS], 12000);
    ck_assert_uint_eq(p.total_uw, 3112000);
    idle.busy_ppm = 250000;
    ck_assert_uint_eq(power_of_board(&model, &idle, 1, 0).parts_uw[POWER_LOGIC],
                      2500);
}
END_TEST

/* Each with its own clock. */
START_TEST(loads_add_up)
{
    struct power_load loads[] = { load, load };
    loads[1].clock_hz = 400000000;
    const struct power p = power_of_board(&model, loads, 2, 0);
    ck_assert_uint_eq(p.parts_uw[POWER_DSP], 12000);
    ck_assert_uint_eq(p.parts_uw[POWER_STATIC], 700000);
    ck_assert_uint_eq(power_of_board(&model, NULL, 0, 0).total_uw, 3100000);
}
END_TEST

START_TEST(processors_may_be_off)
{
    struct power_model m = model;
    m.processors_on = false;
    ck_assert_uint_eq(power_of_board(&m, NULL, 0, 0).total_uw, 700000);
}
END_TEST

/* 10 Gbit/s at 30 pJ a bit. */
START_TEST(lanes_take_energy_a_bit)
{
    const struct power p = power_of_board(&model, NULL, 0, 10000000000);
    ck_assert_uint_eq(p.parts_uw[POWER_LINKS], 300000);
    ck_assert_uint_eq(p.total_uw, 3400000);
    ck_assert_uint_eq(p.most_uw, 980000 + 2640000 + 420000);
}
END_TEST

START_TEST(boards_add_up)
{
    const struct power one = power_of_board(&model, &load, 1, 0);
    const struct power two = power_sum(one, one);
    ck_assert_uint_eq(two.total_uw, 2 * one.total_uw);
    ck_assert_uint_eq(two.least_uw, 2 * one.least_uw);
    ck_assert_uint_eq(two.most_uw, 2 * one.most_uw);
    ck_assert_uint_eq(two.parts_uw[POWER_LOGIC], 20000);
}
END_TEST

/* A device of a thousand million of each at the highest clock and energy. */
START_TEST(nothing_wraps_around)
{
    struct power_model m = { .lut_fj = 1000000000 };
    const struct power_load l = { .cost = { .lut = 1000000000 },
                                  .clock_hz = 2000000000,
                                  .busy_ppm = POWER_BUSY_ALWAYS };
    ck_assert_uint_eq(power_of_board(&m, &l, 1, 0).total_uw,
                      UINT64_C(2000000000000000000));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        every_part_has_its_name,
        energy_times_clock,
        what_stands_still_has_a_clock,
        loads_add_up,
        processors_may_be_off,
        lanes_take_energy_a_bit,
        boards_add_up,
        nothing_wraps_around,
        NULL,
    };
    return check_main("power", tests);
}
