#include "cli/tune_options.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "cli/stall_option.h"
#include "cost/capacity.h"
#include "design/design.h"
#include "design/fifo.h"

enum {
    MILLION = 1000000,
    PLACES = 3, /* of a weight, behind the point */
    /* So that a price, in millionths, has room for 10^10 bits of FIFOs, or 10^7
     * of another resource, more than any device has. */
    WEIGHT_BITS_MAX = 1000,
    WEIGHT_MAX = 1000000
};

static const struct place command_line = { 0 };

/* --- scenarios ------------------------------------------------------------ */

static const char *item(const struct option_list *l, uint32_t i)
{
    return i < l->count ? l->items[i] : "always";
}

const struct scenario *tune_scenarios(struct arena *a,
                                      const struct option_list *sources,
                                      const struct option_list *sinks,
                                      uint32_t *count, struct diag *d)
{
    *count = sources->count > sinks->count ? sources->count : sinks->count;
    struct scenario *list = arena_new_array(a, struct scenario, *count);
    bool ok = true;
    for (uint32_t i = 0; i < *count; i++) {
        const char *source = item(sources, i), *sink = item(sinks, i);
        ok &= stall_option_read(a, "--source", source, &list[i].source, d);
        ok &= stall_option_read(a, "--sink", sink, &list[i].sink, d);
        list[i].name = arena_printf(a, "source %s, sink %s", source, sink);
    }
    return ok ? list : NULL;
}

bool tune_latency(const char *option, const char *text, uint64_t *cycles,
                  bool *any, struct diag *d)
{
    *cycles = 0;
    *any = text != NULL && strcmp(text, "any") == 0;
    return text == NULL || *any ||
           options_number(option, text, 1, UINT64_MAX, cycles, d);
}

/* --- prices --------------------------------------------------------------- */

static const char *const resources[] = { "bits",   "lut",  "ff",
                                         "bram18", "uram", NULL };
enum { RESOURCES = sizeof resources / sizeof *resources - 1 };

/* "1", "0.05": in millionths.  False: said why. */
static bool read_weight(const char *text, uint64_t max, uint64_t *out,
                        struct diag *d)
{
    char digits[24];
    const char *point = strchr(text, '.');
    const size_t whole = point == NULL ? strlen(text) : (size_t)(point - text);
    const size_t places = point == NULL ? 0 : strlen(point + 1);
    if (whole + PLACES >= sizeof digits || places > PLACES ||
        (point != NULL && places == 0) ||
        text[strspn(text, "0123456789.")] != '\0') {
        diag_error(
            d, command_line, DIAG_OPTION,
            "--price: '%s' is no weight in thousandths: a number without "
            "sign, with at most three digits behind the point",
            text);
        return false;
    }
    memset(digits, '0', sizeof digits);
    memcpy(digits, text, whole);
    if (point != NULL)
        memcpy(digits + whole, point + 1, places);
    digits[whole + PLACES] = '\0';
    uint64_t thousandths;
    if (!options_number("--price, in thousandths", whole == 0 ? "" : digits, 0,
                        max * 1000, &thousandths, d))
        return false;
    *out = thousandths * (MILLION / 1000);
    return true;
}

/* RESOURCES: there is none of that name, and said so. */
static uint32_t find_resource(const char *name, struct diag *d)
{
    uint32_t i = 0;
    while (i < RESOURCES && strcmp(resources[i], name) != 0)
        i++;
    if (i < RESOURCES)
        return i;
    diag_error(d, command_line, DIAG_OPTION,
               "--price: '%s' is neither 'bits' nor 'device' nor weights of "
               "bits, lut, ff, bram18, uram",
               name);
    const char *words[RESOURCES + 2] = { "device" };
    memcpy(words + 1, resources, sizeof resources);
    const char *nearest = nearest_word(words, name);
    if (nearest != NULL)
        diag_hint(d, "did you mean '%s'?", nearest);
    else
        diag_hint(d, "such as --price lut=1,bram18=150");
    return RESOURCES;
}

static bool read_weights(struct arena *a, const char *text, struct pricing *out,
                         struct diag *d)
{
    uint64_t weights[RESOURCES] = { 0 }, sum = 0;
    bool given[RESOURCES] = { false };
    char *at = arena_strdup(a, text);
    while (at != NULL) {
        char *comma = strchr(at, ','), *equals;
        if (comma != NULL)
            *comma = '\0';
        equals = strchr(at, '=');
        if (equals != NULL)
            *equals = '\0';
        const uint32_t r = find_resource(at, d);
        if (r == RESOURCES)
            return false;
        if (given[r] || equals == NULL) {
            diag_error(d, command_line, DIAG_OPTION,
                       given[r] ? "--price: '%s' has two weights"
                                : "--price: '%s' has no weight",
                       at);
            return false;
        }
        given[r] = true;
        if (!read_weight(equals + 1, r == 0 ? WEIGHT_BITS_MAX : WEIGHT_MAX,
                         &weights[r], d))
            return false;
        sum += weights[r];
        at = comma == NULL ? NULL : comma + 1;
    }
    if (sum == 0) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--price: all weights of '%s' are 0, so that every depth "
                   "costs the same",
                   text);
        return false;
    }
    *out = (struct pricing){ weights[0], weights[1], weights[2],
                             weights[3], weights[4], given[4] };
    return true;
}

bool tune_pricing(struct arena *a, const char *text,
                  const struct device *device, struct pricing *out,
                  struct diag *d)
{
    if (text == NULL || strcmp(text, "bits") == 0) {
        *out = pricing_bits();
        return true;
    }
    if (strcmp(text, "device") != 0)
        return read_weights(a, text, out, d);
    if (device == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--price device: neither --device nor the model names one");
        diag_hint(d, "add --device NAME");
        return false;
    }
    *out = pricing_of_device(device);
    return true;
}

void tune_unknown_widths(struct design *design, struct diag *d)
{
    for (uint32_t i = 0; i < design->stream_count; i++) {
        struct stream *s = &design->streams[i];
        if (s->width_bits != 0 || s->inner)
            continue;
        s->width_bits = 1;
        diag_warning(d, command_line, DIAG_FIFO,
                     "no width is given for the tokens of '%s': they are "
                     "priced as 1 bit each",
                     s->name);
        diag_hint(d, "width_bits of the ports at both ends, in the kernels' "
                     "files");
    }
}

/* --- limits --------------------------------------------------------------- */

/* N, or MIN..MAX. */
static bool read_range(char *text, const struct stream *s,
                       struct depth_limit *out, struct diag *d)
{
    char *dots = strstr(text, "..");
    uint64_t least, most;
    if (dots != NULL)
        *dots = '\0';
    if (!options_number("--limit", text, 1, FIFO_DEPTH_MAX, &least, d))
        return false;
    most = least;
    if (dots != NULL &&
        !options_number("--limit", dots + 2, 1, FIFO_DEPTH_MAX, &most, d))
        return false;
    *out = (struct depth_limit){ s->index, (uint32_t)least, (uint32_t)most };
    if (least <= most)
        return fifo_check(s->name, s->auto_kind ? FIFO_AUTO : s->kind,
                          out->least, command_line, d);
    diag_error(d, command_line, DIAG_OPTION,
               "--limit: '%s' is to be at least %" PRIu64
               " tokens deep and at most %" PRIu64,
               s->name, least, most);
    diag_hint(d, "the smaller depth comes first: %s=%" PRIu64 "..%" PRIu64,
              s->name, most, least);
    return false;
}

static bool read_limit(struct arena *a, const struct design *design,
                       const char *text, struct depth_limit *out,
                       struct diag *d)
{
    const char *equals = strrchr(text, '=');
    if (equals == NULL) {
        diag_error(d, command_line, DIAG_OPTION,
                   "--limit: '%s' is neither FIFO=N nor FIFO=MIN..MAX", text);
        return false;
    }
    const char *name = arena_printf(a, "%.*s", (int)(equals - text), text);
    const struct stream *s = fifo_find(design, name, command_line, d);
    if (s == NULL)
        return false;
    if (!tune_looks_for(s)) {
        diag_error(d, command_line, DIAG_FIFO,
                   "--limit: '%s' is of kind '%s', whose depth is not looked "
                   "for",
                   name, fifo_kind_name(s->kind));
        return false;
    }
    return read_range(arena_strdup(a, equals + 1), s, out, d);
}

/* Two for one FIFO. */
static bool check_pairs(const struct design *design,
                        const struct depth_limit *limits, uint32_t count,
                        struct diag *d)
{
    for (uint32_t i = 1; i < count; i++)
        for (uint32_t k = 0; k < i; k++) {
            if (limits[i].stream != limits[k].stream)
                continue;
            diag_error(d, command_line, DIAG_OPTION,
                       "--limit: two limits for '%s'",
                       design->streams[limits[i].stream].name);
            diag_hint(d, "both ends go into one: FIFO=MIN..MAX");
            return false;
        }
    return true;
}

const struct depth_limit *tune_limits(struct arena *a, const struct design *d,
                                      const struct option_list *list,
                                      struct diag *diag)
{
    struct depth_limit *limits =
        arena_new_array(a, struct depth_limit, list->count);
    bool ok = list->count > 0;
    for (uint32_t i = 0; i < list->count; i++)
        ok &= read_limit(a, d, list->items[i], &limits[i], diag);
    return ok && check_pairs(d, limits, list->count, diag) ? limits : NULL;
}
