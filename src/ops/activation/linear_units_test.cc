// Relu and its relatives: NaN, defaults of older opsets, integers.
#include <gmock/gmock.h>

#include <cmath>

#include "base/text.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(LinearUnits, NaNStays) {
  for (const std::string_view op : {"Relu", "LeakyRelu", "Elu", "Selu", "Celu"}) {
    const auto y = elements_of<float>(cat("() -> (y) { x: f32[1] = {nan} y = ", op, "(x) }"));
    EXPECT_TRUE(std::isnan(y[0])) << op;
  }
}

TEST(Selu, Opset6CorrectedTheDefaults) {
  constexpr float kSlope = 1.6732F * 1.0507F;
  const auto old = upgraded_results_of("() -> (y) { x: f32[1] = {-100} y = Selu(x) }", 1);
  EXPECT_FLOAT_EQ(old[0].values<float>()[0], -kSlope);
  const auto kept = upgraded_results_of("() -> (y) { x: f32[1] = {-100} y = Selu(x) }", 6);
  EXPECT_NE(kept[0].values<float>()[0], old[0].values<float>()[0]);
}

TEST(Celu, DoesNotDivideByZero) {
  EXPECT_THAT(inferred("(x: f32[1]) -> (y) { y = Celu(x) {alpha=0.0} }"), HasSubstr("alpha"));
}

TEST(Shrink, RoundsIntegersTowardsZero) {
  EXPECT_THAT(elements_of<std::int8_t>("() -> (y) { x: s8[5] = {-3, -1, 0, 1, 3}\n"
                                       "  y = Shrink(x) {lambd=1.0, bias=0.5} }"),
              ElementsAre(-2, 0, 0, 0, 2));
}

TEST(Relu, Opset1NamedInputsItConsumed) {
  const auto y =
      upgraded_results_of("() -> (y) { x: f32[2] = {-1, 2} y = Relu(x) {consumed_inputs=[0]} }", 1);
  EXPECT_THAT(y[0].values<float>(), ElementsAre(0, 2));
}

}  // namespace
}  // namespace mote
