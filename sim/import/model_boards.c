/* The boards of a model, and the links between them (docs/links.md). */
#include "import/model_parts.h"

#include "base/arena.h"
#include "base/nearest.h"
#include "base/text.h"
#include "design/design.h"
#include "import/device.h"
#include "import/link_type.h"

#include <string.h>

enum {
    BOARDS_MAX = 1000,
    LINKS_MAX = 1000,
    CABLE_NS_MAX = 1000000, /* 200 km of fibre */
    PPM_MAX = 10000,        /* 1 %: a hundred times a bad oscillator's */
    DRIFT_CYCLES_MAX = 1000000000
};

/* --- boards -------------------------------------------------------------- */

/* A clock that slows down and speeds up again. */
static void read_drift(struct json j, struct clock *clock)
{
    struct json drift = json_get(j, "drift");
    uint32_t ppm, cycles;
    if (!json_exists(drift) || !json_is_object(drift))
        return;
    if (json_read_u32(json_need(drift, "ppm"), 1, PPM_MAX, &ppm) &&
        json_read_u32(json_need(drift, "cycles"), 1, DRIFT_CYCLES_MAX,
                      &cycles)) {
        clock->drift_ppm = ppm;
        clock->drift_cycles = cycles;
    }
    json_no_more_keys(drift);
}

static const struct named_place *
read_names(struct model_reader *r, struct json j, size_t max, uint32_t *count)
{
    if (!json_exists(j) || !json_is_array(j, 1, max))
        return NULL;
    const size_t length = json_length(j);
    struct named_place *names =
        arena_new_array(r->arena, struct named_place, length);
    for (size_t i = 0; i < length; i++) {
        const char *name = json_read_string(json_at(j, i));
        if (name == NULL)
            continue;
        names[(*count)++] =
            (struct named_place){ .name = model_shown(r, name),
                                  .place = json_place(json_at(j, i)) };
    }
    return names;
}

/* Processes and streams of layers are named after them, too. */
static void check_free(struct model_reader *r, struct json value,
                       const char *name)
{
    const struct network *n = &r->model->network;
    bool taken = strcmp(name, "source") == 0 || strcmp(name, "sink") == 0;
    for (uint32_t i = 0; !taken && n->layers != NULL && i < n->layer_count; i++)
        taken = strcmp(n->layers[i].name, name) == 0;
    if (taken) {
        json_error(value, DIAG_NAME,
                   "link '%s' has the name of a layer, or of the source or "
                   "sink",
                   name);
        diag_hint(r->diag, "choose another one: streams are named after it");
    }
}

static void read_board(struct model_reader *r, struct json j,
                       struct board_options *o)
{
    const struct hardware *h = &r->model->hardware;
    o->place = json_place(j);
    o->name = "";
    o->device = h->device;
    o->hz_numerator = h->clock_hz;
    o->hz_denominator = 1;
    if (!json_is_object(j))
        return;
    struct json name = json_need(j, "name");
    if (json_exists(name) && model_read_name(r, name, &o->name))
        o->place = json_place(name);
    struct json device = json_get(j, "device");
    struct json clock = json_get(j, "clock_mhz");
    const struct device *known = NULL;
    if (json_exists(device))
        o->device = model_read_device(r, device, &known);
    else
        known = r->device;
    if (json_exists(clock))
        clock_read(clock, &o->hz_numerator, &o->hz_denominator);
    o->clock = clock_of_hz(o->hz_numerator, o->hz_denominator);
    read_drift(j, &o->clock);
    /* Of the hardware as a whole it was checked. */
    if (json_exists(clock) || json_exists(device))
        device_check_clock(known, o->hz_numerator / o->hz_denominator,
                           json_place(json_exists(clock) ? clock : device),
                           r->diag);
    o->layers =
        read_names(r, json_get(j, "layers"), MODEL_LAYERS_MAX, &o->layer_count);
    json_no_more_keys(j);
}

static void read_boards(struct model_reader *r, struct json j,
                        struct hardware *h)
{
    if (!json_exists(j) || !json_is_array(j, 1, BOARDS_MAX))
        return;
    const uint32_t count = (uint32_t)json_length(j);
    struct board_options *boards =
        arena_new_array(r->arena, struct board_options, count);
    for (uint32_t i = 0; i < count; i++) {
        read_board(r, json_at(j, i), &boards[i]);
        for (uint32_t k = 0; k < i; k++) {
            if (boards[i].name == NULL || boards[i].name[0] == '\0' ||
                boards[k].name == NULL ||
                strcmp(boards[i].name, boards[k].name) != 0)
                continue;
            diag_error(r->diag, boards[i].place, DIAG_BOARD,
                       "there are two boards '%s'; the first is on line %u",
                       boards[i].name, boards[k].place.line);
            diag_hint(r->diag, "give one of them another name");
        }
    }
    h->boards = boards;
    h->board_count = count;
}

/* A board by its name; false: said why. */
static bool find_board(struct model_reader *r, struct json j, uint32_t *out)
{
    const struct hardware *h = &r->model->hardware;
    const char *name = json_read_string(j);
    if (name == NULL)
        return false;
    const char **names =
        arena_new_array(r->arena, const char *, h->board_count + 1);
    struct text *list = text_new(r->arena);
    uint32_t known = 0;
    for (uint32_t i = 0; i < h->board_count; i++) {
        const char *other = h->boards[i].name;
        if (other == NULL)
            continue;
        if (strcmp(other, name) == 0) {
            *out = i;
            return true;
        }
        text_printf(list, "%s%s", known == 0 ? "" : ", ", other);
        names[known++] = other;
    }
    json_error(j, DIAG_BOARD, "there is no board '%s'; there are: %s",
               model_shown(r, name), text_string(list));
    const char *nearest = nearest_word(names, name);
    if (nearest != NULL)
        diag_hint(r->diag, "did you mean '%s'?", nearest);
    return false;
}

/* --- links --------------------------------------------------------------- */

static const struct link_type *read_type(struct model_reader *r, struct json j)
{
    const char *name = json_read_string(j);
    if (name == NULL)
        return NULL;
    if (link_type_is_path(name)) {
        name = model_read_path(r, j, DIAG_VALUE);
        if (name == NULL)
            return NULL;
        name = file_join(r->arena, r->model->folder, name);
    }
    return link_type_load(r->arena, name, json_place(j), r->diag);
}

/* An optional number of words; of a FIFO it is a power of two. */
static void read_words(struct json j, const char *key, bool power,
                       uint32_t least, uint32_t *out, struct place *place)
{
    struct json value = json_get(j, key);
    if (!json_exists(value))
        return;
    *place = json_place(value);
    if (!json_read_u32(value, least, LINK_WORDS_MAX, out) || !power ||
        (*out & (*out - 1)) == 0)
        return;
    json_error(value, DIAG_LINK, "%s %u is no power of two", key, *out);
}

/* What only words on a line have. */
static void check_framed(struct model_reader *r, struct json j,
                         const struct link_options *o)
{
    static const char *const keys[] = {
        "cable_ns", "order", "packet_words", "stop_at", "receive_words",
        "go_at",    NULL
    };
    if (o->type == NULL || o->type->kind == LINK_FRAMED)
        return;
    for (const char *const *key = keys; *key != NULL; key++) {
        struct json value = json_get(j, *key);
        if (!json_exists(value))
            continue;
        json_error(value, DIAG_LINK,
                   "'%s' is of framed links; '%s' is a crossing", *key,
                   o->name);
        diag_hint(r->diag, "leave it out: a crossing has send_words");
    }
}

static void read_cable(struct json j, struct link_options *o)
{
    enum { PS_PER_NS = 1000 };
    uint64_t numerator, denominator;
    struct json value = json_get(j, "cable_ns");
    if (!json_exists(value) ||
        !json_read_decimal(value, 0, CABLE_NS_MAX, &numerator, &denominator))
        return;
    if (denominator > PS_PER_NS)
        json_error(value, DIAG_JSON_RANGE,
                   "cable_ns is finer than picoseconds: at most 3 digits "
                   "behind the point");
    else
        o->cable_ps = numerator * (PS_PER_NS / denominator);
}

static void read_sizes(struct json j, struct link_options *o)
{
    enum { LEAST = 4 };
    read_words(j, "packet_words", false, 1, &o->packet_words, &o->packet_place);
    read_words(j, "send_words", true, LEAST, &o->sizes.send_words,
               &o->send_place);
    read_words(j, "receive_words", true, LEAST, &o->sizes.receive_words,
               &o->receive_place);
    read_words(j, "stop_at", false, 1, &o->sizes.stop_at, &o->stop_place);
    read_words(j, "go_at", false, 1, &o->sizes.go_at, &o->go_place);
    if (o->sizes.receive_words == 0)
        o->receive_place = o->stop_place;
    if (o->sizes.send_words == 0)
        o->send_place = o->packet_place;
}

static void read_order(struct model_reader *r, struct json j,
                       struct link_options *o)
{
    static const char *const words[] = { "round_robin", "priority", NULL };
    struct json value = json_get(j, "order");
    uint32_t word = 0;
    if (json_exists(value) && model_read_word(r, value, "order", words, &word))
        o->order = word == 0 ? LINK_ROUND_ROBIN : LINK_PRIORITY;
}

/* False: one of its ends or its type is not known. */
static bool read_link(struct model_reader *r, struct json j,
                      struct link_options *o)
{
    o->place = json_place(j);
    o->name = "";
    if (!json_is_object(j))
        return false;
    struct json name = json_need(j, "name");
    if (json_exists(name) && model_read_name(r, name, &o->name)) {
        o->place = json_place(name);
        check_free(r, name, o->name);
    }
    struct json type = json_need(j, "type");
    if (json_exists(type))
        o->type = read_type(r, type);
    struct json from = json_need(j, "from"), to = json_need(j, "to");
    bool known = json_exists(from) && find_board(r, from, &o->from);
    known &= json_exists(to) && find_board(r, to, &o->to);
    if (known && o->from == o->to) {
        json_error(to, DIAG_LINK, "link '%s' leads from board '%s' to itself",
                   o->name, r->model->hardware.boards[o->to].name);
        diag_hint(r->diag, "within a board streams need no link");
        known = false;
    }
    read_cable(j, o);
    read_order(r, j, o);
    read_sizes(j, o);
    o->streams = read_names(r, json_get(j, "streams"), DESIGN_PORTS_MAX,
                            &o->stream_count);
    check_framed(r, j, o);
    json_no_more_keys(j);
    return known && o->type != NULL;
}

/* Names that two links share. */
static void check_names(struct model_reader *r,
                        const struct link_options *links, uint32_t at)
{
    for (uint32_t k = 0; k < at; k++) {
        if (links[at].name == NULL || links[at].name[0] == '\0' ||
            links[k].name == NULL || strcmp(links[at].name, links[k].name) != 0)
            continue;
        diag_error(r->diag, links[at].place, DIAG_LINK,
                   "there are two links '%s'; the first is on line %u",
                   links[at].name, links[k].place.line);
        diag_hint(r->diag, "give one of them another name");
    }
}

/* Whether links lead from one board to the other. */
static bool leads_to(const struct hardware *h, uint32_t from, uint32_t to,
                     bool *seen)
{
    memset(seen, 0, h->board_count * sizeof *seen);
    seen[from] = true;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < h->link_count; i++) {
            const struct link_options *o = &h->links[i];
            if (!seen[o->from] || seen[o->to])
                continue;
            seen[o->to] = true;
            changed = true;
        }
    }
    return seen[to];
}

/* A loop is reported once, at its first link. */
static void check_loops(struct model_reader *r, const struct hardware *h)
{
    bool *seen = arena_new_array(r->arena, bool, h->board_count);
    for (uint32_t i = 0; i < h->link_count; i++) {
        const struct link_options *o = &h->links[i];
        if (!leads_to(h, o->to, o->from, seen))
            continue;
        diag_error(r->diag, o->place, DIAG_LINK,
                   "links form a loop: link '%s' leads from board '%s' to "
                   "'%s', from where others lead back to '%s'",
                   o->name, h->boards[o->from].name, h->boards[o->to].name,
                   h->boards[o->from].name);
        diag_hint(r->diag, "streams go one way: order the boards, and leave "
                           "out the links back");
        return;
    }
}

static void read_links(struct model_reader *r, struct json j,
                       struct hardware *h)
{
    if (!json_exists(j))
        return;
    if (h->board_count == 0) {
        json_error(j, DIAG_LINK,
                   "links are between 'boards', and there are "
                   "none");
        json_mark_known(j);
        return;
    }
    if (!json_is_array(j, 0, LINKS_MAX))
        return;
    const uint32_t count = (uint32_t)json_length(j);
    struct link_options *links =
        arena_new_array(r->arena, struct link_options, count);
    bool known = true;
    for (uint32_t i = 0; i < count; i++) {
        known &= read_link(r, json_at(j, i), &links[i]);
        check_names(r, links, i);
    }
    if (!known)
        return;
    h->links = links;
    h->link_count = count;
    check_loops(r, h);
}

const uint32_t *model_read_copy_boards(struct model_reader *r, struct json j,
                                       uint32_t copies)
{
    if (!json_exists(j))
        return NULL;
    if (r->model->hardware.board_count == 0) {
        json_error(j, DIAG_BOARD,
                   "copies can be on 'boards' only if there are some");
        return NULL;
    }
    if (!json_is_array(j, copies, copies))
        return NULL;
    uint32_t *boards = arena_new_array(r->arena, uint32_t, copies);
    bool known = true;
    for (uint32_t i = 0; i < copies; i++)
        known &= find_board(r, json_at(j, i), &boards[i]);
    return known ? boards : NULL;
}

void model_read_boards(struct model_reader *r, struct json hardware)
{
    struct hardware *h = &r->model->hardware;
    enum family family;
    struct json boards = json_get(hardware, "boards");
    struct json links = json_get(hardware, "links");
    if (json_exists(boards) && family_find(h->family, &family) &&
        family == FAMILY_SCHEDULE) {
        json_error(boards, DIAG_UNSUPPORTED,
                   "processes of family 'schedule' are in one clock: they have "
                   "no boards");
        return;
    }
    read_boards(r, boards, h);
    read_links(r, links, h);
}
