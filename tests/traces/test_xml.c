#include "traces/xml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"

static struct arena *a;
static struct diag *d;

static void setup(void)
{
    a = arena_new();
    d = diag_new(a);
}

static void teardown(void)
{
    arena_free(a);
}

static struct xml_node *parse(const char *text)
{
    return xml_parse(a, "x", text, strlen(text), DIAG_REPORT, d);
}

START_TEST(a_tree)
{
    struct xml_node *root = parse("<?xml version=\"1.0\"?>\n"
                                  "<a n=\"1\">text<!-- c -->\n"
                                  " <b> one &lt;2&gt; </b>\n"
                                  " <c/><b><![CDATA[x<y]]></b>\n"
                                  "</a>\n");
    ck_assert_ptr_nonnull(root);
    ck_assert_uint_eq(diag_count(d), 0);
    ck_assert_str_eq(root->name, "a");
    ck_assert_ptr_nonnull(parse("<?xml version=\"1.0\" "
                                "encoding=\"UTF-16\"?><a>\xc3\xa9</a>"));
    ck_assert_str_eq(root->text, ""); /* it has children */
    ck_assert_ptr_null(root->parent);
    ck_assert_str_eq(xml_text(root, "b"), "one <2>");
    ck_assert_str_eq(xml_text(root, "c"), "");
    ck_assert_ptr_null(xml_text(root, "d"));
    ck_assert_ptr_null(xml_child(NULL, "d"));
    ck_assert_str_eq(root->last->text, "x<y");
    ck_assert_uint_eq(root->last->place.line, 4);
    ck_assert_ptr_eq(root->child->sibling->sibling, root->last);
    ck_assert_ptr_eq(root->last->parent, root);
}
END_TEST

START_TEST(long_text_comes_in_parts)
{
    struct text *t = text_new(a);
    text_add(t, "<a>");
    for (int i = 0; i < 20000; i++)
        text_printf(t, "%05d&amp;", i);
    text_add(t, "</a>");
    struct xml_node *root = parse(text_string(t));
    ck_assert_ptr_nonnull(root);
    ck_assert_uint_eq(strlen(root->text), 20000 * 6);
    ck_assert(strncmp(root->text + 12345 * 6, "12345&", 6) == 0);
}
END_TEST

static void expect_refused(const char *text, const char *why)
{
    size_t before = diag_count(d);
    ck_assert_msg(parse(text) == NULL, "accepted: %.60s", text);
    ck_assert_uint_eq(diag_count(d), before + 1);
    ck_assert_msg(strstr(diag_at(d, before)->text, why) != NULL,
                  "'%s' has not '%s'", diag_at(d, before)->text, why);
    ck_assert_ptr_nonnull(diag_at(d, before)->hint);
}

/* libxml2 has limits for what it is given at once. */
START_TEST(a_large_file)
{
    struct text *t = text_new(a);
    text_add(t, "<a>");
    for (int i = 0; i < 24000; i++)
        text_printf(t, "<b><name>%0480d</name></b>\n", i);
    text_add(t, "</a>");
    ck_assert_uint_gt(text_length(t), 11000000);
    struct xml_node *root = parse(text_string(t));
    ck_assert_ptr_nonnull(root);
    ck_assert_uint_eq(root->last->place.line, 24000);
    ck_assert_str_eq(xml_text(root->last, "name") + 475, "23999");
}
END_TEST

START_TEST(what_is_not_well_formed)
{
    expect_refused("<a>", "it ends inside 'a'");
    expect_refused("<a><b/>", "it ends inside 'a'");
    expect_refused("<a></b>", "mismatch");
    expect_refused("<a/><b/>", "Extra content");
    expect_refused("<a>\x01</a>", "");
    expect_refused("<a>\xff</a>", "");
    expect_refused("\xff\xfe<a/>", "");
    expect_refused("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"
                   "<a>\xe9</a>",
                   "");
    expect_refused("<a", "");
    expect_refused("text", "");
}
END_TEST

/* Encodings that libxml2 would decode, and tell its troubles with on standard
 * error. */
START_TEST(other_encodings_are_not_decoded)
{
    static const char *const names[] = { "UTF-16",     "UTF-7", "EUC-JP",
                                         "ISO-8859-1", "UCS-4", "none" };
    fflush(stderr);
    int old = dup(STDERR_FILENO);
    FILE *said = tmpfile();
    ck_assert(old >= 0 && said != NULL);
    dup2(fileno(said), STDERR_FILENO);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *head =
            arena_printf(a, "<?xml version=\"1.0\" encoding=\"%s\"?>",
                         names[i]);
        ck_assert_ptr_nonnull(
            parse(arena_printf(a, "%s<a>\xc3\xa9</a>", head)));
        expect_refused(arena_printf(a, "%s<a>\xc7test\x80</a>", head), "");
    }
    expect_refused("\xff\xfe<a/>", "");
    expect_refused("\xfe\xff\xc7t<a/>", "");
    fflush(stderr);
    dup2(old, STDERR_FILENO);
    close(old);
    ck_assert_int_eq(fseek(said, 0, SEEK_END), 0);
    ck_assert_int_eq((int)ftell(said), 0);
    fclose(said);
}
END_TEST

/* A bomb of entities, and a file to be fetched. */
START_TEST(document_types_are_refused)
{
    expect_refused("<!DOCTYPE a [<!ENTITY x \"xx\"><!ENTITY y \"&x;&x;\">]>"
                   "<a>&y;</a>",
                   "DOCTYPE");
    char path[] = "/tmp/headrace-xml-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "secret", 6), 6);
    close(fd);
    expect_refused(arena_printf(a,
                                "<!DOCTYPE a [<!ENTITY x SYSTEM \"%s\">]>"
                                "<a>&x;</a>",
                                path),
                   "DOCTYPE");
    expect_refused("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/a.dtd\"><a/>",
                   "DOCTYPE");
    expect_refused("<a>&x;</a>", "not defined");
    unlink(path);
}
END_TEST

static const char *nested(int depth)
{
    struct text *t = text_new(a);
    for (int i = 0; i < depth; i++)
        text_add(t, "<a>");
    for (int i = 0; i < depth; i++)
        text_add(t, "</a>");
    return text_string(t);
}

START_TEST(depth_is_bounded)
{
    ck_assert_ptr_nonnull(parse(nested(200)));
    expect_refused(nested(201), "deeper than 200");
    expect_refused(nested(100000), "deeper than 200");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        a_tree,
        long_text_comes_in_parts,
        a_large_file,
        other_encodings_are_not_decoded,
        what_is_not_well_formed,
        document_types_are_refused,
        depth_is_bounded,
        NULL,
    };
    return check_main_with("xml", tests, setup, teardown);
}
