/* Reuse factors of all layers, against every number tried. */
#include "tune/fold_choice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "design/design.h"
#include "design/kernel.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "kernels/schedule.h"
#include "tests/check_main.h"

static struct arena *a;
static struct diag *d;
static struct model *m;

static void setup(void)
{
    a = arena_new();
    d = diag_new(a);
    m = model_load(a, HEADRACE_SOURCE_DIR "/models/lenet5", kernels_headrace(),
                   d);
    ck_assert(m != NULL);
}

static void teardown(void)
{
    arena_free(a);
}

static bool apply(const struct fold_choice *c)
{
    return fold_choice_apply(a, &m->network, &m->hardware, kernels_headrace(),
                             c, d);
}

static struct design *lower(const struct hardware *h)
{
    return design_lower(a, &m->network, h, kernels_headrace(), diag_new(a));
}

/* Cycles of a layer that has that reuse factor, all else as it is; 0: it is
 * not legal. */
static uint64_t cycles_with(const char *layer, uint32_t reuse_factor)
{
    struct hardware h = m->hardware;
    struct layer_options *o =
        arena_new_array(a, struct layer_options, h.layer_count);
    memcpy(o, h.layers, h.layer_count * sizeof *o);
    h.layers = o;
    for (uint32_t i = 0; i < h.layer_count; i++)
        if (strcmp(o[i].layer, layer) == 0)
            o[i].reuse_factor = reuse_factor;
    const struct design *design = lower(&h);
    for (uint32_t i = 0; design != NULL && i < design->process_count; i++) {
        const struct process *p = &design->processes[i];
        if (p->layer == NULL || p->kernel->fold == NULL ||
            strcmp(p->layer->name, layer) != 0)
            continue;
        struct schedule *s = schedule_new(a);
        p->kernel->schedule(p, s);
        return schedule_ticks_per_frame(s);
    }
    return 0;
}

static uint32_t chosen(const char *layer)
{
    return hardware_layer_options(&m->hardware, layer)->reuse_factor;
}

/* conv1 of LeNet-5: 6 outputs of 25 inputs each. */
static const char LAYER[] = "conv1";
enum { REUSE_MAX = 150 };

START_TEST(nearest_of_all)
{
    for (uint32_t wish = 1; wish < 2 * REUSE_MAX; wish += 7) {
        ck_assert(apply(&(struct fold_choice){ .reuse_factor = wish }));
        uint32_t best = 0;
        for (uint32_t i = 1; i <= REUSE_MAX; i++)
            if (cycles_with(LAYER, i) != 0 &&
                (best == 0 ||
                 abs((int)i - (int)wish) < abs((int)best - (int)wish)))
                best = i;
        ck_assert_uint_eq(chosen(LAYER), best);
    }
    ck_assert_uint_gt(diag_count(d), 0);
    ck_assert_uint_eq(diag_error_count(d), 0);
}
END_TEST

START_TEST(largest_within_cycles)
{
    static const uint64_t targets[] = { 1500, 4000, 15000, 100000 };
    for (uint32_t t = 0; t < sizeof targets / sizeof *targets; t++) {
        ck_assert(apply(&(struct fold_choice){ .cycles = targets[t] }));
        uint32_t best = 0;
        for (uint32_t i = 1; i <= REUSE_MAX; i++) {
            uint64_t cycles = cycles_with(LAYER, i);
            if (cycles != 0 && cycles <= targets[t])
                best = i;
        }
        ck_assert_uint_ne(best, 0);
        ck_assert_uint_eq(chosen(LAYER), best);
        ck_assert(lower(&m->hardware) != NULL);
    }
    ck_assert_uint_eq(diag_count(d), 0);
}
END_TEST

/* Fewer cycles than the input has pixels: as fast as can be, and said. */
START_TEST(too_few_cycles)
{
    ck_assert(apply(&(struct fold_choice){ .cycles = 100 }));
    ck_assert_uint_eq(chosen(LAYER), 1);
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert(strstr(diag_at(d, 0)->text, "'conv1' takes") != NULL);
}
END_TEST

/* The most that divide; and any reuse factor is legal with them. */
START_TEST(lanes_that_divide)
{
    struct fold_choice c = { .lanes = 4, .reuse_factor = 5 };
    ck_assert(apply(&c));
    ck_assert_uint_eq(m->hardware.input_lanes, 1);
    ck_assert_uint_eq(hardware_layer_options(&m->hardware, "conv1")->lanes, 3);
    ck_assert_uint_eq(hardware_layer_options(&m->hardware, "conv2")->lanes, 4);
    ck_assert(lower(&m->hardware) != NULL);
}
END_TEST

START_TEST(hls_families_are_refused)
{
    m->hardware.family = "hls4ml/vitis-2023.2";
    ck_assert(!apply(&(struct fold_choice){ .lanes = 4 }));
    ck_assert_uint_eq(diag_error_count(d), 1);
    ck_assert(apply(&(struct fold_choice){ 0 }));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        nearest_of_all,    largest_within_cycles,    too_few_cycles,
        lanes_that_divide, hls_families_are_refused, NULL
    };
    return check_main_with("fold_choice", tests, setup, teardown);
}
