/* Layers that are not read: all of them at once, where they are, and what to
 * do about those that have a remedy. */
#include "import/keras/keras_reader.h"

#include "base/text.h"

#include <string.h>

enum { NAMED_MAX = 50 };

/* Layers of one class. */
struct unknown {
    const char *kind, *first; /* the first one's name */
    uint32_t count;
};

static const char inner[] =
    "layers of a model inside a model have to be put into the outer one: "
    "for l in inner.layers: x = l(x)";
static const char code[] = "Python code in the file is not run: use layers of "
                           "Keras that do the same";
static const char recurrent[] = "recurrent layers have no hardware";

static const struct remedy {
    const char *kind, *text;
} remedies[] = {
    { "Functional", inner },
    { "Sequential", inner },
    { "Model", inner },
    { "Lambda", code },
    { "LSTM", recurrent },
    { "GRU", recurrent },
    { "SimpleRNN", recurrent },
    { "Bidirectional", recurrent },
    { "Conv2DTranspose", "for Conv2DTranspose: UpSampling2D and a Conv2D" },
    { "TimeDistributed", "a Dense is applied to each step by itself" },
    { "LayerNormalization",
      "statistics of the frame itself have no hardware: train with "
      "BatchNormalization" },
};

static const char *remedy_of(const char *kind)
{
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (strcmp(remedies[i].kind, kind) == 0)
            return remedies[i].text;
    return NULL;
}

static uint32_t find_all(const struct keras_reader *r, struct unknown *all)
{
    uint32_t kinds = 0;
    for (uint32_t i = 0; i < r->layer_count; i++) {
        const struct keras_layer *l = &r->layers[i];
        uint32_t k = 0;
        while (l->type == NULL && k < kinds &&
               strcmp(all[k].kind, l->kind) != 0)
            k++;
        if (l->type != NULL || k == NAMED_MAX)
            continue;
        if (k == kinds)
            all[kinds++] = (struct unknown){ l->kind, l->name, 0 };
        all[k].count++;
    }
    return kinds;
}

bool keras_check_types(struct keras_reader *r)
{
    struct unknown all[NAMED_MAX];
    uint32_t kinds = find_all(r, all);
    if (kinds == 0)
        return true;
    struct text *t = text_new(r->arena), *hint = text_new(r->arena);
    for (uint32_t k = 0; k < kinds; k++) {
        text_printf(t, "%s'%.40s' (", k == 0 ? "" : ", ", all[k].kind);
        if (all[k].count == 1)
            text_printf(t, "layer '%.80s')", all[k].first);
        else
            text_printf(t, "%u layers, the first is '%.80s')",
                        (unsigned)all[k].count, all[k].first);
        const char *remedy = remedy_of(all[k].kind);
        if (remedy != NULL && strstr(text_string(hint), remedy) == NULL)
            text_printf(hint, "%s%s", text_length(hint) == 0 ? "" : "; ",
                        remedy);
    }
    diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_OPERATOR,
               "layers that are not known: %s", text_string(t));
    diag_hint(r->diag, "%s",
              text_length(hint) > 0
                  ? text_string(hint)
                  : "docs/keras-layers.md lists those that are");
    return false;
}
