#include <gmock/gmock.h>

#include "base/text.h"
#include "ir/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::FloatNear;
using testing::HasSubstr;

TEST(BatchNormalization, NamesWhatDoesNotFit) {
  EXPECT_THAT(inferred("(x: f32[1,2,2], s: f32[2], b: f32[3], m: f32[2], v: f32[2]) -> (y) {\n"
                       "  y = BatchNormalization(x, s, b, m, v) }"),
              HasSubstr("B has size 3"));
  EXPECT_THAT(inferred("(x: f32[1,2,2], s: f32[2], b: f32[2], m: f32[2], v: f32[2]) -> (y, r) {\n"
                       "  y, r = BatchNormalization(x, s, b, m, v) }"),
              HasSubstr("training_mode 0 has one output"));
}

std::string upgraded(std::string_view outputs, std::string_view node, int opset) {
  const auto graph =
      upgrade_text(cat("(x: f32[1,2,2], s: f32[2], b: f32[2], m: f32[2], v: f32[2]) -> (", outputs,
                       ") {", node, "}"),
                   opset);
  return graph ? to_text(*graph, {.types = false}) : graph.error().message;
}

TEST(BatchNormalization, WithOneOutputWasAlwaysForInference) {
  const auto same = [](std::string_view attributes, int opset) {
    const std::string text =
        upgraded("y", cat("y = BatchNormalization(x, s, b, m, v) ", attributes), opset);
    EXPECT_THAT(text, HasSubstr("BatchNormalization(x, s, b, m, v)\n"));
  };
  same("{consumed_inputs=[0, 0, 0, 1, 1], is_test=0}", 1);
  same("{is_test=1, spatial=1}", 6);
  same("{spatial=1}", 7);
  same("", 9);
}

TEST(BatchNormalization, LosesOutputsThatNobodyReads) {
  EXPECT_THAT(upgraded("y", "y, a, b1, c, d = BatchNormalization(x, s, b, m, v)", 9),
              HasSubstr("\n  y = BatchNormalization(x, s, b, m, v)\n"));
}

TEST(BatchNormalization, BecomesTrainingWhereSomebodyReadsTheStatistics) {
  EXPECT_THAT(upgraded("y, a", "y, a, b1, c, d = BatchNormalization(x, s, b, m, v)", 9),
              HasSubstr("training_mode=1"));
  EXPECT_THAT(upgraded("y, d", "y, a, b1, c, d = BatchNormalization(x, s, b, m, v)", 9),
              HasSubstr("saved_mean"));
}

TEST(BatchNormalization, NormalizesEachElementWithoutSpatial) {
  const Tensor y = upgraded_results_of(
      "() -> (y) {\n"
      "  x: f32[1,2,2] = {1, 2, 3, 4} s: f32[2,2] = {1, 10, 100, 1000}\n"
      "  b: f32[2,2] = {0, 0, 0, 5} m: f32[2,2] = {0, 1, 2, 3} v: f32[2,2] = {1, 1, 1, 1}\n"
      "  y = BatchNormalization(x, s, b, m, v) {epsilon=0.0, spatial=0} }",
      7)[0];
  EXPECT_EQ(y.dims(), (Dims{1, 2, 2}));
  EXPECT_THAT(y.values<float>(), ElementsAre(1.0F, 10.0F, 100.0F, 1005.0F));
}

TEST(BatchNormalization, MovesTheRunningStatistics) {
  const auto results = results_of(
      "() -> (y, m2, v2) {\n"
      "  x: f32[2,1,2] = {1, 3, 5, 7} s: f32[1] = {1} b: f32[1] = {0} m: f32[1] = {0}\n"
      "  v: f32[1] = {1}\n"
      "  y, m2, v2 = BatchNormalization(x, s, b, m, v) {training_mode=1, momentum=0.75} }");
  EXPECT_THAT(results[1].values<float>(), ElementsAre(FloatNear(1.0F, 1e-6F)));
  EXPECT_THAT(results[2].values<float>(), ElementsAre(FloatNear(2.0F, 1e-6F)));
}

}  // namespace
}  // namespace mote
