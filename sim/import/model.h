/* model -- a model config: network, hardware options and data.
 *
 * A model is a folder with model.json and its weights and data beside it, or
 * a single .json file.  Format: docs/model-config.md and
 * models/schema/model.schema.json. */
#ifndef HEADRACE_IMPORT_MODEL_H
#define HEADRACE_IMPORT_MODEL_H

#include "design/hardware.h"
#include "import/data/data.h"
#include "network/chosen_format.h"
#include "network/network.h"

struct arena;
struct design;
struct diag;
struct kernel_table;
struct model_process;

struct dataset {
    uint32_t count;        /* frames; 0: the model names no data */
    const int32_t *inputs; /* raw values in the input's format, frame by
                              frame in (row, column, channel) order */
    const double *floats;  /* the same before conversion; NULL if the file
                              held raw integers */
    const int32_t *labels; /* NULL: none */
};

struct model {
    const char *path;   /* of the json file */
    const char *folder; /* it lies in */
    struct network network;
    struct hardware hardware;
    /* What the numbers of the network's input and output stand for: floats of
     * the data are divided by the input's scale, then zero is added; output
     * times scale is the value that was meant.  Scale 0: 1. */
    double input_scale, input_zero, output_scale;
    /* Instead of a network, of which there is only the name then: processes
     * that files describe (schedule_model.h).  NULL: there is a network. */
    const struct model_process *processes;
    uint32_t process_count;
    struct place data_place;
    const char *data_inputs, *data_labels; /* names; NULL: none */
    const char *data_folder;               /* that they are relative to */
    struct data_options data_options;
    struct chosen_formats formats;
};

/* NULL: said why in d.  Reads the weights, not the data. */
struct model *model_load(struct arena *a, const char *path,
                         const struct kernel_table *kernels, struct diag *d);

/* The same with a say in how another tool's file is read (foreign.h);
 * model_load takes those, too, with defaults. */
struct foreign_options;
struct model *model_load_with(struct arena *a, const char *path,
                              const struct foreign_options *o,
                              const struct kernel_table *kernels,
                              struct diag *d);

/* The model that a sketch of another tool's file describes; `path` is that
 * file.  NULL: said why in d. */
struct sketch;
struct model *model_of_sketch(struct arena *a, const char *path,
                              const struct sketch *s,
                              const struct kernel_table *kernels,
                              struct diag *d);

/* Whether what sketch_save writes could be read: arrays are looked at one by
 * one, and none is kept; synthesis reports are not read.  False: said why in d.
 */
bool model_check_sketch(const char *path, const struct sketch *s,
                        const struct kernel_table *kernels, struct diag *d);

/* The design of a model: its network lowered, or its processes joined.  NULL:
 * said why in d. */
struct design *model_design(struct arena *a, const struct model *m,
                            const struct kernel_table *kernels, struct diag *d);

/* Whether there are numbers to compute with; false: said in d that there are
 * none. */
bool model_has_network(const struct model *m, struct diag *d);

/* Reads inputs (and labels) of at most max_frames frames (0: all). */
bool model_load_data(struct arena *a, const struct model *m,
                     uint32_t max_frames, struct dataset *out, struct diag *d);

/* Seeded input frames for models without data: uniform over the format. */
void model_random_data(struct arena *a, const struct network *n,
                       uint32_t frames, uint64_t seed, struct dataset *out);

#endif
