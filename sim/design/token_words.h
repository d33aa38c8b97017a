/* token_words -- the values of a token as the bits of its stream: value i at
 * bits i * width and up, in 32-bit words, the lowest first. */
#ifndef HEADRACE_DESIGN_TOKEN_WORDS_H
#define HEADRACE_DESIGN_TOKEN_WORDS_H

#include <stdint.h>

struct stream;

/* Of one token. */
uint32_t token_words(const struct stream *s);

/* `count` tokens; room for count * token_words(s) words, or count * lanes
 * values.  Values are raw, in the stream's format. */
void token_pack(const struct stream *s, const int32_t *values, uint64_t count,
                uint32_t *words);
void token_unpack(const struct stream *s, const uint32_t *words, uint64_t count,
                  int32_t *values);

#endif
