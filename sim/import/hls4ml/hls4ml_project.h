/* hls4ml_project -- reads the folder of an hls4ml project into a sketch.
 *
 * What counts is what hls4ml resolved: the configuration records of
 * firmware/parameters.h, the types of firmware/defines.h, the calls of the
 * top-level function with their streams and depths, the weights
 * (firmware/weights, .txt or .h).  Tool, part and clock are from project.tcl,
 * build_prj.tcl or hls4ml_config.yml; synthesis reports of the project are
 * used if there are any.  Source of the formats: the templates of hls4ml 0.5
 * to 1.3.  docs/hls4ml-projects.md says what is read and what is not.
 *
 * Nothing is run, and nothing is believed: sources have at most
 * HLS4ML_SOURCE_MAX bytes, weights at most as many as their layer has; reading
 * takes at most HLS4ML_MEMORY_EACH bytes for each byte of the project's files,
 * HLS4ML_MEMORY besides, and HLS4ML_TABLES for each call of an activation. */
#ifndef HEADRACE_IMPORT_HLS4ML_HLS4ML_PROJECT_H
#define HEADRACE_IMPORT_HLS4ML_HLS4ML_PROJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct diag;
struct sketch;

enum {
    HLS4ML_SOURCE_MAX = 1 << 22,
    HLS4ML_WEIGHTS_FILE_MAX = 1 << 30,
    HLS4ML_MEMORY_EACH = 96,
    HLS4ML_MEMORY = 1 << 22,
    HLS4ML_TABLES = 1 << 20
};

/* Whether a path is a folder with firmware/parameters.h and
 * firmware/defines.h, or a hls4ml_config.yml, and without a model.json; or that
 * of a hls4ml_config.yml, which stands for its folder. */
bool hls4ml_is_project(const char *path);

/* NULL: said why in d. */
struct sketch *hls4ml_load(struct arena *a, const char *path, struct diag *d);

/* A file of a project by its path inside, "firmware/defines.h". */
struct hls4ml_file {
    const char *name, *text;
    size_t length;
};

/* The same from memory; `path` stands for the folder in messages. */
struct sketch *hls4ml_parse(struct arena *a, const char *path, uint32_t count,
                            const struct hls4ml_file *files, struct diag *d);

/* A function of hls4ml's library that is known. */
struct hls4ml_call_row {
    const char *function; /* "conv_2d_cl" */
    const char *becomes;  /* "conv2d" */
    const char *limits;   /* "": none */
};
const struct hls4ml_call_row *hls4ml_call_rows(struct arena *a,
                                               uint32_t *count);

#endif
