#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/onnx/testing_models.h"
#include "mote/session.h"

namespace mote {
namespace {

using namespace onnx;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

constexpr auto kFloat6 = static_cast<DType>(27);

auto obstacle(const std::string& node, const std::string& op, const std::string& reason,
              const std::string& mend) {
  return AllOf(Field(&Obstacle::node, node), Field(&Obstacle::op, op),
               Field(&Obstacle::reason, HasSubstr(reason)),
               Field(&Obstacle::mend, HasSubstr(mend)));
}

Result<std::shared_ptr<const Model>> load(const std::string& bytes, bool tolerant = true) {
  ModelOptions options;
  options.tolerant = tolerant;
  return Model::parse(std::as_bytes(std::span(bytes)), options);
}

std::string float_tensor(const std::string& name, DType dtype) {
  return tensor_message(name, dtype, {1},
                        [](Writer& w) { w.add_string(TensorProto::kRawData, "\0\0\0\0", 4); });
}

std::string function(const std::string& name, const TestNode& node) {
  return message([&](Writer& w) {
    w.add_string(FunctionProto::kName, name);
    w.add_string(FunctionProto::kDomain, "my");
    w.add_string(FunctionProto::kInput, "a");
    w.add_string(FunctionProto::kOutput, "b");
    w.add_message(FunctionProto::kNode, node_message(node));
    w.add_message(FunctionProto::kOpsetImport, opset_message("", 17));
    w.add_message(FunctionProto::kOpsetImport, opset_message("my", 1));
  });
}

std::string faulty_model() {
  TestGraph graph;
  graph.inputs = {value_info("x", tensor_type(DType::kF32, {1}))};
  graph.outputs = {value_info("y", "")};
  graph.initializers = {float_tensor("w", kFloat6)};
  graph.nodes = {
      {"Sofmax", {"x"}, {"a"}, {}, "", "first"},
      {"Sofmax", {"a"}, {"b"}, {}, "", "second"},
      {"Mystery", {"b"}, {"c"}, {}, "com.acme", ""},
      {"Add", {"c", "w"}, {"d"}, {}, "", "sum"},
      {"Ping", {"d"}, {"e"}, {}, "my", "call"},
      {"Relu", {"e"}, {"f"}, {int_attribute("slope", 1)}, "", "relu"},
      {"Scaler", {"f"}, {"g"}, {}, "", "scale"},
      {"Concat", {"x", "x"}, {"y"}, {}, "", "join"},
  };
  TestModel model;
  model.graph = graph_message(graph);
  model.functions = {function("Ping", {"Pong", {"a"}, {"b"}, {}, "my"}),
                     function("Pong", {"Ping", {"a"}, {"b"}, {}, "my"})};
  model.imports = {opset_message("my", 1)};
  return model_message(model);
}

TEST(Obstacles, OneReportNamesEverythingInTheWay) {
  const auto model = load(faulty_model());
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT((*model)->obstacles(),
              testing::UnorderedElementsAre(
                  obstacle("first", "Sofmax", "no such operator", "did you mean Softmax?"),
                  obstacle("second", "Sofmax", "no such operator", "did you mean Softmax?"),
                  obstacle("c", "com.acme.Mystery", "no such operator", "function"),
                  obstacle("w", "initializer", "element type 27", "another element type"),
                  obstacle("b", "my.Ping", "the function calls itself", "break the cycle"),
                  obstacle("relu", "Relu", "'slope'", ""),
                  obstacle("scale", "Scaler", "no such operator", "domain ai.onnx.ml"),
                  obstacle("join", "Concat", "'axis'", "")));
}

TEST(Obstacles, AreOfTheOpsetThatTheModelImports) {
  const auto model = load(faulty_model());
  ASSERT_TRUE(model);
  for (const Obstacle& o : (*model)->obstacles()) {
    if (o.op == "Sofmax") {
      EXPECT_EQ(o.version, 17);
    } else if (o.op == "com.acme.Mystery") {
      EXPECT_EQ(o.version, 0) << "the domain is not imported";
    }
  }
}

TEST(Obstacles, KeepASessionFromStarting) {
  const auto model = load(faulty_model());
  ASSERT_TRUE(model);
  const auto session = Session::create(*model);
  ASSERT_FALSE(session);
  EXPECT_EQ(session.error().code, Code::kUnsupported);
  EXPECT_THAT(session.error().message, HasSubstr("'relu' (Relu)"));
}

TEST(Obstacles, AreErrorsWhereTheyAreNotToBeCollected) {
  const auto model = load(faulty_model(), false);
  ASSERT_FALSE(model);
  EXPECT_THAT(model.error().message, HasSubstr("element type 27"));
}

TEST(Obstacles, NameInputsThatCannotBeFed) {
  TestGraph graph;
  graph.inputs = {value_info("x", tensor_type(kFloat6, {1})), value_info("z", "")};
  graph.outputs = {value_info("y", "")};
  graph.nodes = {{"Relu", {"x"}, {"y"}, {}, "", "relu"}};
  TestModel plain;
  plain.graph = graph_message(graph);
  const auto model = load(model_message(plain));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT((*model)->obstacles(),
              ElementsAre(obstacle("x", "input", "element type 27", "another element type"),
                          obstacle("z", "input", "not declared", "state its element type")));
}

TEST(Obstacles, NameNodesThatAreOutOfOrder) {
  TestGraph graph;
  graph.inputs = {value_info("x", tensor_type(DType::kF32, {1}))};
  graph.outputs = {value_info("y", "")};
  graph.nodes = {{"Add", {"x", "later"}, {"y"}, {}, "", "sum"},
                 {"Relu", {"y"}, {"later"}, {}, "", "relu"}};
  TestModel plain;
  plain.graph = graph_message(graph);
  const auto model = load(model_message(plain));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT((*model)->obstacles(),
              ElementsAre(obstacle("sum", "Add", "'later' is not defined", "order the nodes")));
}

}  // namespace
}  // namespace mote
