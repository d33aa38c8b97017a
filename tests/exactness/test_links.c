/* Designs on several boards, as token times and as Verilated RTL: random links
 * of every kind between unequal, drifting clocks, under random stalls, equal in
 * every handshake; and with metastable synchronisers equal in every token.
 *   HEADRACE_LINKS_SEED     of the designs (1)
 *   HEADRACE_LINKS_DESIGNS  how many, in one build (8) */
#include "cli/verification.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rng.h"
#include "base/text.h"
#include "design/design.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/hwgen/sample_design.h"
#include "tests/hwgen/temp_folder.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { FRAMES = 3, SECONDS = 1500 };

static struct arena *arena;
static struct diag *diag;
static char *folder;

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    folder = temp_folder_new(arena);
}

static void teardown(void)
{
    temp_folder_remove(folder);
    arena_free(arena);
}

static uint32_t from_environment(const char *name, uint32_t otherwise)
{
    const char *text = getenv(name);
    return text == NULL ? otherwise : (uint32_t)strtoul(text, NULL, 10);
}

static uint32_t draw(struct rng *r, uint32_t least, uint32_t most)
{
    return least + (uint32_t)(rng_next(r) % (most - least + 1));
}

/* A kind of link in a file of its own; the name of the file, and what a link of
 * it may have besides. */
static const char *write_type(struct rng *r, const char *name,
                              const char **options)
{
    *options = "";
    struct text *t = text_new(arena);
    text_printf(t, "{ \"name\": \"%s\", \"sources\": [\"drawn\"],\n", name);
    text_printf(t, "  \"synchroniser\": %u,\n", draw(r, 2, 3));
    if (draw(r, 0, 4) == 0) {
        text_printf(t, "  \"kind\": \"crossing\", \"send_words\": %u }\n",
                    1u << draw(r, 2, 4));
    } else {
        uint32_t active = draw(r, 1, 8);
        uint32_t period = draw(r, 2, 60);
        text_printf(t,
                    "  \"kind\": \"framed\", \"clock_mhz\": %u.%03u,\n"
                    "  \"word_bits\": %u, \"active\": [%u, %u],\n"
                    "  \"latency\": %u, \"return_latency\": %u,\n"
                    "  \"header_words\": %u, \"trailer_words\": %u,\n"
                    "  \"packet_words\": %u",
                    draw(r, 40, 400), draw(r, 0, 1) * draw(r, 0, 999),
                    draw(r, 2, 80), active, active + draw(r, 0, 3),
                    draw(r, 1, 25), draw(r, 1, 25), draw(r, 1, 2),
                    draw(r, 0, 2), draw(r, 1, 12));
        *options = arena_printf(arena, ", \"order\": \"%s\", \"cable_ns\": %u",
                                draw(r, 0, 1) != 0 ? "priority" : "round_robin",
                                draw(r, 0, 30));
        if (draw(r, 0, 1) != 0)
            text_printf(t,
                        ",\n  \"compensation\": {\"cycles\": %u, \"period\": "
                        "%u}",
                        draw(r, 1, period - 1 < 8 ? period - 1 : 8), period);
        text_add(t, " }\n");
    }
    const char *file = arena_printf(arena, "%s.json", name);
    ck_assert(file_write_text(file_join(arena, folder, file), t, diag));
    return file;
}

static const char network[] =
    "  \"network\": {\n"
    "    \"input\": {\"name\": \"image\", \"shape\": [7, 6, 3],\n"
    "              \"format\": \"ufixed<6,0>\"},\n"
    "    \"layers\": [\n"
    "      {\"name\": \"a\", \"type\": \"conv2d\", \"input\": \"image\",\n"
    "       \"filters\": 4, \"kernel\": [1, 1], %s \"weights\": {\"seed\": "
    "1}},\n"
    "      {\"name\": \"b\", \"type\": \"conv2d\", \"input\": \"a\",\n"
    "       \"filters\": 4, \"kernel\": [3, 3], \"padding\": \"same\", %s\n"
    "       \"weights\": {\"seed\": 2}},\n"
    "      {\"name\": \"c\", \"type\": \"add\", \"inputs\": [\"b\", \"a\"],\n"
    "       \"output_format\": \"fixed<9,4>\"},\n"
    "      {\"name\": \"d\", \"type\": \"maxpool2d\", \"input\": \"c\",\n"
    "       \"kernel\": [2, 2]},\n"
    "      {\"name\": \"e\", \"type\": \"conv2d\", \"input\": \"a\",\n"
    "       \"filters\": 4, \"kernel\": [2, 2], \"stride\": [2, 2], %s\n"
    "       \"weights\": {\"seed\": 3}},\n"
    "      {\"name\": \"f\", \"type\": \"concat\", \"inputs\": [\"d\", "
    "\"e\"]}\n"
    "    ], \"output\": \"f\" },\n";

static void add_stalls(struct text *t, struct rng *r, const char *side)
{
    text_printf(t, "    \"%s\": {\"random\": %u, \"seed\": %u},\n", side,
                draw(r, 0, 2) * draw(r, 0, 40), draw(r, 1, 1000));
}

/* Layers on three boards, in order; every board has a link to those behind it,
 * or the way to the last one is over the second. */
static const char *write_model(struct rng *r, const char *name)
{
    static const char format[] =
        "\"weight_format\": \"fixed<5,1>\", \"output_format\": \"fixed<9,4>\",";
    static const char *const layers[] = { "a", "b", "c", "d", "e", "f" };
    enum { BOARDS = 3, LAYERS = sizeof layers / sizeof *layers };
    struct text *t = text_new(arena);
    text_printf(t, "{ \"headrace\": 1, \"name\": \"%s\",\n", name);
    text_printf(t, network, format, format, format);
    text_printf(t,
                "  \"hardware\": { \"clock_mhz\": 100, \"family\": "
                "\"headrace\",\n"
                "    \"fifo\": {\"depth\": %u},\n",
                draw(r, 60, 200));
    add_stalls(t, r, "source");
    add_stalls(t, r, "sink");
    uint32_t at[LAYERS], board = 0;
    for (uint32_t i = 0; i < LAYERS; i++) {
        at[i] = board;
        if (board + 1 < BOARDS &&
            (draw(r, 0, 1) != 0 || LAYERS - i == BOARDS - board))
            board++;
    }
    text_add(t, "    \"boards\": [");
    for (uint32_t b = 0; b < BOARDS; b++) {
        text_printf(t, "%s\n      {\"name\": \"b%u\", \"clock_mhz\": %u.%u",
                    b > 0 ? "," : "", b,
                    draw(r, 0, 2) == 0 ? 200 : draw(r, 50, 400),
                    draw(r, 0, 1) * draw(r, 0, 9));
        if (draw(r, 0, 1) != 0)
            text_printf(t, ", \"drift\": {\"ppm\": %u, \"cycles\": %u}",
                        draw(r, 1, 500), draw(r, 1, 2000));
        text_add(t, ", \"layers\": [");
        const char *comma = "";
        for (uint32_t i = 0; i < LAYERS; i++) {
            if (at[i] != b)
                continue;
            text_printf(t, "%s\"%s\"", comma, layers[i]);
            comma = ", ";
        }
        text_add(t, "]}");
    }
    text_add(t, "],\n    \"links\": [");
    bool direct = draw(r, 0, 1) != 0;
    for (uint32_t i = 0; i < (direct ? 3u : 2u); i++) {
        const char *options;
        const char *type =
            write_type(r, arena_printf(arena, "%s_t%u", name, i), &options);
        text_printf(t,
                    "%s\n      {\"name\": \"l%u\", \"type\": \"%s\", \"from\": "
                    "\"b%u\", \"to\": \"b%u\"%s}",
                    i > 0 ? "," : "", i, type, i == 1 ? 1u : 0u,
                    i == 0 ? 1u : 2u, options);
    }
    text_add(t, "]\n  }\n}\n");
    const char *file =
        file_join(arena, folder, arena_printf(arena, "%s.json", name));
    ck_assert(file_write_text(file, t, diag));
    return file;
}

static struct verification_job random_job(struct rng *r, uint32_t number)
{
    const char *file = write_model(r, arena_printf(arena, "m%u", number));
    struct model *m = model_load(arena, file, kernels_headrace(), diag);
    struct design *d =
        m == NULL ? NULL : model_design(arena, m, kernels_headrace(), diag);
    if (d == NULL)
        sample_fail(arena, diag);
    struct dataset data = { 0 };
    model_random_data(arena, &m->network, FRAMES, number + 1, &data);
    return (struct verification_job){
        .design = d,
        .frames = FRAMES,
        .inputs = data.inputs,
    };
}

struct seen {
    uint64_t handshakes, different, moved;
    uint32_t framed, crossings, shared, deadlocks, wrong;
};

static void count(struct seen *n, const struct verification *v)
{
    const struct design *d = v->design;
    n->handshakes += v->handshakes;
    n->different += v->handshakes_different;
    n->moved += v->moved;
    n->deadlocks += v->deadlock;
    for (uint32_t i = 0; i < d->link_count; i++) {
        const struct link *l = &d->links[i];
        if (l->process == NULL)
            continue;
        n->framed += l->type->kind == LINK_FRAMED;
        n->crossings += l->type->kind == LINK_CROSSING;
        n->shared +=
            l->type->kind == LINK_FRAMED && l->process->input_count > 1;
    }
    if (verification_equal(v))
        return;
    n->wrong++;
    printf("%s: %" PRIu64 " of %" PRIu64 " handshakes different, %" PRIu64
           " beyond, %" PRIu64 " values\n",
           d->name, v->handshakes_different, v->handshakes,
           v->handshakes_beyond, v->values_different);
    for (uint32_t i = 0; i < v->stream_count; i++) {
        const struct times_difference *s = &v->streams[i];
        if (s->different != 0)
            printf("  %s: %" PRIu64 " different, first token %" PRIu64
                   ": model %" PRIu64 ", RTL %" PRIu64 "\n",
                   d->streams[i].name, s->different, s->token, s->cycle_a,
                   s->cycle_b);
    }
}

static struct seen run_all(bool metastable)
{
    uint32_t seed = from_environment("HEADRACE_LINKS_SEED", 1);
    uint32_t designs = from_environment("HEADRACE_LINKS_DESIGNS", 8);
    struct rng r = { seed };
    struct verification_job *jobs =
        arena_new_array(arena, struct verification_job, designs);
    for (uint32_t i = 0; i < designs; i++)
        jobs[i] = random_job(&r, i);
    const struct verification *v =
        verify_designs(arena, jobs, designs,
                       &(struct verification_options){ .folder = folder,
                                                       .metastable = metastable,
                                                       .seed = seed },
                       diag);
    if (v == NULL)
        sample_fail(arena, diag);
    struct seen n = { 0 };
    for (uint32_t i = 0; i < designs; i++)
        count(&n, &v[i]);
    printf("seed %u, %u designs: %u framed links, %u with several streams, %u "
           "crossings, %u deadlocks; %" PRIu64 " handshakes, %" PRIu64
           " different, %" PRIu64 " moved\n",
           seed, designs, n.framed, n.shared, n.crossings, n.deadlocks,
           n.handshakes, n.different, n.moved);
    fflush(stdout);
    return n;
}

START_TEST(handshakes_are_those_of_the_model)
{
    struct seen n = run_all(false);
    ck_assert_uint_eq(n.wrong, 0);
    ck_assert(n.framed > 0 && n.crossings > 0 && n.shared > 0);
    ck_assert_uint_gt(n.handshakes, 0);
}
END_TEST

START_TEST(tokens_survive_metastability)
{
    struct seen n = run_all(true);
    ck_assert_uint_eq(n.wrong, 0);
    ck_assert_uint_gt(n.moved, 0); /* else nothing was metastable */
}
END_TEST

int main(void)
{
    Suite *s = suite_create("links");
    TCase *c = tcase_create("links");
    tcase_set_timeout(c, SECONDS);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, handshakes_are_those_of_the_model);
    tcase_add_test(c, tokens_survive_metastability);
    suite_add_tcase(s, c);
    SRunner *r = srunner_create(s);
    srunner_run_all(r, CK_ENV);
    int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
