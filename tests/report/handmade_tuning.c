#include "tests/report/handmade_tuning.h"

#include "base/arena.h"

static struct figures figures(uint64_t isolated, uint64_t cycles,
                              uint32_t period)
{
    return (struct figures){ .verdict = VERDICT_MET,
                             .isolated = isolated,
                             .back_to_back = isolated + 7,
                             .period_cycles = cycles,
                             .period = period,
                             .frames = 16,
                             .certified = true };
}

static void add_streams(struct handmade *h)
{
    h->process = (struct process){ .name = "work" };
    for (uint32_t i = 0; i < 2; i++)
        h->streams[i] = (struct stream){ .name = i == 0 ? "a.out" : "b.out",
                                         .index = i,
                                         .kind = FIFO_SRL,
                                         .depth = 16,
                                         .tokens_per_frame = 100,
                                         .width_bits = i == 0 ? 8 : 32 };
    h->design = (struct design){ .name = "handmade",
                                 .family = FAMILY_SCHEDULE,
                                 .process_count = 1,
                                 .processes = &h->process,
                                 .stream_count = 2,
                                 .streams = h->streams };
}

static void add_scenarios(struct handmade *h)
{
    h->scenarios[0].name = "source always, sink always";
    h->scenarios[1].name = "source always, sink every:3";
    for (uint32_t k = 0; k < 2; k++) {
        h->figures[k] = figures(1000 + k, 2001, 2);
        h->references[k] = (struct reference){
            .frames = 4,
            .figures = figures(1000 + k, 2001, 2),
            .bound_cycles = 999,
            .bound_frames = 1,
            .pacing = k == 0 ? 0 : REFERENCE_EDGE,
        };
        h->goals[k] = (struct goals){ 2001, 2, 1000 + k, 2000, 0 };
    }
}

static void add_fifos(struct handmade *h)
{
    for (uint32_t i = 0; i < 2; i++) {
        h->depths[i] = i == 0 ? 5 : 1;
        h->choices[i] = (struct choice){
            .depth = h->depths[i],
            .capacity = h->depths[i],
            .class = i == 0 ? STORAGE_LUTRAM : STORAGE_REGISTERS,
            .bits = (uint64_t)h->depths[i] * h->streams[i].width_bits,
            .cost = { .lut = 12, .ff = 3 },
        };
        h->choices[i].price = h->choices[i].bits * 1000000;
        h->fifos[i] = (struct tuned_fifo){ .stream = &h->streams[i],
                                           .chosen = h->choices[i],
                                           .bound_depth = i == 0 ? 3 : 1 };
    }
    h->fifos[0].has_cheaper = true;
    h->fifos[0].cheaper = (struct choice){ .depth = 4 };
    h->fifos[0].scenario = 1;
    h->fifos[0].without = figures(1001, 3003, 2);
    h->fifos[0].without.verdict = VERDICT_INTERVAL;
}

struct handmade *handmade_new(struct arena *a)
{
    struct handmade *h = arena_new_item(a, struct handmade);
    add_streams(h);
    add_scenarios(h);
    add_fifos(h);
    h->tuning = (struct tuning){
        .outcome = TUNE_DONE,
        .design = &h->design,
        .pricing = pricing_bits(),
        .scenario_count = 2,
        .scenarios = h->scenarios,
        .references = h->references,
        .goals = h->goals,
        .figures = h->figures,
        .fifo_count = 2,
        .fifos = h->fifos,
        .price = 72000000,
        .bound_price = 56000000,
        .certificate = CERTIFICATE_LOCAL,
    };
    h->rating = (struct rating){ .name = "ours",
                                 .depths = h->depths,
                                 .choices = h->choices,
                                 .bits = 72,
                                 .price = 72000000,
                                 .cost = { .lut = 24, .ff = 6 },
                                 .figures = h->figures };
    h->ratings[0] = &h->rating;
    h->device = (struct device){ .name = "chip" };
    h->report = (struct tuning_report){ .tuning = &h->tuning,
                                        .asked = &h->asked,
                                        .chosen = &h->rating,
                                        .rating_count = 1,
                                        .ratings = h->ratings };
    return h;
}
