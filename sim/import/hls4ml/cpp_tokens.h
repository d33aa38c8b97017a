/* cpp_tokens -- the words of a C++ source, as far as the files of an hls4ml
 * project need it: no macros are expanded, nothing is included or run.
 *
 * Of comments only those behind two slashes are tokens: hls4ml writes the
 * names of layers so.  A directive is a token, the words of its line follow,
 * and CPP_LINE ends it. */
#ifndef HEADRACE_IMPORT_HLS4ML_CPP_TOKENS_H
#define HEADRACE_IMPORT_HLS4ML_CPP_TOKENS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum cpp_kind {
    CPP_END, /* behind the last token, as often as one likes */
    CPP_WORD,
    CPP_NUMBER,
    CPP_STRING,    /* without its quotes */
    CPP_MARK,      /* one character, or "::" */
    CPP_COMMENT,   /* without the slashes and the blanks around it */
    CPP_DIRECTIVE, /* "#pragma": the word */
    CPP_LINE       /* the end of a directive */
};

struct cpp_token {
    const char *text; /* in the source, not ended */
    uint32_t length, line, column;
    uint8_t kind; /* enum cpp_kind */
};

struct cpp_source {
    const char *path; /* for messages */
    uint32_t count;
    const struct cpp_token *tokens; /* count + 1 of them: the last is CPP_END */
};

/* Never fails: what is no C++ becomes marks.  Takes at most CPP_MEMORY_EACH
 * bytes for each byte of the text, which is lent. */
enum { CPP_MEMORY_EACH = 64 };
struct cpp_source *cpp_read(struct arena *a, const char *path, const char *text,
                            size_t length);

/* Token `at`, or the end. */
const struct cpp_token *cpp_at(const struct cpp_source *s, uint32_t at);
/* Whether a token that is no string or comment is this word or mark. */
bool cpp_is(const struct cpp_token *t, const char *text);
/* Its text with an end; the arena's. */
char *cpp_text(struct arena *a, const struct cpp_token *t);

#endif
