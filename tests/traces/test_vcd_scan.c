#include "traces/vcd_scan.h"

#include <string.h>

#include "base/arena.h"
#include "tests/check_main.h"
#include "tests/traces/trace_case.h"
#include "traces/byte_input.h"

static struct trace_case c;
static struct byte_input *in;

static void setup(void)
{
    trace_case_begin(&c);
}

static void teardown(void)
{
    byte_input_close(in);
    trace_case_end(&c);
}

static struct vcd_scan *scan_of(const void *bytes, size_t count)
{
    byte_input_close(in);
    in = byte_input_open(c.arena, trace_case_file(&c, "x", bytes, count),
                         c.diag);
    return vcd_scan_new(c.arena, in);
}

START_TEST(words_and_lines)
{
    static const char text[] = "  a bc\n\n\tdef\r\nb01 ! ";
    struct vcd_scan *s = scan_of(text, sizeof text - 1);
    struct vcd_word word, second;
    static const struct {
        const char *text;
        uint64_t line;
    } words[] = { { "a", 1 }, { "bc", 1 }, { "def", 3 }, { "b01", 4 } };
    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(vcd_scan_word(s, &word), VCD_WORD);
        ck_assert(vcd_word_is(&word, words[i].text));
        ck_assert_uint_eq(vcd_scan_line(s), words[i].line);
    }
    ck_assert(!vcd_word_is(&word, "b0"));
    ck_assert(!vcd_word_is(&word, "b011"));
    ck_assert_int_eq(vcd_scan_second(s, &word, &second), VCD_WORD);
    ck_assert(vcd_word_is(&word, "b01"));
    ck_assert(vcd_word_is(&second, "!"));
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_END);
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_END);
}
END_TEST

/* Found by the fuzzer: the comparison ran past the end of the text. */
START_TEST(nul_in_a_word)
{
    static const char text[] = "$var\0!\0 ";
    struct vcd_scan *s = scan_of(text, sizeof text - 1);
    struct vcd_word word;
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_WORD);
    ck_assert_uint_eq(word.length, sizeof text - 2);
    ck_assert(!vcd_word_is(&word, "$var"));
}
END_TEST

START_TEST(cut_in_a_word)
{
    struct vcd_scan *s = scan_of("one two", 7);
    struct vcd_word word;
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_WORD);
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_CUT);
    s = scan_of("", 0);
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_END);
}
END_TEST

/* Pairs of words of all lengths, so that they lie across every edge of what
 * is read at once. */
START_TEST(pairs_across_the_buffer)
{
    enum { BYTES = 3 << 20, LONGEST = 3000 };
    char *text = arena_new_array(c.arena, char, BYTES);
    for (int i = 0; i < BYTES; i++)
        text[i] = 'x';
    size_t at = 0, count = 0, length = 1;
    while (at + length + 10 < BYTES) {
        text[at + length] = ' ';
        text[at + length + 1] = 'i';
        text[at + length + 2] = '\n';
        at += length + 3;
        count++;
        length = length % LONGEST + 1;
    }
    struct vcd_scan *s = scan_of(text, at);
    struct vcd_word word, id;
    for (size_t i = 0; i < count; i++) {
        ck_assert_int_eq(vcd_scan_word(s, &word), VCD_WORD);
        ck_assert_int_eq(vcd_scan_second(s, &word, &id), VCD_WORD);
        ck_assert_uint_eq(word.length, i % LONGEST + 1);
        ck_assert_int_eq(word.text[0], 'x');
        ck_assert_int_eq(word.text[word.length - 1], 'x');
        ck_assert(vcd_word_is(&id, "i"));
        ck_assert_uint_eq(vcd_scan_line(s), i + 1);
    }
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_END);
}
END_TEST

START_TEST(endless_words)
{
    enum { BYTES = 5 << 20 };
    char *text = arena_new_array(c.arena, char, BYTES);
    memset(text, 'x', BYTES);
    struct vcd_word word, second;
    ck_assert_int_eq(vcd_scan_word(scan_of(text, BYTES), &word), VCD_TOO_LONG);
    memset(text + 1, ' ', BYTES - 1);
    struct vcd_scan *s = scan_of(text, BYTES);
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_WORD);
    ck_assert_int_eq(vcd_scan_second(s, &word, &second), VCD_TOO_LONG);
    s = scan_of(text, BYTES);
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_WORD);
    ck_assert_int_eq(vcd_scan_word(s, &word), VCD_END);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { words_and_lines, nul_in_a_word,
                                   cut_in_a_word,   pairs_across_the_buffer,
                                   endless_words,   NULL };
    return check_main_with("vcd_scan", tests, setup, teardown);
}
