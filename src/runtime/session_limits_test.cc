// Memory and time that a model, however made, may take; and what it states wrongly.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "base/text.h"
#include "mote/session.h"
#include "runtime/random_tensors.h"
#include "runtime/text_model.h"

namespace mote {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

Result<std::vector<Tensor>> run(std::string_view text, const SessionOptions& options,
                                const Dims& dims) {
  auto session = Session::create(model_of(text), options);
  if (!session) return std::move(session).error();
  Random random(5);
  const std::vector<Tensor> inputs = {*random_tensor(DType::kF32, dims, random)};
  return (*session)->run(inputs);
}

// The message of the error, or "none".
std::string error_of(std::string_view text, const SessionOptions& options, const Dims& dims) {
  const auto outputs = run(text, options, dims);
  return outputs ? "none" : outputs.error().message;
}

TEST(SessionMemory, OutputsCount) {
  const std::string four =
      "(x: f32[1048576]) -> (a, b, c, d) {\n"
      "  a = Neg(x) b = Abs(x) c = Exp(x) d = Relu(x) }";
  EXPECT_EQ(error_of(four, {.memory_budget_bytes = 20 * kMiB}, {1 << 20}), "none");
  EXPECT_THAT(error_of(four, {.memory_budget_bytes = 15 * kMiB}, {1 << 20}), HasSubstr("outputs"));
}

TEST(SessionMemory, WeightsArePackedWithinTheBudget) {
  std::string text = "(x: f32[1,16384]) -> (";  // a column: packing widens it to a panel
  for (int i = 0; i < 8; ++i) text += cat(i == 0 ? "" : ", ", "y", i);
  text += ") { w: f32[16384,1] = {random 1}\n";
  for (int i = 0; i < 8; ++i) text += cat("  y", i, " = MatMul(x, w)\n");
  text += "}";
  const Dims dims{1, 16384};
  EXPECT_EQ(error_of(text, {.memory_budget_bytes = 64 * kMiB}, dims), "none");
  EXPECT_THAT(error_of(text, {.memory_budget_bytes = 2 * kMiB}, dims), HasSubstr("packed weights"));
}

TEST(SessionMemory, ValuesAreCheckedBeforeAnythingIsPrepared) {
  EXPECT_THAT(error_of("(x: f32[3]) -> (y) {\n"
                       "  s: s64[2] = {3037000499, 3} e = Expand(x, s) y = Relu(e) }",
                       {}, {3}),
              HasSubstr("value 'e', f32[3037000499,3], takes 33.9 GiB"));
}

TEST(SessionMemory, AViewKeepsItsMemoryAccountedFor) {
  // Each e is 4 MiB and lives as long as the view of it that the sum reads in the end.
  std::string text =
      "(x: f32[1048576], n: s64[1]) -> (y) {\n  one: s64[2] = {1, -1} zero: s64[1] = {0}\n";
  std::string sum;
  for (int i = 0; i < 8; ++i) {
    text += cat("  e", i, " = Slice(x, zero, n) v", i, " = Reshape(e", i, ", one)\n");
    sum += cat(i == 0 ? "" : ", ", "v", i);
  }
  text += cat("  y = Sum(", sum, ") }");
  const auto error_within = [&](std::uint64_t budget) -> std::string {
    auto session = *Session::create(model_of(text), {.memory_budget_bytes = budget});
    Random random(5);
    const std::vector<Tensor> inputs = {*random_tensor(DType::kF32, {1 << 20}, random),
                                        Tensor::of<std::int64_t>({1}, {1 << 20})};
    const auto outputs = session->run(inputs);
    return outputs ? "none" : outputs.error().message;
  };
  EXPECT_EQ(error_within(40 * kMiB), "none");
  EXPECT_THAT(error_within(20 * kMiB), HasSubstr("over the memory budget"));
}

TEST(SessionMemory, KeptPlansGiveWayToNewOnes) {
  const auto model =
      model_of("(x: f32[n,256]) -> (y) { w: f32[256,256] = {random 1} y = MatMul(x, w) }");
  auto session = *Session::create(model, {.memory_budget_bytes = kMiB});  // a plan: 1/4 MiB
  for (std::int64_t n = 1; n <= 8; ++n) {
    const Tensor x = *Tensor::zeros(DType::kF32, {n, 256});
    EXPECT_TRUE(session->run(std::span(&x, 1))) << n;
  }
}

// The arena of a run for a large size is not in the way of one that needs the memory elsewhere.
TEST(SessionMemory, AnEarlierRunLeavesRoomForThisOne) {
  const auto model = model_of(
      "(x: f32[n], k: s64[1]) -> (y, z) {\n"
      "  a = Neg(x) b = Exp(a) y = ReduceSum(b)\n"
      "  c = ConstantOfShape(k) z = ReduceSum(c) }");
  const auto session = Session::create(model, {.memory_budget_bytes = 24 * kMiB});
  ASSERT_TRUE(session);
  const auto run = [&](std::int64_t x, std::int64_t k) {
    const std::vector<Tensor> inputs = {*Tensor::zeros(DType::kF32, {x}),
                                        Tensor::of<std::int64_t>({1}, {k})};
    const auto y = (*session)->run(inputs);
    return y ? "none" : y.error().message;
  };
  constexpr std::int64_t kLarge = 4 << 20;  // 16 MiB
  EXPECT_EQ(run(kLarge, 1), "none");
  EXPECT_EQ(run(1, kLarge), "none");
  EXPECT_THAT(run(1, 2 * kLarge), HasSubstr("budget"));
}

TEST(SessionMemory, RewritesMakeNoMoreConstantsThanTheBudget) {
  // Each sum would get a copy of k of its own, 4 MiB.
  std::string text =
      "(x: f32[1,64,128,128]) -> (y) {\n"
      "  k: f32[64,128,128] = {random 1} w: f32[64,1,1,1] = {random 2}\n"
      "  t0 = Conv(x, w) {group=64}\n";
  for (int i = 0; i < 8; ++i) text += cat("  t", i + 1, " = Add(t", i, ", k)\n");
  text += "  y = Relu(t8) }";
  const Dims dims{1, 64, 128, 128};
  EXPECT_EQ(error_of(text, {.memory_budget_bytes = 20 * kMiB}, dims), "none");
}

// Steps of minutes and hours, but for the deadline.
TEST(SessionTime, ADeadlineEndsLongSteps) {
  const SessionOptions options{.deadline = std::chrono::milliseconds(20)};
  for (const char* text : {
           "(x: f32[1,1,999,999]) -> (y) { w: f32[1,1,999,999] = {random 1}\n"
           "  y = ConvTranspose(x, w) }",
           "(x: f32[1,1,999,999]) -> (y) { w: f32[1,1,999,999] = {random 1}\n"
           "  y = Conv(x, w) {pads=[998, 998, 998, 998]} }",
           "(x: f32[1,1,999,999]) -> (y) {\n"
           "  y = MaxPool(x) {kernel_shape=[999, 999], pads=[998, 998, 998, 998]} }",
           "(x: f32[1,1,999,999]) -> (y) { d = Cast(x) {to=11} t = Concat(d, d, d, d) {axis=2}\n"
           "  u = Transpose(t) {perm=[0, 1, 3, 2]} y = MatMul(t, u) }",
       }) {
    const auto begin = std::chrono::steady_clock::now();
    const auto outputs = run(text, options, {1, 1, 999, 999});
    ASSERT_FALSE(outputs) << text;
    EXPECT_EQ(outputs.error().code, Code::kCancelled) << outputs.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << text;
  }
}

TEST(SessionTime, LoadingComputesNoLongWindows) {
  std::string text = "(x: f32[1]) -> (y, p99) { p: u8[1,1,8192] = {random 1} y = Relu(x)\n";
  for (int i = 0; i < 100; ++i) {
    text += cat("  p", i, " = MaxPool(p", i == 0 ? "" : cat(i - 1),
                ") {kernel_shape=[8191], pads=[4095, 4095]}\n");
  }
  const auto begin = std::chrono::steady_clock::now();
  model_of(text + "}");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

// What the file says of values in between was stated for one sample.
TEST(SessionTypes, StaleSizesDoNotMatter) {
  for (const char* text : {
           "(x: f32[n,3]) -> (y) { y: f32[1,3] = Identity(x) }",
           "(x: f32[n,3]) -> (y) {\n"
           "  k: f32[1,3] = {1, 2, 3} s = Shape(x) y: f32[1,3] = Expand(k, s) }",
           "(x: f32[n,3]) -> (y) {\n"
           "  t: f32[1,3] = Relu(x) s = Shape(t) k: f32[1,3] = {1, 2, 3} y = Expand(k, s) }",
           "(x: f32[n,3]) -> (y) { c: bool[] = {1}\n"
           "  y = If(c) captures (x) {\n"
           "    then_branch=graph captures (0: a) -> (b) { b: f32[1,3] = Identity(a) },\n"
           "    else_branch=graph captures (0: a) -> (b) { b: f32[1,3] = Neg(a) }} }",
       }) {
    const auto y = run(text, {}, {2, 3});
    ASSERT_TRUE(y) << y.error().message << " in " << text;
    EXPECT_EQ((*y)[0].dims(), (Dims{2, 3})) << text;
  }
}

TEST(SessionTypes, FoldedNormalisationsEqualTheReference) {
  constexpr std::string_view kText = R"((x: f32[2,3]) -> (y) {
    w: f32[3,4] = {random 1} c: f32[4] = {random 2}
    s: f32[4] = {2, 3, 4, 5} b: f32[4] = {1, 1, 2, 2} m: f32[4] = {1, 2, 3, 4} v: f32[4] = {1, 4, 9, 16}
    g = Gemm(x, w, c) {alpha=0.5, beta=2.0}
    y = BatchNormalization(g, s, b, m, v)
  })";
  const auto got = run(kText, {}, {2, 3});
  const auto want = run(kText, {.optimize = false}, {2, 3});
  ASSERT_TRUE(got && want);
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_NEAR((*got)[0].values<float>()[i], (*want)[0].values<float>()[i], 1e-4F) << i;
  }
}

}  // namespace
}  // namespace mote
