#include "cli/tune_options.h"

#include "base/arena.h"
#include "base/diag.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "tests/check_main.h"

#include <string.h>

static struct arena *arena;
static struct diag *diag;
static struct stream streams[3];
static struct design design;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    for (uint32_t i = 0; i < 3; i++)
        streams[i] = (struct stream){
            .index = i, .kind = FIFO_SRL, .depth = 16, .tokens_per_frame = 100
        };
    streams[0].name = "conv1.out";
    streams[1].name = "pool1.out";
    streams[1].kind = FIFO_BRAM;
    streams[2].name = "frames.out";
    streams[2].kind = FIFO_FRAME;
    design =
        (struct design){ .name = "d", .stream_count = 3, .streams = streams };
}

static void teardown(void)
{
    arena_free(arena);
}

static void check_said(const char *part)
{
    ck_assert_uint_ne(diag_count(diag), 0);
    const char *text = diag_at(diag, diag_count(diag) - 1)->text;
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in %s", part, text);
}

START_TEST(sources_and_sinks_go_in_pairs)
{
    const char *sources[] = { "every:3" };
    const char *sinks[] = { "always", "burst:2:9" };
    const struct option_list none = { 0 }, one = { 1, sources },
                             two = { 2, sinks };
    uint32_t count = 7;
    tune_scenarios(arena, &none, &none, &count, diag);
    ck_assert_uint_eq(count, 0);
    const struct scenario *s = tune_scenarios(arena, &one, &two, &count, diag);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(s[0].name, "source every:3, sink always");
    ck_assert_str_eq(s[1].name, "source always, sink burst:2:9");
    ck_assert_uint_eq(s[0].source.gap, 2);
    ck_assert(stimulus_is_always(&s[1].source));
    ck_assert_uint_eq(s[1].sink.pause, 9);
    sinks[0] = "sometimes";
    ck_assert_ptr_null(tune_scenarios(arena, &one, &two, &count, diag));
    check_said("'sometimes' is no stall pattern");
}
END_TEST

START_TEST(a_latency_is_a_number_or_any)
{
    uint64_t cycles = 1;
    bool any = true;
    ck_assert(tune_latency("--l", NULL, &cycles, &any, diag));
    ck_assert(cycles == 0 && !any);
    ck_assert(tune_latency("--l", "any", &cycles, &any, diag));
    ck_assert(cycles == 0 && any);
    ck_assert(tune_latency("--l", "12", &cycles, &any, diag));
    ck_assert(cycles == 12 && !any);
    ck_assert(!tune_latency("--l", "0", &cycles, &any, diag));
    ck_assert(!tune_latency("--l", "Any", &cycles, &any, diag));
    check_said("'Any' is not a whole number");
}
END_TEST

START_TEST(prices_are_exact)
{
    struct pricing p;
    ck_assert(tune_pricing(arena, NULL, NULL, &p, diag));
    ck_assert_uint_eq(p.bit, 1000000);
    ck_assert(
        tune_pricing(arena, "lut=1,bram18=150.5,ff=0.001", NULL, &p, diag));
    ck_assert(p.bit == 0 && p.lut == 1000000 && p.bram18 == 150500000 &&
              p.ff == 1000 && !p.has_uram);
    ck_assert(tune_pricing(arena, "uram=2,bits=1000", NULL, &p, diag));
    ck_assert(p.has_uram && p.uram == 2000000 && p.bit == 1000000000);
    const struct device device = { .name = "chip",
                                   .capacity = { .lut = 1000 } };
    ck_assert(tune_pricing(arena, "device", &device, &p, diag));
    ck_assert(p.lut == 1000000000 && p.bit == 0);
}
END_TEST

START_TEST(wrong_prices_are_refused)
{
    static const struct {
        const char *text, *said;
    } bad[] = {
        { "device", "neither --device nor the model" },
        { "bit", "'bit' is neither" },
        { "", "'' is neither" },
        { "lut=1,", "'' is neither" },
        { "lut", "'lut' has no weight" },
        { "lut=", "not a whole number" },
        { "lut=-1", "'-1' is no weight" },
        { "lut=.5", "not a whole number" },
        { "lut=1.", "at most three digits" },
        { "lut=1.2345", "at most three digits" },
        { "lut=1.2.3", "not a whole number" },
        { "lut=1=2", "'1=2' is no weight" },
        { "lut=99999999999999999999999999", "at most three digits" },
        { "lut=1000000.001", "outside" },
        { "bits=1000.001", "outside" },
        { "lut=1,lut=1", "two weights" },
        { "lut=0,bits=0.000", "all weights" },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct pricing p;
        ck_assert_msg(!tune_pricing(arena, bad[i].text, NULL, &p, diag), "%s",
                      bad[i].text);
        ck_assert_uint_eq(diag_count(diag), i + 1);
        check_said(bad[i].said);
    }
}
END_TEST

START_TEST(unknown_widths_count_tokens)
{
    streams[0].width_bits = 8;
    streams[2].inner = true;
    tune_unknown_widths(&design, diag);
    ck_assert_uint_eq(streams[0].width_bits, 8);
    ck_assert_uint_eq(streams[1].width_bits, 1);
    ck_assert_uint_eq(streams[2].width_bits, 0);
    streams[2].inner = false;
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_int_eq(diag_at(diag, 0)->severity, DIAG_WARNING);
    check_said("the tokens of 'pool1.out'");
}
END_TEST

static const struct depth_limit *limits(uint32_t count, const char **items)
{
    return tune_limits(arena, &design, &(struct option_list){ count, items },
                       diag);
}

START_TEST(limits_are_one_depth_or_two)
{
    const char *items[] = { "conv1.out=1..40", "pool1.out=2" };
    const struct depth_limit *l = limits(2, items);
    ck_assert_ptr_nonnull(l);
    ck_assert(l[0].stream == 0 && l[0].least == 1 && l[0].most == 40);
    ck_assert(l[1].stream == 1 && l[1].least == 2 && l[1].most == 2);
    ck_assert_ptr_null(limits(0, items));
    ck_assert_uint_eq(diag_count(diag), 0);
}
END_TEST

START_TEST(wrong_limits_are_refused)
{
    static const struct {
        const char *text, *said;
    } bad[] = {
        { "conv1.out", "neither FIFO=N" },
        { "conv2.out=3", "there is no stream 'conv2.out'" },
        { "frames.out=3", "of kind 'frame'" },
        { "conv1.out=4..3", "at least 4 tokens deep and at most 3" },
        { "conv1.out=0", "0 is outside" },
        { "conv1.out=1..", "not a whole number" },
        { "conv1.out=..4", "not a whole number" },
        { "conv1.out=1...4", "not a whole number" },
        { "pool1.out=1..4", "outside 2.." },
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *item = bad[i].text;
        ck_assert_ptr_null(limits(1, &item));
        check_said(bad[i].said);
    }
    const char *items[] = { "conv1.out=1", "pool1.out=2", "conv1.out=3" };
    ck_assert_ptr_null(limits(3, items));
    check_said("two limits for 'conv1.out'");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        sources_and_sinks_go_in_pairs,
        a_latency_is_a_number_or_any,
        prices_are_exact,
        wrong_prices_are_refused,
        unknown_widths_count_tokens,
        limits_are_one_depth_or_two,
        wrong_limits_are_refused,
        NULL,
    };
    return check_main_with("tune_options", tests, setup, teardown);
}
