#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kSinkTransposes;

namespace {

TEST(SinkTransposes, ElementwiseOperatorsRunBefore) {
  expect_pass(kSinkTransposes, R"(
    (x: f32[1,4,4,2]) -> (y) {
      t = Transpose(x) {perm=[0,3,1,2]}
      y = Relu(t)
    })",
              R"(
    (x: f32[1,4,4,2]) -> (y = y_transposed) {
      t = Transpose(x) {perm=[0,3,1,2]}
      y_0 = Relu(x)
      y_transposed = Transpose(y_0) {perm=[0,3,1,2]} "y_transposed"
    })");
}

TEST(SinkTransposes, ConstantsArePermutedTheOtherWay) {
  expect_pass(kSinkTransposes, R"(
    (x: f32[1,4,4,2]) -> (y) {
      k: f32[2,1,1] = {5, 6}
      t = Transpose(x) {perm=[0,3,1,2]}
      y = Mul(t, k)
    })",
              R"(
    (x: f32[1,4,4,2]) -> (y = y_transposed) {
      k: f32[2,1,1] = {5, 6}
      k_permuted: f32[1,1,1,2] = {5, 6}
      t = Transpose(x) {perm=[0,3,1,2]}
      y_0 = Mul(x, k_permuted)
      y_transposed = Transpose(y_0) {perm=[0,3,1,2]} "y_transposed"
    })");
}

TEST(SinkTransposes, AxesAreRenamed) {
  expect_pass(kSinkTransposes, R"(
    (a: f32[1,4,4,2], b: f32[1,4,4,3]) -> (y) {
      s = Transpose(a) {perm=[0,3,1,2]}
      t = Transpose(b) {perm=[0,3,1,2]}
      y = Concat(s, t) {axis=1}
    })",
              R"(
    (a: f32[1,4,4,2], b: f32[1,4,4,3]) -> (y = y_transposed) {
      s = Transpose(a) {perm=[0,3,1,2]}
      t = Transpose(b) {perm=[0,3,1,2]}
      y_0 = Concat(a, b) {axis=3}
      y_transposed = Transpose(y_0) {perm=[0,3,1,2]} "y_transposed"
    })");
}

TEST(SinkTransposes, DifferentLayoutsMeetAsTheyAre) {
  const std::string_view text = R"(
    (a: f32[1,4,4,2], b: f32[1,2,4,4]) -> (y) {
      s = Transpose(a) {perm=[0,3,1,2]}
      y = Add(s, b)
    })";
  expect_pass(kSinkTransposes, text, text);
}

TEST(SinkTransposes, MovingOnlyOnesIsAReshape) {
  expect_pass(kSinkTransposes, "(x: f32[1,1,1,7]) -> (y) { y = Transpose(x) {perm=[0,3,1,2]} }",
              R"(
    (x: f32[1,1,1,7]) -> (y = y_0) {
      shape: s64[4] = {1, 7, 1, 1}
      y_0 = Reshape(x, shape) {allowzero=0} "y"
    })");
}

}  // namespace
}  // namespace mote
