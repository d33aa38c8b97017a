/* Containers that are damaged or not honest: zips and HDF5 files. */
#include "import/keras/keras.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <hdf5.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "tests/check_main.h"
#include "tests/fuzz/damage.h"
#include "tests/fuzz/keras_fuzz.h"
#include "tests/import/keras/keras_build.h"
#include "tests/import/keras/keras_fixture.h"

#define SAMPLES HEADRACE_SOURCE_DIR "/tests/import/keras/samples"

static const char *relu(void)
{
    const char *layers[] = { "ReLU:{}", NULL };
    return keras_build_sequence(arena, "[null, 4]", layers);
}

static void refuse_zip(const struct keras_entry *e, uint32_t count,
                       const char *text)
{
    size_t length;
    const uint8_t *bytes = keras_build_zip(arena, e, count, &length);
    ck_assert_ptr_null(parse("net.keras", bytes, length, false));
    expect(DIAG_KERAS, text);
}

START_TEST(a_zip_leaves_nothing_outside)
{
    static const char *const names[] = { "../evil", "/etc/evil", "a/../../evil",
                                         "a\\evil" };
    const char *config = relu();
    struct keras_entry e[] = {
        { "config.json", config, strlen(config), false },
        { names[_i], "x", 1, false },
    };
    refuse_zip(e, 2, arena_printf(arena, "entry '%s'", names[_i]));
}
END_TEST

START_TEST(a_zip_may_not_be_encrypted)
{
    const char *config = relu();
    struct keras_entry e = { "config.json", config, strlen(config), true };
    refuse_zip(&e, 1, "is encrypted");
}
END_TEST

START_TEST(a_zip_bomb_is_refused_before_it_is_unpacked)
{
    /* Zeros pack 1000 to 1. */
    size_t length = (size_t)64 << 20;
    char *zeros = arena_new_array(arena, char, length);
    const char *config = relu();
    struct keras_entry e[] = {
        { "config.json", config, strlen(config), false },
        { "model.weights.h5", zeros, length, false },
    };
    size_t before = arena_used(arena);
    refuse_zip(e, 2, "is larger than the file's size justifies");
    ck_assert_uint_le(arena_used(arena) - before, 1 << 20);
}
END_TEST

START_TEST(a_zip_has_few_entries)
{
    enum { COUNT = KERAS_ENTRIES_MAX + 1 };
    struct keras_entry *e = arena_new_array(arena, struct keras_entry, COUNT);
    for (uint32_t i = 0; i < COUNT; i++)
        e[i] = (struct keras_entry){ arena_printf(arena, "e%u", (unsigned)i),
                                     "x", 1, false };
    refuse_zip(e, COUNT, "more than 1000 entries");
}
END_TEST

START_TEST(a_zip_needs_a_config)
{
    struct keras_entry e = { "metadata.json", "{}", 2, false };
    refuse_zip(&e, 1, "it holds no 'config.json'");
}
END_TEST

START_TEST(what_is_no_zip_or_hdf5_is_said_to_be_none)
{
    ck_assert_ptr_null(parse("net.keras", "PKxxxxxxxxxx", 12, false));
    expect(DIAG_KERAS, "not a zip archive, or damaged");
    diag = diag_new(arena);
    ck_assert_ptr_null(parse("net.h5", "something", 9, false));
    expect(DIAG_KERAS, "it is no HDF5 file");
    diag = diag_new(arena);
    ck_assert_ptr_null(parse("net.h5", "\211HDF\r\n\032\nxxxx", 12, false));
    expect(DIAG_KERAS, "it is no HDF5 file, or damaged");
}
END_TEST

/* A whole model of one dense layer, whose kernel is made by the test. */
static const char *new_hdf5(hid_t *file, hid_t *group)
{
    char *path = arena_printf(arena, "%s", "/tmp/headrace-keras-XXXXXX");
    int f = mkstemp(path);
    ck_assert_int_ge(f, 0);
    close(f);
    const char *layers[] = { "Dense:{\"units\": 2, \"use_bias\": false}",
                             NULL };
    const char *config = keras_build_sequence(arena, "[null, 2]", layers);
    *file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, strlen(config));
    hid_t a = H5Acreate2(*file, "model_config", type, space, H5P_DEFAULT,
                         H5P_DEFAULT);
    H5Awrite(a, type, config);
    H5Aclose(a);
    hid_t weights = H5Gcreate2(*file, "model_weights", H5P_DEFAULT, H5P_DEFAULT,
                               H5P_DEFAULT);
    *group = H5Gcreate2(weights, "l0", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(weights);
    return path;
}

static void read_hdf5(const char *path, hid_t file, hid_t group)
{
    H5Gclose(group);
    H5Fclose(file);
    size_t length;
    const char *bytes = file_read(arena, path, 1 << 20, &length, diag);
    unlink(path);
    ck_assert_ptr_nonnull(bytes);
    parse("net.h5", bytes, length, false);
}

static void add_kernel(hid_t group, const float *numbers, const hsize_t *sizes,
                       hid_t made)
{
    hid_t space = H5Screate_simple(2, sizes, NULL);
    hid_t set = H5Dcreate2(group, "kernel:0", H5T_NATIVE_FLOAT, space,
                           H5P_DEFAULT, made, H5P_DEFAULT);
    ck_assert_int_ge(set, 0);
    if (numbers != NULL)
        H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers);
    H5Dclose(set);
}

START_TEST(weights_are_finite_and_of_the_right_shape)
{
    hid_t file, group;
    const char *path = new_hdf5(&file, &group);
    add_kernel(group, (float[]){ 1, NAN, 2, 3 }, (hsize_t[]){ 2, 2 },
               H5P_DEFAULT);
    read_hdf5(path, file, group);
    expect(DIAG_WEIGHTS, "layer 'l0' (Dense): its weights 'kernel' hold nan "
                         "(element 1)");
    diag = diag_new(arena);
    path = new_hdf5(&file, &group);
    add_kernel(group, (float[]){ 1, 2 }, (hsize_t[]){ 2, 1 }, H5P_DEFAULT);
    read_hdf5(path, file, group);
    expect(DIAG_WEIGHTS, "its weights 'kernel' are 2x1; its config wants 2x2");
    diag = diag_new(arena);
    path = new_hdf5(&file, &group);
    read_hdf5(path, file, group);
    expect(DIAG_WEIGHTS, "its weights 'kernel' are not in the file");
}
END_TEST

/* A tensor that is claimed, but not stored, and one that lies elsewhere. */
START_TEST(tensors_are_as_large_as_the_file_justifies)
{
    hid_t file, group, made = H5Pcreate(H5P_DATASET_CREATE);
    const char *path = new_hdf5(&file, &group);
    H5Pset_chunk(made, 2, (hsize_t[]){ 1000, 1000 });
    add_kernel(group, NULL, (hsize_t[]){ 20000, 20000 }, made);
    read_hdf5(path, file, group);
    expect(DIAG_KERAS, "it holds more than the file's size justifies");
    H5Pclose(made);
    diag = diag_new(arena);
    made = H5Pcreate(H5P_DATASET_CREATE);
    path = new_hdf5(&file, &group);
    H5Pset_external(made, "/etc/hostname", 0, 16);
    add_kernel(group, NULL, (hsize_t[]){ 2, 2 }, made);
    read_hdf5(path, file, group);
    expect(DIAG_KERAS, "its data are in another file");
    H5Pclose(made);
}
END_TEST

/* Samples with damage, bit by bit and cut: read or said why not, and no more
 * memory than the header says. */
START_TEST(damaged_files_are_read_or_refused)
{
    static const char *const names[] = { "v3_image.keras", "v3_vector.json",
                                         "qkeras_windows.keras",
                                         "v2_sequence.h5" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = arena_printf(arena, "%s/%s", SAMPLES, names[i]);
        size_t length;
        const char *bytes = file_read(arena, path, 1 << 20, &length, diag);
        ck_assert_ptr_nonnull(bytes);
        bool is_hdf5 = strstr(names[i], ".h5") != NULL;
        /* A process for each, in which the library may hang for two seconds. */
        uint32_t rounds = is_hdf5 ? 20 : 400;
        for (uint32_t k = 0; k < rounds; k++) {
            struct rng rng = { 1000 * i + k + 1 };
            size_t room = length + (size_t)4 * DAMAGE_MORE;
            uint8_t *copy = arena_new_array(arena, uint8_t, room);
            memcpy(copy, bytes, length);
            size_t now =
                damage_some(&rng, copy, length, room, "\"{}[],:0-9", 4);
            ck_assert_int_ne(keras_fuzz(path, copy, now, !is_hdf5),
                             READ_FUZZ_WRONG);
        }
    }
}
END_TEST

int main(void)
{
    /* Damaged files, of which each may keep HDF5's library busy for
     * KERAS_H5_SECONDS, under a sanitizer on a loaded machine. */
    enum { SECONDS = 30 };
    Suite *s = suite_create("keras_files");
    TCase *c = tcase_create("keras_files");
    tcase_set_timeout(c, SECONDS);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_loop_test(c, a_zip_leaves_nothing_outside, 0, 4);
    tcase_add_test(c, a_zip_may_not_be_encrypted);
    tcase_add_test(c, a_zip_bomb_is_refused_before_it_is_unpacked);
    tcase_add_test(c, a_zip_has_few_entries);
    tcase_add_test(c, a_zip_needs_a_config);
    tcase_add_test(c, what_is_no_zip_or_hdf5_is_said_to_be_none);
    tcase_add_test(c, weights_are_finite_and_of_the_right_shape);
    tcase_add_test(c, tensors_are_as_large_as_the_file_justifies);
    tcase_add_test(c, damaged_files_are_read_or_refused);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
