#include "traces/vcd_scan.h"

#include "base/arena.h"
#include "traces/byte_input.h"

#include <assert.h>
#include <string.h>

enum { BUFFER_BYTES = 1 << 22 };

struct vcd_scan {
    struct byte_input *in;
    char *buffer;
    size_t at, end;
    bool at_end; /* nothing more comes into the buffer */
    uint64_t line;
};

struct vcd_scan *vcd_scan_new(struct arena *a, struct byte_input *in)
{
    struct vcd_scan *s = arena_new_item(a, struct vcd_scan);
    s->in = in;
    s->buffer = arena_new_array(a, char, BUFFER_BYTES);
    s->line = 1;
    return s;
}

static inline bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Moves what begins at *keep to the front and fills the rest.  False: nothing
 * came. */
static bool refill(struct vcd_scan *s, size_t *keep)
{
    enum { READ_MAX = 1 << 18 }; /* stays in the cache */
    if (s->at_end)
        return false;
    if (*keep > 0) {
        memmove(s->buffer, s->buffer + *keep, s->end - *keep);
        s->end -= *keep;
        s->at -= *keep;
        *keep = 0;
    }
    size_t wanted = BUFFER_BYTES - s->end;
    if (wanted > READ_MAX)
        wanted = READ_MAX;
    size_t got = byte_input_read(s->in, s->buffer + s->end, wanted);
    s->end += got;
    s->at_end = got < wanted;
    return got > 0;
}

/* A word, with everything from *keep on held in the buffer; SIZE_MAX: from
 * the word on. */
static enum vcd_scan_status scan(struct vcd_scan *s, size_t *keep,
                                 struct vcd_word *word)
{
    bool keeps = *keep != SIZE_MAX;
    for (;;) {
        while (s->at < s->end && is_blank(s->buffer[s->at]))
            s->line += s->buffer[s->at++] == '\n';
        if (s->at < s->end)
            break;
        size_t from = keeps ? *keep : s->at;
        if (keeps && s->end - from == BUFFER_BYTES)
            return VCD_TOO_LONG;
        if (!refill(s, &from))
            return byte_input_problem(s->in) == NULL ? VCD_END : VCD_CUT;
        if (keeps)
            *keep = from;
    }
    size_t start = s->at;
    for (;;) {
        while (s->at < s->end && !is_blank(s->buffer[s->at]))
            s->at++;
        if (s->at < s->end)
            break;
        size_t from = keeps ? *keep : start;
        size_t ahead = start - from;
        if (s->end - from == BUFFER_BYTES)
            return VCD_TOO_LONG;
        if (!refill(s, &from))
            return VCD_CUT;
        start = from + ahead;
        if (keeps)
            *keep = from;
    }
    *word = (struct vcd_word){ s->buffer + start, s->at - start };
    return VCD_WORD;
}

enum vcd_scan_status vcd_scan_word(struct vcd_scan *s, struct vcd_word *word)
{
    size_t keep = SIZE_MAX;
    return scan(s, &keep, word);
}

enum vcd_scan_status vcd_scan_second(struct vcd_scan *s, struct vcd_word *first,
                                     struct vcd_word *second)
{
    assert(first->text >= s->buffer && first->text < s->buffer + s->end);
    size_t keep = (size_t)(first->text - s->buffer);
    enum vcd_scan_status status = scan(s, &keep, second);
    first->text = s->buffer + keep;
    return status;
}

uint64_t vcd_scan_line(const struct vcd_scan *s)
{
    return s->line;
}
