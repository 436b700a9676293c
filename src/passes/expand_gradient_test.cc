// Gradient nodes in a graph that is going to be simplified.
#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kExpandGradient;

namespace {

TEST(ExpandGradient, WritesTheRulesOfTheOperators) {
  expect_pass(kExpandGradient,
              "(a: f32[2,3], b: f32[3]) -> (y, db) {\n"
              "  y = Mul(a, b)\n"
              "  db = ai.onnx.preview.training.Gradient(b, a) {xs=[\"b\"], zs=[\"a\"], y=\"y\"}\n"
              "}",
              "(a: f32[2,3], b: f32[3]) -> (y, db) {\n"
              "  y = Mul(a, b)\n"
              "  s = Shape(y)\n"
              "  one = ConstantOfShape(s) {value=f32[1]{1}}\n"
              "  p = Mul(one, a)\n"
              "  i: s64[1] = {0}\n"
              "  r = ReduceSum(p, i) {keepdims=0}\n"
              "  db = Identity(r)\n"
              "}");
}

TEST(ExpandGradient, LeavesOtherGraphsAlone) {
  expect_pass(kExpandGradient, "(a: f32[2]) -> (y) { y = Neg(a) }",
              "(a: f32[2]) -> (y) { y = Neg(a) }");
}

}  // namespace
}  // namespace mote
