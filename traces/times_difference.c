#include "traces/times_difference.h"

#include "base/bits.h"

static void compare_one(struct times_difference *d, enum token_event event,
                        const uint64_t *a, uint64_t a_count, const uint64_t *b,
                        uint64_t b_count)
{
    d->compared += a_count;
    if (b_count > a_count)
        d->further += b_count - a_count;
    for (uint64_t i = 0; i < a_count; i++) {
        uint64_t there = i < b_count ? b[i] : UINT64_MAX;
        if (there == a[i])
            continue;
        if (d->different++ == 0 || a[i] < d->cycle_a) {
            d->event = event;
            d->token = i;
            d->cycle_a = a[i];
            d->cycle_b = there;
        }
        if (there == UINT64_MAX)
            d->missing++;
        else if (bits_magnitude((int64_t)(there - a[i])) >
                 bits_magnitude(d->largest))
            d->largest = (int64_t)(there - a[i]);
    }
}

void times_compare(const struct token_times *a, const struct token_times *b,
                   struct times_difference *out)
{
    *out = (struct times_difference){ 0 };
    compare_one(out, TOKEN_WRITE, a->writes, a->write_count, b->writes,
                b->write_count);
    compare_one(out, TOKEN_READ, a->reads, a->read_count, b->reads,
                b->read_count);
}
