#include "design/folding.h"

#include "design/design.h"

#include <assert.h>
#include <stddef.h>

/* No number below 2^32 has more divisors (3491888400 has as many). */
enum { DIVISORS_MAX = 1920 };

static uint64_t reuse_of(const struct folding_rule *r, uint32_t pe,
                         uint32_t simd)
{
    return (uint64_t)(r->outputs / pe) * (r->inputs / simd);
}

static bool simd_fits(const struct folding_rule *r, uint32_t simd)
{
    return r->inputs % simd == 0 &&
           (r->input_lanes == 0 || r->input_lanes % simd == 0 ||
            simd % r->input_lanes == 0);
}

/* A group of PE outputs that leaves as q tokens does so while the next one
 * is computed, thus q <= SF. */
static const char *split_fault(const struct folding_rule *r, uint32_t pe,
                               uint32_t simd)
{
    if (pe % r->output_lanes != 0)
        return "pe and the output lanes are not multiples of one another";
    uint32_t q = pe / r->output_lanes;
    uint32_t sf = r->inputs / simd;
    if (q > sf)
        return "a group of pe outputs takes more tokens than it has folds";
    bool staged = r->staged || (r->input_lanes != 0 && simd > r->input_lanes);
    if (staged && q < sf && pe < r->outputs)
        return "output groups cannot be split into tokens while input "
               "tokens are staged";
    return NULL;
}

const char *folding_fault(const struct folding_rule *r, uint32_t pe,
                          uint32_t simd)
{
    if (pe == 0 || r->outputs % pe != 0)
        return "pe does not divide the outputs";
    if (simd == 0 || r->inputs % simd != 0)
        return "simd does not divide the inputs";
    if (!simd_fits(r, simd))
        return "simd and the input lanes are not multiples of one another";
    if (reuse_of(r, pe, simd) > UINT32_MAX)
        return "the reuse factor is above 4294967295";
    if (r->output_lanes % pe == 0)
        return NULL;
    return split_fault(r, pe, simd);
}

/* Ascending. */
static uint32_t list_divisors(uint32_t n, uint32_t divisors[DIVISORS_MAX])
{
    uint32_t small = 0;
    uint32_t i = 1;
    for (; (uint64_t)i * i <= n; i++)
        if (n % i == 0)
            divisors[small++] = i;
    uint32_t count = small;
    for (uint32_t k = small; k-- > 0;) {
        uint32_t large = n / divisors[k];
        if (large != divisors[k])
            divisors[count++] = large;
    }
    assert(count <= DIVISORS_MAX);
    return count;
}

bool folding_find(const struct folding_rule *r, uint32_t reuse_factor,
                  struct folding *out)
{
    uint32_t divisors[DIVISORS_MAX];
    uint32_t count = list_divisors(r->outputs, divisors);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t nf = divisors[i]; /* fewest groups first: the largest PE */
        if (reuse_factor % nf != 0)
            continue;
        uint32_t sf = reuse_factor / nf;
        if (sf == 0 || r->inputs % sf != 0)
            continue;
        uint32_t pe = r->outputs / nf;
        uint32_t simd = r->inputs / sf;
        if (folding_fault(r, pe, simd) == NULL) {
            *out = (struct folding){ pe, simd, reuse_factor };
            return true;
        }
    }
    return false;
}

void folding_nearest(const struct folding_rule *r, uint32_t reuse_factor,
                     uint32_t *below, uint32_t *above)
{
    uint32_t pes[DIVISORS_MAX], simds[DIVISORS_MAX];
    uint32_t pe_count = list_divisors(r->outputs, pes);
    uint32_t simd_count = list_divisors(r->inputs, simds);
    *below = 0;
    *above = 0;
    for (uint32_t i = 0; i < pe_count; i++) {
        for (uint32_t j = 0; j < simd_count; j++) {
            uint64_t rf = reuse_of(r, pes[i], simds[j]);
            bool closer = rf < reuse_factor ? rf > *below
                                            : rf > reuse_factor &&
                                                  (*above == 0 || rf < *above);
            if (!closer || folding_fault(r, pes[i], simds[j]) != NULL)
                continue;
            if (rf < reuse_factor)
                *below = (uint32_t)rf;
            else
                *above = (uint32_t)rf;
        }
    }
}

static void report_impossible(const struct process *p,
                              const struct folding_rule *r,
                              const struct layer_options *o, struct diag *d)
{
    uint32_t below, above;
    folding_nearest(r, o->reuse_factor, &below, &above);
    const char *name = p->layer->name;
    if (below != 0 && above != 0)
        diag_error(d, o->reuse_factor_place, DIAG_FOLDING,
                   "reuse factor %u is impossible for '%s' (%u outputs of %u "
                   "inputs each); the nearest legal ones are %u and %u",
                   o->reuse_factor, name, r->outputs, r->inputs, below, above);
    else
        diag_error(d, o->reuse_factor_place, DIAG_FOLDING,
                   "reuse factor %u is impossible for '%s' (%u outputs of %u "
                   "inputs each); the nearest legal one is %u",
                   o->reuse_factor, name, r->outputs, r->inputs,
                   below != 0 ? below : above);
    diag_hint(d, "a reuse factor is (outputs / PE) * (inputs / SIMD)");
}

static bool choose_reuse_factor(const struct process *p,
                                const struct folding_rule *r,
                                const struct layer_options *o,
                                struct folding *f, struct diag *d)
{
    if (o->pe != 0 || o->simd != 0) {
        diag_error(d, o->reuse_factor_place, DIAG_FOLDING,
                   "'%s' has a reuse factor and pe or simd: give one or the "
                   "other",
                   p->layer->name);
        return false;
    }
    if (folding_find(r, o->reuse_factor, f))
        return true;
    report_impossible(p, r, o, d);
    return false;
}

static bool choose_pair(const struct process *p, const struct folding_rule *r,
                        const struct layer_options *o, struct folding *f,
                        struct diag *d)
{
    if (o->pe == 0 || o->simd == 0) {
        diag_error(d, o->pe != 0 ? o->pe_place : o->simd_place, DIAG_FOLDING,
                   "'%s' has %s but no %s: both belong together",
                   p->layer->name, o->pe != 0 ? "pe" : "simd",
                   o->pe != 0 ? "simd" : "pe");
        return false;
    }
    const char *fault = folding_fault(r, o->pe, o->simd);
    if (fault != NULL) {
        bool blame_simd = r->outputs % o->pe == 0 && !simd_fits(r, o->simd);
        diag_error(d, blame_simd ? o->simd_place : o->pe_place, DIAG_FOLDING,
                   "pe %u and simd %u are impossible for '%s' (%u outputs of "
                   "%u inputs each): %s",
                   o->pe, o->simd, p->layer->name, r->outputs, r->inputs,
                   fault);
        return false;
    }
    *f = (struct folding){ o->pe, o->simd,
                           (uint32_t)reuse_of(r, o->pe, o->simd) };
    return true;
}

bool folding_choose(struct process *p, const struct folding_rule *r,
                    const struct layer_options *options, struct diag *d)
{
    struct folding f;
    if (options != NULL && options->reuse_factor != 0) {
        if (!choose_reuse_factor(p, r, options, &f, d))
            return false;
    } else if (options != NULL && (options->pe != 0 || options->simd != 0)) {
        if (!choose_pair(p, r, options, &f, d))
            return false;
    } else {
        const char *fault = folding_fault(r, 1, 1);
        if (fault != NULL) {
            diag_error(d, p->layer->place, DIAG_FOLDING,
                       "'%s' cannot be folded fully (%u outputs of %u inputs "
                       "each): %s",
                       p->layer->name, r->outputs, r->inputs, fault);
            return false;
        }
        f = (struct folding){ 1, 1, (uint32_t)reuse_of(r, 1, 1) };
    }
    p->pe = f.pe;
    p->simd = f.simd;
    p->reuse_factor = f.reuse_factor;
    return true;
}

/* The multiplier of a DSP48E2 is signed, 27 by 18 bits (Xilinx UG579).  Its
 * wide port gets one weight and, as many bits above it as input and weight
 * have together, the other, with a bit for the sign of the sum of the two;
 * the narrow port gets the input. */
const char *folding_packing_fault(const struct process *p)
{
    enum { WIDE_PORT = 27, NARROW_PORT = 18 };
    struct format in = p->inputs[0]->format;
    int both = in.width + 2 * p->weight.width + 1;
    if (p->layer->type == LAYER_DEPTHWISE_CONV2D)
        return "outputs of a depthwise convolution share no operand; only "
               "conv2d and dense can be packed";
    if (p->pe % 2 != 0)
        return "pe is odd, and two outputs share a multiplier; give an even "
               "pe, or a reuse factor that leads to one";
    if (both > WIDE_PORT)
        return "two products do not fit next to each other into the 27 bits "
               "of a multiplier; give narrower weights or inputs (8 bits "
               "each fit)";
    if (in.width + !in.is_signed > NARROW_PORT)
        return "the inputs are wider than the 18 bits of a multiplier";
    return NULL;
}
