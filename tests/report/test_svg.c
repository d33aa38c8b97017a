#include "report/svg.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "tests/check_main.h"

START_TEST(a_whole_document)
{
    struct arena *a = arena_new();
    struct svg *s = svg_new(a, 1000, 505);
    const struct svg_point points[] = { { 0, 0 }, { 15, -20 }, { 30, 5 } };
    svg_line(s, points[0], points[1], "#123456");
    svg_path(s, points, 3, "red");
    svg_area(s, points, 3, "red");
    svg_text(s, points[2], SVG_END, "a<b>&\"\x1b;\xc3");
    svg_text_upright(s, points[2], "up");
    struct text *out = text_new(a);
    svg_print(s, out);
    ck_assert_str_eq(
        text_string(out),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" "
        "height=\"50.5\" viewBox=\"0 0 100 50.5\" font-family=\"sans-serif\" "
        "font-size=\"11\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        "<line x1=\"0\" y1=\"0\" x2=\"1.5\" y2=\"-2\" stroke=\"#123456\"/>\n"
        "<polyline fill=\"none\" stroke=\"red\" points=\"0,0 1.5,-2 "
        "3,0.5\"/>\n"
        "<polygon fill=\"red\" fill-opacity=\"0.25\" points=\"0,0 1.5,-2 "
        "3,0.5\"/>\n"
        "<text x=\"3\" y=\"0.5\" "
        "text-anchor=\"end\">a&lt;b&gt;&amp;\"?;?</text>\n"
        "<text transform=\"translate(3,0.5) rotate(-90)\" "
        "text-anchor=\"middle\">up</text>\n"
        "</svg>\n");
    arena_free(a);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = { a_whole_document, NULL };
    return check_main("svg", tests);
}
