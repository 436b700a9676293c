// What keeps its value from run to run.
#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

TEST(TfliteState, VariablesBecomeInputsAndOutputs) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1, 2}));
  const int feature = b.constant("feature", {1, 2}, {1, 2});
  const int time = b.constant("time", {1, 3}, {1, 2, 3});
  const int state = b.floats("state", {1, 3});
  b.at(state).is_variable = true;
  const int y = b.output(b.floats("y", {1, 1}));
  fb::SVDFOptionsT o;
  o.rank = 1;
  b.op(Op::BuiltinOperator_SVDF, {x, feature, time, -1, state}, {y}, o);
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Graph& graph = model->graph;
  ASSERT_EQ(graph.inputs.size(), 2U);
  ASSERT_EQ(graph.outputs.size(), 2U);
  const Value& kept = graph.value(graph.inputs[1]);
  EXPECT_EQ(kept.name, "state");
  EXPECT_EQ(graph.outputs[1].name, "state/next");
  ASSERT_TRUE(kept.initial);
  EXPECT_THAT(kept.initial.values<float>(), ::testing::ElementsAre(0, 0, 0));
  ASSERT_EQ(kept.notes.properties.size(), 1U);
  EXPECT_EQ(kept.notes.properties[0],
            (std::pair<std::string, std::string>{"mote.state", "state/next"}));
}

TEST(TfliteState, QuantizedVariablesBeginAtTheirZeroPoint) {
  ModelBuilder b;
  const int x = b.input(b.quantized(b.tensor("x", fb::TensorType_INT8, {1, 2}), {0.5F}, {1}));
  const auto s8 = [&](std::string name, std::vector<int> shape, const std::vector<std::int8_t>& v) {
    return b.quantized(
        b.constant<std::int8_t>(std::move(name), fb::TensorType_INT8, std::move(shape), v), {0.5F});
  };
  const int feature = s8("feature", {1, 2}, {1, 2});
  const int time = s8("time", {1, 3}, {1, 2, 3});
  const int state = b.quantized(b.tensor("state", fb::TensorType_INT8, {1, 3}), {0.5F}, {-5});
  b.at(state).is_variable = true;
  const int y = b.output(b.quantized(b.tensor("y", fb::TensorType_INT8, {1, 1}), {0.5F}, {0}));
  fb::SVDFOptionsT o;
  o.rank = 1;
  b.op(Op::BuiltinOperator_SVDF, {x, feature, time, -1, state}, {y}, o);
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Tensor& initial = model->graph.value(model->graph.inputs[1]).initial;
  ASSERT_TRUE(initial);
  EXPECT_THAT(initial.values<std::int8_t>(), ::testing::ElementsAre(-5, -5, -5));
}

TEST(TfliteState, AssignmentsBeforeTheFirstRunAreInitialValues) {
  ModelBuilder b;
  const auto handle = [&](ModelBuilder& m) {
    const int h = m.tensor("h", fb::TensorType_RESOURCE, {});
    fb::VarHandleOptionsT o;
    o.shared_name = "counter";
    m.op(Op::BuiltinOperator_VAR_HANDLE, {}, {h}, o);
    return h;
  };
  const int x = b.input(b.floats("x", {2}));
  fb::CallOnceOptionsT once;
  once.init_subgraph_index = 1;
  b.op(Op::BuiltinOperator_CALL_ONCE, {}, {}, once);
  const int h = handle(b);
  const int before = b.floats("before", {2});
  const int y = b.output(b.floats("y", {2}));
  b.op(Op::BuiltinOperator_READ_VARIABLE, {h}, {before});
  b.op(Op::BuiltinOperator_ADD, {before, x}, {y}, fb::AddOptionsT());
  b.op(Op::BuiltinOperator_ASSIGN_VARIABLE, {h, y}, {});
  b.add_subgraph();
  const int first = b.constant("first", {2}, {3, 4});
  b.op(Op::BuiltinOperator_ASSIGN_VARIABLE, {handle(b), first}, {});
  auto model = read(b);
  ASSERT_TRUE(model) << model.error().message;
  const Value& kept = model->graph.value(model->graph.inputs[1]);
  EXPECT_EQ(kept.name, "counter");
  ASSERT_TRUE(kept.initial);
  EXPECT_THAT(kept.initial.values<float>(), ::testing::ElementsAre(3, 4));
  EXPECT_EQ(model->graph.outputs[1].value, model->graph.outputs[0].value);
}

}  // namespace
}  // namespace mote::tfl
