#include "traces/occupancy.h"

#include "traces/token_times.h"

#include <assert.h>
#include <stdbool.h>

/* Walks through the cycles in which the number changes. */
struct walk {
    const struct token_times *times;
    uint64_t writes, reads; /* done */
    uint64_t write_limit, read_limit;
};

static struct walk walk_of(const struct token_times *t, uint64_t tokens)
{
    return (struct walk){
        .times = t,
        .write_limit = t->write_count < tokens ? t->write_count : tokens,
        .read_limit = t->read_count < tokens ? t->read_count : tokens,
    };
}

/* UINT64_MAX: none. */
static uint64_t next_cycle(const struct walk *w)
{
    const struct token_times *t = w->times;
    uint64_t write =
        w->writes < w->write_limit ? t->writes[w->writes] : UINT64_MAX;
    uint64_t read = w->reads < w->read_limit ? t->reads[w->reads] : UINT64_MAX;
    return write < read ? write : read;
}

static void take(struct walk *w, uint64_t cycle)
{
    const struct token_times *t = w->times;
    while (w->writes < w->write_limit && t->writes[w->writes] == cycle)
        w->writes++;
    while (w->reads < w->read_limit && t->reads[w->reads] == cycle)
        w->reads++;
}

/* A recording may begin while tokens are under way. */
static uint64_t held(const struct walk *w)
{
    return w->writes > w->reads ? w->writes - w->reads : 0;
}

uint64_t occupancy_peak(const struct token_times *t, uint64_t tokens)
{
    struct walk w = walk_of(t, tokens);
    uint64_t peak = 0;
    for (uint64_t c; (c = next_cycle(&w)) != UINT64_MAX;) {
        take(&w, c);
        peak = held(&w) > peak ? held(&w) : peak;
    }
    return peak;
}

/* First cycle of span i, counted from the first one of all. */
static uint64_t span_begin(uint64_t cycles, uint32_t count, uint32_t i)
{
    return cycles / count * i + cycles % count * i / count;
}

void occupancy_spans(const struct token_times *t, uint64_t from,
                     uint64_t cycles, uint32_t count, uint64_t *least,
                     uint64_t *most)
{
    assert(count > 0);
    struct walk w = walk_of(t, UINT64_MAX);
    for (uint32_t i = 0; i < count; i++) {
        uint64_t begin = from + span_begin(cycles, count, i);
        uint64_t end = from + span_begin(cycles, count, i + 1);
        for (uint64_t c; (c = next_cycle(&w)) <= begin && c != UINT64_MAX;)
            take(&w, c);
        least[i] = most[i] = held(&w);
        for (uint64_t c; (c = next_cycle(&w)) < end;) {
            take(&w, c);
            uint64_t now = held(&w);
            least[i] = now < least[i] ? now : least[i];
            most[i] = now > most[i] ? now : most[i];
        }
    }
}
