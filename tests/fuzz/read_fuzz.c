#include "tests/fuzz/read_fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "traces/recording.h"
#include "traces/report.h"

static bool rises(const uint64_t *cycles, uint64_t count)
{
    for (uint64_t i = 1; i < count; i++)
        if (cycles[i] <= cycles[i - 1])
            return false;
    return true;
}

/* NULL, or what is wrong with a recording. */
static const char *trace_fault(const struct recording *r)
{
    for (uint32_t i = 0; i < r->stream_count; i++) {
        const struct token_times *s = &r->streams[i];
        const struct stream_source *from = &r->sources[i];
        if (s->name == NULL || (i > 0 && strcmp(s->name, s[-1].name) < 0))
            return "streams are not in order";
        if (!rises(s->writes, s->write_count) ||
            !rises(s->reads, s->read_count))
            return "cycles do not rise";
        if ((from->write_clock != NO_CLOCK &&
             from->write_clock >= r->clock_count) ||
            (from->read_clock != NO_CLOCK &&
             from->read_clock >= r->clock_count))
            return "there is no such clock";
    }
    for (uint32_t i = 0; i < r->process_count; i++) {
        const struct process_times *p = &r->processes[i];
        if (p->name == NULL || !rises(p->starts, p->start_count) ||
            !rises(p->readys, p->ready_count) ||
            !rises(p->dones, p->done_count))
            return "a process is wrong";
    }
    return NULL;
}

/* How printf shows a NULL. */
static const char null_text[] = "(null)";

/* Files may have it, too, and messages quote them. */
static bool has_null_text(const uint8_t *bytes, size_t count)
{
    const size_t length = sizeof null_text - 1;
    for (size_t i = 0; i + length <= count; i++)
        if (memcmp(bytes + i, null_text, length) == 0)
            return true;
    return false;
}

/* NULL, or what is wrong with the diagnostics; formats them all, so that the
 * sanitizers see what is not there. */
static const char *diag_fault(struct arena *a, const struct diag *d,
                              bool is_read, const uint8_t *bytes, size_t count)
{
    if (is_read != (diag_error_count(d) == 0))
        return is_read ? "read with an error" : "refused without an error";
    for (size_t i = 0; i < diag_count(d); i++)
        if (strstr(diag_format(diag_at(d, i), a), null_text) != NULL &&
            !has_null_text(bytes, count))
            return "a diagnostic without a name";
    return NULL;
}

static enum read_fuzz result_of(const char *path, const char *wrong,
                                bool is_read)
{
    if (wrong == NULL)
        return is_read ? READ_FUZZ_READ : READ_FUZZ_REFUSED;
    fprintf(stderr, "%s: %s\n", path, wrong);
    return READ_FUZZ_WRONG;
}

enum read_fuzz read_fuzz_verdict(const char *path, struct arena *a,
                                 const struct diag *d, bool is_read,
                                 const uint8_t *bytes, size_t count)
{
    return result_of(path, diag_fault(a, d, is_read, bytes, count), is_read);
}

static void write_file(const char *path, const uint8_t *bytes, size_t count)
{
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, count, f) != count || fclose(f) != 0) {
        perror(path);
        abort();
    }
}

enum read_fuzz read_fuzz_trace(const char *path, const uint8_t *bytes,
                               size_t count)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    write_file(path, bytes, count);
    const struct recording *r = recording_read(a, path, NULL, d);
    const char *wrong = diag_fault(a, d, r != NULL, bytes, count);
    if (wrong == NULL && r != NULL)
        wrong = trace_fault(r);
    enum read_fuzz result = result_of(path, wrong, r != NULL);
    arena_free(a);
    return result;
}

static bool is_fine(struct report_range range)
{
    return range.min == REPORT_NONE || range.max == REPORT_NONE ||
           range.min <= range.max;
}

/* NULL, or what is wrong with a report; reads all of it. */
static const char *report_fault(const struct report *r)
{
    size_t sum = 0;
    bool fine = is_fine(r->estimate.latency) && is_fine(r->estimate.interval) &&
                is_fine(r->measured.latency) && is_fine(r->measured.interval);
    for (uint32_t i = 0; i < r->module_count; i++) {
        const struct report_module *m = &r->modules[i];
        fine = fine && is_fine(m->latency) && is_fine(m->interval);
        sum += strlen(m->name);
        for (uint32_t k = 0; k < m->loop_count; k++) {
            fine = fine && is_fine(m->loops[k].latency) &&
                   is_fine(m->loops[k].trip_count);
            sum += strlen(m->loops[k].name) + m->loops[k].level;
        }
    }
    for (uint32_t i = 0; i < r->instance_count; i++)
        sum += strlen(r->instances[i].name) + strlen(r->instances[i].module) +
               r->instances[i].resources.lut;
    for (uint32_t i = 0; i < r->fifo_count; i++)
        sum += strlen(r->fifos[i].name) + r->fifos[i].depth;
    for (uint32_t i = 0; i < r->frame_count; i++)
        sum += r->frame[i].latency;
    volatile size_t all = sum;
    (void)all;
    return fine ? NULL : "a range ends before it begins";
}

enum read_fuzz read_fuzz_report(const char *path, const uint8_t *bytes,
                                size_t count)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const struct report *r =
        report_parse(a, path, (const char *)bytes, count, d);
    const char *wrong = diag_fault(a, d, r != NULL, bytes, count);
    if (wrong == NULL && r != NULL)
        wrong = r->outcome != REPORT_DONE && diag_count(d) == 0
                    ? "a failed run without a warning"
                    : report_fault(r);
    enum read_fuzz result = result_of(path, wrong, r != NULL);
    arena_free(a);
    return result;
}
