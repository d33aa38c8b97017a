#include "report/partition_model.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/json_write.h"
#include "base/text.h"
#include "design/design.h"
#include "partition/partition.h"
#include "report/model_text.h"

enum { FILE_MAX = 64 << 20 }; /* as JSON files are read */

/* Members of `hardware` that a partition chooses. */
static bool is_chosen(const char *key)
{
    static const char *const chosen[] = { "device",      "input_lanes",
                                          "multipliers", "layers",
                                          "fifos",       "boards",
                                          "links" };
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen; i++)
        if (strcmp(chosen[i], key) == 0)
            return true;
    return false;
}

static void add_layers(struct json_out *root, const struct hardware *h)
{
    struct json_out *layers = json_add_object(root, "layers");
    for (uint32_t i = 0; i < h->layer_count; i++) {
        const struct layer_options *o = &h->layers[i];
        if (o->pe == 0 && o->lanes == 0)
            continue;
        struct json_out *layer = json_add_object(layers, o->layer);
        if (o->pe != 0) {
            json_add_u64(layer, "pe", o->pe);
            json_add_u64(layer, "simd", o->simd);
        }
        if (o->lanes != 0)
            json_add_u64(layer, "lanes", o->lanes);
        if (o->multipliers == MULTIPLIERS_PACKED)
            json_add_string(layer, "multipliers", "packed");
    }
}

static void add_fifos(struct json_out *root, const struct design *d)
{
    struct json_out *fifos = json_add_object(root, "fifos");
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        if (s->inner)
            continue;
        struct json_out *fifo = json_add_object(fifos, s->name);
        json_add_u64(fifo, "depth", s->depth);
        if (!s->auto_kind)
            json_add_string(fifo, "kind", fifo_kind_name(s->kind));
    }
}

static void add_boards(struct json_out *root, const struct partition *p)
{
    enum { MILLION = 1000000, THOUSAND = 1000 };
    struct json_out *boards = json_add_array(root, "boards");
    for (uint32_t b = 0; b < p->board_count; b++) {
        const struct partition_share *s = &p->shares[b];
        struct json_out *board = json_add_object(boards, NULL);
        json_add_string(board, "name", s->board->name);
        json_add_string(board, "device", s->board->device_word);
        json_add_ratio(board, "clock_mhz", s->board->hz, MILLION);
        struct json_out *layers = json_add_array(board, "layers");
        for (uint32_t i = 0; i < s->layer_count; i++)
            json_add_string(layers, NULL, s->layers[i]);
    }
    struct json_out *links = json_add_array(root, "links");
    for (uint32_t i = 0; i + 1 < p->board_count; i++) {
        const struct partition_link *l = p->crossings[i].link;
        struct json_out *link = json_add_object(links, NULL);
        json_add_string(link, "name", l->name);
        json_add_string(link, "type", l->type_word);
        json_add_string(link, "from", p->shares[i].board->name);
        json_add_string(link, "to", p->shares[i + 1].board->name);
        if (l->cable_ps != 0)
            json_add_ratio(link, "cable_ns", l->cable_ps, THOUSAND);
    }
}

/* What was chosen, and in front of it the user's other members. */
static const char *hardware_text(struct arena *a, const struct partition *p,
                                 const char *text, struct json hardware)
{
    struct json_out *root = json_out_new(a);
    if (p->board_count == 1)
        json_add_string(root, "device", p->shares[0].board->device_word);
    json_add_u64(root, "input_lanes", p->hardware->input_lanes);
    add_layers(root, p->hardware);
    add_fifos(root, p->design);
    if (p->board_count > 1)
        add_boards(root, p);
    struct text *chosen = text_new(a), *all = text_new(a);
    json_out_print(root, chosen);
    text_add(all, "{\n");
    for (size_t i = 0; json_exists(hardware) && i < json_length(hardware);
         i++) {
        const struct json member = json_at(hardware, i);
        const char *key = json_key(member);
        if (is_chosen(key))
            continue;
        const size_t from = model_text_offset(text, json_place(member));
        text_printf(all, "    \"%s\": ", key);
        text_addn(all, text + from, model_text_end(text, from) - from);
        text_add(all, ",\n");
    }
    /* Without its opening brace and the final newline. */
    text_addn(all, text_string(chosen) + 2, text_length(chosen) - 3);
    return text_string(all);
}

bool partition_model_print(struct arena *a, const struct partition *p,
                           const char *path, struct text *out, struct diag *d)
{
    size_t length;
    const char *text = file_read(a, path, FILE_MAX, &length, d);
    if (text == NULL)
        return false;
    const struct json root = json_parse(a, path, text, length, d);
    if (!json_exists(root))
        return false;
    const struct json hardware = json_get(root, "hardware");
    const char *chosen = hardware_text(a, p, text, hardware);
    if (json_exists(hardware)) {
        const size_t from = model_text_offset(text, json_place(hardware));
        const size_t to = model_text_end(text, from);
        text_addn(out, text, from);
        text_add(out, chosen);
        text_addn(out, text + to, length - to);
    } else {
        const size_t from = model_text_offset(text, json_place(root)) + 1;
        text_addn(out, text, from);
        text_printf(out, "\n  \"hardware\": %s,", chosen);
        text_addn(out, text + from, length - from);
    }
    return true;
}
