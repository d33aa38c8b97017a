#include "report/partition_table.h"

#include <stddef.h>

#include "base/json_write.h"
#include "design/design.h"
#include "design/link.h"
#include "partition/partition.h"

static const char *const resource_keys[RESOURCE_COUNT] = {
    "lut", "ff", "dsp", "bram18", "uram",
};

static void add_boards(struct json_out *root, const struct partition *p)
{
    struct json_out *boards = json_add_array(root, "boards");
    for (uint32_t b = 0; b < p->board_count; b++) {
        const struct partition_share *s = &p->shares[b];
        const struct demand room = board_capacity(s->board);
        struct json_out *board = json_add_object(boards, NULL);
        json_add_string(board, "name", s->board->name);
        json_add_string(board, "device", s->board->device->name);
        struct json_out *layers = json_add_array(board, "layers");
        for (uint32_t i = 0; i < s->layer_count; i++)
            json_add_string(layers, NULL, s->layers[i]);
        struct json_out *used = json_add_object(board, "used");
        struct json_out *may = json_add_object(board, "limit");
        for (int r = 0; r < RESOURCE_COUNT; r++) {
            json_add_u64(used, resource_keys[r], s->used.of[r]);
            json_add_u64(may, resource_keys[r], room.of[r]);
        }
        json_add_u64(board, "cycles_per_frame", s->cycles);
        if (s->slowest != NULL)
            json_add_string(board, "slowest", s->slowest);
    }
}

static void add_links(struct json_out *root, const struct partition *p)
{
    enum { THOUSAND = 1000 };
    struct json_out *links = json_add_array(root, "links");
    for (uint32_t i = 0; i + 1 < p->board_count; i++) {
        const struct partition_crossing *x = &p->crossings[i];
        struct json_out *link = json_add_object(links, NULL);
        json_add_string(link, "name", x->link->name);
        json_add_string(link, "type", x->link->type->name);
        struct json_out *streams = json_add_array(link, "streams");
        for (uint32_t k = 0; k < x->stream_count; k++)
            json_add_string(streams, NULL, x->streams[k]);
        json_add_u64(link, "words_per_frame", x->words);
        json_add_ratio(link, "cycles_per_frame", x->load, THOUSAND);
    }
}

static void add_foldings(struct json_out *root, const struct hardware *h)
{
    struct json_out *layers = json_add_array(root, "layers");
    for (uint32_t i = 0; i < h->layer_count; i++) {
        const struct layer_options *o = &h->layers[i];
        struct json_out *layer = json_add_object(layers, NULL);
        json_add_string(layer, "name", o->layer);
        if (o->lanes != 0)
            json_add_u64(layer, "lanes", o->lanes);
        if (o->pe == 0)
            continue;
        json_add_u64(layer, "pe", o->pe);
        json_add_u64(layer, "simd", o->simd);
        json_add_bool(layer, "packed", o->multipliers == MULTIPLIERS_PACKED);
    }
}

static const char *outcome_name(enum partition_outcome o)
{
    return o == PARTITION_DONE      ? "done"
           : o == PARTITION_STOPPED ? "stopped"
                                    : "infeasible";
}

void partition_print_json(const struct partition_report *r, struct arena *a,
                          struct text *out)
{
    const struct partition *p = r->partition;
    struct json_out *root = json_out_new(a);
    json_add_string(root, "name", r->name);
    json_add_string(root, "goal", partition_goal_name(r->options->goal));
    json_add_string(root, "outcome", outcome_name(p->outcome));
    if (p->outcome == PARTITION_INFEASIBLE) {
        json_add_string(root, "why", partition_shortage_text(r, a));
        json_out_print(root, out);
        return;
    }
    json_add_u64(root, "clock_hz", p->hz);
    json_add_u64(root, "interval", p->interval);
    json_add_bool(root, "certified", p->certified);
    json_add_u64(root, "latency", p->latency);
    json_add_u64(root, "planned_interval", p->planned);
    json_add_u64(root, "interval_bound", p->optimal ? p->planned : p->bound);
    json_add_bool(root, "optimal", p->optimal);
    add_boards(root, p);
    add_links(root, p);
    add_foldings(root, p->hardware);
    json_out_print(root, out);
}
