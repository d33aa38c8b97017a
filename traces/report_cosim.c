/* What co-simulation leaves: <top>_cosim.rpt, lat.rpt, and a file with one
 * line per transaction (a frame) that is text whatever its name says. */
#include "traces/report_readers.h"

#include "base/arena.h"

#include <inttypes.h>
#include <string.h>

struct line {
    const char *text; /* without the line break */
    struct place place;
};

/* The next line of *at; false: there is none. */
static bool next_line(struct report_in *in, const char **at, uint32_t *number,
                      struct line *out)
{
    if (**at == '\0')
        return false;
    size_t length = strcspn(*at, "\n");
    const char *text = *at;
    *at += length + ((*at)[length] == '\n');
    if (length > 0 && text[length - 1] == '\r')
        length--;
    out->text = arena_printf(in->arena, "%.*s", (int)length, text);
    out->place = (struct place){ in->path, ++*number, 1 };
    return true;
}

/* <top>_cosim.rpt */

enum {
    COSIM_LANGUAGE,
    COSIM_STATUS,
    COSIM_LATENCY,      /* min, avg, max */
    COSIM_INTERVAL = 5, /* min, avg, max */
    COSIM_TOTAL = 8,    /* since Vitis HLS */
    COSIM_CELLS
};

struct cosim_row {
    uint32_t count;
    const char *cells[COSIM_CELLS];
    struct place places[COSIM_CELLS];
};

/* Cells between the bars; false: the row does not end in one. */
static bool split_row(struct report_in *in, const struct line *l,
                      struct cosim_row *row)
{
    const char *at = report_skip_spaces(l->text) + 1;
    row->count = 0;
    for (;;) {
        const char *end = strchr(at, '|');
        if (end == NULL)
            break;
        if (row->count < COSIM_CELLS) {
            const char *from = report_skip_spaces(at);
            size_t length = from < end ? (size_t)(end - from) : 0;
            while (length > 0 && (from[length - 1] == ' '))
                length--;
            row->cells[row->count] =
                arena_printf(in->arena, "%.*s", (int)length, from);
            row->places[row->count] = l->place;
            row->places[row->count].column = (uint32_t)(from - l->text) + 1;
        }
        row->count++;
        at = end + 1;
    }
    if (*report_skip_spaces(at) != '\0' || row->count < COSIM_TOTAL ||
        row->count > COSIM_CELLS) {
        report_error(in, l->place, "a row of results has %u cells, not 8 or 9",
                     row->count);
        return false;
    }
    return true;
}

static bool is_language(const char *text)
{
    return strcmp(text, "VHDL") == 0 || strcmp(text, "Verilog") == 0 ||
           strcmp(text, "SystemC") == 0;
}

/* Better rows win: passed, run, not run. */
static int rank(const struct cosim_row *row)
{
    if (row->count == 0)
        return 0;
    return strcmp(row->cells[COSIM_STATUS], "Pass") == 0 ? 3
           : report_is_open(row->cells[COSIM_STATUS])    ? 1
                                                         : 2;
}

static bool read_three(struct report_in *in, const struct cosim_row *row,
                       uint32_t first, const char *what,
                       struct report_range *range, uint64_t *average)
{
    const char *const *c = row->cells + first;
    const struct place *p = row->places + first;
    return report_cell(in, p[0], what, c[0], &range->min) &&
           report_decimal(in, p[1], what, c[1], average) &&
           report_cell(in, p[2], what, c[2], &range->max) &&
           report_check_range(in, p[0], what, range);
}

static bool read_result(struct report_in *in, const struct cosim_row *row)
{
    struct report *r = in->report;
    struct report_timing *m = &r->measured;
    r->language = row->cells[COSIM_LANGUAGE];
    r->status = row->cells[COSIM_STATUS];
    if (!read_three(in, row, COSIM_LATENCY, "the latency", &m->latency,
                    &m->latency_average_milli) ||
        !read_three(in, row, COSIM_INTERVAL, "the interval", &m->interval,
                    &m->interval_average_milli) ||
        (row->count > COSIM_TOTAL &&
         !report_cell(in, row->places[COSIM_TOTAL], "the execution time",
                      row->cells[COSIM_TOTAL], &m->total)))
        return false;
    struct place where = row->places[COSIM_STATUS];
    switch (rank(row)) {
    case 3:
        if (m->latency.max == REPORT_NONE)
            report_run(in, where, REPORT_UNFINISHED,
                       "the simulation of %s passed but gives no latency",
                       r->language);
        break;
    case 2:
        report_run(in, where, REPORT_FAILED,
                   "the simulation of %s ended with '%.40s', not 'Pass'",
                   r->language, r->status);
        break;
    default:
        report_run(in, where, REPORT_UNFINISHED,
                   "no language was simulated: the status is '%.40s'",
                   r->status);
    }
    return true;
}

bool report_read_cosim(struct report_in *in)
{
    struct cosim_row best = { 0 }, row;
    const char *at = in->bytes;
    uint32_t number = 0;
    struct line l;
    while (next_line(in, &at, &number, &l)) {
        const char *text = report_skip_spaces(l.text);
        if (*text != '|')
            continue;
        const char *word = report_skip_spaces(text + 1);
        size_t length = strcspn(word, " |");
        if (!is_language(arena_printf(in->arena, "%.*s", (int)length, word)))
            continue;
        if (!split_row(in, &l, &row))
            return false;
        if (rank(&row) > rank(&best))
            best = row;
    }
    if (best.count == 0)
        return report_error(in, (struct place){ .file = in->path },
                            "there is no row for VHDL or Verilog");
    return read_result(in, &best);
}

/* lat.rpt: $MAX_LATENCY = "3555" */

bool report_read_cosim_latency(struct report_in *in)
{
    struct report_timing *m = &in->report->measured;
    struct {
        const char *key;
        uint64_t *value;
    } keys[] = {
        { "$MAX_LATENCY", &m->latency.max },
        { "$MIN_LATENCY", &m->latency.min },
        { "$AVER_LATENCY", &m->latency_average_milli },
        { "$MAX_THROUGHPUT", &m->interval.max },
        { "$MIN_THROUGHPUT", &m->interval.min },
        { "$AVER_THROUGHPUT", &m->interval_average_milli },
        { "$TOTAL_EXECUTE_TIME", &m->total },
    };
    enum { KEYS = sizeof keys / sizeof *keys };
    const char *at = in->bytes;
    uint32_t number = 0;
    struct line l;
    while (next_line(in, &at, &number, &l)) {
        const char *text = report_skip_spaces(l.text);
        if (*text == '\0')
            continue;
        size_t length = strcspn(text, " =");
        const char *value = report_skip_spaces(text + length);
        const char *open =
            *value == '=' ? report_skip_spaces(value + 1) : value;
        const char *close = *open == '"' ? strchr(open + 1, '"') : NULL;
        if (close == NULL)
            return report_error(
                in, l.place, "'%.60s' has not the form $KEY = \"value\"", text);
        const char *number_text =
            arena_printf(in->arena, "%.*s", (int)(close - open - 1), open + 1);
        for (int i = 0; i < KEYS; i++) {
            if (strlen(keys[i].key) != length ||
                memcmp(keys[i].key, text, length) != 0)
                continue;
            bool average = strncmp(text, "$AVER", 5) == 0;
            if (!(average ? report_decimal : report_cell)(
                    in, l.place, keys[i].key + 1, number_text, keys[i].value))
                return false;
        }
    }
    /* One frame has no interval; it is written as 0. */
    if (m->interval.max == 0) {
        m->interval = report_no_range;
        m->interval_average_milli = REPORT_NONE;
    }
    struct place whole = { .file = in->path };
    if (!report_check_range(in, whole, "the latency", &m->latency) ||
        !report_check_range(in, whole, "the interval", &m->interval))
        return false;
    if (m->latency.max == REPORT_NONE || m->latency.min == REPORT_NONE)
        report_run(in, whole, REPORT_UNFINISHED,
                   "the co-simulation gives no latency: no frame was "
                   "finished");
    return true;
}

/* transaction       0:            3555            2354 */

static void add_up(struct report_range *range, uint64_t value, uint64_t *sum,
                   uint64_t *count)
{
    if (value == REPORT_NONE)
        return;
    if (*count == 0 || value < range->min)
        range->min = value;
    if (*count == 0 || value > range->max)
        range->max = value;
    *sum += value;
    (*count)++;
}

/* In thousandths; the sums stay below 2^64 / 1000 for any real run. */
static uint64_t average(uint64_t sum, uint64_t count)
{
    return count == 0 ? REPORT_NONE
                      : sum / count * 1000 + sum % count * 1000 / count;
}

static void summarise(struct report_in *in)
{
    struct report *r = in->report;
    uint64_t latency = 0, latencies = 0, interval = 0, intervals = 0;
    for (uint32_t i = 0; i < r->frame_count; i++) {
        add_up(&r->measured.latency, r->frame[i].latency, &latency, &latencies);
        add_up(&r->measured.interval, r->frame[i].interval, &interval,
               &intervals);
    }
    r->measured.latency_average_milli = average(latency, latencies);
    r->measured.interval_average_milli = average(interval, intervals);
    r->frames = r->frame_count;
}

/* The word at *at, which moves behind it. */
static const char *take_word(struct report_in *in, const char **at)
{
    const char *word = report_skip_spaces(*at);
    size_t length = strcspn(word, " \t");
    *at = word + length;
    return arena_printf(in->arena, "%.*s", (int)length, word);
}

static bool read_transaction(struct report_in *in, const struct line *l,
                             const char *behind)
{
    const char *colon = strchr(behind, ':');
    uint64_t index;
    if (colon == NULL)
        return report_error(in, l->place, "a transaction has no ':'");
    const char *index_text =
        arena_printf(in->arena, "%.*s", (int)(colon - behind), behind);
    if (!report_cell(in, l->place, "the number of a transaction", index_text,
                     &index))
        return false;
    if (index != in->report->frame_count)
        return report_error(in, l->place,
                            "transaction '%.20s' stands where %u is due",
                            report_skip_spaces(index_text),
                            in->report->frame_count);
    const char *at = colon + 1;
    const char *latency = take_word(in, &at);
    const char *interval = take_word(in, &at);
    struct report_frame *f = report_add_frame(in);
    if (*latency == '\0' || *interval == '\0' ||
        *report_skip_spaces(at) != '\0')
        return report_error(in, l->place,
                            "a transaction has a latency and an interval, no "
                            "more and no less");
    if (!report_cell(in, l->place, "the latency", latency, &f->latency) ||
        !report_cell(in, l->place, "the interval", interval, &f->interval))
        return false;
    if (f->interval == 0) /* that of the only frame */
        f->interval = REPORT_NONE;
    if (f->latency == REPORT_NONE)
        report_run(in, l->place, REPORT_UNFINISHED,
                   "transaction %" PRIu64 " has no latency ('%.20s'): the "
                   "frame was not finished",
                   index, latency);
    return true;
}

bool report_read_transactions(struct report_in *in)
{
    static const char word[] = "transaction";
    const char *at = in->bytes;
    uint32_t number = 0;
    struct line l;
    while (next_line(in, &at, &number, &l)) {
        const char *text = report_skip_spaces(l.text);
        if (*text == '\0' || strncmp(text, "latency", 7) == 0)
            continue;
        if (strncmp(text, word, strlen(word)) != 0)
            return report_error(in, l.place,
                                "'%.60s' is no line of a transaction", text);
        if (!read_transaction(in, &l, text + strlen(word)))
            return false;
    }
    if (in->report->frame_count == 0)
        report_run(in, (struct place){ .file = in->path }, REPORT_UNFINISHED,
                   "the file has no transaction: nothing was simulated");
    summarise(in);
    return true;
}
