#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/onnx/testing_models.h"
#include "ir/text.h"
#include "ir/verify.h"

namespace mote::onnx {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const std::string kF32 = tensor_type(DType::kF32, {2});
const std::string kBool = tensor_type(DType::kBool, {});

std::string model_of(const TestGraph& graph, std::int64_t ir_version = 8) {
  return model_message({graph_message(graph), 17, ir_version, {}, {opset_message("test", 1)}});
}

TestNode foo(std::vector<std::string> inputs, std::vector<std::string> outputs,
             std::vector<std::string> attributes = {}) {
  return {"Foo", std::move(inputs), std::move(outputs), std::move(attributes), "test", ""};
}

std::string one_float(std::string_view name) {
  return tensor_message(name, DType::kF32, {1},
                        [](Writer& w) { w.add_float(TensorProto::kFloatData, 2); });
}

void expect_text(const std::string& bytes, std::string_view expected) {
  const auto model = read_model(bytes);
  ASSERT_TRUE(model) << model.error().message;
  const Status sound = verify(model->graph);
  EXPECT_TRUE(sound) << sound.error().message;
  EXPECT_EQ(to_text(model->graph), expected);
}

Error error_of(const std::string& bytes, const OnnxReadOptions& options = {}) {
  const auto model = read_model(bytes, options);
  if (!model) return model.error();
  ADD_FAILURE() << "a model was read";
  return {Code::kInternal, ""};
}

TEST(GraphReader, ReadsInputsConstantsNodesAndOutputs) {
  expect_text(model_of({{foo({"x", "", "w"}, {"y", ""})},
                        {value_info("x", kF32)},
                        {value_info("y", kF32)},
                        {one_float("w")}}),
              "graph g (x: f32[2]) -> (y: f32[2]) {\n"
              "  w: f32[1] = {2}\n"
              "  y: f32[2], _ = test.Foo(x, _, w)\n"
              "}\n");
}

TEST(GraphReader, FieldsMayComeInAnyOrder) {
  const std::string graph = message([](Writer& w) {
    w.add_message(GraphProto::kOutput, value_info("y", ""));
    w.add_message(GraphProto::kNode, node_message(foo({"x"}, {"y"})));
    w.add_message(GraphProto::kInput, value_info("x", ""));
  });
  const std::string model = message([&](Writer& w) {
    w.add_message(ModelProto::kGraph, graph);
    w.add_message(ModelProto::kOpsetImport, opset_message("", 17));
    w.add_int64(ModelProto::kIrVersion, 8);
  });
  EXPECT_TRUE(read_model(model));
}

TEST(GraphReader, SubgraphsShareOneListOfCapturedValues) {
  const std::string then_branch =
      graph_message({{foo({"b", "a"}, {"t"})}, {}, {value_info("t", "")}, {}, {}, "then"});
  const std::string else_branch =
      graph_message({{foo({"a", "c"}, {"e"})}, {}, {value_info("e", "")}, {}, {}, "else"});
  expect_text(model_of({{{"If",
                          {"p"},
                          {"y"},
                          {graph_attribute("then_branch", then_branch),
                           graph_attribute("else_branch", else_branch)}}},
                        {value_info("p", kBool), value_info("a", kF32), value_info("b", kF32),
                         value_info("c", kF32)},
                        {value_info("y", "")}}),
              "graph g (p: bool[], a: f32[2], b: f32[2], c: f32[2]) -> (y) {\n"
              "  y = If(p) captures (b, a, c) {\n"
              "    then_branch=graph then captures (0: b: f32[2], 1: a: f32[2]) -> (t) {\n"
              "      t = test.Foo(b, a)\n"
              "    },\n"
              "    else_branch=graph else captures (1: a: f32[2], 2: c: f32[2]) -> (e) {\n"
              "      e = test.Foo(a, c)\n"
              "    }\n"
              "  }\n"
              "}\n");
}

TEST(GraphReader, NestedSubgraphsCaptureThroughEachLevel) {
  const std::string inner =
      graph_message({{foo({"x", "m"}, {"i"})}, {}, {value_info("i", "")}, {}, {}, "inner"});
  const std::string middle =
      graph_message({{foo({}, {"m"}), foo({}, {"o"}, {graph_attribute("body", inner)})},
                     {},
                     {value_info("o", "")},
                     {},
                     {},
                     "middle"});
  expect_text(model_of({{foo({}, {"y"}, {graph_attribute("body", middle)})},
                        {value_info("x", kF32)},
                        {value_info("y", "")}}),
              "graph g (x: f32[2]) -> (y) {\n"
              "  y = test.Foo() captures (x) {\n"
              "    body=graph middle captures (0: x: f32[2]) -> (o) {\n"
              "      m = test.Foo()\n"
              "      o = test.Foo() captures (x, m) {\n"
              "        body=graph inner captures (0: x: f32[2], 1: m) -> (i) {\n"
              "          i = test.Foo(x, m)\n"
              "        }\n"
              "      }\n"
              "    }\n"
              "  }\n"
              "}\n");
}

TEST(GraphReader, ValuesMustBeDefinedBeforeTheyAreRead) {
  const Error e =
      error_of(model_of({{{"Foo", {"late"}, {"y"}, {}, "test", "first"}, foo({"x"}, {"late"})},
                         {value_info("x", kF32)},
                         {value_info("y", kF32)}}));
  EXPECT_EQ(e.code, Code::kInvalidArgument);
  EXPECT_THAT(e.message, AllOf(HasSubstr("node 'first' (test.Foo)"), HasSubstr("'late'"),
                               HasSubstr("at byte 6")));
}

TEST(GraphReader, ASubgraphSeesNothingThatComesLater) {
  const std::string body = graph_message({{foo({"late"}, {"t"})}, {}, {value_info("t", "")}});
  const Error e =
      error_of(model_of({{foo({}, {"y"}, {graph_attribute("body", body)}), foo({"y"}, {"late"})},
                         {},
                         {value_info("y", "")}}));
  EXPECT_EQ(e.code, Code::kInvalidArgument);
}

TEST(GraphReader, NamesAreDefinedOnce) {
  const std::string y = value_info("y", kF32);
  const std::string x = value_info("x", kF32);
  const std::vector<TestGraph> graphs = {
      {{foo({"x"}, {"y"}), foo({"x"}, {"y"})}, {x}, {y}},
      {{foo({"x"}, {"x"})}, {x}, {y}},
      {{foo({"x"}, {"y"})}, {x, x}, {y}},
      {{foo({"x"}, {"y"})}, {x}, {y, y}},
      {{foo({"x"}, {"y"})}, {x}, {y}, {one_float("w"), one_float("w")}},
      {{foo({"x"}, {"w"})}, {x}, {}, {one_float("w")}},
      {{foo({"x"}, {"y"})}, {x, x}, {y}, {one_float("x")}},
  };
  for (const TestGraph& g : graphs) {
    EXPECT_EQ(error_of(model_of(g)).code, Code::kInvalidArgument);
  }
}

TEST(GraphReader, ANameCapturedFromAroundCannotBeMadeWithin) {
  const std::string body =
      graph_message({{foo({"x"}, {"t"}), foo({"t"}, {"x"})}, {}, {value_info("x", "")}});
  const Error e = error_of(
      model_of({{foo({}, {"y"}, {graph_attribute("body", body)})}, {value_info("x", kF32)}, {}}));
  EXPECT_THAT(e.message, HasSubstr("'x' is defined twice"));
}

TEST(GraphReader, ACapturedOutputHasTheTypeThatIsInferredAround) {
  const auto body_of = [](DType dtype) {
    return graph_message({{}, {}, {value_info("m", tensor_type(dtype, {2}))}});
  };
  const auto model = [&](DType dtype) {
    const TestNode relu{"Relu", {"x"}, {"m"}, {}, "", ""};
    return model_of({{relu, foo({}, {"y"}, {graph_attribute("body", body_of(dtype))})},
                     {value_info("x", kF32)},
                     {value_info("y", "")}});
  };
  EXPECT_TRUE(read_model(model(DType::kF32)));
  EXPECT_THAT(error_of(model(DType::kU16)).message, HasSubstr("'m'"));
}

TEST(GraphReader, AnOutputThatNobodyMakesIsRefused) {
  const Error e =
      error_of(model_of({{foo({"x"}, {"y"})}, {value_info("x", kF32)}, {value_info("z", kF32)}}));
  EXPECT_THAT(e.message, HasSubstr("output 'z'"));
}

TEST(GraphReader, AConstantThatIsAnInputTooMayBeOverridden) {
  for (const std::int64_t ir : {3, 8}) {
    const auto model = read_model(
        model_of({{foo({"x", "w"}, {"y"})},
                  {value_info("w", tensor_type(DType::kF32, {1})), value_info("x", kF32)},
                  {value_info("y", kF32)},
                  {one_float("w")}},
                 ir));
    ASSERT_TRUE(model) << model.error().message;
    ASSERT_EQ(model->graph.inputs.size(), 1U);
    ASSERT_EQ(model->graph.overridable.size(), 1U);
    EXPECT_TRUE(model->graph.is_constant(model->graph.overridable[0]));
  }
}

TEST(GraphReader, ADefaultHasTheDeclaredType) {
  const Error e = error_of(model_of({{foo({"w"}, {"y"})},
                                     {value_info("w", tensor_type(DType::kS64, {1}))},
                                     {value_info("y", kF32)},
                                     {one_float("w")}}));
  EXPECT_EQ(e.code, Code::kInvalidArgument);
}

TEST(GraphReader, ConstantsThatNobodyReadsAreDropped) {
  expect_text(model_of({{foo({"x"}, {"y"})},
                        {value_info("x", kF32)},
                        {value_info("y", kF32)},
                        {one_float("unread")}}),
              "graph g (x: f32[2]) -> (y: f32[2]) {\n  y: f32[2] = test.Foo(x)\n}\n");
}

TEST(GraphReader, AlignedConstantsViewTheFile) {
  const std::string text = model_of({{foo({"w"}, {"y"})},
                                     {},
                                     {value_info("y", "")},
                                     {tensor_message("w", DType::kU8, {4}, [](Writer& w) {
                                       w.add_bytes(TensorProto::kRawData, "abcd");
                                     })}});
  const auto bytes = bytes_of(text);
  const auto model = read_onnx(bytes, {});
  ASSERT_TRUE(model) << model.error().message;
  const Tensor& w = model->graph.value(model->graph.find_value("w")).constant;
  EXPECT_GE(w.data(), static_cast<const void*>(bytes->data()));
  EXPECT_LT(w.data(), static_cast<const void*>(bytes->data() + bytes->size()));
  EXPECT_GT(bytes.use_count(), 1);
}

std::string sparse(std::vector<std::int64_t> indices, bool tuples) {
  const std::string values = tensor_message("s", DType::kF32, {2}, [](Writer& w) {
    w.add_float(TensorProto::kFloatData, 1);
    w.add_float(TensorProto::kFloatData, 2);
  });
  const auto fill = [&](Writer& w) {
    w.add_packed_int64(TensorProto::kInt64Data, indices.begin(), indices.end());
  };
  return message([&](Writer& w) {
    w.add_message(SparseTensorProto::kValues, values);
    w.add_message(SparseTensorProto::kIndices, tuples
                                                   ? tensor_message("", DType::kS64, {2, 2}, fill)
                                                   : tensor_message("", DType::kS64, {2}, fill));
    w.add_int64(SparseTensorProto::kDims, 2);
    w.add_int64(SparseTensorProto::kDims, 3);
  });
}

std::string sparse_model(const std::string& tensor) {
  const std::string graph = message([&](Writer& w) {
    w.add_message(GraphProto::kNode, node_message(foo({"s"}, {"y"})));
    w.add_message(GraphProto::kOutput, value_info("y", ""));
    w.add_message(GraphProto::kSparseInitializer, tensor);
  });
  return model_message({graph, 17, 8, {}, {opset_message("test", 1)}});
}

TEST(GraphReader, SparseConstantsBecomeDense) {
  for (const bool tuples : {false, true}) {
    const auto indices =
        tuples ? std::vector<std::int64_t>{0, 1, 1, 2} : std::vector<std::int64_t>{1, 5};
    expect_text(sparse_model(sparse(indices, tuples)),
                "graph -> (y) {\n  s: f32[2,3] = {0, 1, 0, 0, 0, 2}\n  y = test.Foo(s)\n}\n");
  }
}

TEST(GraphReader, SparseIndicesLieWithin) {
  EXPECT_EQ(error_of(sparse_model(sparse({1, 6}, false))).code, Code::kCorrupt);
  EXPECT_EQ(error_of(sparse_model(sparse({-1, 2}, false))).code, Code::kCorrupt);
  EXPECT_EQ(error_of(sparse_model(sparse({0, 3, 1, 1}, true))).code, Code::kCorrupt);
  EXPECT_EQ(error_of(sparse_model(sparse({0, 1, 2}, false))).code, Code::kCorrupt);
}

std::string nested(int depth) {
  TestGraph g{{foo({}, {"y"})}, {}, {value_info("y", "")}};
  for (int i = 0; i < depth; ++i) {
    g.nodes = {foo({}, {"y"}, {graph_attribute("body", graph_message(g))})};
  }
  return model_of(g);
}

TEST(GraphReader, GraphsNest32Deep) {
  EXPECT_TRUE(read_model(nested(32)));
  EXPECT_EQ(error_of(nested(33)).code, Code::kUnsupported);
  EXPECT_EQ(error_of(nested(2000)).code, Code::kUnsupported);
}

TEST(GraphReader, TypesNest32Deep) {
  const auto model_with = [](int depth) {
    std::string type = kF32;
    for (int i = 0; i < depth; ++i) {
      const std::string element = message([&](Writer& w) { w.add_message(1, type); });
      type = message([&](Writer& w) { w.add_message(TypeProto::kSequence, element); });
    }
    return model_of({{foo({"x"}, {"y"})}, {value_info("x", type)}, {value_info("y", "")}});
  };
  EXPECT_TRUE(read_model(model_with(32)));
  EXPECT_EQ(error_of(model_with(3000)).code, Code::kUnsupported);
}

TEST(GraphReader, SizesInTypesAreSound) {
  const auto model_with = [](std::initializer_list<std::int64_t> dims) {
    return model_of({{foo({"x"}, {"y"})},
                     {value_info("x", tensor_type(DType::kF32, dims))},
                     {value_info("y", "")}});
  };
  const auto unknown = read_model(model_with({-1, 3}));  // an old habit of converters
  ASSERT_TRUE(unknown) << unknown.error().message;
  EXPECT_EQ(to_string(unknown->graph.value(unknown->graph.inputs[0]).type), "f32[?,3]");
  EXPECT_EQ(error_of(model_with({-2})).code, Code::kCorrupt);
  EXPECT_EQ(error_of(model_with({1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1})).code, Code::kUnsupported);
}

TEST(GraphReader, AttributesAreGivenOnceAndHaveValues) {
  const auto model_with = [](std::vector<std::string> attributes) {
    return model_of({{foo({}, {"y"}, std::move(attributes))}, {}, {value_info("y", "")}});
  };
  EXPECT_TRUE(read_model(model_with({int_attribute("a", 1), int_attribute("b", 1)})));
  EXPECT_EQ(error_of(model_with({int_attribute("a", 1), int_attribute("a", 1)})).code,
            Code::kInvalidArgument);
  const std::string empty = message([](Writer& w) { w.add_string(AttributeProto::kName, "a"); });
  EXPECT_EQ(error_of(model_with({empty})).code, Code::kCorrupt);
  const Error e = error_of(model_with({reference_attribute("a", "p", AttributeProto::kIntType)}));
  EXPECT_THAT(e.message, HasSubstr("in no function"));
}

TEST(GraphReader, AnAttributeWithoutTypeHasThatOfItsValue) {
  const std::string untyped = message([](Writer& w) {
    w.add_string(AttributeProto::kName, "a");
    w.add_int64(AttributeProto::kInts, 4);
    w.add_int64(AttributeProto::kInts, 5);
  });
  expect_text(model_of({{foo({}, {"y"}, {untyped})}, {}, {value_info("y", "")}}),
              "graph g -> (y) {\n  y = test.Foo() {a=[4, 5]}\n}\n");
}

TEST(GraphReader, AThousandBytesOfFieldsDoNotTakeAMillionOfMemory) {
  OnnxReadOptions options;
  options.max_bytes = 1 << 20;
  const std::string graph(200'000, '\n');  // field 1, whose length is 10, again and again
  EXPECT_EQ(error_of(model_message({graph}), options).code, Code::kResourceExhausted);
}

}  // namespace
}  // namespace mote::onnx
