/* keras -- reads the files of Keras and QKeras into a graph.
 *
 *   .keras       a zip with config.json and model.weights.h5 (Keras 3, and
 *                Keras 2 from 2.12 on)
 *   .h5, .hdf5   a whole model: attribute model_config, group model_weights
 *   .json        an architecture (model.to_json()); its weights lie beside it
 *                as STEM.weights.h5, STEM_weights.h5 or STEM.h5
 *
 * Sequential and functional models of one input and one output, without
 * models as layers and layers that are used twice.  Source of the meaning:
 * the documentation of Keras 2.15 and 3, and of QKeras 0.9.
 * docs/keras-layers.md lists the layers and is written from the tables in
 * keras_layers.c and keras_quantizers.c.
 *
 * Channels are last unless a layer says otherwise, so the order of values is
 * that of the stream.  Quantisers of QKeras become quant nodes, those of
 * weights on the constants (keras_scales.c says how scales are found).
 *
 * Nothing in a file is believed.  HDF5's library runs in a process of its own
 * (keras_h5.h).  A zip has at most KERAS_ENTRIES_MAX entries, whose names stay
 * below its folder, and they and the tensors of an HDF5 file have at most
 * KERAS_EACH bytes for each byte of the file (and KERAS_FREE), and KERAS_MOST
 * in all; a config has at most KERAS_CONFIG_MAX bytes.  What is not finite is
 * no weight.  All layers that are not known are named in one message. */
#ifndef HEADRACE_IMPORT_KERAS_KERAS_H
#define HEADRACE_IMPORT_KERAS_KERAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "import/graph/graph.h"

struct arena;
struct diag;

/* Deflate packs at most 1032 to 1; configs come near 10, weights near 1. */
enum { KERAS_EACH = 64, KERAS_FREE = 1 << 20, KERAS_ENTRIES_MAX = 1000 };
#define KERAS_MOST       (UINT64_C(1) << 31)
#define KERAS_CONFIG_MAX ((size_t)16 << 20)
#define KERAS_LAYERS_MAX 10000

/* Bytes that may come out of a file of that many, as said above. */
uint64_t keras_room(size_t length);

struct keras_options {
    /* rank 0: the input's shape is that of the file, with a batch of 1. */
    struct graph_dims input_dims;
    /* The architecture alone: every weight is 0. */
    bool without_weights;
};

/* Whether a path names such a file: by its ending, or for .json by a key
 * "class_name" near its start, which no model config has. */
bool keras_is(const char *path);

/* NULL: said why in d.  The graph and its data are the arena's. */
struct graph *keras_load(struct arena *a, const char *path,
                         const struct keras_options *o, struct diag *d);

/* The same from memory, whichever of the three it is; weights beside a .json
 * are not looked for, they are none. */
struct graph *keras_parse(struct arena *a, const char *path,
                          const uint8_t *bytes, size_t length,
                          const struct keras_options *o, struct diag *d);

/* One layer or quantiser that is read; `limits` says what of it is not. */
struct keras_row {
    const char *name;
    const char *limits;
};
/* In order of their names; *count is set. */
const struct keras_row *keras_layer_rows(struct arena *a, uint32_t *count);
const struct keras_row *keras_quantizer_rows(struct arena *a, uint32_t *count);

#endif
