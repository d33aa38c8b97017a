#include "report/model_depths.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/json.h"
#include "base/json_write.h"
#include "base/text.h"
#include "design/design.h"
#include "design/fifo.h"
#include "report/model_text.h"

enum { FILE_MAX = 64 << 20 }; /* as JSON files are read */

/* Where text is put in: `from` .. `to` of the file goes. */
struct place_in {
    size_t from, to;
    const char *before, *after; /* around the object of the FIFOs */
};

/* Into an object, as its first member. */
static struct place_in into(struct arena *a, const char *text,
                            struct json object, const char *before,
                            const char *after)
{
    const size_t begin = model_text_offset(text, json_place(object)) + 1;
    const char *comma = json_length(object) == 0 ? "" : ",";
    return (struct place_in){ begin, begin, before,
                              arena_printf(a, "%s%s", after, comma) };
}

static struct place_in find_place(struct arena *a, const char *text,
                                  struct json root)
{
    const struct json hardware = json_get(root, "hardware");
    if (!json_exists(hardware))
        return into(a, text, root,
                    "\n  \"hardware\": {\n    \"fifos\": ", "\n  }");
    const struct json fifos = json_get(hardware, "fifos");
    if (!json_exists(fifos))
        return into(a, text, hardware, "\n    \"fifos\": ", "");
    const size_t from = model_text_offset(text, json_place(fifos));
    return (struct place_in){ from, model_text_end(text, from), "", "" };
}

static const char *fifos_text(struct arena *a, const struct design *d,
                              const uint32_t *depths)
{
    struct json_out *fifos = json_out_new(a);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        const struct stream *s = &d->streams[i];
        if (!fifo_is_chosen(s))
            continue;
        struct json_out *entry = json_add_object(fifos, s->name);
        json_add_u64(entry, "depth", depths[i]);
        if (!s->auto_kind)
            json_add_string(entry, "kind", fifo_kind_name(s->kind));
    }
    struct text *t = text_new(a);
    json_out_print(fifos, t);
    return arena_printf(a, "%.*s", (int)text_length(t) - 1, text_string(t));
}

bool model_depths_print(struct arena *a, const struct design *d,
                        const uint32_t *depths, const char *path,
                        struct text *out, struct diag *diag)
{
    size_t length;
    const char *text = file_read(a, path, FILE_MAX, &length, diag);
    if (text == NULL)
        return false;
    const struct json root = json_parse(a, path, text, length, diag);
    if (!json_exists(root))
        return false;
    const struct place_in p = find_place(a, text, root);
    text_addn(out, text, p.from);
    text_add(out, p.before);
    text_add(out, fifos_text(a, d, depths));
    text_add(out, p.after);
    text_addn(out, text + p.to, length - p.to);
    return true;
}
