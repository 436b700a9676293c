#include "measure/dequantized.h"

#include <gmock/gmock.h>

#include <cmath>

#include "runtime/text_model.h"

namespace mote {
namespace {

using testing::HasSubstr;

Agreement compare_texts(std::string_view original, std::string_view floats) {
  auto agreement = compare_dequantized(model_of(original), model_of(floats), {.threads = 1});
  EXPECT_TRUE(agreement) << agreement.error().message;
  return agreement ? *std::move(agreement) : Agreement{};
}

constexpr std::string_view kQuantized = R"(
  graph (x: s8[1,64]) -> (y, z) {
    s: f32[] = {0.125}
    k: s8[] = {3}
    t: f32[] = {0.5}
    xr = DequantizeLinear(x, s, k)
    yr = Neg(xr)
    y = QuantizeLinear(yr, s, k)
    z = QuantizeLinear(yr, t, k)
  })";

TEST(Dequantized, ComparesWhatIntegersStandFor) {
  const Agreement agreement =
      compare_texts(kQuantized, "graph (x: f32[1,64]) -> (y, z = y) { y = Neg(x) }");
  ASSERT_TRUE(agreement.compared) << agreement.difference;
  ASSERT_EQ(agreement.noise.size(), 2U);
  EXPECT_EQ(agreement.noise[0].name, "y");
  // Each number of the input is one of y.
  EXPECT_GT(agreement.noise[0].snr_db, 60);
  // Rounding to a step of 0.5 makes noise of about 0.5^2 / 12.
  EXPECT_GT(agreement.noise[1].snr_db, 20);
  EXPECT_LT(agreement.noise[1].snr_db, 45);
  EXPECT_EQ(agreement.worst()->name, "z");
}

TEST(Dequantized, InputsOfFloatsAreOnTheGridThatTheyAreRoundedTo) {
  const Agreement agreement = compare_texts(R"(
    graph (x: f32[1,64]) -> (y) {
      s: f32[] = {100}
      k: u8[] = {128}
      q = QuantizeLinear(x, s, k)
      y = DequantizeLinear(q, s, k)
    })",
                                            "graph (x: f32[1,64]) -> (y) { y = Identity(x) }");
  ASSERT_TRUE(agreement.compared) << agreement.difference;
  EXPECT_TRUE(std::isinf(agreement.worst()->snr_db));
}

TEST(Dequantized, NumbersBeyondTheOutputsRangeAreNoNoise) {
  const Agreement agreement = compare_texts(R"(
    graph (x: s8[1,64]) -> (y) {
      s: f32[] = {0.5}
      t: f32[] = {0.125}
      k: s8[] = {3}
      xr = DequantizeLinear(x, s, k)
      y = QuantizeLinear(xr, t, k)
    })",
                                            "graph (x: f32[1,64]) -> (y) { y = Identity(x) }");
  ASSERT_TRUE(agreement.compared) << agreement.difference;
  EXPECT_TRUE(std::isinf(agreement.worst()->snr_db));
}

TEST(Dequantized, WrongModelsHaveLowRatios) {
  const Agreement agreement =
      compare_texts(kQuantized, "graph (x: f32[1,64]) -> (y, z = y) { y = Identity(x) }");
  ASSERT_TRUE(agreement.compared) << agreement.difference;
  EXPECT_LT(agreement.worst()->snr_db, kLowSnrDb);
}

TEST(Dequantized, OpenSizesAreThoseThatTheFloatModelStates) {
  const Agreement agreement = compare_texts(R"(
    graph (x: u8[n]) -> (y) {
      s: f32[] = {0.5}
      y = DequantizeLinear(x, s)
    })",
                                            "graph (x: f32[2]) -> (y) { y = Identity(x) }");
  EXPECT_TRUE(agreement.compared) << agreement.difference;
}

TEST(Dequantized, SaysWhyNothingWasCompared) {
  const Agreement agreement = compare_texts(R"(
    graph (x: u8[2]) -> (y) {
      s: f32[] = {0.5}
      m = Concat(x, x) {axis=0}
      y = DequantizeLinear(m, s)
    })",
                                            R"(
    graph (x: f32[2]) -> (y) { y = Concat(x, x) {axis=0} })");
  EXPECT_FALSE(agreement.compared);
  EXPECT_THAT(agreement.difference, HasSubstr("input 'x': its scale"));
}

}  // namespace
}  // namespace mote
