#include "cli/partition_options.h"

#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "import/device.h"
#include "import/link_type.h"
#include "import/model.h"
#include "partition/partition.h"

enum { BOARDS_MAX = 64, FILL_DEFAULT = 80, CLOCK_DEFAULT = 200000000 };
static const char link_default[] = "aurora-64b66b-10g";

const struct option_row partition_board_rows[] = {
    { .name = "boards",
      .kind = OPTION_U32,
      .argument = "N",
      .offset = offsetof(struct partition_switches, boards),
      .min = 1,
      .max = BOARDS_MAX,
      .help = "so many boards in a row, instead of those of the model" },
    { .name = "device",
      .kind = OPTION_LIST,
      .argument = "NAME|FILE",
      .offset = offsetof(struct partition_switches, devices),
      .help = "their device, of the catalogue or a file; repeated: that of "
              "the first, the second ... (default: the model's)" },
    { .name = "fill",
      .kind = OPTION_U32,
      .argument = "PERCENT",
      .offset = offsetof(struct partition_switches, fill),
      .min = 1,
      .max = 100,
      .help = "of each resource of a device that may be taken (default: 80)" },
    { .name = "link",
      .kind = OPTION_STRING,
      .argument = "NAME|FILE",
      .offset = offsetof(struct partition_switches, link),
      .help = "the link from each board to the next, of the catalogue or a "
              "file (default: aurora-64b66b-10g)" },
    { .name = "pin",
      .kind = OPTION_LIST,
      .argument = "LAYER=BOARD",
      .offset = offsetof(struct partition_switches, pins),
      .help = "this layer is to be on this board; may be repeated" },
    { .name = NULL },
};

const struct option_row partition_goal_rows[] = {
    { .name = "goal",
      .kind = OPTION_STRING,
      .argument = "WHAT",
      .offset = offsetof(struct partition_switches, goal),
      .help = "what is to be least: interval (default); latency; boards, of "
              "which the first ones are taken" },
    { .name = "max-interval",
      .kind = OPTION_U64,
      .argument = "N",
      .offset = offsetof(struct partition_switches, max_interval),
      .min = 1,
      .max = UINT64_C(1) << 40,
      .help = "cycles between frames at most, of the model's clock" },
    { .name = NULL },
};

static const struct place command_line = { 0 };

static bool read_goal(const char *name, enum partition_goal *out,
                      struct diag *d)
{
    if (name == NULL)
        return true;
    const char *words[PARTITION_GOAL_COUNT + 1] = { NULL };
    for (int g = 0; g < PARTITION_GOAL_COUNT; g++) {
        words[g] = partition_goal_name((enum partition_goal)g);
        if (strcmp(words[g], name) != 0)
            continue;
        *out = (enum partition_goal)g;
        return true;
    }
    diag_error(d, command_line, DIAG_OPTION,
               "--goal: '%s' is none of interval, latency, boards", name);
    const char *nearest = nearest_word(words, name);
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    return false;
}

/* --- boards ----------------------------------------------------------------
 */

static uint64_t model_hz(const struct model *m)
{
    return m->hardware.clock_hz != 0 ? m->hardware.clock_hz : CLOCK_DEFAULT;
}

/* Board i: its name, clock and device as the model has them, or as given. */
static bool read_board(const struct partition_switches *s,
                       const struct model *m, uint32_t i, struct arena *a,
                       struct partition_board *out, struct diag *d)
{
    const struct hardware *h = &m->hardware;
    const struct board_options *given =
        !s->boards.given && h->board_count > 0 ? &h->boards[i] : NULL;
    const char *device = h->device;
    struct place where = command_line;
    *out = (struct partition_board){
        .name = arena_printf(a, "board%u", i + 1),
        .fill_percent = s->fill.given ? s->fill.value : FILL_DEFAULT,
        .hz = model_hz(m),
    };
    if (given != NULL) {
        out->name = given->name;
        out->hz = given->hz_numerator / given->hz_denominator;
        if (given->device != NULL)
            device = given->device;
        where = given->place;
    }
    if (s->devices.count == 1)
        device = s->devices.items[0];
    else if (s->devices.count > 1)
        device = s->devices.items[i];
    if (device == NULL) {
        diag_error(d, where, DIAG_OPTION, "%s has no device", out->name);
        diag_hint(d, "--device NAME gives one; there are: %s", device_names(a));
        return false;
    }
    out->device_word = device;
    out->device = device_load(a, device, where, d);
    return out->device != NULL &&
           device_check_clock(out->device, out->hz, where, d);
}

static bool check_count(const struct partition_switches *s, uint32_t boards,
                        struct diag *d)
{
    if (s->devices.count <= 1 || s->devices.count == boards)
        return true;
    diag_error(d, command_line, DIAG_OPTION,
               "--device is given %u times for %u boards", s->devices.count,
               boards);
    diag_hint(d, "once for all boards, or once for each");
    return false;
}

/* --- links -----------------------------------------------------------------
 */

/* The model's link from board i to the next. */
static const struct link_options *model_link(const struct model *m, uint32_t i)
{
    const struct hardware *h = &m->hardware;
    for (uint32_t k = 0; k < h->link_count; k++)
        if (h->links[k].from == i && h->links[k].to == i + 1)
            return &h->links[k];
    return NULL;
}

static bool read_link(const struct partition_switches *s, const struct model *m,
                      uint32_t i, struct arena *a, struct partition_link *out,
                      struct diag *d)
{
    const struct hardware *h = &m->hardware;
    const bool given = !s->boards.given && h->link_count > 0;
    out->name = arena_printf(a, "link%u", i + 1);
    if (given && s->link == NULL) {
        const struct link_options *l = model_link(m, i);
        if (l == NULL) {
            diag_error(d, h->boards[i].place, DIAG_LINK,
                       "there is no link from board '%s' to '%s', the next "
                       "one; partition takes boards in a row",
                       h->boards[i].name, h->boards[i + 1].name);
            diag_hint(d, "--boards N takes N boards in a row instead");
            return false;
        }
        out->name = l->name;
        out->type = l->type;
        out->type_word = l->type->name;
        out->cable_ps = l->cable_ps;
        return true;
    }
    out->type_word = s->link != NULL ? s->link : link_default;
    out->type = link_type_load(a, out->type_word, command_line, d);
    return out->type != NULL;
}

/* --- pins ------------------------------------------------------------------
 */

static bool find_board(const struct partition_options *o, const char *name,
                       uint32_t *out)
{
    for (*out = 0; *out < o->board_count; (*out)++)
        if (strcmp(o->boards[*out].name, name) == 0)
            return true;
    return false;
}

static bool read_pin(const char *text, const struct model *m, struct arena *a,
                     const struct partition_options *o,
                     struct partition_pin *out, struct diag *d)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--pin: '%s' is not LAYER=BOARD", text);
        return false;
    }
    out->layer = arena_printf(a, "%.*s", (int)(equals - text), text);
    const bool layer = network_layer(&m->network, out->layer) != NULL;
    const bool board = find_board(o, equals + 1, &out->board);
    if (!layer)
        diag_error(d, command_line, DIAG_OPTION,
                   "--pin: the network has no layer '%s'", out->layer);
    if (!board)
        diag_error(d, command_line, DIAG_OPTION,
                   "--pin: there is no board '%s'; the boards are '%s' to '%s'",
                   equals + 1, o->boards[0].name,
                   o->boards[o->board_count - 1].name);
    return layer && board;
}

/* --- all -------------------------------------------------------------------
 */

bool partition_options_read(const struct partition_switches *s,
                            const struct model *m, struct arena *a,
                            struct partition_options *out, struct diag *d)
{
    bool ok = read_goal(s->goal, &out->goal, d);
    const uint32_t count = s->boards.given ? s->boards.value
                           : m->hardware.board_count > 0
                               ? m->hardware.board_count
                               : 1;
    if (!check_count(s, count, d))
        return false;
    struct partition_board *boards =
        arena_new_array(a, struct partition_board, count);
    struct partition_link *links =
        arena_new_array(a, struct partition_link, count);
    struct partition_pin *pins =
        arena_new_array(a, struct partition_pin, s->pins.count);
    for (uint32_t i = 0; ok && i < count; i++)
        ok = read_board(s, m, i, a, &boards[i], d);
    for (uint32_t i = 0; ok && i + 1 < count; i++)
        ok = read_link(s, m, i, a, &links[i], d);
    if (!ok)
        return false;
    out->max_interval = s->max_interval.value;
    out->board_count = count;
    out->boards = boards;
    out->links = links;
    for (uint32_t i = 0; i < s->pins.count; i++)
        ok &= read_pin(s->pins.items[i], m, a, out, &pins[i], d);
    out->pin_count = s->pins.count;
    out->pins = pins;
    return ok;
}
