#include "import/graph/graph_ranges.h"

#include "base/arena.h"
#include "import/graph/graph_evaluate.h"

#include <assert.h>
#include <math.h>

/* Octaves beyond are joined with the outermost: 2^40 is far above what any
 * format of a network holds, and 2^-40 below every step. */
enum { OCTAVE_MIN = -40, OCTAVE_MAX = 40 };
enum { OCTAVES = OCTAVE_MAX - OCTAVE_MIN + 1 };

/* Absolute values in [2^(e-1), 2^e). */
struct octave {
    uint64_t count;
    double sum, squares;
    int lowest; /* all are multiples of 2^lowest */
};

struct spread {
    double min, max;
    uint64_t count;
    struct octave octaves[2][OCTAVES]; /* positive, negative */
};

struct graph_ranges {
    const struct graph *graph;
    struct range_options options;
    struct spread **spreads; /* by index of the value; NULL: not seen */
    struct arena *arena;
};

/* The exponent of the lowest bit of x, which lies below 2^exponent. */
static int lowest_bit(double x, int exponent)
{
    uint64_t digits = (uint64_t)ldexp(x, 53 - exponent);
    int zeros = 0;
    for (; (digits & 0xff) == 0; digits >>= 8)
        zeros += 8;
    for (; (digits & 1) == 0; digits >>= 1)
        zeros++;
    return exponent - 53 + zeros;
}

static void spread_add(struct spread *s, const double *values, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        double x = values[i];
        if (!isfinite(x))
            continue;
        s->min = s->count == 0 || x < s->min ? x : s->min;
        s->max = s->count == 0 || x > s->max ? x : s->max;
        s->count++;
        if (x == 0)
            continue;
        int e = 0;
        double size = fabs(x);
        frexp(size, &e);
        int exponent = e;
        e = e < OCTAVE_MIN ? OCTAVE_MIN : e > OCTAVE_MAX ? OCTAVE_MAX : e;
        struct octave *o = &s->octaves[x < 0][e - OCTAVE_MIN];
        int lowest = lowest_bit(size, exponent);
        if (o->count == 0 || lowest < o->lowest)
            o->lowest = lowest;
        o->count++;
        o->sum += size;
        o->squares += size * size;
    }
}

static bool holds(const struct spread *s, struct format f)
{
    double scale = ldexp(1, format_fraction(f));
    return rint(s->max * scale) <= (double)format_max(f) &&
           rint(s->min * scale) >= (double)format_min(f);
}

/* Where absolute values of a sign saturate, a power of two. */
static double limit_of(struct format f)
{
    return ldexp(1, f.integer - (f.is_signed ? 1 : 0));
}

/* Summed over all values. */
static double squared_error(const struct spread *s, struct format f)
{
    double step = ldexp(1, -format_fraction(f)), limit = limit_of(f);
    double error = 0;
    for (int e = OCTAVE_MIN; e <= OCTAVE_MAX; e++) {
        double low = ldexp(1, e - 1);
        for (int sign = 0; sign < 2; sign++) {
            const struct octave *o = &s->octaves[sign][e - OCTAVE_MIN];
            double count = (double)o->count;
            double to; /* what all of them become */
            if (low >= limit)
                to = sign == 1 ? limit : limit - step;
            else if (low < step / 2)
                to = 0;
            else if (low < step)
                to = step;
            else if (o->lowest >= -format_fraction(f))
                continue; /* they are what they were */
            else
                to = -1;
            error += to < 0 ? count * step * step / 12
                            : o->squares - 2 * to * o->sum + to * to * count;
        }
    }
    return error;
}

static uint64_t count_saturated(const struct spread *s, struct format f)
{
    uint64_t count = 0;
    double limit = limit_of(f);
    for (int e = OCTAVE_MIN; e <= OCTAVE_MAX; e++)
        if (ldexp(1, e - 1) >= limit)
            count += s->octaves[0][e - OCTAVE_MIN].count +
                     s->octaves[1][e - OCTAVE_MIN].count;
    return count;
}

static struct range choose(const struct spread *s, uint32_t width,
                           bool is_signed, bool by_max)
{
    /* So many bits below what holds all, only values beyond a 256th of the
     * largest are cut: for outliers farther off than that, which take the
     * whole range from all others, there is --width. */
    enum { CANDIDATES = 8 };
    struct format f = { .width = (uint8_t)width,
                        .integer = OCTAVE_MIN,
                        .is_signed = is_signed,
                        .quant = FIXED_RND_CONV,
                        .overflow = FIXED_SAT };
    bool is_zero = s->count == 0 || (s->min == 0 && s->max == 0);
    if (is_zero)
        f.integer = is_signed;
    while (!is_zero && f.integer < OCTAVE_MAX && !holds(s, f))
        f.integer++;
    struct range r = { s->min, s->max, f, s->count,
                       holds(s, f) ? 0 : count_saturated(s, f) };
    double least = squared_error(s, f);
    for (int i = 1; i <= CANDIDATES && !by_max && !is_zero; i++) {
        f.integer--;
        double error = squared_error(s, f);
        if (error < least) {
            least = error;
            r.format = f;
            r.saturated = count_saturated(s, f);
        }
    }
    return r;
}

struct graph_ranges *graph_ranges_new(struct arena *a, const struct graph *g,
                                      const struct range_options *o)
{
    assert(o->width >= RANGES_WIDTH_MIN && o->width <= RANGES_WIDTH_MAX);
    assert(o->weight_width >= RANGES_WIDTH_MIN &&
           o->weight_width <= RANGES_WIDTH_MAX);
    struct graph_ranges *r = arena_new_item(a, struct graph_ranges);
    *r = (struct graph_ranges){
        .graph = g,
        .options = *o,
        .spreads = arena_new_array(a, struct spread *, g->value_count),
        .arena = a,
    };
    return r;
}

static void watch(void *context, const struct graph_value *v,
                  const double *values, uint64_t count)
{
    struct graph_ranges *r = context;
    struct spread **s = &r->spreads[v->index];
    if (*s == NULL)
        *s = arena_new_item(r->arena, struct spread);
    spread_add(*s, values, count);
}

void graph_ranges_add(struct graph_ranges *r, const double *input)
{
    struct arena *own = arena_new();
    graph_evaluate(r->graph, own, input, watch, r);
    arena_free(own);
}

struct range graph_ranges_tensor(const struct graph_ranges *r,
                                 const struct graph_value *v)
{
    static const struct spread none;
    const struct spread *s = r->spreads[v->index];
    s = s == NULL ? &none : s;
    return choose(s, r->options.width, s->min < 0, r->options.by_max);
}

static struct range of_constant(const struct graph_ranges *r,
                                const struct graph_value *v, uint32_t width)
{
    struct arena *own = arena_new();
    struct spread *s = arena_new_item(own, struct spread);
    uint64_t count = v->is_splat ? 1 : graph_dims_count(&v->dims);
    for (uint64_t i = 0; i < count; i++) {
        double x = graph_element(v, i);
        spread_add(s, &x, 1);
    }
    struct range result = choose(s, width, true, r->options.by_max);
    arena_free(own);
    return result;
}

struct range graph_ranges_weights(const struct graph_ranges *r,
                                  const struct graph_value *v)
{
    return of_constant(r, v, r->options.weight_width);
}

struct range graph_ranges_biases(const struct graph_ranges *r,
                                 const struct graph_value *v)
{
    uint32_t width = r->options.width + r->options.weight_width;
    return of_constant(
        r, v, width < FIXED_TENSOR_WIDTH_MAX ? width : FIXED_TENSOR_WIDTH_MAX);
}
