#include "report/power_table.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/json_write.h"
#include "base/text.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "engine/analysis.h"
#include "import/device.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"

#include <string.h>

static struct arena *arena;
static struct diag *diag;
static struct design *design;
static const struct analysis *analysis;
static const struct device *device;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    struct model *m = model_load(arena, HEADRACE_SOURCE_DIR "/models/digits",
                                 kernels_headrace(), diag);
    ck_assert_ptr_nonnull(m);
    design = design_lower(arena, &m->network, &m->hardware, kernels_headrace(),
                          diag);
    ck_assert_ptr_nonnull(design);
    analysis = analyse_design(arena, design, 0);
    device = device_load(arena, "xczu9eg", (struct place){ 0 }, diag);
    ck_assert_ptr_nonnull(device);
}

static void teardown(void)
{
    arena_free(arena);
}

static const char *print(const struct analysis *x, const struct device *d)
{
    struct text *t = text_new(arena);
    power_table_print(x, d, arena, t);
    return text_string(t);
}

static const char *json(const struct analysis *x, const struct device *d)
{
    struct json_out *root = json_out_new(arena);
    power_table_add_json(root, x, &d, arena);
    struct text *t = text_new(arena);
    json_out_print(root, t);
    return text_string(t);
}

static struct power all(void)
{
    return power_of_processes(analysis, device->power, NULL, 0, arena);
}

static void check_has(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in\n%s", part, text);
}

START_TEST(no_device_no_power)
{
    ck_assert_str_eq(print(analysis, NULL), "");
    check_has(json(analysis, NULL), "\"power\":\tnull");
    /* One whose power nobody knows. */
    struct device unknown = *device;
    unknown.power = NULL;
    ck_assert_str_eq(print(analysis, &unknown), "");
    check_has(json(analysis, &unknown), "\"power\":\tnull");
}
END_TEST

START_TEST(a_deadlock_has_none)
{
    struct run stuck = *analysis->run;
    stuck.outcome = RUN_DEADLOCK;
    struct analysis x = *analysis;
    x.run = &stuck;
    ck_assert_str_eq(print(&x, device), "");
    check_has(json(&x, device), "\"power\":\tnull");
}
END_TEST

START_TEST(two_lines)
{
    const char *text = print(analysis, device);
    check_has(text, "power          ");
    check_has(text, " W, estimated (");
    check_has(text, "static 0.72, processors 2.42,\n");
    check_has(text, "\nefficiency     ");
    check_has(text, " GOPS/W (");
    /* Digits has no links and no UltraRAM. */
    ck_assert_ptr_null(strstr(text, "links"));
    ck_assert_ptr_null(strstr(text, "URAM"));
}
END_TEST

/* The clock tree takes what all flip-flops of the processes and FIFOs do. */
START_TEST(clocks_do_not_ask_who_is_busy)
{
    uint64_t ff = 0;
    for (uint32_t i = 0; i < design->process_count; i++)
        ff += cost_of_process(design, &design->processes[i]).ff;
    for (uint32_t i = 0; i < design->stream_count; i++)
        ff += cost_of_stream(design, &design->streams[i]).ff;
    const uint64_t due =
        ff * device->power->clock_fj * (design->clock_hz / 1000000) / 1000;
    const uint64_t clocks = all().parts_uw[POWER_CLOCKS];
    /* A microwatt is lost at most for each of them. */
    ck_assert_uint_le(clocks, due);
    ck_assert_uint_ge(clocks + design->process_count + design->stream_count,
                      due);
}
END_TEST

/* Half of the frames a second: clocks as before, the rest about half. */
START_TEST(what_waits_takes_less)
{
    const struct power fast = all();
    struct run run = *analysis->run;
    run.processes =
        arena_new_array(arena, struct run_process, design->process_count);
    for (uint32_t i = 0; i < design->process_count; i++) {
        run.processes[i] = analysis->run->processes[i];
        struct process_time *t = &run.processes[i].steady;
        t->starved += t->busy + t->starved + t->blocked;
    }
    run.period_cycles *= 2;
    struct analysis x = *analysis;
    x.run = &run;
    const struct power slow =
        power_of_processes(&x, device->power, NULL, 0, arena);
    ck_assert_uint_eq(slow.parts_uw[POWER_CLOCKS], fast.parts_uw[POWER_CLOCKS]);
    ck_assert_uint_le(slow.parts_uw[POWER_LOGIC] * 2,
                      fast.parts_uw[POWER_LOGIC]);
    ck_assert_uint_gt(slow.parts_uw[POWER_LOGIC] * 21 / 10,
                      fast.parts_uw[POWER_LOGIC]);
    /* Frames a second are rounded down to thousandths. */
    const uint64_t operations = power_operations(analysis);
    ck_assert_uint_le(power_operations(&x), operations / 2);
    ck_assert_uint_gt(power_operations(&x), operations / 2 - 10000);
}
END_TEST

/* Two boards have the logic of one, and twice what boards take anyway. */
START_TEST(boards_share_the_processes)
{
    bool front[32] = { false }, back[32] = { false };
    ck_assert_uint_le(design->process_count, 32);
    for (uint32_t i = 0; i < design->process_count; i++)
        *(i < 2 ? &front[i] : &back[i]) = true;
    const struct power_model *m = device->power;
    const struct power one = all();
    const struct power both =
        power_sum(power_of_processes(analysis, m, front, 0, arena),
                  power_of_processes(analysis, m, back, 5000000000, arena));
    for (int i = POWER_CLOCKS; i < POWER_LINKS; i++)
        ck_assert_uint_eq(both.parts_uw[i], one.parts_uw[i]);
    ck_assert_uint_eq(both.parts_uw[POWER_STATIC],
                      2 * one.parts_uw[POWER_STATIC]);
    ck_assert_uint_eq(both.parts_uw[POWER_LINKS], 5 * m->lane_fj);
}
END_TEST

/* Two operations a product, as often as frames come. */
START_TEST(operations_of_the_network)
{
    uint64_t due = network_products(design->network) * 2 *
                   analysis_millihertz(analysis) / 1000;
    ck_assert_uint_eq(power_operations(analysis), due);
    const char *text = json(analysis, device);
    check_has(text, arena_printf(arena, "\"operations_per_second\":\t%llu",
                                 (unsigned long long)due));
    struct run short_run = *analysis->run;
    short_run.period = 0;
    struct analysis x = *analysis;
    x.run = &short_run;
    ck_assert_uint_eq(power_operations(&x), 0);
    check_has(json(&x, device), "\"operations_per_second\":\tnull");
    ck_assert_ptr_null(strstr(print(&x, device), "GOPS"));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        no_device_no_power,
        a_deadlock_has_none,
        two_lines,
        clocks_do_not_ask_who_is_busy,
        what_waits_takes_less,
        boards_share_the_processes,
        operations_of_the_network,
        NULL,
    };
    return check_main_with("power_table", tests, setup, teardown);
}
