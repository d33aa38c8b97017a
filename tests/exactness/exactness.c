#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/exactness/exactness.h"

#include <ftw.h>
#include <inttypes.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "cli/verification.h"
#include "design/design.h"
#include "design/kernel.h"
#include "tests/exactness/random_design.h"

static int remove_entry(const char *path, const struct stat *st, int type,
                        struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(path);
}

static void print_difference(const struct verification *v)
{
    for (uint32_t i = 0; i < v->stream_count; i++) {
        const struct times_difference *s = &v->streams[i];
        if (s->different == 0)
            continue;
        printf("    %s: %" PRIu64 " of %" PRIu64
               " handshakes differ, first %s %" PRIu64 ": model %" PRIu64
               ", RTL %" PRId64 "\n",
               v->design->streams[i].name, s->different, s->compared,
               s->event == TOKEN_WRITE ? "write" : "read", s->token, s->cycle_a,
               (int64_t)s->cycle_b);
    }
    if (v->handshakes_beyond != 0)
        printf("    %" PRIu64 " handshakes more behind the last frame\n",
               v->handshakes_beyond);
    if (v->values_different != 0)
        printf("    %" PRIu64 " of %" PRIu64
               " output values differ, first %" PRIu64 ": infer %" PRId32
               ", RTL %" PRId32 "\n",
               v->values_different, v->values, v->first_value,
               v->first_expected, v->first_got);
    if (v->last_wrong)
        printf("    m_axis_tlast is wrong\n");
    if (v->frame_error)
        printf("    frame_error was raised\n");
}

static struct exactness_kernel *row_of(struct exactness_totals *t,
                                       const char *name)
{
    uint32_t i = 0;
    while (i < t->kernel_count && strcmp(t->kernels[i].name, name) < 0)
        i++;
    if (i == t->kernel_count || strcmp(t->kernels[i].name, name) != 0) {
        assert(t->kernel_count < EXACTNESS_KERNELS_MAX);
        memmove(&t->kernels[i + 1], &t->kernels[i],
                (t->kernel_count - i) * sizeof *t->kernels);
        t->kernels[i] = (struct exactness_kernel){ .name = name };
        t->kernel_count++;
    }
    return &t->kernels[i];
}

static void count_streams(struct exactness_kernel *row,
                          const struct verification *v,
                          struct stream *const *streams, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        row->compared += v->streams[streams[i]->index].compared;
        row->different += v->streams[streams[i]->index].different;
    }
}

static void count_kernels(struct exactness_totals *t,
                          const struct verification *v)
{
    for (uint32_t i = 0; i < v->design->process_count; i++) {
        const struct process *p = &v->design->processes[i];
        struct exactness_kernel *row = row_of(t, p->kernel->name);
        row->configurations++;
        count_streams(row, v, p->inputs, p->input_count);
        count_streams(row, v, p->outputs, p->output_count);
    }
}

void exactness_print_grid(const struct exactness_totals *t)
{
    printf("| kernel | configurations | handshakes compared | different |\n"
           "|---|---|---|---|\n");
    for (uint32_t i = 0; i < t->kernel_count; i++) {
        const struct exactness_kernel *k = &t->kernels[i];
        printf("| %s | %" PRIu32 " | %" PRIu64 " | %" PRIu64 " |\n", k->name,
               k->configurations, k->compared, k->different);
    }
}

static void count_result(struct exactness_totals *t,
                         const struct verification *v)
{
    t->designs++;
    t->different_designs += !verification_equal(v);
    t->handshakes += v->handshakes;
    t->different_handshakes += v->handshakes_different;
    t->values += v->values;
    t->different_values += v->values_different;
    t->cycles += v->rtl_cycles;
    t->deadlocks += v->deadlock;
    count_kernels(t, v);
}

static bool run_batch(uint64_t first, uint32_t count, const char *folder,
                      bool verbose, struct exactness_totals *totals)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    struct random_design *designs =
        arena_new_array(a, struct random_design, count);
    struct verification_job *jobs =
        arena_new_array(a, struct verification_job, count);
    for (uint32_t i = 0; i < count; i++) {
        designs[i] = random_design_new(a, first + i);
        jobs[i] = (struct verification_job){
            .design = designs[i].design,
            .frames = designs[i].frames,
            .inputs = designs[i].inputs,
        };
    }
    const struct verification *v =
        verify_designs(a, jobs, count,
                       &(struct verification_options){ .folder = folder }, d);
    for (size_t i = 0; i < diag_count(d); i++)
        fprintf(stderr, "%s\n", diag_format(diag_at(d, i), a));
    for (uint32_t i = 0; v != NULL && i < count; i++) {
        count_result(totals, &v[i]);
        bool equal = verification_equal(&v[i]);
        if (verbose || !equal) {
            printf("%-9s %s\n", equal ? "equal" : "DIFFERENT",
                   random_design_text(a, &designs[i]));
            print_difference(&v[i]);
        }
    }
    arena_free(a);
    return v != NULL;
}

bool exactness_run(uint64_t first, uint32_t count, uint32_t batch,
                   const char *folder, bool keep, bool verbose,
                   struct exactness_totals *totals)
{
    for (uint32_t done = 0; done < count;) {
        uint32_t now = count - done < batch ? count - done : batch;
        char batch_folder[4096];
        snprintf(batch_folder, sizeof batch_folder, "%s/seed%" PRIu64, folder,
                 first + done);
        bool ran = run_batch(first + done, now, batch_folder, verbose, totals);
        if (!keep)
            nftw(batch_folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
        if (!ran)
            return false;
        done += now;
        printf("%" PRIu32 " of %" PRIu32 " designs, %" PRIu32 " different\n",
               done, count, totals->different_designs);
        fflush(stdout);
    }
    return true;
}
