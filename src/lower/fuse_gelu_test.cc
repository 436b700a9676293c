#include "passes/pass_test_util.h"

namespace mote {

extern const Pass kFuseGelu;

namespace {

// What it says of y, without the nodes that nobody reads any more.
std::string_view last_operator(std::string_view text) {
  Graph graph = parse_for_test(text);
  const auto changed = kFuseGelu.run(graph, {all_ops()});
  EXPECT_TRUE(changed) << changed.error().message;
  EXPECT_TRUE(verify(graph));
  return graph.node(graph.value(graph.outputs[0].value).producer).op->name;
}

TEST(FuseGelu, KnowsItInEveryOrder) {
  EXPECT_EQ(last_operator(R"((x: f32[2,3]) -> (y) {
    r: f32[] = {1.4142135} i: f32[] = {1} h: f32[] = {0.5}
    a = Div(x, r) b = Erf(a) c = Add(b, i) d = Mul(x, c) y = Mul(d, h) })"),
            "Gelu");
  EXPECT_EQ(last_operator(R"((x: f32[2,3]) -> (y) {
    r: f32[1] = {0.70710678} i: f32[] = {1} h: f32[] = {0.5}
    a = Mul(r, x) b = Erf(a) c = Add(i, b) d = Mul(h, x) y = Mul(d, c) })"),
            "Gelu");
  EXPECT_EQ(last_operator(R"((x: f32[2,3]) -> (y) {
    r: f32[] = {1.4142135} i: f32[] = {1} h: f32[] = {0.5}
    a = Div(x, r) b = Erf(a) c = Add(b, i) d = Mul(c, h) y = Mul(d, x) })"),
            "Gelu");
}

TEST(FuseGelu, LeavesWhatOnlyLooksLikeIt) {
  EXPECT_EQ(last_operator(R"((x: f32[2,3]) -> (y) {
    r: f32[] = {1.5} i: f32[] = {1} h: f32[] = {0.5}
    a = Div(x, r) b = Erf(a) c = Add(b, i) d = Mul(x, c) y = Mul(d, h) })"),
            "Mul");
  EXPECT_EQ(last_operator(R"((x: f32[2,3], z: f32[2,3]) -> (y) {
    r: f32[] = {1.4142135} i: f32[] = {1} h: f32[] = {0.5}
    a = Div(x, r) b = Erf(a) c = Add(b, i) d = Mul(z, c) y = Mul(d, h) })"),
            "Mul");
  EXPECT_EQ(last_operator(R"((x: f32[]) -> (y) {
    r: f32[] = {1.4142135} i: f32[] = {1} h: f32[1] = {0.5}
    a = Div(x, r) b = Erf(a) c = Add(b, i) d = Mul(x, c) y = Mul(d, h) })"),
            "Mul")
      << "the half has widened it";
}

}  // namespace
}  // namespace mote
