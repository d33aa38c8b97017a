#include "tests/fuzz/damage.h"

#include <string.h>

#include "base/rng.h"

static uint8_t letter(struct rng *rng, const char *letters)
{
    return (uint8_t)letters[rng_below(rng, (uint32_t)strlen(letters))];
}

size_t damage(struct rng *rng, uint8_t *bytes, size_t length, size_t room,
              const char *letters)
{
    size_t at = rng_below(rng, (uint32_t)length);
    size_t other = rng_below(rng, (uint32_t)length);
    /* Mostly few bytes: more of the file stays readable behind them. */
    size_t count =
        1 + rng_below(rng, rng_below(rng, 4) == 0 ? DAMAGE_MORE : 12);
    uint8_t spare = bytes[at];
    if (count > length - at)
        count = length - at;
    switch (rng_below(rng, 9)) {
    case 0: /* leave out */
        if (count == length)
            return length;
        memmove(bytes + at, bytes + at + count, length - at - count);
        return length - count;
    case 1: /* double */
        if (count > room - length)
            return length;
        memmove(bytes + at + count, bytes + at, length - at);
        return length + count;
    case 2: /* copy from elsewhere */
        if (count > length - other)
            count = length - other;
        memmove(bytes + at, bytes + other, count);
        return length;
    case 3: /* put in */
        if (length == room)
            return length;
        memmove(bytes + at + 1, bytes + at, length - at);
        bytes[at] = letter(rng, letters);
        return length + 1;
    case 4: /* cut off; rarely, or nothing else is ever seen */
        return rng_below(rng, 4) == 0 && at > 0 ? at : length;
    case 5: /* one bit */
        bytes[at] ^= (uint8_t)(1U << rng_below(rng, 8));
        return length;
    case 6: /* swap */
        bytes[at] = bytes[other];
        bytes[other] = spare;
        return length;
    case 7:
        bytes[at] = letter(rng, letters);
        return length;
    default:
        bytes[at] = (uint8_t)rng_below(rng, 256);
        return length;
    }
}

size_t damage_some(struct rng *rng, uint8_t *bytes, size_t length, size_t room,
                   const char *letters, uint32_t most)
{
    for (uint32_t n = 1 + rng_below(rng, most); n > 0; n--)
        length = damage(rng, bytes, length, room, letters);
    return length;
}
