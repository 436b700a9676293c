// Subgraphs that are called or repeated.
#include <gmock/gmock.h>

#include "format/tflite/testing_reads.h"

namespace mote::tfl {
namespace {

using ::testing::HasSubstr;

TEST(TfliteSubgraph, LoopsTestTheirConditionOnWhatTheBodyGives) {
  ModelBuilder b;
  const int x = b.input(b.tensor("x", fb::TensorType_INT32, {1}));
  const int y = b.output(b.tensor("y", fb::TensorType_INT32, {1}));
  fb::WhileOptionsT o;
  o.cond_subgraph_index = 1;
  o.body_subgraph_index = 2;
  b.op(Op::BuiltinOperator_WHILE, {x}, {y}, o);
  b.add_subgraph();
  const int c = b.input(b.tensor("c", fb::TensorType_INT32, {1}));
  const int less = b.output(b.tensor("less", fb::TensorType_BOOL, {1}));
  b.op(Op::BuiltinOperator_LESS, {c, b.integers("ten", {10})}, {less});
  b.add_subgraph();
  const int v = b.input(b.tensor("v", fb::TensorType_INT32, {1}));
  const int next = b.output(b.tensor("next", fb::TensorType_INT32, {1}));
  b.op(Op::BuiltinOperator_ADD, {v, b.integers("one", {1})}, {next}, fb::AddOptionsT());
  expect_graph(b, R"(
graph (x: s32[1]) -> (y: s32[1]) {
  ten: s32[1] = {10}
  y/constant: s64[0] = {}
  less = Less(x, ten) "less"
  y/Reshape = Reshape(less, y/constant) "y/Reshape"
  y = Loop(_, y/Reshape, x) {
    body=graph (iteration: s64[], condition: bool[], variable_0: s32[1]) -> (y/Reshape: bool[], next: s32[1]) {
      one: s32[1] = {1}
      ten: s32[1] = {10}
      y/constant: s64[0] = {}
      next = Add(variable_0, one) "next"
      less = Less(next, ten) "less"
      y/Reshape = Reshape(less, y/constant) "y/Reshape"
    }
  } "y"
}
)");
}

TEST(TfliteSubgraph, RefusesArgumentsThatAreAbsent) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1}));
  const int y = b.output(b.floats("y", {1}));
  fb::CallOptionsT o;
  o.subgraph = 1;
  b.op(Op::BuiltinOperator_CALL, {x, -1}, {y}, o);
  b.add_subgraph();
  b.input(b.floats("a", {1}));
  b.output(b.input(b.floats("b", {1})));
  EXPECT_THAT(error_of(b).message, HasSubstr("argument 1 of a subgraph is absent"));
}

TEST(TfliteSubgraph, RefusesSubgraphsThatCallThemselves) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1}));
  const int y = b.output(b.floats("y", {1}));
  b.op(Op::BuiltinOperator_CALL, {x}, {y}, fb::CallOptionsT());
  EXPECT_EQ(error_of(b).message,
            "CALL 'y' of subgraph 0: subgraphs call each other more than 32 deep");
}

// A loop's body is read several times, at more than one depth.
TEST(TfliteSubgraph, TellsWhatIsWrongInASubgraphOnce) {
  ModelBuilder b;
  const int x = b.input(b.floats("x", {1}));
  const int y = b.output(b.floats("y", {1}));
  fb::WhileOptionsT loop;
  loop.cond_subgraph_index = 1;
  loop.body_subgraph_index = 2;
  b.op(Op::BuiltinOperator_WHILE, {x}, {y}, loop);
  b.add_subgraph();
  const int c = b.input(b.floats("c", {1}));
  const int less = b.output(b.tensor("less", fb::TensorType_BOOL, {1}));
  b.op(Op::BuiltinOperator_LESS, {c, b.constant("ten", {1}, {10})}, {less});
  b.add_subgraph();
  fb::CallOptionsT call;
  call.subgraph = 3;
  const int u = b.input(b.floats("u", {1}));
  const int v = b.floats("v", {1});
  const int w = b.output(b.floats("w", {1}));
  b.op(Op::BuiltinOperator_CALL, {u}, {v}, call);
  b.op(Op::BuiltinOperator_CALL, {v}, {w}, call);
  b.add_subgraph();
  const int in = b.input(b.floats("in", {1}));
  const int out = b.output(b.floats("out", {1}));
  b.op(Op::BuiltinOperator_SOFTMAX, {in}, {out});  // without options
  EXPECT_EQ(error_of(b).message, "SOFTMAX 'out' of subgraph 3: its options are missing");
  std::vector<Obstacle> obstacles;
  TfliteReadOptions options;
  options.obstacles = &obstacles;
  auto model = read(b, options);
  ASSERT_TRUE(model) << model.error().message;
  ASSERT_EQ(obstacles.size(), 1U);
  EXPECT_EQ(obstacles[0].reason, "its options are missing");
}

// Each of 30 subgraphs calls the next one twice.
TEST(TfliteSubgraph, RefusesCallsThatDouble) {
  ModelBuilder b;
  for (unsigned level = 0; level < 30; ++level) {
    if (level > 0) b.add_subgraph();
    const int x = b.input(b.floats("x", {1}));
    const int y = b.floats("y", {1});
    const int z = b.output(b.floats("z", {1}));
    fb::CallOptionsT next;
    next.subgraph = level + 1;
    b.op(Op::BuiltinOperator_CALL, {x}, {y}, next);
    b.op(Op::BuiltinOperator_CALL, {y}, {z}, next);
  }
  b.add_subgraph();
  const int x = b.input(b.floats("x", {1}));
  const int y = b.output(b.floats("y", {1}));
  b.op(Op::BuiltinOperator_NEG, {x}, {y});
  EXPECT_THAT(error_of(b).message, HasSubstr("calls add more than 50000 operators"));
}

}  // namespace
}  // namespace mote::tfl
