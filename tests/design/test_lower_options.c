/* Options that a layer cannot have, and what becomes of those it can. */
#include "design/design.h"

#include "base/arena.h"
#include "base/diag.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"
#include "tests/design/chain.h"
#include "tests/kernels/kernel_case.h"

enum { LINE_MULTIPLIERS = 3, LINE_COPIES };

static struct arena *arena;
static struct diag *diag;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
}

static void teardown(void)
{
    arena_free(arena);
}

/* A design of one layer behind 4x4x4 values of 8 bits. */
static const struct design *lower(const struct layer *l, struct layer_options o,
                                  struct hardware h)
{
    o.layer = l->name;
    o.multipliers_place = (struct place){ "f", LINE_MULTIPLIERS, 1 };
    o.copies_place = (struct place){ "f", LINE_COPIES, 1 };
    h.layer_count = 1;
    h.layers = &o;
    struct network *n = chain_new(arena, (struct shape){ 4, 4, 4 }, 1, l);
    return design_lower(arena, n, &h, kernels_headrace(), diag);
}

static const struct layer convolution = {
    .name = "it",
    .type = LAYER_CONV2D,
    .units = 6,
    .window = { 1, 1, 1, 1, 0, 0, 0, 0 },
};

/* --- packed multipliers -----------------------------------------------------
 */

static const struct {
    enum layer_type type;
    const char *weight;
    uint32_t pe;
    const char *text;
} unpacked[] = {
    { LAYER_CONV2D, "fixed<10,3>", 2,
      "'it', with pe 2, inputs of ufixed<8,0> and weights of fixed<10,3>, "
      "cannot have packed multipliers: two products do not fit next to each "
      "other into the 27 bits of a multiplier; give narrower weights or inputs "
      "(8 bits each fit)" },
    { LAYER_CONV2D, "fixed<8,3>", 3,
      "'it', with pe 3, inputs of ufixed<8,0> and weights of fixed<8,3>, "
      "cannot have packed multipliers: pe is odd, and two outputs share a "
      "multiplier; give an even pe, or a reuse factor that leads to one" },
    { LAYER_DEPTHWISE_CONV2D, "fixed<8,3>", 2,
      "'it', with pe 2, inputs of ufixed<8,0> and weights of fixed<8,3>, "
      "cannot have packed multipliers: outputs of a depthwise convolution "
      "share no operand; only conv2d and dense can be packed" },
    { LAYER_MAXPOOL2D, "fixed<8,3>", 0,
      "'it' is of type maxpool2d, which has no multipliers to pack" },
};

/* Asked for by name it is an error; for the whole design it is a wish. */
START_TEST(test_unpacked)
{
    for (size_t i = 0; i < sizeof unpacked / sizeof unpacked[0]; i++) {
        struct layer l = convolution;
        l.type = unpacked[i].type;
        l.units = l.type == LAYER_DEPTHWISE_CONV2D ? 4 : 6;
        l.weight = make_format(unpacked[i].weight);
        struct layer_options o = { .pe = unpacked[i].pe,
                                   .simd = unpacked[i].pe != 0,
                                   .multipliers = MULTIPLIERS_PACKED };
        diag = diag_new(arena);
        ck_assert_ptr_null(lower(&l, o, (struct hardware){ 0 }));
        check_one_error(diag, DIAG_FOLDING, unpacked[i].text, NULL);
        ck_assert_uint_eq(diag_at(diag, 0)->place.line, LINE_MULTIPLIERS);

        diag = diag_new(arena);
        o.multipliers = MULTIPLIERS_DEFAULT;
        const struct design *d =
            lower(&l, o,
                  (struct hardware){ .multipliers = MULTIPLIERS_PACKED });
        ck_assert_ptr_nonnull(d);
        ck_assert(!d->processes[0].packed);
    }
}
END_TEST

START_TEST(test_packed)
{
    struct layer_options o = { .pe = 2, .simd = 1 };
    struct hardware h = { 0 };
    ck_assert(!lower(&convolution, o, h)->processes[0].packed);
    h.multipliers = MULTIPLIERS_PACKED;
    ck_assert(lower(&convolution, o, h)->processes[0].packed);
    o.multipliers = MULTIPLIERS_PLAIN;
    ck_assert(!lower(&convolution, o, h)->processes[0].packed);
    o.multipliers = MULTIPLIERS_PACKED;
    h.multipliers = MULTIPLIERS_PLAIN;
    ck_assert(lower(&convolution, o, h)->processes[0].packed);
}
END_TEST

/* --- copies ------------------------------------------------------------------
 */

START_TEST(test_copies)
{
    const struct design *d =
        lower(&convolution, (struct layer_options){ .copies = 3 },
              (struct hardware){ 0 });
    ck_assert_ptr_nonnull(d);
    ck_assert_uint_eq(d->process_count, 5);
    ck_assert_uint_eq(design_process(d, "it.dispatch")->output_count, 3);
    ck_assert_uint_eq(design_process(d, "it.2")->copy, 2);
    ck_assert_ptr_eq(d->output, design_stream(d, "it.collect.out"));

    d = lower(&convolution, (struct layer_options){ 0 },
              (struct hardware){ .copies = 2 });
    ck_assert_ptr_nonnull(d);
    ck_assert_uint_eq(d->process_count, 4);
    ck_assert_uint_eq(design_process(d, "source.dispatch")->output_count, 2);
}
END_TEST

static const struct {
    enum layer_type type;
    uint32_t of_all;
    const char *text;
} uncopied[] = {
    { LAYER_ADD, 0,
      "'it' is of type add: only layers with one input that are hardware can "
      "have copies" },
    { LAYER_FLATTEN, 0,
      "'it' is of type flatten: only layers with one input that are hardware "
      "can have copies" },
    { LAYER_CONV2D, 2,
      "copies of 'it' inside copies of the whole network are not supported; "
      "remove one of the two" },
};

START_TEST(test_uncopied)
{
    for (size_t i = 0; i < sizeof uncopied / sizeof uncopied[0]; i++) {
        /* A network of nothing but a flatten is an error of its own. */
        struct layer layers[2] = { convolution,
                                   { .name = "act", .type = LAYER_RELU } };
        layers[0].type = uncopied[i].type;
        const struct layer_options o = {
            .layer = "it",
            .copies = 2,
            .copies_place = { "f", LINE_COPIES, 1 },
        };
        const struct hardware h = { .copies = uncopied[i].of_all,
                                    .layer_count = 1,
                                    .layers = &o };
        struct network *n =
            chain_new(arena, (struct shape){ 4, 4, 4 }, 2, layers);
        diag = diag_new(arena);
        ck_assert_ptr_null(
            design_lower(arena, n, &h, kernels_headrace(), diag));
        check_one_error(diag, DIAG_UNSUPPORTED, uncopied[i].text, NULL);
        ck_assert_uint_eq(diag_at(diag, 0)->place.line, LINE_COPIES);
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_unpacked, test_packed, test_copies, test_uncopied, NULL,
    };
    return check_main_with("lower_options", tests, setup, teardown);
}
