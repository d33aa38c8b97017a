/* Damaged models: whatever happens to the text, loading it neither crashes
 * nor fails without a word. */
#include "import/model.h"

#include "base/rng.h"
#include "tests/fuzz/damage.h"
#include "tests/import/example.h"

static const uint64_t fuzz_seed = 20250101;

/* A model with a layer of every type. */
static const char *every_type(const struct example *e)
{
    size_t length;
    const char *text =
        file_read(e->arena, HEADRACE_SOURCE_DIR "/tests/import/every_type.json",
                  1 << 20, &length, e->diag);
    ck_assert_ptr_nonnull(text);
    return text;
}

/* A model that is refused has an error, one that is accepted has none. */
static void check_load(const struct example *e, const char *bytes,
                       size_t length, const char *what, uint64_t number)
{
    struct arena *a = arena_new();
    struct diag *d = diag_new(a);
    example_write(e, "model.json", bytes, length);
    struct model *m = model_load(a, e->folder, kernels_headrace(), d);
    ck_assert_msg((m == NULL) == (diag_error_count(d) > 0),
                  "%s %" PRIu64 ": %s with %zu errors", what, number,
                  m != NULL ? "accepted" : "refused", diag_error_count(d));
    if (m != NULL) {
        struct dataset data;
        model_load_data(a, m, 0, &data, d);
    }
    for (size_t i = 0; i < diag_count(d); i++) {
        const struct diag_message *message = diag_at(d, i);
        ck_assert_ptr_nonnull(message->place.file);
        /* How printf shows a NULL. */
        ck_assert_ptr_null(strstr(message->text, "(null)"));
    }
    arena_free(a);
}

START_TEST(test_every_truncation)
{
    struct example e = example_new();
    /* Whatever is cut off before the last brace is missed. */
    for (size_t length = 0; length + 1 < sizeof example_json; length++) {
        struct diag *d = diag_new(e.arena);
        check_load(&e, example_json, length, "cut at", length);
        struct model *m = model_load(e.arena, e.folder, kernels_headrace(), d);
        bool is_whole = length + 2 >= sizeof example_json;
        ck_assert_msg((m != NULL) == is_whole, "cut at %zu", length);
    }
    example_free(&e);
}
END_TEST

/* Damage to bytes mostly ends in the JSON reader ... */
START_TEST(test_damaged_bytes)
{
    enum { ROUNDS = 1500, DAMAGES_MAX = 4 };
    struct example e = example_new();
    for (uint64_t round = 0; round < ROUNDS; round++) {
        uint8_t text[sizeof example_json + DAMAGES_MAX * DAMAGE_MORE];
        memcpy(text, example_json, sizeof example_json);
        struct rng rng = { fuzz_seed + round };
        size_t length =
            damage_some(&rng, text, sizeof example_json - 1, sizeof text,
                        "{}[]\",:.-+0159eE \n\\/u\xff\x01", DAMAGES_MAX);
        check_load(&e, (const char *)text, length, "seed", fuzz_seed + round);
    }
    example_free(&e);
}
END_TEST

/* A value of JSON as text[start .. end). */
struct span {
    size_t start, end;
};

/* The strings (without keys, if `values_only`) and numbers of a text. */
static size_t find_tokens(const char *text, struct span *spans)
{
    size_t count = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        size_t start = i;
        if (text[i] == '"') {
            i += strcspn(text + i + 1, "\"") + 1;
        } else {
            size_t length = strspn(text + i, "-0123456789");
            if (length == 0)
                continue;
            i += length - 1;
        }
        spans[count++] = (struct span){ start, i + 1 };
    }
    return count;
}

/* ... so this leaves the grammar intact: keys, strings and numbers change
 * places, or become others. */
START_TEST(test_exchanged_tokens)
{
    enum { ROUNDS = 1500, TOKENS_MAX = 1024 };
    static const char *const strange[] = {
        "0",          "-1",           "1",          "2147483648",
        "4294967296", "1048576",      "1e99",       "null",
        "[]",         "{}",           "true",       "\"\"",
        "0.5",        "\"fc\"",       "\"image\"",  "\"fixed<62,64>\"",
        "[1, 1]",     "[3, 0, 5, 1]", "\"same\"",   "\"ufixed<1,-64>\"",
        "\"binary\"", "\"add\"",      "\"concat\"", "\"causal\"",
        "\"relu6\"",  "\"conv1d\"",
    };
    struct example e = example_new();
    struct span spans[TOKENS_MAX];
    const char *json = _i == 0 ? example_json : every_type(&e);
    /* About as many changes to either. */
    uint32_t sides = _i == 0 ? 100 : 400;
    size_t count = find_tokens(json, spans);
    ck_assert_uint_gt(count, 100);
    ck_assert_uint_lt(count, TOKENS_MAX);
    for (uint64_t round = 0; round < ROUNDS; round++) {
        struct rng rng = { fuzz_seed + round };
        struct text *t = text_new(e.arena);
        size_t at = 0;
        for (size_t i = 0; i < count; i++) {
            text_addn(t, json + at, spans[i].start - at);
            at = spans[i].end;
            const char *start = json + spans[i].start;
            size_t length = spans[i].end - spans[i].start;
            uint32_t dice = rng_below(&rng, sides);
            if (dice == 0) {
                size_t other = rng_below(&rng, (uint32_t)count);
                start = json + spans[other].start;
                length = spans[other].end - spans[other].start;
            } else if (dice == 1 && json[at] != ':') {
                uint32_t kinds = sizeof strange / sizeof *strange;
                start = strange[rng_below(&rng, kinds)];
                length = strlen(start);
            }
            text_addn(t, start, length);
        }
        text_add(t, json + at);
        check_load(&e, text_string(t), text_length(t), "seed",
                   fuzz_seed + round);
    }
    example_free(&e);
}
END_TEST

/* Weights and images of random bytes under a good header. */
START_TEST(test_random_files)
{
    struct example e = example_new();
    static const char *const types[] = { "|b1", "|i1", "<i2", "<u4",
                                         "<i8", "<f4", "<f8" };
    for (uint64_t round = 0; round < 200; round++) {
        struct rng rng = { fuzz_seed + round };
        const char *type = types[rng_below(&rng, 7)];
        unsigned char bytes[CONV1_WEIGHTS * 8];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (unsigned char)rng_below(&rng, 256);
        example_write_npy(&e, "conv1_kernel.npy", type, "(5, 5, 1, 6)", bytes,
                          CONV1_WEIGHTS * (size_t)(type[2] - '0'));
        check_load(&e, example_json, sizeof example_json - 1, "seed",
                   fuzz_seed + round);
    }
    example_free(&e);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_fuzz");
    TCase *c = tcase_create("model_fuzz");
    tcase_set_timeout(c, 120);
    tcase_add_test(c, test_every_truncation);
    tcase_add_test(c, test_damaged_bytes);
    tcase_add_loop_test(c, test_exchanged_tokens, 0, 2);
    tcase_add_test(c, test_random_files);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    printf("fuzz seeds from %" PRIu64 "\n", fuzz_seed);
    return example_run(suite());
}
