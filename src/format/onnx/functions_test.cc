#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/onnx/testing_models.h"
#include "ir/text.h"
#include "ir/uses.h"
#include "ir/verify.h"

namespace mote::onnx {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kF32 = tensor_type(DType::kF32, {2, 3});

struct TestFunction {
  std::string name;
  std::vector<std::string> inputs, outputs;
  std::vector<TestNode> nodes;
  std::int64_t opset = 17;
  std::vector<std::string> parameters = {};  // attributes without default
  std::vector<std::string> defaults = {};    // AttributeProtos
};

std::string function_message(const TestFunction& f) {
  return message([&](Writer& w) {
    w.add_string(FunctionProto::kName, f.name);
    for (const std::string& s : f.inputs) w.add_string(FunctionProto::kInput, s);
    for (const std::string& s : f.outputs) w.add_string(FunctionProto::kOutput, s);
    for (const std::string& s : f.parameters) w.add_string(FunctionProto::kAttribute, s);
    for (const TestNode& n : f.nodes) w.add_message(FunctionProto::kNode, node_message(n));
    w.add_message(FunctionProto::kOpsetImport, opset_message("", f.opset));
    w.add_message(FunctionProto::kOpsetImport, opset_message("local", 1));
    w.add_string(FunctionProto::kDomain, "local");
    for (const std::string& a : f.defaults) w.add_message(FunctionProto::kAttributeProto, a);
  });
}

TestNode call(const std::string& name, std::vector<std::string> inputs,
              std::vector<std::string> outputs, std::vector<std::string> attributes = {}) {
  return {name, std::move(inputs), std::move(outputs), std::move(attributes), "local", "call"};
}

std::string model_of(const std::vector<TestNode>& nodes,
                     const std::vector<TestFunction>& functions) {
  TestModel model{graph_message({nodes, {value_info("x", kF32)}, {value_info("y", "")}})};
  for (const TestFunction& f : functions) model.functions.push_back(function_message(f));
  model.imports = {opset_message("local", 1)};
  return model_message(model);
}

ModelDef read(const std::string& bytes) {
  auto model = read_model(bytes);
  if (model) return *std::move(model);
  ADD_FAILURE() << model.error().message;
  return {};
}

std::string expanded(const std::string& bytes) {
  ModelDef model = read(bytes);
  const Status status = expand_functions(model);
  if (!status) return status.error().message;
  EXPECT_TRUE(model.functions.empty());
  const Status sound = verify(model.graph);
  EXPECT_TRUE(sound) << sound.error().message;
  return to_text(model.graph);
}

Error error_of(const std::string& bytes) {
  ModelDef model = read(bytes);
  const std::string before = to_text(model.graph);
  const Status status = expand_functions(model);
  EXPECT_EQ(to_text(model.graph), before);
  if (!status) return status.error();
  ADD_FAILURE() << "functions were expanded";
  return {Code::kInternal, ""};
}

TEST(Functions, AreNotedAsAPartThatModelsNeed) {
  const auto parts_of = [](const std::string& bytes) {
    Uses uses;
    const CollectUses collect(uses);
    ModelDef model = read(bytes);
    EXPECT_TRUE(expand_functions(model));
    return uses.parts;
  };
  EXPECT_THAT(parts_of(model_of({{"Relu", {"x"}, {"y"}}}, {})), testing::IsEmpty());
  const TestFunction relu{"relu", {"a"}, {"b"}, {{"Relu", {"a"}, {"b"}}}};
  EXPECT_THAT(parts_of(model_of({call("relu", {"x"}, {"y"})}, {relu})),
              testing::ElementsAre("functions"));
}

TEST(Functions, CallsStayUntilTheyAreExpanded) {
  const ModelDef model =
      read(model_of({call("F", {"x"}, {"y"})},
                    {{"F", {"a"}, {"b"}, {{"Flatten", {"a"}, {"b"}, {}, "", "inner"}}}}));
  EXPECT_EQ(model.functions.size(), 1U);
  EXPECT_THAT(to_text(model.graph), HasSubstr("y = local.F(x)"));
}

TEST(Functions, NodesTakeTheCallsPlaceAndNames) {
  EXPECT_EQ(expanded(model_of(
                {call("F", {"x"}, {"y"})},
                {{"F",
                  {"a"},
                  {"b"},
                  {{"Flatten", {"a"}, {"t"}, {}, "", "inner"}, {"Flatten", {"t"}, {"b"}}}}})),
            "graph g (x: f32[2,3]) -> (y) {\n"
            "  call/t: f32[2,3] = Flatten(x) \"call/inner\"\n"
            "  y: f32[2,3] = Flatten(call/t)\n"
            "}\n");
}

TEST(Functions, TwoCallsMakeTwoCopies) {
  const std::string text = expanded(
      model_of({call("F", {"x"}, {"m"}), call("F", {"m"}, {"y"})},
               {{"F", {"a"}, {"b"}, {{"Flatten", {"a"}, {"t"}}, {"Flatten", {"t"}, {"b"}}}}}));
  EXPECT_THAT(text, AllOf(HasSubstr("m: f32[2,3] = Flatten(call/t)"), HasSubstr("call/t_")));
}

TEST(Functions, ParametersComeFromTheCallOrTheDefault) {
  const TestFunction f{
      "F",
      {"a"},
      {"b"},
      {{"Flatten", {"a"}, {"b"}, {reference_attribute("axis", "where", AttributeProto::kIntType)}}},
      17,
      {},
      {int_attribute("where", 0)}};
  EXPECT_THAT(expanded(model_of({call("F", {"x"}, {"y"}, {int_attribute("where", 2)})}, {f})),
              HasSubstr("y: f32[6,1] = Flatten(x) {axis=2}"));
  EXPECT_THAT(expanded(model_of({call("F", {"x"}, {"y"})}, {f})),
              HasSubstr("y: f32[1,6] = Flatten(x) {axis=0}"));
}

TEST(Functions, AParameterHasAValueOfItsType) {
  const TestFunction f{
      "F",
      {"a"},
      {"b"},
      {{"Flatten", {"a"}, {"b"}, {reference_attribute("axis", "where", AttributeProto::kIntType)}}},
      17,
      {"where"}};
  const Error missing = error_of(model_of({call("F", {"x"}, {"y"})}, {f}));
  EXPECT_EQ(missing.code, Code::kInvalidArgument);
  EXPECT_THAT(missing.message, AllOf(HasSubstr("node 'call' (local.F)"), HasSubstr("'where'")));
  const Error mistyped =
      error_of(model_of({call("F", {"x"}, {"y"}, {ints_attribute("where", {1})})}, {f}));
  EXPECT_THAT(mistyped.message, HasSubstr("another type"));
}

TEST(Functions, BodiesAreUpgradedFromTheirOwnOpset) {
  EXPECT_THAT(
      expanded(model_of(
          {call("F", {"x"}, {"y"})},
          {{"F", {"a"}, {"b"}, {{"Unsqueeze", {"a"}, {"b"}, {ints_attribute("axes", {0})}}}, 11}})),
      AllOf(HasSubstr("call/b_axes: s64[1] = {0}"),
            HasSubstr("y: f32[1,2,3] = Unsqueeze(x, call/b_axes)")));
}

TEST(Functions, FunctionsCallFunctions) {
  const std::string text = expanded(model_of(
      {call("Outer", {"x"}, {"y"})}, {{"Outer", {"a"}, {"b"}, {call("Inner", {"a"}, {"b"})}},
                                      {"Inner", {"c"}, {"d"}, {{"Flatten", {"c"}, {"d"}}}}}));
  EXPECT_EQ(text, "graph g (x: f32[2,3]) -> (y) {\n  y: f32[2,3] = Flatten(x)\n}\n");
}

TEST(Functions, CallsWithinSubgraphsAreExpanded) {
  const std::string body =
      graph_message({{call("F", {"x"}, {"t"})}, {}, {value_info("t", "")}, {}, {}, "body"});
  const std::string text =
      expanded(model_of({{"Foo", {}, {"y"}, {graph_attribute("body", body)}, "local"}},
                        {{"F", {"a"}, {"b"}, {{"Flatten", {"a"}, {"b"}}}}}));
  EXPECT_THAT(text, AllOf(HasSubstr("t: f32[2,3] = Flatten(x)"), Not(HasSubstr("local.F("))));
}

TEST(Functions, SubgraphsInBodiesCaptureTheCallsInputs) {
  const std::string branch =
      graph_message({{{"Flatten", {"a"}, {"t"}}}, {}, {value_info("t", "")}, {}, {}, "body"});
  const std::string text = expanded(model_of(
      {call("F", {"x"}, {"y"})},
      {{"F", {"a"}, {"b"}, {{"Foo", {}, {"b"}, {graph_attribute("body", branch)}, "local"}}}}));
  EXPECT_THAT(text, HasSubstr("y = local.Foo() captures (x)"));
}

TEST(Functions, WhatGoesThroughUnchangedIsCopied) {
  const std::string text = expanded(model_of({call("F", {"x"}, {"y"})}, {{"F", {"a"}, {"a"}, {}}}));
  EXPECT_THAT(text, HasSubstr("= Identity(x)"));
}

TEST(Functions, CyclesAreRefused) {
  const Error self = error_of(
      model_of({call("F", {"x"}, {"y"})}, {{"F", {"a"}, {"b"}, {call("F", {"a"}, {"b"})}}}));
  EXPECT_EQ(self.code, Code::kInvalidArgument);
  const Error pair = error_of(
      model_of({call("F", {"x"}, {"y"})}, {{"F", {"a"}, {"b"}, {call("G", {"a"}, {"b"})}},
                                           {"G", {"a"}, {"b"}, {call("F", {"a"}, {"b"})}}}));
  EXPECT_EQ(pair.code, Code::kInvalidArgument);
}

// Function i calls function i + 1 `times` times; the last one does nothing.
std::string tower(int height, int times) {
  std::vector<TestFunction> functions;
  for (int i = 0; i < height; ++i) {
    TestFunction f{"F" + std::to_string(i), {"v0"}, {"v" + std::to_string(times)}, {}};
    for (int k = 0; k < times; ++k) {
      f.nodes.push_back(call("F" + std::to_string(i + 1), {"v" + std::to_string(k)},
                             {"v" + std::to_string(k + 1)}));
    }
    functions.push_back(f);
  }
  functions.push_back({"F" + std::to_string(height), {"a"}, {"a"}, {}});
  return model_of({call("F0", {"x"}, {"y"})}, functions);
}

TEST(Functions, CallsGo32Deep) {
  EXPECT_THAT(expanded(tower(31, 1)), HasSubstr("Identity"));
  EXPECT_EQ(error_of(tower(32, 1)).code, Code::kInvalidArgument);
}

TEST(Functions, FanOutIsBounded) {
  EXPECT_EQ(error_of(tower(30, 2)).code, Code::kResourceExhausted);
}

TEST(Functions, ACallHasTheFunctionsInputsAndOutputs) {
  const TestFunction f{"F", {"a"}, {"b"}, {{"Flatten", {"a"}, {"b"}}}};
  EXPECT_EQ(error_of(model_of({call("F", {"x", "x"}, {"y"})}, {f})).code, Code::kInvalidArgument);
  EXPECT_EQ(error_of(model_of({call("F", {"x"}, {"y", "z"})}, {f})).code, Code::kInvalidArgument);
  EXPECT_EQ(error_of(model_of({call("F", {}, {"y"})}, {f})).code, Code::kInvalidArgument);
}

TEST(Functions, AreDefinedOnce) {
  const TestFunction f{"F", {"a"}, {"b"}, {{"Flatten", {"a"}, {"b"}}}};
  EXPECT_FALSE(read_model(model_of({call("F", {"x"}, {"y"})}, {f, f})));
}

TEST(Functions, AreWrittenAsTheyWereRead) {
  const TestFunction f{"F", {"a"}, {"b"}, {{"Flatten", {"a"}, {"b"}}}, 15};
  const ModelDef model = read(model_of({call("F", {"x"}, {"y"})}, {f}));
  const auto files = write_onnx(model);
  ASSERT_TRUE(files) << files.error().message;
  const ModelDef again = read(files->model);
  ASSERT_EQ(again.functions.size(), 1U);
  EXPECT_EQ(again.functions[0].proto, function_message(f));
  EXPECT_GE(again.ir_version, 8);
}

}  // namespace
}  // namespace mote::onnx
