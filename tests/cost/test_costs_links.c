/* The ends of links against what Yosys 0.23 makes of link_sender,
 * link_receiver and link_crossing (synth_xilinx -family xcup -nowidelut
 * -noiopad -flatten): registers and memories exactly, LUTs within a bound. */
#include "cost/cost.h"

#include "design/design.h"
#include "tests/check_main.h"

struct measured {
    uint64_t ff, lut; /* LUTs with those of distributed RAM, 8 a cell */
};

/* A link of one or two streams alike. */
struct end {
    struct link_type type;
    struct link_stream stream;
    uint32_t streams, width_bits, packet_words;
    uint64_t tokens;
    bool store_and_forward, receiving;
    struct measured is;
};

static struct cost cost_of(const struct end *e)
{
    struct stream s = { .width_bits = e->width_bits,
                        .tokens_per_frame = e->tokens };
    struct stream *ports[2] = { &s, &s };
    struct link_stream streams[2] = { e->stream, e->stream };
    struct process p = { .input_count = e->streams,
                         .output_count = e->streams,
                         .inputs = ports,
                         .outputs = ports };
    struct link l = { .type = &e->type,
                      .packet_words = e->packet_words,
                      .store_and_forward = e->store_and_forward,
                      .process = &p,
                      .streams = streams };
    p.link = &l;
    return cost_of_link_end(&p, e->receiving);
}

static const struct end ends[] = {
    { .type = { .kind = LINK_FRAMED,
                .word_bits = 64,
                .trailer_words = 1,
                .synchroniser = 2 },
      .stream = { .tokens_per_word = 2,
                  .words_per_token = 1,
                  .send_words = 32 },
      .streams = 1,
      .width_bits = 24,
      .packet_words = 256,
      .tokens = 1000,
      .is = { 120, 196 } },
    { .type = { .kind = LINK_FRAMED,
                .word_bits = 32,
                .header_words = 1,
                .trailer_words = 1,
                .synchroniser = 2 },
      .stream = { .tokens_per_word = 4, .words_per_token = 1, .send_words = 8 },
      .streams = 2,
      .width_bits = 8,
      .packet_words = 4,
      .tokens = 6,
      .store_and_forward = true,
      .is = { 188, 237 } },
    { .type = { .kind = LINK_FRAMED, .word_bits = 64, .synchroniser = 2 },
      .stream = { .tokens_per_word = 2,
                  .words_per_token = 1,
                  .receive_words = 256 },
      .streams = 1,
      .width_bits = 24,
      .tokens = 1000,
      .receiving = true,
      .is = { 149, 520 } },
    { .type = { .kind = LINK_FRAMED, .word_bits = 32, .synchroniser = 2 },
      .stream = { .tokens_per_word = 4,
                  .words_per_token = 1,
                  .receive_words = 16 },
      .streams = 2,
      .width_bits = 8,
      .tokens = 6,
      .receiving = true,
      .is = { 158, 191 } },
    { .type = { .kind = LINK_CROSSING, .synchroniser = 2 },
      .stream = { .tokens_per_word = 1, .words_per_token = 1, .send_words = 8 },
      .streams = 2,
      .width_bits = 8,
      .tokens = 6,
      .is = { 60, 54 } },
    { .type = { .kind = LINK_FRAMED, .word_bits = 64, .synchroniser = 2 },
      .stream = { .tokens_per_word = 1,
                  .words_per_token = 2,
                  .send_words = 32 },
      .streams = 1,
      .width_bits = 96,
      .packet_words = 256,
      .tokens = 1000,
      .is = { 168, 262 } },
    { .type = { .kind = LINK_FRAMED, .word_bits = 64, .synchroniser = 2 },
      .stream = { .tokens_per_word = 1,
                  .words_per_token = 2,
                  .receive_words = 64 },
      .streams = 1,
      .width_bits = 96,
      .tokens = 1000,
      .receiving = true,
      .is = { 155, 126 } },
};

enum { END_COUNT = sizeof ends / sizeof *ends };

START_TEST(registers_are_those_of_the_rtl)
{
    for (uint32_t i = 0; i < END_COUNT; i++) {
        const struct cost c = cost_of(&ends[i]);
        ck_assert_msg(c.ff == ends[i].is.ff, "%u: %ju registers, not %ju", i,
                      (uintmax_t)c.ff, (uintmax_t)ends[i].is.ff);
        ck_assert_uint_eq(c.bram18 + c.dsp + c.uram, 0);
    }
}
END_TEST

/* The prices of parts were fitted to kernels, not to these: a fifth. */
START_TEST(luts_are_about_those_of_the_rtl)
{
    for (uint32_t i = 0; i < END_COUNT; i++) {
        const struct cost c = cost_of(&ends[i]);
        const uint64_t is = ends[i].is.lut;
        ck_assert_msg(c.lut * 5 >= is * 4 && c.lut * 5 <= is * 6,
                      "%u: %ju LUTs, measured %ju", i, (uintmax_t)c.lut,
                      (uintmax_t)is);
    }
}
END_TEST

START_TEST(a_vendors_core_is_at_both_ends)
{
    for (int receiving = 0; receiving < 2; receiving++) {
        struct end e = ends[receiving ? 2 : 0];
        const struct cost without = cost_of(&e);
        e.type.core_lut = 1000;
        e.type.core_ff = 2000;
        e.type.core_bram18 = 3;
        const struct cost with = cost_of(&e);
        ck_assert_uint_eq(with.lut, without.lut + 1000);
        ck_assert_uint_eq(with.ff, without.ff + 2000);
        ck_assert_uint_eq(with.bram18, without.bram18 + 3);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        registers_are_those_of_the_rtl,
        luts_are_about_those_of_the_rtl,
        a_vendors_core_is_at_both_ends,
        NULL,
    };
    return check_main("costs_links", tests);
}
