#include "passes/rewrite.h"

#include "passes/pass_test_util.h"

namespace mote {
namespace {

TEST(NodeAdder, BindsAndTypesWhatItAdds) {
  Graph graph = parse_for_test("graph (x: f32[2,n]) -> (y) { y = Relu(x) }");
  NodeAdder adder(graph, all_ops(), graph.first_node());
  const auto t =
      adder.add("Transpose", {graph.inputs[0]}, {{"perm", std::vector<std::int64_t>{1, 0}}}, "y");
  ASSERT_TRUE(t) << t.error().message;
  EXPECT_EQ(to_string(graph.value(*t).type), "f32[n,2]");
  EXPECT_NE(graph.value(*t).name, "y");  // taken
  EXPECT_EQ(graph.first_node(), graph.value(*t).producer);
  EXPECT_TRUE(verify(graph));
}

TEST(NodeAdder, ReportsAnOperatorThatIsNotThere) {
  Graph graph = parse_for_test("graph (x: f32[2]) -> (y) { y = Relu(x) }");
  NodeAdder adder(graph, all_ops(), graph.first_node());
  const auto added = adder.add("mote.NoSuch", {graph.inputs[0]}, {}, "z");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Code::kInternal);
}

TEST(ReplaceNode, KeepsTheOutsidesNameAndTheMoreExactType) {
  Graph graph =
      parse_for_test("graph (x: f32[...]) -> (y: f32[2,3]) { r = Relu(x) y = Identity(r) }");
  const NodeId identity = graph.node_ids().back();
  const ValueId r = graph.node(identity).inputs[0];
  graph.value(graph.outputs[0].value).type = TensorType(DType::kF32, Dims{2, 3});
  replace_node(graph, identity, r);
  EXPECT_EQ(graph.outputs[0].name, "y");
  EXPECT_EQ(graph.outputs[0].value, r);
  EXPECT_EQ(to_string(graph.value(r).type), "f32[2,3]");
  EXPECT_EQ(graph.node_count(), 1U);
  EXPECT_TRUE(verify(graph));
}

TEST(ReplaceNode, AsksNoMoreOfInputsThanTheyDeclare) {
  Graph graph = parse_for_test("graph (x: f32[n,3]) -> (y) { y = Identity(x) }");
  graph.value(graph.outputs[0].value).type = TensorType(DType::kF32, Dims{1, 3});
  replace_node(graph, graph.first_node(), graph.inputs[0]);
  EXPECT_EQ(to_string(graph.value(graph.inputs[0]).type), "f32[n,3]");
  EXPECT_TRUE(verify(graph));
}

TEST(ScalarF32, TakesAnyShapeOfOneElementAndNoOtherType) {
  Graph graph;
  const ValueId one = graph.add_constant("one", Tensor::of<float>({1, 1}, {2.5F}));
  const ValueId two = graph.add_constant("two", Tensor::of<float>({2}, {1.0F, 1.0F}));
  const ValueId whole = graph.add_constant("whole", Tensor::scalar<std::int64_t>(1));
  EXPECT_EQ(scalar_f32(graph, one), 2.5F);
  EXPECT_EQ(scalar_f32(graph, two), std::nullopt);
  EXPECT_EQ(scalar_f32(graph, whole), std::nullopt);
  EXPECT_EQ(scalar_f32(graph, ValueId::kNone), std::nullopt);
}

}  // namespace
}  // namespace mote
