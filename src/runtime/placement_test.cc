#include "runtime/placement.h"

#include <gtest/gtest.h>

#include "ir/text.h"
#include "ops/ops.h"

namespace mote {
namespace {

class FakeStep final : public Step {
 public:
  explicit FakeStep(bool in_place, std::size_t scratch = 0)
      : in_place_(in_place), scratch_(scratch) {}
  std::size_t scratch_bytes() const override { return scratch_; }
  bool may_overwrite(int) const override { return in_place_; }
  std::string_view kernel() const override { return "fake"; }
  Status run(const RunArgs&) const override { return {}; }

 private:
  bool in_place_;
  std::size_t scratch_;
};

// Places the graph's values of 1,000 bytes each.
struct Placed {
  Graph graph;
  Placement placement;

  Placed(std::string_view text, const Step* step, std::uint64_t budget = 1 << 20) {
    graph = *parse_graph(text, all_ops());
    std::vector<PlacedNode> nodes;
    for (const NodeId id : graph.node_ids()) {
      const Node& node = graph.node(id);
      nodes.push_back({node.inputs, node.outputs, node.op->view ? nullptr : step, id});
    }
    const std::vector<std::uint64_t> bytes(graph.value_count(), 1000);
    placement = *place_values(graph, nodes, bytes, budget);
  }
  ValuePlace at(std::string_view name) const {
    return placement.values[static_cast<std::size_t>(graph.find_value(name))];
  }
};

using Kind = ValuePlace::Kind;
constexpr std::string_view kChain =
    "(x: f32[4]) -> (d) { a = Relu(x) b = Relu(a) c = Relu(b) d = Relu(c) }";

TEST(Placement, OutputsLieWhereTheCallerWantsThem) {
  const FakeStep step(false);
  const Placed p(kChain, &step);
  EXPECT_EQ(p.at("x").kind, Kind::kInput);
  EXPECT_EQ(p.at("d").kind, Kind::kOutput);
  EXPECT_EQ(p.at("a").kind, Kind::kArena);
  EXPECT_EQ(p.placement.arena_bytes, 2048U) << "a and b are alive together; c takes a's place";
}

TEST(Placement, InPlaceStepsNeedNoMemoryOfTheirOwn) {
  const FakeStep step(true);
  const Placed p(kChain, &step);
  EXPECT_EQ(p.at("a").kind, Kind::kOutput) << "the whole chain runs in the caller's memory";
  EXPECT_EQ(p.placement.arena_bytes, 0U);
}

TEST(Placement, AnInputThatIsReadLaterIsNotOverwritten) {
  const FakeStep step(true);
  const Placed p("(x: f32[4]) -> (c, d) { a = Relu(x) b = Relu(a) c = Add(a, b) d = Relu(b) }",
                 &step);
  EXPECT_NE(p.at("a").kind == p.at("b").kind && p.at("a").at == p.at("b").at, true);
}

TEST(Placement, CallersInputsAndConstantsAreNeverOverwritten) {
  const FakeStep step(true);
  const Placed p("(x: f32[1]) -> (b) { k: f32[1] = {1} a = Add(k, x) b = Relu(a) }", &step);
  EXPECT_EQ(p.at("k").kind, Kind::kConstant);
  EXPECT_EQ(p.at("a").kind, Kind::kOutput);
}

TEST(Placement, ViewsShareTheirInputsPlaceAndKeepItAlive) {
  const FakeStep step(false);
  const Placed p(
      "(x: f32[4]) -> (d) {\n"
      "  s: s64[2] = {2, 2}\n"
      "  a = Relu(x) v = Reshape(a, s) b = Relu(a) c = Relu(b) e = Reshape(c, s) d = Add(v, e)\n"
      "}",
      &step);
  EXPECT_EQ(p.at("v").kind, Kind::kArena);
  EXPECT_EQ(p.at("v").at, p.at("a").at);
  EXPECT_NE(p.at("c").at, p.at("v").at) << "v is still to be read";
}

TEST(Placement, OutputsThatNoStepWritesAreCopied) {
  const FakeStep step(false);
  const Placed p(
      "(x: f32[4]) -> (v, a, w) { s: s64[1] = {4} v = Reshape(x, s) a = Relu(x) w = Reshape(a, s) "
      "}",
      &step);
  EXPECT_EQ(p.at("v").kind, Kind::kInput);
  EXPECT_EQ(p.placement.copied_outputs, (std::vector<int>{0, 2}));
}

TEST(Placement, ScratchLivesForOneStep) {
  const FakeStep step(false, 5000);
  const Placed p(kChain, &step);
  EXPECT_EQ(p.placement.arena_bytes, 2048U + 5056U);
}

TEST(Placement, OverTheBudgetIsAnError) {
  const FakeStep step(false);
  const Graph graph = *parse_graph(kChain, all_ops());
  std::vector<PlacedNode> nodes;
  for (const NodeId id : graph.node_ids()) {
    nodes.push_back({graph.node(id).inputs, graph.node(id).outputs, &step, id});
  }
  std::vector<std::uint64_t> bytes(graph.value_count(), 1000);
  bytes[static_cast<std::size_t>(graph.find_value("b"))] = std::uint64_t{1} << 50;
  const auto r = place_values(graph, nodes, bytes, 1 << 20);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().message,
            "intermediate tensors take 1.0 PiB, more than the memory budget of 1.0 MiB");
}

}  // namespace
}  // namespace mote
