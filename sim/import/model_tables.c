/* Tables that a model gives: of functions that are looked up, and of a
 * softmax (docs/hardware.md, Numbers). */
#include "import/model_type.h"

#include "base/bits.h"
#include "base/npy.h"
#include "design/tables.h"
#include "import/model_weights.h"

#include <inttypes.h>
#include <stddef.h>

/* The files of `count` tables under "weights".  False: said why. */
static bool read_files(struct model_reader *r, struct layer_draft *out,
                       uint32_t count, const char *const *keys,
                       const char **const *files)
{
    struct json weights = model_need(out->json, out->keys, "weights");
    if (!json_exists(weights) || !json_is_object(weights))
        return false;
    bool ok = model_check_keys(weights, keys);
    for (uint32_t i = 0; i < count; i++) {
        struct json value = json_need(weights, keys[i]);
        *files[i] =
            json_exists(value) ? model_read_path(r, value, DIAG_WEIGHTS) : NULL;
        ok &= *files[i] != NULL;
    }
    return ok;
}

static void read_table(struct model_reader *r, struct layer_draft *out)
{
    static const char *const keys[] = { "table", NULL };
    static const char *const seed_keys[] = { "seed", NULL };
    struct weights_draft *w = &out->weights;
    struct format *index = &out->layer.index;
    w->is_table = true;
    w->key = "table";
    bool known =
        model_need_format_key(r, out, "index_format", FORMAT_TENSOR, index);
    if (known && index->width > TABLE_GIVEN_BITS_MAX) {
        json_error(json_get(out->json, "index_format"), DIAG_FORMAT,
                   "an index of %u bits is more than %d", index->width,
                   TABLE_GIVEN_BITS_MAX);
        known = false;
    }
    out->numbers_known &= known;
    struct json weights = json_get(out->json, "weights");
    w->seeded = json_exists(json_get(weights, "seed"));
    out->weights_known =
        w->seeded
            ? model_check_keys(weights, seed_keys) &&
                  json_read_u64(json_get(weights, "seed"), 0, UINT64_MAX,
                                &w->seed)
            : read_files(r, out, 1, keys, (const char **const[]){ &w->kernel });
}

void model_read_given_table(struct model_reader *r, struct layer_draft *out)
{
    if (json_exists(json_get(out->json, "weights")) ||
        json_exists(json_get(out->json, "index_format")))
        read_table(r, out);
}

void model_read_lookup(struct model_reader *r, struct layer_draft *out)
{
    read_table(r, out);
    model_read_linear(r, out);
}

void model_read_softmax(struct model_reader *r, struct layer_draft *out)
{
    static const char *const formats[] = { "difference_format", "sum_format",
                                           "index_format", "inverse_format",
                                           NULL };
    static const char *const keys[] = { "exp", "inverse", NULL };
    struct softmax_rule *rule = &out->layer.softmax;
    struct weights_draft *w = &out->weights;
    bool given = json_exists(json_get(out->json, "weights"));
    for (uint32_t i = 0; formats[i] != NULL; i++)
        given |= json_exists(json_get(out->json, formats[i]));
    if (!given) {
        struct json bits = json_get(out->json, "table_bits");
        if (json_exists(bits))
            out->numbers_known &=
                json_read_u32(bits, TABLE_BITS_MIN, TABLE_BITS_MAX,
                              &out->layer.table_bits);
        model_read_linear(r, out);
        return;
    }
    w->is_table = true;
    w->key = "exp";
    w->bias_key = "inverse";
    model_read_linear(r, out);
    bool ok = model_read_format_key(r, out, "difference_format", FORMAT_TENSOR,
                                    &rule->difference);
    ok &=
        model_need_format_key(r, out, "sum_format", FORMAT_TENSOR, &rule->sum);
    ok &= model_need_format_key(r, out, "index_format", FORMAT_TENSOR,
                                &rule->index);
    ok &= model_need_format_key(r, out, "inverse_format", FORMAT_TENSOR,
                                &rule->inverse);
    out->numbers_known &= ok;
    out->weights_known =
        read_files(r, out, 2, keys,
                   (const char **const[]){ &w->kernel, &w->bias });
}

/* Entries in format f; NULL: said why.  bits 0: as many as the file has, a
 * power of two, and *bits is set. */
static const int32_t *load(struct model_reader *r, const struct layer_draft *l,
                           const char *key, const char *file, struct format f,
                           uint32_t *bits)
{
    struct json value = model_weights_value(l, key);
    struct value_source source = {
        .place = json_place(value),
        .file = file,
        .shape_code = DIAG_WEIGHTS,
        .range_code = DIAG_WEIGHTS_RANGE,
    };
    struct npy *n = model_weights_open(r, &source);
    if (n == NULL)
        return NULL;
    uint32_t most = *bits != 0 ? *bits : TABLE_GIVEN_BITS_MAX;
    uint32_t least = *bits != 0 ? *bits : 1;
    uint32_t found = least;
    while (found < most && (UINT64_C(1) << found) < n->count)
        found++;
    if (n->dims != 1 || n->count != UINT64_C(1) << found) {
        diag_error(r->diag, source.place, DIAG_WEIGHTS,
                   "file '%s' has shape %s, the %s of '%s' has 2^%u%s entries",
                   file, npy_shape_text(n, r->arena), key, l->layer.name, least,
                   least == most ? "" : " to 2^16");
        return NULL;
    }
    *bits = found;
    const int32_t *raw = NULL;
    const double *floats;
    model_weights_convert(r, n, f, &source, &raw, &floats);
    return raw;
}

void model_load_tables(struct model_reader *r, struct layer_draft *l)
{
    struct layer *layer = &l->layer;
    const struct weights_draft *w = &l->weights;
    if (layer->type != LAYER_SOFTMAX) {
        uint32_t bits = layer->index.width;
        layer->table = w->seeded ? model_draw_table(r, l, UINT64_C(1) << bits)
                                 : load(r, l, w->key, w->kernel,
                                        layer->output.format, &bits);
        return;
    }
    struct softmax_rule *rule = &layer->softmax;
    rule->exp = load(r, l, w->key, w->kernel, rule->sum, &rule->exp_bits);
    rule->inverses =
        load(r, l, w->bias_key, w->bias, rule->inverse, &rule->inverse_bits);
}
