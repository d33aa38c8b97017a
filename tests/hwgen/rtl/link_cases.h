// link_cases -- the links that are built and tested: the two ends and the line
// between them, or a crossing, each with one set of parameters. The same list
// makes the top module (make_links.cpp) and what is expected (link_bench.cpp).
#ifndef TESTS_HWGEN_RTL_LINK_CASES_H
#define TESTS_HWGEN_RTL_LINK_CASES_H

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace rtl_test
{

constexpr int LINK_TOKEN_BITS = 128; // of the top's ports, a stream

struct link_stream {
    int token_width, tokens; // of a frame
    int send_words, receive_words, stop_at, go_at, in_flight;
};

struct link_case {
    std::string name;
    bool crossing = false;
    int word_width = 64, packet_words = 4, header_words = 1, trailer_words = 1;
    bool priority = false, store_forward = false;
    int stages = 2;
    int active = 1, active_of = 1, pause_cycles = 0, pause_period = 0;
    int latency = 5, return_latency = 5;
    std::vector<link_stream> streams;

    bool usable(uint64_t n) const
    {
        return n * active % active_of < uint64_t(active) &&
               (pause_period == 0 ||
                int(n % pause_period) < pause_period - pause_cycles);
    }

    // docs/links.md, Receive buffer: by looking at every stretch.
    int words_in_flight() const
    {
        uint64_t pattern = uint64_t(active_of) *
                           uint64_t(pause_period == 0 ? 1 : pause_period);
        int longest = 0, run = 0;
        for (uint64_t n = 0; n < 2 * pattern; n++) {
            run = usable(n) ? 0 : run + 1;
            longest = run > longest ? run : longest;
        }
        int stretch = latency + return_latency + longest + 2;
        int most = 0, inside = 0;
        for (uint64_t n = 0; n < 2 * pattern + uint64_t(stretch); n++) {
            inside += usable(n);
            if (n >= uint64_t(stretch))
                inside -= usable(n - uint64_t(stretch));
            most = inside > most ? inside : most;
        }
        return most + (store_forward ? packet_words - 1 : 0);
    }

    // Sizes of a stream as small as they may be, or a little larger.
    void add(int token_width, int tokens, int spare, std::mt19937 &random)
    {
        link_stream s = {};
        s.token_width = token_width;
        s.tokens = tokens;
        s.in_flight = words_in_flight();
        s.stop_at = 1 + int(random() % unsigned(1 + spare));
        s.go_at = int(random() % unsigned(s.stop_at));
        s.send_words = 4;
        int least = store_forward ? 2 * packet_words : 4;
        while (s.send_words < least)
            s.send_words *= 2;
        s.receive_words = 4;
        while (s.receive_words < s.stop_at + s.in_flight)
            s.receive_words *= 2;
        // Not one word more than the proof needs: the rest is below stop_at.
        s.stop_at = s.receive_words - s.in_flight;
        streams.push_back(s);
    }
};

// A fixed table, then `random_count` cases drawn from the seed.
inline std::vector<link_case> link_cases(unsigned seed, int random_count)
{
    std::vector<link_case> all;
    std::mt19937 random(seed);
    link_case c;
    c.name = "aurora";
    c.active = 32, c.active_of = 33, c.pause_cycles = 8, c.pause_period = 4992;
    c.latency = c.return_latency = 55;
    c.header_words = 0;
    c.packet_words = 256;
    c.add(24, 1000, 64, random);
    all.push_back(c);
    c.name = "aurora, two streams";
    c.streams.clear();
    c.header_words = 1;
    c.packet_words = 16;
    c.store_forward = true;
    c.add(24, 100, 64, random);
    c.add(128, 7, 64, random);
    all.push_back(c);
    c = link_case();
    c.name = "a bit a word";
    c.word_width = 1, c.header_words = 0, c.trailer_words = 0;
    c.packet_words = 1, c.latency = c.return_latency = 1;
    c.add(5, 3, 1, random);
    all.push_back(c);
    c = link_case();
    c.name = "crossing";
    c.crossing = true;
    c.add(8, 10, 1, random);
    c.add(33, 10, 1, random);
    all.push_back(c);
    for (int i = 0; i < random_count; i++) {
        c = link_case();
        c.name = "random " + std::to_string(i);
        c.crossing = random() % 6 == 0;
        int streams = 1 + int(random() % 2) * int(random() % 4);
        c.store_forward = streams > 1;
        c.priority = random() % 2;
        c.word_width = 2 + int(random() % 70);
        c.packet_words = 1 + int(random() % 12);
        c.header_words = int(random() % 3);
        c.header_words += streams > 1 && c.header_words == 0;
        c.trailer_words = int(random() % 3);
        c.stages = 2 + int(random() % 2);
        c.active = 1 + int(random() % 9);
        c.active_of = c.active + int(random() % 4);
        if (random() % 2) {
            c.pause_period = 2 + int(random() % 40);
            c.pause_cycles = int(
                random() % unsigned(c.pause_period < 9 ? c.pause_period : 9));
        }
        c.latency = 1 + int(random() % 20);
        c.return_latency = 1 + int(random() % 20);
        for (int k = 0; k < streams; k++)
            c.add(1 + int(random() % LINK_TOKEN_BITS), 1 + int(random() % 30),
                  1 + int(random() % 8), random);
        all.push_back(c);
    }
    return all;
}

} // namespace rtl_test

#endif
