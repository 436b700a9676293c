// Gradient: other values than the graph's, outputs that nobody wants, what has no gradient.
#include <gmock/gmock.h>

#include "base/text.h"
#include "ir/text.h"
#include "ops/decomposition.h"
#include "ops/ops.h"
#include "ops/testing/answer.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string gradient(std::string_view inputs, std::string_view attributes) {
  return cat("ai.onnx.preview.training.Gradient(", inputs, ") {", attributes, "}");
}

// d(a b a) / da = 2 a b, by b: a a.
TEST(Gradient, IsOfTheGraphAroundIt) {
  const auto y = results_of(
      cat("() -> (da, db) { a: f32[2] = {2, 3} b: f32[2] = {5, 7} c = Mul(a, b) d = Mul(c, a)\n",
          "  da, db = ", gradient("a, b", "xs=[\"a\", \"b\"], y=\"d\""), " }"));
  EXPECT_THAT(y[0].values<float>(), ElementsAre(20, 42));
  EXPECT_THAT(y[1].values<float>(), ElementsAre(4, 9));
}

TEST(Gradient, MayBeTakenAtOtherValues) {
  EXPECT_EQ(answer(cat("() -> (da) { a: f32[2] = {2, 3} b: f32[2] = {5, 7} c = Mul(a, b)\n",
                       "  d = Mul(c, a) v: f32[2] = {1, 10} da = ",
                       gradient("v, b", "xs=[\"a\"], zs=[\"b\"], y=\"d\""), " }")),
            "f32[2] {10, 140}");
}

// At a = b = v the two are still two.
TEST(Gradient, OneValueMayStandForTwo) {
  const auto y = results_of(
      cat("() -> (da, db) { a: f32[1] = {2} b: f32[1] = {5} c = Sub(a, b) v: f32[1] = {4}\n",
          "  d = Mul(c, a) da, db = ", gradient("v, v", "xs=[\"a\", \"b\"], y=\"d\""), " }"));
  EXPECT_THAT(y[0].values<float>(), ElementsAre(4));  // 2 a - b
  EXPECT_THAT(y[1].values<float>(), ElementsAre(-4));
}

TEST(Gradient, MayBeByIntermediateValues) {
  EXPECT_EQ(answer(cat("() -> (dh) { x: f32[2] = {2, 3} h = Mul(x, x) y = Mul(h, h) dh = ",
                       gradient("h", "xs=[\"h\"], y=\"y\""), " }")),
            "f32[2] {8, 18}");
}

// What makes y may come behind the node, which reads none of it.
TEST(Gradient, MayStandBeforeItsY) {
  EXPECT_EQ(answer(cat("() -> (dx, y) { x: f32[2] = {2, 3} dx = ",
                       gradient("x", "xs=[\"x\"], y=\"y\""), " y = Mul(x, x) }")),
            "f32[2] {4, 6}");
}

TEST(Gradient, CanBeTakenTwice) {
  EXPECT_EQ(answer(cat("() -> (ddx) { x: f32[2] = {2, 3} a = Mul(x, x) y = Mul(a, x) dx = ",
                       gradient("x", "xs=[\"x\"], y=\"y\""),
                       " ddx = ", gradient("x", "xs=[\"x\"], y=\"dx\""), " }")),
            "f32[2] {12, 18}");
}

TEST(Gradient, IsZeroWithoutEffect) {
  const auto y = results_of(
      cat("() -> (da, db) { a: f32[2] = {2, 3} b: f64[1,2] = {5, 7} c = Mul(a, a) f = Floor(c)\n",
          "  da, db = ", gradient("a, b", "xs=[\"a\", \"b\"], y=\"f\""), " }"));
  EXPECT_THAT(y[0].values<float>(), ElementsAre(0, 0));
  EXPECT_THAT(y[1].values<double>(), ElementsAre(0, 0));
  EXPECT_EQ(y[1].dims(), Dims({1, 2}));
}

TEST(Gradient, OutputsNobodyWantsAreLeftOut) {
  EXPECT_EQ(answer(cat("() -> (db) { a: f32[1] = {2} b: f32[1] = {5} c = Mul(a, b) _, db = ",
                       gradient("a, b", "xs=[\"a\", \"b\"], y=\"c\""), " }")),
            "f32[1] {2}");
}

TEST(Gradient, NamesWhatItCannotDo) {
  const auto with = [](std::string_view body, std::string_view inputs,
                       std::string_view attributes) -> std::string {
    auto graph = parse_graph(cat("(a: f32[3]) -> (d) { i: s64[1] = {0} ", body,
                                 " d = ", gradient(inputs, attributes), " }"),
                             all_ops());
    if (!graph) return graph.error().message;
    const Status s = decompose_all(*graph, Undecomposed::kAreErrors);
    return s ? "" : s.error().message;
  };
  EXPECT_THAT(with("y = Neg(a)", "a", "xs=[\"b\"], y=\"y\""),
              HasSubstr("'b' is no value of the graph"));
  EXPECT_THAT(with("y = Neg(a)", "a, a", "xs=[\"a\"], y=\"y\""),
              HasSubstr("has 2 inputs for 1 xs and 0 zs"));
  EXPECT_THAT(with("y = Neg(a)", "a", "xs=strings[], y=\"y\""),
              HasSubstr("attribute 'xs' has no names"));
  EXPECT_THAT(with("y = CumSum(a, i)", "a", "xs=[\"a\"], y=\"y\""),
              HasSubstr("(CumSum) -> 'y': has no gradient"));
  EXPECT_THAT(with("y = ArgMax(a)", "a", "xs=[\"a\"], y=\"y\""),
              HasSubstr("'y' is s64[1], not a tensor of floats"));
}

}  // namespace
}  // namespace mote
