#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

constexpr std::string_view kThree =
    "a: s64[1] = {1} b: s64[2] = {2, 3} c: s64[0] = {} s = SequenceConstruct(a, b, c)";

std::string of_three(std::string_view rest) {
  return answer("() -> (y) { " + std::string(kThree) + " " + std::string(rest) + " }");
}

TEST(Sequence, HoldsTensorsOfDifferentSizes) {
  EXPECT_EQ(answer("() -> (s) { " + std::string(kThree) + " }"),
            "seq(s64[1] {1}, s64[2] {2, 3}, s64[0] {})");
  EXPECT_EQ(of_three("y = SequenceLength(s)"), "s64[] {3}");
}

TEST(Sequence, CountsPositionsFromTheEndToo) {
  EXPECT_EQ(of_three("i: s64[] = {-2} y = SequenceAt(s, i)"), "s64[2] {2, 3}");
  EXPECT_EQ(of_three("i: s32[] = {-1} y = SequenceInsert(s, b, i)"),
            "seq(s64[1] {1}, s64[2] {2, 3}, s64[2] {2, 3}, s64[0] {})");
  EXPECT_EQ(of_three("i: s64[1] = {3} y = SequenceInsert(s, a, i)"),
            "seq(s64[1] {1}, s64[2] {2, 3}, s64[0] {}, s64[1] {1})");
  EXPECT_EQ(of_three("i: s64[] = {-3} y = SequenceErase(s, i)"), "seq(s64[2] {2, 3}, s64[0] {})");
  EXPECT_EQ(of_three("y = SequenceErase(s)"), "seq(s64[1] {1}, s64[2] {2, 3})");
}

TEST(Sequence, RefusesPositionsOutside) {
  EXPECT_THAT(of_three("i: s64[] = {3} y = SequenceAt(s, i)"),
              HasSubstr("position 3 is outside [-3, 2]"));
  EXPECT_THAT(of_three("i: s64[] = {-4} y = SequenceInsert(s, a, i)"),
              HasSubstr("position -4 is outside [-3, 3]"));
  EXPECT_THAT(of_three("i: s64[2] = {0, 1} y = SequenceErase(s, i)"), HasSubstr("the position"));
  EXPECT_THAT(answer("() -> (y) { s = SequenceEmpty() y = SequenceErase(s) }"),
              HasSubstr("the sequence is empty"));
}

TEST(Sequence, LeavesTheSequenceThatItChangesAsItWas) {
  EXPECT_EQ(of_three("z: s64[1] = {0} t = SequenceErase(s) n = SequenceLength(t)\n"
                     "m = SequenceLength(s) u = Unsqueeze(n, z) v = Unsqueeze(m, z)\n"
                     "y = Concat(u, v) {axis=0}"),
            "s64[2] {2, 3}");
}

TEST(Sequence, RefusesMixedElementTypes) {
  EXPECT_THAT(of_three("f: f32[1] = {1} y = SequenceInsert(s, f)"), HasSubstr("contradicts"));
  EXPECT_THAT(answer("() -> (y) { a: s64[1] = {1} f: f32[1] = {1} y = SequenceConstruct(a, f) }"),
              HasSubstr("contradicts"));
}

TEST(Sequence, IsNoTensor) {
  EXPECT_THAT(of_three("y = SequenceLength(a)"), HasSubstr("not a sequence"));
}

TEST(SplitToSequence, CutsIntoPartsOfOneSize) {
  EXPECT_EQ(answer("() -> (y) { x: s64[5] = {1, 2, 3, 4, 5} k: s64[] = {2}\n"
                   "  y = SplitToSequence(x, k) }"),
            "seq(s64[2] {1, 2}, s64[2] {3, 4}, s64[1] {5})");
}

TEST(SplitToSequence, CutsSlicesAndMayDropTheirAxis) {
  EXPECT_EQ(answer("() -> (y) { x: s64[2,2] = {1, 2, 3, 4} y = SplitToSequence(x) {axis=1} }"),
            "seq(s64[2,1] {1, 3}, s64[2,1] {2, 4})");
  EXPECT_EQ(answer("() -> (y) { x: s64[2,2] = {1, 2, 3, 4}\n"
                   "  y = SplitToSequence(x) {axis=-1, keepdims=0} }"),
            "seq(s64[2] {1, 3}, s64[2] {2, 4})");
}

TEST(SplitToSequence, RefusesPartsThatDoNotAddUp) {
  const auto split = [](std::string_view parts) {
    return answer("() -> (y) { x: s64[3] = {1, 2, 3} k: s64" + std::string(parts) +
                  " y = SplitToSequence(x, k) }");
  };
  EXPECT_THAT(split("[2] = {1, 1}"), HasSubstr("split adds up to 2, the axis has 3"));
  EXPECT_THAT(split("[2] = {-1, 4}"), HasSubstr("a part of size -1"));
  EXPECT_THAT(split("[] = {0}"), HasSubstr("split 0 is not positive"));
  EXPECT_THAT(split("[2] = {9223372036854775807, 9223372036854775807}"), HasSubstr("split"));
}

TEST(ConcatFromSequence, JoinsAlongAnOldOrANewAxis) {
  constexpr std::string_view kPair =
      "() -> (y) { a: s64[2] = {1, 2} b: s64[2] = {3, 4} s = SequenceConstruct(a, b) ";
  const auto joined = [&](std::string_view attributes) {
    return answer(std::string(kPair) + "y = ConcatFromSequence(s) " + std::string(attributes) +
                  " }");
  };
  EXPECT_EQ(joined("{axis=0}"), "s64[4] {1, 2, 3, 4}");
  EXPECT_EQ(joined("{axis=0, new_axis=1}"), "s64[2,2] {1, 2, 3, 4}");
  EXPECT_EQ(joined("{axis=-1, new_axis=1}"), "s64[2,2] {1, 3, 2, 4}");
  EXPECT_THAT(joined("{axis=1}"), HasSubstr("axis 1"));
}

TEST(ConcatFromSequence, RefusesWhatDoesNotJoin) {
  EXPECT_THAT(answer("() -> (y) { a: s64[2,1] = {1, 2} b: s64[1,2] = {3, 4}\n"
                     "  s = SequenceConstruct(a, b) y = ConcatFromSequence(s) {axis=0} }"),
              HasSubstr("do not join along axis 0"));
  EXPECT_THAT(answer("() -> (y) { s = SequenceEmpty() y = ConcatFromSequence(s) {axis=0} }"),
              HasSubstr("the sequence is empty"));
}

TEST(Optional, IsItsElementOrNothing) {
  EXPECT_EQ(answer("() -> (y) { x: s64[1] = {4} o = Optional(x) y = OptionalGetElement(o) }"),
            "s64[1] {4}");
  EXPECT_EQ(answer("() -> (y) { y = Optional() {type=type f32[2]} }"), "nothing");
  EXPECT_EQ(answer("() -> (y) { o = Optional() {type=type f32[2]} y = OptionalHasElement(o) }"),
            "bool[] {false}");
  EXPECT_THAT(answer("() -> (y) { o = Optional() {type=type f32[2]} y = OptionalGetElement(o) }"),
              HasSubstr("the optional has no element"));
}

}  // namespace
}  // namespace mote
