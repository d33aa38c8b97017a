#include "traces/report_readers.h"

#include "base/arena.h"

#include <inttypes.h>
#include <string.h>

/* No count in a report has more digits; 10^18 fits 64 bits. */
enum { DIGITS_MAX = 18, SHOWN = 40 };

const char *report_skip_spaces(const char *s)
{
    return s + strspn(s, " \t\r");
}

enum report_answer report_yes_no(const char *text)
{
    return strcmp(text, "yes") == 0  ? REPORT_YES
           : strcmp(text, "no") == 0 ? REPORT_NO
                                     : REPORT_UNKNOWN;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Digits at *s, which moves behind them; false: none or too many. */
static bool take_digits(const char **s, uint64_t *out)
{
    uint64_t value = 0;
    int count = 0;
    for (; is_digit(**s) && count <= DIGITS_MAX; (*s)++, count++)
        value = value * 10 + (uint64_t)(**s - '0');
    *out = value;
    return count > 0 && count <= DIGITS_MAX;
}

/* What may stand behind a number: spaces, "(3%)", "(~0%)". */
static bool is_end(const char *s)
{
    s = report_skip_spaces(s);
    if (*s == '(') {
        s += strspn(s, "(~0123456789.");
        if (s[0] != '%' || s[1] != ')')
            return false;
        s = report_skip_spaces(s + 2);
    }
    return *s == '\0';
}

bool report_is_open(const char *text)
{
    static const char *const marks[] = { "",      "-",   "?", "NA", "N/A",
                                         "undef", "inf", "x", "X" };
    text = report_skip_spaces(text);
    size_t length = strlen(text);
    while (length > 0 && report_skip_spaces(text + length - 1)[0] == '\0')
        length--;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strlen(marks[i]) == length && memcmp(marks[i], text, length) == 0)
            return true;
    return false;
}

static bool no_number(struct report_in *in, struct place where,
                      const char *what, const char *text, const char *rule)
{
    size_t length = strlen(text);
    return report_error(in, where, "%s is '%.*s%s', not %s", what,
                        (int)(length > SHOWN ? SHOWN : length), text,
                        length > SHOWN ? "..." : "", rule);
}

bool report_cell(struct report_in *in, struct place where, const char *what,
                 const char *text, uint64_t *out)
{
    if (report_is_open(text)) {
        *out = REPORT_NONE;
        return true;
    }
    const char *s = report_skip_spaces(text);
    uint64_t value;
    if (!take_digits(&s, &value) || !is_end(s))
        return no_number(in, where, what, text, "a count or one of ? - NA");
    *out = value;
    return true;
}

bool report_check_range(struct report_in *in, struct place where,
                        const char *what, const struct report_range *range)
{
    if ((range->min == REPORT_NONE) != (range->max == REPORT_NONE))
        return true; /* known on one side only */
    if (range->min <= range->max)
        return true;
    return report_error(in, where,
                        "%s: the least, %" PRIu64
                        ", is above the greatest, %" PRIu64,
                        what, range->min, range->max);
}

bool report_range(struct report_in *in, struct place where, const char *what,
                  const char *text, struct report_range *out)
{
    static const char rule[] = "a count, a range a ~ b, or one of ? - NA";
    if (report_is_open(text)) {
        *out = report_no_range;
        return true;
    }
    struct report_range range;
    const char *s = report_skip_spaces(text);
    if (!take_digits(&s, &range.min))
        return no_number(in, where, what, text, rule);
    range.max = range.min;
    s = report_skip_spaces(s);
    if (*s == '~') {
        s = report_skip_spaces(s + 1);
        if (*s == '?') {
            range.max = REPORT_NONE;
            s++;
        } else if (!take_digits(&s, &range.max)) {
            return no_number(in, where, what, text, rule);
        }
    }
    if (!is_end(s))
        return no_number(in, where, what, text, rule);
    if (!report_check_range(in, where, what, &range))
        return false;
    *out = range;
    return true;
}

/* A decimal in units of 10^-digits, what lies below cut off; *s moves behind
 * it.  False: no number, or too large. */
static bool take_decimal(const char **s, int digits, uint64_t *out)
{
    uint64_t whole, scaled;
    if (!take_digits(s, &whole))
        return false;
    scaled = whole;
    bool fraction = **s == '.';
    if (fraction)
        (*s)++;
    for (int i = 0; i < digits; i++) {
        uint64_t digit = 0;
        if (fraction && is_digit(**s)) {
            digit = (uint64_t)(**s - '0');
            (*s)++;
        }
        if (scaled > (UINT64_MAX - 9) / 10)
            return false;
        scaled = scaled * 10 + digit;
    }
    while (fraction && is_digit(**s))
        (*s)++;
    *out = scaled;
    return scaled != REPORT_NONE;
}

bool report_time(struct report_in *in, struct place where, const char *what,
                 const char *text, uint64_t *out)
{
    static const struct {
        const char *unit;
        int digits; /* of the unit down to a picosecond */
    } units[] = { { "ps", 0 }, { "", 3 },     { "ns", 3 }, { "us", 6 },
                  { "ms", 9 }, { "sec", 12 }, { "s", 12 } };
    if (report_is_open(text)) {
        *out = REPORT_NONE;
        return true;
    }
    const char *start = report_skip_spaces(text);
    const char *unit = report_skip_spaces(start + strspn(start, "0123456789."));
    size_t length = strcspn(unit, " \t\r");
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const char *s = start;
        uint64_t value;
        if (strlen(units[i].unit) == length &&
            memcmp(units[i].unit, unit, length) == 0 &&
            take_decimal(&s, units[i].digits, &value) &&
            report_skip_spaces(s) == unit &&
            *report_skip_spaces(unit + length) == '\0') {
            *out = value;
            return true;
        }
    }
    return no_number(in, where, what, text, "a time such as 5.00 ns");
}

bool report_decimal(struct report_in *in, struct place where, const char *what,
                    const char *text, uint64_t *out)
{
    if (report_is_open(text)) {
        *out = REPORT_NONE;
        return true;
    }
    const char *s = report_skip_spaces(text);
    uint64_t value;
    if (!take_decimal(&s, 3, &value) || !is_end(s))
        return no_number(in, where, what, text, "a number or one of ? - NA");
    *out = value;
    return true;
}
