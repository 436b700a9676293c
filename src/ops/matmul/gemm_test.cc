#include <gmock/gmock.h>

#include <limits>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Gemm, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(a: f32[2,3], b: f32[4,2]) -> (y) { y = Gemm(a, b) }"),
              HasSubstr("B has size 4 in dimension 0, not 3"));
  EXPECT_THAT(inferred("(a: f32[2,3], b: f32[3,2], c: f32[3]) -> (y) { y = Gemm(a, b, c) }"),
              HasSubstr("does not broadcast"));
  EXPECT_THAT(inferred("(a: f32[2,3], b: f32[3,2], c: f32[1,2,2]) -> (y) { y = Gemm(a, b, c) }"),
              HasSubstr("does not broadcast"));
  EXPECT_THAT(inferred("(a: f32[2,3,4], b: f32[4,2]) -> (y) { y = Gemm(a, b) }"),
              HasSubstr("A has rank 3, not 2"));
}

TEST(Gemm, TakesTheBroadcastAttributeOfOpset6) {
  const Tensor y = upgraded_results_of(
      "() -> (y) { a: f32[1,2] = {1, 2} b: f32[2,2] = {1, 0, 0, 1} c: f32[2] = {10, 20}\n"
      "  y = Gemm(a, b, c) {broadcast=1} }",
      6)[0];
  EXPECT_THAT(y.values<float>(), ElementsAre(11.0F, 22.0F));
}

TEST(Gemm, KeepsIntegersBeyondWhatFloatsHold) {
  const Tensor y = results_of(
      "() -> (y) { a: s64[1,1] = {9007199254740993} b: s64[1,1] = {1} c: s64[1] = {2}\n"
      "  y = Gemm(a, b, c) }")[0];
  EXPECT_THAT(y.values<std::int64_t>(), ElementsAre(9007199254740995));
}

TEST(MatMul, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(a: f32[2,3], b: f32[4,2]) -> (y) { y = MatMul(a, b) }"),
              HasSubstr("A has 3 columns, B has 4 rows"));
  EXPECT_THAT(inferred("(a: f32[2,2,3], b: f32[3,3,2]) -> (y) { y = MatMul(a, b) }"),
              HasSubstr("do not broadcast"));
  EXPECT_THAT(inferred("(a: f32[], b: f32[2]) -> (y) { y = MatMul(a, b) }"), HasSubstr("rank 0"));
  EXPECT_THAT(inferred("(a: s8[2,2], b: s8[2,2]) -> (y) { y = MatMul(a, b) }"), HasSubstr("s8"));
}

TEST(MatMul, WrapsIntegers) {
  const Tensor y = results_of(
      "() -> (y) { a: s32[1,2] = {2147483647, 1} b: s32[2,1] = {1, 1} y = MatMul(a, b) }")[0];
  EXPECT_THAT(y.values<std::int32_t>(), ElementsAre(std::numeric_limits<std::int32_t>::min()));
}

TEST(MatMul, DropsTheDimensionsOfVectors) {
  EXPECT_EQ(inferred("(a: f32[k], b: f32[n,k,m]) -> (y) { y = MatMul(a, b) }"), "f32[n,m]");
  EXPECT_EQ(inferred("(a: f32[n,m,k], b: f32[k]) -> (y) { y = MatMul(a, b) }"), "f32[n,m]");
  EXPECT_EQ(inferred("(a: f32[k], b: f32[k]) -> (y) { y = MatMul(a, b) }"), "f32[]");
}

}  // namespace
}  // namespace mote
