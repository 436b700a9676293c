#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(Loop, HandsValuesOnAndCollectsTheRest) {
  constexpr std::string_view kText =
      "() -> (last, all) {\n"
      "  n: s64[] = {3} x: s64[] = {10}\n"
      "  last, all = Loop(n, _, x) {\n"
      "    body=graph (i: s64[], c: bool[], s: s64[]) -> (c, t, t) { t = Add(s, i) }}\n"
      "}";
  const auto results = results_of(kText);
  EXPECT_EQ(results[0].values<std::int64_t>()[0], 13);
  EXPECT_THAT(results[1].values<std::int64_t>(), testing::ElementsAre(10, 11, 13));
}

TEST(Loop, EndsWhenTheConditionFails) {
  EXPECT_EQ(answer("() -> (y) {\n"
                   "  go: bool[] = {1} x: s64[] = {1}\n"
                   "  y = Loop(_, go, x) {\n"
                   "    body=graph (i: s64[], c: bool[], s: s64[]) -> (more, t) {\n"
                   "      limit: s64[] = {100} t = Add(s, s) more = Less(t, limit) }}\n"
                   "}"),
            "s64[] {128}");
}

TEST(Loop, RunsNotAtAllIfTheConditionFailsAtOnce) {
  EXPECT_EQ(answer("() -> (y) {\n"
                   "  n: s64[] = {5} go: bool[] = {0} x: f32[1] = {7}\n"
                   "  y = Loop(n, go, x) {\n"
                   "    body=graph (i: s64[], c: bool[], s: f32[1]) -> (c, t) { t = Neg(s) }}\n"
                   "}"),
            "f32[1] {7}");
}

TEST(Loop, CollectsNothingFromNoIteration) {
  constexpr std::string_view kText =
      "(x: f32[2]) -> (all) {\n"
      "  n: s64[] = {-4}\n"
      "  last, all = Loop(n, _, x) {\n"
      "    body=graph (i: s64[], c: bool[], s: f32[2]) -> (c, s, s) {}}\n"
      "}";
  EXPECT_EQ(answer(kText, {Tensor::of<float>({2}, {1, 2})}), "f32[0,2] {}");
}

TEST(Loop, MayHandOnValuesThatGrow) {
  EXPECT_EQ(answer("() -> (y) {\n"
                   "  n: s64[] = {2} x: s64[1] = {5}\n"
                   "  y = Loop(n, _, x) {\n"
                   "    body=graph (i: s64[], c: bool[], s: s64[1]) -> (c, t) {\n"
                   "      t = Concat(s, s) {axis=0} }}\n"
                   "}"),
            "s64[4] {5, 5, 5, 5}");
}

TEST(Loop, SaysOfGrowingValuesOnlyTheirRank) {
  EXPECT_EQ(inferred("(x: f32[1,2]) -> (y) {\n"
                     "  n: s64[] = {2}\n"
                     "  y = Loop(n, _, x) {\n"
                     "    body=graph (i: s64[], c: bool[], s: f32[?,2]) -> (c, t) {\n"
                     "      t = Concat(s, s) {axis=0} }}\n"
                     "}"),
            "f32[?,2]");
}

TEST(Loop, RefusesABodyThatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[2]) -> (y) {\n"
                       "  n: s64[] = {2}\n"
                       "  y = Loop(n, _, x) { body=graph (i: s64[], c: bool[]) -> (c, i) {} }\n"
                       "}"),
              HasSubstr("has 2 inputs, the node gives 3"));
  EXPECT_THAT(inferred("(x: f32[2]) -> (y) {\n"
                       "  n: s64[] = {2}\n"
                       "  y = Loop(n, _, x) {\n"
                       "    body=graph (i: s64[], c: bool[], s: f32[2]) -> (c, s, s) {} }\n"
                       "}"),
              HasSubstr("has 3 outputs, the node needs 2"));
  EXPECT_THAT(inferred("(x: f32[2]) -> (y) {\n"
                       "  n: s64[] = {2}\n"
                       "  y = Loop(n, _, x) {\n"
                       "    body=graph (i: s64[], c: bool[], s: f32[2]) -> (c, i) {} }\n"
                       "}"),
              HasSubstr("contradicts"));
}

TEST(Loop, RefusesAConditionOfManyElements) {
  EXPECT_THAT(answer("() -> (y) {\n"
                     "  n: s64[] = {2} x: bool[2] = {1, 1}\n"
                     "  y = Loop(n, _, x) {\n"
                     "    body=graph (i: s64[], c: bool[], s: bool[2]) -> (s, s) {} }\n"
                     "}"),
              HasSubstr("the body's condition is not one boolean"));
}

TEST(Loop, RefusesToCollectTensorsOfDifferentSizes) {
  EXPECT_THAT(answer("() -> (all) {\n"
                     "  n: s64[] = {2} x: s64[1] = {5}\n"
                     "  y, all = Loop(n, _, x) {\n"
                     "    body=graph (i: s64[], c: bool[], s: s64[1]) -> (c, t, t) {\n"
                     "      t = Concat(s, s) {axis=0} }}\n"
                     "}"),
              HasSubstr("is s64[4], was s64[2] before"));
}

}  // namespace
}  // namespace mote
