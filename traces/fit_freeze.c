#include "traces/fit_freeze.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"

enum {
    DELAY_MAX = 256,   /* as many as fit_search.c tries latencies */
    FIRST_GAP_MAX = 16 /* states between two frames that no run shows; what is
                          on the way moves in them */
};

struct freeze {
    const struct fit_freeze_request *request;
    struct fit_model model;
    struct fit_tick_step *steps;
    uint32_t *gaps;
    bool *shows_gap;
    bool *late;             /* by read of a unit: gap and token do not do */
    const uint64_t *reads;  /* of the unit that shows the program */
    const uint64_t *writes; /* cycles */
    uint64_t *read_ticks;   /* from its first read on */
    uint64_t *write_ticks;
    uint64_t *due; /* for fit_ticks_compare */
};

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* It could not have been written a cycle before. */
static bool may_be_held(const struct fit_run *r, uint64_t j)
{
    const uint64_t before = r->writes[j] - 1;
    return r->writes[j] != 0 && fit_run_ready(r, j, before) != before;
}

/* The shortest unit without a held write, after which nothing is held before
 * its last read; false: there is none. */
static bool find_unit(struct freeze *z)
{
    const struct fit_freeze_request *q = z->request;
    uint64_t least = UINT64_MAX;
    for (uint32_t i = 0; i < q->run_count; i++) {
        const struct fit_run *r = &q->runs[i];
        for (uint64_t u = 0; (u + 1) * q->reads <= r->read_count &&
                             (u + 1) * q->writes <= r->write_count;
             u++) {
            const uint64_t *reads = &r->reads[u * q->reads];
            const uint64_t *writes = &r->writes[u * q->writes];
            const uint64_t end = writes[q->writes - 1];
            if (end < reads[0] || end - reads[0] >= least)
                continue;
            uint32_t j = 0;
            while (j < q->writes && !may_be_held(r, u * q->writes + j))
                j++;
            if (j != q->writes)
                continue;
            least = end - reads[0];
            z->reads = reads;
            z->writes = writes;
        }
    }
    return least != UINT64_MAX;
}

/* The least gaps that were seen.  With `first` > 0, where no gap shows because
 * every token was read when it came: `first` before the unit, 1 in it.  True:
 * there are gaps that do not show. */
static bool find_gaps(struct freeze *z, uint32_t first)
{
    const struct fit_freeze_request *q = z->request;
    for (uint32_t s = 0; s < q->reads; s++) {
        z->gaps[s] = UINT32_MAX;
        z->shows_gap[s] = false;
    }
    for (uint32_t i = 0; i < q->run_count; i++) {
        const struct fit_run *r = &q->runs[i];
        for (uint64_t k = 1; k < r->read_count; k++) {
            const uint64_t gap = r->reads[k] - r->reads[k - 1];
            uint32_t *least = &z->gaps[k % q->reads];
            if (gap < *least)
                *least = (uint32_t)gap;
            z->shows_gap[k % q->reads] |= r->offered[k] < r->reads[k];
        }
    }
    bool any = false;
    for (uint32_t s = 0; s < q->reads; s++) {
        any |= z->gaps[s] > 1 && !z->shows_gap[s];
        /* UINT32_MAX: of a first read that no other follows. */
        if (z->gaps[s] == UINT32_MAX)
            z->gaps[s] = 1;
        const uint32_t hidden = s == 0 ? first : 1;
        if (first != 0 && !z->shows_gap[s] && hidden < z->gaps[s])
            z->gaps[s] = hidden;
    }
    return any;
}

/* Reads that wait for more than their gap and their token, where no write can
 * have frozen them. */
static bool find_late(struct freeze *z)
{
    const struct fit_freeze_request *q = z->request;
    bool any = false;
    memset(z->late, 0, q->reads * sizeof *z->late);
    for (uint32_t i = 0; i < q->run_count; i++) {
        const struct fit_run *r = &q->runs[i];
        if (r->room != NULL || r->ready != NULL || r->sink_grid > 1)
            continue;
        for (uint64_t k = 1; k < r->read_count; k++) {
            const uint32_t s = (uint32_t)(k % q->reads);
            if (r->reads[k] <=
                later(r->reads[k - 1] + z->gaps[s], r->offered[k]))
                continue;
            z->late[s] = true;
            any = true;
        }
    }
    return any;
}

/* The least that was seen between a step that writes and the next that needs
 * the datapath. */
static void find_holds(struct freeze *z)
{
    const struct fit_freeze_request *q = z->request;
    for (uint32_t i = 0; i < q->run_count; i++) {
        const struct fit_run *r = &q->runs[i];
        struct fit_tick_step *holder = NULL;
        uint64_t held_since = 0;
        for (uint64_t k = 0; k < r->read_count; k++) {
            struct fit_tick_step *s = &z->steps[k % q->reads];
            if (s->needs_datapath && holder != NULL) {
                const uint64_t hold = r->reads[k] - held_since;
                if (holder->hold == 0 || hold < holder->hold)
                    holder->hold = (uint32_t)hold;
            }
            if (s->needs_datapath)
                holder = NULL;
            if (s->writes != 0) {
                holder = s;
                held_since = r->reads[k];
            }
        }
    }
}

/* Ticks of the unit: in a rigid process none passes while it lacks a token. */
static void find_ticks(struct freeze *z)
{
    const struct fit_freeze_request *q = z->request;
    const bool is_rigid = z->model.kind == FIT_RIGID;
    z->read_ticks[0] = 0;
    for (uint32_t s = 1; s < q->reads; s++)
        z->read_ticks[s] = is_rigid ? z->read_ticks[s - 1] + z->gaps[s]
                                    : z->reads[s] - z->reads[0];
    uint32_t s = 0;
    for (uint32_t j = 0; j < q->writes; j++) {
        while (s + 1 < q->reads && z->reads[s + 1] <= z->writes[j])
            s++;
        z->write_ticks[j] = z->writes[j] < z->reads[0]
                                ? 0
                                : z->read_ticks[s] + z->writes[j] - z->reads[s];
    }
}

static bool add_write(struct fit_tick_step *s, uint64_t delay)
{
    if (s->writes == 0) {
        s->delay = (uint32_t)delay;
        s->writes = 1;
        return true;
    }
    const uint64_t last = s->delay + (uint64_t)(s->writes - 1) * s->spacing;
    if (s->writes == 1)
        s->spacing = (uint32_t)(delay - last);
    s->writes++;
    return delay - last == s->spacing;
}

/* False: no such program. */
static bool make_steps(struct freeze *z, uint32_t delay, bool datapath)
{
    const struct fit_freeze_request *q = z->request;
    for (uint32_t s = 0; s < q->reads; s++)
        z->steps[s] =
            (struct fit_tick_step){ .gap = z->gaps[s],
                                    .needs_datapath = datapath && z->late[s] };
    uint32_t s = 0;
    for (uint32_t j = 0; j < q->writes; j++) {
        const uint64_t due = z->write_ticks[j];
        if (due < delay)
            return false;
        while (s + 1 < q->reads && z->read_ticks[s + 1] + delay <= due)
            s++;
        if (!add_write(&z->steps[s], due - z->read_ticks[s]))
            return false;
    }
    if (datapath)
        find_holds(z);
    return true;
}

static void attempt(struct freeze *z)
{
    const struct fit_freeze_request *q = z->request;
    uint64_t frozen = 0;
    for (uint32_t i = 0; i < q->run_count; i++) {
        struct fit_residual residual;
        struct fit_ticks ticks;
        if (!fit_ticks_compare(&z->model, &q->runs[i], z->due, true, &residual,
                               &ticks))
            return;
        frozen += ticks.frozen;
    }
    q->offer(q->context, &z->model, frozen);
}

static void try_delays(struct freeze *z)
{
    const uint32_t first = z->model.kind == FIT_BUBBLES ? 1 : 0;
    find_ticks(z);
    for (int datapath = 0; datapath < 2; datapath++) {
        if (datapath == 1 && !find_late(z))
            break;
        for (uint32_t delay = first; delay <= DELAY_MAX; delay++) {
            /* A longer delay than to the first write is none either. */
            if (z->write_ticks[0] < delay)
                break;
            z->model.data_latency = delay;
            if (make_steps(z, delay, datapath == 1))
                attempt(z);
        }
    }
}

static void try_style(struct freeze *z, enum fit_kind kind, bool is_patient)
{
    z->model.kind = kind;
    z->model.is_patient = is_patient;
    const bool differs = find_gaps(z, 0);
    try_delays(z);
    for (uint32_t first = 1; differs && first <= FIRST_GAP_MAX; first++) {
        find_gaps(z, first);
        try_delays(z);
    }
}

void fit_freeze_search(const struct fit_freeze_request *q)
{
    assert(q->reads != 0 && q->writes != 0);
    struct arena *a = arena_new();
    struct freeze z = {
        .request = q,
        .steps = arena_new_array(a, struct fit_tick_step, q->reads),
        .gaps = arena_new_array(a, uint32_t, q->reads),
        .shows_gap = arena_new_array(a, bool, q->reads),
        .late = arena_new_array(a, bool, q->reads),
        .read_ticks = arena_new_array(a, uint64_t, q->reads),
        .write_ticks = arena_new_array(a, uint64_t, q->writes),
    };
    uint64_t most = 0;
    for (uint32_t i = 0; i < q->run_count; i++)
        most = later(most, q->runs[i].write_count);
    z.due = arena_new_array(a, uint64_t, most + 1);
    z.model = (struct fit_model){ .reads = q->reads,
                                  .writes = q->writes,
                                  .units = q->units,
                                  .read_start = q->read_start,
                                  .steps = z.steps };
    if (find_unit(&z)) {
        try_style(&z, FIT_BUBBLES, false);
        try_style(&z, FIT_RIGID, false);
        if (q->units == 1)
            try_style(&z, FIT_RIGID, true);
    }
    arena_free(a);
}
