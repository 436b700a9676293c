// Movement, distances, crops and hashes of com.microsoft: values as ONNX Runtime computes them.
#include "ops/microsoft/testing_near.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(MicrosoftArrays, InputsMayHaveOneDimensionMoreOrLess) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {0, 1, 2, 3} p: s64[1,4] = {0, 1, 0, -1}\n"
                   "  v: f32[1] = {9} y = com.microsoft.Pad(x, p, v) }"),
            "f32[2,2] {9, 0, 9, 2}");
  EXPECT_EQ(answer("() -> (y) { a: s16[1] = {4} b: s16[] = {1} c: s16[1] = {-1}\n"
                   "  y = com.microsoft.Range(a, b, c) }"),
            "s16[3] {4, 3, 2}");
  EXPECT_EQ(inferred("(x: f32[2,3]) -> (y) { a: s32[] = {-1} y = com.microsoft.ExpandDims(x, a) }"),
            "f32[2,3,1]");
}

TEST(UnfoldTensor, SlicesOverlapByTheStep) {
  EXPECT_EQ(answer("() -> (y) { x: s64[6] = {0, 1, 2, 3, 4, 5}\n"
                   "  y = com.microsoft.UnfoldTensor(x) {size=3, step=2} }"),
            "s64[2,3] {0, 1, 2, 2, 3, 4}");
  EXPECT_THAT(inferred("(x: f32[2]) -> (y) { y = com.microsoft.UnfoldTensor(x) {size=3} }"),
              HasSubstr("size 3 is over the dimension's 2"));
}

TEST(ComplexMul, MultipliesPairs) {
  EXPECT_EQ(answer("() -> (y) { a: f32[1,2] = {1, 2} b: f32[1,2] = {3, 4}\n"
                   "  y = com.microsoft.ComplexMul(a, b) }"),
            "f32[1,2] {-5, 10}");
  EXPECT_EQ(answer("() -> (y) { a: f32[1,2] = {1, 2} b: f32[1,2] = {3, 4}\n"
                   "  y = com.microsoft.ComplexMulConj(a, b) }"),
            "f32[1,2] {11, 2}");
}

TEST(IsAllFinite, LooksForBothUnlessToldOtherwise) {
  const auto check = [](std::string_view value, std::string_view attributes) {
    return answer("() -> (y) { a: f32[2] = {1, 2} b: f32[1] = {" + std::string(value) +
                  "} y = com.microsoft.IsAllFinite(a, b)" + std::string(attributes) + " }");
  };
  EXPECT_EQ(check("3", ""), "bool[] {true}");
  EXPECT_EQ(check("-inf", ""), "bool[] {false}");
  EXPECT_EQ(check("nan", ""), "bool[] {false}");
  EXPECT_EQ(check("nan", "{isinf_only=1}"), "bool[] {true}");
  EXPECT_EQ(check("inf", "{isnan_only=1}"), "bool[] {true}");
}

TEST(CropAndResize, CornersMeetAndWhatLiesOutsideIsTheGivenValue) {
  EXPECT_THAT(elements_of<float>(
                  "() -> (y) {\n"
                  "  x: f32[1,1,3,3] = {0.2, -1.9, -1.7, 0.1, -1.6, -0.8, -0.9, 1.9, -0.1}\n"
                  "  r: f32[1,4] = {0, 0.5, 1.5, 0} i: s32[1] = {0} s: s32[2] = {3, 2}\n"
                  "  y = com.microsoft.CropAndResize(x, r, i, s) {extrapolation_value=-9.0} }"),
              near({-1.9F, 0.2F, 0.15F, -0.4F, -9, -9}));
}

TEST(CropAndResize, OneSampleLiesInTheMiddleAndHalvesRoundAway) {
  EXPECT_EQ(answer("() -> (y) { x: f32[1,1,4,4] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,\n"
                   "  14, 15} r: f32[1,4] = {0, 0, 1, 1} i: s32[1] = {0} s: s32[2] = {3, 1}\n"
                   "  y = com.microsoft.CropAndResize(x, r, i, s) {mode=\"nearest\"} }"),
            "f32[1,1,3,1] {2, 10, 14}");
}

TEST(CropAndResize, ImagesAndSizesAreChecked) {
  const auto message = [](std::string_view rest) {
    return answer("() -> (y) { x: f32[1,1,2,2] = {0, 1, 2, 3} r: f32[1,4] = {nan, 0, 1, 1}\n" +
                  std::string(rest) + "  y = com.microsoft.CropAndResize(x, r, i, s) }");
  };
  EXPECT_THAT(message("i: s32[1] = {1} s: s32[2] = {1, 1}\n"),
              HasSubstr("batch index 1 of box 0 is outside [0, 1)"));
  EXPECT_THAT(message("i: s32[1] = {0} s: s32[2] = {0, 1}\n"),
              HasSubstr("crop_size [0,1] is not positive"));
  EXPECT_EQ(message("i: s32[1] = {0} s: s32[2] = {1, 1}\n"), "f32[1,1,1,1] {0}");
}

TEST(MurmurHash3, HashesBytesOfNumbersAndTexts) {
  EXPECT_EQ(answer("() -> (y) { x: s32[1] = {3} y = com.microsoft.MurmurHash3(x) }"),
            "u32[1] {847579505}");
  EXPECT_EQ(answer("() -> (y) { x: s64[1] = {3}\n"
                   "  y = com.microsoft.MurmurHash3(x) {positive=0, seed=7} }"),
            "s32[1] {-2020699886}");
  EXPECT_EQ(answer("() -> (y) { x: string[2] = {\"foo\", \"barbaz\"}\n"
                   "  y = com.microsoft.MurmurHash3(x) }"),
            "u32[2] {4138058784, 1797587294}");
  EXPECT_EQ(answer("() -> (y) { x: f64[1] = {1.5} y = com.microsoft.MurmurHash3(x) }"),
            "u32[1] {4034560987}");
}

TEST(CDist, MeasuresRowsAgainstRows) {
  EXPECT_THAT(elements_of<float>("() -> (y) { a: f32[2,2] = {-0.9, 1.8, 1.9, 0.9}\n"
                                 "  b: f32[2,2] = {-1.5, 1.6, -0.2, 1.1}\n"
                                 "  y = com.microsoft.CDist(a, b) {metric=\"euclidean\"} }"),
              near({0.632456F, 0.989949F, 3.471311F, 2.109502F}));
  EXPECT_THAT(inferred("(a: f32[2,2], b: f32[2,2]) -> (y) {\n"
                       "  y = com.microsoft.CDist(a, b) {metric=\"cosine\"} }"),
              HasSubstr("metric 'cosine' is neither"));
}

TEST(Inverse, ExchangesRowsWhereAPivotIsZero) {
  EXPECT_EQ(answer("() -> (y) { x: f32[2,2] = {0, 2, 1, 0} y = com.microsoft.Inverse(x) }"),
            "f32[2,2] {0, 1, 0.5, 0}");
  EXPECT_THAT(inferred("(x: f32[2,3]) -> (y) { y = com.microsoft.Inverse(x) }"),
              HasSubstr("matrices of 2 rows and 3 columns"));
}

// Of 4 buckets for keys before the query, 2 are exact; beyond them distances double up to 8.
TEST(RelativePositionBias, BucketsWidenWithDistance) {
  EXPECT_EQ(answer("() -> (y) { t: f32[4,1] = {0, 1, 2, 3} n: s64[1] = {1} m: s64[1] = {3}\n"
                   "  y = com.microsoft.RelativePositionBias(t, m, m) {max_distance=8} }"),
            "f32[1,1,3,3] {0, 0, 0, 1, 0, 0, 2, 1, 0}");
  EXPECT_THAT(answer("() -> (y) { t: f32[4,1] = {0, 1, 2, 3} n: s64[1] = {-1}\n"
                     "  y = com.microsoft.RelativePositionBias(t, n, n) {max_distance=8} }"),
              HasSubstr("length -1 is outside"));
}

}  // namespace
}  // namespace mote
