#include "import/device.h"

#include "base/arena.h"
#include "base/json.h"
#include "base/nearest.h"
#include "base/text.h"
#include "import/device_files.h"
#include "import/device_power.h"

#include <string.h>

enum { CAPACITY_MAX = 1000000000, NAME_MAX_LENGTH = 64 };

static bool read_number(struct json j, const char *key, uint32_t least,
                        uint64_t *out)
{
    return json_read_u64(json_need(j, key), least, CAPACITY_MAX, out);
}

static bool is_name(const char *s)
{
    size_t length = strlen(s);
    if (length == 0 || length > NAME_MAX_LENGTH || s[0] < 'a' || s[0] > 'z')
        return false;
    return s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

/* The name of the device; NULL: said why. */
static const char *read_name(struct json j)
{
    struct json value = json_need(j, "name");
    const char *name = json_read_string(value);
    if (name == NULL || is_name(name))
        return name;
    json_error(value, DIAG_NAME,
               "the name of a device is 1 to %d small letters, digits, '_' "
               "and '-' and begins with a letter",
               NAME_MAX_LENGTH);
    return NULL;
}

/* A text that only people read. */
static bool read_text(struct json j, const char *key, const char **out)
{
    struct json value = json_get(j, key);
    if (!json_exists(value))
        return true;
    const char *text = json_read_string(value);
    if (out != NULL)
        *out = text;
    return text != NULL;
}

/* In whole megahertz, as data sheets give it. */
static bool read_clock(struct json j, uint64_t *out)
{
    enum { MEGA = 1000000, CLOCK_MHZ_MAX = 2000 };
    struct json value = json_get(j, "max_clock_mhz");
    uint64_t mhz = 0;
    if (json_exists(value) && !json_read_u64(value, 1, CLOCK_MHZ_MAX, &mhz))
        return false;
    *out = mhz * MEGA;
    return true;
}

static const struct device *read_device(struct arena *a, struct json j)
{
    if (!json_exists(j) || !json_is_object(j))
        return NULL;
    struct device *device = arena_new_item(a, struct device);
    struct cost *c = &device->capacity;
    device->name = read_name(j);
    bool good = device->name != NULL;
    good &= read_text(j, "description", &device->description);
    good &= read_text(j, "family", NULL);
    good &= read_number(j, "lut", 1, &c->lut);
    good &= read_number(j, "ff", 1, &c->ff);
    good &= read_number(j, "dsp", 0, &c->dsp);
    good &= read_number(j, "bram18", 0, &c->bram18);
    good &= read_number(j, "uram", 0, &c->uram);
    good &= read_clock(j, &device->clock_hz_max);
    good &= device_power_read(a, json_get(j, "power"), &device->power);
    good &= device_sources_read(j);
    good &= json_no_more_keys(j);
    return good ? device : NULL;
}

/* The name without its ending; the arena's. */
static const char *stem(struct arena *a, const struct embedded_file *f)
{
    return arena_printf(a, "%.*s", (int)strcspn(f->name, "."), f->name);
}

const char *device_names(struct arena *a)
{
    struct text *t = text_new(a);
    for (size_t i = 0; i < device_file_count; i++)
        text_printf(t, "%s%s", i > 0 ? ", " : "", stem(a, &device_files[i]));
    return text_string(t);
}

/* In small letters; the arena's. */
static const char *lower(struct arena *a, const char *name)
{
    char *copy = arena_printf(a, "%s", name);
    for (char *c = copy; *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c - 'A' + 'a');
    return copy;
}

/* The device that was meant: a part number goes on behind the name. */
static const char *guess(const char *const *names, const char *name)
{
    while (*names != NULL && strncmp(name, *names, strlen(*names)) != 0)
        names++;
    return *names;
}

static void report_unknown(struct arena *a, const char *name,
                           struct place where, struct diag *d)
{
    const char **names =
        arena_new_array(a, const char *, device_file_count + 1);
    for (size_t i = 0; i < device_file_count; i++)
        names[i] = stem(a, &device_files[i]);
    diag_error(d, where, DIAG_VALUE,
               "there is no device '%.*s' in the catalogue, which has %s",
               NAME_MAX_LENGTH, name, device_names(a));
    const char *small = lower(a, name);
    const char *meant = guess(names, small);
    if (meant == NULL)
        meant = nearest_word(names, small);
    if (meant != NULL)
        diag_hint(d, "did you mean '%s'?", meant);
    else
        diag_hint(d, "a file can be given instead, as ./%.*s.json",
                  NAME_MAX_LENGTH, name);
}

bool device_is_path(const char *name)
{
    return strchr(name, '/') != NULL || text_ends_in(name, ".json");
}

const struct device *device_load(struct arena *a, const char *name,
                                 struct place where, struct diag *d)
{
    if (device_is_path(name))
        return read_device(a, json_load(a, name, d));
    for (size_t i = 0; i < device_file_count; i++) {
        const struct embedded_file *f = &device_files[i];
        if (strcmp(stem(a, f), name) == 0)
            return read_device(a,
                               json_parse(a, f->name, f->text, f->length, d));
    }
    report_unknown(a, name, where, d);
    return NULL;
}

bool device_check_clock(const struct device *device, uint64_t hz,
                        struct place where, struct diag *d)
{
    enum { MEGA = 1000000 };
    if (device == NULL || device->clock_hz_max == 0 ||
        hz <= device->clock_hz_max)
        return true;
    diag_error(d, where, DIAG_BOARD,
               "a clock of %.10g MHz is above the %ju MHz that '%s' allows",
               (double)hz / MEGA, (uintmax_t)(device->clock_hz_max / MEGA),
               device->name);
    diag_hint(d, "that is what its clock trees can carry (max_clock_mhz); "
                 "designs reach much less");
    return false;
}
