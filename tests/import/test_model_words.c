/* Words, names and number formats. */
#include "import/model.h"

#include "tests/import/expect.h"

static const struct broken broken[] = {
    { { { "\"ufixed<8,0>\"", "\"uint8\"" } },
      { { 6, 17, DIAG_FORMAT,
          "format 'uint8': a format is fixed<W,I[,Q[,O]]>, "
          "ufixed<W,I[,Q[,O]]>, binary or ternary",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<0,1>\"" } },
      { { 6, 17, DIAG_FORMAT, "format 'fixed<0,1>': the width must be 1 to 62",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<33,1>\"" } },
      { { 6, 17, DIAG_FORMAT,
          "width 33 of 'fixed<33,1>' is more than 32, the most of a signed "
          "format",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"ufixed<32,1>\"" } },
      { { 6, 17, DIAG_FORMAT,
          "width 32 of 'ufixed<32,1>' is more than 31, the most of an unsigned "
          "format",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<8,1,ROUND>\"" } },
      { { 6, 17, DIAG_FORMAT,
          "format 'fixed<8,1,ROUND>': the rounding mode must be TRN, TRN_ZERO, "
          "RND, RND_ZERO, RND_INF, RND_MIN_INF or RND_CONV",
          NULL } } },
    { { { "\"ufixed<8,0>\"", "\"binary\"" } },
      { { 6, 17, DIAG_FORMAT, "format 'binary' is for weights only", NULL } } },
    { { { "\"ufixed<8,0>\"", "8" } },
      { { 6, 17, DIAG_JSON_TYPE, "'network.input.format' is 8, not a string",
          NULL } } },
    { { { "\"bias_format\": \"fixed<8,1>\"", "\"bias_format\": \"ternary\"" } },
      { { 12, 24, DIAG_FORMAT, "format 'ternary' is for weights only",
          NULL } } },
    { { { "\"fixed<24,8>\"", "\"ufixed<24,8>\"" } },
      { { 13, 31, DIAG_FORMAT,
          "format 'ufixed<24,8>' is unsigned, an accumulator is signed",
          NULL } } },
    { { { "\"fixed<24,8>\"", "\"fixed<24,8,TRN,SAT>\"" } },
      { { 13, 31, DIAG_FORMAT,
          "overflow mode SAT of 'fixed<24,8,TRN,SAT>': an accumulator wraps "
          "(WRAP)",
          NULL } } },
    { { { "\"fixed<24,8>\"", "\"fixed<63,8>\"" } },
      { { 13, 31, DIAG_FORMAT,
          "format 'fixed<63,8>': the width must be 1 to 62", NULL } } },
    { { { "\"ufixed<8,0>\"", "\"fixed<32,0>\"" },
        { "\"units\": 10, \"weight_format\": \"fixed<8,1>\"",
          "\"units\": 10, \"weight_format\": \"fixed<31,1>\"" },
        { "\"ufixed<8,3,RND,SAT>\"", "\"fixed<32,0>\"" } },
      { { 22, 7, DIAG_FORMAT,
          "an exact sum of 864 products of fixed<32,0> and fixed<31,1> and a "
          "bias of fixed<31,1> in 'fc' fits no accumulator (at most 62 bits, "
          "of which -64 to 64 are integer bits)",
          "give an \"accumulator_format\"" } } },
};

START_TEST(test_broken)
{
    expect_broken(&broken[_i]);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("model_words");
    TCase *c = tcase_create("model_words");
    tcase_add_loop_test(c, test_broken, 0, sizeof broken / sizeof *broken);
    suite_add_tcase(s, c);
    return s;
}

int main(void)
{
    return example_run(suite());
}
