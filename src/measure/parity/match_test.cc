#include "measure/parity/match.h"

#include <gmock/gmock.h>

#include "ir/text.h"
#include "ops/ops.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Graph graph_of(std::string_view text) {
  auto graph = parse_graph(text, all_ops());
  EXPECT_TRUE(graph) << graph.error().message;
  return *std::move(graph);
}

// "name (operator): value of a, value of b"
std::vector<std::string> matched(std::string_view a, std::string_view b) {
  std::vector<std::string> found;
  for (const LayerPair& l : match_layers(graph_of(a), graph_of(b))) {
    found.push_back(l.name + " (" + l.op + "): " + l.a.name + ", " + l.b.name);
  }
  return found;
}

constexpr std::string_view kFloat = R"(
  graph net (x: f32[2]) -> (z: f32[2]) {
    y: f32[2] = Neg(x)
    r: f32[2] = Relu(y)
    z: f32[2] = Exp(r)
  })";

constexpr std::string_view kQuantized = R"(
  graph net (x: f32[2]) -> (z: f32[2]) {
    s: f32[] = {0.5}
    zero: s8[] = {3}
    y: f32[2] = Neg(x)
    r: f32[2] = Relu(y)
    r_q: s8[2] = QuantizeLinear(r, s, zero)
    r_dq: f32[2] = DequantizeLinear(r_q, s, zero)
    z: f32[2] = Exp(r_dq)
  })";

TEST(MatchLayers, TakesCommonNamesInTheOrderOfTheFirst) {
  constexpr std::string_view kOther = R"(
    graph net (x: f32[2]) -> (z: f32[2]) {
      q: f32[2] = Abs(x)
      r: f32[2] = Relu(q)
      y: f32[2] = Neg(x)
      z: f32[2] = Exp(r)
    })";
  EXPECT_THAT(matched(kFloat, kOther),
              ElementsAre("y (Neg): y, y", "r (Relu): r, r", "z (Exp): z, z"));
}

TEST(MatchLayers, LooksBeyondTheSuffixOfALayout) {
  constexpr std::string_view kFirst = R"(
    graph net (x: f32[1,2,2,2]) -> (z: f32[1,2,2,2]) {
      y/nchw: f32[1,2,2,2] = Neg(x)
      y: f32[1,2,2,2] = Transpose(y/nchw) {perm=[0, 2, 3, 1]}
      z: f32[1,2,2,2] = Exp(y)
    })";
  constexpr std::string_view kLast = R"(
    graph net (x: f32[1,2,2,2]) -> (z/nchw: f32[1,2,2,2]) {
      y: f32[1,2,2,2] = Neg(x)
      z/nchw: f32[1,2,2,2] = Exp(y)
    })";
  EXPECT_THAT(matched(kFirst, kLast), ElementsAre("y (Neg): y/nchw, y", "z (Exp): z, z/nchw"));
  EXPECT_THAT(matched(kLast, kFirst), ElementsAre("y (Neg): y, y", "z (Exp): z/nchw, z"));
}

TEST(MatchLayers, LetsTheRoundedValueStandForWhatIsRounded) {
  EXPECT_THAT(matched(kFloat, kQuantized), ElementsAre("r (Relu): r, r_q", "z (Exp): z, z"));
  EXPECT_THAT(matched(kQuantized, kFloat), ElementsAre("r (Relu): r_q, r", "z (Exp): z, z"));
  const auto layers = match_layers(graph_of(kFloat), graph_of(kQuantized));
  EXPECT_EQ(layers[0].a.scale, std::nullopt);
  EXPECT_EQ(layers[0].b.scale, (LinearScale{0.5, 3}));
}

TEST(MatchLayers, ComparesEachQuantizedValueOnce) {
  EXPECT_THAT(matched(kQuantized, kQuantized), ElementsAre("r (Relu): r_q, r_q", "z (Exp): z, z"));
}

TEST(MatchLayers, LeavesOutWeightsAndWhatIsNoNumber) {
  constexpr std::string_view kWeights = R"(
    graph net (x: f32[2], t: string[2]) -> (z: f32[2], u: string[2]) {
      w: f32[2] = {1, 2}
      v: f32[2] = Neg(w)
      u: string[2] = Identity(t)
      z: f32[2] = Mul(x, v)
    })";
  EXPECT_THAT(matched(kWeights, kWeights), ElementsAre("z (Mul): z, z"));
}

TEST(MatchLayers, FindsNoneWithoutCommonNames) {
  EXPECT_THAT(matched(kFloat, "graph net (x: f32[2]) -> (w: f32[2]) { w: f32[2] = Neg(x) }"),
              IsEmpty());
}

TEST(ScaleOf, IsStatedByThoseBeforeAndBehindAlsoBeyondMovement) {
  const Graph graph = graph_of(R"(
    graph net (x: s8[2,3], other: s8[2]) -> (z: s8[3,2]) {
      s: f32[] = {0.25}
      zero: s8[] = {-1}
      many: f32[2] = {1, 2}
      t: s8[3,2] = Transpose(x)
      y: f32[3,2] = DequantizeLinear(t, s, zero)
      q: s8[3,2] = QuantizeLinear(y, s)
      z: s8[3,2] = Identity(q)
      per_channel: f32[2] = DequantizeLinear(other, many)
    })");
  EXPECT_EQ(scale_of(graph, graph.find_value("x")), (LinearScale{0.25, -1}));
  EXPECT_EQ(scale_of(graph, graph.find_value("z")), (LinearScale{0.25, 0}));
  EXPECT_EQ(scale_of(graph, graph.find_value("other")), std::nullopt);
}

TEST(MatchNames, GoesByNameThenByPosition) {
  std::vector<TensorInfo> a(3), b(3);
  a[0].name = "p", a[1].name = "x", a[2].name = "q";
  b[0].name = "x", b[1].name = "r", b[2].name = "s";
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const auto& [i, j] : match_names(a, b)) found.emplace_back(i, j);
  EXPECT_THAT(found, ElementsAre(std::pair(0, 1), std::pair(1, 0), std::pair(2, 2)));
  EXPECT_EQ(match_names(a, std::span(b).first(2)).size(), 2U);
}

}  // namespace
}  // namespace mote
