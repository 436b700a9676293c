// StringSplit: delimiters, white space, limits; StringConcat beside it.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

struct Cut {
  std::string pieces, counts;
};

Cut cut(std::string_view x, std::string_view attributes) {
  const std::string body =
      " { x: " + std::string(x) + " y, z = StringSplit(x) {" + std::string(attributes) + "} }";
  return {answer("() -> (y)" + body), answer("() -> (z)" + body)};
}

TEST(StringSplit, CutsAtEachDelimiterAndFillsUp) {
  const Cut c = cut("string[3] = {\"a,,b\", \"c\", \"\"}", "delimiter=\",\"");
  EXPECT_EQ(c.pieces, "string[3,3] {\"a\", \"\", \"b\", \"c\", \"\", \"\", \"\", \"\", \"\"}");
  EXPECT_EQ(c.counts, "s64[3] {3, 1, 1}");
  EXPECT_EQ(cut("string[1] = {\"a::b:c\"}", "delimiter=\"::\"").pieces,
            "string[1,2] {\"a\", \"b:c\"}");
}

TEST(StringSplit, TakesAnyWhiteSpaceTogether) {
  const Cut c = cut("string[2] = {\"  a\\x09\\n b \", \" \\xe3\\x80\\x80 \"}", "");
  EXPECT_EQ(c.pieces, "string[2,2] {\"a\", \"b\", \"\", \"\"}");
  EXPECT_EQ(c.counts, "s64[2] {2, 0}");
  EXPECT_EQ(cut("string[1] = {\"  \"}", "").pieces, "string[1,0] {}");
}

TEST(StringSplit, LeavesTheRestWholeAfterMaxsplitCuts) {
  EXPECT_EQ(cut("string[1] = {\" a  b  c \"}", "maxsplit=1").pieces,
            "string[1,2] {\"a\", \"b  c \"}");
  EXPECT_EQ(cut("string[1] = {\"a,b,c\"}", "delimiter=\",\", maxsplit=1").pieces,
            "string[1,2] {\"a\", \"b,c\"}");
  EXPECT_EQ(cut("string[1] = {\"a,b\"}", "delimiter=\",\", maxsplit=0").pieces,
            "string[1,1] {\"a,b\"}");
  EXPECT_EQ(cut("string[1] = {\"a,b\"}", "delimiter=\",\", maxsplit=-1").pieces,
            "string[1,2] {\"a\", \"b\"}");
}

TEST(StringSplit, HasOneDimensionMore) {
  EXPECT_EQ(cut("string[2,0] = {}", "").pieces, "string[2,0,0] {}");
  EXPECT_EQ(cut("string[] = {\"a b\"}", "").pieces, "string[2] {\"a\", \"b\"}");
  EXPECT_THAT(inferred("(x: string[1,1,1,1,1,1,1,1,1,1,1,1]) -> (y) { y = StringSplit(x) }"),
              HasSubstr("rank 12 leaves no dimension"));
  EXPECT_EQ(inferred("(x: string[n,2]) -> (y) { y = StringSplit(x) }"), "string[n,2,?]");
}

// A long text a hundred thousand times is over the budget of 64 MiB.
TEST(StringConcat, CountsItsTextsBeforeItMakesThem) {
  const std::string text(10000, 'a');
  EXPECT_THAT(answer("() -> (z) { x: string[1] = {\"" + text +
                     "\"} e: string[1] = {\"\"}\n"
                     "  s: s64[1] = {100000} y = Expand(e, s) z = StringConcat(x, y) }"),
              HasSubstr("over the budget"));
}

TEST(StringConcat, JoinsWhatBroadcasts) {
  EXPECT_EQ(answer("() -> (z) { x: string[2,1] = {\"a\", \"b\"} y: string[2] = {\"\", \"1\"}\n"
                   "  z = StringConcat(x, y) }"),
            "string[2,2] {\"a\", \"a1\", \"b\", \"b1\"}");
  EXPECT_EQ(answer("() -> (z) { x: string[1] = {\"a\"} y: string[2,0] = {}\n"
                   "  z = StringConcat(x, y) }"),
            "string[2,0] {}");
  EXPECT_THAT(inferred("(x: string[2], y: string[3]) -> (z) { z = StringConcat(x, y) }"),
              HasSubstr("[2]"));
}

}  // namespace
}  // namespace mote
