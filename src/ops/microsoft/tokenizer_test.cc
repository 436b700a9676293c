// Tokenizer: tokens as ONNX Runtime cuts them.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string tokens(std::string_view texts, std::string_view attributes) {
  return answer("() -> (y) { x: " + std::string(texts) +
                " y = com.microsoft.Tokenizer(x) {pad_value=\"#\", " + std::string(attributes) +
                "} }");
}

TEST(Tokenizer, SeparatorsCutOneAfterTheOther) {
  EXPECT_EQ(
      tokens("string[2] = {\"a,b c\", \"x\"}", "mark=0, mincharnum=1, separators=[\" \", \",\"]"),
      "string[2,3] {\"a\", \"b\", \"c\", \"x\", \"#\", \"#\"}");
  EXPECT_EQ(tokens("string[1] = {\"abcde\"}", "mark=0, mincharnum=1, separators=[\"bc\", \"cd\"]"),
            "string[1,2] {\"a\", \"de\"}");
}

// A separator sees a piece as a text of its own.
TEST(Tokenizer, PiecesBeginTexts) {
  EXPECT_EQ(tokens("string[1] = {\"xabab\"}", "mark=0, mincharnum=1, separators=[\"x\", \"^ab\"]"),
            "string[1,1] {\"ab\"}");
}

TEST(Tokenizer, TokensAreTheLongestMatches) {
  EXPECT_EQ(tokens("string[1] = {\"xaby\"}", "mark=0, mincharnum=1, tokenexp=\"a|ab|b\""),
            "string[1,1] {\"ab\"}");
  EXPECT_EQ(tokens("string[1] = {\"ab\"}", "mark=0, mincharnum=1, tokenexp=\"a*\""),
            "string[1,1] {\"a\"}");
  EXPECT_EQ(tokens("string[1] = {\"ab\"}", "mark=0, mincharnum=1, tokenexp=\"^b\""),
            "string[1,0] {}");
}

TEST(Tokenizer, CharactersMayBeTheTokens) {
  EXPECT_EQ(tokens("string[2] = {\"\xC3\xA4\\nb\", \"\"}", "mark=1, mincharnum=1, tokenexp=\".\""),
            "string[2,5] {\"\\x02\", \"\\xc3\\xa4\", \"\\n\", \"b\", \"\\x03\", \"\\x02\", "
            "\"\\x03\", \"#\", \"#\", \"#\"}");
}

TEST(Tokenizer, MarksStandOnlyWhereThereIsAToken) {
  EXPECT_EQ(tokens("string[2] = {\" \", \"\"}", "mark=1, mincharnum=1, separators=[\" \"]"),
            "string[2,0] {}");
}

TEST(Tokenizer, ShortTokensAreDropped) {
  EXPECT_EQ(
      tokens("string[1] = {\"\xC3\xA4\xC3\xB6 x\"}", "mark=0, mincharnum=2, separators=[\" \"]"),
      "string[1,1] {\"\\xc3\\xa4\\xc3\\xb6\"}");
}

TEST(Tokenizer, PatternsAreChecked) {
  EXPECT_THAT(tokens("string[1] = {\"a\"}", "mark=0, mincharnum=1"), HasSubstr("needs one of"));
  EXPECT_THAT(tokens("string[1] = {\"a\"}", "mark=0, mincharnum=1, separators=[\"b*\"]"),
              HasSubstr("separator 'b*' matches nothing at all"));
  EXPECT_THAT(tokens("string[1] = {\"a\"}", "mark=0, mincharnum=2, separators=[\"\"]"),
              HasSubstr("mincharnum 2"));
  EXPECT_THAT(tokens("string[1] = {\"a\"}", "mark=0, mincharnum=1, tokenexp=\"(\""),
              HasSubstr("byte"));
}

}  // namespace
}  // namespace mote
