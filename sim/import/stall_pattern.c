#include "import/stall_pattern.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "design/stimulus.h"

bool stall_pattern_read(struct arena *a, const char *path, const char *shown,
                        struct place where, struct stimulus *out,
                        struct diag *d)
{
    enum { BYTES_MAX = 1 << 28 };
    size_t length;
    const char *text = file_read(a, path, BYTES_MAX, &length, d);
    if (text == NULL)
        return false;
    bool *pattern = arena_new_array(a, bool, length + 1);
    out->pattern = pattern;
    out->pattern_cycles = 0;
    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r\n", text[i]) != NULL && text[i] != '\0')
            continue;
        if (text[i] != '0' && text[i] != '1') {
            diag_error(d, where, DIAG_STIMULUS,
                       "byte %zu of '%s' is neither 0 nor 1", i, shown);
            return false;
        }
        pattern[out->pattern_cycles++] = text[i] == '1';
    }
    return true;
}
