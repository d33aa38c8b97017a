#include "design/link.h"

#include "base/rng.h"
#include "design/design.h"
#include "tests/check_main.h"

#include <stdio.h>

static const struct link_type aurora = {
    .kind = LINK_FRAMED,
    .word_bits = 64,
    .active = 32,
    .active_of = 33,
    .compensation_cycles = 8,
    .compensation_period = 4992,
    .latency = 55,
    .return_latency = 55,
    .trailer_words = 1,
    .packet_words = 256,
    .synchroniser = 2,
};

/* A type with a short pattern and small numbers, so that all phases can be
 * looked at. */
static struct link_type random_type(struct rng *rng)
{
    struct link_type t = { .kind = LINK_FRAMED, .synchroniser = 2 };
    t.word_bits = 1 + rng_below(rng, 64);
    t.active_of = 1 + rng_below(rng, 12);
    t.active = 1 + rng_below(rng, t.active_of);
    if (rng_below(rng, 2) != 0) {
        t.compensation_period = 2 + rng_below(rng, 30);
        t.compensation_cycles = 1 + rng_below(rng, t.compensation_period - 1);
    }
    t.latency = 1 + rng_below(rng, 20);
    t.return_latency = 1 + rng_below(rng, 20);
    t.packet_words = 1 + rng_below(rng, 10);
    return t;
}

START_TEST(usable_cycles_are_counted_over_every_phase)
{
    for (uint64_t seed = 1; seed <= 200; seed++) {
        struct rng rng = { seed };
        const struct link_type t = random_type(&rng);
        const uint32_t cycles = rng_below(&rng, 300);
        const uint64_t pattern = link_type_pattern(&t);
        uint32_t most = 0, pause = 0;
        for (uint64_t phase = 0; phase < pattern; phase++) {
            uint32_t count = 0, run = 0;
            for (uint32_t i = 0; i < cycles; i++)
                count += link_type_is_usable(&t, phase + i);
            while (!link_type_is_usable(&t, phase + run))
                run++;
            most = count > most ? count : most;
            pause = run > pause ? run : pause;
        }
        ck_assert_msg(link_type_most_usable(&t, cycles) == most,
                      "seed %ju: most_usable", (uintmax_t)seed);
        ck_assert_msg(link_type_longest_pause(&t) == pause,
                      "seed %ju: longest_pause", (uintmax_t)seed);
    }
}
END_TEST

START_TEST(aurora_pauses_as_its_manual_says)
{
    /* AMD PG074: one cycle in 33, and 8 in 4,992. */
    ck_assert_uint_eq(link_type_pattern(&aurora), 33 * 4992 / 3);
    ck_assert_uint_eq(link_type_most_usable(&aurora, 33), 32);
    ck_assert_uint_eq(link_type_longest_pause(&aurora), 8);
}
END_TEST

START_TEST(a_cable_takes_whole_cycles)
{
    struct link_type t = aurora;
    t.clock = clock_of_hz(322265625, 2); /* 6206.06 ps */
    ck_assert_uint_eq(link_type_cable_cycles(&t, 0), 0);
    ck_assert_uint_eq(link_type_cable_cycles(&t, 1), 1);
    ck_assert_uint_eq(link_type_cable_cycles(&t, 6206), 1);
    ck_assert_uint_eq(link_type_cable_cycles(&t, 6207), 2);
    t.clock = clock_of_hz(200000000, 1);
    ck_assert_uint_eq(link_type_cable_cycles(&t, 10000), 2);
    ck_assert_uint_eq(link_type_cable_cycles(&t, 10001), 3);
    /* The longest one that a model may have. */
    ck_assert_uint_eq(link_type_cable_cycles(&t, 1000000000), 200000);
}
END_TEST

/* --- sizes -----------------------------------------------------------------
 */

struct sized {
    struct stream stream;
    struct stream *ports[2];
    struct process process;
    struct link_stream streams[2];
    struct link link;
};

static void sized_init(struct sized *z, const struct link_type *t,
                       uint32_t token_bits, bool store_and_forward)
{
    *z = (struct sized){ .stream = { .width_bits = token_bits } };
    z->ports[0] = z->ports[1] = &z->stream;
    z->process.input_count = store_and_forward ? 2 : 1;
    z->process.inputs = z->ports;
    z->link = (struct link){
        .type = t,
        .latency = t->latency,
        .return_latency = t->return_latency,
        .packet_words = t->packet_words,
        .store_and_forward = store_and_forward,
        .process = &z->process,
        .streams = z->streams,
    };
}

static enum link_fault size(struct sized *z, struct link_sizes asked,
                            uint32_t *bound)
{
    uint32_t at;
    return link_size(&z->link, &asked, &at, bound);
}

START_TEST(tokens_are_packed_into_words)
{
    static const struct {
        uint32_t bits, per_word, per_token;
    } rows[] = { { 1, 64, 1 }, { 8, 8, 1 },  { 24, 2, 1 }, { 33, 1, 1 },
                 { 64, 1, 1 }, { 65, 1, 2 }, { 512, 1, 8 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sized z;
        uint32_t bound;
        sized_init(&z, &aurora, rows[i].bits, false);
        ck_assert_int_eq(size(&z, (struct link_sizes){ 0 }, &bound), LINK_FITS);
        ck_assert_uint_eq(z.streams[0].tokens_per_word, rows[i].per_word);
        ck_assert_uint_eq(z.streams[0].words_per_token, rows[i].per_token);
    }
    const struct link_stream k = { .tokens_per_word = 4, .words_per_token = 1 };
    const struct link_stream q = { .tokens_per_word = 1, .words_per_token = 3 };
    const struct stream s = { .tokens_per_frame = 9 };
    ck_assert_uint_eq(link_words_per_frame(&s, &k), 3);
    ck_assert_uint_eq(link_words_per_frame(&s, &q), 27);
}
END_TEST

START_TEST(sizes_that_nobody_asked_for_work_well)
{
    struct sized z;
    uint32_t bound;
    sized_init(&z, &aurora, 24, false);
    ck_assert_int_eq(size(&z, (struct link_sizes){ 0 }, &bound), LINK_FITS);
    const struct link_stream *s = &z.streams[0];
    /* 120 cycles: 55 + 55 + 8 + 2, three or four of them the gearbox's. */
    ck_assert_uint_eq(s->in_flight, 117);
    ck_assert_uint_eq(s->receive_words, 256); /* >= 2 * 117 + 1 */
    ck_assert_uint_eq(s->stop_at, 256 - 117);
    ck_assert_uint_eq(s->go_at, 117);
    ck_assert_uint_eq(s->send_words, 16); /* 2 * 3 + 2, and a pause of 8 */

    sized_init(&z, &aurora, 24, true);
    ck_assert_int_eq(size(&z, (struct link_sizes){ 0 }, &bound), LINK_FITS);
    ck_assert_uint_eq(z.streams[1].in_flight, 117 + 255);
    ck_assert_uint_eq(z.streams[1].receive_words, 1024);
    ck_assert_uint_eq(z.streams[1].send_words, 512); /* two packets */
}
END_TEST

START_TEST(sizes_that_do_not_do_are_refused_with_those_that_do)
{
    struct sized z;
    uint32_t bound;
    sized_init(&z, &aurora, 24, true);
    ck_assert_int_eq(size(&z, (struct link_sizes){ .send_words = 256 }, &bound),
                     LINK_SEND_WORDS);
    ck_assert_uint_eq(bound, 512);
    sized_init(&z, &aurora, 24, false);
    ck_assert_int_eq(size(&z, (struct link_sizes){ .receive_words = 64 },
                          &bound),
                     LINK_RECEIVE_WORDS);
    ck_assert_uint_eq(bound, 128); /* 1 + 117 */
    ck_assert_uint_eq(z.streams[0].in_flight, 117);
    ck_assert_int_eq(
        size(&z, (struct link_sizes){ .receive_words = 128, .stop_at = 12 },
             &bound),
        LINK_RECEIVE_WORDS);
    ck_assert_uint_eq(bound, 256);
    ck_assert_int_eq(
        size(&z, (struct link_sizes){ .receive_words = 128, .stop_at = 11 },
             &bound),
        LINK_FITS);
    ck_assert_int_eq(
        size(&z, (struct link_sizes){ .stop_at = 500, .go_at = 500 }, &bound),
        LINK_GO_AT);
    ck_assert_uint_eq(bound, 499);
    ck_assert_uint_eq(z.streams[0].receive_words, 1024);
}
END_TEST

/* --- the bound of the receive buffer ----------------------------------------
 */

/* The most words in a buffer that nobody reads, of a line that begins to send
 * in cycle `first` and does so whenever it can: cycle by cycle, as
 * docs/links.md has it. */
static uint32_t fill_without_reader(const struct link *l,
                                    const struct link_stream *s, uint64_t first)
{
    enum { CYCLES_MAX = 1 << 16 };
    static bool sent[CYCLES_MAX];
    const struct link_type *t = l->type;
    uint32_t fill = 0, under_way = 0, packet_left = 0;
    bool stop = false, halted = false;
    uint64_t halted_from = UINT64_MAX; /* cycle */
    for (uint64_t n = first; !halted || packet_left + under_way > 0; n++) {
        const bool usable = link_type_is_usable(t, n);
        if (n == CYCLES_MAX)
            ck_abort_msg("the line is not halted");
        halted = n >= halted_from;
        sent[n] = usable && (!halted || packet_left > 0);
        under_way += sent[n];
        if (sent[n] && l->store_and_forward)
            packet_left =
                packet_left == 0 ? l->packet_words - 1 : packet_left - 1;
        if (stop && usable && halted_from == UINT64_MAX)
            halted_from = n + l->return_latency + 1;
        stop = fill >= s->stop_at;
        if (n >= first + l->latency && sent[n - l->latency]) {
            fill++; /* at the edge of this cycle */
            under_way--;
        }
    }
    return fill;
}

START_TEST(the_receive_buffer_cannot_overflow)
{
    uint32_t tight = 0, all = 0;
    for (uint64_t seed = 1; seed <= 300; seed++) {
        struct rng rng = { seed };
        const struct link_type t = random_type(&rng);
        struct sized z;
        uint32_t bound, most = 0;
        sized_init(&z, &t, 8, rng_below(&rng, 2) != 0);
        ck_assert_int_eq(size(&z, (struct link_sizes){ 0 }, &bound), LINK_FITS);
        const struct link_stream *s = &z.streams[0];
        for (uint64_t first = 0; first < link_type_pattern(&t); first++) {
            uint32_t fill = fill_without_reader(&z.link, s, first);
            most = fill > most ? fill : most;
        }
        ck_assert_msg(most <= s->stop_at + s->in_flight &&
                          s->stop_at + s->in_flight <= s->receive_words,
                      "seed %ju: %u words, %u in flight after %u",
                      (uintmax_t)seed, most, s->in_flight, s->stop_at);
        ck_assert_uint_gt(most, s->stop_at);
        all++;
        tight += most + 2 >= s->stop_at + s->in_flight;
    }
    /* The bound is no larger than it has to be: mostly off by a word or two. */
    ck_assert_msg(2 * tight > all, "%u of %u are tight", tight, all);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        usable_cycles_are_counted_over_every_phase,
        aurora_pauses_as_its_manual_says,
        a_cable_takes_whole_cycles,
        tokens_are_packed_into_words,
        sizes_that_nobody_asked_for_work_well,
        sizes_that_do_not_do_are_refused_with_those_that_do,
        the_receive_buffer_cannot_overflow,
        NULL,
    };
    return check_main("link", tests);
}
