#include "design/stimulus.h"

#include <assert.h>

/* A run of idle cycles longer than this is cut: with at most 95 % idle the
 * chance to get there is below 1e-11. */
enum { IDLE_MAX = 500 };

bool stimulus_is_periodic(const struct stimulus *s)
{
    return s->random == 0 && s->pattern == NULL;
}

bool stimulus_is_always(const struct stimulus *s)
{
    return s->gap == 0 && (s->burst == 0 || s->pause == 0) &&
           s->frame_gap == 0 && s->random == 0 && s->grid <= 1 &&
           s->pattern == NULL && s->frame_period == 0;
}

void stimulus_start(struct stimulus_cursor *c, const struct stimulus *s,
                    uint64_t tokens_per_frame)
{
    assert(tokens_per_frame > 0);
    *c = (struct stimulus_cursor){
        .stimulus = s,
        .rng = { s->seed },
        .tokens_per_frame = tokens_per_frame,
    };
}

uint32_t stimulus_next(struct stimulus_cursor *c)
{
    const struct stimulus *s = c->stimulus;
    uint32_t idle = 0;
    if (c->started) {
        if (!s->joined || c->in_frame != c->tokens_per_frame)
            idle += s->gap;
        if (s->burst != 0 && c->in_burst == s->burst) {
            idle += s->pause;
            c->in_burst = 0;
        }
        if (c->in_frame == c->tokens_per_frame) {
            idle += s->frame_gap;
            c->in_frame = 0;
        }
    }
    c->started = true;
    c->in_burst++;
    c->in_frame++;
    if (s->random != 0) {
        uint32_t extra = 0;
        while (extra < IDLE_MAX && rng_below(&c->rng, 100) < s->random)
            extra++;
        idle += extra;
    }
    return idle;
}
