#include "ir/graph.h"

#include <gtest/gtest.h>

#include "ir/verify.h"

namespace mote {
namespace {

Node make_node(std::string op, std::vector<ValueId> in, std::vector<ValueId> out) {
  Node n;
  n.op_type = std::move(op);
  n.inputs = std::move(in);
  n.outputs = std::move(out);
  return n;
}

// x → A → a → B → b, and b is the output.
struct Chain {
  Graph g;
  ValueId x, a, b;
  NodeId first, second;
  Chain() {
    x = g.add_input("x", {});
    a = g.add_value("a");
    b = g.add_value("b");
    first = g.add_node(make_node("A", {x}, {a}));
    second = g.add_node(make_node("B", {a, a}, {b}));
    g.add_output({b, "b", {}, {}});
  }
};

TEST(Graph, NamesAreMadeUnique) {
  Graph g;
  const ValueId a = g.add_value("v");
  const ValueId b = g.add_value("v");
  const ValueId c = g.add_value("");
  EXPECT_NE(g.value(a).name, g.value(b).name);
  EXPECT_FALSE(g.value(c).name.empty());
  EXPECT_EQ(g.find_value(g.value(b).name), b);
  EXPECT_EQ(g.find_value("absent"), ValueId::kNone);
}

TEST(Graph, UsesFollowEveryEdge) {
  Chain c;
  EXPECT_EQ(c.g.value(c.a).uses.size(), 2U);
  EXPECT_EQ(c.g.only_user(c.a), NodeId::kNone);
  EXPECT_EQ(c.g.only_user(c.x), c.first);
  c.g.set_input(c.second, 1, c.x);
  EXPECT_EQ(c.g.only_user(c.a), c.second);
  EXPECT_TRUE(verify(c.g));
}

TEST(Graph, ReplaceUsesReachesNodesAndOutputs) {
  Chain c;
  c.g.replace_uses(c.b, c.a);
  EXPECT_EQ(c.g.outputs[0].value, c.a);
  EXPECT_EQ(c.g.outputs[0].name, "b");
  EXPECT_TRUE(c.g.unused(c.b));
  c.g.erase_node(c.second);
  EXPECT_TRUE(c.g.value(c.a).uses.empty());
  EXPECT_EQ(c.g.node_count(), 1U);
  EXPECT_TRUE(verify(c.g));
}

TEST(Graph, ErasingNodesLeavesTheUsesOfOthers) {
  Chain c;
  const ValueId y = c.g.add_value("y");
  const ValueId z = c.g.add_value("z");
  const NodeId third = c.g.add_node(make_node("C", {c.a, c.x, c.a}, {y}));
  c.g.add_node(make_node("D", {c.x, c.a}, {z}));
  c.g.erase_node(third);
  c.g.append_input(c.second, c.x);
  EXPECT_TRUE(verify(c.g));
  EXPECT_EQ(c.g.value(c.a).uses.size(), 3U);
  EXPECT_EQ(c.g.value(c.x).uses.size(), 3U);
}

TEST(Graph, AValueMayBeSeveralOutputs) {
  Chain c;
  c.g.add_output({c.a, "a", {}, {}});
  EXPECT_TRUE(c.g.is_output(c.a));
  c.g.replace_uses(c.a, c.b);
  EXPECT_FALSE(c.g.is_output(c.a));
  EXPECT_EQ(c.g.value(c.b).outputs, 2);
}

TEST(Graph, NodesGoWhereTheyAreAskedTo) {
  Chain c;
  const ValueId y = c.g.add_value("y");
  const NodeId between = c.g.add_node(make_node("C", {c.a}, {y}), c.second);
  EXPECT_EQ(c.g.node_ids(), (std::vector<NodeId>{c.first, between, c.second}));
  c.g.move_before(between, NodeId::kNone);
  EXPECT_EQ(c.g.node_ids(), (std::vector<NodeId>{c.first, c.second, between}));
  EXPECT_TRUE(verify(c.g));
}

TEST(Verify, ReadingBeforeMakingIsBroken) {
  Chain c;
  c.g.move_before(c.second, c.first);
  const Status s = verify(c.g);
  ASSERT_FALSE(s);
  EXPECT_EQ(s.error().message, "node (B) -> 'b': reads 'a' before it is made");
}

TEST(Verify, CopiesAreIndependent) {
  Chain c;
  Graph copy = c.g;
  copy.erase_node(c.second);
  EXPECT_TRUE(verify(c.g));
  EXPECT_FALSE(verify(copy)) << "its output is never made";
}

TEST(Verify, UsesListedTwiceAreBroken) {
  Chain c;
  c.g.value(c.a).uses[1] = c.g.value(c.a).uses[0];
  EXPECT_FALSE(verify(c.g));
}

TEST(Verify, OutputsThatTheirValueDoesNotKnowAreBroken) {
  Chain c;
  c.g.outputs.push_back({c.a, "a", {}, {}});
  EXPECT_FALSE(verify(c.g));
}

TEST(Verify, LostUsesAreBroken) {
  Chain c;
  c.g.value(c.x).uses.clear();
  EXPECT_FALSE(verify(c.g));
  Chain d;
  d.g.value(d.x).uses.push_back({d.second, 0});
  EXPECT_FALSE(verify(d.g));
}

}  // namespace
}  // namespace mote
