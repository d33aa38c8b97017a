#include "report/simulation.h"

#include "base/json_write.h"
#include "cost/cost.h"
#include "design/design.h"
#include "design/hls_rules.h"
#include "design/kernel.h"
#include "report/board_table.h"
#include "report/cost_table.h"
#include "report/power_table.h"

static void add_ports(struct json_out *to, const char *key,
                      const uint64_t *cycles, uint32_t count,
                      struct stream *const *streams)
{
    struct json_out *by = json_add_object(to, key);
    for (uint32_t i = 0; i < count; i++)
        json_add_u64(by, streams[i]->name, cycles[i]);
}

static void add_trust(struct json_out *o, const struct process *p,
                      uint64_t cycles_per_frame)
{
    const struct trust *t = &p->trust;
    if (t->level == TRUST_EXACT)
        return;
    json_add_string(o, "trust", trust_level_name(t->level));
    if (t->level == TRUST_CALIBRATED)
        json_add_u64(o, "trust_bound_cycles", trust_bound(t, cycles_per_frame));
    json_add_string(o, "trust_reason", t->reason);
}

static void add_total_trust(struct json_out *root, const struct analysis *x)
{
    const struct trust_total t = trust_of_design(x->design, x->ticks_per_frame);
    json_add_string(root, "trust", trust_level_name(t.level));
    if (t.level == TRUST_EXACT)
        return;
    if (t.level == TRUST_CALIBRATED)
        json_add_u64(root, "trust_bound_cycles", t.bound_cycles);
    json_add_string(root, "trust_process",
                    x->design->processes[t.process].name);
}

static void add_number(struct json_out *o, const char *key, uint32_t number)
{
    if (number != 0)
        json_add_u64(o, key, number);
}

/* What decides the timing of a process that HLS made, and the numbers of its
 * report: a calibration can be fitted to these. */
static void add_hls(struct json_out *process, const struct process *p)
{
    const struct hls_timing *t = &p->timing;
    if (!t->given)
        return;
    struct json_out *o = json_add_object(process, "hls");
    json_add_string(o, "from", t->fitted ? "calibration" : "report");
    json_add_string(o, "strategy",
                    p->strategy == STRATEGY_RESOURCE ? "resource" : "latency");
    json_add_u64(o, "tokens", p->inputs[0]->tokens_per_frame);
    json_add_u64(o, "channels", p->inputs[0]->shape.c);
    json_add_u64(o, "inputs", hls_inputs_of(p));
    add_number(o, "window", p->window.kernel_h * p->window.kernel_w);
    json_add_u64(o, "reuse_factor", p->reuse_factor);
    add_number(o, "ii", t->ii);
    add_number(o, "depth", t->depth);
    add_number(o, "idle", t->idle);
    add_number(o, "fire", t->fire);
    json_add_u64(o, "latency", t->latency);
}

static void add_process(struct json_out *list, const struct analysis *x,
                        uint32_t i)
{
    const struct process *p = &x->design->processes[i];
    const struct run_process *r = &x->run->processes[i];
    const struct process_time *t = x->run->frames < 2 ? &r->total : &r->steady;
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", p->name);
    json_add_string(o, "kernel", p->kernel->name);
    struct json_out *shape = json_add_array(o, "output_shape");
    json_add_u64(shape, NULL, p->outputs[0]->shape.h);
    json_add_u64(shape, NULL, p->outputs[0]->shape.w);
    json_add_u64(shape, NULL, p->outputs[0]->shape.c);
    if (p->pe != 0 && !family_is_hls(x->design->family)) {
        json_add_u64(o, "pe", p->pe);
        json_add_u64(o, "simd", p->simd);
    }
    if (p->pe != 0)
        json_add_u64(o, "reuse_factor", p->reuse_factor);
    json_add_u64(o, "cycles_per_frame", x->ticks_per_frame[i]);
    json_add_u64(o, "busy", t->busy);
    json_add_u64(o, "starved", t->starved);
    json_add_u64(o, "blocked", t->blocked);
    add_ports(o, "starved_by", t->starved_by, p->input_count, p->inputs);
    add_ports(o, "blocked_by", t->blocked_by, p->output_count, p->outputs);
    if (x->chain != NULL)
        json_add_u64(o, "critical_cycles", x->chain->process_cycles[i]);
    add_trust(o, p, x->ticks_per_frame[i]);
    add_hls(o, p);
    if (!family_has_cost(x->design->family))
        return;
    struct cost cost = cost_of_process(x->design, p);
    cost_add_json(o, "cost", &cost);
}

static void add_fifo(struct json_out *list, const struct analysis *x,
                     uint32_t i)
{
    const struct stream *s = &x->design->streams[i];
    const struct run_stream *r = &x->run->streams[i];
    struct json_out *o = json_add_object(list, NULL);
    json_add_string(o, "name", s->name);
    json_add_string(o, "kind", fifo_kind_name(s->kind));
    json_add_u64(o, "depth", s->depth);
    json_add_u64(o, "width_bits", s->width_bits);
    json_add_u64(o, "tokens_per_frame", s->tokens_per_frame);
    json_add_u64(o, "peak", r->peak);
    json_add_u64(o, "fill_cycles", r->fill_cycles);
    if (x->chain != NULL) {
        json_add_u64(o, "critical_cycles", x->chain->stream_cycles[i]);
        json_add_u64(o, "critical_tokens", x->chain->token_hops[i]);
        json_add_u64(o, "critical_rooms", x->chain->room_hops[i]);
    }
    if (!family_has_cost(x->design->family))
        return;
    struct cost cost = cost_of_stream(x->design, s);
    cost_add_json(o, "cost", &cost);
}

static void add_deadlock(struct json_out *root, const struct analysis *x)
{
    const struct run *r = x->run;
    if (r->outcome != RUN_DEADLOCK) {
        json_add_null(root, "deadlock");
        return;
    }
    struct json_out *o = json_add_object(root, "deadlock");
    json_add_u64(o, "cycle", r->deadlock_cycle);
    struct json_out *list = json_add_array(o, "waits");
    for (uint32_t i = 0; i < r->wait_count; i++) {
        const struct run_wait *w = &r->waits[i];
        const struct stream *s = &x->design->streams[w->stream];
        struct json_out *wait = json_add_object(list, NULL);
        const char *edge = w->for_room ? "source" : "sink";
        json_add_string(wait, "process",
                        w->process == TIMING_EDGE
                            ? edge
                            : x->design->processes[w->process].name);
        json_add_string(wait, "waits_for", w->for_room ? "room" : "token");
        json_add_string(wait, "fifo", s->name);
        json_add_u64(wait, "held", w->held);
        json_add_u64(wait, "depth", s->depth);
    }
}

static const char *limit_name(enum limit_kind k)
{
    static const char *const names[] = {
        [LIMIT_NONE] = "none", [LIMIT_PROCESS] = "process",
        [LIMIT_FIFO] = "fifo", [LIMIT_SOURCE] = "source",
        [LIMIT_SINK] = "sink",
    };
    return names[k];
}

static void add_limit(struct json_out *root, const struct analysis *x)
{
    json_add_string(root, "limited_by", limit_name(x->limit));
    if (x->limit == LIMIT_PROCESS || x->limit == LIMIT_FIFO)
        json_add_string(root, "limiting_process",
                        x->design->processes[x->limiting_process].name);
    else
        json_add_null(root, "limiting_process");
    const struct stream *fifo = analysis_limiting_fifo(x);
    if (fifo != NULL)
        json_add_string(root, "limiting_fifo", fifo->name);
    else
        json_add_null(root, "limiting_fifo");
}

/* A number of cycles or per-frame figure that needs complete frames. */
static void add_if(struct json_out *root, const char *key, bool known,
                   uint64_t value, uint64_t divisor)
{
    if (known)
        json_add_ratio(root, key, value, divisor);
    else
        json_add_null(root, key);
}

/* Times of a design on several boards, whose cycles above are those of the last
 * sink's board. */
static void add_times(struct json_out *root, const struct analysis *x,
                      bool done, bool steady)
{
    enum { FS_PER_US = 1000000000 };
    const struct run_domains *d = x->run->domains;
    if (d == NULL)
        return;
    json_add_string(root, "cycles_of", x->design->boards[d->sink].name);
    add_if(root, "latency_us", done, (uint64_t)x->isolated_time, FS_PER_US);
    add_if(root, "latency_back_to_back_us", done,
           (uint64_t)x->back_to_back_time, FS_PER_US);
    add_if(root, "interval_us", steady, (uint64_t)d->period_time,
           steady ? (uint64_t)FS_PER_US * x->run->period : 1);
}

void simulation_print_json(const struct analysis *x,
                           const struct device *const *devices, struct arena *a,
                           struct text *out)
{
    const struct run *r = x->run;
    struct json_out *root = json_out_new(a);
    bool done = r->outcome == RUN_DONE;
    bool steady = done && r->period != 0;
    json_add_string(root, "name", x->design->name);
    add_total_trust(root, x);
    json_add_u64(root, "frames", r->frames);
    add_if(root, "latency_cycles", done, x->isolated_latency, 1);
    add_if(root, "latency_back_to_back_cycles", done, x->back_to_back_latency,
           1);
    add_if(root, "interval_cycles", steady, r->period_cycles,
           steady ? r->period : 1);
    json_add_bool(root, "interval_certified", r->certified);
    json_add_u64(root, "period_frames", r->period);
    json_add_u64(root, "period_cycles", r->period_cycles);
    json_add_ratio(root, "clock_mhz", x->design->clock_hz, 1000000);
    add_if(root, "frames_per_second", steady, analysis_millihertz(x), 1000);
    add_times(root, x, done, steady);
    add_limit(root, x);
    add_deadlock(root, x);
    struct json_out *processes = json_add_array(root, "processes");
    for (uint32_t i = 0; i < x->design->process_count; i++)
        add_process(processes, x, i);
    struct json_out *fifos = json_add_array(root, "fifos");
    for (uint32_t i = 0; i < x->design->stream_count; i++)
        if (!x->design->streams[i].inner)
            add_fifo(fifos, x, i);
    if (family_has_cost(x->design->family)) {
        cost_table_add_json(root, x->design,
                            r->domains == NULL ? devices[0] : NULL);
        power_table_add_json(root, x, devices, a);
    }
    if (r->domains != NULL)
        board_table_add_json(root, x->design, devices, r);
    json_out_print(root, out);
}
