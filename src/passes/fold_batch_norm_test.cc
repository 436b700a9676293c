#include "base/text.h"
#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kFoldBatchNorm;

namespace {

// Factors 2 and 0.5, offsets 1 - 2 * 3 = -5 and 2 - 0.5 * 4 = 0: the variances with epsilon are 4
// and 16, the scales 4 and 2.
constexpr std::string_view kTwoChannels =
    "g: f32[2] = {4, 2} b: f32[2] = {1, 2} m: f32[2] = {3, 4} v: f32[2] = {3, 15}\n";

// `constants`, then the parameters, then `node`, which makes c, then the normalisation.
std::string before(std::string_view x, std::string_view constants, std::string_view node) {
  return cat("graph (x: ", x, ") -> (y) {\n", constants, "\n", kTwoChannels, node,
             "\ny = BatchNormalization(c, g, b, m, v) {epsilon=1.0}\n}");
}

std::string after(std::string_view x, std::string_view constants, std::string_view folded,
                  std::string_view node) {
  return cat("graph (x: ", x, ") -> (y = c) {\n", constants, "\n", kTwoChannels, folded, "\n", node,
             "\n}");
}

TEST(FoldBatchNorm, ScalesTheFiltersOfAConvolution) {
  constexpr std::string_view kWeights = "w: f32[2,2,1,1] = {1, 2, 3, 4}";
  expect_pass(kFoldBatchNorm, before("f32[1,2,5,5]", kWeights, "c = Conv(x, w)"),
              after("f32[1,2,5,5]", kWeights,
                    "w_bn: f32[2,2,1,1] = {2, 4, 1.5, 2} w_bn_bias: f32[2] = {-5, 0}",
                    "c = Conv(x, w_bn, w_bn_bias)"));
}

TEST(FoldBatchNorm, ScalesTheBiasToo) {
  constexpr std::string_view kWeights = "w: f32[2,1,1] = {1, 3} d: f32[2] = {10, 20}";
  expect_pass(
      kFoldBatchNorm, before("f32[1,2,5]", kWeights, "c = Conv(x, w, d) {group=2}"),
      after("f32[1,2,5]", kWeights, "w_bn: f32[2,1,1] = {2, 1.5} w_bn_bias: f32[2] = {15, 10}",
            "c = Conv(x, w_bn, w_bn_bias) {group=2}"));
}

// Weights [C, M / groups, ...]: the second axis is the output's.
TEST(FoldBatchNorm, ScalesTheOutputAxisOfATransposedConvolution) {
  constexpr std::string_view kWeights = "w: f32[2,2,1] = {1, 2, 3, 4}";
  expect_pass(
      kFoldBatchNorm, before("f32[1,2,5]", kWeights, "c = ConvTranspose(x, w)"),
      after("f32[1,2,5]", kWeights, "w_bn: f32[2,2,1] = {2, 1, 6, 2} w_bn_bias: f32[2] = {-5, 0}",
            "c = ConvTranspose(x, w_bn, w_bn_bias)"));
}

TEST(FoldBatchNorm, FindsTheChannelWithinItsGroup) {
  constexpr std::string_view kWeights = "w: f32[4,1,1] = {1, 2, 3, 4}";
  expect_pass(
      kFoldBatchNorm, before("f32[1,4,5]", kWeights, "c = ConvTranspose(x, w) {group=2}"),
      after("f32[1,4,5]", kWeights, "w_bn: f32[4,1,1] = {2, 4, 1.5, 2} w_bn_bias: f32[2] = {-5, 0}",
            "c = ConvTranspose(x, w_bn, w_bn_bias) {group=2}"));
}

TEST(FoldBatchNorm, ScalesTheColumnsOfAGemm) {
  constexpr std::string_view kWeights = "w: f32[3,2] = {1, 2, 3, 4, 5, 6} d: f32[1,2] = {1, 2}";
  expect_pass(
      kFoldBatchNorm, before("f32[1,3]", kWeights, "c = Gemm(x, w, d) {alpha=0.5, beta=3.0}"),
      after("f32[1,3]", kWeights, "w_bn: f32[3,2] = {2, 1, 6, 2, 10, 3} w_bn_bias: f32[2] = {1, 3}",
            "c = Gemm(x, w_bn, w_bn_bias) {alpha=0.5}"));
}

TEST(FoldBatchNorm, ScalesTheRowsOfATransposedGemm) {
  constexpr std::string_view kWeights = "w: f32[2,3] = {1, 2, 3, 4, 5, 6} d: f32[] = {1}";
  expect_pass(kFoldBatchNorm, before("f32[1,3]", kWeights, "c = Gemm(x, w, d) {transB=1}"),
              after("f32[1,3]", kWeights,
                    "w_bn: f32[2,3] = {2, 4, 6, 2, 2.5, 3} w_bn_bias: f32[2] = {-3, 0.5}",
                    "c = Gemm(x, w_bn, w_bn_bias) {transB=1}"));
}

constexpr std::string_view kAlone =
    "y_factor: f32[2,1,1] = {2, 0.5} y_offset: f32[2,1,1] = {-5, 0}\n";

TEST(FoldBatchNorm, BecomesAProductAndASumWhereNothingIsBeforeIt) {
  expect_pass(kFoldBatchNorm,
              cat("graph (x: f32[n,2,h,w]) -> (y) {\n", kTwoChannels,
                  "y = BatchNormalization(x, g, b, m, v) {epsilon=1.0}\n}"),
              cat("graph (x: f32[n,2,h,w]) -> (y = y_shifted) {\n", kTwoChannels, kAlone,
                  "y_scaled = Mul(x, y_factor) \"y_scaled\"\n"
                  "y_shifted = Add(y_scaled, y_offset) \"y_shifted\"\n}"));
}

TEST(FoldBatchNorm, LeavesAConvolutionThatOthersRead) {
  constexpr std::string_view kConv = "c = Conv(x, w)\n";
  const std::string constants = cat("w: f32[2,1,1,1] = {1, 3}\n", kTwoChannels);
  expect_pass(kFoldBatchNorm,
              cat("graph (x: f32[1,1,5,5]) -> (y, c) {\n", constants, kConv,
                  "y = BatchNormalization(c, g, b, m, v) {epsilon=1.0}\n}"),
              cat("graph (x: f32[1,1,5,5]) -> (y = y_shifted, c) {\n", constants, kAlone, kConv,
                  "y_scaled = Mul(c, y_factor) \"y_scaled\"\n"
                  "y_shifted = Add(y_scaled, y_offset) \"y_shifted\"\n}"));
}

TEST(FoldBatchNorm, LeavesAVarianceThatHasNoRoot) {
  constexpr std::string_view kText =
      "graph (x: f32[1,1,5]) -> (y) {\n"
      "g: f32[1] = {1} b: f32[1] = {0} m: f32[1] = {0} v: f32[1] = {-2}\n"
      "y = BatchNormalization(x, g, b, m, v) {epsilon=1.0}\n}";
  expect_pass(kFoldBatchNorm, kText, kText);
}

TEST(FoldBatchNorm, LeavesParametersThatAreInputs) {
  constexpr std::string_view kText =
      "graph (x: f32[1,1,5], g: f32[1]) -> (y) {\n"
      "b: f32[1] = {0} y = BatchNormalization(x, g, b, b, g)\n}";
  expect_pass(kFoldBatchNorm, kText, kText);
}

}  // namespace
}  // namespace mote
