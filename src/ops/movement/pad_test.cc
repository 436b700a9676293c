#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Pad, ReflectsAndWrapsAsOftenAsNeeded) {
  EXPECT_EQ(answer("() -> (y) { x: s8[3] = {1, 2, 3} p: s64[2] = {5, 4}\n"
                   "  y = Pad(x, p) {mode=\"reflect\"} }"),
            "s8[12] {2, 1, 2, 3, 2, 1, 2, 3, 2, 1, 2, 3}");
  EXPECT_EQ(answer("() -> (y) { x: s8[3] = {1, 2, 3} p: s64[2] = {4, 5}\n"
                   "  y = Pad(x, p) {mode=\"wrap\"} }"),
            "s8[12] {3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2}");
  EXPECT_EQ(answer("() -> (y) { x: s8[1] = {7} p: s64[2] = {1, 2}\n"
                   "  y = Pad(x, p) {mode=\"reflect\"} }"),
            "s8[4] {7, 7, 7, 7}");
}

TEST(Pad, RepeatsWhatNegativePadsLeave) {
  EXPECT_EQ(answer("() -> (y) { x: s8[4] = {1, 2, 3, 4} p: s64[2] = {-1, 2}\n"
                   "  y = Pad(x, p) {mode=\"wrap\"} }"),
            "s8[5] {2, 3, 4, 2, 3}");
}

TEST(Pad, FillsStrings) {
  EXPECT_EQ(answer("() -> (y) { x: string[1] = {\"a\"} p: s64[2] = {1, 1} y = Pad(x, p) }"),
            "string[3] {\"\", \"a\", \"\"}");
}

TEST(Pad, RefusesPadsThatLeaveNothing) {
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { p: s64[2] = {-2, -2} y = Pad(x, p) }"),
            "node (Pad) -> 'y': pads -2 and -2 do not suit size 3");
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { p: s64[2] = {-5, 4} y = Pad(x, p) }"),
            "node (Pad) -> 'y': pads -5 and 4 do not suit size 3");
  EXPECT_EQ(inferred("(x: f32[0]) -> (y) { p: s64[2] = {1, 0} y = Pad(x, p) {mode=\"edge\"} }"),
            "node (Pad) -> 'y': pads 1 and 0 leave nothing of size 0 to repeat");
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { p: s64[2] = {9223372036854775807, 1} y = Pad(x, p) }"),
            "node (Pad) -> 'y': pads 9223372036854775807 and 1 do not suit size 3");
  EXPECT_EQ(inferred("(x: f32[3]) -> (y) { p: s64[4] = {1, 1, 1, 1} y = Pad(x, p) }"),
            "node (Pad) -> 'y': pads has 4 entries for 1 axes");
}

TEST(Pad, TakesPadsAndValueFromTheAttributesOfOldOpsets) {
  EXPECT_EQ(answer_opset(2,
                         "() -> (y) { x: f16[2] = {1, 2}\n"
                         "  y = Pad(x) {pads=[1, 1], value=0.5, mode=\"constant\"} }"),
            "f16[4] {0.5, 1, 2, 0.5}");
  EXPECT_EQ(answer_opset(1,
                         "() -> (y) { x: f32[2] = {1, 2}\n"
                         "  y = Pad(x) {paddings=[0, 2], mode=\"edge\"} }"),
            "f32[4] {1, 2, 2, 2}");
}

}  // namespace
}  // namespace mote
