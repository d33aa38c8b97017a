#include "traces/fit_infer.h"

#include <string.h>

#include "base/arena.h"

void fit_inference_start(struct fit_inference *x, struct arena *a,
                         const struct fit_run *runs, uint32_t run_count,
                         uint32_t reads, uint32_t writes)
{
    *x = (struct fit_inference){
        .runs = runs,
        .run_count = run_count,
        .data = arena_new_array(a, int32_t, writes),
        .space = arena_new_array(a, int32_t, reads),
        .data_bound = arena_new_array(a, int32_t, writes),
        .space_bound = arena_new_array(a, int32_t, reads),
        .work = arena_new_array(a, uint64_t *, run_count),
    };
    x->model.data = x->data;
    x->model.space = x->space;
    for (uint32_t i = 0; i < run_count; i++)
        x->work[i] = arena_new_array(a, uint64_t, runs[i].write_count + 1);
}

struct side {
    uint64_t count;
    const uint64_t *cycles;
    uint32_t unit;
};

/* By waiter of a unit: the last giver that comes `latency` cycles before it in
 * every unit. */
static void bound(int32_t *out, struct side waiter, struct side giver,
                  uint64_t latency)
{
    uint64_t at = 0;
    for (uint64_t i = 0; i < waiter.count; i++) {
        while (at < giver.count &&
               giver.cycles[at] + latency <= waiter.cycles[i])
            at++;
        const uint64_t unit = i / waiter.unit;
        const int64_t last = (int64_t)at - 1 - (int64_t)(unit * giver.unit);
        int32_t *to = &out[i - unit * waiter.unit];
        /* What lies further apart than this is no wait. */
        const int64_t least = FIT_NONE / 2;
        if (last < *to)
            *to = (int32_t)(last < least ? least : last);
    }
}

static void reset(int32_t *values, uint32_t count, int32_t to)
{
    for (uint32_t i = 0; i < count; i++)
        values[i] = to;
}

void fit_infer_bounds(struct fit_inference *x, uint64_t latency)
{
    const struct fit_model *m = &x->model;
    reset(x->data_bound, m->writes, INT32_MAX);
    for (uint32_t i = 0; i < x->run_count; i++) {
        const struct fit_run *r = &x->runs[i];
        bound(x->data_bound,
              (struct side){ r->write_count, r->writes, m->writes },
              (struct side){ r->read_count, r->reads, m->reads }, latency);
    }
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static bool fail(struct fit_inference *x, uint32_t run, enum token_event event,
                 uint64_t token, uint64_t predicted, uint64_t explained)
{
    const struct fit_run *r = &x->runs[run];
    const uint64_t measured =
        event == TOKEN_READ ? r->reads[token] : r->writes[token];
    x->failure = (struct fit_failure){ .explained = explained,
                                       .run = run,
                                       .event = event,
                                       .token = token,
                                       .measured = measured,
                                       .is_late = predicted < measured };
    return false;
}

/* The cycle of write j if its work is done at `work`. */
static uint64_t write_after(const struct fit_model *m, const struct fit_run *r,
                            uint64_t j, uint64_t work)
{
    if (m->kind == FIT_WORKED)
        work =
            later(work + m->result_latency, j == 0 ? 0 : r->writes[j - 1] + 1);
    return fit_run_ready(r, j, work);
}

/* Explains the writes of a run one after the other; a wait that turns out to
 * be needed is added. */
static bool explain_writes(struct fit_inference *x, uint32_t run,
                           uint64_t explained)
{
    const struct fit_model *m = &x->model;
    const struct fit_run *r = &x->runs[run];
    uint64_t *work = x->work[run];
    uint32_t in_unit = 0;
    int64_t base = 0; /* reads of all units before */
    for (uint64_t j = 0; j < r->write_count; j++) {
        uint64_t at = m->work_start;
        if (j != 0)
            at = later(at, m->kind == FIT_WORKED ? work[j - 1] + m->work_gap
                                                 : r->writes[j - 1] + 1);
        if (m->buffer != 0 && j >= m->buffer)
            at = later(at, r->writes[j - m->buffer] + 1);
        const int32_t bounded = x->data_bound[in_unit];
        const int64_t read = base + bounded;
        const uint64_t waited =
            read < 0 ? at : later(at, r->reads[read] + m->data_latency);
        if (x->data[in_unit] != FIT_NONE)
            at = waited;
        uint64_t write = write_after(m, r, j, at);
        if (write < r->writes[j] && x->data[in_unit] == FIT_NONE) {
            x->data[in_unit] = bounded;
            at = waited;
            write = write_after(m, r, j, at);
        }
        if (write != r->writes[j])
            return fail(x, run, TOKEN_WRITE, j, write, explained + j);
        work[j] = m->kind == FIT_DIRECT ? write : at;
        if (++in_unit == m->writes) {
            in_unit = 0;
            base += m->reads;
        }
    }
    return true;
}

static bool explain_reads(struct fit_inference *x, uint32_t run,
                          uint64_t explained)
{
    const struct fit_model *m = &x->model;
    const struct fit_run *r = &x->runs[run];
    uint32_t in_unit = 0;
    int64_t base = 0;
    for (uint64_t i = 0; i < r->read_count; i++) {
        uint64_t at = later(r->offered[i], m->read_start);
        const int64_t place = base + x->space_bound[in_unit];
        const uint64_t waited =
            place < 0 ? at : later(at, x->work[run][place] + m->space_latency);
        if (at < r->reads[i] && x->space[in_unit] == FIT_NONE)
            x->space[in_unit] = x->space_bound[in_unit];
        if (x->space[in_unit] != FIT_NONE)
            at = waited;
        if (at != r->reads[i])
            return fail(x, run, TOKEN_READ, i, at,
                        explained + r->write_count + i);
        if (++in_unit == m->reads) {
            in_unit = 0;
            base += m->writes;
        }
    }
    return true;
}

/* Twice: a wait that a later unit or run showed holds for those before too. */
static bool explain_all(struct fit_inference *x,
                        bool (*explain)(struct fit_inference *, uint32_t,
                                        uint64_t))
{
    uint64_t explained = 0;
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < x->run_count; i++) {
            if (!explain(x, i, explained))
                return false;
            explained += x->runs[i].read_count + x->runs[i].write_count;
        }
    }
    return true;
}

bool fit_infer(struct fit_inference *x)
{
    const struct fit_model *m = &x->model;
    reset(x->data, m->writes, FIT_NONE);
    reset(x->space, m->reads, FIT_NONE);
    if (!explain_all(x, explain_writes))
        return false;
    reset(x->space_bound, m->reads, INT32_MAX);
    for (uint32_t i = 0; i < x->run_count; i++) {
        const struct fit_run *r = &x->runs[i];
        bound(x->space_bound,
              (struct side){ r->read_count, r->reads, m->reads },
              (struct side){ r->write_count, x->work[i], m->writes },
              m->space_latency);
    }
    return explain_all(x, explain_reads);
}
