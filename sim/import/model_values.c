#include "import/model_parts.h"

#include "base/arena.h"
#include "base/npy.h"
#include "base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <sys/stat.h>

struct npy *model_load_values(struct arena *a, const char *folder,
                              const struct value_source *s, struct diag *d)
{
    const char *path = file_join(a, folder, s->file);
    struct stat status;
    /* Only the model says which line asks for the file, so a missing one is
     * reported here. */
    if (stat(path, &status) != 0) {
        diag_error(d, s->place, s->shape_code, "file '%s' is not there",
                   s->file);
        return NULL;
    }
    return npy_load(a, path, s->shape_code, d);
}

/* "(0, 1, 0, 3)": where value i of n stands. */
static const char *index_text(struct arena *a, const struct npy *n, uint64_t i)
{
    uint64_t position[NPY_DIMS_MAX];
    for (uint32_t k = n->dims; k-- > 0;) {
        position[k] = i % n->shape[k];
        i /= n->shape[k];
    }
    struct text *t = text_new(a);
    for (uint32_t k = 0; k < n->dims; k++)
        text_printf(t, "%s%" PRIu64, k == 0 ? "(" : ", ", position[k]);
    text_add(t, n->dims == 1 ? ",)" : ")");
    return text_string(t);
}

static bool convert_integers(struct arena *a, const struct npy *n,
                             uint64_t count, struct format f,
                             const struct value_source *s, int32_t *out,
                             struct diag *d)
{
    bool is_binary = f.kind == FIXED_KIND_BINARY;
    int64_t min = format_min(f), max = format_max(f);
    uint64_t faults = 0, first = 0;
    for (uint64_t i = 0; i < count; i++) {
        int64_t x = n->integers[i];
        if (x < min || x > max || (is_binary && x == 0)) {
            if (faults++ == 0)
                first = i;
            continue;
        }
        out[i] = (int32_t)x;
    }
    if (faults == 0)
        return true;
    char name[FORMAT_TEXT_SIZE];
    const char *rule =
        is_binary ? "neither -1 nor 1"
                  : arena_printf(a, "outside %" PRId64 "..%" PRId64, min, max);
    diag_error(d, s->place, s->range_code,
               "value %" PRId64 " at %s of '%s' is %s, the raw values of %s "
               "(%" PRIu64 " such of %" PRIu64 ")",
               n->integers[first], index_text(a, n, first), s->file, rule,
               format_print(f, name), faults, count);
    return false;
}

/* What became of floats. */
struct float_faults {
    uint64_t saturated, first_saturated;
    uint64_t invalid, first_invalid; /* NaN and infinities */
};

static void convert_floats(const double *in, uint64_t count, struct format f,
                           int32_t *out, struct float_faults *faults)
{
    /* Powers of two change the exponent only, so that the one rounding is
     * that of rint: to nearest, ties to even. */
    double scale = ldexp(1.0, format_fraction(f));
    double min = (double)format_min(f), max = (double)format_max(f);
    for (uint64_t i = 0; i < count; i++) {
        double x = rint(in[i] * scale);
        if (x >= min && x <= max) {
            out[i] = (int32_t)x;
        } else if (isfinite(in[i])) {
            out[i] = (int32_t)(x < min ? min : max);
            if (faults->saturated++ == 0)
                faults->first_saturated = i;
        } else if (faults->invalid++ == 0) {
            faults->first_invalid = i;
        }
    }
}

/* A binary value is a sign; its size is meant to be lost. */
static void convert_signs(const double *in, uint64_t count, int32_t *out,
                          struct float_faults *faults)
{
    for (uint64_t i = 0; i < count; i++) {
        out[i] = in[i] < 0 ? -1 : 1;
        if (!isfinite(in[i]) && faults->invalid++ == 0)
            faults->first_invalid = i;
    }
}

bool model_convert_values(struct arena *a, const struct npy *n, uint64_t count,
                          struct format f, const struct value_source *s,
                          int32_t *out, struct diag *d)
{
    assert(count <= n->count);
    if (!n->is_float)
        return convert_integers(a, n, count, f, s, out, d);
    struct float_faults faults = { 0 };
    if (f.kind == FIXED_KIND_BINARY)
        convert_signs(n->floats, count, out, &faults);
    else
        convert_floats(n->floats, count, f, out, &faults);
    if (faults.invalid > 0) {
        uint64_t i = faults.first_invalid;
        double x = n->floats[i];
        diag_error(d, s->place, s->range_code,
                   "value %s at %s of '%s' is not a number that a format can "
                   "hold (%" PRIu64 " such of %" PRIu64 ")",
                   isnan(x) ? "nan"
                   : x < 0  ? "-inf"
                            : "inf",
                   index_text(a, n, i), s->file, faults.invalid, count);
        return false;
    }
    if (faults.saturated > 0) {
        uint64_t i = faults.first_saturated;
        char name[FORMAT_TEXT_SIZE];
        diag_warning(d, s->place, s->range_code,
                     "value %.9g at %s of '%s' does not fit %s and became %.9g "
                     "(%" PRIu64 " such of %" PRIu64 ")",
                     n->floats[i], index_text(a, n, i), s->file,
                     format_print(f, name), fixed_to_double(out[i], f),
                     faults.saturated, count);
    }
    return true;
}
