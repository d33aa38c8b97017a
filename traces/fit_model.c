#include "traces/fit_model.h"

#include <string.h>

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The event that `what` means in unit `unit` of `length` events; -1: it lies
 * before the run, or there is none. */
static int64_t event_of(int32_t what, uint64_t unit, uint32_t length)
{
    if (what == FIT_NONE)
        return -1;
    const int64_t at = what + (int64_t)(unit * length);
    return at < 0 ? -1 : at;
}

struct predicted {
    uint64_t work, write;
};

/* Write j, given the measured handshakes and the work times before it. */
static struct predicted predict_write(const struct fit_model *m,
                                      const struct fit_run *r, uint64_t j,
                                      uint64_t work_before)
{
    const uint64_t unit = j / m->writes;
    const int64_t read =
        event_of(m->data[j - unit * m->writes], unit, m->reads);
    const uint64_t before = j == 0 ? 0 : r->writes[j - 1] + 1;
    uint64_t at = m->work_start;
    if (j != 0)
        at = m->kind == FIT_WORKED ? work_before + m->work_gap : before;
    if (j == 0 || at < m->work_start)
        at = m->work_start;
    if (read >= 0)
        at = (uint64_t)read < r->read_count
                 ? later(at, r->reads[read] + m->data_latency)
                 : UINT64_MAX / 2;
    if (m->kind == FIT_DIRECT)
        return (struct predicted){ at, fit_run_ready(r, j, at) };
    if (m->buffer != 0 && j >= m->buffer)
        at = later(at, r->writes[j - m->buffer] + 1);
    const uint64_t out = later(at + m->result_latency, before);
    return (struct predicted){ at, fit_run_ready(r, j, out) };
}

static uint64_t predict_read(const struct fit_model *m, const struct fit_run *r,
                             uint64_t i, const uint64_t *work)
{
    const uint64_t unit = i / m->reads;
    const int64_t place =
        event_of(m->space[i - unit * m->reads], unit, m->writes);
    const uint64_t at = later(r->offered[i], m->read_start);
    if (place < 0)
        return at;
    if ((uint64_t)place >= r->write_count)
        return UINT64_MAX / 2;
    return later(at, work[place] + m->space_latency);
}

bool fit_model_work(const struct fit_model *m, const struct fit_run *r,
                    uint64_t *work, bool quick)
{
    for (uint64_t j = 0; j < r->write_count; j++) {
        const struct predicted p =
            predict_write(m, r, j, j == 0 ? 0 : work[j - 1]);
        if (quick && p.write != r->writes[j])
            return false;
        work[j] = m->kind == FIT_DIRECT ? r->writes[j] : p.work;
        /* What came was worked on, whatever the model thinks. */
        if (m->kind == FIT_WORKED && work[j] + m->result_latency > r->writes[j])
            work[j] = r->writes[j] > m->result_latency
                          ? r->writes[j] - m->result_latency
                          : 0;
    }
    return true;
}

void fit_residual_count(struct fit_residual *x, enum token_event event,
                        uint64_t token, uint64_t measured, uint64_t predicted)
{
    x->events++;
    if (measured == predicted)
        return;
    const uint64_t off =
        measured > predicted ? measured - predicted : predicted - measured;
    if (x->different == 0 || measured < x->measured) {
        x->event = event;
        x->token = token;
        x->measured = measured;
        x->predicted = predicted;
    }
    x->different++;
    x->largest = later(x->largest, off);
}

static void compare_joined(const struct fit_model *m, const struct fit_run *r,
                           struct fit_residual *x)
{
    for (uint64_t i = 0; i < r->read_count; i++) {
        uint64_t at = later(r->offered[i], m->read_start);
        if (i < r->write_count)
            at = fit_run_ready(r, i, at);
        fit_residual_count(x, TOKEN_READ, i, r->reads[i], at);
        if (i < r->write_count)
            fit_residual_count(x, TOKEN_WRITE, i, r->writes[i], at);
    }
    for (uint64_t j = r->read_count; j < r->write_count; j++)
        fit_residual_count(x, TOKEN_WRITE, j, r->writes[j], UINT64_MAX / 2);
}

struct fit_residual fit_model_compare(const struct fit_model *m,
                                      const struct fit_run *r, uint64_t *work)
{
    struct fit_residual x = { 0 };
    if (fit_model_freezes(m)) {
        struct fit_ticks ticks;
        fit_ticks_compare(m, r, work, false, &x, &ticks);
        return x;
    }
    if (m->kind == FIT_JOINED) {
        compare_joined(m, r, &x);
        return x;
    }
    fit_model_work(m, r, work, false);
    for (uint64_t j = 0; j < r->write_count; j++)
        fit_residual_count(
            &x, TOKEN_WRITE, j, r->writes[j],
            predict_write(m, r, j, j == 0 ? 0 : work[j - 1]).write);
    for (uint64_t i = 0; i < r->read_count; i++)
        fit_residual_count(&x, TOKEN_READ, i, r->reads[i],
                           predict_read(m, r, i, work));
    return x;
}
