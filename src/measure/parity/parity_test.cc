#include "measure/parity/parity.h"

#include <gmock/gmock.h>

#include "runtime/text_model.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kNet = R"(
  graph net (x: f32[1,2,4,4]) -> (scores: f32[1,3]) {
    w1: f32[3,2,3,3] = {random 1}
    w2: f32[3,3,3,3] = {random 2}
    one = Conv(x, w1) {pads=[1, 1, 1, 1]}
    one_relu = Relu(one)
    two = Conv(one_relu, w2) {pads=[1, 1, 1, 1]}
    two_relu = Relu(two)
    mean = GlobalAveragePool(two_relu)
    scores = Flatten(mean)
  })";

std::string with(std::string text, std::string_view what, std::string_view instead) {
  const auto at = text.find(what);
  EXPECT_NE(at, std::string::npos);
  return text.replace(at, what.size(), instead);
}

ParityInputs all_random(const Model& a) {
  ParityInputs inputs;
  for (const TensorInfo& info : a.inputs()) {
    Dims dims;
    for (const SizeInfo& size : info.shape) dims.push_back(size.size);
    inputs.dims.push_back(dims);
  }
  inputs.given.resize(a.inputs().size());
  return inputs;
}

Result<ParityReport> compare_texts(std::string_view a, std::string_view b,
                                   ParityOptions options = {}) {
  const ParityModel first{model_of(a), "a"};
  const ParityModel second{model_of(b), "b"};
  options.session.threads = 1;
  return compare_models(first, second, all_random(*first.model), options);
}

std::vector<std::string> names(const std::vector<ParityValue>& values, bool beyond_only = false) {
  std::vector<std::string> list;
  for (const ParityValue& v : values) {
    if (!beyond_only || !v.within) list.push_back(v.name);
  }
  return list;
}

TEST(Parity, FindsAModelEqualToItself) {
  const auto report = compare_texts(kNet, kNet, {.runs = 3});
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_TRUE(report->outputs_within());
  EXPECT_EQ(report->first_beyond(), nullptr);
  EXPECT_THAT(names(report->layers),
              ElementsAre("one", "one_relu", "two", "two_relu", "mean", "scores"));
  for (const ParityValue& v : report->layers) EXPECT_EQ(v.difference.greatest(), 0) << v.name;
  EXPECT_EQ(report->layers[0].difference.count(), 3 * 48);
  EXPECT_EQ(report->outputs[0].dims, Dims({1, 3}));
  ASSERT_TRUE(report->top1);
  EXPECT_EQ(report->top1->agree, 3);
  EXPECT_EQ(report->top1->of, 3);
}

TEST(Parity, NamesTheLayerWhoseWeightsDiffer) {
  const std::string other = with(std::string(kNet), "{random 2}", "{random 3}");
  const auto report = compare_texts(kNet, other);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->outputs_within());
  ASSERT_NE(report->first_beyond(), nullptr);
  EXPECT_EQ(report->first_beyond()->name, "two");
  EXPECT_EQ(report->first_beyond()->op, "Conv");
  EXPECT_EQ(report->first_beyond()->dims, Dims({1, 3, 4, 4}));
  EXPECT_THAT(names(report->layers, true), ElementsAre("two", "two_relu", "mean", "scores"));
}

TEST(Parity, LooksAtAsMuchAtOnceAsMemoryGrants) {
  const std::string other = with(std::string(kNet), "{random 2}", "{random 3}");
  std::int64_t runs = 0;
  ParityOptions options;
  options.runs = 2;
  options.progress = [&](std::int64_t done, std::int64_t total) -> Status {
    EXPECT_EQ(done, runs++);
    EXPECT_EQ(total, 2 * (1 + 5));  // outputs, each of four layers of 384 bytes, both small ones
    return {};
  };
  options.observed_bytes = 400;
  const auto few = compare_texts(kNet, other, options);
  const auto all = compare_texts(kNet, other, {.runs = 2});
  ASSERT_TRUE(few) << few.error().message;
  ASSERT_TRUE(all);
  EXPECT_EQ(runs, 12);
  ASSERT_EQ(few->layers.size(), all->layers.size());
  for (std::size_t i = 0; i < all->layers.size(); ++i) {
    EXPECT_EQ(few->layers[i].name, all->layers[i].name);
    EXPECT_NEAR(few->layers[i].difference.greatest(), all->layers[i].difference.greatest(), 1e-4);
  }
}

TEST(Parity, ComparesQuantizedWithRealNumbers) {
  constexpr std::string_view kFloat = R"(
    graph net (x: f32[64]) -> (z: f32[64]) {
      half: f32[] = {0.5}
      y = Mul(x, half)
      z = Neg(y)
    })";
  constexpr std::string_view kQuantized = R"(
    graph net (x: u8[64]) -> (z: s8[64]) {
      half: f32[] = {0.5}
      in_scale: f32[] = {0.01}
      in_zero: u8[] = {100}
      scale: f32[] = {0.007}
      zero: s8[] = {0}
      r = DequantizeLinear(x, in_scale, in_zero)
      y_real = Mul(r, half)
      y = QuantizeLinear(y_real, scale, zero)
      y_again = DequantizeLinear(y, scale, zero)
      z_real = Neg(y_again)
      z = QuantizeLinear(z_real, scale, zero)
    })";
  for (const bool turned : {false, true}) {
    const auto report = turned ? compare_texts(kQuantized, kFloat, {.bounds = {.steps = 0.51}})
                               : compare_texts(kFloat, kQuantized, {.bounds = {.steps = 0.51}});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->outputs_within());
    EXPECT_THAT(names(report->layers), ElementsAre("y", "z"));
    const ParityValue& y = report->layers[0];
    EXPECT_EQ(y.op, "Mul");
    EXPECT_EQ(y.bound.kind, BoundKind::kSteps);
    EXPECT_FLOAT_EQ(static_cast<float>(y.bound.step), 0.007F);
    EXPECT_TRUE(y.within);
    EXPECT_GT(y.difference.greatest(), 0);
    EXPECT_GT(y.difference.snr_db(), 20);
  }
}

TEST(Parity, TurnsInputsOutputsAndLayersToTheOthersLayout) {
  constexpr std::string_view kFirst = R"(
    graph net (x: f32[1,3,4,5]) -> (z: f32[1,3,4,5]) {
      y = Neg(x)
      z = Softmax(y) {axis=1}
    })";
  constexpr std::string_view kLast = R"(
    graph net (image: f32[1,4,5,3]) -> (probabilities: f32[1,4,5,3]) {
      y = Neg(image)
      probabilities = Softmax(y) {axis=3}
    })";
  for (const bool turned : {false, true}) {
    const auto report = turned ? compare_texts(kLast, kFirst) : compare_texts(kFirst, kLast);
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_TRUE(report->outputs_within());
    EXPECT_THAT(names(report->layers), ElementsAre("y"));
    EXPECT_EQ(report->layers[0].difference.greatest(), 0);
  }
}

TEST(Parity, TakesGivenArraysOfEitherElementType) {
  constexpr std::string_view kFloat = "graph net (x: f32[2]) -> (z: f32[2]) { z = Neg(x) }";
  constexpr std::string_view kQuantized = R"(
    graph net (x: s8[2]) -> (z: f32[2]) {
      scale: f32[] = {0.5}
      r = DequantizeLinear(x, scale)
      z = Neg(r)
    })";
  const ParityModel a{model_of(kFloat), "a"};
  const ParityModel b{model_of(kQuantized), "b"};
  const Tensor reals = Tensor::of<float>({2}, {1.0F, 1.1F});
  const auto rounded = compare_models(a, b, {{{2}}, {reals}}, {});
  ASSERT_TRUE(rounded) << rounded.error().message;
  EXPECT_NEAR(rounded->outputs[0].difference.greatest(), 0.1, 1e-6);
  const Tensor steps = Tensor::of<std::int8_t>({2}, {2, -3});
  const auto exact = compare_models(a, b, {{{2}}, {steps}}, {});
  ASSERT_TRUE(exact) << exact.error().message;
  EXPECT_EQ(exact->outputs[0].difference.greatest(), 0);
}

TEST(Parity, HoldsADequantizedOutputToItsSteps) {
  constexpr std::string_view kQuantized = R"(
    graph net (x: f32[64]) -> (z: f32[64]) {
      scale: f32[] = {0.25}
      y = Neg(x)
      q = QuantizeLinear(y, scale)
      z = DequantizeLinear(q, scale)
    })";
  const auto report =
      compare_texts("graph net (x: f32[64]) -> (z: f32[64]) { z = Neg(x) }", kQuantized);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->outputs[0].bound.kind, BoundKind::kSteps);
  EXPECT_EQ(report->outputs[0].bound.step, 0.25);
}

TEST(Parity, ComparesOnlyOutputsWithoutCommonNames) {
  const auto report = compare_texts("graph net (x: f32[2]) -> (y: f32[2]) { y = Neg(x) }",
                                    "graph net (x: f32[2]) -> (z: f32[2]) { z = Abs(x) }");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(report->layers, IsEmpty());
  EXPECT_EQ(report->outputs.size(), 1U);
  EXPECT_FALSE(report->outputs_within());
}

TEST(Parity, SaysWhichValuesHaveOtherSizes) {
  const auto report = compare_texts(
      "graph net (x: f32[2,3]) -> (y: f32[6]) { "
      "s: s64[1] = {6} y = Reshape(x, s) }",
      "graph net (x: f32[2,3]) -> (y: f32[2,3]) { y = Neg(x) }");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_FALSE(report->outputs_within());
  EXPECT_EQ(report->outputs[0].problem, "sizes [6] and [2,3]");
}

TEST(Parity, NamesOutputsWithoutPartner) {
  const auto report = compare_texts("graph net (x: f32[2]) -> (y, n) { y = Neg(x) n = Abs(x) }",
                                    "graph net (x: f32[2]) -> (n) { n = Abs(x) }");
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_THAT(names(report->outputs), ElementsAre("n"));
  EXPECT_THAT(report->unmatched, ElementsAre("'y' of a"));
}

TEST(Parity, RefusesInputsThatDoNotMatch) {
  const auto number = compare_texts("graph net (x: f32[2], y: f32[2]) -> (z) { z = Add(x, y) }",
                                    "graph net (x: f32[2]) -> (z) { z = Neg(x) }");
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().code, Code::kInvalidArgument);
  EXPECT_THAT(number.error().message, HasSubstr("a takes 'x' f32[2], 'y' f32[2]; b takes"));
  const auto sizes = compare_texts("graph net (x: f32[1,2,3,4]) -> (z) { z = Neg(x) }",
                                   "graph net (x: f32[1,4,3,2]) -> (z) { z = Neg(x) }");
  ASSERT_FALSE(sizes);
  EXPECT_THAT(sizes.error().message, HasSubstr("sizes [1,2,3,4] are none for 'x'"));
}

TEST(Parity, StopsWhenAsked) {
  const auto stopped = compare_texts(kNet, kNet, {.progress = [](auto, auto) -> Status {
                                       return Error{Code::kCancelled, "enough"};
                                     }});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "enough");
}

}  // namespace
}  // namespace mote
