#include <gtest/gtest.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

TEST(Concat, AddsKnownSizes) {
  EXPECT_EQ(inferred("(a: f32[n,2], b: f32[?,3]) -> (y) { y = Concat(a, b) {axis=1} }"),
            "f32[n,5]");
  EXPECT_EQ(inferred("(a: f32[2,n], b: f32[2,3]) -> (y) { y = Concat(a, b) {axis=1} }"),
            "f32[2,?]");
  EXPECT_EQ(inferred("(a: f32[2,3], b) -> (y) { y = Concat(a, b) {axis=1} }"), "f32[2,?]");
}

TEST(Concat, RefusesWhatDoesNotFitTogether) {
  EXPECT_EQ(inferred("(a: f32[2,3], b: f32[3,3]) -> (y) { y = Concat(a, b) {axis=1} }"),
            "node (Concat) -> 'y': input 1: type f32[2,?] contradicts f32[3,?]");
  EXPECT_EQ(inferred("(a: f32[2,3], b: s64[2,3]) -> (y) { y = Concat(a, b) {axis=1} }"),
            "node (Concat) -> 'y': input 1: type f32[2,?] contradicts s64[2,?]");
  EXPECT_EQ(inferred("(a: f32[2,3]) -> (y) { y = Concat(a) {axis=2} }"),
            "node (Concat) -> 'y': axis 2 is outside [-2, 1]");
}

TEST(Concat, MovesStrings) {
  EXPECT_EQ(answer("() -> (y) { a: string[2,1] = {\"a\", \"b\"} b: string[2,1] = {\"c\", \"d\"}\n"
                   "  y = Concat(a, b) {axis=1} }"),
            "string[2,2] {\"a\", \"c\", \"b\", \"d\"}");
}

TEST(Concat, WasAlongAxis1BeforeOpset4) {
  EXPECT_EQ(answer_opset(1,
                         "() -> (y) { a: f32[2,1] = {1, 2} b: f32[2,1] = {3, 4}\n"
                         "  y = Concat(a, b) }"),
            "f32[2,2] {1, 3, 2, 4}");
}

}  // namespace
}  // namespace mote
