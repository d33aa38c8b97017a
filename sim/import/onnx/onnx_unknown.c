/* Operators that are not read: all of them at once, where they are, and what
 * to do about those that have a remedy. */
#include "import/onnx/onnx_reader.h"

#include "base/text.h"

#include <string.h>

#include <onnx.pb-c.h>

enum { NAMED_MAX = 50 };

/* Operators of one kind. */
struct unknown {
    const char *domain, *kind;
    const char *first; /* the node's name, or that of its output */
    uint32_t count;
};

static const char own_statistics[] =
    "statistics of the frame itself have no hardware: train with batch "
    "normalisation, which is folded into the weights";
static const char recurrent[] = "recurrent layers have no hardware";
static const char inner_graphs[] =
    "graphs inside of nodes have no hardware: export what they choose with "
    "fixed sizes";
static const char exponentials[] =
    "instead of functions of e: ReLU, leaky ReLU, SiLU, hard swish";

/* The remedy of several operators is one; what is exported with less is as
 * good: a softmax and its logarithm leave the order of classes. */
static const struct remedy {
    const char *kind, *text;
} remedies[] = {
    { "Erf", ONNX_GELU_REMEDY },
    { "DynamicQuantizeLinear",
      "scales that follow from the data have no hardware: quantise the "
      "network statically" },
    { "LogSoftmax",
      "export without LogSoftmax: the order of the classes is the same" },
    { "ConvTranspose",
      "for ConvTranspose: nearest upsampling and a convolution behind it" },
    { "LayerNormalization", own_statistics },
    { "InstanceNormalization", own_statistics },
    { "GroupNormalization", own_statistics },
    { "LSTM", recurrent },
    { "GRU", recurrent },
    { "RNN", recurrent },
    { "If", inner_graphs },
    { "Loop", inner_graphs },
    { "Elu", exponentials },
    { "Selu", exponentials },
    { "Celu", exponentials },
    { "Exp", exponentials },
    { "Mish", exponentials },
    { "Softplus", exponentials },
};

static const char *text_of(const char *s)
{
    return s == NULL ? "" : s;
}

static const char *remedy_of(const char *kind)
{
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (strcmp(remedies[i].kind, kind) == 0)
            return remedies[i].text;
    return NULL;
}

static uint32_t find_all(const Onnx__GraphProto *g, struct unknown *all)
{
    uint32_t kinds = 0;
    for (size_t i = 0; i < g->n_node; i++) {
        const Onnx__NodeProto *p = g->node[i];
        if (onnx_operator_of(p) != NULL)
            continue;
        const char *kind = text_of(p->op_type), *domain = text_of(p->domain);
        uint32_t k = 0;
        while (k < kinds && (strcmp(all[k].kind, kind) != 0 ||
                             strcmp(all[k].domain, domain) != 0))
            k++;
        if (k == NAMED_MAX)
            continue;
        if (k == kinds) {
            const char *name = text_of(p->name);
            if (name[0] == '\0' && p->n_output > 0)
                name = p->output[0];
            all[kinds++] = (struct unknown){ domain, kind, name, 0 };
        }
        all[k].count++;
    }
    return kinds;
}

/* Each once; NULL: there are none. */
static const char *remedies_of(struct onnx_reader *r, const struct unknown *all,
                               uint32_t kinds)
{
    struct text *t = text_new(r->arena);
    for (uint32_t k = 0; k < kinds; k++) {
        const char *remedy = remedy_of(all[k].kind);
        if (remedy != NULL && strstr(text_string(t), remedy) == NULL)
            text_printf(t, "%s%s", text_length(t) == 0 ? "" : "; ", remedy);
    }
    return text_length(t) == 0 ? NULL : text_string(t);
}

bool onnx_check_operators(struct onnx_reader *r, const Onnx__GraphProto *g)
{
    struct unknown all[NAMED_MAX];
    uint32_t kinds = find_all(g, all);
    if (kinds == 0)
        return true;
    struct text *t = text_new(r->arena);
    for (uint32_t k = 0; k < kinds; k++) {
        const char *domain = all[k].domain;
        text_printf(t, "%s%.40s%s'%.40s' (", k == 0 ? "" : ", ", domain,
                    domain[0] == '\0' ? "" : " ", all[k].kind);
        if (all[k].count == 1)
            text_printf(t, "node '%.80s')", all[k].first);
        else
            text_printf(t, "%u nodes, the first is '%.80s')",
                        (unsigned)all[k].count, all[k].first);
    }
    diag_error(r->diag, (struct place){ r->path, 0, 0 }, DIAG_OPERATOR,
               "operators that are not known: %s", text_string(t));
    const char *remedy = remedies_of(r, all, kinds);
    diag_hint(r->diag, "%s",
              remedy != NULL ? remedy
                             : "docs/onnx-operators.md lists those that are");
    return false;
}
