/* Which function of the synthesis reports a process is, and its numbers.
 *
 * hls4ml names a function after its kind and the number of its layer:
 * relu_array_..._relu_config4_s.  A layer whose name ends in that number finds
 * it so; if the names of the layers tell nothing, the functions of a kind are
 * taken in the order of their numbers, which is that of the layers. */
#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/hls_module.h"
#include "design/kernel.h"
#include "design/lowering.h"

#include <ctype.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

enum { NO_NUMBER = UINT32_MAX, NUMBER_DIGITS_MAX = 6, PREFIXES_MAX = 8 };

/* How the functions of a kernel begin. */
static const struct {
    const char *kernel;
    const char *prefixes[PREFIXES_MAX];
} kinds[] = {
    { "conv2d",
      { "conv_1d_cl", "conv_2d_cl", "pointwise_conv_1d_cl",
        "pointwise_conv_2d_cl" } },
    { "depthwise_conv2d", { "depthwise_conv_1d_cl", "depthwise_conv_2d_cl" } },
    { "dense", { "dense_array" } },
    { "batchnorm", { "normalize" } },
    { "relu", { "relu_", "linear_", "leaky_relu_" } },
    { "lookup", { "tanh_", "sigmoid_", "hard_tanh_", "hard_sigmoid_" } },
    { "softmax", { "softmax_array" } },
    { "maxpool2d", { "pooling1d_cl", "pooling2d_cl" } },
    { "avgpool2d", { "pooling1d_cl", "pooling2d_cl" } },
    { "global_maxpool", { "global_pooling" } },
    { "global_avgpool", { "global_pooling" } },
    { "elementwise", { "add_", "subtract_", "multiply_", "maximum_" } },
    { "concat", { "concatenate" } },
};

static bool is_kind(const char *kernel, const char *function)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].kernel, kernel) != 0)
            continue;
        for (size_t k = 0; k < PREFIXES_MAX && kinds[i].prefixes[k] != NULL;
             k++) {
            const char *prefix = kinds[i].prefixes[k];
            if (strncmp(function, prefix, strlen(prefix)) == 0)
                return true;
        }
    }
    return false;
}

static uint32_t read_number(const char *digits, const char **end)
{
    uint32_t n = 0;
    const char *c = digits;
    while (isdigit((unsigned char)*c) && c - digits < NUMBER_DIGITS_MAX)
        n = n * 10 + (uint32_t)(*c++ - '0');
    *end = c;
    return c == digits ? NO_NUMBER : n;
}

/* The number of the layer whose process the function is; NO_NUMBER: it is a
 * part of a process. */
static uint32_t function_number(const char *name)
{
    static const char *const whole[] = { "",           "_s",
                                         "_depthwise", "_depthwise_s",
                                         "_pointwise", "_pointwise_s" };
    static const char word[] = "config";
    const char *last = NULL;
    for (const char *at = strstr(name, word); at != NULL;
         at = strstr(at + 1, word))
        last = at;
    if (last == NULL)
        return NO_NUMBER;
    const char *end;
    const uint32_t n = read_number(last + strlen(word), &end);
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++)
        if (strcmp(end, whole[i]) == 0)
            return n;
    return NO_NUMBER;
}

/* "conv2d_5", "sepconv2d_5_depthwise": 5. */
static uint32_t layer_number(const char *name)
{
    uint32_t n = NO_NUMBER;
    for (const char *c = strchr(name, '_'); c != NULL; c = strchr(c + 1, '_')) {
        const char *end;
        const uint32_t here = read_number(c + 1, &end);
        if (here != NO_NUMBER && (*end == '\0' || *end == '_'))
            n = here;
    }
    return n;
}

static bool needs_numbers(const struct process *p)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].kernel, p->kernel->name) == 0)
            return true;
    return false;
}

static bool is_candidate(const struct hls_module *m, const struct process *p)
{
    return is_kind(p->kernel->name, m->name) &&
           function_number(m->name) != NO_NUMBER;
}

static const struct hls_module *by_number(const struct hardware *h,
                                          const struct process *p)
{
    const uint32_t n = layer_number(p->layer->name);
    for (uint32_t i = 0; n != NO_NUMBER && i < h->module_count; i++)
        if (is_candidate(&h->modules[i], p) &&
            function_number(h->modules[i].name) == n)
            return &h->modules[i];
    return NULL;
}

/* The place of a process among those of its kind, and how many there are. */
static uint32_t place_of(const struct design *d, const struct process *p,
                         uint32_t *count)
{
    uint32_t place = 0;
    *count = 0;
    for (uint32_t i = 0; i < d->process_count; i++) {
        const struct process *other = &d->processes[i];
        if (strcmp(other->kernel->name, p->kernel->name) != 0)
            continue;
        place += other->index < p->index ? 1 : 0;
        ++*count;
    }
    return place;
}

static const struct hls_module *by_order(const struct design *d,
                                         const struct hardware *h,
                                         const struct process *p)
{
    uint32_t processes, functions = 0;
    const uint32_t place = place_of(d, p, &processes);
    const struct hls_module *found = NULL;
    for (uint32_t i = 0; i < h->module_count; i++) {
        const struct hls_module *m = &h->modules[i];
        if (!is_candidate(m, p))
            continue;
        uint32_t before = 0;
        for (uint32_t k = 0; k < h->module_count; k++)
            if (is_candidate(&h->modules[k], p) &&
                function_number(h->modules[k].name) < function_number(m->name))
                before++;
        if (before == place)
            found = m;
        functions++;
    }
    return functions == processes ? found : NULL;
}

static struct hls_timing timing_of(const struct hls_module *m,
                                   const struct process *p)
{
    struct hls_timing t = { .given = m->has_loop || m->has_latency,
                            .latency = m->latency };
    if (!m->has_loop)
        return t;
    if (!m->pipelined) {
        t.idle = m->iteration_min;
        t.fire = m->iteration_max;
        return t;
    }
    /* The loop of a dense with one token goes through the reuse factor. */
    const bool reuses = process_is(p, "dense") && m->ii == 1;
    t.ii = reuses ? m->trips : m->ii;
    t.depth = m->iteration_max;
    return t;
}

/* The functions that it could have been. */
static const char *candidates(const struct lowering *w, const struct process *p)
{
    struct text *list = text_new(w->arena);
    for (uint32_t i = 0; i < w->hardware->module_count; i++) {
        const struct hls_module *m = &w->hardware->modules[i];
        if (is_candidate(m, p))
            text_printf(list, "%s%s", text_length(list) == 0 ? "" : ", ",
                        m->name);
    }
    return text_length(list) == 0 ? "no function of this kind"
                                  : text_string(list);
}

static void report_unused(const struct lowering *w, const bool *used)
{
    for (uint32_t i = 0; i < w->hardware->module_count; i++) {
        const char *name = w->hardware->modules[i].name;
        bool known = false;
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            known |= is_kind(kinds[k].kernel, name);
        if (used[i] || !known || function_number(name) == NO_NUMBER)
            continue;
        diag_warning(w->diag, w->hardware->reports_place, DIAG_REPORT,
                     "the report has '%s', which is no process of this design",
                     name);
    }
}

/* Of a run that failed, or of a loop whose iterations nobody knows, it lacks
 * cycles. */
static bool check_numbers(const struct lowering *w, const struct process *p,
                          const struct hls_module *m)
{
    if (lowering_has_hls_numbers(p))
        return true;
    diag_error(w->diag, w->hardware->reports_place, DIAG_REPORT,
               "the report of '%s' does not say how many cycles '%s' takes",
               m->name, p->name);
    diag_hint(w->diag, "look there for '?' and 'undef'; what you know goes "
                       "into \"timing\" of the layer");
    return false;
}

void lowering_read_hls_reports(const struct lowering *w)
{
    const struct hardware *h = w->hardware;
    if (h->module_count == 0)
        return;
    bool *used = arena_new_array(w->arena, bool, h->module_count);
    bool complete = true;
    for (uint32_t i = 0; i < w->design->process_count; i++) {
        struct process *p = &w->design->processes[i];
        if (!needs_numbers(p))
            continue;
        const struct hls_module *m = by_number(h, p);
        if (m == NULL)
            m = by_order(w->design, h, p);
        if (m != NULL)
            used[m - h->modules] = true;
        if (p->timing.given && p->trust.level == TRUST_EXACT)
            continue; /* by the model itself */
        complete &= m != NULL;
        if (m != NULL) {
            p->timing = timing_of(m, p);
            p->trust = (struct trust){ .level = TRUST_EXACT };
            complete &= check_numbers(w, p, m);
            continue;
        }
        diag_error(w->diag, h->reports_place, DIAG_REPORT,
                   "the reports have no function for '%s' (%s)", p->name,
                   p->kernel->name);
        diag_hint(w->diag, "there is: %s", candidates(w, p));
    }
    if (complete)
        report_unused(w, used);
}
