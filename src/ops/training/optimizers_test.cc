// Optimizers: steps computed by hand, several tensors at once, inputs that do not go together.
#include <gmock/gmock.h>

#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kDomain = "ai.onnx.preview.training.";

std::vector<Tensor> step(std::string_view inputs, std::string_view outputs, std::string_view call) {
  return results_of("() -> (" + std::string(outputs) + ") { " + std::string(inputs) + " " +
                    std::string(outputs) + " = " + std::string(kDomain) + std::string(call) + " }");
}

TEST(Adagrad, DividesByTheRootOfTheSquares) {
  const auto y = step(
      "r: f64[] = {0.5} t: s64[] = {2} x: f64[1] = {10} g: f64[1] = {2} h: f64[1] = {0}", "y, k",
      "Adagrad(r, t, x, g, h) {norm_coefficient=0.125, decay_factor=0.5, "
      "epsilon=0.75}");
  // Rate 0.5 / (1 + 2 * 0.5); gradient 2 + 0.125 * 10.
  EXPECT_THAT(y[1].values<double>(), ElementsAre(3.25 * 3.25));
  EXPECT_THAT(y[0].values<double>(), ElementsAre(DoubleNear(10 - 0.25 * 3.25 / 4, 1e-15)));
}

TEST(Adam, UndoesTheBiasOfItsAverages) {
  constexpr std::string_view kCall =
      "Adam(r, t, x, g, v, h) {alpha=0.5, beta=0.75, epsilon=0.0, norm_coefficient_post=0.5}";
  const auto inputs = [](std::string_view t) {
    return "r: f64[] = {1} t: s64[] = {" + std::string(t) +
           "} x: f64[1] = {10} g: f64[1] = {4} v: f64[1] = {0} h: f64[1] = {0}";
  };
  const auto first = step(inputs("1"), "y, w, k", kCall);
  EXPECT_THAT(first[1].values<double>(), ElementsAre(2));
  EXPECT_THAT(first[2].values<double>(), ElementsAre(4));
  // Rate sqrt(1 - 0.75) / (1 - 0.5) is 1; then half of the value is taken away.
  EXPECT_THAT(first[0].values<double>(), ElementsAre((10 - 1.0) / 2));
  const auto third = step(inputs("3"), "y, w, k", kCall);
  EXPECT_THAT(third[0].values<double>(),
              ElementsAre(DoubleNear((10 - 0.76034531628727747 / 0.875) / 2, 1e-15)));
}

TEST(Momentum, TheFirstGradientCountsWhole) {
  constexpr std::string_view kCall =
      "Momentum(r, t, x, g, v) {alpha=0.5, beta=0.25, norm_coefficient=0.0, mode=\"standard\"}";
  constexpr std::string_view kRest =
      " r: f32[] = {2} x: f32[1] = {10} g: f32[1] = {4} v: f32[1] = {6}";
  const auto first = step("t: s64[] = {0}" + std::string(kRest), "y, w", kCall);
  EXPECT_THAT(first[1].values<float>(), ElementsAre(7));
  EXPECT_THAT(first[0].values<float>(), ElementsAre(-4));
  const auto second = step("t: s64[] = {1}" + std::string(kRest), "y, w", kCall);
  EXPECT_THAT(second[1].values<float>(), ElementsAre(4));
}

TEST(Momentum, NesterovLooksAhead) {
  const auto y = step(
      "r: f32[] = {2} t: s64[] = {0} x: f32[1] = {10} g: f32[1] = {4} v: f32[1] = {6}", "y, w",
      "Momentum(r, t, x, g, v) {alpha=0.5, beta=1.0, norm_coefficient=0.0, mode=\"nesterov\"}");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(10 - 2 * (4 + 0.5F * 7)));
}

// All values, then all gradients, then all states.
TEST(Adagrad, TensorsComeByKind) {
  const auto y = step(
      "r: f32[] = {1} t: s64[] = {0} a: f32[1] = {1} b: f32[2] = {2, 3} g: f32[1] = {1}\n"
      "  e: f32[2] = {2, 0} h: f32[1] = {0} k: f32[2] = {0, 7}",
      "p, q, s, u", "Adagrad(r, t, a, b, g, e, h, k) {epsilon=0.0}");
  EXPECT_THAT(y[0].values<float>(), ElementsAre(0));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(1, 3));
  EXPECT_THAT(y[2].values<float>(), ElementsAre(1));
  EXPECT_THAT(y[3].values<float>(), ElementsAre(4, 7));
}

TEST(Optimizers, NameWhatIsWrong) {
  EXPECT_THAT(inferred("(r: f32[], t: s64[], x: f32[2], g: f32[2]) -> (y) {\n"
                       "  y, h = ai.onnx.preview.training.Adagrad(r, t, x, g) }"),
              HasSubstr("4 inputs and 2 outputs are not 2 and 3 inputs and 2 outputs"));
  EXPECT_THAT(inferred("(r: f32[], t: s64[]) -> (y) {\n"
                       "  y = ai.onnx.preview.training.Adagrad(r, t) }"),
              HasSubstr("2 inputs and 1 outputs are not"));
  EXPECT_THAT(inferred("(r: f32[], t: s64[], x: f32[2], g: f32[3], h: f32[2]) -> (y) {\n"
                       "  y, k = ai.onnx.preview.training.Adagrad(r, t, x, g, h) }"),
              HasSubstr("inputs 2 and 3"));
  EXPECT_THAT(inferred("(r: f32[], t: s64[], x: f32[2], h: f32[2]) -> (y) {\n"
                       "  y, k = ai.onnx.preview.training.Adagrad(r, t, x, _, h) }"),
              HasSubstr("input 3 is missing"));
  EXPECT_THAT(inferred("(r: f32[2], t: s64[], x: f32[2], g: f32[2], h: f32[2]) -> (y) {\n"
                       "  y, k = ai.onnx.preview.training.Adagrad(r, t, x, g, h) }"),
              HasSubstr("R has 2 elements, not one"));
  EXPECT_THAT(inferred("(r: f32[], t: s64[], x: f32[2], g: f32[2], h: f32[2]) -> (y) {\n"
                       "  y, k = ai.onnx.preview.training.Momentum(r, t, x, g, h)\n"
                       "    {alpha=1.0, beta=1.0, norm_coefficient=0.0, mode=\"fast\"} }"),
              HasSubstr("mode 'fast' is not nesterov or standard"));
  EXPECT_THAT(inferred("(r: f32[], t: s64[], x: f32[2], g: f32[2], h: f32[2]) -> (y) {\n"
                       "  y, k = ai.onnx.preview.training.Momentum(r, t, x, g, h)\n"
                       "    {alpha=1.0, norm_coefficient=0.0, mode=\"standard\"} }"),
              HasSubstr("attribute 'beta' is missing"));
}

}  // namespace
}  // namespace mote
