/* Arrays of weights, as values and as files, against the formula in sketch.h
 * element by element.
 *
 *     test_sketch_array [SEED]
 */
#include "import/graph/sketch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/npy.h"
#include "base/rng.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/hwgen/temp_folder.h"

static uint64_t seed = 20261122;

/* A constant of so many floats. */
static struct graph_value *constant(struct arena *a, struct rng *rng,
                                    uint64_t count)
{
    struct graph_value *v = arena_new_item(a, struct graph_value);
    float *data = arena_new_array(a, float, count);
    for (uint64_t i = 0; i < count; i++)
        data[i] = (float)rng_below(rng, 2001) - 1000;
    *v = (struct graph_value){ .dims = { 1, { count } }, .data = data };
    return v;
}

/* Numbers below count in any order. */
static uint64_t *order(struct arena *a, struct rng *rng, uint64_t count)
{
    uint64_t *out = arena_new_array(a, uint64_t, count);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t k = rng_below(rng, (uint32_t)(i + 1));
        out[i] = out[k];
        out[k] = i;
    }
    return out;
}

static double element(const struct sketch_array *a, const uint64_t at[4])
{
    uint64_t from = 0;
    for (uint32_t i = 0; i < 2; i++)
        if (a->gaps[i] != 0 && at[i] % a->gaps[i] != 0)
            return 0;
    for (uint32_t i = 0; i < a->rank; i++) {
        uint64_t k = i == 0 && a->rows != NULL       ? a->rows[at[i]]
                     : i == 2 && a->channels != NULL ? a->channels[at[i]]
                                                     : at[i];
        if (i == 2 && a->group_channels != 0) {
            if (k / a->group_channels != at[3] / a->group_units)
                return 0;
            k %= a->group_channels;
        }
        if (i < 2 && a->gaps[i] != 0)
            k /= a->gaps[i];
        from += k * a->strides[i];
    }
    return a->factor * graph_element(a->from, from);
}

static double number(const struct npy *n, uint64_t i)
{
    return n->is_float ? n->floats[i] : (double)n->integers[i];
}

static void check_array(struct arena *a, const struct sketch_array *array)
{
    struct diag *d = diag_new(a);
    const char *folder = temp_folder_new(a);
    const char *path = file_join(a, folder, "array.npy");
    const struct npy *n = sketch_values(array, a);
    ck_assert(sketch_save_array(array, path, NULL, d));
    const struct npy *file = npy_load(a, path, DIAG_DATA, d);
    ck_assert_ptr_nonnull(file);
    temp_folder_remove(folder);
    ck_assert_uint_eq(n->dims, array->rank);
    ck_assert_uint_eq(file->dims, array->rank);
    ck_assert_uint_eq(n->count, file->count);
    double step = array->step == 0 ? 1 : array->step;
    uint64_t at[4] = { 0 };
    for (uint64_t i = 0; i < n->count; i++) {
        double want = element(array, at) / step;
        /* An assertion that holds costs more than all of this. */
        if (number(n, i) != want || number(file, i) != want)
            ck_abort_msg("value %" PRIu64 " is %g, in the file %g, not %g", i,
                         number(n, i), number(file, i), want);
        for (uint32_t k = array->rank; k-- > 0;) {
            if (++at[k] < array->size[k])
                break;
            at[k] = 0;
        }
    }
    for (uint32_t i = 0; i < array->rank; i++) {
        ck_assert_uint_eq(n->shape[i], array->size[i]);
        ck_assert_uint_eq(file->shape[i], array->size[i]);
    }
}

START_TEST(kernels_of_a_convolution)
{
    struct rng rng = { seed };
    for (uint32_t i = 0; i < 60; i++) {
        struct arena *a = arena_new();
        uint64_t kh = 1 + rng_below(&rng, 3), kw = 1 + rng_below(&rng, 3);
        uint64_t groups = 1 + rng_below(&rng, 3);
        uint64_t each = 1 + rng_below(&rng, 12), own = 1 + rng_below(&rng, 30);
        uint64_t c = groups * each, units = groups * own;
        uint64_t gap_h = 1 + rng_below(&rng, 3), gap_w = 1 + rng_below(&rng, 3);
        struct sketch_array array = {
            .from = constant(a, &rng, kh * kw * each * units),
            .rank = 4,
            .size = { (kh - 1) * gap_h + 1, (kw - 1) * gap_w + 1, c, units },
            .gaps = { gap_h, gap_w == 1 ? 0 : gap_w },
            .strides = { kw, 1, kh * kw, each * kh * kw },
            .channels = rng_below(&rng, 2) == 0 ? order(a, &rng, c) : NULL,
            .factor = rng_below(&rng, 2) == 0 ? 1 : 0.5,
            .step = rng_below(&rng, 2) == 0 ? 0 : 0.5,
            .group_channels = groups > 1 ? each : 0,
            .group_units = groups > 1 ? own : 0,
        };
        check_array(a, &array);
        arena_free(a);
    }
}
END_TEST

START_TEST(kernels_of_each_channel)
{
    struct rng rng = { seed };
    for (uint64_t c = 1; c < 40; c += 3) {
        struct arena *a = arena_new();
        struct sketch_array array = {
            .from = constant(a, &rng, c * 6),
            .rank = 3,
            .size = { 2, 3, c },
            .strides = { 3, 1, 6 },
            .channels = order(a, &rng, c),
            .factor = 1,
        };
        check_array(a, &array);
        arena_free(a);
    }
}
END_TEST

START_TEST(matrices_and_biases)
{
    struct rng rng = { seed };
    for (uint64_t units = 1; units < 40; units += 3) {
        struct arena *a = arena_new();
        struct sketch_array array = {
            .from = constant(a, &rng, units * 25),
            .rank = 2,
            .size = { 25, units },
            .strides = { 1, 25 },
            .rows = order(a, &rng, 25),
            .factor = 2,
        };
        check_array(a, &array);
        struct sketch_array bias = {
            .from = constant(a, &rng, units),
            .rank = 1,
            .size = { units },
            .strides = { 1 },
            .rows = order(a, &rng, units),
            .factor = 1,
        };
        check_array(a, &bias);
        bias.strides[0] = 0; /* one for all */
        check_array(a, &bias);
        arena_free(a);
    }
}
END_TEST

/* More rows than a part of 16 MB has: 32 bytes each. */
START_TEST(files_of_several_parts)
{
    struct rng rng = { seed };
    struct arena *a = arena_new();
    uint64_t rows = 1100000;
    struct sketch_array array = {
        .from = constant(a, &rng, rows * 2),
        .rank = 2,
        .size = { rows, 2 },
        .strides = { 1, rows },
        .factor = 1,
    };
    check_array(a, &array);
    arena_free(a);
}
END_TEST

/* The first in the order of the array, not of the file. */
START_TEST(what_is_no_number_is_found)
{
    struct rng rng = { seed };
    struct arena *a = arena_new();
    struct sketch_array array = {
        .from = constant(a, &rng, 20),
        .rank = 2,
        .size = { 4, 5 },
        .strides = { 1, 4 },
        .factor = -1,
        .step = 0.5,
    };
    double bad = 0;
    ck_assert(sketch_is_finite(&array, &bad));
    float *data = (float *)array.from->data;
    data[3] = NAN;      /* row 3, column 0 */
    data[6] = INFINITY; /* row 2, column 1 */
    ck_assert(!sketch_is_finite(&array, &bad));
    ck_assert(isinf(bad) && bad < 0);
    arena_free(a);
}
END_TEST

static bool at_once(void)
{
    return true;
}

/* Neither a file nor a folder is left, also of a disk that is no folder. */
START_TEST(what_was_stopped_leaves_nothing)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    const char *folder = temp_folder_new(a);
    const double numbers[] = { 1, 2, 3 };
    struct graph *g = graph_new(a, "net", "net", d);
    struct graph_value *v =
        graph_add_numbers(g, "v", GRAPH_FLOAT64, 3, numbers);
    struct sketch_tensor x = { .name = "x", .shape = { 1, 1, 3 } };
    struct sketch_tensor y = { .name = "y", .shape = { 1, 1, 3 } };
    struct sketch_layer layer = {
        .type = "batchnorm",
        .output = &y,
        .input_count = 1,
        .inputs = { &x },
        .arrays = { { .key = "scale",
                      .file = "y_scale.npy",
                      .from = v,
                      .rank = 1,
                      .size = { 3 },
                      .strides = { 1 },
                      .factor = 1 } },
    };
    struct sketch_layer *layers[] = { &layer };
    struct sketch s = { .arena = a,
                        .name = "net",
                        .input = &x,
                        .output = &y,
                        .count = 1,
                        .layers = layers };
    const char *out = file_join(a, folder, "a/b/model.json");
    ck_assert(!sketch_save(&s, out, at_once, d));
    ck_assert_uint_eq(diag_count(d), 1);
    ck_assert(!file_is_folder(file_join(a, folder, "a")));
    ck_assert(file_write(file_join(a, folder, "file"), "x", 1, d));
    ck_assert(
        !sketch_save(&s, file_join(a, folder, "file/model.json"), NULL, d));
    ck_assert_uint_eq(diag_count(d), 2);
    temp_folder_remove(folder);
    arena_free(a);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const tests[] = { kernels_of_a_convolution,
                                   kernels_of_each_channel,
                                   matrices_and_biases,
                                   files_of_several_parts,
                                   what_is_no_number_is_found,
                                   what_was_stopped_leaves_nothing,
                                   NULL };
    if (argc > 1)
        seed = strtoull(argv[1], NULL, 10);
    printf("seed %" PRIu64 "\n", seed);
    return check_main("sketch_array", tests);
}
