/* damage -- random damage to bytes, for tests that read broken files. */
#ifndef HEADRACE_TESTS_FUZZ_DAMAGE_H
#define HEADRACE_TESTS_FUZZ_DAMAGE_H

#include <stddef.h>
#include <stdint.h>

struct rng;

enum { DAMAGE_MORE = 80 }; /* bytes that one damage may add */

/* One damage to bytes[0 .. length), length > 0: a part left out, doubled,
 * copied from elsewhere or cut off, bytes swapped, a bit or a byte changed,
 * the byte often to one of `letters`, which mean something to the reader.
 * Returns the new length, at least 1 and at most `room`, the size of
 * `bytes`. */
size_t damage(struct rng *rng, uint8_t *bytes, size_t length, size_t room,
              const char *letters);
/* One to `most` of them. */
size_t damage_some(struct rng *rng, uint8_t *bytes, size_t length, size_t room,
                   const char *letters, uint32_t most);

#endif
