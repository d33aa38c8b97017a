/* Every model of the project: what the tuner says of unlimited FIFOs is what
 * `simulate` says of the design with FIFOs as deep as can be. */
#include "tune/reference.h"

#include "base/arena.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/analysis.h"
#include "engine/timing.h"
#include "tests/check_main.h"
#include "tests/tune/block_case.h"
#include "tune/tune.h"

#include <inttypes.h>
#include <stdio.h>

static const char *const names[] = {
    "autoencoder",
    "clothing",
    "digits",
    "dscnn",
    "emnist_gamma",
    "finn/pipe_P1",
    "finn/pipe_P4",
    "hls4ml/alezsmall",
    "hls4ml/conv8f",
    "hls4ml/dsconv",
    "hls4ml/hgdream",
    "hls4ml/lenet5",
    "hls4ml/pq_m3relu",
    "hls4ml/pq_m4",
    "hls4ml/pq_mnist_rf1",
    "hls4ml/t753",
    "lenet5",
    "resnet8",
    "svhn",
    "../tests/import/hls4ml/digits",
    "../tests/import/hls4ml/normed",
    "../tests/import/hls4ml/residual",
};
enum { NAMES = sizeof names / sizeof *names };

static struct design *deepened(struct arena *a, const struct design *d)
{
    struct design *deep = design_copy(a, d);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &deep->streams[i];
        if (tune_looks_for(s))
            fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind, FIFO_DEPTH_MAX);
    }
    return deep;
}

START_TEST(goals_are_those_of_simulate)
{
    struct arena *a = arena_new();
    struct design *d = model_case_design(a, names[_i]);
    const struct scenario own = { "own", d->source, d->sink };
    const struct reference r = reference_find(a, d, trials_timing(a, d, &own));
    const struct analysis *x = analyse_design(a, deepened(a, d), r.frames);
    ck_assert_int_eq(r.figures.verdict, VERDICT_MET);
    ck_assert_msg(r.figures.isolated == x->isolated_latency,
                  "%s: isolated %" PRIu64 ", simulate says %" PRIu64, names[_i],
                  r.figures.isolated, x->isolated_latency);
    ck_assert_msg(r.figures.period_cycles * x->run->period ==
                      x->run->period_cycles * r.figures.period,
                  "%s: %" PRIu64 " cycles in %u frames, simulate says %" PRIu64
                  " in %u",
                  names[_i], r.figures.period_cycles, r.figures.period,
                  x->run->period_cycles, x->run->period);
    arena_free(a);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("tune_goals");
    TCase *c = tcase_create("tune_goals");
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, goals_are_those_of_simulate, 0, NAMES);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    const int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
