#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Scatter, LetsNaNWin) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2] = {nan, 1} u: f32[2] = {5, nan} i: s64[2] = {0, 1}\n"
                   "  y = ScatterElements(x, i, u) {reduction=\"max\"} }"),
            "f32[2] {nan, nan}");
}

TEST(Scatter, WrapsIntegersAround) {
  EXPECT_EQ(answer("() -> (y) { x: s8[1] = {100} u: s8[2] = {100, 2} i: s64[2] = {0, 0}\n"
                   "  y = ScatterElements(x, i, u) {reduction=\"add\"} }"),
            "s8[1] {-54}");
  EXPECT_EQ(answer("() -> (y) { x: s32[1] = {-2147483648} u: s32[1] = {-1} i: s64[1,1] = {0}\n"
                   "  y = ScatterND(x, i, u) {reduction=\"mul\"} }"),
            "s32[1] {-2147483648}");
}

TEST(Scatter, NamesTheIndexThatIsOutside) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2] = {1, 2} u: f32[1] = {3} i: s64[1] = {2}\n"
                   "  y = ScatterElements(x, i, u) }"),
            "index 2 is outside [-2, 1]");
  EXPECT_EQ(answer("() -> (y) { x: f32[2] = {1, 2} u: f32[1] = {3} i: s64[1,1] = {-3}\n"
                   "  y = ScatterND(x, i, u) }"),
            "index -3 is outside [-2, 1]");
}

TEST(Scatter, RefusesUpdatesOfAnotherShape) {
  EXPECT_EQ(inferred("(x: f32[4], u: f32[2], i: s64[3]) -> (y) { y = ScatterElements(x, i, u) }"),
            "node (ScatterElements) -> 'y': indices and updates: type ?[3] contradicts ?[2]");
  EXPECT_EQ(inferred("(x: f32[4,2], u: f32[3,3], i: s64[3,1]) -> (y) { y = ScatterND(x, i, u) }"),
            "node (ScatterND) -> 'y': updates: type ?[3,2] contradicts ?[3,3]");
}

TEST(Scatter, OfOpset9IsScatterElements) {
  EXPECT_EQ(answer_opset(9,
                         "() -> (y) { x: f32[1,3] = {1, 2, 3} u: f32[1,1] = {9}\n"
                         "  i: s64[1,1] = {2} y = Scatter(x, i, u) {axis=1} }"),
            "f32[1,3] {1, 2, 9}");
}

}  // namespace
}  // namespace mote
