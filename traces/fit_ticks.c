#include "traces/fit_ticks.h"

#include "traces/fit_model.h"

/* Where a run has got to: the tick that passed last, and its cycle. */
struct walk {
    const struct fit_model *model;
    const struct fit_run *run;
    uint64_t tick, cycle;
    uint64_t step;      /* the next one */
    uint64_t step_tick; /* of the one before */
    uint64_t datapath;  /* tick from which it is free */
    uint64_t write;     /* the next one */
    uint64_t caused;    /* writes of the steps taken */
    uint64_t *due;      /* ticks, by write */
    struct fit_residual *residual;
    struct fit_ticks *ticks;
};

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static const struct fit_tick_step *step_of(const struct walk *w)
{
    return &w->model->steps[w->step % w->model->reads];
}

static bool is_frozen_by_input(const struct walk *w)
{
    const struct fit_model *m = w->model;
    return m->kind == FIT_RIGID && !(m->is_patient && w->step % m->reads == 0);
}

/* The tick by gap and datapath alone. */
static uint64_t due_of_step(const struct walk *w)
{
    const struct fit_tick_step *s = step_of(w);
    uint64_t tick = w->model->read_start;
    if (w->step != 0)
        tick = w->step_tick + s->gap;
    if (s->needs_datapath)
        tick = later(tick, w->datapath);
    return later(tick, w->tick);
}

static uint64_t cycle_of(const struct walk *w, uint64_t tick)
{
    return w->cycle + (tick - w->tick);
}

static bool has_write(const struct walk *w)
{
    return w->write < w->caused && w->write < w->run->write_count;
}

static bool note(struct walk *w, enum token_event event, uint64_t token,
                 uint64_t measured, uint64_t predicted)
{
    fit_residual_count(w->residual, event, token, measured, predicted);
    if (w->residual->different == 0)
        w->ticks->explained++;
    return measured == predicted;
}

/* What was measured is what happened, whatever the model thinks. */
static void pass(struct walk *w, uint64_t tick, uint64_t measured)
{
    w->tick = tick;
    w->cycle = later(w->cycle, measured);
}

/* A write of the last frame that a step frozen by its input would stop: whether
 * there was such a step, of a frame that the trace no longer shows, is not
 * known. */
static bool may_be_stopped(const struct walk *w, uint64_t due)
{
    return w->step == w->run->read_count && is_frozen_by_input(w) &&
           due >= due_of_step(w);
}

static bool take_write(struct walk *w, uint64_t not_before)
{
    const uint64_t j = w->write;
    const uint64_t natural = cycle_of(w, w->due[j]);
    const uint64_t measured = w->run->writes[j];
    uint64_t at = fit_run_ready(w->run, j, later(natural, not_before));
    w->ticks->frozen += at - natural;
    if (may_be_stopped(w, w->due[j]))
        at = later(at, measured);
    w->write++;
    pass(w, w->due[j], measured);
    return note(w, TOKEN_WRITE, j, measured, at);
}

static bool take_step(struct walk *w, uint64_t tick, uint64_t cycle)
{
    const uint64_t i = w->step;
    const struct fit_tick_step *s = step_of(w);
    const uint64_t measured = w->run->reads[i];
    /* Ticks passed while it waited, unless that froze all. */
    if (measured > cycle && !is_frozen_by_input(w))
        tick += measured - cycle;
    pass(w, tick, measured);
    w->step_tick = tick;
    if (s->hold != 0)
        w->datapath = tick + s->hold;
    for (uint32_t k = 0; k < s->writes; k++, w->caused++)
        if (w->caused < w->run->write_count)
            w->due[w->caused] = tick + s->delay + (uint64_t)k * s->spacing;
    w->step++;
    return note(w, TOKEN_READ, i, measured, cycle);
}

/* The next step, or what is due before it. */
static bool advance_patient(struct walk *w)
{
    const uint64_t natural = cycle_of(w, due_of_step(w));
    const uint64_t at = later(natural, w->run->offered[w->step]);
    const uint64_t tick = w->tick + (at - w->cycle);
    if (has_write(w) && w->due[w->write] <= tick)
        return take_write(w, 0);
    return take_step(w, tick, at);
}

static bool advance_rigid(struct walk *w)
{
    const uint64_t due = due_of_step(w);
    const uint64_t offered = w->run->offered[w->step];
    if (has_write(w) && w->due[w->write] < due)
        return take_write(w, 0);
    const uint64_t natural = cycle_of(w, due);
    uint64_t at = later(natural, offered);
    /* It stops nothing if nothing is on the way. */
    if (has_write(w))
        w->ticks->frozen += at - natural;
    bool ok = true;
    if (has_write(w) && w->due[w->write] == due) {
        /* Both or neither. */
        at = fit_run_ready(w->run, w->write, at);
        ok = take_write(w, offered);
    }
    return take_step(w, due, at) && ok;
}

bool fit_tick_steps_equal(const struct fit_tick_step *a,
                          const struct fit_tick_step *b, uint32_t count)
{
    uint32_t i = 0;
    while (i < count && a[i].gap == b[i].gap && a[i].writes == b[i].writes &&
           a[i].delay == b[i].delay && a[i].spacing == b[i].spacing &&
           a[i].hold == b[i].hold && a[i].needs_datapath == b[i].needs_datapath)
        i++;
    return i == count;
}

bool fit_ticks_compare(const struct fit_model *m, const struct fit_run *r,
                       uint64_t *due, bool quick, struct fit_residual *residual,
                       struct fit_ticks *ticks)
{
    *residual = (struct fit_residual){ 0 };
    *ticks = (struct fit_ticks){ 0 };
    struct walk w = {
        .model = m, .run = r, .residual = residual, .ticks = ticks
    };
    w.due = due;
    while (w.step < r->read_count || has_write(&w)) {
        const bool ok = w.step == r->read_count  ? take_write(&w, 0)
                        : is_frozen_by_input(&w) ? advance_rigid(&w)
                                                 : advance_patient(&w);
        if (quick && !ok)
            return false;
    }
    /* What came without a step that causes it. */
    for (uint64_t j = w.write; j < r->write_count; j++)
        note(&w, TOKEN_WRITE, j, r->writes[j], UINT64_MAX / 2);
    return residual->different == 0;
}
