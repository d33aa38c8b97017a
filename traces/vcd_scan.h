/* vcd_scan -- the words of a VCD file, through a buffer of fixed size.
 *
 * VCD is words between blanks and line ends, nothing more; so is the scanner.
 * A word that the file ends with, without a blank or line end behind it, may
 * be half of a longer one and is reported as cut. */
#ifndef HEADRACE_TRACES_VCD_SCAN_H
#define HEADRACE_TRACES_VCD_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct byte_input;
struct vcd_scan;

struct vcd_word {
    const char *text; /* not NUL-terminated; until the next call */
    size_t length;
};

enum vcd_scan_status {
    VCD_WORD,
    VCD_END,     /* the file is over, as it should be */
    VCD_CUT,     /* the file is over within a word or its packed data */
    VCD_TOO_LONG /* a word fills the buffer: this is no VCD */
};

struct vcd_scan *vcd_scan_new(struct arena *a, struct byte_input *in);
enum vcd_scan_status vcd_scan_word(struct vcd_scan *s, struct vcd_word *word);
/* The next word, with `first`, which was the last one, kept valid. */
enum vcd_scan_status vcd_scan_second(struct vcd_scan *s, struct vcd_word *first,
                                     struct vcd_word *second);
/* The line of the last word, from 1. */
uint64_t vcd_scan_line(const struct vcd_scan *s);

static inline bool vcd_word_is(const struct vcd_word *word, const char *text)
{
    size_t i = 0;
    /* The word may have a NUL where `text` ends. */
    while (i < word->length && text[i] != '\0' && text[i] == word->text[i])
        i++;
    return i == word->length && text[i] == '\0';
}

#endif
