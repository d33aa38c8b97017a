/* Files that Keras 2, Keras 3 and QKeras wrote (tests/import/keras/samples),
 * one of each container: the graph computes what the framework did, and
 * networks of quantisers do so to the bit.
 *
 *     test_keras_samples [FOLDER NAME ENDING [lowers|exact]]
 */
#include <stdint.h>
#include <string.h>

#include "tests/check_main.h"
#include "tests/import/keras/keras_case.h"

#define SAMPLES HEADRACE_SOURCE_DIR "/tests/import/keras/samples"

static const struct keras_case cases[] = {
    { SAMPLES, "v2_image", ".keras", true, false },
    { SAMPLES, "v2_sequence", ".h5", true, false },
    { SAMPLES, "v2_vector", ".json", true, false },
    { SAMPLES, "v3_image", ".keras", true, false },
    { SAMPLES, "v3_sequence", ".h5", true, false },
    { SAMPLES, "v3_vector", ".json", true, false },
    { SAMPLES, "qkeras_windows", ".keras", true, true },
    { SAMPLES, "qkeras_words", ".h5", true, true },
    { SAMPLES, "qkeras_scales", ".keras", true, false },
};
enum { CASE_COUNT = sizeof cases / sizeof *cases };

static struct keras_case given;

START_TEST(samples_compute_what_the_framework_did)
{
    for (uint32_t i = 0; i < CASE_COUNT; i++)
        keras_case_check(&cases[i]);
}
END_TEST

START_TEST(the_given_file_does_so)
{
    keras_case_check(&given);
}
END_TEST

int main(int argc, char **argv)
{
    const TTest *const all[] = { samples_compute_what_the_framework_did, NULL };
    const TTest *const one[] = { the_given_file_does_so, NULL };
    if (argc < 4)
        return check_main("keras_samples", all);
    bool exact = argc > 4 && strcmp(argv[4], "exact") == 0;
    given = (struct keras_case){ argv[1], argv[2], argv[3], argc > 4, exact };
    return check_main("keras_samples", one);
}
