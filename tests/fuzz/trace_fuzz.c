#include "tests/fuzz/trace_fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "traces/recording.h"

static bool rises(const uint64_t *cycles, uint64_t count)
{
    for (uint64_t i = 1; i < count; i++)
        if (cycles[i] <= cycles[i - 1])
            return false;
    return true;
}

/* NULL, or what is wrong with a recording. */
static const char *fault(const struct recording *r)
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

static void write_file(const char *path, const uint8_t *bytes, size_t count)
{
    FILE *f = fopen(path, "wb");
    if (f == NULL || fwrite(bytes, 1, count, f) != count || fclose(f) != 0) {
        perror(path);
        abort();
    }
}

enum trace_fuzz_result trace_fuzz_one(const char *path, const uint8_t *bytes,
                                      size_t count)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    enum trace_fuzz_result result = TRACE_FUZZ_REFUSED;
    write_file(path, bytes, count);
    const struct recording *r = recording_read(a, path, NULL, d);
    const char *wrong = NULL;
    if ((r == NULL) != (diag_error_count(d) > 0))
        wrong = r == NULL ? "refused without an error" : "read with an error";
    else if (r != NULL)
        wrong = fault(r);
    for (size_t i = 0; i < diag_count(d) && wrong == NULL; i++)
        if (strstr(diag_at(d, i)->text, "(null)") != NULL)
            wrong = "a diagnostic without a name";
    if (wrong != NULL) {
        fprintf(stderr, "%s: %s\n", path, wrong);
        result = TRACE_FUZZ_WRONG;
    } else if (r != NULL) {
        result = TRACE_FUZZ_READ;
    }
    arena_free(a);
    return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/headrace-trace-fuzz-%ld", (long)getpid());
    if (trace_fuzz_one(path, bytes, count) == TRACE_FUZZ_WRONG)
        abort();
    unlink(path);
    return 0;
}
