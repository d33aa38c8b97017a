#include "import/model_parts.h"

#include "base/arena.h"
#include "base/nearest.h"
#include "base/text.h"

#include <string.h>

const char *model_shown(struct model_reader *r, const char *s)
{
    enum { SHOWN_MAX = 100 };
    if (strlen(s) <= SHOWN_MAX)
        return s;
    return arena_printf(r->arena, "%.*s...", SHOWN_MAX, s);
}

bool model_check_keys(struct json object, const char *const *keys)
{
    for (; *keys != NULL; keys++)
        json_get(object, *keys);
    return json_no_more_keys(object);
}

static bool is_among(const char *const *words, const char *s)
{
    while (*words != NULL && strcmp(*words, s) != 0)
        words++;
    return *words != NULL;
}

struct json model_need(struct json object, const char *const *keys,
                       const char *key)
{
    struct json value = json_get(object, key);
    if (json_exists(value))
        return value;
    for (size_t i = 0; i < json_length(object); i++) {
        const char *other = json_key(json_at(object, i));
        if (is_among(keys, other))
            continue;
        const char *meant = nearest_word(keys, other);
        if (meant != NULL && strcmp(meant, key) == 0)
            return value;
    }
    return json_need(object, key);
}

bool model_read_word(struct model_reader *r, struct json j, const char *what,
                     const char *const *words, uint32_t *out)
{
    const char *s = json_read_string(j);
    if (s == NULL)
        return false;
    struct text *list = text_new(r->arena);
    for (uint32_t i = 0; words[i] != NULL; i++) {
        if (strcmp(s, words[i]) == 0) {
            *out = i;
            return true;
        }
        text_printf(list, "%s'%s'",
                    i == 0                 ? ""
                    : words[i + 1] == NULL ? " or "
                                           : ", ",
                    words[i]);
    }
    json_error(j, DIAG_VALUE, "%s '%s' is not %s", what, model_shown(r, s),
               text_string(list));
    const char *nearest = nearest_word(words, s);
    if (nearest != NULL)
        diag_hint(r->diag, "did you mean '%s'?", nearest);
    return false;
}

/* What is wrong with the name; NULL: nothing. */
static const char *name_fault(const char *s)
{
    if (s[0] == '\0')
        return "is empty";
    if (s[0] >= '0' && s[0] <= '9')
        return "starts with a digit";
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "abcdefghijklmnopqrstuvwxyz_0123456789";
    if (s[strspn(s, allowed)] != '\0')
        return "has other characters than letters, digits and '_'";
    if (strlen(s) > MODEL_NAME_MAX)
        return "is longer than 64 characters";
    return NULL;
}

bool model_read_name(struct model_reader *r, struct json j, const char **usable)
{
    const char *s = json_read_string(j);
    *usable = s;
    if (s == NULL)
        return false;
    const char *fault = name_fault(s);
    if (fault == NULL)
        return true;
    json_error(j, DIAG_NAME, "name '%s' %s", model_shown(r, s), fault);
    return false;
}

bool model_read_format(struct model_reader *r, struct json j,
                       enum format_use use, struct format *out)
{
    const char *s = json_read_string(j);
    if (s == NULL)
        return false;
    const char *shown = model_shown(r, s);
    const char *fault = NULL;
    struct format f;
    if (!format_parse(s, &f, &fault)) {
        json_error(j, DIAG_FORMAT, "format '%s': %s", shown, fault);
        return false;
    }
    if (f.kind != FIXED_KIND_FIXED && use != FORMAT_WEIGHT) {
        json_error(j, DIAG_FORMAT, "format '%s' is for weights only", shown);
        return false;
    }
    if (use == FORMAT_SUM) {
        if (!f.is_signed) {
            json_error(j, DIAG_FORMAT,
                       "format '%s' is unsigned, an accumulator is signed",
                       shown);
            return false;
        }
        if (f.overflow != FIXED_WRAP) {
            json_error(j, DIAG_FORMAT,
                       "overflow mode %s of '%s': an accumulator wraps (WRAP)",
                       fixed_overflow_name((enum fixed_overflow)f.overflow),
                       shown);
            return false;
        }
    } else {
        /* Raw values of tensors are kept in an int32_t. */
        uint32_t most =
            f.is_signed ? FIXED_TENSOR_WIDTH_MAX : FIXED_TENSOR_WIDTH_MAX - 1;
        if (f.width > most) {
            json_error(
                j, DIAG_FORMAT,
                "width %u of '%s' is more than %u, the most of %s format",
                f.width, shown, most, f.is_signed ? "a signed" : "an unsigned");
            return false;
        }
    }
    *out = f;
    return true;
}

const char *model_read_path(struct model_reader *r, struct json j,
                            enum diag_code code)
{
    const char *s = json_read_string(j);
    if (s == NULL)
        return NULL;
    const char *fault = file_path_fault(s);
    if (fault == NULL)
        return s;
    json_error(j, code, "path '%s' %s", model_shown(r, s), fault);
    diag_hint(r->diag, "put the file into the model's folder");
    return NULL;
}
