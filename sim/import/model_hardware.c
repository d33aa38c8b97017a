#include "import/model_parts.h"

#include "base/arena.h"
#include "base/text.h"
#include "design/design.h"
#include "import/calibration.h"
#include "import/hls_reports.h"
#include "import/device.h"

#include <math.h>
#include <string.h>

enum { IDLE_CYCLES_MAX = 1000000000 };
enum { DEFAULT_CLOCK_MHZ = 200 };
/* Each takes an output of a dispatcher and an input of a collector. */
enum { COPIES_MAX = DESIGN_PORTS_MAX };

/* An optional number; *place is where it stands. */
static void read_optional(struct json j, const char *key, uint32_t max,
                          uint32_t *out, struct place *place)
{
    struct json value = json_get(j, key);
    if (!json_exists(value))
        return;
    json_read_u32(value, 1, max, out);
    if (place != NULL)
        *place = json_place(value);
}

static void read_clock(struct json j, struct hardware *h)
{
    double mhz = DEFAULT_CLOCK_MHZ;
    struct json value = json_get(j, "clock_mhz");
    if (json_exists(value) && !json_read_double(value, 0.001, 2000, &mhz))
        return;
    double hz = rint(mhz * 1e6);
    /* Exact: dividing back gives the double nearest to the whole number of
     * hertz, which is the one read if and only if that was meant. */
    if (hz / 1e6 != mhz) {
        json_error(value, DIAG_JSON_RANGE,
                   "clock_mhz %.16g is not a whole number of hertz", mhz);
        return;
    }
    h->clock_hz = (uint64_t)hz;
}

static void read_family(struct model_reader *r, struct json j,
                        struct hardware *h)
{
    h->family = "headrace";
    struct json value = json_get(j, "family");
    if (!json_exists(value))
        return;
    const char *family = json_read_string(value);
    enum family known;
    if (family == NULL)
        return;
    if (family_find(family, &known)) {
        h->family = family_name(known);
    } else if (family_names_hls(family) &&
               json_exists(json_get(j, "calibration"))) {
        h->tool = family; /* and its calibration says what it is like */
    } else {
        json_error(value, DIAG_UNSUPPORTED,
                   "kernel family '%s' is not supported; these are: %s",
                   model_shown(r, family), family_list(r->arena));
        diag_hint(r->diag, "another version of an HLS tool is a family "
                           "\"hls4ml/TOOL\" that a file of your own, "
                           "\"calibration\", describes (docs/hls4ml.md)");
    }
}

/* That of the program, or a file in the model's folder. */
static void read_calibration(struct model_reader *r, struct json j,
                             struct hardware *h)
{
    struct json value = json_get(j, "calibration");
    const char *path = NULL;
    if (json_exists(value)) {
        path = model_read_path(r, value, DIAG_VALUE);
        if (path == NULL)
            return;
        path = file_join(r->arena, r->model->folder, path);
    }
    calibration_read(r->arena, h, path, r->diag);
}

/* A report or a folder of them in the model's folder. */
static void read_reports(struct model_reader *r, struct json j,
                         struct hardware *h)
{
    enum family family;
    struct json value = json_get(j, "reports");
    if (!json_exists(value))
        return;
    const char *path = model_read_path(r, value, DIAG_VALUE);
    const bool is_known = family_find(h->family, &family);
    if (path == NULL || !is_known ||
        (h->tool != NULL && !family_is_hls(family)))
        return; /* which was said */
    if (!family_is_hls(family)) {
        json_error(value, DIAG_UNSUPPORTED,
                   "'reports' are for families that HLS made");
        return;
    }
    hls_reports_read(r->arena, h, file_join(r->arena, r->model->folder, path),
                     json_place(value), r->diag);
}

/* A name of the catalogue, or a file in the model's folder. */
const char *model_read_device(struct model_reader *r, struct json value,
                              const struct device **device)
{
    const char *name = json_read_string(value);
    if (name == NULL)
        return NULL;
    if (device_is_path(name)) {
        name = model_read_path(r, value, DIAG_VALUE);
        if (name == NULL)
            return NULL;
        name = file_join(r->arena, r->model->folder, name);
    }
    *device = device_load(r->arena, name, json_place(value), r->diag);
    return *device != NULL ? name : NULL;
}

/* The clock is read. */
static void read_device(struct model_reader *r, struct json j,
                        struct hardware *h)
{
    struct json value = json_get(j, "device"), clock = json_get(j, "clock_mhz");
    if (!json_exists(value))
        return;
    h->device = model_read_device(r, value, &r->device);
    device_check_clock(r->device, h->clock_hz,
                       json_place(json_exists(clock) ? clock : value), r->diag);
}

static void read_fifo(struct model_reader *r, struct json j, uint32_t *depth,
                      enum fifo_kind *kind)
{
    static const enum fifo_kind kinds[] = { FIFO_AUTO, FIFO_SRL, FIFO_BRAM,
                                            FIFO_FRAME };
    const char *words[] = { fifo_kind_name(FIFO_AUTO), fifo_kind_name(FIFO_SRL),
                            fifo_kind_name(FIFO_BRAM),
                            fifo_kind_name(FIFO_FRAME), NULL };
    read_optional(j, "depth", FIFO_DEPTH_MAX, depth, NULL);
    struct json value = json_get(j, "kind");
    uint32_t word = 0;
    if (json_exists(value) &&
        model_read_word(r, value, "FIFO kind", words, &word))
        *kind = kinds[word];
    json_no_more_keys(j);
}

/* The FIFO of all streams: also how much room each gets beyond its need. */
static void read_fifo_of_all(struct model_reader *r, struct json j,
                             struct hardware *h)
{
    h->fifo_place = json_key_place(j);
    struct place place = h->fifo_place;
    read_optional(j, "slack", FIFO_DEPTH_MAX, &h->fifo_slack, &place);
    read_fifo(r, j, &h->fifo_depth, &h->fifo_kind);
    if (h->fifo_slack == 0 || h->fifo_depth == 0)
        return;
    diag_error(r->diag, place, DIAG_VALUE,
               "slack is for FIFOs without a depth, but all have depth %u",
               h->fifo_depth);
    diag_hint(r->diag, "give one of the two");
}

/* Which multipliers; the place is left alone if none are given. */
static void read_multipliers(struct model_reader *r, struct json j,
                             enum multipliers *out, struct place *place)
{
    static const char *const words[] = { "plain", "packed", NULL };
    static const enum multipliers values[] = { MULTIPLIERS_PLAIN,
                                               MULTIPLIERS_PACKED };
    struct json value = json_get(j, "multipliers");
    uint32_t word = 0;
    if (!json_exists(value) ||
        !model_read_word(r, value, "multipliers", words, &word))
        return;
    *out = values[word];
    if (place != NULL)
        *place = json_place(value);
}

/* What holds for the design as a whole. */
static void read_design_options(struct model_reader *r, struct json j,
                                struct hardware *h)
{
    static const char *const words[] = { "stream", "frame", NULL };
    static const enum buffering values[] = { BUFFERING_STREAM,
                                             BUFFERING_FRAME };
    struct json buffering = json_get(j, "buffering");
    uint32_t word = 0;
    if (json_exists(buffering) &&
        model_read_word(r, buffering, "buffering", words, &word))
        h->buffering = values[word];
    struct json fold = json_get(j, "fold_layers");
    bool folds = true;
    if (json_exists(fold) && json_read_bool(fold, &folds))
        h->keep_layers = !folds;
    read_multipliers(r, j, &h->multipliers, NULL);
    read_optional(j, "copies", COPIES_MAX, &h->copies, &h->copies_place);
    h->copy_boards = model_read_copy_boards(r, json_get(j, "copy_boards"),
                                            h->copies != 0 ? h->copies : 1);
}

static bool read_strategy(struct model_reader *r, struct json j,
                          enum strategy *out)
{
    static const char *const words[] = { "latency", "resource", NULL };
    struct json value = json_get(j, "strategy");
    uint32_t word = 0;
    if (!json_exists(value) ||
        !model_read_word(r, value, "strategy", words, &word))
        return false;
    *out = word == 0 ? STRATEGY_LATENCY : STRATEGY_RESOURCE;
    return true;
}

/* Numbers of a synthesis report. */
static void read_timing(struct json j, struct layer_options *o)
{
    if (!json_exists(j))
        return;
    o->timing_place = json_key_place(j);
    o->timing.given = true;
    if (!json_is_object(j))
        return;
    read_optional(j, "ii", IDLE_CYCLES_MAX, &o->timing.ii, NULL);
    read_optional(j, "depth", IDLE_CYCLES_MAX, &o->timing.depth, NULL);
    read_optional(j, "idle", IDLE_CYCLES_MAX, &o->timing.idle, NULL);
    read_optional(j, "fire", IDLE_CYCLES_MAX, &o->timing.fire, NULL);
    struct json latency = json_get(j, "latency");
    if (json_exists(latency))
        json_read_u32(latency, 0, IDLE_CYCLES_MAX, &o->timing.latency);
    json_no_more_keys(j);
}

static void read_layer_options(struct model_reader *r, struct json j,
                               struct hardware *h)
{
    size_t count = json_length(j);
    struct layer_options *options =
        arena_new_array(r->arena, struct layer_options, count);
    h->layers = options;
    for (size_t i = 0; i < count; i++) {
        struct json member = json_at(j, i);
        struct layer_options *o = &options[i];
        json_mark_known(member);
        o->layer = json_key(member);
        o->place = json_key_place(member);
        if (!json_is_object(member))
            continue;
        read_optional(member, "reuse_factor", UINT32_MAX, &o->reuse_factor,
                      &o->reuse_factor_place);
        read_optional(member, "pe", UINT32_MAX, &o->pe, &o->pe_place);
        read_optional(member, "simd", UINT32_MAX, &o->simd, &o->simd_place);
        read_optional(member, "lanes", UINT32_MAX, &o->lanes, &o->lanes_place);
        read_multipliers(r, member, &o->multipliers, &o->multipliers_place);
        read_optional(member, "copies", COPIES_MAX, &o->copies,
                      &o->copies_place);
        struct json boards = json_get(member, "boards");
        o->boards =
            model_read_copy_boards(r, boards, o->copies != 0 ? o->copies : 1);
        o->strategy_given = read_strategy(r, member, &o->strategy);
        read_timing(json_get(member, "timing"), o);
        json_no_more_keys(member);
    }
    h->layer_count = (uint32_t)count;
}

static void read_fifo_options(struct model_reader *r, struct json j,
                              struct hardware *h)
{
    size_t count = json_length(j);
    struct fifo_options *options =
        arena_new_array(r->arena, struct fifo_options, count);
    h->fifos = options;
    for (size_t i = 0; i < count; i++) {
        struct json member = json_at(j, i);
        json_mark_known(member);
        options[i].stream = json_key(member);
        options[i].place = json_key_place(member);
        if (json_is_object(member))
            read_fifo(r, member, &options[i].depth, &options[i].kind);
    }
    h->fifo_count = (uint32_t)count;
}

void model_read_hardware(struct model_reader *r, struct json j)
{
    struct hardware *h = &r->model->hardware;
    if (json_exists(j) && !json_is_object(j))
        return;
    bool given = json_exists(j);
    if (!given) {
        h->family = "headrace";
        h->clock_hz = DEFAULT_CLOCK_MHZ * UINT64_C(1000000);
        return;
    }
    read_family(r, j, h);
    read_strategy(r, j, &h->strategy);
    read_calibration(r, j, h);
    read_clock(j, h);
    read_device(r, j, h);
    model_read_boards(r, j);
    read_reports(r, j, h);
    read_optional(j, "input_lanes", UINT32_MAX, &h->input_lanes,
                  &h->input_lanes_place);
    struct json fifo = json_get(j, "fifo");
    if (json_exists(fifo) && json_is_object(fifo))
        read_fifo_of_all(r, fifo, h);
    read_design_options(r, j, h);
    struct json layers = json_get(j, "layers");
    if (json_exists(layers) && json_is_object(layers))
        read_layer_options(r, layers, h);
    struct json fifos = json_get(j, "fifos");
    if (json_exists(fifos) && json_is_object(fifos))
        read_fifo_options(r, fifos, h);
    model_read_stimulus(r, json_get(j, "source"), &h->source);
    model_read_stimulus(r, json_get(j, "sink"), &h->sink);
    json_no_more_keys(j);
}
