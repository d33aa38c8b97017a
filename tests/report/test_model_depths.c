/* Depths that are written are read back. */
#include "report/model_depths.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/text.h"
#include "design/design.h"
#include "design/fifo.h"
#include "engine/slack.h"
#include "import/model.h"
#include "kernels/kernels.h"
#include "tests/check_main.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

static struct arena *arena;
static struct diag *diag;
static char folder[] = "/tmp/headrace_depths_XXXXXX";

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

/* Empties the folder. */
static void clear(void)
{
    DIR *dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        if (e->d_name[0] != '.')
            ck_assert_int_eq(unlink(file_join(arena, folder, e->d_name)), 0);
    closedir(dir);
}

static void teardown(void)
{
    clear();
    ck_assert_int_eq(rmdir(folder), 0);
    arena_free(arena);
}

/* Everything beside model.json, as links. */
static void link_files(const char *from)
{
    DIR *dir = opendir(from);
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *e; (e = readdir(dir)) != NULL;)
        if (e->d_name[0] != '.' && strcmp(e->d_name, "model.json") != 0)
            ck_assert_int_eq(symlink(file_join(arena, from, e->d_name),
                                     file_join(arena, folder, e->d_name)),
                             0);
    closedir(dir);
}

static struct design *load(const char *path)
{
    struct model *m = model_load(arena, path, kernels_headrace(), diag);
    struct design *d =
        m == NULL ? NULL : model_design(arena, m, kernels_headrace(), diag);
    ck_assert_msg(d != NULL, "%s: %s", path,
                  diag_count(diag) > 0 ? diag_format(diag_at(diag, 0), arena)
                                       : "");
    slack_fit(d);
    return d;
}

/* Some depth for every FIFO that can have one. */
static uint32_t *draw_depths(struct design *d, uint32_t salt)
{
    uint32_t *depths = arena_new_array(arena, uint32_t, d->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        const bool port = s->producer == NULL || s->consumer == NULL;
        depths[i] = s->depth;
        if (!s->inner && !(port && family_is_hls(d->family)))
            depths[i] = 2 + (i + 1) * salt * 17 % 90;
        if (s->kind == FIFO_FRAME)
            depths[i] = 1 + i % 3;
    }
    return depths;
}

static void check_round_trip(const char *from, uint32_t salt)
{
    struct design *d = load(file_join(arena, from, "model.json"));
    const uint32_t *depths = draw_depths(d, salt);
    struct text *t = text_new(arena);
    ck_assert(model_depths_print(
        arena, d, depths, file_join(arena, from, "model.json"), t, diag));
    if (strcmp(from, folder) != 0)
        link_files(from);
    const char *path = file_join(arena, folder, "tuned.json");
    ck_assert(file_write_text(path, t, diag));
    const struct design *e = load(path);
    ck_assert_uint_eq(diag_count(diag), 0);
    ck_assert_uint_eq(d->stream_count, e->stream_count);
    for (uint32_t i = 0; i < d->stream_count; i++) {
        struct stream *s = &d->streams[i];
        const struct stream *r = &e->streams[i];
        const char *name = s->name;
        if (s->inner)
            continue;
        if (!family_is_hls(d->family))
            fifo_set(s, s->auto_kind ? FIFO_AUTO : s->kind, depths[i]);
        ck_assert_str_eq(name, r->name);
        ck_assert_msg(r->depth == depths[i], "%s: %u, not %u", name, r->depth,
                      depths[i]);
        if (family_is_hls(d->family))
            continue;
        ck_assert_msg(s->kind == r->kind && s->auto_kind == r->auto_kind,
                      "%s: %s, not %s", name, fifo_kind_name(r->kind),
                      fifo_kind_name(s->kind));
    }
    clear();
}

START_TEST(written_depths_are_read_back)
{
    static const char *const models[] = { "digits",      "resnet8",
                                          "svhn",        "finn/pipe_P4",
                                          "hls4ml/t753", "hls4ml/dsconv" };
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        check_round_trip(arena_printf(arena, "%s/models/%s",
                                      HEADRACE_SOURCE_DIR, models[i]),
                         (uint32_t)i + 1);
}
END_TEST

#define NETWORK                                                                \
    "\"network\": { \"input\": { \"name\": \"a\", \"shape\": [4, 4, 2],"       \
    " \"format\": \"fixed<8,3>\" }, \"layers\": ["                             \
    " { \"name\": \"c\", \"type\": \"relu\", \"input\": \"a\" } ] }"

/* What hardware a model may have said. */
static const char *const hardware[] = {
    "",
    ", \"hardware\": {}",
    ", \"hardware\": { \"clock_mhz\": 100 }",
    ", \"hardware\": { \"fifos\": {} }",
    ", \"hardware\": { \"fifos\": {\n \"c.out\": { \"kind\": \"bram\" } },\n"
    "\"source\": { \"gap\": 3 } }",
    ", \"hardware\": { \"fifo\": { \"kind\": \"srl\", \"depth\": 3 } }",
    ", \"hardware\": { \"fifo\": { \"slack\": 3 }, \"copies\": 2 }",
    ", \"hardware\": { \"buffering\": \"frame\", \"copies\": 2,"
    " \"fifos\": { \"c.out\": { \"kind\": \"frame\" } } }",
};

START_TEST(whatever_hardware_the_model_names)
{
    for (size_t i = 0; i < sizeof hardware / sizeof *hardware; i++) {
        struct text *t = text_new(arena);
        text_printf(t, "{ \"headrace\": 1, \"name\": \"x\",\n%s%s }\n", NETWORK,
                    hardware[i]);
        ck_assert(
            file_write_text(file_join(arena, folder, "model.json"), t, diag));
        check_round_trip(folder, 3);
    }
}
END_TEST

START_TEST(a_file_that_is_gone_is_told)
{
    const struct design *d = load(HEADRACE_SOURCE_DIR "/models/svhn");
    struct text *t = text_new(arena);
    ck_assert(!model_depths_print(
        arena, d, NULL, file_join(arena, folder, "none.json"), t, diag));
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_int_eq(diag_at(diag, 0)->code, DIAG_FILE_OPEN);
    ck_assert_uint_eq(text_length(t), 0);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        written_depths_are_read_back,
        whatever_hardware_the_model_names,
        a_file_that_is_gone_is_told,
        NULL,
    };
    return check_main_with("model_depths", tests, setup, teardown);
}
