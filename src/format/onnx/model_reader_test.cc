#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "format/onnx/testing_models.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace mote::onnx {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kF32 = tensor_type(DType::kF32, {2, 3});

Error error_of(const std::string& bytes) {
  const auto model = read_model(bytes);
  if (!model) return model.error();
  ADD_FAILURE() << "a model was read";
  return {Code::kInternal, ""};
}

// y = node(x), x: f32[2,3].
std::string unary(const TestNode& node, std::int64_t opset, std::int64_t ir_version = 8) {
  return model_message(
      {graph_message({{node}, {value_info("x", kF32)}, {value_info("y", "")}}), opset, ir_version});
}

std::string tiny() { return unary({"Shape", {"x"}, {"y"}}, 13); }

TEST(ModelReader, KeepsWhatStandsAroundTheGraph) {
  const std::string bytes = tiny() + message([](Writer& w) {
                              w.add_string(ModelProto::kProducerName, "me");
                              w.add_string(ModelProto::kProducerVersion, "2");
                              w.add_string(ModelProto::kDomain, "com.example");
                              w.add_int64(ModelProto::kModelVersion, 7);
                              w.add_string(ModelProto::kDoc, "doc");
                              w.add_message(ModelProto::kMetadata, message([](Writer& e) {
                                              e.add_string(StringStringEntryProto::kKey, "k");
                                              e.add_string(StringStringEntryProto::kValue, "v");
                                            }));
                            });
  const auto model = read_model(bytes);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->producer_name, "me");
  EXPECT_EQ(model->producer_version, "2");
  EXPECT_EQ(model->domain, "com.example");
  EXPECT_EQ(model->model_version, 7);
  EXPECT_EQ(model->notes, (Notes{"doc", {{"k", "v"}}}));
  EXPECT_EQ(model->opsets, (std::vector<OpsetImport>{{"", 13}}));
}

// Before opset 5 the shape was an attribute; before 13 axes were.
TEST(ModelReader, NodesAreUpgraded) {
  const auto model =
      read_model(unary({"Reshape", {"x"}, {"y"}, {ints_attribute("shape", {3, 2})}}, 1, 3));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_TRUE(verify(model->graph));
  EXPECT_EQ(to_text(model->graph),
            "graph g (x: f32[2,3]) -> (y) {\n"
            "  y_shape: s64[2] = {3, 2}\n"
            "  y: f32[3,2] = Reshape(x, y_shape)\n"
            "}\n");
}

TEST(ModelReader, NodesWithinSubgraphsAreUpgradedWithTheTypesAround) {
  const auto branch = [](const std::string& out, std::int64_t axis) {
    return graph_message({{{"Unsqueeze", {"x"}, {out}, {ints_attribute("axes", {axis})}}},
                          {},
                          {value_info(out, "")},
                          {},
                          {},
                          out});
  };
  const auto model = read_model(model_message(
      {graph_message({{{"If",
                        {"p"},
                        {"y"},
                        {graph_attribute("then_branch", branch("t", 0)),
                         graph_attribute("else_branch", branch("e", 1))}}},
                      {value_info("x", kF32), value_info("p", tensor_type(DType::kBool, {}))},
                      {value_info("y", "")}}),
       11}));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_TRUE(verify(model->graph));
  const std::string text = to_text(model->graph);
  EXPECT_THAT(text, AllOf(HasSubstr("t: f32[1,2,3] = Unsqueeze(x, t_axes)"),
                          HasSubstr("e: f32[2,1,3] = Unsqueeze(x, e_axes)")));
}

TEST(ModelReader, AnUpgradeTakesNoNameOfTheFile) {
  const auto model = read_model(
      model_message({graph_message({{{"Unsqueeze", {"x"}, {"y"}, {ints_attribute("axes", {0})}},
                                     {"Shape", {"y"}, {"y_axes"}}},
                                    {value_info("x", kF32)},
                                    {value_info("y_axes", "")}}),
                     11}));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->graph.value(model->graph.outputs[0].value).name, "y_axes");
}

TEST(ModelReader, ConstantNodesInformWhatFollows) {
  const std::string value = message([](Writer& w) {
    w.add_string(AttributeProto::kName, "value");
    w.add_message(AttributeProto::kT, tensor_message("", DType::kS64, {1}, [](Writer& t) {
                    t.add_int64(TensorProto::kInt64Data, 6);
                  }));
    w.add_int32(AttributeProto::kType, AttributeProto::kTensorType);
  });
  const auto model = read_model(model_message(
      {graph_message({{{"Constant", {}, {"c"}, {value}}, {"Reshape", {"x", "c"}, {"y"}}},
                      {value_info("x", kF32)},
                      {value_info("y", "")}}),
       13}));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_THAT(to_text(model->graph), HasSubstr("y: f32[6] = Reshape(x, c)"));
}

TEST(ModelReader, FailingInferenceNamesTheNode) {
  const Error e = error_of(model_message(
      {graph_message(
           {{{"Reshape", {"x", "s"}, {"y"}, {}, "", "bad"}},
            {value_info("x", kF32)},
            {value_info("y", "")},
            {tensor_message("s", DType::kS64, {1},
                            [](Writer& t) { t.add_int64(TensorProto::kInt64Data, 7); })}}),
       13}));
  EXPECT_EQ(e.code, Code::kInvalidArgument);
  EXPECT_THAT(e.message, HasSubstr("node 'bad' (Reshape)"));
}

TEST(ModelReader, UnknownOperatorsStayUnbound) {
  const auto model =
      read_model(unary({"NoSuchOperator", {"x"}, {"y"}, {int_attribute("a", 1)}}, 17));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->graph.node(model->graph.first_node()).op, nullptr);
}

TEST(ModelReader, BadAttributesNameTheNode) {
  const Error e =
      error_of(unary({"Shape", {"x"}, {"y"}, {int_attribute("wrong", 1)}, "", "n"}, 17));
  EXPECT_EQ(e.code, Code::kInvalidArgument);
  EXPECT_THAT(e.message, AllOf(HasSubstr("node 'n' (Shape)"), HasSubstr("'wrong'")));
}

TEST(ModelReader, OperatorsBelongToTheirOpset) {
  const Error early = error_of(unary({"ConstantOfShape", {"x"}, {"y"}}, 8));
  EXPECT_EQ(early.code, Code::kInvalidArgument);
  EXPECT_THAT(early.message, HasSubstr("opset 8"));
  EXPECT_EQ(error_of(unary({"Shape", {"x"}, {"y"}}, 9999)).code, Code::kUnsupported);
  EXPECT_EQ(error_of(unary({"Shape", {"x"}, {"y"}}, -3)).code, Code::kInvalidArgument);
  EXPECT_EQ(error_of(unary({"Shape", {"x"}, {"y"}}, 13, 99)).code, Code::kUnsupported);
}

TEST(ModelReader, TheDefaultDomainHasTwoSpellings) {
  const std::string bytes = message([](Writer& w) {
    w.add_int64(ModelProto::kIrVersion, 8);
    w.add_message(ModelProto::kGraph, graph_message({{{"Shape", {"x"}, {"y"}, {}, "ai.onnx"}},
                                                     {value_info("x", kF32)},
                                                     {value_info("y", "")}}));
    w.add_message(ModelProto::kOpsetImport, opset_message("ai.onnx", 13));
  });
  const auto model = read_model(bytes);
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_NE(model->graph.node(model->graph.first_node()).op, nullptr);
}

TEST(ModelReader, ADomainIsImported) {
  const std::string bytes = message([](Writer& w) {
    w.add_int64(ModelProto::kIrVersion, 8);
    w.add_message(
        ModelProto::kGraph,
        graph_message({{{"Shape", {"x"}, {"y"}}}, {value_info("x", kF32)}, {value_info("y", "")}}));
  });
  EXPECT_THAT(error_of(bytes).message, HasSubstr("no opset of domain"));
}

// As ONNX Runtime reads them; it asks for no import of its own domain.
TEST(ModelReader, MicrosoftsDomainNeedsNoImportAndHasOneVersion) {
  const TestNode gelu{"Gelu", {"x"}, {"y"}, {}, "com.microsoft"};
  const auto model = read_model(unary(gelu, 13));
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_NE(model->graph.node(model->graph.first_node()).op, nullptr);
  const auto importing = [&](std::int64_t version) {
    return unary(gelu, 13) + message([&](Writer& w) {
             w.add_message(ModelProto::kOpsetImport, opset_message("com.microsoft", version));
           });
  };
  EXPECT_TRUE(read_model(importing(1)));
  EXPECT_EQ(error_of(importing(2)).code, Code::kUnsupported);
}

TEST(ModelReader, WhatIsNoModelIsCorruptAndSaysWhere) {
  EXPECT_THAT(error_of("").message, HasSubstr("no graph"));
  EXPECT_EQ(error_of("{\"json\": true}").code, Code::kCorrupt);
  EXPECT_EQ(error_of(std::string("PK\3\4", 4)).code, Code::kCorrupt);
  EXPECT_THAT(error_of(tiny() + std::string(5, '\0')).message,
              HasSubstr("byte " + std::to_string(tiny().size())));
  EXPECT_THAT(error_of(tiny() + "\x0a\xff").message, HasSubstr("byte"));
}

TEST(ModelReader, WrongWireTypesAreCorrupt) {
  // ir_version as text; the graph as a number.
  EXPECT_EQ(error_of(message([](Writer& w) { w.add_string(1, "x"); })).code, Code::kCorrupt);
  EXPECT_EQ(error_of(message([](Writer& w) { w.add_int64(7, 1); })).code, Code::kCorrupt);
  // A group, and a length past 2^32 that a narrow reader would take for 1.
  EXPECT_EQ(error_of("\x0b\x0c").code, Code::kCorrupt);
  EXPECT_EQ(error_of(std::string("\x3a\x81\x80\x80\x80\x10x", 7)).code, Code::kCorrupt);
}

TEST(ModelReader, EveryTruncationIsAnErrorOrAWholeModel) {
  const std::string whole = tiny();
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_FALSE(read_model(whole.substr(0, n))) << n;
  }
}

TEST(ModelReader, FilesAreNamedInErrors) {
  const auto missing = read_onnx_file("no/such/file.onnx");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::kNotFound);
  EXPECT_THAT(missing.error().message, HasSubstr("no/such/file.onnx"));
}

}  // namespace
}  // namespace mote::onnx
