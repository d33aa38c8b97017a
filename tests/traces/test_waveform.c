#include "traces/waveform.h"

#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"

static struct arena *a;
static struct waveform w;
static struct waveform_scopes *s;

static void setup(void)
{
    a = arena_new();
    w = (struct waveform){ .arena = a };
    s = waveform_scopes_new(&w);
}

static void teardown(void)
{
    arena_free(a);
}

static void add(const char *name, uint64_t code, uint64_t bits)
{
    ck_assert(waveform_scopes_signal(s, name, strlen(name), code, bits));
}

START_TEST(names_and_ranges)
{
    ck_assert(waveform_scopes_enter(s, "top", 3));
    add("z [7:0]", 1, 8);
    add("y[0:7]", 2, 8);
    add("x[11:4]", 3, 8);
    add("lane [3]", 4, 1);
    add("mem[2] [3:0]", 5, 4);
    add("[1:0]", 6, 2);
    add("v [-1:-8]", 7, 8);
    ck_assert(waveform_scopes_leave(s));
    ck_assert(!waveform_scopes_leave(s));
    add("b", 8, 3);
    waveform_scopes_end(s);
    static const struct {
        const char *name;
        int32_t left;
        bool upwards;
        uint16_t depth;
    } expected[] = {
        { "b", 2, false, 0 },           { "top.[1:0]", 1, false, 1 },
        { "top.lane[3]", 0, false, 1 }, { "top.mem[2]", 3, false, 1 },
        { "top.v", -1, false, 1 },      { "top.x", 11, false, 1 },
        { "top.y", 0, true, 1 },        { "top.z", 7, false, 1 }
    };
    ck_assert_uint_eq(w.count, 8);
    for (int i = 0; i < 8; i++) {
        ck_assert_str_eq(w.signals[i].name, expected[i].name);
        ck_assert_int_eq(w.signals[i].left, expected[i].left);
        ck_assert(w.signals[i].upwards == expected[i].upwards);
        ck_assert_uint_eq(w.signals[i].depth, expected[i].depth);
    }
}
END_TEST

START_TEST(finding)
{
    static const char *const names[] = { "clk", "clk2", "cl", "data", "a" };
    waveform_scopes_enter(s, "tb", 2);
    waveform_scopes_enter(s, "dut", 3);
    for (int i = 0; i < 5; i++)
        add(names[i], (uint64_t)i, 1);
    waveform_scopes_leave(s);
    add("clk", 9, 1);
    waveform_scopes_end(s);
    for (int i = 0; i < 5; i++) {
        int64_t at = waveform_find_in(&w, "tb.dut.x", 6, names[i]);
        ck_assert_int_ge(at, 0);
        ck_assert_uint_eq(w.signals[at].code, (uint64_t)i);
    }
    int64_t at = waveform_find(&w, "tb.clk", 6);
    ck_assert_int_ge(at, 0);
    ck_assert_uint_eq(w.signals[at].code, 9);
    ck_assert_int_eq(waveform_find(&w, "tb.dut.clk", 10), 3);
    ck_assert_int_eq(waveform_find(&w, "tb.du", 5), WAVEFORM_NONE);
    ck_assert_int_eq(waveform_find(&w, "", 0), WAVEFORM_NONE);
    ck_assert_int_eq(waveform_find_in(&w, "", 0, "clk"), WAVEFORM_NONE);
    ck_assert_uint_eq(waveform_scope_length("tb.dut.clk"), 6);
    ck_assert_uint_eq(waveform_scope_length("clk"), 0);
}
END_TEST

START_TEST(too_much)
{
    char name[WAVEFORM_NAME_MAX];
    memset(name, 'x', sizeof name);
    ck_assert(!waveform_scopes_signal(s, name, sizeof name, 1, 1));
    ck_assert(!waveform_scopes_enter(s, name, sizeof name));
    ck_assert(!waveform_scopes_signal(s, "a", 1, 1, WAVEFORM_BITS_MAX + 1));
    int depth = 0;
    while (depth < 100000 && waveform_scopes_enter(s, "x", 1))
        depth++;
    ck_assert_int_lt(depth, 100000);
    while (depth-- > 0)
        ck_assert(waveform_scopes_leave(s));
}
END_TEST

START_TEST(units)
{
    ck_assert_uint_eq(waveform_unit_fs(-15, 1), 1);
    ck_assert_uint_eq(waveform_unit_fs(-12, 100), 100000);
    ck_assert_uint_eq(waveform_unit_fs(0, 100), UINT64_C(100000000000000000));
    ck_assert_uint_eq(waveform_unit_fs(-16, 1), 0);
    ck_assert_uint_eq(waveform_unit_fs(1, 1), 0);
    ck_assert_uint_eq(waveform_unit_fs(-9, 5), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { names_and_ranges, finding, too_much, units,
                                   NULL };
    return check_main_with("waveform", tests, setup, teardown);
}
