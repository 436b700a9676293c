#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kRunningSum =
    "body=graph (s: f32[2], e: f32[2]) -> (t, t) { t = Add(s, e) }";

TEST(Scan, HandsStatesOnAndCollects) {
  const auto results =
      results_of(cat("() -> (last, all) { s: f32[2] = {0, 0} x: f32[3,2] = {1, 2, 3, 4, 5, 6}\n"
                     "  last, all = Scan(s, x) {num_scan_inputs=1, ",
                     kRunningSum, "} }"));
  EXPECT_THAT(results[0].values<float>(), ElementsAre(9, 12));
  EXPECT_THAT(results[1].values<float>(), ElementsAre(1, 2, 4, 6, 9, 12));
}

TEST(Scan, GoesBackwardsAndCollectsBackwards) {
  const auto results =
      results_of(cat("() -> (last, all) { s: f32[2] = {0, 0} x: f32[3,2] = {1, 2, 3, 4, 5, 6}\n"
                     "  last, all = Scan(s, x) {num_scan_inputs=1, scan_input_directions=[1],\n"
                     "    scan_output_directions=[1], ",
                     kRunningSum, "} }"));
  EXPECT_THAT(results[1].values<float>(), ElementsAre(9, 12, 8, 10, 5, 6));
}

TEST(Scan, TakesAndCollectsAlongAnyAxis) {
  EXPECT_EQ(
      answer("() -> (y) { x: s64[2,3] = {1, 2, 3, 4, 5, 6}\n"
             "  y = Scan(x) {num_scan_inputs=1, scan_input_axes=[-1], scan_output_axes=[-1],\n"
             "    body=graph (e: s64[2]) -> (f) { f = Neg(e) }} }"),
      "s64[2,3] {-1, -2, -3, -4, -5, -6}");
}

TEST(Scan, KnowsItsLengthBeforeItRuns) {
  EXPECT_EQ(inferred("(s: f32[2], x: f32[b,2]) -> (all) {\n"
                     "  last, all = Scan(s, x) {num_scan_inputs=1, "
                     "body=graph (s: f32[2], e: f32[2]) -> (t, t) { t = Add(s, e) }} }"),
            "f32[b,2]");
}

TEST(Scan, OfOpset8GoesThroughABatch) {
  const auto results =
      upgraded_results_of(cat("() -> (last, all) { s: f32[2,2] = {0, 0, 100, 100}\n"
                              "  x: f32[2,3,2] = {1, 2, 3, 4, 5, 6, 1, 1, 1, 1, 1, 1}\n"
                              "  last, all = Scan(_, s, x) {num_scan_inputs=1, ",
                              kRunningSum, "} }"),
                          8);
  EXPECT_THAT(results[0].values<float>(), ElementsAre(9, 12, 103, 103));
  EXPECT_THAT(results[1].values<float>(),
              ElementsAre(1, 2, 4, 6, 9, 12, 101, 101, 102, 102, 103, 103));
}

TEST(Scan, OfOpset8EndsShorterSequencesWithZeros) {
  const auto results =
      upgraded_results_of(cat("() -> (last, all) { n: s64[2] = {1, 3} s: f32[2,2] = {0, 0, 0, 0}\n"
                              "  x: f32[2,3,2] = {1, 2, 3, 4, 5, 6, 1, 1, 1, 1, 1, 1}\n"
                              "  last, all = Scan(n, s, x) {num_scan_inputs=1, directions=[0], ",
                              kRunningSum, "} }"),
                          8);
  EXPECT_THAT(results[0].values<float>(), ElementsAre(1, 2, 3, 3));
  EXPECT_THAT(results[1].values<float>(), ElementsAre(1, 2, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3));
}

TEST(Scan, RefusesAttributesThatDoNotFit) {
  const auto with = [](std::string_view attributes) {
    return inferred(cat("(s: f32[2], x: f32[3,2]) -> (last, all) { last, all = Scan(s, x) {",
                        attributes, ", ", kRunningSum, "} }"));
  };
  EXPECT_THAT(with("num_scan_inputs=3"), HasSubstr("num_scan_inputs 3 is outside [1, 2]"));
  EXPECT_THAT(with("num_scan_inputs=-1"), HasSubstr("num_scan_inputs -1"));
  EXPECT_THAT(with("num_scan_inputs=1, scan_input_axes=[0, 1]"),
              HasSubstr("scan_input_axes has 2 entries for 1"));
  EXPECT_THAT(with("num_scan_inputs=1, scan_input_axes=[2]"), HasSubstr("axis 2"));
  EXPECT_THAT(with("num_scan_inputs=1, scan_output_directions=[2]"), HasSubstr("neither 0 nor 1"));
}

TEST(Scan, RefusesInputsOfDifferentLengths) {
  EXPECT_THAT(inferred("(x: f32[3], y: f32[4]) -> (z) { z = Scan(x, y) {num_scan_inputs=2,\n"
                       "  body=graph (a: f32[], b: f32[]) -> (c) { c = Add(a, b) }} }"),
              HasSubstr("scanned 3 and 4 times"));
}

}  // namespace
}  // namespace mote
