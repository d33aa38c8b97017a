/* model_weights -- weights and biases of layers whose shapes are known: what
 * the files share that get them.
 *
 * model_weights.c reads arrays, model_seeded.c makes values up, model_norm.c
 * computes those of a batch normalisation from its statistics. */
#ifndef HEADRACE_IMPORT_MODEL_WEIGHTS_H
#define HEADRACE_IMPORT_MODEL_WEIGHTS_H

#include <stdint.h>

#include "import/model_parts.h"

/* The shape of a layer's weights, as in the file. */
struct weight_shape {
    uint32_t dims;
    uint64_t size[4];
};

/* The value of a key of "weights". */
struct json model_weights_value(const struct layer_draft *l, const char *key);

/* The array in a file.  NULL: said why. */
struct npy *model_weights_open(struct model_reader *r,
                               const struct value_source *source);

/* The array in the file that a key of "weights" names, if it has the shape;
 * *source is set to what messages about its values need.  NULL: said why. */
struct npy *model_weights_load(struct model_reader *r,
                               const struct layer_draft *l, const char *key,
                               const char *file,
                               const struct weight_shape *shape,
                               struct value_source *source);

/* Converts the values of an array to raw ones; *floats is NULL if they are
 * raw already.  What does not fit is reported, and *raw left alone. */
void model_weights_convert(struct model_reader *r, const struct npy *n,
                           struct format f, const struct value_source *source,
                           const int32_t **raw, const double **floats);

/* `count` weights and the biases by the rule in docs/model-config.md. */
void model_draw_weights(struct model_reader *r, struct layer_draft *l,
                        uint64_t count);

/* Entries of a table, in the output's format, by the same rule. */
const int32_t *model_draw_table(struct model_reader *r,
                                const struct layer_draft *l, uint64_t count);

/* Scale and offset from gamma, beta, mean and variance. */
void model_load_normal(struct model_reader *r, struct layer_draft *l);

#endif
