// StringNormalizer: stop words in any case, letters beyond ASCII.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"
#include "ops/text/case_map.h"

namespace mote {
namespace {

using testing::HasSubstr;

std::string normal(std::string_view x, std::string_view attributes) {
  return answer("() -> (y) { x: " + std::string(x) + " y = StringNormalizer(x) {" +
                std::string(attributes) + "} }");
}

TEST(StringNormalizer, LeavesOutStopWords) {
  const std::string_view x = "string[3] = {\"Mon\", \"mon\", \"Tue\"}";
  EXPECT_EQ(normal(x, "stopwords=[\"mON\"]"), "string[1] {\"Tue\"}");
  EXPECT_EQ(normal(x, "stopwords=[\"mon\"], is_case_sensitive=1"), "string[2] {\"Mon\", \"Tue\"}");
  // Compared as they come, not as they leave.
  EXPECT_EQ(normal(x, "stopwords=[\"mon\"], is_case_sensitive=1, case_change_action=\"LOWER\""),
            "string[2] {\"mon\", \"tue\"}");
}

TEST(StringNormalizer, LeavesOneEmptyTextOfNothing) {
  EXPECT_EQ(normal("string[2] = {\"a\", \"A\"}", "stopwords=[\"a\"]"), "string[1] {\"\"}");
  EXPECT_EQ(normal("string[1,2] = {\"a\", \"A\"}", "stopwords=[\"a\"]"), "string[1,1] {\"\"}");
  EXPECT_EQ(normal("string[0] = {}", "case_change_action=\"UPPER\""), "string[1] {\"\"}");
}

TEST(StringNormalizer, ChangesLettersOfAllScripts) {
  // Ärger Ωmega Ж
  const std::string_view x = "string[1] = {\"\\xc3\\x84rger \\xce\\xa9mega \\xd0\\x96\"}";
  EXPECT_EQ(normal(x, "case_change_action=\"LOWER\", locale=\"de_DE\""),
            "string[1] {\"\\xc3\\xa4rger \\xcf\\x89mega \\xd0\\xb6\"}");
  EXPECT_EQ(normal("string[1] = {\"\\xc3\\xa4\\xff\"}", "case_change_action=\"UPPER\""),
            "string[1] {\"\\xc3\\x84\\xff\"}");
}

TEST(StringNormalizer, TakesOneRow) {
  EXPECT_THAT(normal("string[2,1] = {\"a\", \"b\"}", ""), HasSubstr("neither the shape [C]"));
  EXPECT_THAT(normal("string[] = {\"a\"}", ""), HasSubstr("neither the shape [C]"));
  EXPECT_THAT(normal("string[1] = {\"a\"}", "case_change_action=\"TITLE\""),
              HasSubstr("case_change_action 'TITLE' is none of"));
  EXPECT_THAT(normal("s64[1] = {1}", ""), HasSubstr("input 0 is s64, not string"));
}

TEST(CaseMap, KnowsLettersWithoutAPartnerOfTheirOwn) {
  EXPECT_EQ(to_capital(U'\u00FF'), U'\u0178');  // y with two dots
  EXPECT_EQ(to_small(U'\u0178'), U'\u00FF');
  EXPECT_EQ(to_capital(U'\u03C2'), U'\u03A3');  // the sigma at the end of words
  EXPECT_EQ(to_small(U'\u03A3'), U'\u03C3');
  EXPECT_EQ(to_capital(U'\u0131'), U'I');
  EXPECT_EQ(to_capital(U'\u00DF'), U'\u00DF');  // sharp s: one code point has none
  EXPECT_EQ(to_small(U'\u1E9E'), U'\u00DF');
  EXPECT_EQ(to_small(U'\u00D7'), U'\u00D7');  // the times sign, amid letters
  EXPECT_EQ(to_capital(U'\u00F7'), U'\u00F7');
  EXPECT_EQ(case_folded(U'\u017F'), U's');
}

}  // namespace
}  // namespace mote
