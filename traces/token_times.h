/* token_times -- the cycle of every write and every read of one stream, in
 * token order, wherever they come from: the engine, Verilated RTL, a trace
 * file. */
#ifndef HEADRACE_TRACES_TOKEN_TIMES_H
#define HEADRACE_TRACES_TOKEN_TIMES_H

#include <stdint.h>

struct token_times {
    const char *name;
    uint64_t write_count, read_count;
    const uint64_t *writes, *reads; /* cycles */
};

enum token_event { TOKEN_WRITE, TOKEN_READ };

#endif
