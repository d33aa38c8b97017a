#include "base/json.h"

#include "base/arena.h"
#include "base/rng.h"
#include "base/text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena *arena;
static struct diag *diag;
static size_t heard; /* diagnostics that said() has returned */

static void setup(void)
{
    arena = arena_new();
    diag = diag_new(arena);
    heard = 0;
}

static void teardown(void)
{
    arena_free(arena);
}

static struct json parse_bytes(const char *bytes, size_t length)
{
    return json_parse(arena, "f.json", bytes, length, diag);
}

static struct json parse(const char *text)
{
    return parse_bytes(text, strlen(text));
}

/* A text that has to be right. */
static struct json root_of(const char *text)
{
    struct json root = parse(text);
    ck_assert_msg(json_exists(root), "%s: %s", text,
                  diag_count(diag) > 0 ? diag_format(diag_at(diag, 0), arena)
                                       : "no diagnostic");
    ck_assert_uint_eq(diag_count(diag), 0);
    return root;
}

/* The diagnostics since the last call, one a line, without the file name. */
static const char *said(void)
{
    struct text *t = text_new(arena);
    for (; heard < diag_count(diag); heard++) {
        const struct diag_message *m = diag_at(diag, heard);
        ck_assert_str_eq(m->place.file, "f.json");
        ck_assert_int_eq(m->severity, DIAG_ERROR);
        text_printf(t, "%u:%u %s: %s\n", m->place.line, m->place.column,
                    diag_code_name(m->code), m->text);
        if (m->hint != NULL)
            text_printf(t, "  %s\n", m->hint);
    }
    return text_string(t);
}

/* Structure */

START_TEST(every_kind_is_told)
{
    struct json root = root_of("[null, true, false, -1.5, \"s\", [], {}]");
    static const enum json_kind kinds[] = { JSON_NULL,   JSON_BOOL,
                                            JSON_BOOL,   JSON_NUMBER,
                                            JSON_STRING, JSON_ARRAY,
                                            JSON_OBJECT };
    ck_assert_int_eq(json_kind(root), JSON_ARRAY);
    ck_assert_uint_eq(json_length(root), 7);
    for (size_t i = 0; i < 7; i++) {
        ck_assert_int_eq(json_kind(json_at(root, i)), kinds[i]);
        ck_assert_ptr_null(json_key(json_at(root, i)));
    }
    ck_assert_uint_eq(json_length(json_at(root, 5)), 0);
    ck_assert_uint_eq(json_length(json_at(root, 6)), 0);
    ck_assert_uint_eq(json_length(json_at(root, 3)), 0);
}
END_TEST

START_TEST(members_keep_the_order_of_the_file)
{
    struct json root = root_of("{\"b\": 1, \"a\": 2, \"B\": 3, \"\": 4}");
    static const char *const keys[] = { "b", "a", "B", "" };
    ck_assert_uint_eq(json_length(root), 4);
    for (uint32_t i = 0; i < 4; i++) {
        ck_assert_str_eq(json_key(json_at(root, i)), keys[i]);
        uint32_t value;
        ck_assert(json_read_u32(json_get(root, keys[i]), 0, 9, &value));
        ck_assert_uint_eq(value, i + 1);
    }
    ck_assert(!json_exists(json_get(root, "A")));
    ck_assert(!json_exists(json_get(json_at(root, 0), "a")));
    ck_assert(!json_exists(json_get(json_get(root, "A"), "a")));
}
END_TEST

START_TEST(strings_are_decoded)
{
    struct json root = root_of("[\"\", \"a\\\"\\\\\\/\\b\\f\\n\\r\\tb\", "
                               "\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\", "
                               "\"\xc3\xa9\xf0\x9f\x98\x80\"]");
    ck_assert_str_eq(json_read_string(json_at(root, 0)), "");
    ck_assert_str_eq(json_read_string(json_at(root, 1)), "a\"\\/\b\f\n\r\tb");
    ck_assert_str_eq(json_read_string(json_at(root, 2)),
                     "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    ck_assert_str_eq(json_read_string(json_at(root, 3)),
                     "\xc3\xa9\xf0\x9f\x98\x80");
}
END_TEST

/* Offsets come from the text, kinds and keys from cJSON's tree: values that
 * look alike must not be mixed up. */
START_TEST(every_value_knows_its_place_and_path)
{
    struct json root = root_of("{ \"layers\": [\n"
                               "    {\"stride\": [1, 1],\r\n"
                               "\t\"\\u006eame\" : \"{[\\\"\", \"x\":{}},\n"
                               "    [[]], -7\n"
                               "  ],\n"
                               "  \"fifos\":\n"
                               "    {\"conv1.out\": {\"depth\": 2}}}");
    struct json layers = json_get(root, "layers");
    struct json first = json_at(layers, 0);
    struct json depth =
        json_get(json_get(json_get(root, "fifos"), "conv1.out"), "depth");
    const struct {
        struct json json;
        uint32_t line, column, key_line, key_column;
        const char *path;
    } expected[] = {
        { root, 1, 1, 1, 1, "" },
        { layers, 1, 13, 1, 3, "layers" },
        { first, 2, 5, 2, 5, "layers[0]" },
        { json_get(first, "stride"), 2, 16, 2, 6, "layers[0].stride" },
        { json_at(json_get(first, "stride"), 1), 2, 20, 2, 20,
          "layers[0].stride[1]" },
        { json_get(first, "name"), 3, 16, 3, 2, "layers[0].name" },
        { json_get(first, "x"), 3, 28, 3, 24, "layers[0].x" },
        { json_at(json_at(layers, 1), 0), 4, 6, 4, 6, "layers[1][0]" },
        { json_at(layers, 2), 4, 11, 4, 11, "layers[2]" },
        { json_get(root, "fifos"), 7, 5, 6, 3, "fifos" },
        { depth, 7, 29, 7, 20, "fifos[\"conv1.out\"].depth" },
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct json j = expected[i].json;
        ck_assert_str_eq(json_path(j, arena), expected[i].path);
        struct place place = json_place(j);
        ck_assert_str_eq(place.file, "f.json");
        ck_assert_uint_eq(place.line, expected[i].line);
        ck_assert_uint_eq(place.column, expected[i].column);
        place = json_key_place(j);
        ck_assert_uint_eq(place.line, expected[i].key_line);
        ck_assert_uint_eq(place.column, expected[i].key_column);
    }
    struct place none = json_place(json_get(root, "missing"));
    ck_assert_str_eq(none.file, "f.json");
    ck_assert_uint_eq(none.line, 0);
}
END_TEST

/* Syntax */

static const struct {
    const char *text;
    const char *said;
} syntax_errors[] = {
    { "", "1:1 json-syntax: expected a value, but the file ends\n" },
    { " \n ", "2:2 json-syntax: expected a value, but the file ends\n" },
    { "\xef\xbb\xbf{}", "1:1 json-syntax: a file may not begin with a byte "
                        "order mark, found byte 0xef\n" },
    { "{} x", "1:4 json-syntax: nothing may follow the document, found 'x'\n" },
    { "{}{}", "1:3 json-syntax: nothing may follow the document, found '{'\n" },
    { "1 2", "1:3 json-syntax: nothing may follow the document, found '2'\n" },
    { "{\"a\": 1,\n \"b\" 2}",
      "2:6 json-syntax: expected ':' after a key, found '2'\n" },
    { "{\"a\": 1 \"b\": 2}", "1:9 json-syntax: expected ',' or '}' after a "
                             "member, found '\"'\n" },
    { "{\"a\": 1,}", "1:9 json-syntax: no ',' may stand before '}', "
                     "found '}'\n" },
    { "{,}", "1:2 json-syntax: expected a key in double quotes, found ','\n" },
    { "{a: 1}",
      "1:2 json-syntax: expected a key in double quotes, found 'a'\n" },
    { "{'a': 1}",
      "1:2 json-syntax: expected a key in double quotes, found '''\n" },
    { "{\"a\": }", "1:7 json-syntax: expected a value, found '}'\n" },
    { "[1 2]",
      "1:4 json-syntax: expected ',' or ']' after an element, found '2'\n" },
    { "[1,]", "1:4 json-syntax: no ',' may stand before ']', found ']'\n" },
    { "[1", "1:3 json-syntax: expected ',' or ']' after an element, but the "
            "file ends\n" },
    { "[", "1:2 json-syntax: expected a value, but the file ends\n" },
    { "[1}", "1:3 json-syntax: expected ',' or ']' after an element, "
             "found '}'\n" },
    { "[01]", "1:2 json-syntax: a number may not begin with 0, found '0'\n" },
    { "[-]", "1:3 json-syntax: a number needs digits, found ']'\n" },
    { "[+1]", "1:2 json-syntax: expected a value, found '+'\n" },
    { "[.5]", "1:2 json-syntax: expected a value, found '.'\n" },
    { "[1.]", "1:4 json-syntax: digits must follow the point of a number, "
              "found ']'\n" },
    { "[1e]", "1:4 json-syntax: digits must follow the 'e' of a number, "
              "found ']'\n" },
    { "[1e+]", "1:5 json-syntax: digits must follow the 'e' of a number, "
               "found ']'\n" },
    { "[0x10]", "1:3 json-syntax: expected ',' or ']' after an element, "
                "found 'x'\n" },
    { "[NaN]", "1:2 json-syntax: expected a value, found 'N'\n" },
    { "[nul]", "1:2 json-syntax: expected a value, found 'n'\n" },
    { "[True]", "1:2 json-syntax: expected a value, found 'T'\n" },
    { "[truer]", "1:6 json-syntax: expected ',' or ']' after an element, "
                 "found 'r'\n" },
    { "[1, // one\n2]", "1:5 json-syntax: JSON has no comments, found '/'\n" },
    { "[\"a\nb\"]", "1:4 json-syntax: a string must end with '\"' in its "
                    "line, found byte 0x0a\n" },
    { "[\"a", "1:4 json-syntax: a string must end with '\"' in its line, but "
              "the file ends\n" },
    { "[\"\t\"]", "1:3 json-syntax: a control character must be escaped, "
                  "found byte 0x09\n" },
    { "[\"\\x\"]", "1:4 json-syntax: an escape is one of \\\" \\\\ \\/ \\b "
                   "\\f \\n \\r \\t \\uXXXX, found 'x'\n" },
    { "[\"\\u12g4\"]", "1:7 json-syntax: four hexadecimal digits must follow "
                       "\\u, found 'g'\n" },
    { "[\"\\u0000\"]", "1:3 json-syntax: a string may not contain \\u0000, "
                       "found '\\'\n" },
    { "[\"\\ud800\"]",
      "1:3 json-syntax: half of a surrogate pair, found '\\'\n" },
    { "[\"\\udc00\\ud800\"]",
      "1:3 json-syntax: half of a surrogate pair, found '\\'\n" },
    { "[\"\\ud800\\u0041\"]",
      "1:3 json-syntax: half of a surrogate pair, found '\\'\n" },
    { "[\"\xe9t\"]", "1:3 json-syntax: text must be UTF-8, found byte 0xe9\n" },
    { "[\"\xed\xa0\x80\"]",
      "1:3 json-syntax: text must be UTF-8, found byte 0xed\n" },
    { "[\"\xc0\xaf\"]",
      "1:3 json-syntax: text must be UTF-8, found byte 0xc0\n" },
    { "[\"\xf4\x90\x80\x80\"]",
      "1:3 json-syntax: text must be UTF-8, found byte 0xf4\n" },
    { "[\v1]", "1:2 json-syntax: expected a value, found byte 0x0b\n" },
    { "[1234567890123456789012345678901234567890123456789012345678901234]",
      "1:2 json-syntax: a number may have at most 63 characters, "
      "found '1'\n" },
};

START_TEST(what_is_not_json_is_refused)
{
    struct json root = parse(syntax_errors[_i].text);
    ck_assert(!json_exists(root));
    ck_assert_str_eq(said(), syntax_errors[_i].said);
}
END_TEST

START_TEST(a_nul_byte_is_refused)
{
    static const char in_string[] = "[\"a\0b\"]";
    ck_assert(!json_exists(parse_bytes(in_string, sizeof in_string - 1)));
    ck_assert_str_eq(said(), "1:4 json-syntax: a string must end with '\"' in "
                             "its line, found byte 0x00\n");
    static const char behind[] = "{}\0";
    ck_assert(!json_exists(parse_bytes(behind, sizeof behind - 1)));
    ck_assert_str_eq(said(), "1:3 json-syntax: nothing may follow the "
                             "document, found byte 0x00\n");
}
END_TEST

START_TEST(the_length_counts_not_a_nul)
{
    ck_assert(json_exists(parse_bytes("[1]22", 3)));
    ck_assert(!json_exists(parse_bytes("[1]", 2)));
}
END_TEST

static char *nested(int depth)
{
    char *text = arena_new_array(arena, char, 2 * (size_t)depth + 1);
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    return text;
}

START_TEST(nesting_has_a_limit)
{
    struct json j = root_of(nested(1000));
    int depth = 1;
    for (; json_length(j) > 0; depth++)
        j = json_at(j, 0);
    ck_assert_int_eq(depth, 1000);
    uint32_t out;
    ck_assert(!json_read_u32(j, 0, 1, &out));
    ck_assert_str_eq(said(), "1:1000 json-type: '..[0][0][0][0][0][0][0][0]' "
                             "is an array, not a whole number\n");

    ck_assert(!json_exists(parse(nested(1001))));
    ck_assert_str_eq(said(), "1:1001 json-syntax: arrays and objects are "
                             "nested too deeply, found '['\n");
    ck_assert(!json_exists(parse(nested(1000000))));
}
END_TEST

START_TEST(repeated_keys_are_refused)
{
    struct json root = parse("{\"b\": {\"x\": 1, \"y\": 2, \"x\": 3},\n"
                             " \"a\": 0, \"B\": 0,\n"
                             " \"\\u0061\": 0, \"a\": 1}");
    ck_assert(!json_exists(root));
    ck_assert_str_eq(said(), "3:2 json-key: key 'a' is repeated\n"
                             "  it is already in line 2\n"
                             "3:15 json-key: key 'a' is repeated\n"
                             "  it is already in line 3\n"
                             "1:24 json-key: key 'x' is repeated\n"
                             "  it is already in line 1\n");
}
END_TEST

/* Keys */

START_TEST(keys_not_asked_for_are_reported)
{
    struct json root = root_of("{\"name\": 1,\n \"strid\": 2,\n"
                               " \"layers\": {\"Kernel\": 1, \"a\": 2}}");
    ck_assert(json_exists(json_get(root, "name")));
    ck_assert(!json_exists(json_get(root, "stride")));
    struct json layers = json_get(root, "layers");
    json_get(layers, "kernel");
    json_get(layers, "padding");
    ck_assert(!json_no_more_keys(root));
    ck_assert_str_eq(said(), "2:2 json-key: unknown key 'strid' in the "
                             "document\n  did you mean 'stride'?\n");
    ck_assert(!json_no_more_keys(layers));
    ck_assert_str_eq(said(), "3:13 json-key: unknown key 'Kernel' in "
                             "'layers'\n  did you mean 'kernel'?\n"
                             "3:26 json-key: unknown key 'a' in 'layers'\n");
}
END_TEST

START_TEST(known_keys_pass)
{
    struct json root = root_of("{\"a\": 1, \"b\": 2, \"c\": 3}");
    json_get(root, "a");
    json_need(root, "b");
    json_mark_known(json_at(root, 2));
    ck_assert(json_no_more_keys(root));
    ck_assert(json_no_more_keys(json_get(root, "missing")));
    ck_assert_str_eq(said(), "");
}
END_TEST

/* A key that is there already would be no remedy. */
START_TEST(only_a_missing_key_is_a_hint)
{
    struct json root = root_of("{\"stride\": 1, \"strides\": 1}");
    json_get(root, "stride");
    ck_assert(!json_no_more_keys(root));
    ck_assert_str_eq(said(),
                     "1:15 json-key: unknown key 'strides' in the document\n");
}
END_TEST

static const struct {
    const char *key;
    const char *hint; /* NULL: none */
} spellings[] = {
    { "paddin", "padding" },
    { "pading", "padding" },
    { "apdding", "padding" },
    { "Padding", "padding" },
    { "padding_", "padding" },
    { "pdg", NULL },
    { "pe_", "pe" },
    { "ep", "pe" },
    { "weigth_format", "weight_format" },
    { "bias_fromat", "bias_format" },
    { "xyz", NULL },
    { "", NULL },
    { "sim", "simd" },
    { "a_key_of_more_than_forty_characters_in_all", NULL },
};

START_TEST(the_hint_is_the_nearest_spelling)
{
    struct json root =
        root_of(arena_printf(arena, "{\"%s\": 0}", spellings[_i].key));
    static const char *const keys[] = { "padding", "pe", "simd",
                                        "weight_format", "bias_format" };
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        json_get(root, keys[i]);
    ck_assert(!json_no_more_keys(root));
    const char *hint = diag_at(diag, 0)->hint;
    if (spellings[_i].hint == NULL)
        ck_assert_msg(hint == NULL, "%s: %s", spellings[_i].key, hint);
    else
        ck_assert_str_eq(hint, arena_printf(arena, "did you mean '%s'?",
                                            spellings[_i].hint));
}
END_TEST

START_TEST(a_needed_key_is_missed)
{
    struct json root = root_of("{\"a\": [{}, 5]}");
    struct json array = json_get(root, "a");
    ck_assert(json_exists(json_need(root, "a")));
    ck_assert(!json_exists(json_need(root, "b")));
    ck_assert(!json_exists(json_need(json_at(array, 0), "c")));
    ck_assert(!json_exists(json_need(json_at(array, 1), "d")));
    ck_assert(!json_exists(json_need(json_get(root, "b"), "e")));
    ck_assert_str_eq(said(), "1:1 json-missing: the document has no 'b'\n"
                             "1:8 json-missing: 'a[0]' has no 'c'\n"
                             "1:12 json-type: 'a[1]' is 5, not an object\n");
}
END_TEST

/* Numbers */

static const struct {
    const char *text;
    uint64_t value;
    const char *said; /* NULL: reads well as value */
} whole_numbers[] = {
    { "0", 0, NULL },
    { "-0", 0, NULL },
    { "-0.0e7", 0, NULL },
    { "7", 7, NULL },
    { "1e3", 1000, NULL },
    { "1E+3", 1000, NULL },
    { "2.0", 2, NULL },
    { "2.50e1", 25, NULL },
    { "1200e-2", 12, NULL },
    { "0.001e3", 1, NULL },
    { "0e99999999999", 0, NULL },
    { "9007199254740993", UINT64_C(9007199254740993), NULL },
    { "18446744073709551615", UINT64_MAX, NULL },
    { "18446744073709551616", 0, "outside 0..18446744073709551615" },
    { "18446744073709551620", 0, "outside 0..18446744073709551615" },
    { "99999999999999999999", 0, "outside 0..18446744073709551615" },
    { "184467440737095516150", 0, "outside 0..18446744073709551615" },
    { "1e20", 0, "outside 0..18446744073709551615" },
    { "1e999999999999999999", 0, "outside 0..18446744073709551615" },
    { "-1", 0, "outside 0..18446744073709551615" },
    { "1.5", 0, "not a whole number" },
    { "1e-3", 0, "not a whole number" },
    { "0.1", 0, "not a whole number" },
    { "1e-999999999999999999", 0, "not a whole number" },
    { "9007199254740992.5", 0, "not a whole number" },
    { "\"6\"", 0, "not a whole number" },
    { "true", 0, "not a whole number" },
    { "null", 0, "not a whole number" },
    { "[]", 0, "not a whole number" },
};

START_TEST(whole_numbers_are_exact_or_an_error)
{
    struct json j = root_of(whole_numbers[_i].text);
    uint64_t value = 4711;
    bool ok = json_read_u64(j, 0, UINT64_MAX, &value);
    if (whole_numbers[_i].said == NULL) {
        ck_assert(ok);
        ck_assert_uint_eq(value, whole_numbers[_i].value);
        ck_assert_str_eq(said(), "");
    } else {
        ck_assert(!ok);
        ck_assert_uint_eq(value, 4711);
        const char *text = said();
        ck_assert_msg(strstr(text, whole_numbers[_i].said) != NULL, "%s", text);
    }
}
END_TEST

START_TEST(bounds_belong_to_the_range)
{
    struct json root = root_of("{\"n\": [0, 1, 28, 29, 4294967296]}");
    struct json n = json_get(root, "n");
    uint32_t value = 4711;
    ck_assert(!json_read_u32(json_at(n, 0), 1, 28, &value));
    ck_assert_uint_eq(value, 4711);
    ck_assert(json_read_u32(json_at(n, 1), 1, 28, &value));
    ck_assert_uint_eq(value, 1);
    ck_assert(json_read_u32(json_at(n, 2), 1, 28, &value));
    ck_assert_uint_eq(value, 28);
    ck_assert(!json_read_u32(json_at(n, 3), 1, 28, &value));
    ck_assert(!json_read_u32(json_at(n, 4), 0, UINT32_MAX, &value));
    ck_assert(!json_read_u32(json_at(n, 2), 1, 1, &value));
    ck_assert_uint_eq(value, 28);
    ck_assert_str_eq(said(), "1:8 json-range: 'n[0]' is 0, outside 1..28\n"
                             "1:18 json-range: 'n[3]' is 29, outside 1..28\n"
                             "1:22 json-range: 'n[4]' is 4294967296, outside "
                             "0..4294967295\n"
                             "1:14 json-range: 'n[2]' is 28, not 1\n");
}
END_TEST

START_TEST(doubles)
{
    struct json root = root_of("[0.1, -2.5e-3, 200, 1e999, 3, \"1\"]");
    double value = 4711;
    ck_assert(json_read_double(json_at(root, 0), 0, 1, &value));
    ck_assert(value == 0.1);
    ck_assert(json_read_double(json_at(root, 1), -1, 1, &value));
    ck_assert(value == -0.0025);
    ck_assert(json_read_double(json_at(root, 2), 200, 200, &value));
    ck_assert(value == 200);
    ck_assert(!json_read_double(json_at(root, 3), 0, 1e300, &value));
    ck_assert(!json_read_double(json_at(root, 4), 0.001, 2.5, &value));
    ck_assert(!json_read_double(json_at(root, 5), 0, 1, &value));
    ck_assert(value == 200);
    ck_assert_str_eq(said(),
                     "1:21 json-range: '[3]' is 1e999, outside 0..1e+300\n"
                     "1:28 json-range: '[4]' is 3, outside 0.001..2.5\n"
                     "1:31 json-type: '[5]' is \"1\", not a number\n");
}
END_TEST

START_TEST(decimals)
{
    uint64_t n, d;
    struct json root = root_of("[161.1328125, 0.5, 3e2, 0, 25e-1, 1.0000000001,"
                               " -1, 0.1]");
    ck_assert(json_read_decimal(json_at(root, 0), 0, 2000, &n, &d));
    ck_assert_uint_eq(n, 1611328125);
    ck_assert_uint_eq(d, 10000000);
    ck_assert(json_read_decimal(json_at(root, 1), 0, 2000, &n, &d));
    ck_assert_uint_eq(n, 5);
    ck_assert_uint_eq(d, 10);
    ck_assert(json_read_decimal(json_at(root, 2), 0, 2000, &n, &d));
    ck_assert_uint_eq(n, 300);
    ck_assert_uint_eq(d, 1);
    ck_assert(json_read_decimal(json_at(root, 3), 0, 2000, &n, &d));
    ck_assert_uint_eq(n, 0);
    ck_assert_uint_eq(d, 1);
    ck_assert(json_read_decimal(json_at(root, 4), 0, 2000, &n, &d));
    ck_assert_uint_eq(n, 25);
    ck_assert_uint_eq(d, 10);
    ck_assert(!json_read_decimal(json_at(root, 5), 0, 2000, &n, &d));
    ck_assert(!json_read_decimal(json_at(root, 6), 0, 2000, &n, &d));
    ck_assert(!json_read_decimal(json_at(root, 7), 1, 2000, &n, &d));
    ck_assert_uint_eq(n, 25); /* as it was */
    ck_assert_str_eq(said(),
                     "1:35 json-range: '[5]' is 1.0000000001, which has more "
                     "than 9 digits behind the point\n"
                     "1:49 json-range: '[6]' is -1, outside 0..2000\n"
                     "1:53 json-range: '[7]' is 0.1, outside 1..2000\n");
}
END_TEST

/* The other readers */

START_TEST(other_readers)
{
    struct json root = root_of("[true, false, \"s\", [1, 2], {\"a\": 1}]");
    struct json array = json_at(root, 3), object = json_at(root, 4);
    bool flag = false;
    ck_assert(json_read_bool(json_at(root, 0), &flag));
    ck_assert(flag);
    ck_assert(json_read_bool(json_at(root, 1), &flag));
    ck_assert(!flag);
    ck_assert_str_eq(json_read_string(json_at(root, 2)), "s");
    ck_assert(json_is_array(array, 2, 2));
    ck_assert(json_is_array(array, 0, 5));
    ck_assert(json_is_object(object));
    ck_assert_str_eq(said(), "");

    ck_assert(!json_read_bool(json_at(root, 2), &flag));
    ck_assert_ptr_null(json_read_string(json_at(root, 0)));
    ck_assert(!json_is_array(object, 0, 9));
    ck_assert(!json_is_object(array));
    ck_assert(!json_is_array(array, 3, 3));
    ck_assert(!json_is_array(array, 3, 4));
    ck_assert(!json_is_array(array, 0, 1));
    ck_assert_str_eq(said(),
                     "1:15 json-type: '[2]' is \"s\", not true or false\n"
                     "1:2 json-type: '[0]' is true, not a string\n"
                     "1:28 json-type: '[4]' is an object, not an array\n"
                     "1:20 json-type: '[3]' is an array, not an object\n"
                     "1:20 json-range: '[3]' has 2 elements, not 3\n"
                     "1:20 json-range: '[3]' has 2 elements, fewer than 3\n"
                     "1:20 json-range: '[3]' has 2 elements, more than 1\n");
}
END_TEST

START_TEST(what_is_not_there_reads_as_false_in_silence)
{
    struct json none = json_get(root_of("{}"), "a");
    uint32_t u32;
    uint64_t u64;
    double number;
    bool flag;
    ck_assert(!json_read_u32(none, 0, 1, &u32));
    ck_assert(!json_read_u64(none, 0, 1, &u64));
    ck_assert(!json_read_double(none, 0, 1, &number));
    ck_assert(!json_read_bool(none, &flag));
    ck_assert_ptr_null(json_read_string(none));
    ck_assert(!json_is_object(none));
    ck_assert(!json_is_array(none, 0, 1));
    ck_assert_uint_eq(json_length(none), 0);
    ck_assert_str_eq(said(), "");
}
END_TEST

START_TEST(long_values_are_cut_at_a_character)
{
    /* The 40th byte is the middle of a character. */
    struct json root = root_of("[\"123456789 123456789 123456789 12345678"
                               "\xc3\xa9 and more\"]");
    uint32_t out;
    json_read_u32(json_at(root, 0), 0, 1, &out);
    ck_assert_str_eq(said(), "1:2 json-type: '[0]' is \"123456789 123456789 "
                             "123456789 12345678..., not a whole number\n");
}
END_TEST

START_TEST(errors_of_the_readers_caller)
{
    struct json root = root_of("{\"a\":\n  7}");
    json_error(json_get(root, "a"), DIAG_FOLDING, "pe %d does not divide %d", 7,
               16);
    ck_assert_str_eq(said(), "2:3 folding: pe 7 does not divide 16\n");
}
END_TEST

/* Files */

START_TEST(files_are_loaded)
{
    char folder[] = "/tmp/headrace-json-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    char *path = file_join(arena, folder, "m.json");
    ck_assert(file_write(path, "{\"a\": 7}\n", 9, diag));
    struct json root = json_load(arena, path, diag);
    ck_assert(json_exists(json_get(root, "a")));
    ck_assert_str_eq(json_place(root).file, path);
    unlink(path);
    ck_assert(!json_exists(json_load(arena, path, diag)));
    rmdir(folder);
    ck_assert_uint_eq(diag_count(diag), 1);
    ck_assert_int_eq(diag_at(diag, 0)->code, DIAG_FILE_OPEN);
}
END_TEST

/* Hundreds of thousands of values, keys and diagnostics: what is quadratic
 * in any of them runs into the time limit. */
START_TEST(megabytes_are_read_in_no_time)
{
    enum { MEMBERS = 100000 };
    struct text *t = text_new(arena);
    text_add(t, "{");
    for (int i = 0; i < MEMBERS; i++)
        text_printf(t, "%s\n  \"layer_%d\": [%d, \"text\"]", i == 0 ? "" : ",",
                    i, i);
    text_add(t, "}");
    struct json root = root_of(text_string(t));
    for (uint32_t i = 0; i < MEMBERS; i += 2) {
        struct json layer = json_get(root, arena_printf(arena, "layer_%u", i));
        uint32_t value;
        ck_assert(json_read_u32(json_at(layer, 0), 0, MEMBERS, &value));
        ck_assert_uint_eq(value, i);
        ck_assert_uint_eq(json_place(layer).line, i + 2);
    }
    ck_assert(!json_no_more_keys(root));
    ck_assert_uint_eq(diag_count(diag), MEMBERS / 2);
    ck_assert_uint_eq(diag_at(diag, MEMBERS / 2 - 1)->place.line, MEMBERS + 1);
}
END_TEST

/* Damage */

static const char whole_document[] =
    "{\"headrace\": 1, \"name\": \"ex\\u0041\\ud83d\\ude00mple\", \"network\": "
    "{\"layers\": [{\"stride\": [1, 2.5e-3, -0], \"relu\": true, \"b\": "
    "false}, null, \"\xc3\xa9\", [], {}]}}";

/* Reads every value in every way. */
static void visit(struct json j)
{
    uint32_t u32;
    double number;
    bool flag;
    json_read_u32(j, 1, 1000, &u32);
    json_read_double(j, -1, 1, &number);
    json_read_bool(j, &flag);
    json_read_string(j);
    json_is_array(j, 1, 2);
    json_get(j, "stride");
    json_need(j, "name");
    ck_assert_uint_ge(json_key_place(j).line, 1);
    ck_assert_ptr_nonnull(json_path(j, arena));
    for (size_t i = 0; i < json_length(j); i++)
        visit(json_at(j, i));
    json_no_more_keys(j);
}

/* Either it is read, or there is a diagnostic that says why not. */
static bool survives(const char *bytes, size_t length)
{
    setup();
    struct json root = parse_bytes(bytes, length);
    bool read = json_exists(root);
    ck_assert_int_eq(read, diag_count(diag) == 0);
    for (size_t i = 0; i < diag_count(diag); i++) {
        const struct diag_message *m = diag_at(diag, i);
        ck_assert(m->code == DIAG_JSON_SYNTAX || m->code == DIAG_JSON_KEY);
        ck_assert_uint_ge(m->place.line, 1);
        ck_assert_uint_ge(m->place.column, 1);
        /* What the scan lets pass, cJSON must read. */
        ck_assert_msg(strstr(m->text, "cJSON") == NULL, "%s", m->text);
    }
    if (read)
        visit(root);
    teardown();
    return read;
}

START_TEST(a_document_cut_anywhere_is_refused)
{
    size_t length = sizeof whole_document - 1;
    for (size_t i = 0; i < length; i++)
        ck_assert_msg(!survives(whole_document, i), "cut at %zu", i);
    ck_assert(survives(whole_document, length));
}
END_TEST

START_TEST(every_flipped_bit_is_survived)
{
    char bytes[sizeof whole_document];
    memcpy(bytes, whole_document, sizeof bytes);
    int read = 0;
    for (size_t i = 0; i < 8 * (sizeof bytes - 1); i++) {
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
        read += survives(bytes, sizeof bytes - 1);
        bytes[i / 8] = (char)(bytes[i / 8] ^ 1 << i % 8);
    }
    /* Letters in strings and digits may change unseen, marks may not. */
    ck_assert_int_gt(read, 100);
    ck_assert_int_lt(read, 1000);
}
END_TEST

START_TEST(random_texts_are_survived)
{
    static const char *const parts[] = {
        "{",    "}",   "[",    "]",     ",",       ":",       "\"",
        "\\",   "\"a", "\":",  "0",     "1",       "-",       ".",
        "e",    "1e5", "true", "false", "null",    " ",       "\n",
        "/",    "\t",  "[]",   "{}",    "\"a\":1", "\\ud800", "\xc3",
        "\xa9", "[1,", "2]",   "\"k\"", "\"b\":",  "\\u0061",
    };
    enum { PARTS = sizeof parts / sizeof *parts };
    const uint64_t seed = 2;
    struct rng rng = { seed };
    printf("random texts: seed %ju\n", (uintmax_t)seed);
    int read = 0;
    for (int i = 0; i < 60000; i++) {
        char text[200] = "";
        for (uint32_t n = 1 + rng_below(&rng, 12); n > 0; n--)
            strcat(text, parts[rng_below(&rng, PARTS)]);
        read += survives(text, strlen(text));
    }
    ck_assert_int_gt(read, 1000);
}
END_TEST

static Suite *json_suite(void)
{
    Suite *s = suite_create("json");
    TCase *tc = tcase_create("json");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, every_kind_is_told);
    tcase_add_test(tc, members_keep_the_order_of_the_file);
    tcase_add_test(tc, strings_are_decoded);
    tcase_add_test(tc, every_value_knows_its_place_and_path);
    tcase_add_loop_test(tc, what_is_not_json_is_refused, 0,
                        sizeof syntax_errors / sizeof *syntax_errors);
    tcase_add_test(tc, a_nul_byte_is_refused);
    tcase_add_test(tc, the_length_counts_not_a_nul);
    tcase_add_test(tc, nesting_has_a_limit);
    tcase_add_test(tc, repeated_keys_are_refused);
    tcase_add_test(tc, keys_not_asked_for_are_reported);
    tcase_add_test(tc, known_keys_pass);
    tcase_add_test(tc, only_a_missing_key_is_a_hint);
    tcase_add_loop_test(tc, the_hint_is_the_nearest_spelling, 0,
                        sizeof spellings / sizeof *spellings);
    tcase_add_test(tc, a_needed_key_is_missed);
    tcase_add_loop_test(tc, whole_numbers_are_exact_or_an_error, 0,
                        sizeof whole_numbers / sizeof *whole_numbers);
    tcase_add_test(tc, bounds_belong_to_the_range);
    tcase_add_test(tc, doubles);
    tcase_add_test(tc, decimals);
    tcase_add_test(tc, other_readers);
    tcase_add_test(tc, what_is_not_there_reads_as_false_in_silence);
    tcase_add_test(tc, long_values_are_cut_at_a_character);
    tcase_add_test(tc, errors_of_the_readers_caller);
    tcase_add_test(tc, files_are_loaded);
    suite_add_tcase(s, tc);

    TCase *many = tcase_create("many");
    tcase_add_checked_fixture(many, setup, teardown);
    tcase_set_timeout(many, 20);
    tcase_add_test(many, megabytes_are_read_in_no_time);
    suite_add_tcase(s, many);

    TCase *damage = tcase_create("damage");
    tcase_set_timeout(damage, 60);
    tcase_add_test(damage, a_document_cut_anywhere_is_refused);
    tcase_add_test(damage, every_flipped_bit_is_survived);
    tcase_add_test(damage, random_texts_are_survived);
    suite_add_tcase(s, damage);
    return s;
}

int main(void)
{
    SRunner *runner = srunner_create(json_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
