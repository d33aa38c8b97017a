#include "traces/deviation.h"

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/side_case.h"
#include "traces/pairing.h"

/* source.out (0) -> conv -> conv.out (1) -> pool -> pool.out (2) */
static struct arena *arena;
static struct side *model;
static struct pair pairs[3];
static struct pairing pairing;
static struct stream_errors errors[3];

static void forget(void)
{
    pairing = (struct pairing){ .count = 3, .pairs = pairs };
    for (uint32_t i = 0; i < 3; i++) {
        pairs[i] = (struct pair){ i, i, PAIRED_BY_NAME };
        errors[i] = (struct stream_errors){ 0 };
    }
}

static void setup(void)
{
    arena = arena_new();
    model = side_case_chain(arena, SIDE_MODEL, "m", 1, 0);
    forget();
}

static void teardown(void)
{
    arena_free(arena);
}

static void write_differs(uint32_t stream, uint64_t time)
{
    errors[stream].write = (struct divergence){
        .there = true, .event = TOKEN_WRITE, .token = time, .time = time
    };
}

static void read_differs(uint32_t stream, uint64_t time)
{
    errors[stream].read = (struct divergence){
        .there = true, .event = TOKEN_READ, .token = time, .time = time
    };
}

static struct deviation found(void)
{
    return deviation_first(model, true, &pairing, errors);
}

START_TEST(nobody)
{
    ck_assert_int_eq(found().kind, DEVIATION_NONE);
    ck_assert_int_eq(deviation_first(NULL, false, &pairing, errors).kind,
                     DEVIATION_NONE);
}
END_TEST

/* conv is late, and all behind it follows. */
START_TEST(a_process_whose_inputs_agree)
{
    write_differs(1, 50);
    read_differs(1, 51);
    write_differs(2, 60);
    read_differs(2, 61);
    struct deviation d = found();
    ck_assert_int_eq(d.kind, DEVIATION_PROCESS);
    ck_assert_str_eq(d.process, "conv");
    ck_assert_uint_eq(d.pair, 1);
    ck_assert_uint_eq(d.event.token, 50);
    ck_assert_uint_eq(d.others, 0);
    ck_assert_uint_eq(d.unseen, 0);
}
END_TEST

/* pool reads late, so conv finds no room, so the source finds none. */
START_TEST(pressure_from_behind)
{
    read_differs(1, 40);
    write_differs(1, 45);
    read_differs(0, 46);
    write_differs(0, 48);
    struct deviation d = found();
    ck_assert_str_eq(d.process, "pool");
    ck_assert_int_eq(d.event.event, TOKEN_READ);
    ck_assert_uint_eq(d.others, 0);
}
END_TEST

START_TEST(source_and_sink)
{
    write_differs(0, 5);
    read_differs(0, 6);
    ck_assert_int_eq(found().kind, DEVIATION_SOURCE);
    forget();
    read_differs(2, 70);
    write_differs(2, 75);
    ck_assert_int_eq(found().kind, DEVIATION_SINK);
}
END_TEST

/* Dataflow order goes before time; the other one is counted. */
START_TEST(two_deviate_by_themselves)
{
    write_differs(2, 30);
    read_differs(2, 31);
    read_differs(0, 40);
    struct deviation d = found();
    ck_assert_str_eq(d.process, "conv");
    ck_assert_uint_eq(d.event.time, 40);
    ck_assert_uint_eq(d.others, 1);
}
END_TEST

/* Nothing acts within a cycle, so both deviate by themselves. */
START_TEST(in_the_same_cycle)
{
    write_differs(0, 40);
    read_differs(0, 40);
    struct deviation d = found();
    ck_assert_int_eq(d.kind, DEVIATION_SOURCE);
    ck_assert_uint_eq(d.others, 1);
}
END_TEST

START_TEST(streams_that_were_not_compared)
{
    pairs[0] = pairs[1];
    pairs[1] = pairs[2];
    pairing.count = 2; /* source.out is not there */
    errors[0] = errors[1] = (struct stream_errors){ 0 };
    write_differs(0, 50); /* of conv.out */
    struct deviation d = found();
    ck_assert_str_eq(d.process, "conv");
    ck_assert_uint_eq(d.unseen, 1);
}
END_TEST

START_TEST(without_a_graph_the_first_stream)
{
    write_differs(2, 30);
    write_differs(1, 45);
    read_differs(0, 20);
    struct deviation d = deviation_first(NULL, false, &pairing, errors);
    ck_assert_int_eq(d.kind, DEVIATION_STREAM);
    ck_assert_uint_eq(d.pair, 1);
    forget();
    read_differs(2, 20);
    d = deviation_first(NULL, false, &pairing, errors);
    ck_assert_uint_eq(d.pair, 2);
    ck_assert_int_eq(d.event.event, TOKEN_READ);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nobody,
        a_process_whose_inputs_agree,
        pressure_from_behind,
        source_and_sink,
        two_deviate_by_themselves,
        in_the_same_cycle,
        streams_that_were_not_compared,
        without_a_graph_the_first_stream,
        NULL,
    };
    return check_main_with("deviation", tests, setup, teardown);
}
