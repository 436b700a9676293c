#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Slice, ClampsExtremeBounds) {
  EXPECT_EQ(answer("() -> (y) { x: s8[4] = {1, 2, 3, 4}\n"
                   "  s: s64[1] = {-9223372036854775808} e: s64[1] = {9223372036854775807}\n"
                   "  y = Slice(x, s, e) }"),
            "s8[4] {1, 2, 3, 4}");
  EXPECT_EQ(answer("() -> (y) { x: s8[4] = {1, 2, 3, 4}\n"
                   "  s: s64[1] = {9223372036854775807} e: s64[1] = {-9223372036854775808}\n"
                   "  a: s64[1] = {0} t: s64[1] = {-2} y = Slice(x, s, e, a, t) }"),
            "s8[2] {4, 2}");
}

TEST(Slice, TakesOneElementWithTheLongestStep) {
  EXPECT_EQ(answer("() -> (y) { x: s8[4] = {1, 2, 3, 4} s: s64[1] = {2} e: s64[1] = {-100}\n"
                   "  a: s64[1] = {0} t: s64[1] = {-9223372036854775808}\n"
                   "  y = Slice(x, s, e, a, t) }"),
            "s8[1] {3}");
}

TEST(Slice, KeepsSizesThatItDoesNotCut) {
  EXPECT_EQ(inferred("(x: f32[batch,c,8]) -> (y) { s: s64[2] = {0, 1} e: s64[2] = {2147483647, 5}\n"
                     "  a: s64[2] = {1, -1} y = Slice(x, s, e, a) }"),
            "f32[batch,c,4]");
  EXPECT_EQ(inferred("(x: f32[4,5,6], s: s64[1], e: s64[1]) -> (y) { a: s64[1] = {1}\n"
                     "  y = Slice(x, s, e, a) }"),
            "f32[4,?,6]");
  EXPECT_EQ(inferred("(x: f32[4,5,6], s: s64[2], e: s64[2]) -> (y) { y = Slice(x, s, e) }"),
            "f32[?,?,6]");
}

TEST(Slice, RefusesListsThatDoNotFit) {
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { s: s64[1] = {0} e: s64[2] = {1, 2}\n"
                     "  y = Slice(x, s, e) }"),
            "node (Slice) -> 'y': starts has 1 entries, another list has 2");
  EXPECT_EQ(inferred("(x: f32[4]) -> (y) { s: s64[1] = {0} e: s64[1] = {1} a: s64[1] = {0}\n"
                     "  t: s64[1] = {0} y = Slice(x, s, e, a, t) }"),
            "node (Slice) -> 'y': a step is 0");
  EXPECT_EQ(inferred("(x: f32[4,4]) -> (y) { s: s64[2] = {0, 0} e: s64[2] = {1, 1}\n"
                     "  a: s64[2] = {0, -2} y = Slice(x, s, e, a) }"),
            "node (Slice) -> 'y': axis 0 is given twice");
}

TEST(Slice, ChecksASizeThatTheFileDeclares) {
  EXPECT_EQ(answer("(e: s64[1]) -> (y) { x: s8[4] = {1, 2, 3, 4} s: s64[1] = {0}\n"
                   "  y: s8[4] = Slice(x, s, e) }",
                   {Tensor::of<std::int64_t>({1}, {2})}),
            "the output has size [2], not [4]");
}

TEST(Slice, TakesListsFromTheAttributesOfOldOpsets) {
  EXPECT_EQ(answer_opset(9,
                         "() -> (y) { x: f32[2,3] = {1, 2, 3, 4, 5, 6}\n"
                         "  y = Slice(x) {axes=[1], starts=[-2], ends=[1000]} }"),
            "f32[2,2] {2, 3, 5, 6}");
  EXPECT_EQ(answer_opset(1,
                         "() -> (y) { x: f32[2,3] = {1, 2, 3, 4, 5, 6}\n"
                         "  y = Slice(x) {starts=[1, 0], ends=[2, 2]} }"),
            "f32[1,2] {4, 5}");
}

}  // namespace
}  // namespace mote
