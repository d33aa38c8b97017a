/* model_type -- the layer types that a model config may name, and what reads
 * the keys that only some of them have.
 *
 * Several of these types can be one type of the network: a conv1d is a
 * conv2d of height 1, a relu6 a relu with a limit. */
#ifndef HEADRACE_IMPORT_MODEL_TYPE_H
#define HEADRACE_IMPORT_MODEL_TYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "import/model_parts.h"

struct model_type {
    const char *name; /* as written */
    enum layer_type type;
    bool is_1d;                      /* its tensors have height 1 */
    bool has_causal;                 /* "causal" is a padding it knows */
    bool is_separable;               /* two layers: a depthwise one and this */
    uint32_t inputs_min, inputs_max; /* 1: key "input", else "inputs" */
    const char *const *keys;         /* that it may have; NULL-ended */
    /* Sets sizes_known, numbers_known and weights_known to false where
     * something is wrong; NULL: nothing to read. */
    void (*read)(struct model_reader *r, struct layer_draft *out);
};

/* NULL-ended by the name. */
extern const struct model_type model_types[];
uint32_t model_type_count(void);

/* model_window.c: sizes, strides, pads. */
void model_read_convolution(struct model_reader *r, struct layer_draft *out);
void model_read_pool(struct model_reader *r, struct layer_draft *out);
void model_read_pads(struct model_reader *r, struct layer_draft *out);
void model_read_crop(struct model_reader *r, struct layer_draft *out);
void model_read_upsample(struct model_reader *r, struct layer_draft *out);
void model_read_reshape(struct model_reader *r, struct layer_draft *out);
void model_read_transpose(struct model_reader *r, struct layer_draft *out);

/* model_numbers.c: formats, activations, weights. */
/* What convolutions and dense have in common.  units_key: NULL if the units
 * are the channels. */
void model_read_products(struct model_reader *r, const char *units_key,
                         struct layer_draft *out);
void model_read_dense(struct model_reader *r, struct layer_draft *out);
void model_read_elementwise(struct model_reader *r, struct layer_draft *out);
void model_read_batchnorm(struct model_reader *r, struct layer_draft *out);
void model_read_relu(struct model_reader *r, struct layer_draft *out);
void model_read_relu6(struct model_reader *r, struct layer_draft *out);
void model_read_leaky_relu(struct model_reader *r, struct layer_draft *out);
void model_read_prelu(struct model_reader *r, struct layer_draft *out);
/* An output_format that may be left out, and one that may not. */
void model_read_converted(struct model_reader *r, struct layer_draft *out);
void model_read_linear(struct model_reader *r, struct layer_draft *out);
void model_read_table(struct model_reader *r, struct layer_draft *out);
void model_read_hard(struct model_reader *r, struct layer_draft *out);
/* A mean, and that of windows. */
void model_read_mean(struct model_reader *r, struct layer_draft *out);
void model_read_average(struct model_reader *r, struct layer_draft *out);

/* model_tables.c: tables that the model gives. */
void model_read_given_table(struct model_reader *r, struct layer_draft *out);
void model_read_lookup(struct model_reader *r, struct layer_draft *out);
void model_read_softmax(struct model_reader *r, struct layer_draft *out);
/* Formats of a layer that may, or may not, be missing; false: said why. */
bool model_read_format_key(struct model_reader *r, const struct layer_draft *l,
                           const char *key, enum format_use use,
                           struct format *out);
bool model_need_format_key(struct model_reader *r, const struct layer_draft *l,
                           const char *key, enum format_use use,
                           struct format *out);

#endif
