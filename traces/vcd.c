#include "traces/vcd.h"

#include "base/arena.h"
#include "base/diag.h"
#include "traces/byte_input.h"
#include "traces/vcd_scan.h"
#include "traces/waveform.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct vcd {
    struct waveform waveform; /* the user's view; comes first */
    struct byte_input *in;
    struct vcd_scan *scan;
    struct diag *diag; /* of the call that is going on */
    uint64_t time;
};

static struct place here(const struct vcd *v)
{
    uint64_t line = vcd_scan_line(v->scan);
    return (struct place){ v->waveform.path,
                           line > UINT32_MAX ? 0 : (uint32_t)line, 0 };
}

static int shown(const struct vcd_word *word)
{
    enum { SHOWN_MAX = 40 };
    return word->length > SHOWN_MAX ? SHOWN_MAX : (int)word->length;
}

static bool refuse(const struct vcd *v, const struct vcd_word *word,
                   const char *why)
{
    diag_error(v->diag, here(v), DIAG_TRACE_SYNTAX, "'%.*s' %s", shown(word),
               word->text, why);
    return false;
}

/* Header */

/* The next word of the header, which cannot end here. */
static bool header_word(struct vcd *v, struct vcd_word *word)
{
    switch (vcd_scan_word(v->scan, word)) {
    case VCD_WORD:
        return true;
    case VCD_END:
    case VCD_CUT:
        diag_error(v->diag, here(v), DIAG_TRACE_CUT,
                   "the file ends before $enddefinitions");
        return false;
    case VCD_TOO_LONG:
        break;
    }
    diag_error(v->diag, here(v), DIAG_TRACE_SYNTAX,
               "a word of more than a megabyte: this is no VCD");
    return false;
}

static bool skip_to_end(struct vcd *v)
{
    struct vcd_word word;
    do {
        if (!header_word(v, &word))
            return false;
    } while (!vcd_word_is(&word, "$end"));
    return true;
}

static bool expect_end(struct vcd *v)
{
    struct vcd_word word;
    return header_word(v, &word) &&
           (vcd_word_is(&word, "$end") || refuse(v, &word, "is not $end"));
}

/* The words up to $end, joined by blanks; `room` bytes with the NUL. */
static bool words_to_end(struct vcd *v, char *text, size_t room, size_t *length)
{
    struct vcd_word word;
    for (*length = 0;;) {
        if (!header_word(v, &word))
            return false;
        if (vcd_word_is(&word, "$end"))
            break;
        if (word.length + 2 > room - *length)
            return refuse(v, &word, "makes the name too long");
        if (*length > 0)
            text[(*length)++] = ' ';
        memcpy(text + *length, word.text, word.length);
        *length += word.length;
    }
    text[*length] = '\0';
    return true;
}

/* "1 ps", "10ns" */
static bool read_timescale(struct vcd *v)
{
    static const struct {
        const char *name;
        int exponent;
    } units[] = { { "s", 0 },   { "ms", -3 },  { "us", -6 },
                  { "ns", -9 }, { "ps", -12 }, { "fs", -15 } };
    char text[64];
    size_t length;
    if (!words_to_end(v, text, sizeof text, &length))
        return false;
    size_t digits = strspn(text, "0123456789");
    size_t unit = digits + strspn(text + digits, " ");
    uint32_t factor = 0;
    for (size_t i = 0; i < digits && factor <= 100; i++)
        factor = 10 * factor + (uint32_t)(text[i] - '0');
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(text + unit, units[i].name) == 0)
            v->waveform.unit_fs = waveform_unit_fs(units[i].exponent, factor);
    if (v->waveform.unit_fs != 0)
        return true;
    diag_error(v->diag, here(v), DIAG_TRACE_TIME,
               "the timescale '%s' is not 1, 10 or 100 of s, ms, us, ns, ps "
               "or fs",
               text);
    return false;
}

/* Identifiers are made of the characters ! to ~; taken as a number. */
static bool read_code(const char *text, size_t length, uint64_t *code)
{
    enum { CODE_LENGTH_MAX = 9, RADIX = 95 };
    uint64_t value = 0;
    if (length == 0 || length > CODE_LENGTH_MAX)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~')
            return false;
        value = RADIX * value + (uint64_t)(text[i] - ' ');
    }
    *code = value;
    return true;
}

static bool read_scope(struct vcd *v, struct waveform_scopes *scopes)
{
    struct vcd_word kind, word; /* kind: module, task, ... */
    return header_word(v, &kind) && header_word(v, &word) &&
           (waveform_scopes_enter(scopes, word.text, word.length) ||
            refuse(v, &word,
                   "is nested too deep or makes the name too "
                   "long")) &&
           expect_end(v);
}

static bool read_bits(const struct vcd_word *word, uint64_t *bits)
{
    *bits = 0;
    for (size_t i = 0; i < word->length; i++) {
        if (word->text[i] < '0' || word->text[i] > '9' ||
            *bits > WAVEFORM_BITS_MAX)
            return false;
        *bits = 10 * *bits + (uint64_t)(word->text[i] - '0');
    }
    return word->length > 0;
}

static bool read_var(struct vcd *v, struct waveform_scopes *scopes)
{
    struct vcd_word kind, word; /* kind: wire, reg, ... */
    char name[4096];
    size_t length;
    uint64_t bits, code;
    if (!header_word(v, &kind) || !header_word(v, &word))
        return false;
    if (!read_bits(&word, &bits))
        return refuse(v, &word, "is no width of a variable");
    if (!header_word(v, &word))
        return false;
    if (!read_code(word.text, word.length, &code))
        return refuse(v, &word, "is no identifier of 1 to 9 characters");
    if (!words_to_end(v, name, sizeof name, &length))
        return false;
    if (length == 0)
        return refuse(v, &word,
                      "is the identifier of a variable that has "
                      "no name");
    if (waveform_scopes_signal(scopes, name, length, code, bits))
        return true;
    return refuse(v, &word,
                  "is the identifier of a variable with too long "
                  "a name or too many bits");
}

static bool read_header(struct vcd *v)
{
    struct waveform_scopes *scopes = waveform_scopes_new(&v->waveform);
    struct vcd_word word;
    for (bool is_first = true;; is_first = false) {
        bool fine = true;
        if (!header_word(v, &word))
            return false;
        if (word.text[0] != '$') {
            refuse(v, &word,
                   is_first ? "is not how a VCD file begins"
                            : "is no keyword of a VCD header");
            return false;
        }
        if (vcd_word_is(&word, "$enddefinitions"))
            break;
        if (vcd_word_is(&word, "$timescale"))
            fine = read_timescale(v);
        else if (vcd_word_is(&word, "$scope"))
            fine = read_scope(v, scopes);
        else if (vcd_word_is(&word, "$upscope"))
            fine = (waveform_scopes_leave(scopes) ||
                    refuse(v, &word, "closes no scope")) &&
                   expect_end(v);
        else if (vcd_word_is(&word, "$var"))
            fine = read_var(v, scopes);
        else
            fine = skip_to_end(v); /* $date, $version, $comment, ... */
        if (!fine)
            return false;
    }
    waveform_scopes_end(scopes);
    if (v->waveform.unit_fs == 0)
        diag_warning(v->diag, here(v), DIAG_TRACE_TIME,
                     "there is no $timescale: periods of clocks stay "
                     "unknown");
    return skip_to_end(v);
}

/* Changes */

/* The slots of the chosen codes: open addressing, at most a quarter full. */
struct slots {
    uint32_t shift;
    size_t mask;
    struct {
        uint64_t code; /* 0: free; no identifier is 0 */
        uint32_t slot;
    } * items;
};

enum { NO_SLOT = UINT32_MAX };

static inline size_t first_place(const struct slots *s, uint64_t code)
{
    return (size_t)((code * UINT64_C(0x9e3779b97f4a7c15)) >> s->shift);
}

static struct slots slots_new(struct arena *a, const uint64_t *codes,
                              uint32_t count)
{
    uint32_t bits = 4;
    while ((UINT64_C(1) << bits) < UINT64_C(4) * count)
        bits++;
    struct slots s = { .shift = 64 - bits, .mask = ((size_t)1 << bits) - 1 };
    s.items = arena_alloc(a, s.mask + 1, sizeof *s.items);
    for (uint32_t i = 0; i < count; i++) {
        size_t at = first_place(&s, codes[i]);
        while (s.items[at].code != 0)
            at = (at + 1) & s.mask;
        s.items[at].code = codes[i];
        s.items[at].slot = i;
    }
    return s;
}

static inline uint32_t slot_of(const struct slots *s, uint64_t code)
{
    size_t at = first_place(s, code);
    while (s->items[at].code != 0) {
        if (s->items[at].code == code)
            return s->items[at].slot;
        at = (at + 1) & s->mask;
    }
    return NO_SLOT;
}

struct changes {
    struct slots slots;
    const struct waveform_sink *sink;
};

static bool read_time(struct vcd *v, const struct vcd_word *word)
{
    uint64_t time = 0;
    if (word->length < 2)
        return refuse(v, word, "is no time");
    for (size_t i = 1; i < word->length; i++) {
        uint32_t digit = (uint32_t)word->text[i] - '0';
        if (digit > 9 || time > (UINT64_MAX - digit) / 10)
            return refuse(v, word, "is no time");
        time = 10 * time + digit;
    }
    if (time < v->time) {
        diag_error(v->diag, here(v), DIAG_TRACE_TIME,
                   "time goes back from %" PRIu64 " to %" PRIu64, v->time,
                   time);
        return false;
    }
    v->time = time;
    return true;
}

static bool change(struct vcd *v, const struct changes *c,
                   const struct vcd_word *word, const char *id, size_t length,
                   const char *bits, size_t count)
{
    uint64_t code;
    if (!read_code(id, length, &code))
        return refuse(v, word, "is no change of a value");
    uint32_t slot = slot_of(&c->slots, code);
    if (slot != NO_SLOT)
        c->sink->change(c->sink->context, v->time, slot, bits, count);
    return true;
}

/* One change, time or keyword that begins with `word`; may go on to the next
 * word.  VCD_WORD: *fine says whether it is legal. */
static enum vcd_scan_status read_change(struct vcd *v, const struct changes *c,
                                        struct vcd_word *word, bool *fine)
{
    struct vcd_word id;
    enum vcd_scan_status status;
    switch (word->text[0]) {
    case '0':
    case '1':
    case 'x':
    case 'X':
    case 'z':
    case 'Z':
        *fine =
            change(v, c, word, word->text + 1, word->length - 1, word->text, 1);
        return VCD_WORD;
    case '#':
        *fine = read_time(v, word);
        return VCD_WORD;
    case 'b':
    case 'B':
        if (word->length < 2) {
            *fine = refuse(v, word, "is no change of a value");
            return VCD_WORD;
        }
        status = vcd_scan_second(v->scan, word, &id);
        if (status == VCD_WORD)
            *fine = change(v, c, &id, id.text, id.length, word->text + 1,
                           word->length - 1);
        return status;
    case 'r':
    case 'R':
    case 's':
    case 'S':
        return vcd_scan_word(v->scan, &id);
    case '$':
        if (vcd_word_is(word, "$comment")) {
            do
                status = vcd_scan_word(v->scan, &id);
            while (status == VCD_WORD && !vcd_word_is(&id, "$end"));
            return status;
        }
        return VCD_WORD; /* $dumpvars, $dumpon, $dumpoff, $dumpall, $end */
    default:
        *fine = refuse(v, word, "is no change of a value");
        return VCD_WORD;
    }
}

static bool vcd_read(struct waveform *w, const uint64_t *codes, uint32_t count,
                     const struct waveform_sink *sink, struct diag *d)
{
    struct vcd *v = (struct vcd *)w;
    struct changes c = { slots_new(w->arena, codes, count), sink };
    struct vcd_word word;
    enum vcd_scan_status status;
    v->diag = d;
    while ((status = vcd_scan_word(v->scan, &word)) == VCD_WORD) {
        bool fine = true;
        status = read_change(v, &c, &word, &fine);
        if (!fine)
            return false;
        if (status != VCD_WORD)
            break;
    }
    const char *problem = byte_input_problem(v->in);
    if (byte_input_is_damaged(v->in)) {
        diag_error(d, here(v), DIAG_TRACE_SYNTAX, "the file %s", problem);
        return false;
    }
    if (status == VCD_TOO_LONG) {
        diag_error(d, here(v), DIAG_TRACE_SYNTAX,
                   "a word of more than a megabyte: this is no VCD");
        return false;
    }
    w->is_truncated = status == VCD_CUT;
    if (w->is_truncated)
        diag_warning(d, here(v), DIAG_TRACE_CUT,
                     "the file %s; what is there up to time %" PRIu64
                     " is used",
                     problem != NULL ? problem : "ends within a word", v->time);
    return true;
}

static void vcd_close(struct waveform *w)
{
    byte_input_close(((struct vcd *)w)->in);
}

struct waveform *vcd_open(struct arena *a, const char *path, struct diag *d)
{
    struct vcd *v = arena_new_item(a, struct vcd);
    v->waveform = (struct waveform){ .arena = a,
                                     .path = arena_strdup(a, path),
                                     .read = vcd_read,
                                     .close = vcd_close };
    v->in = byte_input_open(a, path, d);
    if (v->in == NULL)
        return NULL;
    v->scan = vcd_scan_new(a, v->in);
    v->diag = d;
    if (read_header(v))
        return &v->waveform;
    vcd_close(&v->waveform);
    return NULL;
}
