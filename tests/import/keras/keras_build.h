/* keras_build -- Keras files made up for tests. */
#ifndef HEADRACE_TESTS_IMPORT_KERAS_KERAS_BUILD_H
#define HEADRACE_TESTS_IMPORT_KERAS_KERAS_BUILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* The config of a sequence: an input of the shape ("[null, 4]") and layers,
 * each as "Class:{...}", NULL at the end. */
const char *keras_build_sequence(struct arena *a, const char *shape,
                                 const char *const *layers);

struct keras_entry {
    const char *name;
    const void *bytes;
    size_t length;
    bool is_encrypted;
};
/* A zip of the entries; *length is set. */
const uint8_t *keras_build_zip(struct arena *a, const struct keras_entry *e,
                               uint32_t count, size_t *length);

#endif
